""" "What is this?": a short text about the page, in its place."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk

from wizard.language import render
from wizard.ui.shell import texts
from wizard.ui.shell.page import Page
from wizard.ui.shell.panel import Panel
from wizard.ui.widgets.lists import Paragraph, Paragraphs


class HelpPanel(Panel):
    """The paragraphs. The panel is made when it is opened, and destroyed when it is closed."""

    def __init__(self, page: Page, button: tk.Misc) -> None:
        super().__init__(page, button, "help")
        self.rowconfigure(1, weight=1)
        ttk.Label(self, text=render(texts.WHAT_IS_THIS), style="Heading.TLabel").grid(sticky="w")
        self._paragraphs = Paragraphs(self, page.theme, "help_text", height=8)
        self._paragraphs.grid(sticky="nsew", pady=(page.px(8), 0))
        self._paragraphs.fill([Paragraph(heading, paragraph) for heading, paragraph in page.help()])
        back = ttk.Button(self, name="close_help", text=render(texts.BACK_TO_PAGE), command=self.close)
        back.grid(sticky="w", pady=(page.px(12), 0))
        self._bind_keys()
        self._paragraphs.view.bind("<Escape>", lambda _: self.close())
        self._back = back

    def begin(self) -> None:
        self.show(self._back)

    def save(self) -> None:
        """Close the panel: it has no inputs."""
        self.close()

    def close(self) -> None:
        super().close()
        self.after_idle(self.destroy)
