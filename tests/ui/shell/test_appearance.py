"""The appearance and place of the window: chosen by the person, applied at once, and kept for the next start."""

from __future__ import annotations

import json
import tkinter as tk
from typing import Callable, Iterator

import pytest

from tests.ui.person import Person, cut_off
from tests.ui.walk import by_keyboard, walk
from wizard import settings
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.shell import preferences
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.preferences import Preferences
from wizard.ui.widgets import theme
from wizard.ui.widgets.palette import DARK, LIGHT

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


def choose(person: Person, name: str, label: Message | str) -> None:
    """Choose a value of a list by keys."""
    box = person.find(name)
    box.focus_set()
    person.press("Home")
    for _ in range(list(box["values"]).index(render(label)) - box.current()):
        person.press("Down")
        person.press("Down", "Return")
    assert box.get() == render(label)


def ground(person: Person) -> tuple[int, ...]:
    """The colour of the lower right corner of the page."""
    picture = person.picture()
    pixel = picture.getpixel((picture.width - 5, picture.height - 100))
    assert isinstance(pixel, tuple)
    return pixel[:3]


def rgb(colour: str) -> tuple[int, ...]:
    return tuple(int(colour[at : at + 2], 16) for at in (1, 3, 5))


def test_dark_and_large_are_seen_at_once_and_what_was_typed_stays(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    assert ground(person) == rgb(LIGHT.ground)
    width = person.window.root.winfo_width()
    person.click("host")
    person.type("pacs.clinic.example")
    person.click("appearance")
    person.wait(lambda: person.focus() == "language", "the panel")
    assert not cut_off(person)
    choose(person, "colours", shell_texts.PALETTES["dark"])
    choose(person, "text_size", shell_texts.percent(125))
    person.click("save_appearance")
    person.wait(lambda: person.window.theme.colours is DARK, "the dark window")
    person.settle()
    assert ground(person) == rgb(DARK.ground)
    assert person.find("host").get() == "pacs.clinic.example"
    assert person.window.root.winfo_width() > width
    kept = preferences.load()
    assert (kept.text_size, kept.colours) == (125, "dark")


@pytest.mark.parametrize("way", ["Escape", "back", "cancel_appearance"])
def test_going_back_changes_nothing(open_window: Opens, way: str) -> None:
    person = open_window()
    person.settle()
    person.click("appearance")
    person.wait(lambda: person.focus() == "language", "the panel")
    if way == "Escape":
        person.press(way)
    else:
        person.click(way)
    person.wait(lambda: person.focus() == "appearance", "the page")
    assert person.window.page.panel is None
    assert preferences.load() == Preferences()


def test_the_window_is_where_it_was_and_as_large(open_window: Opens) -> None:
    first = open_window()
    first.settle()
    first.window.root.geometry("900x600+111+57")
    first.settle()
    first.window.close()
    first.wait(lambda: first.window.closed, "the window to close")
    again = open_window()
    again.settle()
    assert (again.window.root.winfo_width(), again.window.root.winfo_height()) == (900, 600)


@pytest.mark.parametrize("place", ["900x600+90000+10", "900x600+10+90000", "900x600-5000+10", "nonsense"])
def test_a_place_that_is_on_no_screen_any_more_is_not_taken(open_window: Opens, place: str) -> None:
    preferences.save(Preferences(place=place))
    person = open_window()
    person.settle()
    assert person.window.root.winfo_width() == person.window.theme.px(1040)


@pytest.mark.parametrize("stored", ["", "[]", '{"text_size": 5000}', '{"colours": "pink"}', '{"other": 1}'])
def test_preferences_that_cannot_be_read_are_as_none(stored: str) -> None:
    (settings.data_folder() / "preferences.json").write_text(stored, "utf-8")
    assert preferences.load() == Preferences()


def test_preferences_are_kept_as_they_are() -> None:
    chosen = Preferences(150, "dark", "900x600+1+2")
    preferences.save(chosen)
    assert preferences.load() == chosen
    assert json.loads((settings.data_folder() / "preferences.json").read_text("utf-8"))["text_size"] == 150


@pytest.fixture
def at_192_dpi(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A screen with twice the usual number of dots an inch. Tk keeps that for the screen, not for one window."""
    make, usual = theme.make_window, []

    def make_fine(title: str) -> tk.Tk:
        root = make(title)
        usual.append(root.tk.call("tk", "scaling"))
        root.tk.call("tk", "scaling", 192 / 72)
        return root

    monkeypatch.setattr(theme, "make_window", make_fine)
    yield
    root = tk.Tk()
    root.tk.call("tk", "scaling", usual[0])
    root.destroy()


def walks_without_a_word_cut_off(person: Person) -> None:
    for page in walk(person, by_keyboard(person)):
        assert not cut_off(person), f"on the page {page}"


@pytest.mark.usefixtures("at_192_dpi")
def test_no_word_is_cut_off_on_a_fine_screen(open_window: Opens) -> None:
    preferences.save(Preferences(language="de"))  # whose words are longer
    walks_without_a_word_cut_off(open_window(practice=True))


@pytest.mark.parametrize(
    "chosen",
    [Preferences(90, "dark", language="de"), Preferences(150, "light", language="de")],
    ids=["small", "large"],
)
def test_no_word_is_cut_off_at_any_size_of_the_text(open_window: Opens, chosen: Preferences) -> None:
    preferences.save(chosen)
    person = open_window(practice=True)
    person.window.root.geometry("{}x{}".format(*(person.window.theme.px(side) for side in (820, 560))))
    walks_without_a_word_cut_off(person)
