"""The fields for the C-FIND service, where that is another one than the service that stores."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import NamedTuple

from wizard.dicom.destination import Destination
from wizard.errors import UsageError
from wizard.language.message import Message
from wizard.ui.discover import texts
from wizard.ui.widgets.fields import Field
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.theme import Theme


class TypedFindService(NamedTuple):
    """The address of the service as it was typed; a "" stands for the value of the destination of the images."""

    host: str = ""
    port: str = ""
    called_ae: str = ""

    @classmethod
    def of(cls, destination: Destination) -> TypedFindService:
        """Read the values that differ from those of the destination of the images."""
        asked = destination.queried
        return cls(
            "" if asked.host == destination.host else asked.host,
            "" if asked.port == destination.port else str(asked.port),
            "" if asked.called_ae == destination.called_ae else asked.called_ae,
        )

    @property
    def name(self) -> Message | str:
        """Its short name; "" if it is no other service."""
        return self.called_ae or self.host or (texts.port(self.port) if self.port else "")

    def added_to(self, destination: Destination) -> Destination:
        """Give the destination whose queries go to this service.

        Raises
        ------
        UsageError
            A field holds an impossible value.
        """
        port = None if not self.port else int(self.port) if self.port.isdecimal() else 0
        return destination.queried_at(self.host, port, self.called_ae)


class FindFields(ttk.Frame):
    """Three fields in a row, and below them a hint or a complaint."""

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

    def show(self, find_service: TypedFindService) -> None:
        for field, text in zip(self._fields, find_service):
            field.value.set(text)

    def read(self) -> TypedFindService | None:
        """Read the fields; None if one is wrong, and a complaint is shown below."""
        self._hint()
        typed = TypedFindService(*(field.text for field in self._fields))
        for field, name in zip(self._fields, TypedFindService._fields):
            try:
                TypedFindService(**{name: getattr(typed, name)}).added_to(Destination("x", 104, "X"))
            except UsageError as error:
                self._below.configure(style="Complaint.TLabel")
                self._below.say(error.sentence)
                field.entry.focus_set()
                field.entry.selection_range(0, "end")
                return None
        return typed

    def make_room(self) -> None:
        """Hide the hint until something is typed or saved: a small window has no room for it and a complaint."""
        self._below.grid_remove()

    def _hint(self) -> None:
        self._below.grid()
        self._below.configure(style="Hint.TLabel")
        self._below.say(texts.FIND_HINT)
