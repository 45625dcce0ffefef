"""Whoever has no mouse sees where the focus is, and gets everywhere and away again; nothing lies over anything else."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Callable, Iterator, Tuple

import pytest
from PIL import Image, ImageGrab

from tests.ui.person import Person, all_below
from tests.ui.walk import by_keyboard, walk
from wizard.ui import preferences
from wizard.ui.preferences import Preferences

pytestmark = pytest.mark.screen

Box = Tuple[int, int, int, int]
EDGE = 4  # pixels of a widget in which the focus must be seen: not the cursor, which blinks inside
MOST = 60  # stops
LEAVES = (ttk.Label, ttk.Button, ttk.Checkbutton, ttk.Entry, ttk.Treeview, ttk.Progressbar, tk.Text, tk.Canvas)


def box(widget: tk.Misc) -> Box:
    x, y = widget.winfo_rootx(), widget.winfo_rooty()
    return x, y, x + widget.winfo_width(), y + widget.winfo_height()


def edges(widget: tk.Misc) -> bytes:
    """The outermost pixels of a widget, as they are on the screen."""
    widget.update()
    picture = ImageGrab.grab(box(widget), xdisplay=str(widget.winfo_screen()))
    inside = Image.new("RGB", (max(picture.width - 2 * EDGE, 0), max(picture.height - 2 * EDGE, 0)))
    picture.paste(inside, (EDGE, EDGE))
    return picture.tobytes()


def stops(person: Person) -> Iterator[tk.Misc]:
    """Press Tab until the focus is where it was first; yields each widget that it leaves, when it has left it."""
    root, seen = person.app.root, set()
    for _ in range(MOST):
        widget = root.nametowidget(str(root.tk.call("focus")))
        if str(widget) in seen:
            return
        seen.add(str(widget))
        focused = edges(widget)
        person.press("Tab")
        person.wait(lambda widget=widget: str(root.tk.call("focus")) != str(widget), f"Tab to lead away from {widget}")
        assert edges(widget) != focused, f"nobody sees that the focus is on {widget}"
        yield widget
    raise AssertionError(f"Tab never led back: {seen}")


def overlaps(person: Person) -> list[str]:
    """What is in sight, and lies over something else that is."""
    person.app.root.update()
    leaves = [
        widget
        for widget in all_below(person.app.root)
        if isinstance(widget, LEAVES) and widget.winfo_viewable() and not isinstance(widget.master, LEAVES)
    ]
    found = []
    for index, one in enumerate(leaves):
        for other in leaves[index + 1 :]:
            a, b = box(one), box(other)
            if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1]):
                found.append(f"{one} and {other}")
    return found


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_is_and_is_never_caught(open_window: Callable[..., Person], colours: str) -> None:
    preferences.save(Preferences(colours=colours))
    person = open_window(practice=True)
    for page in walk(person, by_keyboard(person)):
        if page == "copy":
            continue  # it does not stand still
        person.look_away()
        names = [widget.winfo_name() for widget in stops(person)]
        assert "help" in names and "appearance" in names and ("forward" in names or "end" in names), page
        person.app.frame.forward.focus_set()


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
@pytest.mark.parametrize("language", ["en", "de"])
def test_nothing_lies_over_anything_else(open_window: Callable[..., Person], size: str, language: str) -> None:
    preferences.save(Preferences(language=language))
    person = open_window(practice=True)
    person.app.root.geometry(size)
    for page in walk(person, by_keyboard(person)):
        assert not overlaps(person), page
