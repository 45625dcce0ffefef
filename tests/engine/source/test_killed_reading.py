"""Killed in the middle of reading: the next reading goes on from there, and ends with the same ledger."""

from __future__ import annotations

import contextlib
import os
import sqlite3
import subprocess
import time
from pathlib import Path
from random import Random
from typing import Any, NamedTuple, Sequence

import pytest

from tests.engine.stage import NOWHERE, again, image, opened
from tests.running import command, to, wizard
from wizard.manifest import entries

pytestmark = pytest.mark.long

FEW, MANY = 4_000, 20_000
_OLD = 1_500_000_000  # seconds: nobody writes at these files any more
_UID = "1.2.826.0.1.3680043.8.498.{}"  # and nine digits


class Archive(NamedTuple):
    """A folder, and how an undisturbed reading of it ends."""

    folder: Path
    files: int
    ledger: list[tuple[object, ...]]
    tree: list[tuple[object, ...]]


def make(folder: Path, count: int) -> None:
    """Files of 100 to a study, some of them duplicates, conflicts, cut off or no DICOM at all."""
    marks = [_UID.format(number) for number in (500_000_000, 600_000_000, 700_000_000)]
    template = image(marks[0], marks[1], marks[2], PatientID="P-00000")
    for number in range(count):
        study, kind = divmod(number, 100)
        inside = folder / f"{study % 7}" / f"{study}"
        inside.mkdir(parents=True, exist_ok=True)
        own = number - 1 if kind in (11, 22) else number  # the same as the file before it, or as it claims
        content = template.replace(b"P-00000", b"P-%05d" % (study // 2))
        for mark, value in zip(marks, (500_000_000 + own, 600_000_000 + study, 700_000_000 + study)):
            content = content.replace(mark.encode(), _UID.format(value).encode())
        if kind == 22:
            content = content[:-1] + b"\1"
        elif kind == 33:
            content = content[:-3]
        elif kind == 44:
            content = b"a text"
        (inside / f"{number:06d}").write_bytes(content)
        os.utime(inside / f"{number:06d}", (_OLD, _OLD))


def archive(folder: Path, count: int) -> Archive:
    make(folder / "archive", count)
    manifest = folder / "undisturbed.sqlite"
    ended = wizard(*job(folder / "archive", manifest))
    assert ended.summary["balanced"] is True, ended.stderr
    share = count // 100
    assert {bucket: n for bucket, n in ended.summary["buckets"].items() if n} == {
        "pending": count - 5 * share,
        **dict.fromkeys(("duplicate", "damaged", "not_dicom"), share),
        "conflict": 2 * share,
    }
    return Archive(folder / "archive", count, ledger(manifest), tree(manifest))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return archive(tmp_path_factory.mktemp("few"), FEW)


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    return archive(tmp_path_factory.mktemp("many"), MANY)


@pytest.mark.parametrize("parts", [(0.01,), (0.4,), (0.7,), (0.2, 0.5)], ids=str)
def test_a_reading_killed_once_or_twice_goes_on(parts: tuple[float, ...], few: Archive, tmp_path: Path) -> None:
    kill_and_go_on(few, parts, tmp_path / "m.sqlite")


@pytest.mark.slow
@pytest.mark.parametrize("part", [number / 22 for number in range(20)])
def test_a_long_reading_killed_at_any_moment_goes_on(part: float, many: Archive, tmp_path: Path) -> None:
    kill_and_go_on(many, (part,), tmp_path / "m.sqlite")


def test_a_reading_killed_before_files_of_one_identity_are_compared_does_not_count_as_complete(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Else both of a conflict could be copied."""

    def killed(*_: object) -> None:
        raise KeyboardInterrupt

    for number in (1, 2):
        (source / f"{number}").write_bytes(image("1.2.3.9", InstanceNumber=number))
        os.utime(source / f"{number}", (_OLD, _OLD))
    with opened(source) as manifest:
        with monkeypatch.context() as patched, pytest.raises(KeyboardInterrupt):
            patched.setattr(entries, "sort_out", killed)
            again(manifest)
        assert not entries.read_to_the_end(manifest)
        assert again(manifest).buckets["conflict"] == 2
        assert entries.read_to_the_end(manifest)


def kill_and_go_on(disturbed: Archive, parts: Sequence[float], manifest: Path) -> None:
    written = kill(disturbed, parts, manifest)
    finished = wizard(*job(disturbed.folder, manifest))
    assert finished.summary["balanced"] is True
    assert ledger(manifest) == disturbed.ledger
    assert tree(manifest) == disturbed.tree
    last = rows(manifest, "SELECT files, opened FROM reading ORDER BY id DESC LIMIT 1")
    assert last == [(disturbed.files, disturbed.files - written)]
    assert rows(manifest, "PRAGMA integrity_check") == [("ok",)]


def kill(disturbed: Archive, parts: Sequence[float], manifest: Path) -> int:
    """Read, and kill it when these parts of all files are written down; returns how many are."""
    for _ in range(5):
        if all(killed_at(disturbed, part, manifest) for part in parts):
            ((written,),) = rows(manifest, "SELECT COUNT(*) FROM entry")
            assert 0 < written < disturbed.files
            return int(written)
        for left in manifest.parent.glob(f"{manifest.name}*"):
            left.unlink()
    pytest.fail("five readings came to their end before they were killed")


def killed_at(disturbed: Archive, part: float, manifest: Path) -> bool:
    """Whether it was killed before it had read everything, which a busy machine may not manage."""
    arguments = command(*job(disturbed.folder, manifest))
    process = subprocess.Popen(arguments, stdout=subprocess.DEVNULL, start_new_session=True)
    moment = Random(part).uniform(0, 0.02)  # seconds after a part was written: not always just then
    try:
        while progress(manifest) < max(1, part * disturbed.files) and process.poll() is None:
            wait(process, 0.001)
        wait(process, moment)
    finally:
        process.kill()
        process.wait()
    expires = time.monotonic() + 10
    while alive(process.pid):
        assert time.monotonic() < expires, "what it had started goes on without it"
        time.sleep(0.01)
    in_time = "SELECT ended IS NULL AND (SELECT COUNT(*) FROM entry) < ? FROM reading ORDER BY id DESC LIMIT 1"
    return rows(manifest, in_time, disturbed.files) == [(1,)]


def wait(process: subprocess.Popen[bytes], seconds: float) -> None:
    """Until the process has ended, but no longer than so many seconds."""
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(seconds)


def alive(group: int) -> bool:
    """Whether a process of this group still runs."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):  # it has just ended
            state, _, its_group = path.read_text("latin-1").rpartition(")")[2].split()[:3]
            if int(its_group) == group and state != "Z":
                return True
    return False


def progress(manifest: Path) -> int:
    """The number of files that the last reading has recorded."""
    if not manifest.exists():
        return 0
    try:
        found = rows(manifest, "SELECT files FROM reading ORDER BY id DESC LIMIT 1")
    except sqlite3.OperationalError:  # its tables are just being made
        return 0
    return int(found[0][0]) if found else 0


def job(folder: Path, manifest: Path) -> list[object]:
    return ["source", "--source", folder, *to(NOWHERE), "--manifest", manifest, "--json", "--quiet"]


def ledger(manifest: Path) -> list[tuple[object, ...]]:
    """All that is known of each file, without what only numbers the rows."""
    sql = """
        SELECT folder.path, ledger.name, ledger.size, ledger.mtime_ns, ledger.final_bucket, ledger.final_code,
               ledger.final_values, ledger.topic, ledger.finding_code, ledger.finding_values, ledger.lane,
               ledger.put_off, ledger.sop_uid, ledger.dataset_offset, ledger.sha256,
               twin.name, series.series_uid, kind.transfer_syntax
        FROM ledger JOIN folder ON folder.id = ledger.folder LEFT JOIN entry AS twin ON twin.id = ledger.same_as
        LEFT JOIN series ON series.id = ledger.series LEFT JOIN kind ON kind.id = ledger.kind
        ORDER BY folder.path, ledger.name"""
    return rows(manifest, sql)


def tree(manifest: Path) -> list[tuple[object, ...]]:
    """The patients, studies and series, and how much each holds."""
    sql = """
        SELECT patient_id, patient.name, study_uid, study_date, series_uid, modality, images, bytes, problems, shown,
               ticked
        FROM series JOIN study ON study.id = series.study JOIN patient ON patient.id = study.patient
        ORDER BY series_uid, patient_id"""
    return rows(manifest, sql)


def rows(manifest: Path, sql: str, *values: object) -> list[tuple[Any, ...]]:
    db = sqlite3.connect(f"{manifest.as_uri()}?mode=ro", uri=True)
    try:
        return db.execute(sql, values).fetchall()
    finally:
        db.close()
