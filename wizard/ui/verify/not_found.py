"""The lower list of the page Verify: images that were not found or failed, with the reason, and details on request."""

from __future__ import annotations

from tkinter import ttk
from typing import Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.ui.shell.page import Page
from wizard.ui.verify import texts
from wizard.ui.widgets import texts as widgets_texts
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.lists import Paragraph, Paragraphs


class NotFoundList(ttk.Frame):
    """A heading, and a paragraph for each file or study."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, name="reasons")
        self._findings: Sequence[Paragraph] = ()
        self._detailed = False
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._heading = WrappedLabel(self, style="Strong.TLabel", name="reasons_heading")
        self._heading.grid(row=0, column=0, sticky="ew")
        self._details = ttk.Button(self, name="details", text=render(widgets_texts.DETAILS), style="Quiet.TButton")
        self._details.configure(command=self._details_or_not)
        self._details.grid(row=0, column=1)
        self._list = Paragraphs(self, page.theme, "not_arrived", height=3)
        self._list.grid(row=1, columnspan=2, sticky="nsew", pady=(page.px(2), 0))
        self.clear()

    def show(self, heading: Message, findings: Sequence[Paragraph]) -> None:
        """Show these findings from the first one on."""
        self._findings = findings
        self._heading.say(heading)
        self._fill()
        self._list.view.yview_moveto(0)
        if any(finding.details for finding in findings):
            self._details.grid()
        else:
            self._details.grid_remove()

    def clear(self) -> None:
        """Ask the person to select a study."""
        self.show(texts.SELECT_STUDY, ())

    def _details_or_not(self) -> None:
        self._detailed = not self._detailed
        self._details.configure(text=render(texts.LESS_DETAILS if self._detailed else widgets_texts.DETAILS))
        self._fill()

    def _fill(self) -> None:
        shown = self._findings if self._detailed else [one._replace(details="") for one in self._findings]
        self._list.fill(shown)
