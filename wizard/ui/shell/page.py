"""The base class of pages, and the protocol of the window as pages and panels use it.

A page has texts, is entered and left, names missing answers, has a committing button, and gets the events of its job.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Callable, ClassVar, Mapping, NamedTuple, Protocol, Sequence, Tuple

from wizard.engine.events import Fact, Finished, Progress
from wizard.engine.job import Job, Work
from wizard.errors import WizardError
from wizard.language.message import Message
from wizard.ui.shell import texts
from wizard.ui.shell.frame import Frame, Heading
from wizard.ui.shell.state import State
from wizard.ui.widgets.labels import Notice
from wizard.ui.widgets.theme import Theme

if TYPE_CHECKING:
    from wizard.manifest.manifest import Manifest


#: Headings and paragraphs, in order.
Help = Sequence[Tuple[Message, Message]]


class Complains(Protocol):
    """A widget of the page that names a missing answer beside it."""

    def complain(self, sentence: Message | str) -> None:
        """Show the sentence there, and put the focus there."""


class Closable(Protocol):
    """A panel that covers a page."""

    def close(self) -> None:
        """Show the page again."""


class Missing(NamedTuple):
    """An answer that the page needs before it can do its work."""

    sentence: Message
    at: Complains


class Window(Protocol):
    """The window, as its pages and panels use it.

    Attributes
    ----------
    practice : bool
        Whether it works on invented images and a PACS inside this program.
    """

    theme: Theme
    frame: Frame
    shared: State
    practice: bool

    @property
    def page(self) -> Page:
        """The page on show."""

    @property
    def now(self) -> int:
        """The number of the page on show, from 0."""

    @property
    def busy(self) -> bool:
        """Whether a job runs, or its `Finished` was not delivered yet."""

    @property
    def job(self) -> Job | None:
        """The job that runs."""

    @property
    def tree_columns(self) -> Mapping[str, int]:
        """The widths of the columns of the tree that a person has set; see `Preferences`."""

    def keep_tree_columns(self, widths: dict[str, int]) -> None:
        """Keep the widths for the next start."""

    def turn_to(self, index: int, begin: bool = False) -> None:
        """Show a page; `begin` asks it to start its work at once."""

    def next(self, begin: bool = False) -> None:
        """Show the page after this one."""

    def forward(self) -> None:
        """Do the same as the committing button."""

    def refresh(self) -> None:
        """Label the buttons of the footer again, after something has changed that they depend on."""

    def start(self, step: str, work: Work, listener: Page) -> None:
        """Run a step in a thread; `listener` gets its events."""

    def ask(
        self,
        question: Callable[[], object],
        answered: Callable[..., None],
        topic: str = "",
        failed: Callable[[WizardError], None] | None = None,
    ) -> None:
        """Ask the manifest something in a thread; see `ManifestReader.ask`."""

    def practise(self) -> None:
        """Turn into a window for practice."""

    def close(self) -> None:
        """Close the window."""


class PagePart(ttk.Frame):
    """A part of a page that is told when the page is shown and hidden."""

    def enter(self) -> None:
        """The page is shown."""

    def leave(self) -> None:
        """The page is hidden."""


class Page(ttk.Frame):
    """One page. A sub-class builds itself in `build` and overrides what differs.

    Attributes
    ----------
    panel : Closable or None
        The panel that covers it.
    """

    step: ClassVar[str]
    window: Window
    theme: Theme
    shared: State
    px: Callable[[float], int]
    notice: Notice

    def __init__(self, window: Window, master: tk.Misc) -> None:
        super().__init__(master, name=type(self).__name__.lower())
        self.window = window
        self.theme = window.theme
        self.shared = window.shared
        self.px = window.theme.px
        self.columnconfigure(0, weight=1)
        self.panel: Closable | None = None
        self.notice = Notice(self, self.theme)
        self.build()

    @property
    def manifest(self) -> Manifest:
        """The open manifest; there is one from the page Source on."""
        assert self.shared.manifest is not None
        return self.shared.manifest

    @staticmethod
    def heading() -> Heading:
        """Give the texts about the page."""
        raise NotImplementedError

    @staticmethod
    def help() -> Help:
        """Give the paragraphs of "What is this?" about the page."""
        raise NotImplementedError

    def build(self) -> None:
        """Make the widgets, once. The notice exists already; the page grids it."""

    def enter(self, begin: bool) -> None:
        """The page is shown. `begin` asks it to start its work at once."""

    def leave(self) -> None:
        """The page is hidden."""

    def requires(self) -> Missing | None:
        """The first answer that is missing, or None."""
        return None

    def forward_text(self) -> Message:
        """Give the label of the committing button."""
        return texts.NEXT

    def forward(self) -> None:
        """The committing button was pressed and nothing is missing."""
        self.window.next()

    def on_return(self, widget: tk.Misc) -> None:
        """The person pressed Return in a widget of this page that is no button."""

    def progressed(self, progress: Progress) -> None:
        """Show the newest snapshot of the job that this page started."""

    def told(self, fact: Fact) -> None:
        """Take one fact of that job."""

    def finished(self, finished: Finished) -> None:
        """Take the end of that job, its last event."""
