"""A person at the window: presses real keys, moves the real mouse, reads, and takes pictures.

Keys and clicks go through the X server (xdotool, XTEST), so they reach the program the way a person's do.
"""

from __future__ import annotations

import subprocess
import time
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import Callable, Iterator

from PIL import Image, ImageGrab

from wizard.ui.app import App

PATIENCE = 60.0  # seconds until a person gives up waiting


class Person:
    """Sits in front of `app`."""

    def __init__(self, app: App) -> None:
        self.app = app
        app.root.geometry("+0+0")
        self._sit_down()

    def _sit_down(self) -> None:
        """See to it that the window has the keyboard, as a window manager would."""
        root = self.app.root
        root.update()
        if root.focus_displayof() is None:
            root.focus_lastfor().focus_force()
            self.wait(lambda: root.focus_displayof() is not None, "the keyboard")

    def wait(self, condition: Callable[[], object], what: str = "") -> None:
        """Let the window work until something is so."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, f"waited in vain for {what or condition}"
            self.app.root.tk.dooneevent(0)  # sleeps until something happens
            if not self.app.closed:
                self.app.root.update()

    def settle(self) -> None:
        """Wait until no job runs and no question is open, and all is painted."""
        self.wait(lambda: not self.app.busy and not self.app.questions.waiting, "the window to settle")
        if not self.app.closed:
            self.app.root.update()

    def press(self, *keys: str) -> None:
        """Press keys, by their names in X: "Return", "Tab", "space"."""
        self._sit_down()
        subprocess.run(["xdotool", "key", "--clearmodifiers", *keys], check=True)

    def type(self, text: str) -> None:
        self._sit_down()
        subprocess.run(["xdotool", "type", "--delay", "10", text], check=True)

    def click(self, widget: tk.Misc | str, at: tuple[int, int] | None = None) -> None:
        """Click a widget in its middle, or at a place inside it."""
        target = self.find(widget) if isinstance(widget, str) else widget
        self.app.root.update()
        x, y = at or (target.winfo_width() // 2, target.winfo_height() // 2)
        where = [str(target.winfo_rootx() + x), str(target.winfo_rooty() + y)]
        subprocess.run(["xdotool", "mousemove", *where, "click", "1"], check=True)

    def find(self, name: str) -> tk.Misc:
        """The widget of that name on the page on show, or in the frame."""
        below = [*all_below(self.app.page), *all_below(self.app.frame)]
        return next(widget for widget in below if widget.winfo_name() == name)

    def reads(self) -> str:
        """Every word that is in sight now, a line for each label, button or field."""
        return "\n".join(_words(widget) for widget in all_below(self.app.root) if widget.winfo_viewable())

    def focus(self) -> str:
        """The name of the widget that has the focus."""
        widget = self.app.root.focus_get()
        return widget.winfo_name() if widget is not None else ""

    def picture(self) -> Image.Image:
        """The window as it is on the screen."""
        root = self.app.root
        root.update()
        x, y = root.winfo_rootx(), root.winfo_rooty()
        box = (x, y, x + root.winfo_width(), y + root.winfo_height())
        return ImageGrab.grab(box, xdisplay=str(root.winfo_screen()))

    def photograph(self, path: Path) -> None:
        self.picture().save(path, optimize=True)


def all_below(widget: tk.Misc) -> Iterator[tk.Misc]:
    for child in widget.winfo_children():
        yield child
        yield from all_below(child)


def _words(widget: tk.Misc) -> str:
    if isinstance(widget, (ttk.Entry, ttk.Combobox)):
        return widget.get()
    if isinstance(widget, (ttk.Label, ttk.Button, ttk.Checkbutton)):
        return str(widget.cget("text"))
    if isinstance(widget, tk.Text):
        return widget.get("1.0", "end").strip()
    if isinstance(widget, ttk.Treeview):
        return "\n".join(row_words(widget, row) for row in widget.get_children())
    return ""


def row_words(view: ttk.Treeview, row: str) -> str:
    """What one row of a list or tree says."""
    return " ".join([str(view.item(row, "text")), *map(str, view.item(row, "values") or ())]).strip()
