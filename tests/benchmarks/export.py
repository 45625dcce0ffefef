"""The export of a manifest of a million images: how fast the ledger is, how large the report, and how much memory.

The manifest is that of `tests.benchmarks.tree`, copied and verified: each image has an attempt and an answer, each
thousandth one is damaged, each ten-thousandth refused, and of each five-hundredth one the destination did not say that
it has it. A process of its own works on it, so that the memory measured is only its own.
"""

from __future__ import annotations

import functools
import multiprocessing
import resource
import tempfile
import time
from pathlib import Path
from typing import Callable, Iterator

from tests.benchmarks import tree
from tests.benchmarks.tree import IMAGES, SHAPES, Shape
from wizard.engine import export
from wizard.engine.events import NoEvents
from wizard.engine.export.step import ExportSettings
from wizard.engine.job import Control
from wizard.manifest.manifest import Manifest
from wizard.report import audit_xml, csv_files
from wizard.report.names import ALL, Names

MEGABYTES = 150  # the most that the process may have resident at any time
ROWS = 50_000  # a second, of the ledger
REPORT = 5.0  # MB of HTML

_FILL = """
    UPDATE entry SET bucket = CASE WHEN id % 10000 = 7 THEN 'refused' ELSE 'copied' END,
           reason_code = CASE WHEN id % 10000 = 7 THEN 'rejected_content' ELSE '' END,
           sha256 = randomblob(32), named = id % 500 <> 3, named_time = 1700005000, grade = 'A'
    WHERE bucket = 'pending';
    INSERT INTO attempt (entry, time, association, status, bytes, seconds)
        SELECT id, 1700000000 + id * 0.004, 1001, CASE bucket WHEN 'refused' THEN 0xA900 ELSE 0 END, 525000, 0.01
        FROM entry WHERE bucket IN ('copied', 'refused');
    INSERT INTO run (step, started, ended, outcome) VALUES ('copy', 1699999999, 1700004001, 'done');
    INSERT INTO proof SELECT id, 1700005000, 0, '' FROM study;"""


def main() -> None:
    for shape in SHAPES:
        print(f"{shape.name}: {shape.studies} studies, {shape.series} series, {IMAGES} images")
        with tempfile.TemporaryDirectory() as name:
            for work in (make, measure_tables, measure_export):
                process = multiprocessing.get_context("spawn").Process(target=work, args=(Path(name), shape))
                process.start()
                process.join()
                assert process.exitcode == 0


def make(folder: Path, shape: Shape) -> None:
    """Write the manifest of a migration that was copied and verified."""
    tree.make(folder / "m", shape)
    with Manifest(folder / "m") as manifest, manifest.writing() as db:
        for statement in _FILL.split(";")[:-1]:
            db.execute(statement)


def measure_tables(folder: Path, shape: Shape) -> None:
    """The tables and the audit messages alone: lines a second, written to a file."""
    with Manifest(folder / "m") as manifest:
        for names, called in ((ALL, ""), (Names(shown=False), " without names")):
            _lines(f"ledger{called}", ROWS, functools.partial(csv_files.ledger_csv, manifest, names), folder)
        _lines("studies", None, functools.partial(csv_files.studies_csv, manifest, ALL), folder)
        _lines("exceptions", None, functools.partial(csv_files.exceptions_csv, manifest, ALL), folder)
        _lines("audit messages", None, functools.partial(audit_xml.messages, manifest, ALL), folder)
    _say_memory()


def measure_export(folder: Path, shape: Shape) -> None:
    """The whole step, in the formats that are usual."""
    with Manifest(folder / "m") as manifest:
        started = time.perf_counter()
        written = export.run(manifest, folder / "report", Control(), NoEvents(), ExportSettings())
        print(f"  {'the whole export':32} {time.perf_counter() - started:8.1f} s")
    for path in written:
        size = path.stat().st_size / 1e6
        bound = tree.verdict(size, REPORT, "MB") if path.suffix == ".html" else ""
        print(f"  {path.name:32} {size:8.1f} MB  {bound}")
    _say_memory()


def _lines(what: str, bound: int | None, make: Callable[[], Iterator[str]], folder: Path) -> None:
    started, used, count = time.perf_counter(), time.process_time(), 0
    with open(folder / "lines", "w", encoding="utf-8", newline="") as file:
        for line in make():
            file.write(line)
            count += 1
    rate = count / (time.perf_counter() - started)
    alone = count / (time.process_time() - used)  # what it would be if nothing else ran
    within = "" if bound is None else f"{'within' if rate >= bound else 'UNDER '} {bound} a second"
    print(f"  {what:32} {rate:8.0f} lines/s of {count} ({alone:.0f} of processor time)  {within}", flush=True)


def _say_memory() -> None:
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  {'peak resident memory':32} {peak:8} MB  {tree.verdict(peak, MEGABYTES, 'MB')}", flush=True)
