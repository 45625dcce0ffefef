"""The text for the administrator at the window: read, turned into the other language, copied, saved."""

from __future__ import annotations

from pathlib import Path
from tkinter import filedialog
from typing import Callable

import pytest

from tests.ui.discover.test_network_search import named
from tests.ui.discover.test_page import fill_in
from tests.ui.person import Person, cut_off, refusal
from wizard.dicom.destination import Destination
from wizard.ui.shell import texts as shell_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


def opened(open_window: Opens) -> Person:
    person = open_window()
    fill_in(person, "127.0.0.1", 104, "NEWPACS")
    person.click("letter")
    person.wait(lambda: "Connection for copying" in person.reads(), "the text")
    return person


def test_it_is_about_what_was_typed_and_can_be_had_in_german_and_copied(open_window: Opens) -> None:
    person = opened(open_window)
    assert "NEWPACS at 127.0.0.1:104" in person.reads()
    person.click(named(person, "copy_letter"))
    person.wait(lambda: shell_texts.COPIED_TEXT in person.reads(), "the clipboard")
    assert person.window.root.clipboard_get().startswith("Connection for copying the images of our old PACS\n")
    person.click(named(person, "other_language"))
    person.wait(lambda: "Verbindung zum Kopieren" in person.reads(), "the other language")
    assert shell_texts.COPIED_TEXT not in person.reads()
    person.click(named(person, "copy_letter"))
    assert person.window.root.clipboard_get().startswith("Verbindung")
    person.press("Escape")
    person.wait(lambda: person.focus() == "letter", "the page")
    person.press("space")
    person.wait(lambda: "Verbindung zum Kopieren" in person.reads(), "the language that was chosen last")


def test_it_can_be_saved_as_a_file_that_every_editor_reads(
    open_window: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = [str(tmp_path / "letter.txt"), str(tmp_path / "no folder" / "letter.txt"), ""]
    monkeypatch.setattr(filedialog, "asksaveasfilename", lambda **_: files.pop(0))
    person = opened(open_window)
    person.click(named(person, "other_language"))
    person.click(named(person, "save_letter"))
    person.wait(lambda: "letter.txt" in person.reads(), "it to be saved")
    saved = (tmp_path / "letter.txt").read_bytes()
    assert saved.startswith(b"\xef\xbb\xbf") and "Verbindung zum Kopieren" in saved.decode("utf-8-sig")
    person.click(named(person, "save_letter"))
    person.wait(lambda: "cannot be saved" in person.reads(), "the complaint")
    person.click(named(person, "save_letter"))  # and cancelled


def test_what_is_missing_for_it_is_said_beside_its_field(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    person.click("letter")
    person.wait(lambda: refusal(lambda: Destination("", 104, "X")) in person.reads(), "the complaint")
    assert person.focus() == "host"


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_all_fits(open_window: Opens, size: str) -> None:
    person = opened(open_window)
    person.window.root.geometry(size)
    person.settle()
    assert not cut_off(person)
