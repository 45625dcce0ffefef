"""Folders dragged from another program with the mouse, and dropped on the page Source."""

from __future__ import annotations

import subprocess
import sys
import tkinter as tk
from pathlib import Path
from typing import Any, Callable

import pytest

from tests.ui import dragging
from tests.ui.person import Person
from tests.ui.source.test_page import Opens
from wizard.dicom.destination import Destination
from wizard.ui import steps
from wizard.ui.source import dropping
from wizard.ui.source import texts as source_texts

pytestmark = pytest.mark.screen


def at_source(open_window: Opens) -> Person:
    person = open_window()
    person.settle()
    person.window.shared.set_destination(Destination("127.0.0.1", 104, "NEWPACS"))
    person.window.turn_to(steps.SOURCE)
    person.settle()
    return person


def drag(person: Person, project: Path, *paths: Path) -> str:
    """Drag them from another program onto the list of folders; returns what that program was told becomes of them."""
    command = [sys.executable, "-m", dragging.__name__, *map(str, paths)]
    with subprocess.Popen(command, cwd=str(project), stdout=subprocess.PIPE, text=True) as other:
        assert other.stdout is not None
        try:
            assert other.stdout.readline() == "ready\n"
            width, height, x, y = map(int, dragging.PLACE.replace("+", "x").split("x"))
            rows = person.find("folders")
            to = rows.winfo_rootx() + rows.winfo_width() // 2, rows.winfo_rooty() + rows.winfo_height() // 2
            person.xdotool("mousemove", str(x + width // 2), str(y + height // 2), "mousedown", "1")
            for share in (0.05, 0.5, 0.98, 0.99, 1.0):
                at = (round(start + (end - start) * share) for start, end in zip((x, y), to))
                person.xdotool("mousemove", *map(str, at))
            person.xdotool("mouseup", "1")
            ended: list[str] = []
            interpreter: Any = person.window.root.tk  # some of mypy's stubs for tkinter lack the types of these methods
            interpreter.createfilehandler(other.stdout, tk.READABLE, lambda file, _: ended.append(file.readline()))
            person.wait(lambda: ended, "the other program to be told")
            interpreter.deletefilehandler(other.stdout)
            person.settle()
            return ended[0].strip()
        finally:
            other.kill()


def test_folders_are_added_and_are_not_moved_away(open_window: Opens, tmp_path: Path, project: Path) -> None:
    folders = [tmp_path / "of the old PACS", tmp_path / "{and} more"]
    for folder in folders:
        folder.mkdir()
    person = at_source(open_window)
    assert source_texts.FOLDER_OR_DROP in person.reads()
    assert drag(person, project, *folders) == "copy"
    assert person.window.shared.folders == sorted(folders)
    assert all(str(folder) in person.reads() for folder in folders)


def test_a_file_is_no_folder_and_that_is_said(open_window: Opens, tmp_path: Path, project: Path) -> None:
    (tmp_path / "letter.txt").touch()
    person = at_source(open_window)
    drag(person, project, tmp_path / "letter.txt")
    person.wait(lambda: "cannot be opened" in person.reads(), "the refusal")
    assert person.window.shared.folders == []


def test_where_the_extension_does_not_load_folders_are_typed(
    open_window: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tkinterdnd2 import TkinterDnD

    def fail(_: object) -> None:
        raise RuntimeError("Unable to load tkdnd library.")

    monkeypatch.setattr(TkinterDnD, "_require", fail)
    person = at_source(open_window)
    assert person.reads().has_line(source_texts.FOLDER)
    person.type(str(tmp_path))
    person.press("Return")
    person.wait(lambda: person.window.shared.folders == [tmp_path], "the folder to be added")


def test_where_it_is_not_installed_nothing_fails(open_window: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "tkinterdnd2", None)
    person = at_source(open_window)
    assert person.reads().has_line(source_texts.FOLDER)
    dropped: Callable[..., None] = lambda _: None  # noqa: E731
    assert not dropping.accept(person.window.page, dropped)
