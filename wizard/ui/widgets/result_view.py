"""The result of the migration, in the words of the report, with a sign. Verify and Export both begin with it."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

from wizard.language.message import Message, together
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.theme import Theme

if TYPE_CHECKING:
    from wizard.manifest.manifest import Manifest
    from wizard.report.verdict import Verdict

_SIGNS = {"good": "good", "open": "caution", "bad": "wrong"}


def ask_result(manifest: Manifest) -> Verdict:
    """Read the result of a migration as the report states it. It may take a while, so a thread makes this call."""
    from wizard.report import figures
    from wizard.report.verdict import verdict

    return verdict(figures.gather(manifest))


class ResultView(ttk.Frame):
    """A sign, a headline, and sentences. The third column of the first row is free for a button."""

    def __init__(self, master: tk.Misc, theme: Theme) -> None:
        super().__init__(master, name="result")
        self._theme = theme
        self.columnconfigure(1, weight=1)
        self._sign = ttk.Label(self)
        self._sign.grid(row=0, column=0, rowspan=2, sticky="n", padx=(0, theme.px(14)))
        self._headline = WrappedLabel(self, style="Heading.TLabel", name="headline")
        self._headline.grid(row=0, column=1, sticky="ew")
        self._sentences = WrappedLabel(self, name="sentences")
        self._sentences.grid(row=1, column=1, columnspan=2, sticky="ew", pady=(theme.px(4), 0))

    def show(self, result: Verdict) -> None:
        self._sign.configure(image=self._theme.icons.sign(_SIGNS[result.mark], 36))
        self._headline.say(result.headline)
        self._sentences.say(together(*result.sentences))

    def wait(self, sentence: Message | str) -> None:
        """Show that there is no result yet."""
        self._sign.configure(image=self._theme.icons.sign("coming", 36))
        self._headline.say(sentence)
        self._sentences.say("")
