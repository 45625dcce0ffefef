"""Which language the window speaks, and what happens when it speaks another one."""

from __future__ import annotations

import importlib
import tkinter as tk

from wizard import language
from wizard.language import ENGLISH, LANGUAGES

_TEXTS = (  # those that others of them use are first
    *("widgettexts", "texts", "copytexts"),
    *("discovertexts", "sourcetexts", "checktexts", "verifytexts", "exporttexts"),
)


def of_system(root: tk.Tk) -> str:
    """The language of this computer, as Tcl's msgcat finds it on each system; English, if it is none of `LANGUAGES`."""
    root.tk.eval("package require msgcat")
    found = [name[:2] for name in root.tk.eval("::msgcat::mcpreferences").split()]
    return next((name for name in found if name in LANGUAGES), ENGLISH)


def use(name: str, root: tk.Tk | None = None) -> None:
    """Speak this language from now on, also in the dialogues of Tk. What is on show already stays as it is."""
    if root is not None:
        root.tk.eval(f"package require msgcat; ::msgcat::mclocale {name}")
        root.tk.eval("::msgcat::mcload [file join $::tk_library msgs]")
    if name != language.now():
        language.use(name)
        for module in _TEXTS:  # their constants are made when they are loaded
            importlib.reload(importlib.import_module(f"wizard.ui.{module}"))
