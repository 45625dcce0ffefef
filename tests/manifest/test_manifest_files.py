"""Files that are no manifest, or none of this version, raise an error and are left as they are."""

from __future__ import annotations

import os
import shutil
import sqlite3
import stat
from pathlib import Path

import pytest

from tests.report.samples import troubled
from wizard.errors import ManifestError, NewerManifest, NotAManifest
from wizard.manifest import ledger, upgrade
from wizard.manifest.manifest import Manifest


@pytest.fixture
def closed(tmp_path: Path) -> Path:
    """A manifest of some size that is not open."""
    path = tmp_path / "closed.sqlite"
    with troubled(path) as sample:
        for number in range(500):
            sample.image(path=b"/archive/more/%06d" % number)
    return path


def expect_untouched(path: Path, error: type[ManifestError], says: str) -> None:
    """Opening fails with this error, and neither the file nor its neighbours change, the lock aside."""
    before = contents(path.parent)
    with pytest.raises(error) as caught:
        Manifest(path)
    assert type(caught.value) is error
    assert says in str(caught.value.sentence)
    assert contents(path.parent) == before
    os.remove(path)  # and nobody keeps it locked
    Manifest(path).close()


def contents(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir() if path.suffix != ".lock"}


# What is not a manifest


@pytest.mark.parametrize("content", [b"Dear colleagues,", b"SQLite format 3\0", b"\0" * 4096])
def test_a_file_that_is_no_database_is_left_alone(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_bytes(content)
    expect_untouched(path, NotAManifest, "is not a migration record")


def test_the_database_of_another_program_is_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "books.sqlite"
    with sqlite3.connect(str(path)) as db:
        db.execute("CREATE TABLE book (title TEXT)")
    db.close()
    expect_untouched(path, NotAManifest, "is not a migration record")


def test_not_even_what_another_program_has_not_tidied_up_is_touched(tmp_path: Path) -> None:
    """Merely opening and closing a database in SQLite would write its WAL into it."""
    path = tmp_path / "books.sqlite"
    db = sqlite3.connect(str(tmp_path / "original"))
    db.execute("PRAGMA journal_mode = WAL")
    db.execute("CREATE TABLE book (title TEXT)")
    db.commit()
    for suffix in ("", "-wal"):
        shutil.copy(f"{tmp_path}/original{suffix}", f"{path}{suffix}")
    db.close()
    assert Path(f"{path}-wal").stat().st_size > 0
    expect_untouched(path, NotAManifest, "is not a migration record")


def test_the_manifest_of_a_newer_version_is_left_as_it_is(closed: Path) -> None:
    with sqlite3.connect(str(closed)) as db:
        db.execute(f"PRAGMA user_version = {upgrade.VERSION + 1}")
    db.close()
    expect_untouched(closed, NewerManifest, "newer version of this program")


@pytest.mark.parametrize("how", ["cut off", "overwritten", "cut off after its head"])
def test_a_broken_manifest_is_reported_and_left_as_it_is(how: str, closed: Path) -> None:
    whole = closed.read_bytes()
    broken = {
        "cut off": whole[: len(whole) // 2],
        "cut off after its head": whole[:100],
        "overwritten": whole[:4096] + b"\xa5" * (len(whole) - 4096),
    }[how]
    closed.write_bytes(broken)
    with pytest.raises(NotAManifest, match="is broken, and was left as it is"), Manifest(closed) as manifest:
        ledger.balance(manifest)
    assert closed.read_bytes() == broken


def test_a_folder_that_is_missing_or_is_none_is_said(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for path in (tmp_path / "missing" / "m.sqlite", tmp_path / "file" / "m.sqlite", tmp_path):
        with pytest.raises(ManifestError, match="cannot be written"):
            Manifest(path)


# Upgrades


@pytest.fixture
def next_version(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(upgrade, "VERSION", upgrade.VERSION + 1)
    step = {upgrade.VERSION - 1: "ALTER TABLE root ADD COLUMN label TEXT; UPDATE root SET label = 'old'"}
    monkeypatch.setattr(upgrade, "UPGRADES", step)
    return monkeypatch


def version_of(path: Path) -> int:
    db = sqlite3.connect(f"{path.as_uri()}?immutable=1", uri=True)
    (version,) = db.execute("PRAGMA user_version").fetchone()
    db.close()
    return int(version)


def test_an_older_manifest_is_copied_and_then_upgraded(closed: Path, next_version: pytest.MonkeyPatch) -> None:
    before = closed.read_bytes()
    with Manifest(closed) as manifest:
        assert manifest.value("SELECT label FROM root") == "old"
        assert manifest.value("PRAGMA user_version") == upgrade.VERSION
        assert ledger.balance(manifest).balanced
    copy = closed.with_name(f"{closed.name}.version-{upgrade.VERSION - 1}")
    assert copy.read_bytes() == before
    assert os.name == "nt" or stat.S_IMODE(copy.stat().st_mode) == 0o600


def test_the_copy_holds_what_a_killed_program_had_committed(closed: Path, next_version: pytest.MonkeyPatch) -> None:
    """It lies in the WAL, not in the file."""
    db = sqlite3.connect(str(closed))
    db.execute("INSERT INTO setting VALUES ('last', '1')")
    db.commit()
    for suffix in ("", "-wal"):
        shutil.copy(f"{closed}{suffix}", f"{closed}.killed{suffix}")
    db.close()
    killed = closed.with_name(f"{closed.name}.killed")
    Manifest(killed).close()
    copy = sqlite3.connect(f"{killed}.version-{upgrade.VERSION - 1}")
    assert copy.execute("SELECT value FROM setting WHERE key = 'last'").fetchone() == ("1",)
    copy.close()


def test_an_upgrade_that_fails_changes_nothing(closed: Path, next_version: pytest.MonkeyPatch) -> None:
    wrong = {upgrade.VERSION - 1: upgrade.UPGRADES[upgrade.VERSION - 1] + "; SELECT nonsense FROM nowhere"}
    next_version.setattr(upgrade, "UPGRADES", wrong)
    with pytest.raises(ManifestError):
        Manifest(closed)
    next_version.undo()
    assert version_of(closed) == upgrade.VERSION
    with Manifest(closed) as manifest:
        assert "label" not in [row["name"] for row in manifest.rows("PRAGMA table_info(root)")]
