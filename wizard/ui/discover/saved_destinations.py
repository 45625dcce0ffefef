"""The saved destinations: a person names, changes and deletes them, and takes them to another computer as a file.

The panel covers the page Discover.
"""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Callable, Sequence

from wizard import settings
from wizard.dicom.destination import Destination
from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import NOTHING, Message, Private
from wizard.ui.discover import texts
from wizard.ui.discover.pacs_fields import PacsFields
from wizard.ui.shell.page import Page
from wizard.ui.shell.panel import Panel
from wizard.ui.widgets.fields import Field
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.lists import Listing
from wizard.ui.widgets.widths import Column

_WIDTHS = (150, 200, 110, 110, 80)


class SavedDestinationsPanel(Panel):
    """A list, the fields of the selected destination, and buttons.

    Parameters
    ----------
    changed : callable
        Called with the saved destinations each time they have changed.
    """

    def __init__(self, page: Page, button: tk.Misc, changed: Callable[[list[Destination]], None]) -> None:
        super().__init__(page, button, "saved_ones")
        self._changed = changed
        self._saved: list[Destination] = []
        px, theme = page.px, page.theme
        self.rowconfigure(0, weight=1)
        columns = [
            Column(f"saved_{index}", heading, width, stretch=index == 1, optional=index == 4)
            for index, (heading, width) in enumerate(zip(texts.SAVED_COLUMNS, _WIDTHS))
        ]
        self._rows = Listing(self, theme, "saved_list", columns, height=4)
        self._rows.grid(sticky="nsew")
        self._rows.on_choice(self._show_one)
        self._rows.rows.bind("<Escape>", lambda _: self.close())
        self._name_field = Field(self, theme, texts.NAME, "saved_name")
        self._name_field.grid(sticky="ew", pady=(px(10), px(8)))
        self._fields = PacsFields(self, theme, "saved_")
        self._fields.grid(sticky="ew")
        self._said = WrappedLabel(self, style="Hint.TLabel", name="saved_said")
        self._said.grid(sticky="ew", pady=(px(8), 0))
        row = ttk.Frame(self)
        row.grid(sticky="ew", pady=(px(8), 0))
        for name, label, act, style in (
            ("save_changes", texts.SAVE_CHANGES, self.save, "TButton"),
            ("delete_saved", texts.DELETE, self._delete, "Plain.TButton"),
            ("import_saved", texts.IMPORT, self._import, "Plain.TButton"),
            ("export_saved", texts.EXPORT, self._export, "Plain.TButton"),
            ("back_from_saved", texts.BACK, self.close, "Plain.TButton"),
        ):
            one = ttk.Button(row, name=name, text=render(label), style=style, command=act)
            one.pack(side="left", padx=(0, px(10)))
        self._bind_keys()

    def begin(self) -> None:
        """Show the saved destinations."""
        self.show(self._rows.rows)
        self._do(lambda: NOTHING)

    def save(self) -> None:
        """Save the fields as the selected destination."""
        chosen, missing = self._chosen, self._fields.missing()
        if chosen is None:
            return
        if missing is not None:
            missing.at.complain(missing.sentence)
            return
        after = self._fields.typed_into(replace(chosen, name=self._name_field.text))
        before = chosen

        def change() -> Message:
            settings.change_destination(before, after)
            return texts.CHANGED

        self._do(change)

    @property
    def _chosen(self) -> Destination | None:
        return self._saved[int(self._rows.chosen)] if self._rows.chosen else None

    def _delete(self) -> None:
        chosen = self._chosen
        if chosen is not None:
            one = chosen

            def delete() -> Message:
                settings.forget_destination(one)
                return texts.DELETED

            self._do(delete)

    def _import(self) -> None:
        path = filedialog.askopenfilename(parent=self, title=render(texts.DESTINATIONS_FILE))
        if path:
            self._do(lambda: texts.imported(settings.import_destinations(Path(path))))

    def _export(self) -> None:
        path = filedialog.asksaveasfilename(
            parent=self,
            title=render(texts.DESTINATIONS_FILE),
            defaultextension=".json",
            initialfile="pacs-destinations.json",
        )
        if path:
            self._do(lambda: texts.exported(settings.export_destinations(Path(path)), Private(Path(path))))

    def _do(self, act: Callable[[], Message]) -> None:
        """Run `act` on the files, which may lie on a slow share, and show what is saved then."""
        self.page.window.ask(lambda: (act(), settings.load_destinations()), self._show_all, "saved", self._fail)

    def _fail(self, error: WizardError) -> None:
        self._said.say(error.sentence)

    def _show_all(self, done: tuple[Message, Sequence[Destination]]) -> None:
        sentence, saved = done
        chosen = self._rows.chosen
        if list(saved) != self._saved or [one.name for one in saved] != [one.name for one in self._saved]:
            self._changed(list(saved))
        self._saved = list(saved)
        self._rows.fill([_row(one) for one in saved])
        if saved:
            self._rows.choose(chosen if chosen and int(chosen) < len(saved) else "0")
        else:
            self._name_field.value.set("")
            self._fields.clear()
        self._said.say(sentence or (texts.NO_SECRETS if saved else texts.NONE_SAVED))

    def _show_one(self, key: str) -> None:
        one = self._saved[int(key)]
        self._name_field.value.set(one.name)
        self._fields.show(one)


def _row(one: Destination) -> tuple[Message | str, ...]:
    return one.name, one.address, one.called_ae, one.calling_ae, texts.YES if one.tls else ""
