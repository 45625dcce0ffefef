"""The panel in which a person chooses the language, the size of the text and the colours of the window."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from tkinter import ttk
from typing import Callable, Sequence

from wizard.language import LANGUAGES, render
from wizard.language.message import Message
from wizard.ui.shell import texts
from wizard.ui.shell.page import Page
from wizard.ui.shell.panel import Panel
from wizard.ui.shell.preferences import TEXT_SIZES, Preferences
from wizard.ui.widgets.fields import ChoiceField
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.palette import PALETTES

_LANGUAGES = ("", *LANGUAGES)


class AppearancePanel(Panel):
    """Three choices. The panel is made when it is opened, and destroyed when it is closed.

    Parameters
    ----------
    changed : callable
        Called with the new preferences.
    """

    def __init__(self, page: Page, button: tk.Misc, now: Preferences, changed: Callable[[Preferences], None]) -> None:
        super().__init__(page, button, "appearance")
        self._now, self._changed = now, changed
        px = page.px
        ttk.Label(self, text=render(texts.APPEARANCE_HEADING), style="Heading.TLabel").grid(sticky="w")
        WrappedLabel(self, texts.APPEARANCE_LEAD, "Lead.TLabel").grid(sticky="ew", pady=(px(4), px(14)))
        self._language = self._choice(texts.LANGUAGE, "language", [texts.AS_COMPUTER, *LANGUAGES.values()])
        self._language.index = _LANGUAGES.index(now.language)
        self._size = self._choice(texts.TEXT_SIZE, "text_size", [texts.percent(size) for size in TEXT_SIZES])
        self._size.index = TEXT_SIZES.index(now.text_size)
        self._colours = self._choice(texts.COLOURS, "colours", [texts.PALETTES[name] for name in PALETTES])
        self._colours.index = list(PALETTES).index(now.colours)
        self._end_with_buttons()

    def _choice(self, label: Message, name: str, values: Sequence[Message | str]) -> ChoiceField:
        field = ChoiceField(self, self.page.theme, label, name, 22)
        field.offer(values)
        field.grid(sticky="w", pady=(0, self.page.px(10)))
        return field

    def begin(self) -> None:
        self.show(self._language.entry)

    def save(self) -> None:
        chosen = replace(
            self._now,
            language=_LANGUAGES[self._language.index],
            text_size=TEXT_SIZES[self._size.index],
            colours=list(PALETTES)[self._colours.index],
        )
        self.close()
        if chosen != self._now:
            self._changed(chosen)

    def close(self) -> None:
        super().close()
        self.after_idle(self.destroy)
