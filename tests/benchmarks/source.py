"""How fast a source is read, with the structure walk and the manifest, beside pydicom's dcmread of the headers.

The files are copies of the two images that pydicom ships as its small ones, a CT and an MR with the headers that the
scanners wrote, each copy with an identity of its own. They are read once before anything is timed (warm cache).
"""

from __future__ import annotations

import multiprocessing
import os
import statistics
import tempfile
import time
from pathlib import Path
from typing import Callable, Sequence

import pydicom
from pydicom.data import get_testdata_file

from wizard.dicom.destination import Destination
from wizard.engine import migration, source
from wizard.engine.events import NoEvents
from wizard.engine.job import Control

ROUNDS = 5
COUNTS = (1_000, 10_000, 100_000)
_SMALL = ("CT_small.dcm", "MR_small.dcm")
_OF_A_SERIES = 200
_A_YEAR_AGO = time.time() - 365 * 24 * 3600
_NOBODY = Destination("127.0.0.1", 104, "NOBODY")


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folders, made = [], 0
        rates: dict[int, float] = {}
        theirs = 0.0
        for count in COUNTS:
            folders.append(_make(Path(name) / str(count), range(made, count)))
            made = count
            paths = [path for folder in folders for path in folder.rglob("*") if path.is_file()]
            for path in paths:
                path.read_bytes()
            manifest = Path(name) / "m.sqlite"
            rates[count] = statistics.median(count / _apart(_ours, manifest, folders, count) for _ in range(ROUNDS))
            if count == 10_000:
                theirs = statistics.median(count / _dcmread(paths) for _ in range(3))
    print(f"{' and '.join(_SMALL)} with identities of their own, warm cache, medians of {ROUNDS}")
    for count, rate in rates.items():
        print(f"  this program, whole, {count:7,d} files  {rate:8.0f} files/s  {rate / theirs:6.1f} x dcmread")
    print(f"  dcmread(stop_before_pixels)          {theirs:8.0f} files/s     1.0 x")


def _make(folder: Path, numbers: Sequence[int]) -> Path:
    """Write copies of the small images below `folder`, 200 to a series."""
    templates = []
    for name in _SMALL:
        small = get_testdata_file(name)
        assert isinstance(small, str)
        dataset = pydicom.dcmread(small)
        templates.append(
            (Path(small).read_bytes(), dataset.SOPInstanceUID.encode(), dataset.SeriesInstanceUID.encode())
        )
    for number in numbers:
        content, instance, series = templates[number // _OF_A_SERIES % len(templates)]
        path = folder / f"{number // _OF_A_SERIES:05d}" / f"IM{number:07d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        content = content.replace(series, series[:-5] + b"%05d" % (number // _OF_A_SERIES))
        path.write_bytes(content.replace(instance, instance[:-7] + b"%07d" % number))
        os.utime(path, (_A_YEAR_AGO, _A_YEAR_AGO))
    return folder


def _apart(work: Callable[..., float], *arguments: object) -> float:
    """In a process of its own: this one may remove the files again, which the program refuses."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(work, arguments)


def _ours(path: Path, folders: Sequence[Path], count: int) -> float:
    """Seconds for one reading into a new manifest."""
    with migration.open_migration(folders, _NOBODY, path) as manifest:
        started = time.perf_counter()
        balance = source.run(manifest, Control(), NoEvents())
        seconds = time.perf_counter() - started
    assert balance.balanced, balance
    assert balance.buckets["pending"] == count, balance
    for left in path.parent.glob(path.name + "*"):
        left.unlink()
    return seconds


def _dcmread(paths: Sequence[Path]) -> float:
    started = time.perf_counter()
    for path in paths:
        pydicom.dcmread(path, stop_before_pixels=True)
    return time.perf_counter() - started
