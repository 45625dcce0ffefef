"""The window itself: it holds the pages, runs one job at a time, and never waits for one.

Ten times a second it looks into the bridge of the running job, the answers of the manifest and the crash guard.
"""

from __future__ import annotations

import sys
import threading
import tkinter as tk
from tkinter import ttk
from typing import Callable

from wizard.engine.events import Finished
from wizard.engine.job import Job, Work
from wizard.errors import WizardError
from wizard.ui import pages, texts, theme
from wizard.ui.bridge import Bridge
from wizard.ui.crash import CrashGuard
from wizard.ui.frame import Frame
from wizard.ui.pages.base import Page
from wizard.ui.questions import Questions
from wizard.ui.state import State
from wizard.ui.widgets import take_focus

LOOK_IN = 100  # milliseconds
LOOK_IN_SOON = 20  # while a question to the manifest is open
SIZE, SMALLEST = (1040, 700), (820, 560)


def run(practice: bool = False) -> int:
    """Open the window and stay until it is closed; returns the exit code."""
    return App(practice).run()


class App:
    """One window with its six pages.

    Parameters
    ----------
    practice : bool
        Work on an invented archive and a PACS inside this program.
    hidden : bool
        Never put it on the screen; for the self-test.
    """

    def __init__(self, practice: bool = False, hidden: bool = False) -> None:
        sys.setswitchinterval(0.001)  # with busy workers the default makes the window lag by up to 0.8 s
        self.practice = practice
        self.root = theme.make_window(texts.PROGRAM)
        self.theme = theme.Theme(self.root)
        self.questions = Questions()
        self.shared = State(self.questions)
        self._guard = CrashGuard(self.root, self.show_crash)
        self._job: Job | None = None
        self._bridge = Bridge()
        self._listener: Page | None = None
        self._closing: threading.Thread | None = None
        headings = [page.heading for page in pages.ORDER]
        self.frame = Frame(self.root, self.theme, headings, self.back, self.forward, self.end)
        self.frame.pack(fill="both", expand=True)
        self._now = 0
        self.closed = False
        self.pages: list[Page] = [page(self, self.frame.body) for page in pages.ORDER]
        self._prepare_root()
        if practice:
            self.frame.show_ribbon(texts.RIBBON)
        self.turn_to(0)
        if not hidden:
            self.root.deiconify()
        self._timer = self.root.after(0, self._look_in)

    def run(self) -> int:
        """Stay until the window is closed; Ctrl+C in the terminal closes it."""
        while not self.closed:
            try:
                self.root.mainloop()
            except KeyboardInterrupt:  # it may have come in the place of a look in
                self.root.after_cancel(self._timer)
                self._timer = self.root.after(LOOK_IN, self._look_in)
                self.stop_and_close()
        return 0

    @property
    def page(self) -> Page:
        """The page on show."""
        return self.pages[self._now]

    @property
    def now(self) -> int:
        """The number of the page on show, from 0."""
        return self._now

    @property
    def busy(self) -> bool:
        """Whether a job runs, or its last word has not been heard yet."""
        return self._job is not None

    @property
    def job(self) -> Job | None:
        return self._job

    # Turning pages

    def turn_to(self, index: int, begin: bool = False) -> None:
        """Show a page; `begin` asks it to start its work at once."""
        self.page.leave()
        self.page.grid_remove()
        self._now = index
        self.frame.bar.hide()
        self.frame.show_step(index)
        self.page.grid(row=0, column=0, sticky="nsew")
        self.refresh()
        self.root.update_idletasks()  # so that the page may give the focus to anything on it
        self.page.enter(begin)
        self.refresh()

    def next(self, begin: bool = False) -> None:
        self.turn_to(self._now + 1, begin)

    def back(self) -> None:
        if not self.busy and self._now > 0 and not self.page.back():
            self.turn_to(self._now - 1)

    def forward(self) -> None:
        """The committing button: say what is missing and go there, or do what the page is for."""
        if self.busy:
            return
        missing = self.page.requires()
        if missing is not None:
            missing.at.complain(missing.sentence)
        else:
            self.page.forward()

    def end(self) -> None:
        """The last button: stop the job, or close the window."""
        if self._job is not None:
            self._job.control.stop()
            self.frame.end.configure(text=texts.STOPPING)
        else:
            self.close()

    def refresh(self) -> None:
        """Label the footer anew, after something that it depends on has changed."""
        if self._closing is None:
            forward = "" if self.busy else self.page.forward_text()
            end = texts.STOP if self.busy else "" if forward == texts.CLOSE else texts.CLOSE
            self.frame.show_footer(forward, end, back=self._now > 0 and not self.busy)

    # Jobs

    def start(self, step: str, work: Work, listener: Page) -> None:
        """Run a step in a thread; `listener` hears of it."""
        assert self._job is None, "one job at a time"
        self._bridge = Bridge()
        self._listener = listener
        self._job = Job(step, work, self._bridge).start()
        self.refresh()
        take_focus(self.page)  # not the Stop button: a key held down would press it

    def ask(
        self,
        question: Callable[[], object],
        answered: Callable[..., None],
        topic: str = "",
        failed: Callable[[WizardError], None] | None = None,
    ) -> None:
        """Ask the manifest something in a thread; see `Questions`."""
        self.questions.ask(question, answered, failed or self.show_crash, topic)

    def _look_in(self) -> None:
        try:
            self._guard.deliver()
            self.questions.deliver()
            self._hear_the_job()
            if self._closing is not None and not self._closing.is_alive():
                self._destroy()
                return
        finally:
            if self._timer:
                soon = self.questions.waiting and self._closing is None
                self._timer = self.root.after(LOOK_IN_SOON if soon else LOOK_IN, self._look_in)

    def _hear_the_job(self) -> None:
        if self._job is None or self._listener is None:
            return
        progress = self._bridge.latest()
        if progress is not None:
            self._listener.progressed(progress)
            share = f"{100 * progress.done // progress.total} % - " if progress.total else ""
            self.root.title(share + texts.PROGRAM)
        for fact in self._bridge.facts():
            if isinstance(fact, Finished):
                self._end_job(fact)
                return
            self._listener.told(fact)

    def _end_job(self, finished: Finished) -> None:
        listener, job = self._listener, self._job
        assert listener is not None and job is not None
        job.join()  # it has said its last word
        self._job = self._listener = None
        self.root.title(texts.PROGRAM)
        self.refresh()
        if self._closing is None:
            take_focus(self.frame.forward)
            listener.finished(finished)
            self.refresh()

    # The end

    def close(self) -> None:
        """Close the window. While a job runs, ask once, in the window."""
        if self._closing is not None:
            return
        if self._job is None:
            self.stop_and_close()
            return
        self.frame.bar.tell(
            "caution",
            texts.close_while(self._job.step),
            (texts.STOP_AND_CLOSE, self.stop_and_close),
            (texts.KEEP_GOING, self._hide_bar),
        )
        self.frame.bar.focus_first()

    def show_crash(self, error: WizardError) -> None:
        """Show a failure that belongs to no page in particular, and go on."""
        if self._closing is None:
            self.frame.bar.fail(error, (texts.DISMISS, self._hide_bar))

    def _hide_bar(self) -> None:
        """Hide the bar, and put the focus back into the page."""
        self.frame.bar.hide()
        (self.page if self.busy else self.frame.forward).focus_set()

    def stop_and_close(self) -> None:
        """Stop the job and give everything back in a thread, so that the window keeps painting meanwhile."""
        if self._closing is not None:
            return
        self.frame.bar.tell("note", texts.CLOSING)
        self.questions.close()
        job = self._job

        def release() -> None:
            if job is not None:
                job.control.stop()
                job.join()
            self.questions.join()
            self.shared.release()

        self._closing = threading.Thread(target=release, name="closing")
        self._closing.start()

    def _destroy(self) -> None:
        self._guard.release()
        self._timer = ""
        self.closed = True
        self.root.destroy()

    def _prepare_root(self) -> None:
        px, root = self.theme.px, self.root
        root.protocol("WM_DELETE_WINDOW", self.close)
        root.bind("<Return>", self._on_return)
        root.bind("<KP_Enter>", self._on_return)
        width = min(px(SIZE[0]), root.winfo_screenwidth())
        height = min(px(SIZE[1]), root.winfo_screenheight())
        root.geometry(f"{width}x{height}")
        root.minsize(*(px(side) for side in SMALLEST))

    def _on_return(self, event: tk.Event[tk.Misc]) -> None:
        """Buttons take Return themselves; elsewhere the page knows what it means."""
        if isinstance(event.widget, tk.Misc) and not isinstance(event.widget, ttk.Button) and not self.busy:
            self.page.on_return(event.widget)
