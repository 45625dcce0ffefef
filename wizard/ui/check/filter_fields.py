"""The fields that narrow the list of studies: a patient, a modality, and two dates."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from tkinter import ttk
from typing import Callable, Sequence

from wizard.language import render
from wizard.manifest.tree import Filter
from wizard.ui.check import texts
from wizard.ui.widgets import formatting
from wizard.ui.widgets.fields import ChoiceField, Field
from wizard.ui.widgets.theme import Theme


class FilterFields(ttk.Frame):
    """The fields in a row.

    Attributes
    ----------
    filter : Filter
        The filter that is applied now, whatever is typed.

    Parameters
    ----------
    changed : callable
        Called each time that something is typed or chosen.
    """

    def __init__(self, master: tk.Misc, theme: Theme, changed: Callable[[], None]) -> None:
        super().__init__(master)
        self.filter = Filter()
        self._modalities: list[str] = []
        px = theme.px
        self.columnconfigure(0, weight=3)
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        self._text = Field(self, theme, texts.PATIENT, "patient", 12)
        self._modality = ChoiceField(self, theme, texts.MODALITY, "modality", 6)
        self._from = Field(self, theme, texts.FROM, "from_date", 10)
        self._to = Field(self, theme, texts.TO, "to_date", 10)
        for column, field in enumerate((self._text, self._modality, self._from, self._to)):
            field.grid(row=0, column=column, rowspan=2, sticky="new", padx=(0, px(10)))
            field.value.trace_add("write", lambda *_: changed())
        self._undated = tk.BooleanVar(self, True)
        ttk.Label(self, text="").grid(row=0, column=4)
        box = ttk.Checkbutton(self, name="undated", text=render(texts.UNDATED), variable=self._undated, command=changed)
        box.grid(row=1, column=4, sticky="nw", pady=(px(5), 0))

    def show(self, filter: Filter) -> None:
        """Show the filter that is applied now; `offer` shows its modality."""
        self.filter = filter
        self._modalities = []
        self._text.value.set(filter.text)
        self._from.value.set(render(formatting.date(filter.from_date)) if filter.from_date else "")
        self._to.value.set(render(formatting.date(filter.to_date)) if filter.to_date else "")
        self._undated.set(filter.undated)

    def offer(self, modalities: Sequence[tuple[str, int]]) -> None:
        """Offer these modalities, each with its count."""
        self._modalities = [modality for modality, _ in modalities]
        self._modality.offer([texts.ANY, *(texts.modality(name, count) for name, count in modalities)])
        chosen = self.filter.modalities[0] if self.filter.modalities else ""
        self._modality.index = self._modalities.index(chosen) + 1 if chosen in self._modalities else 0

    def read(self) -> Filter | None:
        """Read the typed filter; None if a date is wrong, and a complaint is shown beside it."""
        dates = []
        for field, last in ((self._from, False), (self._to, True)):
            try:
                dates.append(formatting.read_date(field.text, last))
            except ValueError:
                field.remark(texts.DATE_WRONG)
                return None
        if dates[0] and dates[1] and dates[0] > dates[1]:
            self._to.remark(texts.DATES_CROSSED)
            return None
        index = self._modality.index
        modalities: tuple[str, ...] = (self._modalities[index - 1],) if index > 0 else ()
        if not self._modalities:  # they are still being counted
            modalities = self.filter.modalities
        return replace(
            self.filter,
            text=self._text.text,
            modalities=modalities,
            from_date=dates[0],
            to_date=dates[1],
            undated=self._undated.get(),
        )
