"""The file of the manifest: who may open it, its contents after a crash, and the errors when it cannot be used."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
import subprocess
import sys
import threading
from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample
from wizard.errors import (
    DestinationError,
    ManifestError,
    ManifestInUse,
    Stopped,
)
from wizard.language.message import Message
from wizard.manifest import ledger, upgrade
from wizard.manifest.manifest import Manifest

HOLD = """
import sys
from pathlib import Path
from wizard.manifest.manifest import Manifest
manifest = Manifest(Path(sys.argv[1]))
with manifest.running("copy"):
    print("open", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def manifest(tmp_path: Path) -> Iterator[Manifest]:
    with Manifest(tmp_path / "m.sqlite") as made:
        yield made


def add_root(manifest: Manifest, path: bytes) -> None:
    with manifest.writing() as db:
        db.execute("INSERT INTO root (path) VALUES (?)", (path,))


class Holder:
    """Another program that has a manifest open, in the middle of a copy."""

    def __init__(self, path: Path) -> None:
        command = [sys.executable, "-c", HOLD, str(path)]
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        assert self.process.stdout is not None
        assert self.process.stdout.readline().split() == [b"open"]

    def end(self, kill: bool = False) -> None:
        if kill:
            self.process.kill()
        self.process.communicate()


# A fresh file


def test_a_fresh_manifest_belongs_to_this_user_alone_and_says_what_it_is(manifest: Manifest) -> None:
    for path in manifest.path.parent.glob("m.sqlite*"):
        if not path.name.endswith(".lock"):  # which is empty
            assert os.name == "nt" or stat.S_IMODE(path.stat().st_mode) == 0o600, path.name
    assert manifest.value("PRAGMA journal_mode") == "wal"
    assert manifest.value("PRAGMA application_id") == upgrade.APPLICATION_ID
    assert manifest.value("PRAGMA user_version") == upgrade.VERSION


NAMES = [b"100% #1 & more", "Ümläut 日本".encode()]
NAMES += [] if os.name == "nt" else [b"1?", b"\xff\xfe not text"]  # which Windows does not take


@pytest.mark.parametrize("folder", NAMES)
def test_a_folder_may_have_any_name(folder: bytes, tmp_path: Path) -> None:
    home = tmp_path / os.fsdecode(folder)
    home.mkdir()
    for _ in range(2):
        with Manifest(home / "m.sqlite") as manifest:
            manifest.put(answer=manifest.get("answer", 0) + 21)
            assert [path.name for path in home.glob("*.sqlite")] == ["m.sqlite"]
    with Manifest(home / "m.sqlite") as manifest:
        assert manifest.get("answer") == 42


@pytest.mark.parametrize("journal", ["WAL", "DELETE"])
def test_a_manifest_that_was_killed_before_it_had_any_table_is_begun_again(journal: str, tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    with sqlite3.connect(str(path)) as db:
        db.execute(f"PRAGMA journal_mode = {journal}")
        db.execute(f"PRAGMA application_id = {upgrade.APPLICATION_ID}")
    db.close()
    assert path.stat().st_size > 0
    with Manifest(path) as manifest:
        assert ledger.balance(manifest).entries == 0


def test_a_manifest_is_made_as_a_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    half = tmp_path / "half.sql"
    sql = upgrade._SCHEMA.read_text("utf-8")
    half.write_text(sql[: sql.index("CREATE TABLE IF NOT EXISTS attempt")] + "CREATE TABLE broken (", "utf-8")
    with monkeypatch.context() as patched:
        patched.setattr(upgrade, "_SCHEMA", half)
        with pytest.raises(ManifestError):
            Manifest(tmp_path / "m.sqlite")
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert ledger.balance(manifest).balanced


def test_settings_are_kept(tmp_path: Path) -> None:
    with Manifest(tmp_path / "m.sqlite") as manifest:
        manifest.put(name="Müller", numbers=[1, 2], nothing=None)
        manifest.put(name="Maier")
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert manifest.get("name") == "Maier"
        assert manifest.get("numbers") == [1, 2]
        assert manifest.get("nothing", "default") is None
        assert manifest.get("never", "default") == "default"


# One writer, many readers


def test_what_is_being_written_is_not_read_before_it_is_committed(manifest: Manifest) -> None:
    with manifest.writing() as db:
        db.execute("INSERT INTO root (path) VALUES (?)", (b"/a",))
        assert ledger.roots(manifest) == []
    assert ledger.roots(manifest) == [b"/a"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt, sqlite3.IntegrityError])
def test_an_error_undoes_the_whole_transaction_and_nothing_else(error: type[BaseException], manifest: Manifest) -> None:
    add_root(manifest, b"/before")
    expected = ManifestError if error is sqlite3.IntegrityError else error
    with pytest.raises(expected), manifest.writing() as db:
        db.execute("INSERT INTO root (path) VALUES (?)", (b"/during",))
        if error is sqlite3.IntegrityError:
            db.execute("INSERT INTO root (path) VALUES (?)", (b"/before",))
        raise error
    add_root(manifest, b"/after")
    assert ledger.roots(manifest) == [b"/after", b"/before"]


@pytest.mark.parametrize("fails", [False, True])
def test_a_transaction_inside_another_is_part_of_it(fails: bool, manifest: Manifest) -> None:
    def outer() -> None:
        with manifest.writing() as db:
            db.execute("INSERT INTO root (path) VALUES (?)", (b"/a",))
            manifest.put(inner=1)
            assert manifest.get("inner") is None
            if fails:
                raise KeyError

    if fails:
        with pytest.raises(KeyError):
            outer()
    else:
        outer()
    assert (ledger.roots(manifest), manifest.get("inner")) == (([], None) if fails else ([b"/a"], 1))


def test_threads_write_one_after_the_other_and_lose_nothing(manifest: Manifest) -> None:
    manifest.put(count=0)
    errors: list[BaseException] = []

    def count() -> None:
        try:
            for _ in range(50):
                with manifest.writing() as db:
                    (text,) = db.execute("SELECT value FROM setting WHERE key = 'count'").fetchone()
                    db.execute("UPDATE setting SET value = ? WHERE key = 'count'", (str(int(text) + 1),))
                manifest.get("count")
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert manifest.get("count") == 200


def test_a_second_writer_waits_until_the_first_has_committed(manifest: Manifest) -> None:
    entered = threading.Event()

    def write() -> None:
        with manifest.writing():
            entered.set()

    second = threading.Thread(target=write)
    with manifest.writing():
        second.start()
        assert not entered.wait(0.2)
    assert entered.wait(10)
    second.join()


def test_a_reader_sees_one_state_while_it_reads_whatever_is_written_meanwhile(manifest: Manifest) -> None:
    for letter in b"abc":
        add_root(manifest, bytes([letter]))
    reading = manifest.rows("SELECT path FROM root ORDER BY path")
    seen = [next(reading)["path"]]
    with manifest.writing() as db:
        db.execute("DELETE FROM root WHERE path = ?", (b"b",))
    seen += [row["path"] for row in reading]
    assert seen == [b"a", b"b", b"c"]
    assert ledger.roots(manifest) == [b"a", b"c"]


def test_readers_cannot_write(manifest: Manifest) -> None:
    with pytest.raises(ManifestError):
        list(manifest.rows("INSERT INTO root (path) VALUES (x'00')"))


def test_after_it_is_closed_it_can_neither_be_read_nor_written(manifest: Manifest) -> None:
    assert ledger.roots(manifest) == []
    manifest.close()
    manifest.close()
    with pytest.raises(ManifestError):
        ledger.roots(manifest)
    with pytest.raises(ManifestError):
        add_root(manifest, b"/a")


def test_once_it_is_closed_the_file_alone_holds_everything(manifest: Manifest) -> None:
    add_root(manifest, b"/a")
    reader = threading.Thread(target=lambda: ledger.roots(manifest))
    reader.start()
    reader.join()
    assert ledger.roots(manifest) == [b"/a"]
    manifest.close()
    assert [path.name for path in manifest.path.parent.glob("m.sqlite-*")] == []
    copy = Path(shutil.copy(manifest.path, manifest.path.with_name("copy.sqlite")))
    with Manifest(copy) as copied:
        assert ledger.roots(copied) == [b"/a"]


# One program at a time


def test_a_second_window_is_kept_out_and_let_in_after_the_first_is_closed(tmp_path: Path) -> None:
    first = Manifest(tmp_path / "m.sqlite")
    with pytest.raises(ManifestInUse, match="another window or program"):
        Manifest(tmp_path / "m.sqlite")
    add_root(first, b"/a")  # which did it no harm
    first.close()
    with Manifest(tmp_path / "m.sqlite") as second:
        assert ledger.roots(second) == [b"/a"]


@pytest.mark.parametrize("kill", [False, True])
def test_another_program_is_kept_out_until_this_one_has_ended(kill: bool, tmp_path: Path) -> None:
    holder = Holder(tmp_path / "m.sqlite")
    with pytest.raises(ManifestInUse):
        Manifest(tmp_path / "m.sqlite")
    holder.end(kill)
    Manifest(tmp_path / "m.sqlite").close()


# The disk is full


def fill(manifest: Manifest) -> None:
    """Let the file grow no more, as on a full disk."""
    with manifest.writing() as db:
        db.execute("PRAGMA max_page_count = 1")


def test_a_full_disk_is_named_and_nothing_is_half_written(manifest: Manifest) -> None:
    add_root(manifest, b"/before")
    fill(manifest)
    with pytest.raises(ManifestError, match="disk of the migration record is full"), manifest.writing() as db:
        for number in range(10_000):
            db.execute("INSERT INTO root (path) VALUES (?)", (b"/%0100d" % number,))
    assert ledger.roots(manifest) == [b"/before"]
    with manifest.writing() as db:
        db.execute("PRAGMA max_page_count = 100000")
    add_root(manifest, b"/later")
    assert ledger.roots(manifest) == [b"/before", b"/later"]


def test_a_step_that_fills_the_disk_fails_with_that_sentence(manifest: Manifest) -> None:
    fill(manifest)
    with pytest.raises(ManifestError, match="disk of the migration record is full"), manifest.running("source"):
        sample = [(b"/%0100d" % number,) for number in range(10_000)]
        with manifest.writing() as db:
            db.executemany("INSERT INTO root (path) VALUES (?)", sample)


# The record of steps


@pytest.mark.parametrize(
    ("error", "outcome"),
    [
        (None, "done"),
        (Stopped(), "stopped"),
        (DestinationError(Message("It is away.")), "failed"),
        (KeyError("bug"), "failed"),
    ],
)
def test_each_step_is_recorded_with_how_it_ended(error: Exception | None, outcome: str, manifest: Manifest) -> None:
    def step() -> None:
        with manifest.running("copy"):
            assert runs(manifest) == [("copy", "interrupted", False)]
            if error is not None:
                raise error

    if error is None:
        step()
    else:
        with pytest.raises(type(error)):
            step()
    assert runs(manifest) == [("copy", outcome, True)]


def test_a_step_that_was_killed_stays_recorded_as_interrupted(tmp_path: Path) -> None:
    Holder(tmp_path / "m.sqlite").end(kill=True)
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert runs(manifest) == [("copy", "interrupted", False)]


def runs(manifest: Manifest) -> list[tuple[str, str, bool]]:
    return [(row["step"], row["outcome"], row["ended"] is not None) for row in manifest.rows("SELECT * FROM run")]


def test_a_sample_is_a_manifest_like_any_other(tmp_path: Path) -> None:
    """The other tests build theirs with it."""
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image()
        sample.read()
        assert ledger.balance(sample.manifest).balanced
