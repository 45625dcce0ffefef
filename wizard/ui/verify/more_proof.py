"""Further proof, for experts: storage commitment, reading images back, and comparing with a list of the old PACS.

The panel covers the page Verify, until one of the three is started or the person presses Back.
"""

from __future__ import annotations

import os
import tkinter as tk
from pathlib import Path
from tkinter import ttk
from typing import TYPE_CHECKING, Callable

from wizard.engine.events import Events
from wizard.engine.job import Control, Work
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.shell.letter_panel import LetterPanel
from wizard.ui.shell.page import Page
from wizard.ui.shell.panel import Panel
from wizard.ui.verify import texts
from wizard.ui.widgets.fields import Field, FileField
from wizard.ui.widgets.labels import WrappedLabel

if TYPE_CHECKING:
    from wizard.dicom.destination import Destination
    from wizard.engine.discover.letter import Letter

#: Starts a job: its step, and what it does.
ProofRun = Callable[[str, Work], None]

_PORT, _COUNT = "11112", "20"


class MoreProofPanel(Panel):
    """One part for each proof; Return in a field starts the part of the field.

    Parameters
    ----------
    run : callable
        Starts a job.
    """

    def __init__(self, page: Page, button: tk.Misc, run: ProofRun) -> None:
        super().__init__(page, button, "more_proof")
        px = page.px
        self._run = run
        self._commitment = _Part(self, texts.COMMITMENT, "commitment")
        letter = self._commitment.beside_heading("text_for_administrator", texts.LETTER, self._show_letter)
        self._port = self._commitment.field(texts.PORT, "port", _PORT)
        self._commitment.action(texts.ASK_COMMITMENT, self._ask_for_commitment)
        self._read_back = _Part(self, texts.READ_BACK, "read_back")
        self._read_back.meaning(texts.READ_BACK_MEANS)
        self._count = self._read_back.field(texts.COUNT, "count", _COUNT)
        self._read_back_port = self._read_back.field(texts.PORT, "read_back_port", _PORT)
        self._read_back.action(texts.READ_THEM_BACK, self._read_them_back)
        self._old_list = _Part(self, texts.OLD_LIST, "old_list")
        self._old_list.meaning(texts.OLD_LIST_MEANS)
        self._file = self._old_list.file(texts.LIST_FILE, "list_file")
        self._old_list.action(texts.COMPARE, self._compare)
        for part in (self._commitment, self._read_back, self._old_list):
            part.grid(sticky="ew", pady=(0, px(8)))
        self._letter = LetterPanel(page, letter, over=self)
        self._bind_keys()

    def begin(self) -> None:
        """Cover the page."""
        self._commitment.meaning(texts.commitment_means(self._destination.calling_ae))
        self.show(self._port.entry)

    def close(self) -> None:
        self._letter.close()
        super().close()

    def save(self) -> None:
        """Start the part that has the focus."""
        focus = str(self.focus_get())
        for part in (self._commitment, self._read_back, self._old_list):
            if focus.startswith(f"{part}."):
                part.start()

    @property
    def _destination(self) -> Destination:
        destination = self.page.shared.destination
        assert destination is not None
        return destination

    def _ask_for_commitment(self) -> None:
        manifest, destination, port = self.page.manifest, self._destination, _number(self._port, 65535)
        if port is None:
            self._port.complain(texts.PORT_WRONG)
            return
        listened = port

        def work(control: Control, events: Events) -> object:
            from wizard.engine.verify import commitment

            return commitment.run(manifest, destination, control, events, listened)

        self._run("commitment", work)

    def _read_them_back(self) -> None:
        manifest, destination = self.page.manifest, self._destination
        count, port = _number(self._count, 1_000_000), _number(self._read_back_port, 65535)
        if count is None:
            self._count.complain(texts.COUNT_WRONG)
            return
        if port is None:
            self._read_back_port.complain(texts.PORT_WRONG)
            return
        images, listened = count, port

        def work(control: Control, events: Events) -> object:
            from wizard.engine.verify import read_back

            return read_back.run(manifest, destination, control, events, images, listened)

        self._run("read_back", work)

    def _compare(self) -> None:
        manifest, path = self.page.manifest, self._file.path
        if not path or os.path.isdir(path):
            self._file.complain(texts.FILE_MISSING)
            return

        def work(control: Control, events: Events) -> object:
            from wizard.engine.verify import old_list

            return old_list.run(manifest, Path(path), control, events)

        self._run("old_list", work)

    def _show_letter(self) -> None:
        port = _number(self._port, 65535)
        if port is None:
            self._port.complain(texts.PORT_WRONG)
            return
        destination, listened = self._destination, port

        def question() -> Letter:
            from wizard.engine.discover import letter

            return letter.commitment(destination, listened)

        self.page.window.ask(question, self._letter_known, "letter")

    def _letter_known(self, letter: Letter) -> None:
        if self.shown:
            self._letter.begin(letter)


class _Part(ttk.Frame):
    """A heading, a hint about what it proves, and a line of fields with the button that starts it."""

    def __init__(self, panel: MoreProofPanel, heading: Message, name: str) -> None:
        super().__init__(panel, name=f"prove_{name}")
        self._page = panel.page
        self._name = name
        self.columnconfigure(0, weight=1)
        ttk.Label(self, text=render(heading), style="Strong.TLabel").grid(row=0, sticky="w")
        self._meaning = WrappedLabel(self, style="Hint.TLabel")
        self._meaning.grid(row=1, columnspan=2, sticky="ew", pady=(self._page.px(2), self._page.px(4)))
        self._line = ttk.Frame(self)
        self._line.grid(row=2, columnspan=2, sticky="ew")
        self._count = 0
        self.start: Callable[[], None] = lambda: None

    def meaning(self, sentence: Message) -> None:
        self._meaning.say(sentence)

    def beside_heading(self, name: str, label: Message, act: Callable[[], None]) -> ttk.Button:
        """Add a quiet button at the right of the heading."""
        button = ttk.Button(self, name=name, text=render(label), style="Quiet.TButton", command=act)
        button.grid(row=0, column=1)
        return button

    def field(self, label: Message, name: str, value: str) -> Field:
        """Add a short field with a default value."""
        field = Field(self._line, self._page.theme, label, name, width=6, beside=True)
        field.value.set(value)
        self._place(field, sticky="nw")
        return field

    def file(self, label: Message, name: str) -> FileField:
        field = FileField(self._line, self._page.theme, label, name, beside=True)
        self._line.columnconfigure(self._count, weight=1)
        self._place(field, sticky="new")
        return field

    def action(self, label: Message, act: Callable[[], None]) -> None:
        """Add the button that starts it."""
        self.start = act
        button = ttk.Button(self._line, name=f"start_{self._name}", text=render(label), style="Plain.TButton")
        button.configure(command=act)
        self._place(button, sticky="nw")

    def _place(self, widget: tk.Widget, sticky: str) -> None:
        widget.grid(row=0, column=self._count, sticky=sticky, padx=(self._page.px(12) if self._count else 0, 0))
        self._count += 1


def _number(field: Field, most: int) -> int | None:
    """Read a number from 1 to `most`; None if the field holds none."""
    text = field.text
    return int(text) if text.isascii() and text.isdecimal() and 1 <= int(text) <= most else None
