"""The search for the new PACS on the network: the addresses, a warning, and the answers so far.

The panel covers the page Discover until the person uses an answer or goes back.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Callable

from wizard.dicom.destination import Destination
from wizard.engine.events import Events, Finished, Progress
from wizard.engine.facts import FoundPort
from wizard.engine.job import Control, Work
from wizard.errors import Stopped, UsageError
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.discover import texts
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.page import Page
from wizard.ui.shell.panel import Panel
from wizard.ui.widgets.fields import Field
from wizard.ui.widgets.labels import Notice, WrappedLabel, take_focus
from wizard.ui.widgets.lists import Listing
from wizard.ui.widgets.widths import Column

if TYPE_CHECKING:
    from wizard.dicom.destination import Tls

_WIDTHS = (125, 55, 100, 150, 105)
_USUAL = 1024  # addresses of a search that a person has not widened: `address_ranges.MOST`, which is loaded later
_TAGS = {"accepts": "good", "refuses": "caution", "aborts": "caution", "encrypted": "caution"}


class NetworkSearchPanel(Panel):
    """The panel. Return in a field starts the search; Return on a row, or a double click, uses the row.

    Parameters
    ----------
    run : callable
        Starts the job.
    use : callable
        Called with the answer that the person has chosen.
    """

    _rows: Listing

    def __init__(
        self, page: Page, button: tk.Misc, run: Callable[[str, Work], None], use: Callable[[FoundPort], None]
    ) -> None:
        super().__init__(page, button, "look")
        self._run, self._use = run, use
        self._found: list[FoundPort] = []
        self._calling_ae = ""
        self._tls: Tls | None = None
        self.rowconfigure(4, weight=1)
        self._build_inputs()
        self._build_found()
        self._bind_keys()
        self._rows.rows.bind("<Escape>", lambda _: self.close())

    def _build_inputs(self) -> None:
        px, theme = self.page.px, self.page.theme
        warning = Notice(self, theme, "look_warning")
        warning.grid(sticky="ew")
        warning.tell("caution", texts.LOOK_WARNING)
        fields = ttk.Frame(self)
        fields.grid(sticky="ew", pady=(px(8), 0))
        fields.columnconfigure(0, weight=1)
        self._range = Field(fields, theme, texts.RANGE, "look_range")
        self._ports = Field(fields, theme, texts.PORTS, "look_ports", width=25)
        self._title = Field(fields, theme, texts.TITLE, "look_title", width=16)
        for column, field in enumerate((self._range, self._ports, self._title)):
            field.grid(row=0, column=column, sticky="new", padx=(px(10) if column else 0, 0))
        row = ttk.Frame(self)
        row.grid(sticky="ew", pady=(px(8), 0))
        self._look = ttk.Button(row, name="look_now", text=render(texts.LOOK_NOW), style="TButton", command=self.save)
        self._use_it = ttk.Button(row, name="use_it", text=render(texts.USE_IT), style="Plain.TButton")
        self._use_it.configure(command=self._use_chosen, state="disabled")
        self._back = ttk.Button(row, name="back_from_look", text=render(texts.BACK), style="Plain.TButton")
        self._back.configure(command=self.close)
        self._wide = tk.BooleanVar(self)
        wide = ttk.Checkbutton(row, name="look_wide", text=render(texts.wide(_USUAL)), variable=self._wide)
        for widget in (self._look, self._use_it, self._back, wide):
            widget.pack(side="left", padx=(0, px(10)))

    def _build_found(self) -> None:
        px = self.page.px
        self._said = WrappedLabel(self, style="Hint.TLabel", name="looked")
        self._said.grid(sticky="ew", pady=(px(6), px(4)))
        columns = [
            Column(f"found_{index}", heading, width, stretch=index == 3)
            for index, (heading, width) in enumerate(zip(texts.FOUND_COLUMNS, _WIDTHS))
        ]
        self._rows = Listing(self, self.page.theme, "found", columns, height=3)
        self._rows.grid(sticky="nsew")
        self._rows.on_choice(self._explain)
        for event in ("<Double-1>", "<Return>", "<KP_Enter>"):
            self._rows.rows.bind(event, self._on_use)
        self._answer = WrappedLabel(self, name="found_answer")
        self._answer.grid(sticky="ew", pady=(px(6), 0))

    def begin(self, called_ae: str, calling_ae: str, tls: Tls | None) -> None:
        """Propose the addresses around this computer. Earlier inputs and answers stay."""
        self._calling_ae, self._tls = calling_ae, tls
        self._title.value.set(called_ae or self._title.text)
        if not self._range.text:
            self.page.window.ask(_proposed, self._propose, "look")
        self.show(self._range.entry)

    def close(self) -> None:
        if not self.page.window.busy:
            super().close()

    def save(self) -> None:
        """Start the search."""
        if self.page.window.busy:
            return
        ports = [part.strip() for part in self._ports.text.replace(" ", ",").split(",") if part.strip()]
        if not ports or not all(port.isdecimal() and 1 <= int(port) <= 65535 for port in ports):
            self._ports.complain(texts.PORTS_WRONG)
            return
        try:
            Destination("x", 104, self._title.text or "X", self._calling_ae)
        except UsageError as error:
            self._title.complain(error.sentence)
            return
        text, title, wide = self._range.text, self._title.text, self._wide.get()
        numbers, calling_ae, tls = [int(port) for port in ports], self._calling_ae, self._tls
        self._found = []
        self._show_found()
        self._set_buttons(looking=True)

        def work(control: Control, events: Events) -> Message:
            from wizard.engine.discover import address_ranges, scan

            most = address_ranges.WIDEST if wide else address_ranges.MOST
            wanted = scan.settings_from(text, numbers, title, calling_ae, tls, most)
            return scan.sentence(scan.run(wanted, control, events))

        self._run("scan", work)

    def progressed(self, progress: Progress) -> None:
        self._said.say(texts.looked_so_far(progress))

    def seen(self, seen: FoundPort) -> None:
        """Add one more answer."""
        self._found = sorted([*self._found, seen], key=lambda one: (one.answer != "accepts", not one.dicom))
        self._show_found()

    def ended(self, finished: Finished) -> None:
        """Show the end of the search, and put the focus on the answers."""
        self._set_buttons(looking=False)
        if isinstance(finished.error, Stopped):
            self._said.say(shell_texts.STOPPED)
        elif finished.error is not None:
            self._said.say("")
            self._range.complain(finished.error.sentence)
            return
        else:
            self._said.say(finished.result)
        if self._found:
            self._rows.choose("0")
        take_focus(self._rows.rows if self._found else self._range.entry)

    def _propose(self, proposed: tuple[str, str]) -> None:
        addresses, ports = proposed
        if not self._range.text:
            self._range.value.set(addresses)
        if not self._ports.text:
            self._ports.value.set(ports)

    def _set_buttons(self, looking: bool) -> None:
        for button in (self._look, self._back):
            button.configure(state="disabled" if looking else "normal")
        self._use_it.configure(state="normal" if self._found and not looking else "disabled")

    def _show_found(self) -> None:
        tags = [_TAGS.get(one.answer, "quiet") for one in self._found]
        self._rows.fill([texts.found_row(one) for one in self._found], tags)
        self._answer.say("")

    def _explain(self, key: str) -> None:
        self._answer.say(texts.answer(self._found[int(key)]))

    def _on_use(self, _: tk.Event[tk.Misc]) -> str:
        self._use_chosen()
        return "break"  # the page must not handle it too

    def _use_chosen(self) -> None:
        if self._rows.chosen and not self.page.window.busy:
            chosen = self._found[int(self._rows.chosen)]
            self.close()
            self._use(chosen)


def _proposed() -> tuple[str, str]:
    from wizard.engine.discover import address_ranges, scan

    return address_ranges.local(), ", ".join(map(str, scan.PORTS))
