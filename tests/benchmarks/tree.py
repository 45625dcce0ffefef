"""The tree, the filters and the ticks on a manifest of a million images: how long each takes, and how much memory.

No million files are read for it. The rows are written with a few INSERT … SELECT over a counter, in the shape that
reading leaves them in: each study in a folder of its own, its series and images one after the other, the names of the
patients in another order than their numbers, each fiftieth study without a date, each thousandth image damaged. The
last 300 studies are patient 1's. Two processes of their own work on it, so that the memory measured is only theirs.
"""

from __future__ import annotations

import functools
import multiprocessing
import os
import resource
import tempfile
import time
from pathlib import Path
from typing import Any, Callable, NamedTuple, Sequence

from wizard.manifest import entries, ledger, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.tree import Filter

IMAGES = 1_000_000
PAGE = 200
MEGABYTES = 200  # the most that the process may have resident at any time
FIRST_PAGE, FILTER, TICK_ALL, OPEN_PATIENT = 0.3, 1.5, 3.0, 0.1  # seconds, at most

_FAMILY = ("Muster", "Beispiel", "Sample", "Example", "Prova", "Ejemplo", "Exemple", "Voorbeeld")
_GIVEN = ("Anna", "Bernd", "Clara", "David", "Erik", "Frida", "Gustav", "Hanna")
_UID = "'1.2.826.0.1.3680043.8.498.' || printf('%039d', i * 7919)"


class Shape(NamedTuple):
    """An archive of a million images; of every ten series these are the modalities."""

    name: str
    patients: int
    studies: int
    series: int
    modalities: Sequence[str]


SHAPES = (
    Shape("CT", 50_000, 60_000, 200_000, ["CT"] * 6 + ["MR"] * 2 + ["US", "SR"]),
    Shape("X-ray", 400_000, 500_000, 1_000_000, ["DX"] * 6 + ["CR"] * 2 + ["MG", "SR"]),
)
FILTERS = (
    ("some of the names", Filter(text="anna")),
    ("one name", Filter(text="muster 4711,")),
    ("nobody", Filter(text="nobody of this name")),
    ("everything again", Filter()),
    ("most modalities", Filter(modalities=("CT", "DX", "CR"))),
    ("a rare modality", Filter(modalities=("SR",))),
    ("three years", Filter(from_date="20100101", to_date="20121231")),
    ("the undated alone", Filter(from_date="99991231")),
    ("all at once", Filter("anna", ("CT", "DX", "CR"), "20050101", "20191231", False)),
    ("everything again", Filter()),
)


def main() -> None:
    for shape in SHAPES:
        print(
            f"{shape.name}: {shape.patients} patients, {shape.studies} studies, {shape.series} series, {IMAGES} images"
        )
        with tempfile.TemporaryDirectory() as name:
            for work in (make, measure):
                process = multiprocessing.get_context("spawn").Process(target=work, args=(Path(name) / "m", shape))
                process.start()
                process.join()
                assert process.exitcode == 0


def make(path: Path, shape: Shape, of_one: int = 300) -> None:
    """Write the manifest of an archive that was read to its end; `of_one` studies more are the first patient's."""
    _, patients, studies, series, modalities = shape
    name = f"printf('%s %d, %s', family, i * 7919 % {patients}, given)"
    with Manifest(path) as manifest:
        with manifest.writing() as db:
            db.execute("CREATE TEMP TABLE word (n INTEGER PRIMARY KEY, family TEXT, given TEXT)")
            db.executemany(
                "INSERT INTO word VALUES (?, ?, ?)", [(n, _FAMILY[n % 8], _GIVEN[n // 8]) for n in range(64)]
            )
            db.execute("CREATE TEMP TABLE modality (n INTEGER PRIMARY KEY, name TEXT)")
            db.executemany("INSERT INTO modality VALUES (?, ?)", enumerate(modalities))
            db.execute("INSERT INTO reading (started, ended, files, opened) VALUES (0, 1, ?1, ?1)", (IMAGES,))
            db.execute("INSERT INTO kind (sop_class, transfer_syntax) VALUES (?, ?)", ("1.2.840.1", "1.2.840.2"))
            insert = functools.partial(_insert, db)
            insert(
                "patient (id, patient_id, issuer, name, birth_date, sex, search)",
                f"i + 1, printf('P%07d', i), '', {name}, '', '', lower({name} || char(10) || printf('P%07d', i))",
                patients,
                "JOIN word ON word.n = i * 7919 % 64",
            )
            insert(
                "study (id, patient, study_uid, study_date, study_time, accession, description)",
                f"""i + 1, CASE WHEN i < {patients} THEN i + 1 WHEN i >= {studies - of_one} THEN 1
                ELSE i * 7919 % {patients} + 1 END, {_UID}, CASE WHEN i % 50 THEN
                strftime('%Y%m%d', '2000-01-01', (i * 37 % 7300) || ' days') END,
                '101500', printf('A%08d', i), 'Examination ' || (i % 100)""",
                studies,
            )
            insert(
                "series (id, study, series_uid, modality, number, description)",
                f"i + 1, i * {studies} / {series} + 1, {_UID}, name, i % 7 + 1, 'Series description ' || (i % 40)",
                series,
                "JOIN modality ON modality.n = i % 10",
            )
            insert("folder (id, path, reading)", "i + 1, CAST('/archive/' || i AS BLOB), 1", studies)
            insert(
                """entry (id, folder, name, size, mtime_ns, reading, bucket, reason_code, series, kind, sop_uid,
                dataset_offset)""",
                f"""i + 1, i * {studies} / {IMAGES} + 1, CAST(printf('IM%06d', i) AS BLOB), 525000, i, 1,
                CASE WHEN i % 1000 THEN 'pending' ELSE 'damaged' END, CASE WHEN i % 1000 THEN '' ELSE 'no_end' END,
                i * {series} / {IMAGES} + 1, 1, {_UID}, 340""",
                IMAGES,
            )
        entries.count_series(manifest)
    os.sync()


def measure(path: Path, shape: Shape) -> None:
    """Do what a person does, and print what each thing took."""
    manifest = _timed("open, and the first page", FIRST_PAGE, lambda: _opened(path))
    with manifest:
        _timed("all pages, to the end", None, lambda: _page_through(manifest, shape.patients))
        for name, filter in FILTERS:
            _timed(f"filter: {name}", FILTER, functools.partial(tree.set_filter, manifest, filter))
            _timed("   its first page", FIRST_PAGE, functools.partial(tree.patients, manifest, PAGE))
            _timed("   totals, shown and ticked", None, lambda: (tree.shown(manifest), tree.chosen(manifest)))
        _timed("untick all", TICK_ALL, lambda: tree.tick_all(manifest, False))
        assert tree.chosen(manifest).images == 0
        _timed("tick all", TICK_ALL, lambda: tree.tick_all(manifest, True))
        assert tree.chosen(manifest).images == IMAGES - IMAGES // 1000
        studies = _timed("open a patient of 300 studies", OPEN_PATIENT, lambda: tree.studies(manifest, 1))
        assert len(studies) > 300
        _timed("untick that patient", OPEN_PATIENT, lambda: tree.tick(manifest, "patient", 1, False))
        _timed("the modalities", None, lambda: tree.modalities(manifest))
        _timed("the ledger: balance", None, lambda: ledger.balance(manifest))
        _timed("the ledger: reasons", None, lambda: ledger.reasons(manifest))
        _timed("count every series anew", None, lambda: entries.count_series(manifest))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    print(f"  {'peak resident memory':32} {peak:8} MB  {verdict(peak, MEGABYTES, 'MB')}")


def _insert(db: Any, into: str, values: str, count: int, join: str = "") -> None:
    counter = f"WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n LIMIT {count})"
    db.execute(f"{counter} INSERT INTO {into} SELECT {values} FROM n {join}")


def _opened(path: Path) -> Manifest:
    manifest = Manifest(path)
    assert len(tree.patients(manifest, PAGE)) == PAGE
    return manifest


def _page_through(manifest: Manifest, patients: int) -> None:
    seen, page = 0, tree.patients(manifest, PAGE)
    while page:
        seen += len(page)
        page = tree.patients(manifest, PAGE, page[-1].id)
    assert seen == patients


def _timed(what: str, bound: float | None, work: Callable[[], Any]) -> Any:
    started = time.perf_counter()
    result = work()
    seconds = time.perf_counter() - started
    within = "" if bound is None else verdict(seconds * 1000, bound * 1000, "ms")
    print(f"  {what:32} {seconds * 1000:8.0f} ms  {within}", flush=True)
    return result


def verdict(measured: float, bound: float, unit: str) -> str:
    return f"{'within' if measured <= bound else 'OVER  '} {bound:.0f} {unit}"
