"""What every page has: its names, entering and leaving, what it requires, its committing button, and how it hears
of the job it started; and what pages and panels need of the window."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import TYPE_CHECKING, Callable, ClassVar, Mapping, NamedTuple, Protocol, Sequence, Tuple

from wizard.engine.events import Fact, Finished, Progress
from wizard.engine.job import Job, Work
from wizard.errors import WizardError
from wizard.ui.shell import texts
from wizard.ui.shell.frame import Frame, Heading
from wizard.ui.shell.state import State
from wizard.ui.widgets.labels import Notice
from wizard.ui.widgets.theme import Theme

if TYPE_CHECKING:
    from wizard.manifest.manifest import Manifest


#: Headings and paragraphs, in order.
Help = Sequence[Tuple[str, str]]


class Complains(Protocol):
    """Something on the page beside which a missing answer is named."""

    def complain(self, sentence: str) -> None:
        """Say it there, and put the focus there."""


class Closable(Protocol):
    """What has taken the place of a page."""

    def close(self) -> None:
        """Give the place back."""


class Missing(NamedTuple):
    """An answer that is needed before the page can do what it is for."""

    sentence: str
    at: Complains


class Window(Protocol):
    """What pages and panels need of the window that they are in.

    Attributes
    ----------
    practice : bool
        Whether it works on an invented archive and a PACS inside this program.
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
        """Whether a job runs, or its last word has not been heard yet."""

    @property
    def job(self) -> Job | None:
        """The job that runs."""

    @property
    def tree_columns(self) -> Mapping[str, int]:
        """How wide the columns of the tree were pulled; see `Preferences`."""

    def keep_tree_columns(self, widths: dict[str, int]) -> None:
        """Remember it for the next start."""

    def turn_to(self, index: int, begin: bool = False) -> None:
        """Show a page; `begin` asks it to start its work at once."""

    def next(self, begin: bool = False) -> None:
        """Show the page after this one."""

    def forward(self) -> None:
        """Do what the committing button does."""

    def refresh(self) -> None:
        """Label the footer anew, after something that it depends on has changed."""

    def start(self, step: str, work: Work, listener: Page) -> None:
        """Run a step in a thread; `listener` hears of it."""

    def ask(
        self,
        question: Callable[[], object],
        answered: Callable[..., None],
        topic: str = "",
        failed: Callable[[WizardError], None] | None = None,
    ) -> None:
        """Ask the manifest something in a thread; see `Questions`."""

    def practise(self) -> None:
        """Go on as a window for practice."""

    def close(self) -> None:
        """Close the window."""


class PagePart(ttk.Frame):
    """A part of a page that hears when the page comes and goes."""

    def enter(self) -> None:
        """The page comes on show."""

    def leave(self) -> None:
        """The page goes out of sight."""


class Page(ttk.Frame):
    """One page. A sub-class builds itself in `build` and overrides what differs.

    Attributes
    ----------
    panel : Closable or None
        The panel that has taken its place.
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
        self.window.next()

    def on_return(self, widget: tk.Misc) -> None:
        """Return was pressed in a widget of this page that is no button."""

    def progressed(self, progress: Progress) -> None:
        """The newest snapshot of the job this page started."""

    def told(self, fact: Fact) -> None:
        """One message of that job."""

    def finished(self, finished: Finished) -> None:
        """That job has ended; this is the last that is heard of it."""
