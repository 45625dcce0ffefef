"""The unfinished migrations: a person resumes one, reads its report, or forgets it; and a line for the first time, when
there is none.

The box stands at the top of the page Discover, and is hidden while it is empty. A notice replaces its list: in a small
window the page has no other room for it.
"""

from __future__ import annotations

import os
from pathlib import Path
from tkinter import ttk
from typing import Callable, NamedTuple, Sequence

from wizard.dicom.destination import Destination
from wizard.engine import migration
from wizard.engine.events import Events, Fact, Finished, Note, Progress
from wizard.engine.job import Control
from wizard.engine.migration import Unfinished
from wizard.errors import Stopped, WizardError
from wizard.language import render
from wizard.language.message import Message, together
from wizard.ui.discover import texts
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.page import Page
from wizard.ui.widgets import formatting, viewer
from wizard.ui.widgets.labels import Choice, Notice, take_focus
from wizard.ui.widgets.lists import Listing
from wizard.ui.widgets.widths import Column

#: The steps whose end the box shows; "open" leads to the next page.
STEPS = REPORT, FORGET = "export", "forget"
_LONGEST = 36  # letters of a folder in a row
_ANY_PATIENT = "SELECT EXISTS (SELECT 1 FROM patient WHERE patient_id <> '' OR name <> '')"
_ROWS = (2, 4)  # rows of the list: at least, and at most where there is room


class _Report(NamedTuple):
    """A report that was written; `patients` is whether the migration knows the name or ID of any."""

    path: Path
    patients: bool


class UnfinishedBox(ttk.Frame):
    """A list, and above it buttons for the selected migration. It is gridded into the first row of the page.

    `page` gets the events of the jobs, and hands them on here.

    Parameters
    ----------
    report_folder : callable
        Gives the folder of the report about a destination.
    """

    def __init__(self, page: Page, report_folder: Callable[[Destination], Path]) -> None:
        super().__init__(page, name="unfinished_box")
        self._page, self._report_folder = page, report_folder
        self._begun: list[Unfinished] = []
        self._remarks: list[Message] = []
        self._buttons: list[ttk.Button] = []
        px = page.px
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        ttk.Label(self, text=render(texts.UNFINISHED), style="Strong.TLabel").grid(row=0, column=0, sticky="w")
        columns = [Column("migration", "", 300, stretch=True), Column("copied", "", 200, "e")]
        self._list = Listing(self, page.theme, "unfinished", columns, height=2, headings=False)
        self._list.grid(row=1, column=0, columnspan=4, sticky="nsew", pady=(px(4), 0))
        self._list.rows.bind("<Configure>", lambda _: self._list.rows.see(self._list.chosen), add=True)
        self._list.rows.bind("<Double-1>", lambda _: self.go_on())
        self._list.rows.bind("<Delete>", lambda _: self._ask_to_forget())
        self._notice = Notice(self, page.theme, "unfinished_notice")
        self._notice.place_in(row=1, column=0, columnspan=4, sticky="new", pady=(px(4), 0))
        for column, (name, label, style, act) in enumerate(
            (
                ("show_report", texts.SHOW_REPORT, "Quiet.TButton", self._show_report),
                ("forget", texts.FORGET, "Quiet.TButton", self._ask_to_forget),
                ("go_on", texts.GO_ON, "Plain.TButton", self.go_on),
            ),
            1,
        ):
            button = ttk.Button(self, name=name, text=render(label), style=style, command=act)
            button.grid(row=0, column=column, sticky="e")
            self._buttons.append(button)
        self.grid(row=0, column=0, columnspan=2, sticky="nsew", pady=(0, px(8)))
        self.grid_remove()

    def offer(self, begun: Sequence[Unfinished]) -> None:
        """Show these migrations. A selected one stays selected."""
        self._begun = list(begun)
        self._list.rows.configure(height=min(max(len(begun), _ROWS[0]), _ROWS[1]))
        self._list.fill(
            [(_named(one), texts.copied_so_far(one.copied, one.expected)) for one in begun],
            keys=[str(one.path) for one in begun],
        )
        self._show_list()
        if begun:
            self._list.choose(self._list.chosen or str(begun[0].path))

    def holds(self, widget: object) -> bool:
        """Whether the widget is the list."""
        return widget is self._list.rows

    @property
    def _chosen(self) -> Unfinished | None:
        """The selected migration, if anything may be done with it now."""
        if self._page.window.busy or self._page.panel is not None or not self._list.winfo_manager():
            return None
        return next((one for one in self._begun if str(one.path) == self._list.chosen), None)

    def go_on(self) -> None:
        """Open the selected migration, and show the next page."""
        one = self._chosen
        if one is not None:
            path = one.path
            self._page.notice.tell("note", texts.OPENING)
            self._page.window.start("open", lambda control, events: self._page.shared.adopt(path), self._page)

    # The notice in place of the list

    def _say(self, kind: str, sentence: Message, *choices: Choice, details: Message | str = "") -> None:
        for widget in (self._list, *self._buttons):  # the buttons act on the list, which is hidden
            widget.grid_remove()
        self._notice.tell(kind, sentence, *choices, details=details)
        self._page.rowconfigure(0, weight=0, minsize=0)
        self.grid()

    def _show_list(self) -> None:
        """Show the list instead of a notice. Where the page has little room, the list gets smaller first."""
        self._notice.hide()
        for widget in (self._list, *self._buttons):
            widget.grid()
        if self._begun:
            self._page.rowconfigure(0, weight=1, minsize=self._page.px(84))
            self.grid()
        else:
            self._page.rowconfigure(0, weight=0, minsize=0)
            self.grid_remove()

    def _dismiss(self) -> None:
        self._show_list()
        take_focus(self._list.rows if self._begun else self._page.window.frame.forward)

    # Its report

    def _show_report(self) -> None:
        """Write the report where the page Export does, and show it. The migration is not resumed for that."""
        one, shared = self._chosen, self._page.shared
        if one is None:
            return
        path, folder = one.path, self._report_folder(one.destination)

        def work(control: Control, events: Events) -> _Report:
            from wizard.engine import export
            from wizard.engine.export import step as export_step

            shared.close_retired()
            with migration.opened_for_report(path) as manifest:
                export.run(manifest, folder, control, events, export_step.ExportSettings((export_step.HTML,)))
                return _Report(folder / export_step.REPORT, bool(manifest.value(_ANY_PATIENT)))

        self._remarks = []
        self._say("note", texts.WRITING_REPORT)
        self._page.window.start(REPORT, work, self._page)

    def progressed(self, progress: Progress) -> None:
        if progress.total:
            self._notice.reword(texts.writing_report(100 * progress.done // progress.total))

    def told(self, fact: Fact) -> None:
        if isinstance(fact, Note):
            self._remarks.append(fact.sentence)

    def _written(self, report: _Report) -> None:
        folder = report.path.parent
        sentence = texts.report_written(formatting.path(os.fsencode(folder)), report.patients)
        show_folder = (shell_texts.OPEN_FOLDER, lambda: self._show(viewer.show_folder, folder))
        dismiss = (shell_texts.DISMISS, self._dismiss)
        self._say("good", sentence, show_folder, dismiss, details=together(*self._remarks))
        self._show(viewer.show_file, report.path)

    def _show(self, show: Callable[[Path], None], path: Path) -> None:
        self._page.window.ask(lambda: show(path), lambda _: None, "show", self._not_shown)

    def _not_shown(self, error: WizardError) -> None:
        self._say("caution", error.sentence, (shell_texts.DISMISS, self._dismiss), details=error.details)

    # Forgetting it

    def _ask_to_forget(self) -> None:
        one = self._chosen
        if one is not None:
            path = one.path
            sentence = texts.may_forget(_named(one))
            keep, forget = (texts.KEEP, self._dismiss), (texts.FORGET, lambda: self._forget(path))
            self._say("caution", sentence, keep, forget)
            self._notice.focus_first()

    def _forget(self, path: Path) -> None:
        shared = self._page.shared

        def work(control: Control, events: Events) -> tuple[Path, list[Unfinished]]:
            shared.close_retired()
            kept = migration.forget(path)
            return kept, migration.unfinished()

        if not self._page.window.busy:
            self._page.window.start(FORGET, work, self._page)

    def ended(self, finished: Finished) -> None:
        """Show the result of writing the report or of forgetting."""
        dismiss = (shell_texts.DISMISS, self._dismiss)
        if isinstance(finished.error, Stopped):
            self._say("caution", shell_texts.STOPPED, dismiss)
        elif finished.error is not None:
            self._say("wrong", finished.error.sentence, dismiss, details=finished.error.details)
        elif finished.step == REPORT:
            self._written(finished.result)
        else:
            kept: Path = finished.result[0]
            self.offer(finished.result[1])
            self._say("good", texts.forgotten(formatting.path(os.fsencode(kept))), dismiss)


class FirstTime(ttk.Frame):
    """A line for somebody who has never used the program: it offers to try it first, on invented patients.

    Its button calls `practise`, which turns the window into one for practice.
    """

    def __init__(self, page: Page, practise: Callable[[], None]) -> None:
        super().__init__(page, name="first_time")
        ttk.Label(self, text=render(texts.FIRST_TIME), style="Lead.TLabel").pack(side="left")
        button = ttk.Button(self, name="practise", text=render(texts.PRACTISE), style="Quiet.TButton", command=practise)
        button.pack(side="left", padx=(page.px(4), 0))


def _named(one: Unfinished) -> Message:
    """Name the folders and the PACS; the middle of a long path is left out, so that the PACS is in sight."""
    return texts.migration([_shortened(source) for source in one.sources], one.destination)


def _shortened(path: str) -> str:
    if len(path) <= _LONGEST:
        return path
    return f"{path[: _LONGEST // 4]}…{path[-(_LONGEST * 3 // 4) :]}"
