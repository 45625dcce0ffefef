"""What every page has: its names, entering and leaving, what it requires, its committing button, and how it hears
of the job it started."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Callable, ClassVar, NamedTuple, Protocol, Sequence, Tuple

from wizard.engine.events import Fact, Finished, Progress
from wizard.ui import texts
from wizard.ui.frame import Heading
from wizard.ui.widgets import Notice

if TYPE_CHECKING:
    from wizard.manifest.manifest import Manifest
    from wizard.ui.app import App
    from wizard.ui.panel import Panel
    from wizard.ui.state import State
    from wizard.ui.theme import Theme


#: Headings and paragraphs, in order.
Help = Sequence[Tuple[str, str]]


class Complains(Protocol):
    """Something on the page beside which a missing answer is named."""

    def complain(self, sentence: str) -> None:
        """Say it there, and put the focus there."""


class Missing(NamedTuple):
    """An answer that is needed before the page can do what it is for."""

    sentence: str
    at: Complains


class Page(ttk.Frame):
    """One page. A sub-class builds itself in `build` and overrides what differs.

    Attributes
    ----------
    panel : Panel or None
        What has taken its place.
    """

    step: ClassVar[str]
    app: App
    theme: Theme
    shared: State
    px: Callable[[float], int]
    notice: Notice

    def __init__(self, app: App, master: tk.Misc) -> None:
        super().__init__(master, name=type(self).__name__.lower())
        self.app = app
        self.theme = app.theme
        self.shared = app.shared
        self.px = app.theme.px
        self.columnconfigure(0, weight=1)
        self.panel: Panel | None = None
        self.notice = Notice(self, self.theme)
        self.build()

    @property
    def manifest(self) -> Manifest:
        """The open manifest; there is one from the page Source on."""
        assert self.shared.manifest is not None
        return self.shared.manifest

    @staticmethod
    def heading() -> Heading:
        """What the page is called, in the language of the window."""
        raise NotImplementedError

    @staticmethod
    def help() -> Help:
        """What "What is this?" says of the page."""
        raise NotImplementedError

    def build(self) -> None:
        """Make the widgets, once. The notice is made already; the page gives it its place."""

    def enter(self, begin: bool) -> None:
        """The page comes on show. `begin` asks it to start its work at once."""

    def leave(self) -> None:
        """The page goes out of sight."""

    def requires(self) -> Missing | None:
        """The first answer that is missing, or None."""
        return None

    def forward_text(self) -> str:
        """What the committing button says."""
        return texts.NEXT

    def forward(self) -> None:
        """The committing button was pressed and nothing is missing."""
        self.app.next()

    def on_return(self, widget: tk.Misc) -> None:
        """Return was pressed in a widget of this page that is no button."""

    def progressed(self, progress: Progress) -> None:
        """The newest snapshot of the job this page started."""

    def told(self, fact: Fact) -> None:
        """One message of that job."""

    def finished(self, finished: Finished) -> None:
        """That job has ended; this is the last that is heard of it."""
