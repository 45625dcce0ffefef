"""The six pages from end to end in practice mode, by real keys and by real clicks."""

from __future__ import annotations

import csv
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import Callable

import pytest

from tests.ui.person import Person, all_below
from tests.ui.walk import by_keyboard, by_mouse, walk
from wizard.ui import texts
from wizard.ui.widgets import Words

pytestmark = pytest.mark.screen


@pytest.mark.parametrize("way", [by_keyboard, by_mouse], ids=["keyboard", "mouse"])
def test_next_and_one_copy_button_lead_from_discover_to_the_saved_report(
    open_window: Callable[..., Person], home: Path, tmp_path: Path, way: Callable[[Person], Callable[[str], None]]
) -> None:
    person = open_window(practice=True)
    seen = []
    for page in walk(person, way(person)):
        seen.append(page)
        assert texts.BADGE in person.reads()
        assert texts.RIBBON in person.reads()
        picture = person.picture()
        assert picture.size == (person.app.root.winfo_width(), person.app.root.winfo_height())
        colours = picture.convert("RGB").getcolors(1 << 20)
        assert colours is not None and len(colours) > 50, f"the page {page} is blank"
        picture.save(tmp_path / f"{page}.png")
    assert [page for page in seen if page != "copy"] == ["discover", "source", "check", "verify", "export"]
    folder = person.app.page.saved
    assert folder is not None and home in folder.parents
    with open(folder / "ledger.csv", encoding="utf-8-sig", newline="") as file:
        buckets = [row["bucket"] for row in csv.DictReader(file)]
    assert buckets.count("copied") > 250
    assert {"damaged", "conflict", "held_back", "refused", "duplicate"} <= set(buckets)
    way(person)(texts.CLOSE)
    person.wait(lambda: person.app.closed, "the window to close")


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_no_word_is_cut_off_and_nothing_lies_outside_the_window(open_window: Callable[..., Person], size: str) -> None:
    person = open_window(practice=True)
    person.app.root.geometry(size)
    for page in walk(person, by_keyboard(person)):
        assert not list(_cut_off(person)), f"on the page {page}"


def _cut_off(person: Person) -> list[str]:
    """What is drawn smaller than it asks for, or lies outside the window; lists and texts scroll instead."""
    root = person.app.root
    root.update()
    bottom, right = root.winfo_rooty() + root.winfo_height(), root.winfo_rootx() + root.winfo_width()
    found = []
    for widget in all_below(root):
        if not widget.winfo_viewable() or not isinstance(widget, (ttk.Label, ttk.Button, ttk.Checkbutton)):
            continue
        narrow = widget.winfo_width() < widget.winfo_reqwidth() and not isinstance(widget, Words)
        low = widget.winfo_height() < widget.winfo_reqheight()
        outside = (
            widget.winfo_rooty() + widget.winfo_height() > bottom or widget.winfo_rootx() + widget.winfo_width() > right
        )
        if narrow or low or outside or _covered(widget):
            found.append(f"{widget}: {widget.cget('text')!r}")
    return found


def _covered(widget: tk.Misc) -> bool:
    """Whether a parent is too small to show all of it."""
    parent = widget.nametowidget(widget.winfo_parent())
    return bool(
        widget.winfo_y() + widget.winfo_height() > parent.winfo_height()
        or widget.winfo_x() + widget.winfo_width() > parent.winfo_width()
    )
