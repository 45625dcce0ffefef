"""Step 2, Source: the folders, the warning that a folder is not the PACS, and the progress of reading them."""

from __future__ import annotations

import os
import tkinter as tk
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING, Sequence

from wizard.engine import migration
from wizard.engine.events import Events, Finished, Progress
from wizard.engine.job import Control
from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.frame import Heading
from wizard.ui.shell.page import Help, Missing, Page
from wizard.ui.source import dropping, texts
from wizard.ui.widgets import formatting
from wizard.ui.widgets.fields import Acknowledgement, Field
from wizard.ui.widgets.labels import FigureStrip, WrappedLabel
from wizard.ui.widgets.lists import Listing
from wizard.ui.widgets.widths import Column
from wizard.vocabulary import Bucket

if TYPE_CHECKING:
    from wizard.manifest.ledger import Balance


class SourcePage(Page):
    step = "source"

    @staticmethod
    def heading() -> Heading:
        return Heading(*texts.SOURCE, texts.SOURCE_PROMISE)

    @staticmethod
    def help() -> Help:
        return texts.HELP

    def build(self) -> None:
        px, theme = self.px, self.theme
        self.rowconfigure(1, weight=1, minsize=px(58))
        self.rowconfigure(
            7, weight=50
        )  # nearly all the spare room; where there is too little, the list of folders gets smaller
        self._build_folders(texts.FOLDER_OR_DROP if dropping.accept(self, self._add_all) else texts.FOLDER)
        self._acknowledgement = Acknowledgement(self, theme, texts.NOT_THE_PACS, texts.ACKNOWLEDGE)
        self._acknowledgement.grid(row=2, sticky="ew", pady=(px(12), 0))
        self._figures = FigureStrip(self, theme, texts.FIGURES)
        self._figures.grid(row=3, sticky="ew", pady=(px(14), 0))
        self._figures.grid_remove()
        self._bar = ttk.Progressbar(self, mode="indeterminate")
        self._bar.grid(row=4, sticky="ew", pady=(px(10), 0))
        self._bar.grid_remove()
        self._rate = WrappedLabel(self, style="Hint.TLabel")
        self._rate.grid(row=5, sticky="ew", pady=(px(4), 0))
        self._rate.grid_remove()
        self.notice.place_in(row=6, sticky="ew", pady=(px(12), 0))
        columns = [Column("folder", texts.UNREADABLE_COLUMNS[0], 300, stretch=True)]
        columns.append(Column("why", texts.UNREADABLE_COLUMNS[1], 220, stretch=True))
        self._unreadable = Listing(self, theme, "unreadable", columns, height=2)
        self._unreadable.grid(row=7, sticky="nsew", pady=(px(10), 0))
        self._unreadable.grid_remove()

    def _build_folders(self, label: Message) -> None:
        px = self.px
        top = ttk.Frame(self)
        top.grid(row=0, sticky="ew")
        top.columnconfigure(0, weight=1)
        top.rowconfigure(1, weight=1)
        self._field = Field(top, self.theme, label, "folder")
        self._field.grid(row=0, column=0, rowspan=2, sticky="new")
        line = ttk.Label(top, text="")  # as high as the label of the field
        line.grid(row=0, column=1)
        add = ttk.Button(top, name="add", text=render(texts.ADD), style="Plain.TButton", command=self._add)
        add.grid(row=1, column=1, sticky="n", padx=(px(10), 0), pady=(px(3), 0))
        choose = ttk.Button(
            top, name="choose", text=render(shell_texts.CHOOSE_FOLDER), style="Plain.TButton", command=self._choose
        )
        choose.grid(row=1, column=2, sticky="n", padx=(px(10), 0), pady=(px(3), 0))
        middle = ttk.Frame(self)
        middle.grid(row=1, sticky="nsew", pady=(px(10), 0))
        middle.columnconfigure(0, weight=1)
        middle.rowconfigure(0, weight=1)
        self._list = Listing(
            middle, self.theme, "folders", [Column("folder", "", 300, stretch=True)], height=3, headings=False
        )
        self._list.grid(row=0, column=0, sticky="nsew")
        self._list.rows.bind("<Delete>", lambda _: self._remove())
        remove = ttk.Button(
            middle, name="remove", text=render(texts.REMOVE), style="Plain.TButton", command=self._remove
        )
        remove.grid(row=0, column=1, sticky="n", padx=(px(10), 0))

    def enter(self, begin: bool) -> None:
        self._show_folders()
        self._acknowledgement.given.set(self.shared.acknowledged)
        (self.window.frame.forward if self.shared.folders else self._field.entry).focus_set()
        if not self.shared.read:
            self._clear_result()

    def leave(self) -> None:
        self.shared.acknowledged = self._acknowledgement.given.get()

    def requires(self) -> Missing | None:
        if not self.shared.folders and not self._field.text:
            return Missing(texts.MUST_ADD_FOLDER, self._field)
        if not self._acknowledgement.given.get():
            return Missing(texts.MUST_ACKNOWLEDGE, self._acknowledgement)
        return None

    def forward(self) -> None:
        if self._field.text:
            self._add(then_read=True)
        elif self.shared.read:
            self.window.next()
        else:
            self._read()

    def on_return(self, widget: tk.Misc) -> None:
        if widget is self._field.entry and self._field.text:
            self._add()
        else:
            self.window.forward()

    # The folders

    def _choose(self) -> None:
        chosen = filedialog.askdirectory(parent=self, title=render(texts.CHOOSE_FOLDER_TITLE), mustexist=True)
        if chosen:
            self._field.value.set(chosen)
            self._add()

    def _add(self, then_read: bool = False) -> None:
        """Add the typed folder."""
        if self._field.text:
            self._add_all([Path(os.path.expanduser(self._field.text))], then_read)
        elif not self.window.busy:
            self._field.complain(texts.MUST_ADD_FOLDER)

    def _add_all(self, folders: Sequence[Path], then_read: bool = False) -> None:
        """Add folders. A thread asks the disk: a share that is not connected may take a while to fail."""
        if self.window.busy:
            return
        wanted = [*self.shared.folders, *folders]

        def added(merged: list[Path]) -> None:
            self._field.value.set("")
            self._set_folders(merged)
            if len(merged) < len(wanted):
                self.notice.tell("note", texts.MERGED)
            if then_read:
                self.window.forward()

        def refused(error: WizardError) -> None:
            self._field.complain(error.sentence)

        self.window.ask(lambda: migration.merged(wanted), added, "folders", refused)

    def _remove(self) -> None:
        if self.window.busy:
            return
        if not self._list.chosen:
            self._field.complain(texts.MUST_CHOOSE_TO_REMOVE)
            return
        chosen = int(self._list.chosen)
        self._set_folders([folder for index, folder in enumerate(self.shared.folders) if index != chosen])

    def _set_folders(self, folders: list[Path]) -> None:
        self.shared.set_folders(folders)
        self._clear_result()
        self._show_folders()

    def _show_folders(self) -> None:
        self._list.fill([(formatting.path(os.fsencode(folder)),) for folder in self.shared.folders])

    # The reading

    def _read(self) -> None:
        self._clear_result()
        self.notice.tell("note", texts.READING)
        self._bar.grid()
        self._bar.start(40)
        self.shared.checked = self.shared.verified = False
        self.shared.acknowledged = True

        def work(control: Control, events: Events) -> tuple[Balance, list[tuple[str, Message]]]:
            from wizard.engine import source
            from wizard.manifest import ledger

            manifest = self.shared.open_manifest()
            manifest.put(acknowledged=True)
            balance = source.run(manifest, control, events)
            return balance, [(formatting.path(path), why) for path, why in ledger.unreadable_folders(manifest)]

        self.window.start("source", work, self)

    def progressed(self, progress: Progress) -> None:
        self._figures.grid()
        self._rate.grid()
        counts = {name: formatting.number(count) for name, count in progress.counts.items()}
        self._figures.show({**counts, "bytes": formatting.size(progress.bytes_done)})
        self._rate.say(texts.reading_rate(progress.rate, progress.current))
        kind, sentence = ("caution", progress.waiting) if progress.waiting else ("note", texts.READING)
        if self.notice.sentence != sentence:
            self.notice.tell(kind, sentence)

    def finished(self, finished: Finished) -> None:
        self._bar.stop()
        self._bar.grid_remove()
        self._rate.grid_remove()
        if finished.outcome == "stopped":
            self.notice.tell("caution", shell_texts.STOPPED)
        elif finished.error is not None:
            self.notice.fail(finished.error)
        else:
            balance, unreadable = finished.result
            self.shared.read = True
            again = (texts.READ_AGAIN, self._read)
            kind = "caution" if unreadable else "good"
            problems = balance.exceptions - balance.buckets[Bucket.PENDING]
            self._figures.show({"problems": formatting.number(problems)})
            self.notice.tell(kind, texts.read_result(balance.entries, problems, len(unreadable)), again)
            if unreadable:
                self._unreadable.fill(unreadable)
                self._unreadable.grid()

    def _clear_result(self) -> None:
        self.notice.hide()
        for widget in (self._figures, self._rate, self._bar, self._unreadable):
            widget.grid_remove()
