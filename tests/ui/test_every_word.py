"""The walk through the window in the language of the proofs: all words in brackets, on every page and panel."""

from __future__ import annotations

import errno
import os
import platform
import tkinter as tk
from pathlib import Path
from typing import Any, Callable, Iterator

import pytest

from tests.language.data import TECHNICAL_LINES, data_of
from tests.language.pseudo import OPEN, faults, pseudo
from tests.ui.conftest import Mishaps
from tests.ui.discover.test_network_search import begin
from tests.ui.person import Person, all_below
from tests.ui.walk import by_mouse, walk
from tests.ui.words_shown import shown
from wizard import settings
from wizard.language import LANGUAGES
from wizard.language.message import Message, Private
from wizard.practice.pacs import PracticePacs
from wizard.ui.shell.crash import Unforeseen

__all__ = ["pseudo"]
pytestmark = [pytest.mark.screen, pytest.mark.long]

#: Buttons that cover the page with something else, by their names; Escape or the same button leads back.
OPENERS = (
    *("help", "appearance", "letter", "look", "settings", "saved", "copy_settings", "more_proof", "details_or_list"),
    *("show_plan", "show_problems", "find"),
)
#: What is written in the same way in every language.
FIXED = (
    *TECHNICAL_LINES,
    *LANGUAGES.values(),
    "Auf Deutsch",
    "In English",
    "DICOM PACS Migrator",
    "MIGRATOR",
    platform.node(),
)


class Reader:
    """Reads along, and keeps what is outside of brackets, with the place where it was seen."""

    def __init__(self, person: Person) -> None:
        self._person = person
        self._data: set[str] = set(FIXED)
        self.found: dict[str, str] = {}
        self.places: dict[str, int] = {}

    def expect(self, *data: str) -> None:
        """These are data, too."""
        self._data.update(data)

    def read(self, place: str) -> None:
        texts = shown(self._person)
        self.places[place] = sum(OPEN in text for text in texts)
        for fault in faults([text.replace("\n", " ") for text in texts], self._known()):
            self.found.setdefault(fault, place)

    def _known(self) -> set[str]:
        shared = self._person.window.shared
        if shared.session is not None:
            where = shared.session.destination
            folders = {str(one) for path in (shared.session.source, shared.session.manifest) for one in path.parents}
            self._data |= {where.host, where.called_ae, where.calling_ae, str(shared.session.source), *folders}
        if shared.manifest is not None:
            self._data |= data_of(shared.manifest)
        return self._data | {str(Path.home()), str(Path.home() / "Documents")}

    def read_panels(self, page: str) -> None:
        """Open each panel of a page, read it, and close it."""
        person = self._person
        for name in OPENERS:
            button = next((one for one in _in_sight(person) if one.winfo_name() == name), None)
            if button is None or str(button.cget("state")) == "disabled":
                continue
            person.click(button)
            person.settle()
            self.read(f"{page}, {name}")
            if person.window.page.panel is not None:
                person.press("Escape")
            elif button.winfo_exists() and button.winfo_viewable():
                person.click(button)
            person.settle()

    def read_rows_and_their_menu(self) -> None:
        """Open a patient and its study in the tree, and the menu of each row."""
        person, rows = self._person, self._person.find("tree")
        for level in ("patient", "study", "series"):
            rows.focus(self._first(rows, level))
            rows.focus_set()
            person.press("Right")
            person.settle()
            person.press("shift+F10")
            self.read(f"the menu of a {level}")
            person.press("Escape")
        self.read("the tree")

    def _first(self, rows: Any, level: str) -> str:
        row = ""
        for _ in range(("patient", "study", "series").index(level) + 1):
            row = str(rows.get_children(row)[0])
        return row


def _in_sight(person: Person) -> Iterator[tk.Misc]:
    return (one for one in all_below(person.window.root) if one.winfo_class() == "TButton" and one.winfo_viewable())


def test_every_word_on_every_page_and_panel_is_from_the_catalogue(
    pseudo: None, open_window: Callable[..., Person], home: Path
) -> None:
    person = open_window(practice=True)
    reader = Reader(person)
    person.settle()
    person.click("test")
    person.settle()
    for page in walk(person, by_mouse(person)):
        reader.read(page)
        if page != "copy":
            reader.read_panels(page)
        if page == "check":
            reader.read_rows_and_their_menu()
    while person.window.page.step != "discover":  # all is done now, and other things are said
        person.click("back")
        person.settle()
        reader.read_panels(f"{person.window.page.step} again")
        reader.read(f"{person.window.page.step} again")
    assert reader.found == {}
    empty = [place for place, count in reader.places.items() if count < 10]
    assert empty == [] and len(reader.places) > 30, sorted(reader.places)


def test_every_word_about_a_connection_that_fails_is_from_the_catalogue(
    pseudo: None, open_window: Callable[..., Person], tmp_path: Path, free_port: int
) -> None:
    person = open_window()
    reader = Reader(person)
    person.settle()
    person.click("forward")
    person.settle()
    reader.read("nothing is filled in")
    for host, port, called, calling in (
        ("127.0.0.1", str(free_port), "NEWPACS", "MIGRATOR"),
        ("nowhere.invalid", "104", "NEWPACS", "MIGRATOR"),
        ("{x} %s", "70000", "A TITLE THAT IS TOO LONG", "Meier, copy"),
        ("/mnt/Meier, copy", "10.5", "copy", "verify"),
    ):
        typed = {"host": host, "port": port, "called_ae": called, "calling_ae": calling}
        for name, text in typed.items():
            person.find(name).delete(0, "end")
            person.find(name).insert(0, text)
        reader.expect(*typed.values(), host.lower(), os.strerror(errno.ECONNREFUSED))
        person.click("test")
        person.settle()
        reader.read(f"the connection to {host}")
    reader.read_panels("discover")
    with PracticePacs(tmp_path) as pacs:
        begin(person, "127.0.0.1", f"{pacs.port}, {free_port}")
        person.wait(lambda: settings.scans() and not person.window.busy, "the end of the search")
        person.settle()
        reader.expect("ANY-SCP", "PYNETDICOM", *("127.0.0.1", "104, 11112, 4242, 2762, 2761"))
        reader.read("the search")
    assert reader.found == {}
    assert reader.places["nothing is filled in"] > 10


def test_every_word_about_a_fault_and_at_the_end_is_from_the_catalogue(
    pseudo: None, open_at: Callable[[str], Person], mishaps: Mishaps
) -> None:
    person = open_at("check")
    reader = Reader(person)
    person.window.show_crash(Unforeseen(Message("{what}", what=Private("ValueError in copy, verify"))))
    mishaps.seen.clear()
    reader.expect("ValueError in copy, verify")
    reader.read("a fault of the program")
    assert reader.found == {}
