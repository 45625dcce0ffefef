"""A text for the administrator of the new PACS, to be read, copied and sent by the person who needs something of him or
her. It takes the place of the page, or of the panel that opened it."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING

from wizard.ui import verifytexts
from wizard.ui.lists import add_scroll_bar
from wizard.ui.panel import Panel
from wizard.ui.theme import dress_text
from wizard.ui.widgets import Words

if TYPE_CHECKING:
    from wizard.ui.pages.base import Page


class LetterPanel(Panel):
    """The text, which can be selected; a button that puts all of it on the clipboard; and the way back."""

    def __init__(self, page: Page, button: tk.Misc, over: Panel | None = None) -> None:
        super().__init__(page, button, "letter", over)
        px = page.px
        self.rowconfigure(0, weight=1)
        frame = ttk.Frame(self)
        frame.grid(sticky="nsew")
        frame.columnconfigure(0, weight=1)
        frame.rowconfigure(0, weight=1)
        self._text = tk.Text(frame, name="letter", height=10, width=20, wrap="word", state="disabled", takefocus=True)
        dress_text(self._text, page.theme)
        self._text.grid(row=0, column=0, sticky="nsew")
        add_scroll_bar(frame, self._text)
        row = ttk.Frame(self)
        row.grid(sticky="ew", pady=(px(12), 0))
        row.columnconfigure(2, weight=1)
        copy = ttk.Button(row, name="copy_letter", text=verifytexts.COPY_TEXT, command=self.save)
        copy.grid(row=0, column=0)
        back = ttk.Button(row, name="back_from_letter", text=verifytexts.BACK, style="Plain.TButton")
        back.configure(command=self.close)
        back.grid(row=0, column=1, padx=px(10))
        self._said = Words(row, style="Hint.TLabel", name="copied")
        self._said.grid(row=0, column=2, sticky="ew")
        self._hear_keys()
        self._text.bind("<Escape>", lambda _: self.close())

    def begin(self, text: str) -> None:
        """Show this text."""
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        self._text.insert("1.0", text)
        self._text.configure(state="disabled")
        self._said.say("")
        self.show(self._text)

    def save(self) -> None:
        """Put the text on the clipboard."""
        self.clipboard_clear()
        self.clipboard_append(self._text.get("1.0", "end-1c"))
        self._said.say(verifytexts.COPIED_TEXT)
