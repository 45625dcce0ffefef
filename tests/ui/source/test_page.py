"""Step 2 at the window: folders are added, merged and removed; the warning must be acknowledged."""

from __future__ import annotations

import subprocess
import threading
from pathlib import Path
from typing import Callable

import pytest

from tests.ui.person import Person, refusal
from wizard.dicom.destination import Destination
from wizard.engine import migration
from wizard.engine.files import availability, readonly
from wizard.manifest import ledger
from wizard.practice.archive import make_archive
from wizard.ui import steps
from wizard.ui.source import texts as source_texts
from wizard.ui.widgets import texts as widgets_texts
from wizard.vocabulary import Who

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


@pytest.fixture
def person(open_window: Opens) -> Person:
    """At the page Source, on the way to a PACS that nobody needs yet."""
    one = open_window()
    one.settle()
    one.window.shared.set_destination(Destination("127.0.0.1", 104, "NEWPACS"))
    one.window.turn_to(steps.SOURCE)
    return one


def add(person: Person, folder: Path) -> None:
    person.click("folder")
    person.type(str(folder))
    person.press("Return")


def test_next_without_a_folder_asks_for_one(person: Person) -> None:
    person.click("forward")
    person.wait(lambda: source_texts.MUST_ADD_FOLDER in person.reads())
    assert person.focus() == "folder"


def test_a_folder_that_is_not_there_is_refused_beside_the_field(person: Person, tmp_path: Path) -> None:
    add(person, tmp_path / "missing")
    person.wait(lambda: refusal(lambda: migration.merged([tmp_path / "missing"])) in person.reads(), "the refusal")
    assert person.window.shared.folders == []
    assert person.focus() == "folder"


def test_a_folder_inside_another_is_read_once_with_that_one(person: Person, tmp_path: Path) -> None:
    (tmp_path / "outer" / "inner").mkdir(parents=True)
    add(person, tmp_path / "outer" / "inner")
    person.wait(lambda: len(person.window.shared.folders) == 1, "the first folder")
    add(person, tmp_path / "outer")
    person.wait(lambda: source_texts.MERGED in person.reads(), "the two to be merged")
    assert person.window.shared.folders == [tmp_path / "outer"]


def test_a_selected_folder_is_removed(person: Person, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        add(person, tmp_path / name)
        person.wait(lambda name=name: tmp_path / name in person.window.shared.folders, "the folder to be added")
    person.click("folders", at=(20, 12))
    person.click("remove")
    person.wait(lambda: person.window.shared.folders == [tmp_path / "two"], "the folder to be removed")


def test_the_warning_must_be_acknowledged_before_anything_is_read(person: Person, tmp_path: Path) -> None:
    make_archive(tmp_path / "archive")
    add(person, tmp_path / "archive")
    person.wait(lambda: bool(person.window.shared.folders), "the folder to be added")
    person.click("forward")
    person.wait(lambda: source_texts.MUST_ACKNOWLEDGE in person.reads(), "the reminder")
    assert person.focus() == "acknowledge"
    assert person.window.shared.manifest is None
    person.press("space", "Return")
    person.wait(lambda: person.window.shared.read, "the folders to be read")
    person.settle()
    assert "Reading finished" in person.reads()


def test_reading_again_finds_what_is_new(person: Person, tmp_path: Path) -> None:
    make_archive(tmp_path / "archive")
    add(person, tmp_path / "archive")
    person.wait(lambda: bool(person.window.shared.folders), "the folder to be added")
    person.click("acknowledge")
    person.click("forward")
    person.wait(lambda: person.window.shared.read, "the folders to be read")
    person.settle()
    files = ledger.balance(person.manifest).entries
    subprocess.run(["cp", str(tmp_path / "archive" / "readme.txt"), str(tmp_path / "archive" / "new.txt")], check=True)
    person.click(person.button(source_texts.READ_AGAIN))
    person.wait(lambda: ledger.balance(person.manifest).entries == files + 1, "the new file")
    person.settle()


def test_another_folder_means_another_migration_that_has_not_been_read(person: Person, tmp_path: Path) -> None:
    make_archive(tmp_path / "archive")
    (tmp_path / "more").mkdir()
    add(person, tmp_path / "archive")
    person.wait(lambda: bool(person.window.shared.folders), "the folder to be added")
    person.click("acknowledge")
    person.click("forward")
    person.wait(lambda: person.window.shared.read, "the folders to be read")
    person.settle()
    add(person, tmp_path / "more")
    person.wait(lambda: len(person.window.shared.folders) == 2, "the second folder")
    assert not person.window.shared.read
    assert person.window.shared.manifest is None
    assert "Reading finished" not in person.reads()


def test_a_folder_that_vanished_is_said_in_place(person: Person, tmp_path: Path) -> None:
    (tmp_path / "share").mkdir()
    add(person, tmp_path / "share")
    person.wait(lambda: bool(person.window.shared.folders), "the folder to be added")
    (tmp_path / "share").rmdir()
    person.click("acknowledge")
    person.click("forward")
    person.wait(lambda: "cannot be opened" in person.reads(), "the failure")
    assert widgets_texts.action_by(Who.YOU) in person.reads()
    assert person.window.page.step == "source"


def test_a_share_that_does_not_answer_is_said_until_it_does(
    person: Person, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers, really = threading.Event(), readonly.open_source

    def late(path: bytes) -> int:
        answers.wait(60)
        return really(path)

    monkeypatch.setattr(readonly, "open_source", late)
    monkeypatch.setattr(availability, "SILENCE", 0.3)
    make_archive(tmp_path / "archive")
    add(person, tmp_path / "archive")
    person.wait(lambda: bool(person.window.shared.folders), "the folder to be added")
    person.click("acknowledge")
    person.click("forward")
    try:
        person.wait(lambda: "has not responded for" in person.reads(), "the share to be missed")
    finally:
        answers.set()
    person.wait(lambda: person.window.shared.read, "the reading to end")
    assert "has not responded" not in person.reads()
