"""The preferences of the person and the place of the window: kept between two starts, and applied."""

from __future__ import annotations

import json
import logging
import re
import tkinter as tk
from dataclasses import asdict, dataclass, field
from typing import Callable, Mapping

from wizard import language, settings
from wizard.errors import UsageError
from wizard.language import ENGLISH, LANGUAGES
from wizard.language.message import Private
from wizard.ui.shell import texts
from wizard.ui.widgets.palette import PALETTES

log = logging.getLogger(__name__)

TEXT_SIZES = (90, 100, 125, 150)
_FILE = "preferences.json"
SIZE, SMALLEST = (1040, 700), (820, 560)
_IN_SIGHT = (200, 100)  # pixels of the window that must be on the screen, so that the mouse can move it


@dataclass(frozen=True)
class Preferences:
    """`text_size` in percent, one of `TEXT_SIZES`; `colours` a key of `PALETTES`; `place` is the size and place of the
    window as Tk writes them ("1040x700+20+30"), "" for none yet; `language` is a key of `LANGUAGES`, "" for that of the
    computer; `tree_columns` are the widths of those columns of the tree that were pulled, by name, in pixels of a 96
    dpi screen."""

    text_size: int = 100
    colours: str = "light"
    place: str = ""
    language: str = ""
    tree_columns: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        known = self.language in ("", *LANGUAGES) and self.text_size in TEXT_SIZES and self.colours in PALETTES
        if not known or not isinstance(self.place, str):
            raise ValueError("no preferences")
        if not all(isinstance(width, int) and width > 0 for width in dict(self.tree_columns).values()):
            raise ValueError("no widths")


def load() -> Preferences:
    """Read the saved preferences; the defaults where there are none, or none that can be read."""
    try:
        return Preferences(**json.loads((settings.data_folder() / _FILE).read_text("utf-8")))
    except FileNotFoundError:
        return Preferences()
    except (OSError, ValueError, TypeError, UsageError) as error:  # a person need not know
        log.warning("preferences: %s", type(error).__name__)
        return Preferences()


def save(preferences: Preferences) -> None:
    """Save the preferences.

    Raises
    ------
    UsageError
        The file cannot be written.
    """
    path = settings.data_folder() / _FILE
    try:
        settings.write(path, asdict(preferences))
    except OSError as error:
        raise UsageError(texts.cannot_save_preferences(Private(path)), str(error)) from error


# The size and place of the window


def set_size(root: tk.Tk, px: Callable[[float], int]) -> None:
    """Set the default size and the smallest one."""
    screen = (root.winfo_screenwidth(), root.winfo_screenheight())
    width, height = (min(px(side), most) for side, most in zip(SIZE, screen))
    root.minsize(*(min(px(side), most) for side, most in zip(SMALLEST, screen)))
    root.geometry(f"{width}x{height}")


def restore_place(root: tk.Tk, place: str) -> None:
    """Put the window where it was ("1040x700+20+30"), unless the screen has become too small for that."""
    match = re.fullmatch(r"\d+x\d+\+(\d+)\+(\d+)", place)
    if match is None:
        return
    screen = (root.winfo_screenwidth(), root.winfo_screenheight())
    if all(int(at) <= most - some for at, most, some in zip(match.groups(), screen, _IN_SIGHT)):
        root.geometry(place)


# The language


def language_of_system(root: tk.Tk) -> str:
    """Find the language of this computer with Tcl's msgcat; English, if it is none of `LANGUAGES`."""
    root.tk.eval("package require msgcat")
    found = [name[:2] for name in root.tk.eval("::msgcat::mcpreferences").split()]
    return next((name for name in found if name in LANGUAGES), ENGLISH)


def use_language(name: str, root: tk.Tk | None = None) -> None:
    """Use this language from now on, also in the dialogues of Tk. Widgets that exist keep their texts."""
    if root is not None:
        root.tk.eval(f"package require msgcat; ::msgcat::mclocale {name}")
        root.tk.eval("::msgcat::mcload [file join $::tk_library msgs]")
    if name != language.now():
        language.use(name)
