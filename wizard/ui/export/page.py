"""Step 6, Export: the result and the next step, the formats and the folder, and the files that were written."""

from __future__ import annotations

import datetime
import os
import tkinter as tk
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING, NamedTuple, Sequence

from wizard.engine.events import Events, Fact, Finished, Note
from wizard.engine.job import Control
from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import Message, together
from wizard.ui.export import texts
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.frame import Heading
from wizard.ui.shell.page import Help, Missing, Page
from wizard.ui.widgets import formatting, viewer
from wizard.ui.widgets.fields import Field
from wizard.ui.widgets.labels import WrappedLabel, take_focus
from wizard.ui.widgets.lists import Listing
from wizard.ui.widgets.result_view import ResultView
from wizard.ui.widgets.widths import Column

if TYPE_CHECKING:
    from wizard.dicom.destination import Destination
    from wizard.manifest.manifest import Manifest
    from wizard.report.verdict import Verdict

_USUAL = ("html", "pdf", "csv")
_REPORTS = ("html", "pdf")
_ACROSS = 3  # boxes in a row


class _Standing(NamedTuple):
    """The state of the migration, as the page shows it."""

    result: Verdict
    next_step: Message
    operator: str
    remarks: str


class ExportPage(Page):
    step = "export"

    @staticmethod
    def heading() -> Heading:
        return Heading(*texts.EXPORT, texts.EXPORT_PROMISE)

    @staticmethod
    def help() -> Help:
        return texts.HELP

    def build(self) -> None:
        px, theme = self.px, self.theme
        self.saved: Path | None = None
        self._notes: list[Message] = []
        self._proposed = ""
        self.rowconfigure(4, weight=1)
        self._result = ResultView(self, theme)
        self._result.grid(row=0, sticky="ew")
        self._next = WrappedLabel(self, style="Strong.TLabel", name="next_step")
        self._next.grid(row=1, sticky="ew", pady=(px(4), px(8)))
        self._plan = ttk.Frame(self, name="plan")
        self._plan.grid(row=2, sticky="ew")
        for column in (0, 1):
            self._plan.columnconfigure(column, weight=1, uniform="half")
        self._operator = Field(self._plan, theme, texts.OPERATOR, "operator")
        self._operator.grid(row=0, column=0, sticky="new", padx=(0, px(10)))
        self._remarks = Field(self._plan, theme, texts.REMARKS, "remarks")
        self._remarks.grid(row=0, column=1, sticky="new")
        self._build_place()
        self._build_formats()
        self.notice.place_in(row=3, sticky="ew", pady=(px(8), 0))
        columns = [Column("file", texts.SAVED_COLUMNS[0], 300, stretch=True)]
        columns.append(Column("size", texts.SAVED_COLUMNS[1], 90, "e"))
        self._files = Listing(self, theme, "files", columns, height=3)
        self._files.grid(row=4, sticky="nsew", pady=(px(10), 0))
        self._files.grid_remove()

    def _build_place(self) -> None:
        px, place = self.px, ttk.Frame(self._plan)
        place.grid(row=1, column=0, columnspan=2, sticky="ew", pady=(px(6), 0))
        place.columnconfigure(0, weight=1)
        self._folder = Field(place, self.theme, texts.REPORT_FOLDER, "report_folder")
        self._folder.grid(row=0, column=0, rowspan=2, sticky="new")
        ttk.Label(place, text="").grid(row=0, column=1)
        choose = ttk.Button(
            place, name="choose", text=render(shell_texts.CHOOSE_FOLDER), style="Plain.TButton", command=self._choose
        )
        choose.grid(row=1, column=1, sticky="n", padx=(px(10), 0), pady=(px(3), 0))

    def _build_formats(self) -> None:
        px = self.px
        formats = ttk.Frame(self._plan)
        formats.grid(row=2, column=0, columnspan=2, sticky="ew", pady=(px(8), 0))
        for column in range(_ACROSS):
            formats.columnconfigure(column, weight=1, uniform="format")
        self._formats = {name: tk.BooleanVar(self, name in _USUAL) for name in texts.FORMATS}
        self._boxes: dict[str, ttk.Checkbutton] = {}
        for position, (name, label) in enumerate(texts.FORMATS.items()):
            box = ttk.Checkbutton(
                formats, name=name, text=render(label), variable=self._formats[name], command=self._formats_changed
            )
            box.grid(row=position // _ACROSS, column=position % _ACROSS, sticky="w")
            self._boxes[name] = box
        self._leave_out = tk.BooleanVar(self, False)
        leave_out = ttk.Checkbutton(formats, name="no_names", text=render(texts.LEAVE_OUT_NAMES))
        leave_out.configure(variable=self._leave_out, command=self._say_names)
        leave_out.grid(row=1, column=2, sticky="w")
        self._names = WrappedLabel(formats, style="Hint.TLabel", name="names")
        self._names.grid(row=2, column=0, columnspan=_ACROSS, sticky="ew")
        self._complaint = WrappedLabel(formats, style="Complaint.TLabel")
        self._formats_changed()

    def enter(self, begin: bool) -> None:
        self.window.frame.forward.focus_set()
        self._not_saved()
        if not self._folder.text or self._folder.text == self._proposed:
            assert self.shared.destination is not None
            self._proposed = str(usual_folder(self.shared.destination))
            self._folder.value.set(self._proposed)
        manifest = self.manifest
        self.window.ask(lambda: _standing(manifest), self._show, "result")

    def _show(self, standing: _Standing) -> None:
        self._result.show(standing.result)
        self._next.say(texts.next_step(standing.next_step))
        for field, kept in ((self._operator, standing.operator), (self._remarks, standing.remarks)):
            if not field.text:
                field.value.set(kept)

    def forward_text(self) -> Message:
        return shell_texts.CLOSE if self.saved else texts.SAVE

    def requires(self) -> Missing | None:
        if not self._ticked:
            return Missing(texts.MUST_CHOOSE_FORMAT, self)
        return None if self._folder.text else Missing(texts.MUST_NAME_FOLDER, self._folder)

    def complain(self, sentence: Message | str) -> None:
        """Show the complaint below the boxes, and put the focus on the first one."""
        self._complaint.say(sentence)
        self._complaint.grid(row=3, column=0, columnspan=_ACROSS, sticky="ew")
        take_focus(self._boxes["html"])

    def on_return(self, widget: tk.Misc) -> None:
        self.window.forward()

    def forward(self) -> None:
        if self.saved:
            self.window.close()
        else:
            self._save()

    def _choose(self) -> None:
        chosen = filedialog.askdirectory(parent=self, title=render(texts.REPORT_FOLDER_TITLE))
        if chosen:
            self._folder.value.set(chosen)

    def _formats_changed(self) -> None:
        """Tick the tables with a report, which refers to them."""
        self._complaint.grid_remove()
        report = any(self._formats[name].get() for name in _REPORTS)
        if report:
            self._formats["csv"].set(True)
        self._boxes["csv"].state(["disabled" if report else "!disabled"])
        self._say_names()

    def _say_names(self) -> None:
        """Say whether the files that are ticked will hold names."""
        self._names.say(texts.names(self._ticked, self._leave_out.get()))

    @property
    def _ticked(self) -> tuple[str, ...]:
        return tuple(name for name, chosen in self._formats.items() if chosen.get())

    def _save(self) -> None:
        manifest, folder = self.manifest, Path(os.path.expanduser(self._folder.text))
        told = {"operator": self._operator.text, "remarks": self._remarks.text}
        formats, names = self._ticked, not self._leave_out.get()

        def work(control: Control, events: Events) -> Sequence[Path]:
            from wizard.engine import export
            from wizard.engine.export import step as export_step

            manifest.put(**told)
            return export.run(manifest, folder, control, events, export_step.ExportSettings(formats, names))

        self._notes = []
        self.window.start("export", work, self)

    def told(self, fact: Fact) -> None:
        if isinstance(fact, Note):  # about other report files in that folder
            self._notes.append(fact.sentence)

    def finished(self, finished: Finished) -> None:
        if finished.outcome == "stopped":
            self.notice.tell("caution", shell_texts.STOPPED)
        elif finished.error is not None:
            self.notice.fail(finished.error)
            self._folder.entry.focus_set()
        else:
            written: Sequence[Path] = finished.result
            self.saved = written[0].parent
            self._plan.grid_remove()
            open_folder = (shell_texts.OPEN_FOLDER, self._open_folder)
            names = texts.names(self._ticked, self._leave_out.get())
            said = together(texts.saved(len(written)), names, *self._notes)
            self.notice.tell("good", said, open_folder, (texts.AGAIN, self._again))
            self._files.fill([_file_row(path) for path in written])
            self._files.grid()

    def _again(self) -> None:
        """Let the person save once more: elsewhere, in other formats, or without names."""
        self._not_saved()
        self.window.frame.forward.focus_set()

    def _not_saved(self) -> None:
        """Show the inputs instead of the written files."""
        if self.saved:
            self.saved = None
            self.notice.hide()
            self._files.grid_remove()
            self._plan.grid()
            self.window.refresh()

    def _open_folder(self) -> None:
        assert self.saved is not None
        folder = self.saved

        def not_shown(error: WizardError) -> None:
            self.notice.tell("caution", texts.CANNOT_OPEN_FOLDER, details=error.details)

        self.window.ask(lambda: viewer.show_folder(folder), lambda _: None, "show", not_shown)


def _standing(manifest: Manifest) -> _Standing:
    """Read the state of the migration. It may take a while, so a thread makes this call."""
    from wizard.report import figures
    from wizard.report.in_short import in_short
    from wizard.report.verdict import verdict

    counted = figures.gather(manifest)
    short = in_short(manifest, counted)
    judged = verdict(counted)._replace(sentences=tuple(sentence for sentence in short[:3] if sentence))
    return _Standing(judged, short.next_step, manifest.get("operator", ""), manifest.get("remarks", ""))


def usual_folder(destination: Destination) -> Path:
    """Give the default folder of the report: below the documents, for this PACS and day."""
    import platformdirs

    above, name = texts.default_folder(destination.called_ae, datetime.date.today().isoformat())
    return Path(platformdirs.user_documents_dir(), render(above), name)


def _file_row(path: Path) -> tuple[str, str]:
    return path.name, formatting.size(path.stat().st_size)
