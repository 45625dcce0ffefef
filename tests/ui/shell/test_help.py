""" "What is this?" on every page, and the bell at the end of a long job."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.ui.person import Person, cut_off
from tests.ui.walk import by_keyboard, walk
from wizard.ui import app, steps

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


def test_every_page_has_its_text() -> None:
    assert all(len(page.help()) >= 2 for page in steps.ORDER)


def test_what_is_this_is_answered_on_every_page_and_leads_back(open_window: Opens) -> None:
    person = open_window(practice=True)
    person.window.root.geometry("820x560")
    for page in walk(person, by_keyboard(person)):
        if page == "copy":
            continue  # it does not wait for a reader
        person.sit_down()
        before = person.focus()
        person.click("help")
        person.wait(lambda: person.focus() == "close_help", "the text")
        assert all(heading in person.reads() for heading, _ in person.window.page.help()), page
        assert not cut_off(person)
        person.press("Escape")
        person.wait(lambda: person.focus() == "help", "the page")
        person.find(before).focus_set()
    assert person.window.page.step == "export"


def test_help_can_be_read_while_images_are_copied_and_the_page_is_there_in_the_end(open_window: Opens) -> None:
    person = open_window(practice=True)
    for page in walk(person, by_keyboard(person)):
        if page == "copy":
            person.click("help")
    assert person.window.page.panel is None


@pytest.mark.parametrize(("long", "rings"), [(0.0, 1), (60.0, 0)])
def test_the_end_of_what_took_long_is_heard(
    long: float, rings: int, open_window: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    rung: list[int] = []
    person = open_window(practice=True)
    person.settle()  # the practice is prepared
    monkeypatch.setattr(app, "LONG", long)
    monkeypatch.setattr(person.window.root, "bell", lambda: rung.append(1))
    person.click("test")
    person.settle()
    assert len(rung) == rings
