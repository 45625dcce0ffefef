"""More settings of the new PACS: whether the connection to it is encrypted, with the files for that, and whether
another service answers its queries."""

from __future__ import annotations

import tkinter as tk
from dataclasses import replace
from tkinter import ttk
from typing import Callable, Iterator

from wizard.dicom.destination import Destination, Tls
from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.discover import texts
from wizard.ui.discover.find_service import FindFields, TypedFindService
from wizard.ui.shell.page import Page
from wizard.ui.shell.panel import Panel
from wizard.ui.widgets.fields import FileField
from wizard.ui.widgets.labels import WrappedLabel


class SettingsLine(ttk.Frame):
    """A quiet button that opens the panel, and beside it the settings that were saved there.

    Attributes
    ----------
    tls : Tls or None
        The encryption that was saved in the panel, or shown last.
    switched_off : bool
        Whether the person has switched the encryption off since `show` or `forget_decisions`.

    Parameters
    ----------
    changed : callable
        Called when other settings were saved in the panel.
    """

    def __init__(self, page: Page, master: tk.Misc, changed: Callable[[], None]) -> None:
        super().__init__(master)
        self._page, self._changed = page, changed
        self.columnconfigure(1, weight=1)
        button = ttk.Button(
            self, name="settings", text=render(texts.MORE_SETTINGS), style="Quiet.TButton", command=self._open
        )
        button.grid(row=0, column=0)
        self._now = WrappedLabel(self, name="encryption")
        self._now.grid(row=0, column=1, sticky="ew", padx=(page.px(4), 0))
        self._panel = SettingsPanel(page, button, self._take)
        self._show(None, TypedFindService())

    def show(self, destination: Destination) -> None:
        """Show the settings of the destination."""
        self._show(destination.tls, TypedFindService.of(destination))

    def added_to(self, destination: Destination) -> Destination:
        """Give the destination with these settings; if the person has removed the other service, it says that too."""
        destination = replace(destination, tls=self.tls)
        decided = any(self._find_service) or self._taken_back
        return self._find_service.added_to(destination) if decided else destination

    def encrypt(self, encrypted: bool) -> None:
        """Set the encryption as it was found on the network. Files that are known already stay."""
        self._show((self.tls or Tls()) if encrypted else None, self._find_service)

    def forget_decisions(self) -> None:
        """Reset both decisions: the fields name another PACS now."""
        self.switched_off = self._taken_back = False

    def complain(self, error: WizardError) -> None:
        """Open the panel with a complaint about a file."""
        self._panel.begin(self.tls, self._find_service)
        self._panel.complain(error)

    def _show(self, tls: Tls | None, find_service: TypedFindService) -> None:
        self.tls, self._find_service = tls, find_service
        self.forget_decisions()
        self._now.configure(style="TLabel" if tls else "Hint.TLabel")
        self._now.say(texts.connection(tls is not None, find_service.name))

    def _open(self) -> None:
        if not self._page.window.busy:
            self._panel.begin(self.tls, self._find_service)

    def _take(self, tls: Tls | None, find_service: TypedFindService) -> None:
        if (tls, find_service) == (self.tls, self._find_service):
            return
        switched_off = tls is None and (self.tls is not None or self.switched_off)
        taken_back = not any(find_service) and (any(self._find_service) or self._taken_back)
        self._show(tls, find_service)
        self.switched_off, self._taken_back = switched_off, taken_back
        self._changed()


class SettingsPanel(Panel):
    """The box to tick, the three files while it is ticked, and the fields for the C-FIND service.

    Parameters
    ----------
    taken : callable
        Called with the settings that were saved.
    """

    def __init__(self, page: Page, button: tk.Misc, taken: Callable[[Tls | None, TypedFindService], None]) -> None:
        super().__init__(page, button, "settings")
        self._taken = taken
        px, theme = page.px, page.theme
        self._encrypted = tk.BooleanVar(self)
        self._tick = ttk.Checkbutton(self, name="encrypted", text=render(texts.ENCRYPT), variable=self._encrypted)
        self._tick.grid(sticky="w")
        self._meaning = WrappedLabel(self, style="Hint.TLabel")
        self._meaning.grid(sticky="ew", padx=(px(24), 0))
        self._ca_file = FileField(self, theme, texts.CA_FILE, "ca_file")
        self._certificate = FileField(self, theme, texts.CERTIFICATE, "certificate")
        self._key = FileField(self, theme, texts.KEY, "key")
        self._files = (self._ca_file, self._certificate, self._key)
        for field in self._files:
            field.grid(sticky="ew", pady=(px(6), 0))
        self._find = FindFields(self, theme)
        self._find.grid(sticky="ew", pady=(px(8), 0))
        self._encrypted.trace_add("write", lambda *_: self._show_tick())
        self._end_with_buttons()

    def begin(self, tls: Tls | None, find_service: TypedFindService) -> None:
        """Show the panel with these settings."""
        known = tls or Tls()
        for field, file in zip(self._files, (known.ca_file, known.certificate, known.key)):
            field.value.set(file)
        self._encrypted.set(tls is not None)
        self._find.show(find_service)
        self.show(self._tick)

    def complain(self, error: WizardError) -> None:
        """Show the complaint beside the file that it names."""
        if not self.shown:
            return  # cancelled meanwhile
        self._find.make_room()
        values = set(_values(error.sentence))
        named = (field for field in reversed(self._files) if field.path in values)
        without = self._certificate if self._key.path else self._ca_file  # a key alone; the authorities of the computer
        next(named, without).complain(error.sentence)

    def save(self) -> None:
        """Check the files, which may lie on a slow share, then save the settings. This connects to nobody."""
        for field in self._files:
            field.accept()
        find_service = self._find.read()
        if find_service is None:
            return
        try:
            tls = Tls(*(field.path for field in self._files)) if self._encrypted.get() else None
        except WizardError as error:
            self.complain(error)
            return
        self.page.window.ask(lambda: _check(tls), lambda _: self._take(tls, find_service), "encryption", self.complain)

    def _take(self, tls: Tls | None, find_service: TypedFindService) -> None:
        if self.shown:
            self.close()
            self._taken(tls, find_service)

    def _show_tick(self) -> None:
        encrypted = self._encrypted.get()
        self._meaning.say(texts.ENCRYPTED_MEANS if encrypted else texts.NOT_ENCRYPTED_MEANS)
        for field in self._files:
            field.grid() if encrypted else field.grid_remove()


def _values(message: Message) -> Iterator[str]:
    """Yield the texts that a message has as values, of all its sentences."""
    for value in message.values.values():
        if isinstance(value, Message):
            yield from _values(value)
        elif isinstance(value, str):
            yield value


def _check(tls: Tls | None) -> None:
    """Raise the UsageError of a file that cannot be used."""
    if tls is not None:
        from wizard.dicom import certificates

        certificates.context(tls)
