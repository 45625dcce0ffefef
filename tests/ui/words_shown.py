"""Read all that a window shows, each text by itself: headings of lists, rows in rows, choices, menus, drawings."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Iterator

from tests.ui.person import Person, all_below


def shown(person: Person) -> list[str]:
    """All texts in sight, also those that only a scroll bar or a click would show."""
    person.window.root.update()
    texts = [person.window.root.title()]
    for widget in all_below(person.window.root):
        if widget.winfo_viewable() or isinstance(widget, tk.Menu):
            texts += _texts(widget)
    return [text for text in texts if text.strip()]


def _texts(widget: tk.Misc) -> Iterator[str]:
    if isinstance(widget, ttk.Combobox):
        yield widget.get()
        yield from map(str, widget.cget("values"))
    elif isinstance(widget, ttk.Entry):
        yield widget.get()
    elif isinstance(widget, (ttk.Label, ttk.Button, ttk.Checkbutton, ttk.Radiobutton, tk.Label)):
        yield str(widget.cget("text"))
    elif isinstance(widget, tk.Text):
        yield from widget.get("1.0", "end").splitlines()
    elif isinstance(widget, ttk.Treeview):
        for column in ("#0", *widget.cget("columns")):
            yield str(widget.heading(column, "text"))
        yield from _rows(widget, "")
    elif isinstance(widget, tk.Canvas):
        for item in widget.find_all():
            if str(widget.tk.call(str(widget), "type", item)) == "text":
                yield str(widget.tk.call(str(widget), "itemcget", item, "-text"))
    elif isinstance(widget, tk.Menu):
        last = widget.index("end")
        for entry in range(0 if last is None else last + 1):
            if widget.type(entry) != "separator":
                yield str(widget.entrycget(entry, "label"))


def _rows(view: ttk.Treeview, parent: str) -> Iterator[str]:
    for row in view.get_children(parent):
        yield str(view.item(row, "text"))
        yield from map(str, view.item(row, "values") or ())
        yield from _rows(view, row)
