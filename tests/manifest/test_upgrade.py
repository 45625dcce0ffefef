"""A manifest of an older version, made with the schema of its time, goes on with this version."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Iterator

import pytest

from wizard.manifest import decisions, ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome
from wizard.manifest.study_order import StudyOrder
from wizard.manifest.upgrade import VERSION
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

_CONTENT = """
    INSERT INTO reading (id, started, ended, files) VALUES (1, 1.0, 2.0, 5);
    INSERT INTO folder VALUES (1, CAST('/archive' AS BLOB), 1, NULL);
    INSERT INTO patient VALUES (1, 'P-1', '', 'Muster, Anna', '', '', 'muster');
    INSERT INTO study (id, patient, study_uid, study_date, study_time, accession, description) VALUES
        (1, 1, '1.2', NULL, '', '', '');
    INSERT INTO series (id, study, series_uid, modality, number, description) VALUES (1, 1, '1.2.1', 'CT', '', '');
    INSERT INTO kind VALUES (1, '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2', NULL, NULL),
                            (2, '1.2.840.10008.5.1.4.1.1.88.59', '1.2.840.10008.1.2', NULL, NULL);
    INSERT INTO entry (folder, name, size, mtime_ns, reading, bucket, series, kind, sop_uid, dataset_offset) VALUES
        (1, CAST('a' AS BLOB), 1000, 7, 1, 'copied', 1, 1, '1.1', 132),
        (1, CAST('b' AS BLOB), 1000, 7, 1, 'pending', 1, 1, '1.2', 132),
        (1, CAST('c' AS BLOB), 1000, 7, 1, 'pending', 1, 2, '1.3', 132),
        (1, CAST('d' AS BLOB), 1000, 7, 1, 'damaged', 1, 1, '1.4', 132);
"""


_IN_FLIGHT = """
    INSERT INTO entry (folder, name, size, mtime_ns, reading, bucket, reason, tries, series, kind, sop_uid,
        dataset_offset) VALUES
        (1, CAST('e' AS BLOB), 1000, 7, 1, 'unknown', 'it was being sent and no answer came', 1, 1, 1, '1.5', 132);
    INSERT INTO attempt (entry, time, association, status, bytes, seconds) VALUES (1, 1.5, 1001, 0, 868, 0.1);
"""


def old(path: Path, version: int) -> None:
    """A manifest that a version has left behind: copied, pending twice, damaged; and one that was being sent."""
    db = sqlite3.connect(str(path))
    schema = (Path(__file__).parent / f"version_{version}.sql").read_text("utf-8")
    db.executescript(f"{schema};{_CONTENT};{_IN_FLIGHT};PRAGMA user_version = {version};")
    db.close()


@pytest.fixture(params=range(1, VERSION))
def upgraded(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Manifest]:
    old(tmp_path / "m.sqlite", request.param)
    with Manifest(tmp_path / "m.sqlite") as manifest:
        yield manifest
    assert (tmp_path / f"m.sqlite.version-{request.param}").exists()


def buckets(manifest: Manifest) -> dict[str, int]:
    balance = ledger.balance(manifest)
    assert balance.balanced
    return {bucket: count for bucket, count in balance.buckets.items() if count}


def test_it_holds_what_it_held(upgraded: Manifest) -> None:
    assert upgraded.value("PRAGMA user_version") == VERSION
    assert buckets(upgraded) == {"copied": 1, "pending": 2, "damaged": 1, "unknown": 1}
    (copied,) = ledger.rows(upgraded, "copied")
    assert (copied["sop_uid"], copied["attempts"], copied["status"]) == ("1.1", 1, 0)


def test_what_was_being_sent_is_asked_about_first(upgraded: Manifest) -> None:
    (row,) = queue.unknown(upgraded)
    assert (row["sop_uid"], row["tries"], row["status"], row["attempts"]) == ("1.5", 1, None, 0)


def test_it_has_the_tables_of_a_new_one(upgraded: Manifest, tmp_path: Path) -> None:
    names = "SELECT type, name FROM sqlite_master WHERE name NOT LIKE 'sqlite_%' ORDER BY 1, 2"
    columns = """SELECT sqlite_master.name, info.name, info.type, info."notnull", info.dflt_value, info.pk
        FROM sqlite_master, pragma_table_info(sqlite_master.name) AS info WHERE sqlite_master.type = 'table'
        ORDER BY 1, 2"""
    indexes = "SELECT name, sql FROM sqlite_master WHERE type IN ('index', 'view') AND sql <> '' ORDER BY 1"
    with Manifest(tmp_path / "new.sqlite") as new:
        for sql in (names, columns, indexes):
            assert [tuple(row) for row in upgraded.rows(sql)] == [tuple(row) for row in new.rows(sql)]


def test_copying_goes_on(upgraded: Manifest) -> None:
    decisions.apply(upgraded)
    queue.copy_first(upgraded, [1])
    turns = StudyOrder(upgraded, 0, newest_first=True)
    (place,) = iter(turns.next, None)
    assert (place.turn, place.study) == (0, 1)
    kinds = [kind.id for kind in queue.kinds(upgraded)]
    with upgraded.writing() as db:
        first, second = queue.hand_out(db, place.study, None, kinds, 10)
        queue.record(
            db,
            [
                Outcome(Bucket.COPIED, None, b"x" * 32, first.entry),
                Outcome(Bucket.PENDING, Reason("full"), None, second.entry, 1),
            ],
            [Attempt(first.entry, 2.0, 1001, 0, "", "", 868, 0.1)],
        )
    assert [first.sop_uid, second.sop_uid] == ["1.2", "1.3"]
    assert buckets(upgraded) == {"copied": 2, "pending": 1, "damaged": 1, "unknown": 1}
    assert queue.waiting(upgraded) == (1, 868)


def test_what_version_1_did_not_ask_of_a_file_is_asked_at_the_next_reading(tmp_path: Path) -> None:
    old(tmp_path / "m.sqlite", 1)
    with Manifest(tmp_path / "m.sqlite") as manifest:  # the kind of a problem, and a key object's title
        names = manifest.rows("SELECT name FROM entry WHERE mtime_ns <> 7 ORDER BY name")
        assert [bytes(row[0]) for row in names] == [b"c", b"d"]
