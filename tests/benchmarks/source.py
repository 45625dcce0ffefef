"""How fast an archive is read, with the structure walk and the manifest, beside pydicom's dcmread of the headers."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import pydicom

from tests.benchmarks import files
from tests.running import to, wizard
from wizard.dicom.destination import Destination

ROUNDS = 3
COUNT = 10_000


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        archive = files.make(folder / "archive", COUNT, 4000)
        paths = [path for path in archive.rglob("*") if path.is_file()]
        ours = statistics.median(COUNT / _ours(folder / f"{n}.sqlite", archive) for n in range(ROUNDS))
        theirs = statistics.median(COUNT / _dcmread(paths) for _ in range(ROUNDS))
    print(f"{COUNT} small files, warm cache, medians of {ROUNDS}")
    print(f"  this program, whole            {ours:8.0f} files/s  {ours / theirs:6.1f} x")
    print(f"  dcmread(stop_before_pixels)    {theirs:8.0f} files/s     1.0 x")


def _ours(path: Path, archive: Path) -> float:
    nobody = Destination("127.0.0.1", 104, "NOBODY")
    ended = wizard("source", "--source", archive, *to(nobody), "--manifest", path, "--json", "--quiet")
    assert ended.summary["buckets"]["pending"] == COUNT, ended.stderr
    return float(ended.summary["seconds"]["source"])


def _dcmread(paths: list[Path]) -> float:
    started = time.monotonic()
    for path in paths:
        pydicom.dcmread(path, stop_before_pixels=True)
    return time.monotonic() - started
