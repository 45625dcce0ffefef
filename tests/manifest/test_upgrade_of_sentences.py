"""Version 5 stored sentences. They stay as they are, in English, and nothing else of such a manifest is lost."""

from __future__ import annotations

import contextlib
import json
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

from wizard import reasons
from wizard.errors import ManifestError
from wizard.language.message import Private
from wizard.manifest import files, ledger, proof, queue, samples, upgrade
from wizard.manifest.manifest import Manifest
from wizard.reasons import EARLIER
from wizard.vocabulary import Bucket, Who

#: Table and column of each sentence; who needs to act was stored beside the one of an entry.
SENTENCES = {
    ("folder", "error"): "error",
    ("entry", "reason"): "reason",
    ("entry", "finding"): "finding",
    ("history", "reason"): "reason",
    ("sample", "details"): "reason",
}
#: The columns that are gone; all others are the same before and after.
GONE = {*SENTENCES, ("entry", "who"), ("proof", "remark")}
#: Long, of several lines, with braces, quotes and what no encoding of Windows has.
STRANGE = "said “{n} 100 % {}” \N{PILE OF POO}\n'; DROP TABLE entry; " + "x" * 3000
FULL = "The new PACS says that it is full or busy. It said: “no room”. (status A700)"
CUT_OFF = "the file is cut off: 900 bytes are there, 1,100 are missing"

_ENTRIES = [  # id, bucket, reason, who, topic, finding
    (3, "copied", "", "", "", ""),
    (5, "pending", "", "", "", ""),
    (8, "pending", FULL, "the administrator of the new PACS", "", ""),
    (9, "damaged", CUT_OFF, "the maker of the old PACS", "broken", CUT_OFF),
    (12, "unreadable", "the computer could not read it: Permission denied", "you", "", ""),
    (13, "refused", STRANGE, "your IT department", "", ""),
    (14, "refused", "a sentence of nobody known", "somebody else", "", ""),
    (20, "duplicate", "the same image as another file", "", "", ""),
    (21, "pending", "", "", "unusual_uid", "its identity (SOP Instance UID) has an empty part"),
    (22, "unknown", "it was being sent and no answer came", "", "", ""),
]
_CONTENT = """
    INSERT INTO setting VALUES ('wanted', '{"a": 1}');
    INSERT INTO root VALUES (2, CAST('/archive' AS BLOB));
    INSERT INTO reading VALUES (4, 1.0, 2.0, 10, 9), (6, 3.0, NULL, 5, 0);
    INSERT INTO folder VALUES (2, CAST('/archive' AS BLOB), 4, NULL), (7, x'2fff', 6, 'Permission denied');
    INSERT INTO patient VALUES (2, 'P-1', 'I', 'Muster, Anna', '19700101', 'F', 'muster');
    INSERT INTO study VALUES (4, 2, '1.2', '20190302', '1200', 'A-1', 'CT', 'Clinic', 0),
                             (6, 2, '1.3', NULL, '', '', '', '', 1);
    INSERT INTO series (id, study, series_uid, modality, number, description) VALUES
        (5, 4, '1.2.1', 'CT', '3', 'thin'), (7, 6, '1.3.1', 'MR', '', '');
    INSERT INTO kind VALUES (3, '1.2.840.10008.5.1.4.1.1.2', '1.2.840.10008.1.2', 0, 9.5);
    INSERT INTO claim VALUES (5);
    INSERT INTO reference VALUES (3, '1.9'), (12, 'A/B');
    INSERT INTO decision VALUES ('damaged', 'leave_out', 7.5);
    INSERT INTO attempt VALUES (2, 3, 1.5, 1001, 0, 'fine', '', 868, 0.1), (5, 8, 1.6, 1001, 42752, 'full', '(8,8)', 868, 0.2),
                               (9, 22, 1.7, 0, NULL, 'the program ended before an answer came', '', 0, 0);
    INSERT INTO proof VALUES (4, 8.0, 3, 'the new PACS gave no valid answer for some images; it counts 1 images instead of 2'),
                             (6, 8.5, 0, '');
    INSERT INTO commitment VALUES ('1.7', 4, 1, 9.0, 0, 9.5);
    INSERT INTO promise VALUES (3, '1.7', 0);
    INSERT INTO sample VALUES (3, 10.0, 'different', 'Rows, Columns (missing at the new PACS)'), (8, 10.5, 'identical', '');
    INSERT INTO listed VALUES (1, '1.2', 'A-1', 5);
    INSERT INTO run VALUES (1, 'source', 1.0, 2.0, 'done');
    INSERT INTO audit VALUES (1, 1.0, 'anna', 'desk', '', 'opened', '', '{}');
    PRAGMA user_version = 5;
"""  # noqa: E501


@pytest.fixture
def old(tmp_path: Path) -> Path:
    """A manifest of version 5 with something in every table, and gaps between the row numbers."""
    path = tmp_path / "m.sqlite"
    with contextlib.closing(sqlite3.connect(str(path), isolation_level=None)) as db:
        db.executescript((Path(__file__).parent / "version_5.sql").read_text("utf-8") + _CONTENT)
        db.executemany(
            """INSERT INTO entry (id, bucket, reason, who, topic, finding, folder, name, size, mtime_ns, reading, lane,
            series, kind, sop_uid, dataset_offset, instance_number, frames, sha256, tries, named, named_time, grade)
            VALUES (?1, ?2, ?3, ?4, ?5, ?6, 2, CAST(?1 AS BLOB), 1000 + ?1, 7000000000000000000 + ?1, 4, 0,
            5, 3, '1.5.' || ?1, 132, 'no ' || ?1, 2, zeroblob(32), ?1, 1, 11.25, 'B')""",
            _ENTRIES,
        )
        db.execute("UPDATE entry SET same_as = 3 WHERE id = 20")
        db.executemany(
            "INSERT INTO history VALUES (?, 4, 1, 2, 'refused', ?, '1.8', x'00ff', 0)",
            [(3, STRANGE), (3, ""), (5, "no")],
        )
        assert db.execute("PRAGMA foreign_key_check").fetchall() == []
        empty = [name for name in tables(db) if not db.execute(f"SELECT 1 FROM {name}").fetchone()]
        assert empty == [], "a table without a row says nothing about what is lost"
    return path


def tables(db: sqlite3.Connection) -> list[str]:
    return [row[0] for row in db.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")]


def columns(db: sqlite3.Connection, table: str) -> list[str]:
    return [row[1] for row in db.execute(f"PRAGMA table_info({table})")]


def content(db: sqlite3.Connection, table: str, names: list[str]) -> list[tuple[object, ...]]:
    """The rows with the type of every value, in the order in which they were inserted."""
    wanted = ", ".join(f"{name}, typeof({name})" for name in names)
    order = "1" if table in ("setting", "reference", "decision", "commitment") else "rowid"
    return db.execute(f"SELECT {wanted} FROM {table} ORDER BY {order}").fetchall()


@contextlib.contextmanager
def before_and_after(old: Path) -> Iterator[tuple[sqlite3.Connection, sqlite3.Connection]]:
    """The manifest as it was, and upgraded; nothing but the upgrade has happened to it."""
    with contextlib.closing(sqlite3.connect(str(old), isolation_level=None)) as after:
        upgrade.bring_up_to_date(after, old)
        with contextlib.closing(sqlite3.connect(f"{old}.version-5")) as before:
            assert before.execute("PRAGMA user_version").fetchone() == (5,)
            yield before, after


def test_every_other_column_of_every_table_is_the_same(old: Path) -> None:
    with before_and_after(old) as (before, after):
        assert tables(after) == tables(before)
        gone = set()
        for table in tables(before):
            kept = [name for name in columns(before, table) if name in columns(after, table)]
            gone |= {(table, name) for name in columns(before, table) if name not in kept}
            assert content(after, table, kept) == content(before, table, kept), table
        assert gone == GONE


@pytest.mark.parametrize(("table", "column"), SENTENCES)
def test_every_sentence_is_shown_unchanged(table: str, column: str, old: Path) -> None:
    with before_and_after(old) as (before, after):
        sentences = [row[0] or "" for row in before.execute(f"SELECT {column} FROM {table} ORDER BY rowid")]
        name = SENTENCES[(table, column)]
        found = [
            reasons.read(*row)
            for row in after.execute(f"SELECT {name}_code, {name}_values FROM {table} ORDER BY rowid")
        ]
        assert {bool(sentence) for sentence in sentences} == {True, False}
        assert [None if reason is None else (reason.code, str(reason)) for reason in found] == [
            (EARLIER, sentence) if sentence else None for sentence in sentences
        ]
        assert all(isinstance(reason.values["sentence"], Private) for reason in found if reason is not None)


def test_who_needs_to_act_is_the_same_in_the_words_of_now(old: Path) -> None:
    with before_and_after(old) as (_, after):
        rows = after.execute("SELECT id, reason_code, reason_values FROM entry WHERE reason_code <> ''").fetchall()
        found = {identity: reasons.read(code, values) for identity, code, values in rows}
    assert {identity: reason.who for identity, reason in found.items() if reason is not None} == {
        **{8: Who.PACS_ADMINISTRATOR, 9: Who.OLD_PACS, 12: Who.YOU, 13: Who.IT},
        **{14: "", 20: "", 22: ""},
    }


def test_the_remarks_about_a_study_are_one_as_they_were(old: Path) -> None:
    with before_and_after(old) as (before, after):
        (sentence,) = before.execute("SELECT remark FROM proof WHERE study = 4").fetchone()
        texts = dict(after.execute("SELECT study, remarks FROM proof"))
    (remark,) = reasons.remarks_from_json(texts[4])
    assert (remark.code, str(remark), remark.who) == (EARLIER, sentence, "")
    assert reasons.remarks_from_json(texts[6]) == ()


def test_what_waits_with_a_reason_was_put_off(old: Path) -> None:
    with before_and_after(old) as (_, after):
        assert after.execute("SELECT id FROM entry WHERE put_off").fetchall() == [(8,)]
        assert after.execute("SELECT DISTINCT put_off FROM entry ORDER BY 1").fetchall() == [(0,), (1,)]


def test_the_file_is_sound(old: Path) -> None:
    with before_and_after(old) as (_, after):
        assert after.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        assert after.execute("PRAGMA foreign_key_check").fetchall() == []
        with pytest.raises(sqlite3.IntegrityError):
            after.execute("UPDATE entry SET bucket = 'lost'")
    with Manifest(old) as manifest, pytest.raises(ManifestError), manifest.writing() as db:
        db.execute("UPDATE entry SET folder = 99 WHERE id = 3")  # foreign keys hold


def test_it_is_read_as_any_other(old: Path) -> None:
    with Manifest(old) as manifest:
        lines = {line.id: line for line in ledger.lines(manifest)}
        assert str(lines[13].reason) == STRANGE
        assert (lines[3].reason, lines[3].status, lines[3].comment) == (None, 0, "fine")
        assert lines[22].comment == "the program ended before an answer came"
        assert list(ledger.unreadable_folders(manifest)) == [(b"/\xff", reasons.earlier("Permission denied"))]
        assert len(files.first(manifest, [Bucket.REFUSED], 9, "nobody known")) == 1
        assert [str(study.remarks[0])[:12] for study in proof.studies(manifest) if study.remarks] == ["the new PACS"]
        rows = [(row["result"], row["reason_code"]) for row in samples.results(manifest)]
        assert rows == [("different", EARLIER), ("identical", "")]
        groups = {(str(one.bucket), one.who): one.count for one in ledger.reasons(manifest) if one.code == EARLIER}
        assert groups[("refused", Who.IT)] == groups[("refused", "")] == 1
        with manifest.writing() as db:
            tickets = queue.hand_out(db, 4, None, [3], 9)
        assert [(ticket.entry, ticket.again) for ticket in tickets] == [(21, 0), (8, 1)]


def test_the_values_are_json_that_any_program_reads(old: Path) -> None:
    with before_and_after(old) as (_, after):
        (values,) = after.execute("SELECT reason_values FROM entry WHERE id = 13").fetchone()
    assert json.loads(values) == {"sentence": {"private": STRANGE}, "who": "it"}


# What goes wrong in the middle


def expect_version_5(path: Path) -> None:
    with contextlib.closing(sqlite3.connect(str(path))) as db:
        assert db.execute("PRAGMA user_version").fetchone() == (5,)
        assert db.execute("SELECT reason, who FROM entry WHERE id = 13").fetchone() == (STRANGE, "your IT department")
        assert not [name for name in tables(db) if name.startswith("old_")]
        assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]


@pytest.mark.parametrize("function", ["earlier_code", "earlier_values", "earlier_remarks"])
def test_an_upgrade_that_fails_leaves_version_5(function: str, old: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*arguments: object) -> str:
        raise ZeroDivisionError

    wrong = [(name, count, fail if name == function else works) for name, count, works in upgrade._EARLIER]
    monkeypatch.setattr(upgrade, "_EARLIER", wrong)
    with pytest.raises(ManifestError):
        Manifest(old)
    expect_version_5(old)
    monkeypatch.undo()
    Manifest(old).close()
    with before_and_after(old) as (_, after):
        assert after.execute("PRAGMA user_version").fetchone() == (upgrade.VERSION,)


_KILLED = """
import os, signal, sys
from pathlib import Path
from wizard.manifest import upgrade
from wizard.manifest.manifest import Manifest
upgrade._EARLIER = [*upgrade._EARLIER[:2], ("earlier_remarks", 1, lambda text: os.kill(os.getpid(), signal.SIGKILL))]
Manifest(Path(sys.argv[1]))
"""


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_an_upgrade_that_is_killed_leaves_version_5(old: Path, project: Path) -> None:
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(old)], cwd=str(project), check=False)
    assert killed.returncode == -signal.SIGKILL
    expect_version_5(old)
    with Manifest(old) as manifest:
        assert manifest.value("PRAGMA user_version") == upgrade.VERSION
        assert str(next(line.reason for line in ledger.lines(manifest) if line.id == 13)) == STRANGE
