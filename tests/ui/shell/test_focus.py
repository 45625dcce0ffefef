"""The keyboard alone: the focus is visible, reaches every widget and leaves it again."""

from __future__ import annotations

import tkinter as tk
from typing import Callable, Iterator

import pytest
from PIL import Image

from tests.ui.person import Person, box
from tests.ui.walk import by_keyboard, walk
from wizard.ui.shell import preferences
from wizard.ui.shell.preferences import Preferences

pytestmark = pytest.mark.screen

EDGE = 4  # pixels of a widget in which the focus must be seen: not the cursor, which blinks inside
MOST = 60  # stops


def edges(picture: Image.Image, widget: tk.Misc) -> bytes:
    """The outermost pixels of a widget, in a picture of its window."""
    window = box(widget.winfo_toplevel())
    left, top, right, bottom = box(widget)
    part = picture.crop((left - window[0], top - window[1], right - window[0], bottom - window[1]))
    inside = Image.new(part.mode, (max(part.width - 2 * EDGE, 0), max(part.height - 2 * EDGE, 0)))
    part.paste(inside, (EDGE, EDGE))
    return part.tobytes()


def stops(person: Person) -> Iterator[tk.Misc]:
    """Press Tab until the focus is where it was first; yields each widget that it leaves, when it has left it."""
    root, seen = person.window.root, set()
    before = person.picture()
    for _ in range(MOST):
        widget = root.nametowidget(str(root.tk.call("focus")))
        if str(widget) in seen:
            return
        seen.add(str(widget))
        person.press("Tab")
        person.wait(lambda widget=widget: str(root.tk.call("focus")) != str(widget), f"Tab to lead away from {widget}")
        after = person.picture()
        step = person.window.page.step
        assert edges(before, widget) != edges(after, widget), f"on the page {step} nobody sees the focus on {widget}"
        before = after
        yield widget
    raise AssertionError(f"Tab never led back: {seen}")


@pytest.mark.parametrize("colours", ["light", "dark"])
def test_the_focus_is_seen_wherever_it_is_and_is_never_caught(open_window: Callable[..., Person], colours: str) -> None:
    preferences.save(Preferences(colours=colours))
    person = open_window(practice=True)
    for page in walk(person, by_keyboard(person)):
        if page == "copy":
            continue  # it does not stand still
        person.move_mouse_away()
        person.sit_down()
        person.wait(lambda: person.focus() == "forward", "the focus on the committing button")
        names = [widget.winfo_name() for widget in stops(person)]
        assert "help" in names and "appearance" in names and ("forward" in names or "end" in names), page
        person.window.frame.forward.focus_set()
