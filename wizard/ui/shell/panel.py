"""The base class of panels: a panel covers a page until the person saves or cancels it.

Then the focus returns to the button that opened it. While a panel is shown, the page has no committing button, and
Back closes the panel.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

from wizard.language import render
from wizard.ui.shell import texts
from wizard.ui.shell.page import Page
from wizard.ui.widgets.labels import take_focus


class Panel(ttk.Frame):
    """Return saves and Escape cancels. A sub-class makes its inputs, then calls `_end_with_buttons`.

    Parameters
    ----------
    button : Misc
        The button that opens it.
    over : Panel, optional
        The panel that it covers, if not the page.
    """

    def __init__(self, page: Page, button: tk.Misc, name: str, over: Panel | None = None) -> None:
        super().__init__(page.window.frame.body, name=f"{page.step}_{name}")
        self.page, self._button, self._name = page, button, name
        self._below: tk.Widget = over or page
        self.shown = False
        self.columnconfigure(0, weight=1)

    def save(self) -> None:
        """Accept the inputs if all of them are valid, and close."""
        raise NotImplementedError

    def show(self, first: tk.Misc) -> None:
        """Cover the page, with the focus on the first input."""
        self.shown = True
        self.page.panel = self
        self._below.grid_remove()
        self.grid(row=0, column=0, sticky="nsew")
        self.page.window.refresh()
        take_focus(first)

    def close(self) -> None:
        """Show the page again."""
        if self.shown:
            self.shown = False
            self.page.panel = self._below if isinstance(self._below, Panel) else None
            self.grid_remove()
            self._below.grid()
            self.page.window.refresh()
            take_focus(self._button)

    def _end_with_buttons(self) -> None:
        px = self.page.px
        buttons = ttk.Frame(self)
        buttons.grid(sticky="w", pady=(px(12), 0))
        save = ttk.Button(buttons, name=f"save_{self._name}", text=render(texts.SAVE_PANEL), command=self.save)
        save.grid(row=0, column=0)
        cancel = ttk.Button(buttons, name=f"cancel_{self._name}", text=render(texts.CANCEL), style="Plain.TButton")
        cancel.configure(command=self.close)
        cancel.grid(row=0, column=1, padx=(px(10), 0))
        self._bind_keys()

    def _bind_keys(self) -> None:
        """Bind Escape and Return in all inputs that exist so far."""
        for widget in _inputs(self):
            widget.bind("<Escape>", lambda _: self.close())
            if not isinstance(widget, ttk.Button):
                widget.bind("<Return>", self._on_return)
                widget.bind("<KP_Enter>", self._on_return)

    def _on_return(self, _: tk.Event[tk.Misc]) -> str:
        self.save()
        return "break"  # the page must not handle it too


def _inputs(widget: tk.Misc) -> list[tk.Misc]:
    """Find everything below a widget that can have the focus."""
    found: list[tk.Misc] = []
    for child in widget.winfo_children():
        found += [child] if isinstance(child, (ttk.Entry, ttk.Checkbutton, ttk.Button)) else _inputs(child)
    return found
