"""The settings of copying: a line that shows them, and the panel "Speed and hours" in which a person changes them."""

from __future__ import annotations

import re
import tkinter as tk
from tkinter import ttk
from typing import Callable

from wizard.errors import UsageError
from wizard.language import render
from wizard.manifest import copy_settings
from wizard.manifest.copy_settings import MOST_ASSOCIATIONS, CopySettings
from wizard.ui.copy import texts
from wizard.ui.shell.page import Page, PagePart
from wizard.ui.shell.panel import Panel
from wizard.ui.widgets import formatting
from wizard.ui.widgets.fields import ChoiceField, Field
from wizard.ui.widgets.labels import WrappedLabel


class CopySettingsLine(PagePart):
    """A quiet button that opens the panel, and beside it the settings that hold now."""

    def __init__(self, page: Page, master: tk.Misc) -> None:
        super().__init__(master)
        self._page = page
        self.columnconfigure(1, weight=1)
        button = ttk.Button(self, name="copy_settings", text=render(texts.SETTINGS), style="Quiet.TButton")
        button.configure(command=self._open)
        button.grid(row=0, column=0)
        self._now = WrappedLabel(self, style="Hint.TLabel", name="chosen_settings")
        self._now.grid(row=0, column=1, sticky="ew", padx=(page.px(4), 0))
        self._panel = CopySettingsPanel(page, button, self._say)

    def enter(self) -> None:
        """The page is shown."""
        self._panel.ask(self._say)

    def leave(self) -> None:
        """The page is hidden, or has a message: the panel closes."""
        self._panel.close()

    def _open(self) -> None:
        self._panel.ask(self._panel.begin)

    def _say(self, now: CopySettings) -> None:
        line = (now.associations, now.speed_limit, now.hours, now.newest_first, now.skip_existing)
        self._now.say(texts.settings(*line))


class CopySettingsPanel(Panel):
    """The fields and the boxes.

    Parameters
    ----------
    changed : callable
        Called with the new settings.
    """

    def __init__(self, page: Page, button: tk.Misc, changed: Callable[[CopySettings], None]) -> None:
        super().__init__(page, button, "copy_settings")
        self._changed = changed
        px = page.px
        ttk.Label(self, text=render(texts.SETTINGS_HEADING), style="Heading.TLabel").grid(sticky="w")
        WrappedLabel(self, texts.SETTINGS_LEAD, "Lead.TLabel").grid(sticky="ew", pady=(px(4), px(14)))
        self._build_fields()
        self._newest_first, self._skip_existing = tk.BooleanVar(self), tk.BooleanVar(self)
        for name, label, variable in (
            ("newest_first", texts.NEWEST_FIRST, self._newest_first),
            ("skip_existing", texts.SKIP_EXISTING, self._skip_existing),
        ):
            ttk.Checkbutton(self, name=name, text=render(label), variable=variable).grid(sticky="w", pady=(px(4), 0))
        WrappedLabel(self, texts.SKIP_HINT, "Hint.TLabel").grid(sticky="ew", padx=(px(24), 0))
        self._end_with_buttons()

    def _build_fields(self) -> None:
        px, theme = self.page.px, self.page.theme
        row = ttk.Frame(self)
        row.grid(sticky="ew", pady=(0, px(10)))
        self._associations = ChoiceField(row, theme, texts.CONNECTIONS, "associations", 12)
        self._associations.offer([texts.AUTOMATIC, *map(str, range(1, MOST_ASSOCIATIONS + 1))])
        self._limit = Field(row, theme, texts.SPEED_LIMIT, "speed_limit", 12)
        self._from = Field(row, theme, texts.HOURS_FROM, "hours_from", 7)
        self._to = Field(row, theme, texts.HOURS_TO, "hours_to", 7)
        fields = (self._associations, self._limit, self._from, self._to)
        for column, (field, weight) in enumerate(zip(fields, (3, 3, 2, 2))):
            row.columnconfigure(column, weight=weight, uniform="setting")
            field.grid(row=0, column=column, sticky="new", padx=(0, px(10)))
        WrappedLabel(row, texts.SETTINGS_HINT, "Hint.TLabel").grid(columnspan=len(fields), sticky="ew", pady=(px(4), 0))

    def ask(self, told: Callable[[CopySettings], None]) -> None:
        """Ask the manifest for the settings that hold now."""
        manifest = self.page.manifest
        self.page.window.ask(lambda: copy_settings.read(manifest), told)

    def begin(self, now: CopySettings) -> None:
        """Cover the page, with the settings that hold now."""
        if self.shown or self.page.window.page is not self.page:
            return
        self._associations.index = now.associations
        begin, _, end = now.hours.partition("-")
        self._limit.value.set(formatting.decimal(now.speed_limit) if now.speed_limit else "")
        self._from.value.set(begin)
        self._to.value.set(end)
        self._newest_first.set(now.newest_first)
        self._skip_existing.set(now.skip_existing)
        self.show(self._associations.entry)

    def save(self) -> None:
        """Save the inputs in the manifest, if all of them are valid."""
        settings = self._read()
        if settings is None:
            return
        manifest, now = self.page.manifest, settings

        def kept(_: object) -> None:
            self.close()
            self._changed(now)

        self.page.window.ask(lambda: copy_settings.keep(manifest, now), kept)

    def _read(self) -> CopySettings | None:
        try:
            limit = read_limit(self._limit.text)
        except ValueError:
            self._limit.complain(texts.LIMIT_WRONG)
            return None
        hours = self._read_hours()
        if hours is None:
            return None
        index = self._associations.index
        return CopySettings(index, limit, hours, self._newest_first.get(), self._skip_existing.get())

    def _read_hours(self) -> str | None:
        """Read the hours in the form of the manifest; None if a field is wrong, and a complaint is shown beside it."""
        from wizard.engine.copy.hours import Hours

        times = []
        for field in (self._from, self._to):
            try:
                times.append(read_time(field.text))
            except ValueError:
                field.complain(texts.TIME_WRONG)
                return None
        if not any(times):
            return ""
        if not all(times):
            (self._to if times[0] else self._from).complain(texts.TIME_MISSING)
            return None
        try:
            return str(Hours.parse("-".join(times)))
        except UsageError as error:
            self._to.complain(error.sentence)
            return None


def read_limit(text: str) -> float:
    """Read megabytes a second as a person types them, "2.5" or "2,5"; 0 for nothing.

    Raises
    ------
    ValueError
        The text is no number above 0.
    """
    if not text:
        return 0.0
    if not re.fullmatch(r"\d{1,6}(?:[.,]\d{1,3})?|[.,]\d{1,3}", text, re.ASCII):
        raise ValueError(text)
    limit = float(text.replace(",", "."))
    if not limit:
        raise ValueError(text)
    return limit


def read_time(text: str) -> str:
    """Read a time of the day as a person types it, "7", "19:00", "19.00" or "1900", as "19:00"; "" for nothing.

    Raises
    ------
    ValueError
        The text is no time.
    """
    if not text:
        return ""
    match = re.fullmatch(r"(\d{1,2})(?:[:.]?([0-5]\d))?", text, re.ASCII)
    if match is None or int(match.group(1)) > 23:
        raise ValueError(text)
    return f"{int(match.group(1)):02}:{match.group(2) or '00'}"
