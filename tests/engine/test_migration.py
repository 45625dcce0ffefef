"""A manifest belongs to its folders and its destination, and is found again by them."""

from __future__ import annotations

import os
import sqlite3
from dataclasses import replace
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.engine.stage import series
from tests.links import link
from tests.running import fingerprint
from wizard import __version__, settings
from wizard.dicom.destination import Destination, Tls
from wizard.engine import migration, source
from wizard.engine.events import NoEvents
from wizard.engine.files import readonly
from wizard.engine.job import Control
from wizard.errors import ManifestError, ManifestInUse, OtherMigration, SourceError, UsageError
from wizard.manifest import audit, practice
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Outcome, record
from wizard.practice.practice_session import PracticeSession
from wizard.vocabulary import Bucket

PACS = Destination("pacs.clinic.example", 104, "NEWPACS", "OURS")
ENCRYPTED = replace(PACS, tls=Tls("/etc/ca.pem", "/etc/ours.pem", "/etc/ours.key"))


@pytest.fixture
def folders(tmp_path: Path) -> list[Path]:
    made = [tmp_path / "one", tmp_path / "two"]
    for folder in made:
        (folder / "inside").mkdir(parents=True)
    return made


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "m.sqlite"


# The same migration


def test_a_fresh_migration_holds_what_it_is(folders: list[Path], path: Path) -> None:
    with migration.open_migration(folders, PACS, path) as manifest:
        assert manifest.path == path
        assert migration.source_folders(manifest) == folders
        assert migration.destination_of(manifest) == PACS
        assert manifest.get("version") == __version__


def test_the_same_folders_and_destination_lead_to_the_same_manifest(folders: list[Path]) -> None:
    with migration.open_migration(folders, PACS) as manifest:
        first = manifest.path
        manifest.put(mark=1)
    with migration.open_migration([folders[1], folders[0], folders[0] / "inside"], PACS) as manifest:
        assert manifest.path == first
        assert manifest.get("mark") == 1
    assert first.parent == settings.migrations_folder()


def test_other_folders_or_another_destination_lead_to_another(folders: list[Path]) -> None:
    with migration.open_migration(folders, PACS) as one, migration.open_migration(folders[:1], PACS) as two:
        other = replace(PACS, called_ae="OTHER")
        with migration.open_migration(folders, other) as three:
            assert len({one.path, two.path, three.path}) == 3


def test_a_manifest_by_its_name_alone_goes_on(folders: list[Path], path: Path) -> None:
    migration.open_migration(folders, PACS, path).close()
    with migration.open_migration(path=path) as manifest:
        assert migration.source_folders(manifest) == folders
        assert migration.destination_of(manifest) == PACS


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_a_folder_whose_name_is_no_text_is_found_again(tmp_path: Path, path: Path) -> None:
    strange = Path(os.fsdecode(os.fsencode(tmp_path) + b"/\xff\xfe"))
    strange.mkdir()
    migration.open_migration([strange], PACS, path).close()
    with migration.open_migration([strange], PACS, path) as manifest:
        assert migration.source_folders(manifest) == [strange]


def test_only_our_own_title_may_change(folders: list[Path], path: Path) -> None:
    migration.open_migration(folders, PACS, path).close()
    migration.open_migration(folders, replace(PACS, calling_ae="NEWNAME"), path).close()
    with migration.open_migration(path=path) as manifest:
        assert migration.destination_of(manifest).calling_ae == "NEWNAME"


def test_what_was_encrypted_stays_so_until_it_is_said_that_it_is_not(folders: list[Path], path: Path) -> None:
    """Leaving out a word must not send images in the clear."""
    migration.open_migration(folders, ENCRYPTED, path).close()
    steps = (
        (replace(PACS, calling_ae="NEWNAME"), False, ENCRYPTED.tls),
        (replace(PACS, tls=Tls()), False, Tls()),
        (PACS, False, Tls()),
        (PACS, True, None),
        (PACS, False, None),
        (ENCRYPTED, True, ENCRYPTED.tls),
    )
    for destination, unencrypted, tls in steps:
        with migration.open_migration(folders, destination, path, unencrypted) as manifest:
            assert migration.destination_of(manifest) == replace(destination, tls=tls)
        with migration.open_migration(path=path) as manifest:
            assert migration.destination_of(manifest).tls == tls


def test_questions_go_on_to_another_archive_until_the_one_that_stores_is_named(folders: list[Path], path: Path) -> None:
    elsewhere, other = PACS.queried_at("query", 11112, "QUERY"), PACS.queried_at("other")
    migration.open_migration(folders, elsewhere, path).close()
    steps = (
        (PACS, elsewhere.find),
        (replace(PACS, calling_ae="NEWNAME"), elsewhere.find),
        (replace(PACS, tls=Tls()), elsewhere.find),
        (other, other.find),
        (PACS.queried_at(), None),
        (PACS, None),
        (elsewhere, elsewhere.find),
    )
    for destination, find in steps:
        with migration.open_migration(folders, destination, path) as manifest:
            assert migration.destination_of(manifest).find == find
        with migration.open_migration(path=path) as manifest:
            assert migration.destination_of(manifest).find == find
            assert migration.destination_of(manifest).is_same_pacs(PACS)


def test_a_fresh_migration_that_names_itself_for_questions_names_no_other(folders: list[Path], path: Path) -> None:
    with migration.open_migration(folders, PACS.queried_at(), path) as manifest:
        assert migration.destination_of(manifest) == PACS


def test_who_answers_questions_leads_to_no_other_manifest(folders: list[Path]) -> None:
    with migration.open_migration(folders, PACS) as manifest:
        first = manifest.path
    with migration.open_migration(folders, PACS.queried_at("query")) as manifest:
        assert manifest.path == first
        assert migration.destination_of(manifest) == PACS.queried_at("query")


def test_the_encryption_leads_to_no_other_manifest(folders: list[Path]) -> None:
    with migration.open_migration(folders, PACS) as manifest:
        first = manifest.path
    with migration.open_migration(folders, ENCRYPTED) as manifest:
        assert manifest.path == first
        assert migration.destination_of(manifest) == ENCRYPTED


def test_a_manifest_from_before_there_was_encryption_or_another_archive_goes_on(
    folders: list[Path], path: Path
) -> None:
    with migration.open_migration(folders, PACS, path) as manifest:
        kept = manifest.get("destination")
        del kept["tls"], kept["find"]
        manifest.put(destination=kept)
    with migration.open_migration(path=path) as manifest:
        assert migration.destination_of(manifest) == PACS


@pytest.mark.parametrize("change", [{"host": "other.example"}, {"port": 105}, {"called_ae": "OTHER"}])
def test_another_destination_is_refused(change: dict[str, Any], folders: list[Path], path: Path) -> None:
    migration.open_migration(folders, PACS, path).close()
    with pytest.raises(OtherMigration, match=r"another new PACS: NEWPACS at pacs\.clinic\.example:104"):
        migration.open_migration(folders, replace(PACS, **change), path)
    with migration.open_migration(path=path) as manifest:
        assert migration.destination_of(manifest) == PACS


def test_other_folders_are_refused(folders: list[Path], path: Path) -> None:
    migration.open_migration(folders[:1], PACS, path).close()
    errors = []
    for other in (folders, folders[1:], [folders[0] / "inside"], [folders[0].parent / "one" / "inside"]):
        with pytest.raises(OtherMigration, match="other source folders") as caught:
            migration.open_migration(other, PACS, path)
        errors.append(caught.value)  # whoever keeps the error does not keep the manifest locked
    migration.open_migration(folders[:1], PACS, path).close()


def test_a_migration_whose_beginning_was_interrupted_is_begun_again(
    folders: list[Path], path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def dies(*args: object, **settings: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr(Manifest, "put", dies)
        with pytest.raises(KeyboardInterrupt):
            migration.open_migration(folders, PACS, path)
    with migration.open_migration(folders[:1], PACS, path) as manifest:
        assert migration.source_folders(manifest) == folders[:1]


# What is missing or wrong


def test_too_little_is_said_to_be_too_little(folders: list[Path], path: Path) -> None:
    arguments: tuple[Any, ...]
    for arguments in ((), (folders,), ((), PACS)):
        with pytest.raises(UsageError, match="Specify the migration record"):
            migration.open_migration(*arguments)
    for arguments in (((), None, path), (folders, None, path), ((), PACS, path)):
        with pytest.raises(UsageError, match="There is no migration record at"):
            migration.open_migration(*arguments)
    assert not path.exists()
    Manifest(path).close()
    with pytest.raises(UsageError, match="This migration record is empty"):
        migration.open_migration((), PACS, path)


@pytest.mark.parametrize("name", ["missing", "file"])
def test_a_folder_that_is_missing_or_is_none_is_named(name: str, folders: list[Path], path: Path) -> None:
    (folders[0] / "file").touch()
    with pytest.raises(SourceError) as caught:
        migration.open_migration([folders[1], folders[0] / name], PACS, path)
    assert str(folders[0] / name) in str(caught.value)
    assert not path.exists()


def test_a_manifest_in_use_is_said_to_be(folders: list[Path], path: Path) -> None:
    with migration.open_migration(folders, PACS, path), pytest.raises(ManifestInUse):
        migration.open_migration(folders, PACS, path)


@pytest.mark.parametrize("place", ["m.sqlite", "inside/m.sqlite", "../link/m.sqlite"])
def test_a_manifest_inside_the_source_is_refused_and_nothing_is_written_there(place: str, folders: list[Path]) -> None:
    if "link" in place:
        link(folders[0].parent / "link", folders[0])
    before = fingerprint(folders[0])
    with pytest.raises(UsageError, match="nothing is ever written there"):
        migration.open_migration(folders, PACS, folders[0] / place)
    assert fingerprint(folders[0]) == before == {}


# Merging


def test_overlapping_folders_are_merged(folders: list[Path]) -> None:
    one, two = folders
    (one.parent / "one and more").mkdir()
    assert migration.merged([one / "inside", one, one]) == [one]
    assert migration.merged([two, one]) == [one, two]
    assert migration.merged([one.parent / "one and more", one]) == [one, one.parent / "one and more"]
    assert migration.merged([one, two, one.parent]) == [one.parent]
    assert migration.merged([]) == []


def test_a_folder_and_a_link_to_it_are_one(folders: list[Path]) -> None:
    one, _ = folders
    link(one.parent / "link", one)
    assert migration.merged([one, one.parent / "link" / "inside"]) == [one]


# Protection


@pytest.mark.parametrize("again", [False, True])
def test_the_source_is_protected_from_the_moment_it_is_opened(again: bool, folders: list[Path], path: Path) -> None:
    if again:
        migration.open_migration(folders, PACS, path).close()
        migration.open_migration(path=path).close()
    else:
        migration.open_migration(folders, PACS, path).close()
    assert all(readonly.is_protected(str(folder)) for folder in folders)
    with pytest.raises(readonly.SourceIsReadOnly):
        (folders[1] / "inside" / "new").touch()


# What is unfinished


@pytest.fixture
def begun(folders: list[Path]) -> Iterator[Path]:
    """A migration in the user's data folder, read, with four images."""
    series(folders[0], 4)
    with migration.open_migration(folders, PACS) as manifest:
        source.run(manifest, Control(), NoEvents())
    yield manifest.path


def settle(path: Path, *buckets: str) -> None:
    with Manifest(path) as manifest, manifest.writing() as db:
        record(db, [Outcome(Bucket(bucket), None, None, number + 1) for number, bucket in enumerate(buckets)], [])


def test_what_was_begun_is_offered_with_how_far_it_came(begun: Path, folders: list[Path]) -> None:
    (found,) = migration.unfinished()
    assert (found.path, found.destination, found.copied, found.expected) == (begun, PACS, 0, 4)
    assert found.sources == [str(folder) for folder in folders]
    settle(begun, "copied", "copied_with_remark", "unknown")
    (found,) = migration.unfinished()
    assert (found.copied, found.expected) == (2, 4)
    settle(begun, "copied", "copied", "refused", "already_there")
    (found,) = migration.unfinished()
    assert (found.copied, found.expected) == (3, 4)


def test_what_is_done_is_not_offered(begun: Path) -> None:
    settle(begun, "copied", "already_there", "conflict", "copied_with_remark")
    assert migration.unfinished() == []


def test_the_latest_comes_first_and_what_cannot_be_opened_is_passed_over(begun: Path, folders: list[Path]) -> None:
    with migration.open_migration(folders, replace(PACS, called_ae="LATER")) as later:
        source.run(later, Control(), NoEvents())
    os.utime(begun, ns=(1, 1))
    home = settings.migrations_folder()
    (home / "letter.sqlite").write_bytes(b"Dear colleagues,")
    Manifest(home / "empty.sqlite").close()
    with sqlite3.connect(str(home / "books.sqlite")) as db:
        db.execute("CREATE TABLE book (title TEXT)")
    db.close()
    with migration.open_migration(folders, replace(PACS, called_ae="INUSE")):
        found = migration.unfinished()
    assert [one.path for one in found] == [later.path, begun]


def test_a_broken_manifest_stops_nobody(begun: Path) -> None:
    whole = begun.read_bytes()
    begun.write_bytes(whole[:4096] + b"\xa5" * (len(whole) - 4096))
    assert migration.unfinished() == []
    with pytest.raises(ManifestError):
        migration.open_migration(path=begun)


# What is not wanted any more


def test_what_is_forgotten_is_not_offered_and_is_kept_whole(begun: Path) -> None:
    copy = begun.with_name(begun.name + ".version-1")
    copy.write_bytes(b"of an earlier version")
    kept = migration.forget(begun)
    assert kept.parent == settings.forgotten_folder() and kept.name == begun.name
    assert migration.unfinished() == []
    assert not begun.exists() and not copy.exists()
    assert kept.with_name(copy.name).read_bytes() == b"of an earlier version"
    with Manifest(kept) as manifest:
        assert migration.destination_of(manifest) == PACS
        assert manifest.value("SELECT COUNT(*) FROM entry") == 4
        assert len(audit.details_of(manifest, audit.FORGOTTEN)) == 1


def test_begun_again_and_forgotten_again_the_first_one_is_still_kept(begun: Path, folders: list[Path]) -> None:
    first = migration.forget(begun)
    whole = first.read_bytes()
    with migration.open_migration(folders, PACS) as manifest:
        assert manifest.path == begun
    second = migration.forget(begun)
    assert second != first and second.parent == first.parent
    assert first.read_bytes() == whole


def test_what_somebody_has_open_is_not_forgotten(begun: Path) -> None:
    with Manifest(begun) as manifest:
        with pytest.raises(ManifestInUse):
            migration.forget(begun)
        assert audit.details_of(manifest, audit.FORGOTTEN) == []
    assert begun.exists() and list(settings.forgotten_folder().iterdir()) == []
    assert [one.path for one in migration.unfinished()] == [begun]


def test_what_cannot_be_moved_is_said_and_can_be_gone_on_with(begun: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(before: object, after: object) -> None:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", refuse)
    with pytest.raises(ManifestError):
        migration.forget(begun)
    with migration.open_migration(path=begun) as manifest:
        assert manifest.value("SELECT COUNT(*) FROM entry") == 4


def test_a_look_at_one_protects_its_source_and_notes_nothing(
    begun: Path, folders: list[Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(readonly, "_protected", frozenset())  # as in a program that has just been started
    before = begun.read_bytes()
    with migration.opened_for_report(begun) as manifest:
        assert migration.source_folders(manifest) == folders
        assert readonly.is_protected(str(folders[0] / "inside"))
    assert begun.read_bytes() == before


def test_looks_on_the_network_before_it_are_in_its_audit_trail_once(folders: list[Path], path: Path) -> None:
    scan = {"began": "2026-01-02T03:04:05Z", "text": "192.0.2.0/28", "tried": 70}
    settings.keep_scan({**scan, "found": [{"host": "192.0.2.7", "port": 104, "maker": "x"}]})
    for _ in range(2):
        with migration.open_migration(folders, PACS, path) as manifest:
            (noted,) = audit.details_of(manifest, audit.LOOKED)
            assert noted == {**scan, "found": ["192.0.2.7:104"]}
    settings.keep_scan({**scan, "began": "2026-01-02T03:05:00Z", "found": []})
    with migration.open_migration(folders, PACS, path) as manifest:
        assert len(audit.details_of(manifest, audit.LOOKED)) == 2


def test_looks_that_cannot_be_read_keep_nobody_from_a_migration(folders: list[Path], path: Path) -> None:
    (settings.data_folder() / "network-scans.jsonl").write_text("no JSON", "utf-8")
    with migration.open_migration(folders, PACS, path) as manifest:
        (noted,) = audit.details_of(manifest, audit.LOOKED)
        assert "cannot be read" in noted["why"]


# For practice


def test_a_practice_archive_or_a_practice_session_makes_it_a_practice_migration(
    folders: list[Path], path: Path
) -> None:
    with PracticeSession() as session:
        for sources, where in (([session.source], session.manifest), ([session.source], path)):
            with migration.open_migration(sources, session.destination, where) as manifest:
                assert practice.is_practice(manifest)
        with migration.open_migration(path=path) as manifest:
            assert practice.is_practice(manifest), "it stays so"
        other = session.manifest.with_name("other.sqlite")
        with migration.open_migration(folders, session.destination, other) as manifest:
            assert practice.is_practice(manifest), "the folders may be real, the PACS is not"


def test_any_other_migration_is_none(folders: list[Path], path: Path) -> None:
    settings.practice_folder().mkdir(parents=True)
    with migration.open_migration(folders, PACS, path) as manifest:
        assert not practice.is_practice(manifest)
    with migration.open_migration(folders, PACS) as manifest:
        assert not practice.is_practice(manifest)
