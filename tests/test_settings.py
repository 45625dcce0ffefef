"""What the program remembers, and where it keeps it."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest

from tests.links import link
from wizard import settings
from wizard.dicom.destination import Destination, Tls
from wizard.errors import UsageError

NORTH = Destination("pacs.north.example", 104, "NORTH")
HOME = "LOCALAPPDATA" if os.name == "nt" else "XDG_DATA_HOME"
SOUTH = Destination("pacs.south.example", 11112, "SOUTH", "OURS")


def saved() -> Path:
    return settings.data_folder() / "destinations.json"


# Where files live


def test_everything_lives_below_the_users_own_data_folder_closed_to_others() -> None:
    assert str(settings.data_folder()).startswith(os.environ[HOME])
    for folder in (settings.data_folder(), settings.migrations_folder()):
        assert os.name == "nt" or stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_data_folder_that_cannot_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv(HOME, str(tmp_path / "file"))
    with pytest.raises(UsageError, match="cannot be created"):
        settings.data_folder()


def test_the_same_folders_and_destination_have_the_same_manifest(tmp_path: Path) -> None:
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    expected = settings.manifest_path([one, two], NORTH)
    assert expected.parent == settings.migrations_folder()
    assert settings.manifest_path([two, one, one], NORTH) == expected
    assert settings.manifest_path([one, two], Destination("PACS.NORTH.EXAMPLE", 104, "NORTH", "OTHER")) == expected


def test_a_link_to_a_folder_has_the_same_manifest(tmp_path: Path) -> None:
    (tmp_path / "one").mkdir()
    link(tmp_path / "link", tmp_path / "one")
    assert settings.manifest_path([tmp_path / "link"], NORTH) == settings.manifest_path([tmp_path / "one"], NORTH)


def test_other_folders_or_another_destination_have_another_manifest(tmp_path: Path) -> None:
    folders = [[tmp_path / "a"], [tmp_path / "b"], [tmp_path / "a", tmp_path / "b"], [tmp_path / "a" / "b"]]
    destinations = [
        *(NORTH, SOUTH, Destination(NORTH.host, 105, NORTH.called_ae)),
        *(Destination(NORTH.host, NORTH.port, "OTHER"), Destination("other.example", NORTH.port, NORTH.called_ae)),
    ]
    paths = {settings.manifest_path(sources, destination) for sources in folders for destination in destinations}
    assert len(paths) == len(folders) * len(destinations)


@pytest.mark.parametrize("title", ["A/B", "..", "A B*?", "C:", "ÀÉ".encode("ascii", "replace").decode()])
def test_a_title_is_no_way_out_of_the_folder(title: str, tmp_path: Path) -> None:
    path = settings.manifest_path([tmp_path], Destination("h", 104, title))
    assert path.parent == settings.migrations_folder()
    path.touch()


@pytest.mark.skipif(os.name == "nt", reason="names are text on Windows")
def test_a_folder_name_that_is_no_text_is_no_hindrance(tmp_path: Path) -> None:
    strange, other = (tmp_path / os.fsdecode(name) for name in (b"\xff", b"\xfe"))
    assert settings.manifest_path([strange], NORTH) != settings.manifest_path([other], NORTH)


# Saved destinations


def test_the_destination_used_last_comes_first_and_each_once() -> None:
    assert settings.load_destinations() == []
    settings.save_destination(NORTH)
    settings.save_destination(SOUTH)
    assert settings.load_destinations() == [SOUTH, NORTH]
    settings.save_destination(NORTH)
    assert settings.load_destinations() == [NORTH, SOUTH]


def test_the_encryption_of_a_destination_is_kept_and_the_newest_counts() -> None:
    encrypted = replace(NORTH, tls=Tls("/etc/ca.pem", "/etc/ours.pem", "/etc/ours.key"))
    for newest in (encrypted, replace(NORTH, tls=Tls()), NORTH, encrypted):
        settings.save_destination(newest)
        assert settings.load_destinations() == [newest]
    settings.forget_destination(NORTH)
    assert settings.load_destinations() == []


def test_what_was_saved_before_there_was_encryption_is_read_too() -> None:
    saved().write_text('[{"host": "pacs.north.example", "port": 104, "called_ae": "NORTH", "calling_ae": "MIGRATOR"}]')
    assert settings.load_destinations() == [NORTH]


def test_a_destination_can_be_forgotten() -> None:
    settings.save_destination(NORTH)
    settings.save_destination(SOUTH)
    settings.forget_destination(SOUTH)
    settings.forget_destination(SOUTH)
    assert settings.load_destinations() == [NORTH]


def test_a_name_is_what_the_person_calls_it_and_no_part_of_what_it_is() -> None:
    named = replace(NORTH, name="The new one")
    assert named == NORTH and hash(named) == hash(NORTH)
    settings.save_destination(named)
    settings.save_destination(SOUTH)
    settings.save_destination(NORTH)
    assert [one.name for one in settings.load_destinations()] == ["The new one", ""], "it is not lost by using it"
    settings.save_destination(replace(NORTH, name="Another name"))
    assert settings.load_destinations()[0].name == "Another name"


def test_a_destination_is_changed_in_its_place() -> None:
    for one in (SOUTH, NORTH):
        settings.save_destination(one)
    moved = replace(SOUTH, host="pacs.new.example", name="South")
    settings.change_destination(SOUTH, moved)
    assert settings.load_destinations() == [NORTH, moved]
    settings.change_destination(moved, replace(NORTH, calling_ae="CLINIC"))
    assert settings.load_destinations() == [replace(NORTH, calling_ae="CLINIC")], "one PACS is saved once"


def test_destinations_go_to_another_computer_as_a_file_without_secrets(tmp_path: Path) -> None:
    key = tmp_path / "ours.key"
    key.write_text("-----BEGIN PRIVATE KEY-----\nSECRET\n")
    encrypted = replace(NORTH, tls=Tls("", str(tmp_path / "ours.pem"), str(key)), name="The new one")
    for one in (SOUTH.queried_at("query.example"), encrypted):
        settings.save_destination(one)
    file = tmp_path / "destinations.json"
    assert settings.export_destinations(file) == 2
    assert "SECRET" not in file.read_text() and json.dumps(str(key)) in file.read_text()
    before = settings.load_destinations()
    settings.forget_destination(SOUTH)
    settings.save_destination(replace(NORTH, calling_ae="OTHER"))
    other = Destination("pacs.west.example", 104, "WEST")
    settings.save_destination(other)
    assert settings.import_destinations(file) == 2
    assert settings.load_destinations() == [*before, other]
    assert settings.load_destinations()[0].name == "The new one"


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"format": "another", "destinations": []}', b"\xff", b"FORMAT[{}]}", b"FORMAT 7}"]
)
def test_another_file_is_not_taken_for_destinations(content: bytes, tmp_path: Path) -> None:
    settings.save_destination(NORTH)
    file = tmp_path / "some.json"
    file.write_bytes(content.replace(b"FORMAT", b'{"format": "dicom-pacs-migrator destinations 1", "destinations": '))
    with pytest.raises(UsageError, match="is not a file with saved PACS"):
        settings.import_destinations(file)
    assert settings.load_destinations() == [NORTH]


def test_a_file_that_is_not_there_or_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"none\.json cannot be read"):
        settings.import_destinations(tmp_path / "none.json")
    with pytest.raises(UsageError, match=r"d\.json cannot be written"):
        settings.export_destinations(tmp_path / "no folder" / "d.json")


def test_what_was_looked_at_on_the_network_is_never_forgotten() -> None:
    assert settings.scans() == []
    settings.keep_scan({"text": "192.0.2.0/28", "found": []})
    settings.keep_scan({"text": "pacs.é.example", "found": [{"port": 104}]})
    assert [one["text"] for one in settings.scans()] == ["192.0.2.0/28", "pacs.é.example"]
    with open(settings.data_folder() / "network-scans.jsonl", "a") as file:
        file.write("{")
    with pytest.raises(UsageError, match="cannot be read"):
        settings.scans()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"null",
        b"[1]",
        b'{"host": "h"}',
        b'[{"host": "h"}]',
        b'[{"host": "h", "port": 0, "called_ae": "A"}]',
        b'[{"host": "h", "port": "104", "called_ae": "A"}]',
        b'[{"host": "h", "port": 104, "called_ae": "A", "colour": "red"}]',
        b'[{"host": "h", "port": 104, "called_ae": "A", "tls": "yes"}]',
        b'[{"host": "h", "port": 104, "called_ae": "A", "tls": {"key": "k"}}]',
        b"\xff\xfe",
    ],
)
def test_a_broken_file_is_named_and_kept(content: bytes) -> None:
    saved().write_bytes(content)
    for use in (
        settings.load_destinations,
        lambda: settings.save_destination(NORTH),
        lambda: settings.forget_destination(NORTH),
    ):
        with pytest.raises(UsageError) as caught:
            use()
        assert str(saved()) in str(caught.value)
    assert saved().read_bytes() == content
    assert list(saved().parent.iterdir()) == [saved()]


def test_a_file_that_cannot_be_replaced_keeps_what_it_held(monkeypatch: pytest.MonkeyPatch) -> None:
    settings.save_destination(NORTH)

    def fails(*paths: object) -> None:
        raise OSError("power cut")

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", fails)
        with pytest.raises(OSError, match="power cut"):
            settings.save_destination(SOUTH)
    assert settings.load_destinations() == [NORTH]


def test_nothing_was_ever_saved_until_something_is_even_if_it_is_forgotten_again() -> None:
    assert settings.is_untouched()
    settings.save_destination(Destination("pacs.clinic.example", 104, "NEWPACS"))
    settings.forget_destination(Destination("pacs.clinic.example", 104, "NEWPACS"))
    assert not settings.is_untouched()


@pytest.mark.parametrize("folder", [settings.migrations_folder, settings.forgotten_folder])
def test_a_migration_was_saved_too(folder: Callable[[], Path]) -> None:
    (folder() / "NEWPACS-1.sqlite").touch()
    assert not settings.is_untouched()
