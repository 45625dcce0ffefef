"""The results of the connection test: one line for each check, with a sign, a sentence, and details on request."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from tkinter import ttk
from typing import Sequence

from wizard.engine.facts import RUNG_NAMES, Rung
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.discover import texts
from wizard.ui.widgets import texts as widgets_texts
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.theme import Theme

_SIGNS: dict[bool | None, str] = {True: "good", False: "wrong", None: "unsure"}
_CONNECTED = ("resolved", "reached", "accepted", "answered")


def conclusion(rungs: Sequence[Rung]) -> tuple[str, Message]:
    """Say what all results together mean: a kind of notice, and the sentence.

    It is "wrong" unless the destination accepts images, "caution" if it does and may not be queried, else "good".
    """
    passed = {rung.name for rung in rungs if rung.passed}
    if not passed.issuperset(_CONNECTED):
        return "wrong", texts.NOT_CONNECTED
    if "takes images" not in passed:
        return "wrong", texts.NO_IMAGES
    if "may be asked" not in passed:
        return "caution", texts.NO_QUERIES
    return "good", texts.CONNECTED


class Rungs(ttk.Frame):
    """One line for each check. All are shown from the start, as questions; `show` gives the answer to one."""

    def __init__(self, master: tk.Misc, theme: Theme) -> None:
        super().__init__(master, name="rungs")
        self._theme = theme
        self._ended = False
        self.columnconfigure(0, weight=1)
        self._lines = {name: _RungLine(self, theme, name) for name in RUNG_NAMES}
        for row, line in enumerate(self._lines.values()):
            line.grid(row=row, sticky="ew", pady=theme.px(2))

    def reset(self) -> None:
        """Show the questions again."""
        self._ended = False
        for line in self._lines.values():
            line.grid()
            line.reset()

    def show(self, rung: Rung) -> None:
        """Show the result of one check. Of the checks that were not made the first stands for all."""
        line = self._lines[rung.name]
        if rung.passed is None and self._ended:
            line.grid_remove()
        elif rung.passed is None:
            self._ended = True
            line.show(replace(rung, sentence=texts.REST_NOT_CHECKED))
        else:
            line.show(rung)


class _RungLine(ttk.Frame):
    def __init__(self, master: tk.Misc, theme: Theme, name: str) -> None:
        super().__init__(master, name=name.replace(" ", "_"))
        self._theme, self._name = theme, name
        px = theme.px
        self.columnconfigure(1, weight=1)
        self._sign = ttk.Label(self)
        self._sign.grid(row=0, column=0, sticky="n", padx=(0, px(10)))
        self._label = WrappedLabel(self)
        self._label.grid(row=0, column=1, sticky="ew")
        self._who = WrappedLabel(self, style="Hint.TLabel")
        self._details = WrappedLabel(self, style="Hint.TLabel", name="details")
        self._more = ttk.Button(self, text=render(widgets_texts.DETAILS), style="Quiet.TButton", command=self._toggle)
        self.reset()

    def reset(self) -> None:
        self._sign.configure(image=self._theme.icons.sign("coming"))
        self._label.configure(text=render(RUNG_NAMES[self._name]), style="Lead.TLabel")
        for widget in (self._who, self._details, self._more):
            widget.grid_remove()

    def show(self, rung: Rung) -> None:
        self.reset()
        self._sign.configure(image=self._theme.icons.sign(_SIGNS[rung.passed]))
        self._label.configure(text=render(rung.sentence), style="Lead.TLabel" if rung.passed is None else "TLabel")
        if rung.who and rung.passed is False:
            self._who.say(widgets_texts.action_by(rung.who))
            self._who.grid(row=1, column=1, sticky="ew")
        if rung.details:
            self._details.say(rung.details)
            self._more.grid(row=0, column=2, sticky="ne")

    def _toggle(self) -> None:
        if self._details.winfo_manager():
            self._details.grid_remove()
        else:
            self._details.grid(row=2, column=1, columnspan=2, sticky="ew")
