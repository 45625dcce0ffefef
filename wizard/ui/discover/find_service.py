"""Where questions go, if the archive that answers them is another than the one that stores: what a person types."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import NamedTuple

from wizard.dicom.destination import Destination
from wizard.errors import UsageError
from wizard.language import said
from wizard.ui.discover import texts
from wizard.ui.widgets.fields import Field
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.theme import Theme


class FindService(NamedTuple):
    """As it was typed; what is "" is as where images are sent."""

    host: str = ""
    port: str = ""
    called_ae: str = ""

    @classmethod
    def of(cls, destination: Destination) -> FindService:
        """What of it differs."""
        asked = destination.asked
        return cls(
            "" if asked.host == destination.host else asked.host,
            "" if asked.port == destination.port else str(asked.port),
            "" if asked.called_ae == destination.called_ae else asked.called_ae,
        )

    @property
    def name(self) -> str:
        """What it is called in short, "" if it is no other."""
        return self.called_ae or self.host or (f"port {self.port}" if self.port else "")

    def added_to(self, destination: Destination) -> Destination:
        """The destination with its questions going there.

        Raises
        ------
        UsageError
            A field cannot be what it says.
        """
        port = None if not self.port else int(self.port) if self.port.isdecimal() else 0
        return destination.asked_at(self.host, port, self.called_ae)


class FindFields(ttk.Frame):
    """Three fields in a row, and below them what they are for, or what is wrong."""

    def __init__(self, master: tk.Misc, theme: Theme) -> None:
        super().__init__(master, name="find_fields")
        host = Field(self, theme, texts.FIND_HOST, "find_host")
        port = Field(self, theme, texts.FIND_PORT, "find_port", width=6)
        called_ae = Field(self, theme, texts.FIND_AE, "find_ae", width=16)
        self._fields = (host, port, called_ae)
        self.columnconfigure(0, weight=1)
        for column, field in enumerate(self._fields):
            field.grid(row=0, column=column, sticky="ew", padx=(theme.px(10) if column else 0, 0))
            field.value.trace_add("write", lambda *_: self._hint())
        self._below = WrappedLabel(self)
        self._below.grid(row=1, columnspan=3, sticky="ew", pady=(theme.px(4), 0))
        self._hint()

    def show(self, find_service: FindService) -> None:
        for field, text in zip(self._fields, find_service):
            field.value.set(text)

    def read(self) -> FindService | None:
        """What was typed; None if something is wrong, which is said below."""
        self._hint()
        typed = FindService(*(field.text for field in self._fields))
        for field, name in zip(self._fields, FindService._fields):
            try:
                FindService(**{name: getattr(typed, name)}).added_to(Destination("x", 104, "X"))
            except UsageError as error:
                self._below.configure(style="Complaint.TLabel")
                self._below.say(said(error.sentence))
                field.entry.focus_set()
                field.entry.selection_range(0, "end")
                return None
        return typed

    def make_room(self) -> None:
        """What they are for is left out, until something is typed or saved: in a small window all room is taken."""
        self._below.grid_remove()

    def _hint(self) -> None:
        self._below.grid()
        self._below.configure(style="Hint.TLabel")
        self._below.say(texts.FIND_HINT)
