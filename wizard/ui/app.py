"""The window: it holds the pages, runs one job at a time, and never waits for one.

Ten times a second it takes what the running job, the manifest reader and the crash guard have for it.
"""

from __future__ import annotations

import sys
import threading
import time
import tkinter as tk
from dataclasses import replace
from pathlib import Path
from tkinter import filedialog, ttk
from typing import Callable, Mapping

from wizard.engine.events import Finished
from wizard.engine.job import Job, Work
from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import NOTHING, Private
from wizard.ui import steps
from wizard.ui.shell import preferences
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.appearance import AppearancePanel
from wizard.ui.shell.bridge import Bridge
from wizard.ui.shell.crash import CrashGuard, Unforeseen
from wizard.ui.shell.frame import Frame
from wizard.ui.shell.help import HelpPanel
from wizard.ui.shell.manifest_reader import ManifestReader
from wizard.ui.shell.page import Page
from wizard.ui.shell.preferences import Preferences
from wizard.ui.shell.state import State
from wizard.ui.widgets import fields, theme
from wizard.ui.widgets.labels import take_focus
from wizard.ui.widgets.palette import PALETTES

LONG = 120.0  # seconds: the bell rings at the end of a job that lasted longer
POLL_EVERY = 100  # milliseconds
POLL_SOON = 20  # while a question to the manifest is open


def run(practice: bool = False, asked: str = "") -> int:
    """Open the window and wait until it is closed; returns the exit code. See `App`."""
    return App(practice, asked=asked).run()


class App:
    """One window with its six pages.

    Parameters
    ----------
    practice : bool
        Work on an invented archive and a PACS inside this program.
    hidden : bool
        Never put it on the screen; for the self-test.
    asked : str
        The language of this start, a key of `LANGUAGES`; "" for that of the preferences. It is not saved, and ends when
        the person chooses another one.
    """

    def __init__(self, practice: bool = False, hidden: bool = False, asked: str = "") -> None:
        sys.setswitchinterval(0.001)  # with busy workers the default makes the window lag by up to 0.8 s
        self.practice = practice
        self._preferences = preferences.load()
        self._asked = asked
        self.root = theme.make_window(shell_texts.PROGRAM)
        self.manifest_reader = ManifestReader()
        self.shared = State(self.manifest_reader)
        self._guard = CrashGuard(self.root, self.show_crash)
        self._job: Job | None = None
        self._began = 0.0
        self._bridge = Bridge()
        self._listener: Page | None = None
        self._closing: threading.Thread | None = None
        self._now = 0
        self._timer = ""
        self.closed = False
        self._build()
        self._prepare_root()
        self.turn_to(0)
        if not hidden:
            self.root.deiconify()
        self._timer = self.root.after(0, self._poll)

    def _build(self) -> None:
        """Make all widgets by the preferences of the person."""
        spoken = self._asked or self._preferences.language or preferences.language_of_system(self.root)
        preferences.use_language(spoken, self.root)
        self.theme = theme.Theme(self.root, PALETTES[self._preferences.colours], self._preferences.text_size)
        headings = [page.heading() for page in steps.ORDER]
        buttons = (self.back, self.forward, self.end, self._choose_appearance, self._help)
        self.frame = Frame(self.root, self.theme, headings, *buttons)
        self.frame.pack(fill="both", expand=True)
        self.pages = steps.make_pages(self, self.frame.body)
        if self.practice:
            self.frame.show_ribbon(shell_texts.RIBBON)

    def _rebuild(self) -> None:
        self.page.leave()
        self.frame.destroy()
        self._build()

    def _choose_appearance(self) -> None:
        if not self.busy and self.page.panel is None:
            now = replace(self._preferences, language=self._asked or self._preferences.language)
            AppearancePanel(self.page, self.frame.appearance, now, self._apply_preferences).begin()

    def _help(self) -> None:
        if self.page.panel is None:
            HelpPanel(self.page, self.frame.help).begin()

    def practise(self) -> None:
        """Turn into a window for practice. Nothing has been begun in it yet."""
        if not self.busy and self.page.panel is None:
            self.practice = True
            self.manifest_reader.forget()
            self._rebuild()
            self.turn_to(0)

    def _apply_preferences(self, preferred: Preferences) -> None:
        """Save the preferences and build the widgets again by them; the fields keep their texts."""
        if self._asked and preferred.language == self._asked:  # it was not chosen here, so it is for this start alone
            preferred = replace(preferred, language=self._preferences.language)
        else:
            self._asked = ""
        self._preferences = preferred
        self._save_preferences()
        typed = [fields.typed(page) for page in self.pages]
        self._rebuild()
        preferences.set_size(self.root, self.theme.px)
        for page, texts_of_it in zip(self.pages, typed):
            fields.type_again(page, texts_of_it)
        self.turn_to(self._now)

    def run(self) -> int:
        """Run until the window is closed; Ctrl+C in the terminal closes it."""
        while not self.closed:
            try:
                self.root.mainloop()
            except KeyboardInterrupt:  # it may have interrupted `_poll` before that set the next timer
                self.root.after_cancel(self._timer)
                self._timer = self.root.after(POLL_EVERY, self._poll)
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
        """Whether a job runs, or its `Finished` was not delivered yet."""
        return self._job is not None

    @property
    def job(self) -> Job | None:
        return self._job

    @property
    def tree_columns(self) -> Mapping[str, int]:
        """The widths of the columns of the tree that a person has set; see `Preferences`."""
        return self._preferences.tree_columns

    def keep_tree_columns(self, widths: dict[str, int]) -> None:
        """Keep the widths for the next start."""
        self._preferences = replace(self._preferences, tree_columns=widths)

    # Turning pages

    def turn_to(self, index: int, begin: bool = False) -> None:
        """Show a page; `begin` asks it to start its work at once."""
        while self.page.panel is not None:
            self.page.panel.close()
        self.page.leave()
        self.page.grid_remove()
        self._now = index
        self.frame.bar.hide()
        self.frame.show_step(index)
        self.page.grid(row=0, column=0, sticky="nsew")
        self.refresh()
        self.root.update_idletasks()  # a widget that is not on the screen yet cannot take the focus
        self.page.enter(begin)
        self.refresh()

    def next(self, begin: bool = False) -> None:
        self.turn_to(self._now + 1, begin)

    def back(self) -> None:
        """Close the panel that covers the page, or show the page before this one."""
        if self.busy:
            return
        if self.page.panel is not None:
            self.page.panel.close()
        elif self._now > 0:
            self.turn_to(self._now - 1)

    def forward(self) -> None:
        """The committing button: name the first missing answer beside its field, or do the work of the page."""
        if self.busy:
            return
        missing = self.page.requires()
        if missing is not None:
            missing.at.complain(missing.sentence)
        else:
            self.page.forward()

    def end(self) -> None:
        """The last button stops the job, or closes the window."""
        if self._job is not None:
            self._job.control.stop()
            self.frame.end.configure(text=render(shell_texts.STOPPING))
        else:
            self.close()

    def refresh(self) -> None:
        """Label the buttons of the footer again, after something has changed that they depend on."""
        if self._closing is None:
            panel = self.page.panel is not None
            forward = NOTHING if self.busy or panel else self.page.forward_text()
            end = shell_texts.STOP if self.busy else NOTHING if forward == shell_texts.CLOSE else shell_texts.CLOSE
            self.frame.show_footer(forward, end, back=(panel or self._now > 0) and not self.busy)

    # Jobs

    def start(self, step: str, work: Work, listener: Page) -> None:
        """Run a step in a thread; `listener` gets its events."""
        assert self._job is None, "one job at a time"
        self._bridge = Bridge()
        self._listener = listener
        self._began = time.monotonic()
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
        """Ask the manifest something in a thread; see `ManifestReader.ask`."""
        self.manifest_reader.ask(question, answered, failed or self.show_crash, topic)
        self._schedule_poll()  # the answer may be there at once

    def _poll(self) -> None:
        try:
            self._guard.deliver()
            self.manifest_reader.deliver()
            self._deliver_events()
            if self._closing is not None and not self._closing.is_alive():
                self._destroy()
                return
        finally:
            self._schedule_poll()

    def _schedule_poll(self) -> None:
        if self._timer:
            self.root.after_cancel(self._timer)
            soon = self.manifest_reader.waiting and self._closing is None
            self._timer = self.root.after(POLL_SOON if soon else POLL_EVERY, self._poll)

    def _deliver_events(self) -> None:
        if self._job is None or self._listener is None:
            return
        progress = self._bridge.latest()
        if progress is not None:
            self._listener.progressed(progress)
            share = f"{100 * progress.done // progress.total} % - " if progress.total else ""
            self.root.title(share + shell_texts.PROGRAM)
        for fact in self._bridge.facts():
            if isinstance(fact, Finished):
                self._end_job(fact)
                return
            self._listener.told(fact)

    def _end_job(self, finished: Finished) -> None:
        listener, job = self._listener, self._job
        assert listener is not None and job is not None
        job.join()  # `Finished` is its last event
        self._job = self._listener = None
        self.root.title(shell_texts.PROGRAM)
        self.refresh()
        if self._closing is None:
            if time.monotonic() - self._began > LONG:
                self.root.bell()  # the person may have left the screen
            take_focus(self.frame.forward)
            listener.finished(finished)
            self.refresh()

    # The end

    def close(self) -> None:
        """Close the window. While a job runs, the window asks once before."""
        if self._closing is not None:
            return
        if self._job is None:
            self.stop_and_close()
            return
        self.frame.bar.tell(
            "caution",
            shell_texts.close_while(self._job.step),
            (shell_texts.STOP_AND_CLOSE, self.stop_and_close),
            (shell_texts.KEEP_GOING, self._hide_bar),
        )
        self.frame.bar.focus_first()

    def show_crash(self, error: WizardError) -> None:
        """Show a failure that belongs to no page. For a bug the bar offers a support bundle."""
        if self._closing is None:
            save = [(shell_texts.SAVE_BUNDLE, self._save_bundle)] if isinstance(error, Unforeseen) else []
            self.frame.bar.fail(error, *save, (shell_texts.DISMISS, self._hide_bar))

    def _save_bundle(self) -> None:
        """Save a support bundle in a thread, also while a job runs. The person chooses the file."""
        chosen = filedialog.asksaveasfilename(
            parent=self.root,
            title=render(shell_texts.BUNDLE_FILE),
            defaultextension=".zip",
            initialfile="support-bundle.zip",
        )
        if not chosen:
            return
        path, manifest = Path(chosen), self.shared.manifest
        bar, dismiss = self.frame.bar, (shell_texts.DISMISS, self._hide_bar)

        def save() -> None:
            from wizard.engine.export import support_bundle

            support_bundle.save(path, manifest)

        def failed(error: WizardError) -> None:
            bar.fail(error, (shell_texts.SAVE_BUNDLE, self._save_bundle), dismiss)

        bar.tell("note", shell_texts.WRITING_BUNDLE)
        self.ask(save, lambda _: bar.tell("good", shell_texts.bundle_saved(Private(path)), dismiss), "bundle", failed)

    def _save_preferences(self) -> None:
        try:
            preferences.save(self._preferences)
        except WizardError as error:
            self.show_crash(error)

    def _hide_bar(self) -> None:
        """Hide the bar and give the focus back to the page."""
        self.frame.bar.hide()
        (self.page if self.busy else self.frame.forward).focus_set()

    def stop_and_close(self) -> None:
        """Stop the job and release everything in a thread, so that the window keeps painting meanwhile."""
        if self._closing is not None:
            return
        self.frame.bar.tell("note", shell_texts.CLOSING)
        self._preferences = replace(self._preferences, place=self.root.geometry())
        self._save_preferences()
        self.manifest_reader.close()
        job = self._job

        def release() -> None:
            if job is not None:
                job.control.stop()
                job.join()
            self.manifest_reader.join()
            self.shared.release()

        self._closing = threading.Thread(target=release, name="closing")
        self._closing.start()

    def _destroy(self) -> None:
        self._guard.release()
        self._timer = ""
        self.closed = True
        self.root.destroy()

    def _prepare_root(self) -> None:
        root = self.root
        root.protocol("WM_DELETE_WINDOW", self.close)
        root.bind("<Return>", self._on_return)
        root.bind("<KP_Enter>", self._on_return)
        preferences.set_size(root, self.theme.px)
        preferences.restore_place(root, self._preferences.place)

    def _on_return(self, event: tk.Event[tk.Misc]) -> None:
        """A button handles Return itself; in other widgets the page decides what it does."""
        meant = isinstance(event.widget, tk.Misc) and not isinstance(event.widget, ttk.Button)
        if meant and not self.busy and self.page.panel is None:
            self.page.on_return(event.widget)
