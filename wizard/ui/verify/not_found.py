"""The lower list of the page Verify: what did not arrive or went wrong, and why; what support needs on request."""

from __future__ import annotations

from tkinter import ttk
from typing import Sequence

from wizard.ui import verifytexts, widgettexts
from wizard.ui.lists import Finding, Findings
from wizard.ui.pages.base import Page
from wizard.ui.widgets import Words


class Reasons(ttk.Frame):
    """A heading, and a paragraph for each file or study."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, name="reasons")
        self._findings: Sequence[Finding] = ()
        self._detailed = False
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._heading = Words(self, style="Strong.TLabel", name="reasons_heading")
        self._heading.grid(row=0, column=0, sticky="ew")
        self._details = ttk.Button(self, name="details", text=widgettexts.DETAILS, style="Quiet.TButton")
        self._details.configure(command=self._details_or_not)
        self._details.grid(row=0, column=1)
        self._list = Findings(self, page.theme, "not_arrived", height=3)
        self._list.grid(row=1, columnspan=2, sticky="nsew", pady=(page.px(2), 0))
        self.clear()

    def show(self, heading: str, findings: Sequence[Finding]) -> None:
        """Show these from the first one on."""
        self._findings = findings
        self._heading.say(heading)
        self._fill()
        self._list.view.yview_moveto(0)
        if any(finding.details for finding in findings):
            self._details.grid()
        else:
            self._details.grid_remove()

    def clear(self) -> None:
        """Nothing is chosen."""
        self.show(verifytexts.SELECT_STUDY, ())

    def _details_or_not(self) -> None:
        self._detailed = not self._detailed
        self._details.configure(text=verifytexts.LESS_DETAILS if self._detailed else widgettexts.DETAILS)
        self._fill()

    def _fill(self) -> None:
        shown = self._findings if self._detailed else [one._replace(details="") for one in self._findings]
        self._list.fill(shown)
