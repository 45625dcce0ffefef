"""Step 6, Export: the verdict once more, where the report goes, and what was written."""

from __future__ import annotations

import datetime
import os
import subprocess
import sys
import tkinter as tk
from pathlib import Path
from tkinter import filedialog, ttk
from typing import TYPE_CHECKING, Sequence

from wizard.engine.events import Events, Finished
from wizard.engine.job import Control
from wizard.ui import texts, words
from wizard.ui.fields import Field
from wizard.ui.frame import Heading
from wizard.ui.lists import Column, Listing
from wizard.ui.pages.base import Missing, Page
from wizard.ui.verdict import VerdictView, ask_verdict
from wizard.ui.widgets import Words

if TYPE_CHECKING:
    from wizard.dicom.destination import Destination


class ExportPage(Page):
    step = "export"
    heading = Heading(*texts.EXPORT, texts.EXPORT_PROMISE)

    def build(self) -> None:
        px, theme = self.px, self.theme
        self.saved: Path | None = None
        self._proposed = ""
        self.rowconfigure(5, weight=1)
        self._verdict = VerdictView(self, theme)
        self._verdict.grid(row=0, sticky="ew", pady=(0, px(14)))
        place = ttk.Frame(self)
        place.grid(row=1, sticky="ew")
        place.columnconfigure(0, weight=1)
        place.rowconfigure(1, weight=1)
        self._folder = Field(place, theme, texts.REPORT_FOLDER, "report_folder")
        self._folder.grid(row=0, column=0, rowspan=2, sticky="new")
        self._folder.value.trace_add("write", lambda *_: self._not_saved())
        ttk.Label(place, text="").grid(row=0, column=1)
        choose = ttk.Button(place, name="choose", text=texts.CHOOSE_FOLDER, style="Plain.TButton", command=self._choose)
        choose.grid(row=1, column=1, sticky="n", padx=(px(10), 0), pady=(px(3), 0))
        self._plan = ttk.Frame(self)
        self._plan.grid(row=2, sticky="ew", pady=(px(16), 0))
        self._plan.columnconfigure(0, weight=1)
        ttk.Label(self._plan, text=texts.WRITTEN_BEFORE, style="Strong.TLabel").grid(sticky="w", pady=(0, px(4)))
        for line in texts.WRITES:
            Words(self._plan, f"•  {line}").grid(sticky="ew", pady=px(1))
        Words(self, texts.NAMES_INSIDE, "Strong.TLabel").grid(row=3, sticky="ew", pady=(px(12), 0))
        self.notice.place_in(row=4, sticky="ew", pady=(px(12), 0))
        columns = [Column("file", texts.SAVED_COLUMNS[0], 300, stretch=True)]
        columns.append(Column("size", texts.SAVED_COLUMNS[1], 90, "e"))
        self._files = Listing(self, theme, "files", columns, height=4)
        self._files.grid(row=5, sticky="new", pady=(px(10), 0))
        self._files.grid_remove()

    def enter(self, begin: bool) -> None:
        self.app.frame.forward.focus_set()
        if not self._folder.text or self._folder.text == self._proposed:
            assert self.shared.destination is not None
            self._proposed = str(_default_folder(self.shared.destination))
            self._folder.value.set(self._proposed)
        manifest = self.manifest
        self.app.ask(lambda: ask_verdict(manifest), self._verdict.show, "verdict")

    def forward_text(self) -> str:
        return texts.CLOSE if self.saved else texts.SAVE

    def requires(self) -> Missing | None:
        return None if self._folder.text else Missing(texts.MUST_NAME_FOLDER, self._folder)

    def on_return(self, widget: tk.Misc) -> None:
        self.app.forward()

    def forward(self) -> None:
        if self.saved:
            self.app.close()
        else:
            self._save()

    def _choose(self) -> None:
        chosen = filedialog.askdirectory(parent=self, title=texts.REPORT_FOLDER_TITLE)
        if chosen:
            self._folder.value.set(chosen)

    def _save(self) -> None:
        manifest, folder = self.manifest, Path(os.path.expanduser(self._folder.text))

        def work(control: Control, events: Events) -> Sequence[Path]:
            from wizard.engine import export

            return export.run(manifest, folder, control, events)

        self.app.start("export", work, self)

    def finished(self, finished: Finished) -> None:
        if finished.outcome == "stopped":
            self.notice.tell("caution", texts.STOPPED)
        elif finished.error is not None:
            self.notice.fail(finished.error)
            self._folder.entry.focus_set()
        else:
            written: Sequence[Path] = finished.result
            self.saved = written[0].parent
            self._plan.grid_remove()
            self.notice.tell("good", texts.saved(len(written)), (texts.OPEN_FOLDER, self._open_folder))
            self._files.fill([_file_words(path) for path in written])
            self._files.grid()

    def _not_saved(self) -> None:
        """Another folder: what was written elsewhere is not written here."""
        if self.saved:
            self.saved = None
            self.notice.hide()
            self._files.grid_remove()
            self._plan.grid()
            self.app.refresh()

    def _open_folder(self) -> None:
        assert self.saved is not None
        try:
            _open(self.saved)
        except OSError:
            self.notice.tell("caution", texts.CANNOT_OPEN_FOLDER)


def _default_folder(destination: Destination) -> Path:
    import platformdirs

    names = texts.default_folder(destination.called_ae, datetime.date.today().isoformat())
    return Path(platformdirs.user_documents_dir()).joinpath(*names)


def _file_words(path: Path) -> tuple[str, str]:
    return path.name, words.size(path.stat().st_size)


def _open(folder: Path) -> None:
    """Show a folder with the system's own file manager."""
    if sys.platform == "win32":
        os.startfile(folder)
    else:
        opener = "open" if sys.platform == "darwin" else "xdg-open"
        subprocess.Popen([opener, str(folder)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
