"""A person at the window: presses real keys, moves the real mouse, reads, and takes pictures.

Keys and clicks go through the X server (xdotool, XTEST), so they reach the program the way a person's do.
"""

from __future__ import annotations

import subprocess
import time
import tkinter as tk
from pathlib import Path
from tkinter import font, ttk
from typing import Callable, Iterator

from PIL import Image, ImageGrab

from wizard.ui.app import App
from wizard.ui.widgets import Words

PATIENCE = 60.0  # seconds until a person gives up waiting
_LEAVES = (ttk.Label, ttk.Button, ttk.Checkbutton, ttk.Entry, ttk.Treeview, ttk.Progressbar, tk.Text, tk.Canvas)
GLANCE = 0.005  # seconds between two looks


def take_the_hand_off() -> None:
    """Move the mouse to the corner of the screen, where no window is.

    A window that opens below the mouse takes the keyboard from it, and gives it up again when it shrinks: then the
    keys of a test go nowhere.
    """
    width, height = subprocess.check_output(["xdotool", "getdisplaygeometry"], timeout=PATIENCE).split()
    subprocess.run(["xdotool", "mousemove", str(int(width) - 1), str(int(height) - 1)], check=True, timeout=PATIENCE)


class Person:
    """Sits in front of `app`."""

    def __init__(self, app: App) -> None:
        self.app = app
        app.root.geometry("+0+0")
        self.sit_down()

    def sit_down(self) -> None:
        """See to it that the window has the keyboard, as a window manager would.

        Without one the keys go to the window below the mouse, and the mouse may just have left it: Tk learns of that
        too late, and the key is lost. So the keyboard is taken each time; but only after the window has caught up, or
        the focus would be taken from a widget that waits to have it as soon as it is on the screen.
        """
        self._catch_up()
        root = self.app.root
        root.tk.call("focus", "-force", str(root.tk.call("focus")) or str(root.focus_lastfor() or root))
        self._catch_up()
        self.wait(self.focus, "the keyboard")

    def _catch_up(self) -> None:
        """Let the window do what it has to, and hear of all that came of it at the X server."""
        root = self.app.root
        root.update()
        if not self.app.closed:  # a key may have closed it
            root.winfo_pointerxy()  # the server answers this after everything before it
            root.update()

    def wait(self, condition: Callable[[], object], what: str = "", patience: float = PATIENCE) -> None:
        """Let the window work until something is so. It never sleeps for longer than a glance, whatever Tk does."""
        end = time.monotonic() + patience
        while not condition():
            assert time.monotonic() < end, f"waited {patience:.0f} s in vain for {what or condition}; {self._state()}"
            if not self.app.closed:
                self.app.root.update()
            time.sleep(GLANCE)

    def _state(self) -> str:
        """Where the window stands, for the message of a test that waited in vain."""
        app = self.app
        if app.closed:
            return "the window is closed"
        work = f"the job {app.job.step} runs" if app.job else "no job runs"
        asked = "the manifest is being asked" if app.questions.waiting else "nothing is being asked"
        return f"on the page {app.page.step}, focus on {self.focus() or 'nothing'}, {work}, {asked}"

    def settle(self) -> None:
        """Wait until no job runs and no question is open, and all is painted."""
        self.wait(lambda: not self.app.busy and not self.app.questions.waiting, "the window to settle")
        if not self.app.closed:
            self.app.root.update()

    def press(self, *keys: str) -> None:
        """Press keys, by their names in X: "Return", "Tab", "space"."""
        self.sit_down()
        self.xdotool("key", "--clearmodifiers", *keys)

    def type(self, text: str) -> None:
        self.sit_down()
        delay = "1" if text.isascii() else "10"  # milliseconds; for other letters the keyboard is changed meanwhile
        self.xdotool("type", "--delay", delay, text)

    def click(self, widget: tk.Misc | str, at: tuple[int, int] | None = None) -> None:
        """Click a widget in its middle, or at a place inside it."""
        target = self.find(widget) if isinstance(widget, str) else widget
        self.app.root.update()
        x, y = at or (target.winfo_width() // 2, target.winfo_height() // 2)
        self.xdotool("mousemove", str(target.winfo_rootx() + x), str(target.winfo_rooty() + y), "click", "1")

    def drag(self, widget: tk.Misc, start: tuple[int, int], end: tuple[int, int]) -> None:
        """Press the mouse at a place inside a widget, move it to another, and let it go there."""
        x, y = widget.winfo_rootx(), widget.winfo_rooty()
        for action in (
            ("mousemove", str(x + start[0]), str(y + start[1])),
            ("mousedown", "1"),
            ("mousemove", str(x + (start[0] + end[0]) // 2), str(y + end[1])),
            ("mousemove", str(x + end[0]), str(y + end[1])),
            ("mouseup", "1"),
        ):
            self.xdotool(*action)

    def look_away(self) -> None:
        """Move the mouse off the window, so that nothing is lit up under it."""
        root = self.app.root
        self.xdotool("mousemove", str(root.winfo_screenwidth() - 1), str(root.winfo_screenheight() - 1))

    def xdotool(self, *arguments: str) -> None:
        """Let the X server press or move, and the window take it in."""
        subprocess.run(["xdotool", *arguments], check=True, timeout=PATIENCE)
        if not self.app.closed:
            self._catch_up()

    def find(self, name: str) -> tk.Misc:
        """The widget of that name, in sight if one is; or on the page on show; or in the frame."""
        below = [*all_below(self.app.page), *all_below(self.app.frame)]
        found = [widget for widget in below if widget.winfo_name() == name]
        return next((widget for widget in found if widget.winfo_viewable()), found[0])

    def button(self, label: str) -> tk.Misc:
        """The button in sight that says this."""
        buttons = (one for one in all_below(self.app.root) if isinstance(one, ttk.Button) and one.winfo_viewable())
        return next(one for one in buttons if one.cget("text") == label)

    def button_of(self, name: str, label: str) -> tk.Misc:
        """The button that says this and is part of a widget of that name."""
        buttons = (one for one in all_below(self.find(name)) if isinstance(one, ttk.Button))
        return next(one for one in buttons if one.cget("text") == label)

    def reads(self) -> str:
        """Every word that is in sight now, a line for each label, button or field."""
        return "\n".join(_words(widget) for widget in all_below(self.app.root) if widget.winfo_viewable())

    def focus(self) -> str:
        """The name of the widget that has the focus, "" when none has it."""
        path = str(self.app.root.tk.call("focus"))  # `focus_get` does not know the list of a combobox
        return path.rsplit(".", 1)[-1] or path

    def picture(self) -> Image.Image:
        """The window as it is on the screen."""
        root = self.app.root
        root.update()
        return ImageGrab.grab(box(root), xdisplay=str(root.winfo_screen()))

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


def cut_off(person: Person) -> list[str]:
    """What is drawn smaller than it asks for, or lies outside the window; lists and texts scroll instead."""
    root = person.app.root
    root.update()
    bottom, right = root.winfo_rooty() + root.winfo_height(), root.winfo_rootx() + root.winfo_width()
    found = []
    for widget in all_below(root):
        if not widget.winfo_viewable() or not isinstance(widget, (ttk.Label, ttk.Button, ttk.Checkbutton)):
            continue
        narrow = widget.winfo_width() < _needs(widget)
        low = widget.winfo_height() < widget.winfo_reqheight()
        outside = (
            widget.winfo_rooty() + widget.winfo_height() > bottom or widget.winfo_rootx() + widget.winfo_width() > right
        )
        if narrow or low or outside or _covered(widget):
            found.append(f"{widget}: {widget.cget('text')!r}")
    return found


def _needs(widget: ttk.Label | ttk.Button | ttk.Checkbutton) -> int:
    """The width without which something is cut off."""
    if isinstance(widget, Words):
        return 0
    if isinstance(widget, ttk.Button):  # it may have been given a width of its own
        return font.Font(widget, name="TkDefaultFont", exists=True).measure(str(widget.cget("text"))) + 8
    return widget.winfo_reqwidth()


def _covered(widget: tk.Misc) -> bool:
    """Whether something that holds it is too small to show all of it."""
    right, bottom = widget.winfo_rootx() + widget.winfo_width(), widget.winfo_rooty() + widget.winfo_height()
    parent = widget.nametowidget(widget.winfo_parent())
    while parent.winfo_toplevel() != parent:
        if bottom > parent.winfo_rooty() + parent.winfo_height() or right > parent.winfo_rootx() + parent.winfo_width():
            return True
        parent = parent.nametowidget(parent.winfo_parent())
    return False


def box(widget: tk.Misc) -> tuple[int, int, int, int]:
    """Where a widget is on the screen: left, top, right, bottom."""
    x, y = widget.winfo_rootx(), widget.winfo_rooty()
    return x, y, x + widget.winfo_width(), y + widget.winfo_height()


def overlaps(person: Person) -> list[str]:
    """What is in sight, and lies over something else that is."""
    person.app.root.update()
    leaves = [
        widget
        for widget in all_below(person.app.root)
        if isinstance(widget, _LEAVES) and widget.winfo_viewable() and not isinstance(widget.master, _LEAVES)
    ]
    found = []
    for index, one in enumerate(leaves):
        for other in leaves[index + 1 :]:
            a, b = box(one), box(other)
            if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1]):
                found.append(f"{one} and {other}")
    return found
