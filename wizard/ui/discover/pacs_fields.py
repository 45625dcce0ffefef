"""The four fields of a PACS: where it is, and the AE titles of both sides."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from tkinter import ttk
from typing import Callable, Sequence

from wizard.dicom.destination import DEFAULT_CALLING_AE, Destination
from wizard.errors import UsageError
from wizard.ui.discover import texts
from wizard.ui.shell.page import Missing
from wizard.ui.widgets.fields import Field
from wizard.ui.widgets.theme import Theme


class PacsFields(ttk.Frame):
    """The address in a line, and below it the port and the AE titles; `prefix` keeps widget names apart."""

    def __init__(self, master: tk.Misc, theme: Theme, prefix: str = "") -> None:
        super().__init__(master)
        self.columnconfigure((1, 2), weight=1)
        self.host = Field(self, theme, texts.HOST, f"{prefix}host")
        self.host.grid(row=0, columnspan=3, sticky="ew", pady=(0, theme.px(6)))
        self.port = Field(self, theme, texts.PORT, f"{prefix}port", width=5)
        self.called = Field(self, theme, texts.CALLED_AE, f"{prefix}called_ae", width=8)
        self.calling = Field(self, theme, texts.CALLING_AE, f"{prefix}calling_ae", width=9)
        for column, field in enumerate((self.port, self.called, self.calling)):
            field.grid(row=1, column=column, sticky="new", padx=(theme.px(6) if column else 0, 0))
        self.calling.value.set(DEFAULT_CALLING_AE)

    def show(self, destination: Destination) -> None:
        self.host.value.set(destination.host)
        self.port.value.set(str(destination.port))
        self.called.value.set(destination.called_ae)
        self.calling.value.set(destination.calling_ae)

    def clear(self) -> None:
        for field in (self.host, self.port, self.called, self.calling):
            field.value.set("")

    def missing(self) -> Missing | None:
        """Find the first field that holds an impossible value, by the rules of `Destination`."""
        probes: Sequence[tuple[Field, Callable[[], Destination]]] = (
            (self.host, lambda: Destination(self.host.text, 104, "X")),
            (self.port, lambda: Destination("x", self._number, "X")),
            (self.called, lambda: Destination("x", 104, self.called.text)),
            (self.calling, lambda: Destination("x", 104, "X", self.calling.text)),
        )
        for field, probe in probes:
            try:
                probe()
            except UsageError as error:
                return Missing(error.sentence, field)
        return None

    def typed(self) -> Destination:
        """Make a destination from these fields alone."""
        return Destination(self.host.text, self._number, self.called.text, self.calling.text)

    def typed_into(self, destination: Destination) -> Destination:
        """Give a destination the values of these fields."""
        typed = self.typed()
        return replace(
            destination, host=typed.host, port=typed.port, called_ae=typed.called_ae, calling_ae=typed.calling_ae
        )

    @property
    def _number(self) -> int:
        """The port; 0, which is no port, where the field holds no number."""
        return int(self.port.text) if self.port.text.isdecimal() else 0
