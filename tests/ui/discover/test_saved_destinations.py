"""Saved destinations at the window: named, changed, deleted, and carried away as a file."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tkinter import filedialog
from typing import Callable

import pytest

from tests.ui.discover.test_network_search import named
from tests.ui.person import Person, cut_off, refusal
from wizard import settings
from wizard.dicom.destination import Destination, Tls
from wizard.ui.discover import texts as discover_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
NORTH = Destination("pacs.north.example", 104, "NORTH", name="The new one")
SOUTH = Destination("pacs.south.example", 11112, "SOUTH", tls=Tls())


def opened(open_window: Opens) -> Person:
    """The panel, with two saved."""
    for one in (SOUTH, NORTH):
        settings.save_destination(one)
    person = open_window()
    person.settle()
    person.click("edit_saved")
    person.wait(lambda: "pacs.south.example:11112" in person.reads(), "the panel")
    return person


def type_into(person: Person, name: str, text: str) -> None:
    named(person, name).focus_set()
    person.press("ctrl+a", "BackSpace")
    if text:
        person.type(text)


def test_one_is_named_and_changed_in_its_place_and_offered_by_its_name(open_window: Opens) -> None:
    person = opened(open_window)
    assert "The new one" in person.reads()
    person.press("Down")
    person.wait(lambda: named(person, "saved_host").get() == "pacs.south.example", "the second one")
    type_into(person, "saved_name", "South wing")
    type_into(person, "saved_port", "104")
    person.press("Return")
    person.wait(lambda: discover_texts.CHANGED in person.reads(), "it to be saved")
    saved = settings.load_destinations()
    assert saved == [NORTH, replace(SOUTH, port=104)]
    assert saved[1].name == "South wing" and saved[1].tls == Tls()
    person.press("Escape")
    person.wait(lambda: person.find("saved").winfo_viewable(), "the page")
    person.click("saved")
    person.press("Down", "Down", "Return")
    person.wait(lambda: "South wing: SOUTH at pacs.south.example:104" in person.reads(), "the choice")
    assert person.find("host").get() == "pacs.south.example"


def test_what_cannot_be_is_said_and_nothing_is_changed(open_window: Opens) -> None:
    person = opened(open_window)
    type_into(person, "saved_port", "70000")
    person.click(named(person, "save_changes"))
    person.wait(lambda: refusal(lambda: Destination("x", 70000, "X")) in person.reads(), "the complaint")
    assert settings.load_destinations() == [NORTH, SOUTH]


def test_one_is_deleted_and_with_the_last_one_the_choice_goes(open_window: Opens) -> None:
    person = opened(open_window)
    for left in (1, 0):
        person.click(named(person, "delete_saved"))
        person.wait(lambda left=left: len(settings.load_destinations()) == left, "it to be deleted")
        person.settle()
    assert named(person, "saved_host").get() == ""
    person.click(named(person, "back_from_saved"))
    person.wait(lambda: discover_texts.SAVED_ONES in person.reads(), "the page")
    assert discover_texts.SAVED not in person.reads()


def test_they_go_to_another_computer_as_a_file(
    open_window: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = str(tmp_path / "ours.json")
    monkeypatch.setattr(filedialog, "asksaveasfilename", lambda **_: file)
    monkeypatch.setattr(filedialog, "askopenfilename", lambda **_: file)
    person = opened(open_window)
    person.click(named(person, "export_saved"))
    person.wait(lambda: file in person.reads(), "it to be written")
    for one in (NORTH, SOUTH):
        settings.forget_destination(one)
    person.click(named(person, "import_saved"))
    person.wait(lambda: "imported" in person.reads(), "it to be read")
    assert settings.load_destinations() == [NORTH, SOUTH]
    assert settings.load_destinations()[0].name == "The new one"
    Path(file).write_text("{}")
    person.click(named(person, "import_saved"))
    person.wait(lambda: refusal(lambda: settings.import_destinations(Path(file))) in person.reads(), "the complaint")


def test_without_any_one_can_still_be_imported(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    person.click("saved_ones")
    person.wait(lambda: discover_texts.NONE_SAVED in person.reads(), "the panel")
    person.click(named(person, "save_changes"))
    person.click(named(person, "delete_saved"))
    person.settle()
    assert settings.load_destinations() == []


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_all_fits(open_window: Opens, size: str) -> None:
    person = opened(open_window)
    person.window.root.geometry(size)
    person.settle()
    assert not cut_off(person)
