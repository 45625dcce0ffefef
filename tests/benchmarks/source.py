"""How fast an archive is read, with the structure walk and the manifest, beside pydicom's dcmread of the headers."""

from __future__ import annotations

import statistics
import tempfile
import time
from pathlib import Path

import pydicom

from tests.benchmarks import files
from wizard.dicom.destination import Destination
from wizard.engine import migration, source
from wizard.engine.events import Events
from wizard.engine.job import Control

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
    with migration.open_migration([archive], Destination("127.0.0.1", 104, "NOBODY"), path) as manifest:
        started = time.monotonic()
        source.run(manifest, Control(), Events())
        return time.monotonic() - started


def _dcmread(paths: list[Path]) -> float:
    started = time.monotonic()
    for path in paths:
        pydicom.dcmread(path, stop_before_pixels=True)
    return time.monotonic() - started
