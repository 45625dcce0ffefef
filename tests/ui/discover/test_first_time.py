"""The first start: a line offers to try the program first, and is hidden once something was saved."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from tests.ui.discover.test_page import fill_in, pacs
from tests.ui.person import Person, cut_off
from tests.ui.walk import by_keyboard, walk
from wizard import settings
from wizard.dicom.destination import Destination
from wizard.practice.pacs import PracticePacs
from wizard.ui.discover import texts as discover_texts
from wizard.ui.export.page import ExportPage
from wizard.ui.shell import texts as shell_texts

pytestmark = pytest.mark.screen

__all__ = ["pacs"]  # the fixture

Opens = Callable[..., Person]


def test_the_window_becomes_one_for_practice_in_which_all_can_be_done(open_window: Opens, home: Path) -> None:
    person = open_window()
    person.settle()
    assert discover_texts.FIRST_TIME in person.reads()
    person.click("host")
    person.type("pacs.clinic.example")
    person.click("practise")
    person.wait(lambda: shell_texts.RIBBON in person.reads(), "the ribbon")
    person.settle()
    assert discover_texts.FIRST_TIME not in person.reads()
    assert person.find("host").get() == "127.0.0.1", "what was typed is gone"
    *_, last = walk(person, by_keyboard(person))
    saved = person.page(ExportPage).saved
    assert saved is not None
    assert last == "export" and home in saved.parents
    assert settings.load_destinations() == []


def test_it_is_reached_and_pressed_by_keys(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    assert person.focus() == "host", "whoever knows the program types at once"
    person.press("shift+Tab")
    assert person.focus() == "practise"
    person.press("Return")
    person.wait(lambda: shell_texts.RIBBON in person.reads(), "the ribbon")


def test_it_fits_into_the_smallest_window(open_window: Opens) -> None:
    person = open_window()
    for size in ("1040x700", "820x560"):
        person.window.root.geometry(size)
        person.settle()
        assert discover_texts.PRACTISE in person.reads()
        assert not cut_off(person)


def test_it_is_gone_as_soon_as_a_pacs_was_found(open_window: Opens, pacs: PracticePacs) -> None:
    person = open_window()
    fill_in(person, "127.0.0.1", pacs.port, "PRACTICE")
    assert discover_texts.PRACTISE in person.reads()
    person.click("forward")
    person.wait(lambda: person.window.page.step == "source", "the page Source")
    person.click("back")
    person.settle()
    assert person.window.page.step == "discover" and discover_texts.PRACTISE not in person.reads()


def test_it_is_not_there_where_something_was_saved(open_window: Opens) -> None:
    settings.save_destination(Destination("pacs.clinic.example", 104, "NEWPACS"))
    person = open_window()
    person.settle()
    assert discover_texts.PRACTISE not in person.reads()


def test_it_is_not_there_in_the_practice(open_window: Opens) -> None:
    person = open_window(practice=True)
    person.settle()
    assert discover_texts.PRACTISE not in person.reads()
