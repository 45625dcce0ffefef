"""A person at the window: presses real keys, moves the real mouse, reads, and takes pictures.

Keys and clicks go through the X server (xdotool, XTEST), so they reach the program the way a person's do.
"""

from __future__ import annotations

import subprocess
import time
import tkinter as tk
from pathlib import Path
from tkinter import font, ttk
from typing import Any, Callable, Iterator, TypeVar

from PIL import Image, ImageGrab

from wizard.engine.job import Job
from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import Message
from wizard.manifest.manifest import Manifest
from wizard.practice.practice_session import PracticeSession
from wizard.ui.app import App
from wizard.ui.shell.page import Page
from wizard.ui.widgets.labels import WrappedLabel

TIMEOUT = 60.0  # seconds until a test gives up waiting
_LEAVES = (ttk.Label, ttk.Button, ttk.Checkbutton, ttk.Entry, ttk.Treeview, ttk.Progressbar, tk.Text, tk.Canvas)
POLL_INTERVAL = 0.005  # seconds between two tests of a condition
Kind = TypeVar("Kind", bound=Page)


def take_the_hand_off() -> None:
    """Move the mouse to the corner of the screen, where no window is.

    A window that opens below the mouse takes the keyboard from it, and gives it up again when it shrinks: then the
    keys of a test go nowhere.
    """
    width, height = subprocess.check_output(["xdotool", "getdisplaygeometry"], timeout=TIMEOUT).split()
    subprocess.run(["xdotool", "mousemove", str(int(width) - 1), str(int(height) - 1)], check=True, timeout=TIMEOUT)


def refusal(act: Callable[[], object]) -> Message:
    """Give the sentence of the error that `act` raises."""
    try:
        act()
    except WizardError as error:
        return error.sentence
    raise AssertionError("nothing is wrong")


class Reading:
    """All texts that are visible, a line for each label, button or field.

    A message is in it if it is shown in the language of the window.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    def __contains__(self, said: Message | str) -> bool:
        return render(said) in self.text

    def __repr__(self) -> str:
        return self.text

    def has_line(self, said: Message | str) -> bool:
        """Whether a line says this and no more."""
        return render(said) in self.text.split("\n")


class Person:
    """Sits in front of `window`."""

    def __init__(self, window: App) -> None:
        self.window = window
        window.root.geometry("+0+0")
        self.sit_down()

    def page(self, kind: type[Kind]) -> Kind:
        """The page on show, which is the one of this kind."""
        page = self.window.page
        assert isinstance(page, kind)
        return page

    @property
    def manifest(self) -> Manifest:
        """The open manifest; there is one from the page Source on."""
        return self.window.page.manifest

    @property
    def session(self) -> PracticeSession:
        """The practice that goes on in the window."""
        assert self.window.shared.session is not None
        return self.window.shared.session

    @property
    def job(self) -> Job:
        """The job that runs."""
        assert self.window.job is not None
        return self.window.job

    def sit_down(self) -> None:
        """See to it that the window has the keyboard, as a window manager would.

        Without one the keys go to the window below the mouse, and the mouse may just have left it: Tk learns of that
        too late, and the key is lost. So the keyboard is taken each time; but only after the window has caught up, or
        the focus would be taken from a widget that waits to have it as soon as it is on the screen.
        """
        self._catch_up()
        root = self.window.root
        root.tk.call("focus", "-force", str(root.tk.call("focus")) or str(root.focus_lastfor() or root))
        self._catch_up()
        self.wait(self.focus, "the keyboard")

    def _catch_up(self) -> None:
        """Let the window process its events, and those that the X server sends after them."""
        root = self.window.root
        root.update()
        if not self.window.closed:  # a key may have closed it
            root.winfo_pointerxy()  # the server answers this after everything before it
            root.update()

    def wait(self, condition: Callable[..., object], what: str = "", timeout: float = TIMEOUT) -> None:
        """Let the window work until a condition holds. It sleeps for no longer than `POLL_INTERVAL`, whatever Tk does.

        The condition is called without arguments; a lambda may have some that have defaults.
        """
        end = time.monotonic() + timeout
        while not condition():
            assert time.monotonic() < end, f"waited {timeout:.0f} s in vain for {what or condition}; {self._state()}"
            if not self.window.closed:
                self.window.root.update()
            time.sleep(POLL_INTERVAL)

    def _state(self) -> str:
        """Describe the state of the window, for the message of a test that waited in vain."""
        window = self.window
        if window.closed:
            return "the window is closed"
        work = f"the job {window.job.step} runs" if window.job else "no job runs"
        asked = "the manifest is being asked" if window.manifest_reader.waiting else "nothing is being asked"
        return f"on the page {window.page.step}, focus on {self.focus() or 'nothing'}, {work}, {asked}"

    def settle(self) -> None:
        """Wait until no job runs and no question is open, and all is painted."""
        self.wait(lambda: not self.window.busy and not self.window.manifest_reader.waiting, "the window to settle")
        if not self.window.closed:
            self.window.root.update()

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
        self.window.root.update()
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

    def move_mouse_away(self) -> None:
        """Move the mouse off the window, so that it highlights nothing."""
        root = self.window.root
        self.xdotool("mousemove", str(root.winfo_screenwidth() - 1), str(root.winfo_screenheight() - 1))

    def xdotool(self, *arguments: str) -> None:
        """Let the X server press or move, and the window process it."""
        subprocess.run(["xdotool", *arguments], check=True, timeout=TIMEOUT)
        if not self.window.closed:
            self._catch_up()

    def find(self, name: str) -> Any:
        """The widget of that name, in sight if one is; or on the page on show; or in the frame.

        As for `nametowidget`, only the caller knows which kind of widget has that name.
        """
        below = [*all_below(self.window.page), *all_below(self.window.frame)]
        found = [widget for widget in below if widget.winfo_name() == name]
        return next((widget for widget in found if widget.winfo_viewable()), found[0])

    def button(self, label: Message | str) -> tk.Misc:
        """The button in sight that says this."""
        buttons = (one for one in all_below(self.window.root) if isinstance(one, ttk.Button) and one.winfo_viewable())
        return next(one for one in buttons if one.cget("text") == render(label))

    def button_of(self, name: str, label: Message | str) -> tk.Misc:
        """The button that says this and is part of a widget of that name."""
        buttons = (one for one in all_below(self.find(name)) if isinstance(one, ttk.Button))
        return next(one for one in buttons if one.cget("text") == render(label))

    def reads(self) -> Reading:
        """Read all texts that are visible now."""
        return Reading("\n".join(_words(widget) for widget in all_below(self.window.root) if widget.winfo_viewable()))

    def focus(self) -> str:
        """The name of the widget that has the focus, "" when none has it."""
        path = str(self.window.root.tk.call("focus"))  # `focus_get` does not know the list of a combobox
        return path.rsplit(".", 1)[-1] or path

    def picture(self) -> Image.Image:
        """The window as it is on the screen."""
        root = self.window.root
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
    """Read one row of a list or tree."""
    return " ".join([str(view.item(row, "text")), *map(str, view.item(row, "values") or ())]).strip()


def cut_off(person: Person) -> list[str]:
    """List the widgets that are smaller than they need, or lie outside the window; lists and texts scroll instead."""
    root = person.window.root
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
    if isinstance(widget, WrappedLabel):
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
    """List the visible widgets that overlap."""
    person.window.root.update()
    leaves = [
        widget
        for widget in all_below(person.window.root)
        if isinstance(widget, _LEAVES) and widget.winfo_viewable() and not isinstance(widget.master, _LEAVES)
    ]
    found = []
    for index, one in enumerate(leaves):
        for other in leaves[index + 1 :]:
            a, b = box(one), box(other)
            if min(a[2], b[2]) > max(a[0], b[0]) and min(a[3], b[3]) > max(a[1], b[1]):
                found.append(f"{one} and {other}")
    return found
