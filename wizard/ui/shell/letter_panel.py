"""A text for the administrator of the new PACS. The person reads it, copies or saves it, and sends it. The panel covers
the page, or the panel that opened it."""

from __future__ import annotations

import os
import tkinter as tk
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING, Callable

from wizard.errors import UsageError, WizardError, why
from wizard.language import render
from wizard.language.message import Message, Private
from wizard.ui.shell import texts
from wizard.ui.shell.page import Page
from wizard.ui.shell.panel import Panel
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.lists import add_scroll_bar
from wizard.ui.widgets.theme import style_text

if TYPE_CHECKING:
    from wizard.engine.discover.letter import Letter


class LetterPanel(Panel):
    """The text, which can be selected, and buttons for the other language, the clipboard, a file, and the way back."""

    def __init__(self, page: Page, button: tk.Misc, over: Panel | None = None) -> None:
        super().__init__(page, button, "letter", over)
        px = page.px
        self._letter: Letter = {}
        self._language = ""
        self.rowconfigure(0, weight=1)
        frame = ttk.Frame(self)
        frame.grid(sticky="nsew")
        frame.columnconfigure(0, weight=1)
        frame.rowconfigure(0, weight=1)
        self._text = tk.Text(frame, name="letter", height=10, width=20, wrap="word", state="disabled", takefocus=True)
        style_text(self._text, page.theme)
        self._text.configure(font="TkFixedFont")  # the text has columns, and is sent as plain text
        self._text.grid(row=0, column=0, sticky="nsew")
        add_scroll_bar(frame, self._text)
        self._said = WrappedLabel(self, style="Hint.TLabel", name="copied")
        self._said.grid(sticky="ew", pady=(px(6), 0))
        self._row = ttk.Frame(self)
        self._row.grid(sticky="ew", pady=(px(6), 0))
        self._add("copy_letter", texts.COPY_TEXT, self.save, "TButton")
        self._add("save_letter", texts.SAVE_TEXT, self._save_as)
        self._other = self._add("other_language", "", self._turn)
        self._add("back_from_letter", texts.CLOSE_TEXT, self.close)
        self._bind_keys()
        self._text.bind("<Escape>", lambda _: self.close())

    def begin(self, letter: Letter) -> None:
        """Show this text in the language that was chosen last."""
        self._letter = letter
        self._show_in(self._language or next(iter(letter)))
        self.show(self._text)

    def save(self) -> None:
        """Put the text on the clipboard."""
        self.clipboard_clear()
        self.clipboard_append(self._letter[self._language])
        self._said.say(texts.COPIED_TEXT)

    def _add(
        self, name: str, label: Message | str, act: Callable[[], None], style: str = "Plain.TButton"
    ) -> ttk.Button:
        button = ttk.Button(self._row, name=name, text=render(label), style=style, command=act)
        button.pack(side="left", padx=(0, self.page.px(10)))
        return button

    def _turn(self) -> None:
        languages = list(self._letter)
        self._show_in(languages[languages.index(self._language) - 1])

    def _show_in(self, language: str) -> None:
        self._language = language
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        self._text.insert("1.0", self._letter[language])
        self._text.configure(state="disabled")
        self._other.configure(text=texts.OTHER_LANGUAGE[language])
        self._said.say("")

    def _save_as(self) -> None:
        path = filedialog.asksaveasfilename(
            parent=self, title=render(texts.LETTER_FILE), defaultextension=".txt", initialfile="pacs-administrator.txt"
        )
        if path:
            text = self._letter[self._language]
            self.page.window.ask(lambda: _write(path, text), self._said.say, "letter", self._fail)

    def _fail(self, error: WizardError) -> None:
        self._said.say(error.sentence)


def _write(path: str, text: str) -> Message:
    """Write the text as editors of every system read it; returns the sentence that names the file."""
    try:
        with open(path, "w", encoding="utf-8-sig", newline=os.linesep) as file:
            file.write(text)
    except OSError as error:
        raise UsageError(texts.cannot_save_text(why(error)), str(error)) from error
    return texts.saved_text(Private(os.path.normpath(path)))
