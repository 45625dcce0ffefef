"""Fields and boxes to tick, each with room for a complaint about its input."""

from __future__ import annotations

import os
import tkinter as tk
from tkinter import filedialog, ttk
from typing import Iterator, Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.ui.widgets import texts
from wizard.ui.widgets.labels import Notice, WrappedLabel
from wizard.ui.widgets.theme import Theme


class Field(ttk.Frame):
    """A label, an entry below or `beside` it, and a complaint about the input below both."""

    def __init__(
        self, master: tk.Misc, theme: Theme, label: Message | str, name: str, width: int = 20, beside: bool = False
    ) -> None:
        super().__init__(master, name=f"{name}_field")
        self.name = name
        self.value = tk.StringVar(self)
        self.columnconfigure(1, weight=1)
        ttk.Label(self, text=render(label)).grid(row=0, column=0, sticky="w", columnspan=1 if beside else 2)
        self.entry: ttk.Entry = self._make_entry(name, width)
        if beside:
            self.entry.grid(row=0, column=1, sticky="ew", padx=(theme.px(8), 0))
        else:
            self.entry.grid(row=1, column=0, columnspan=2, sticky="ew", pady=(theme.px(3), 0))
        self._complaint = WrappedLabel(self, style="Complaint.TLabel")
        self.value.trace_add("write", lambda *_: self.accept())
        self.entry.bind("<FocusOut>", lambda _: self.entry.selection_clear())

    def _make_entry(self, name: str, width: int) -> ttk.Entry:
        return ttk.Entry(self, name=name, textvariable=self.value, width=width)

    @property
    def text(self) -> str:
        return self.value.get().strip()

    def complain(self, sentence: Message | str) -> None:
        """Show a complaint below the field, and put the focus there."""
        self.remark(sentence)
        self.entry.focus_set()
        self.entry.selection_range(0, "end")

    def remark(self, sentence: Message | str) -> None:
        """Show a complaint below the field, and leave the focus where the person is typing."""
        self._complaint.say(sentence)
        self._complaint.grid(row=2, columnspan=3, sticky="ew")

    def accept(self) -> None:
        """Hide the complaint."""
        self._complaint.grid_remove()


class ChoiceField(Field):
    """A field that offers a list of values."""

    def _make_entry(self, name: str, width: int) -> ttk.Combobox:
        return ttk.Combobox(self, name=name, textvariable=self.value, width=width, state="readonly")

    def offer(self, values: Sequence[Message | str]) -> None:
        self.entry["values"] = [render(value) for value in values]

    @property
    def index(self) -> int:
        """The index of the chosen value."""
        assert isinstance(self.entry, ttk.Combobox)
        return self.entry.current()

    @index.setter
    def index(self, index: int) -> None:
        assert isinstance(self.entry, ttk.Combobox)
        self.entry.current(index)


class FileField(Field):
    """A field for the path of a file, with a button to choose it."""

    def __init__(self, master: tk.Misc, theme: Theme, label: Message | str, name: str, beside: bool = False) -> None:
        super().__init__(master, theme, label, name, beside=beside)
        self._label = label
        choose = ttk.Button(self, name=f"choose_{name}", text=render(texts.CHOOSE_FILE), style="Plain.TButton")
        choose.configure(command=self._choose)
        place = self.entry.grid_info()
        choose.grid(row=place["row"], column=2, padx=(theme.px(10), 0), pady=place["pady"])

    @property
    def path(self) -> str:
        """The full path of the file, "" for none."""
        return os.path.abspath(os.path.expanduser(self.text)) if self.text else ""

    def _choose(self) -> None:
        chosen = filedialog.askopenfilename(parent=self, title=render(self._label))
        if chosen:
            self.value.set(os.path.normpath(chosen))


class Acknowledgement(ttk.Frame):
    """A paragraph that the person must acknowledge, with a box to tick."""

    def __init__(self, master: tk.Misc, theme: Theme, text: Message | str, label: Message | str) -> None:
        super().__init__(master)
        self.columnconfigure(0, weight=1)
        self.given = tk.BooleanVar(self)
        notice = Notice(self, theme, "paragraph")
        notice.grid(sticky="ew")
        notice.tell("caution", text)
        self._box = ttk.Checkbutton(self, name="acknowledge", text=render(label), variable=self.given)
        self._box.grid(row=1, sticky="w", pady=(theme.px(6), 0))
        self._complaint = WrappedLabel(self, style="Complaint.TLabel")
        self.given.trace_add("write", lambda *_: self._complaint.grid_remove())

    def complain(self, sentence: Message | str) -> None:
        """Ask for the tick, and put the focus on the box."""
        self._complaint.say(sentence)
        self._complaint.grid(row=2, sticky="ew")
        self._box.focus_set()


def typed(widget: tk.Misc) -> dict[str, str]:
    """Read the texts of the fields below a widget, by their names."""
    return {field.name: field.value.get() for field in _fields(widget)}


def type_again(widget: tk.Misc, texts_of_it: dict[str, str]) -> None:
    """Put the texts into the fields of the same names below another widget."""
    for field in _fields(widget):
        text = texts_of_it.get(field.name, "")
        if text != field.value.get():
            field.value.set(text)


def _fields(widget: tk.Misc) -> Iterator[Field]:
    for child in widget.winfo_children():
        if isinstance(child, Field):
            yield child
        else:
            yield from _fields(child)
