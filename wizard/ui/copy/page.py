"""Step 4, Copy: the progress, the speed, the outcomes of all files, and the next actions."""

from __future__ import annotations

import time
from dataclasses import replace
from tkinter import ttk
from typing import TYPE_CHECKING, Any

from wizard.engine.events import Events, Fact, Finished, Note, Progress
from wizard.engine.job import Control, Work
from wizard.language import render
from wizard.language.message import Message
from wizard.manifest import ledger, queue
from wizard.manifest.buckets import ARRIVED, FAILED, WAITING
from wizard.ui.copy import texts
from wizard.ui.copy.chart import Chart, Trace
from wizard.ui.copy.outcomes import OutcomesView
from wizard.ui.copy.settings_panel import CopySettingsLine
from wizard.ui.copy.speed_estimate import Speed
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.frame import Heading
from wizard.ui.shell.page import Help, Page
from wizard.ui.widgets.formatting import shortened
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.lists import LONGEST_CELL

if TYPE_CHECKING:
    from wizard.engine.copy.rehearse import Rehearsal
    from wizard.manifest.ledger import Balance

_SAY_EVERY = 1.0  # seconds between two values of the speed, so that a person can read them


class CopyPage(Page):
    step = "copy"
    _current: WrappedLabel
    _rate: WrappedLabel

    @staticmethod
    def heading() -> Heading:
        return Heading(*texts.COPY, texts.COPY_PROMISE)

    @staticmethod
    def help() -> Help:
        return texts.HELP

    def build(self) -> None:
        px = self.px
        self._speed, self._trace = Speed(), Trace()
        self._began = self._said = 0.0
        self._grown = 0.0
        self._idle = False
        self._awaited = False  # whether the notice names what the step waits for
        self._note: Note | None = None
        self._waiting = 0
        self._others = 0  # studies that are left after one was tried; 0: none was tried
        self.rowconfigure(2, weight=1)
        top = ttk.Frame(self)
        top.grid(row=0, sticky="ew")
        for column, weight in enumerate((4, 3)):
            top.columnconfigure(column, weight=weight, uniform="top")
        left = ttk.Frame(top)
        left.grid(row=0, column=0, sticky="nsew")
        left.columnconfigure(0, weight=1)
        self._chart = Chart(top, self.theme, "speed")
        self._chart.grid(row=0, column=1, sticky="nsew", padx=(px(16), 0))
        self._build_progress(left)
        self._build_actions(left)
        self.notice.place_in(row=1, sticky="ew", pady=(px(8), 0))
        self._outcomes = OutcomesView(self)
        self._outcomes.grid(row=2, sticky="nsew", pady=(px(10), 0))
        _say(self._current, "")
        _say(self._rate, "")

    def _build_progress(self, left: ttk.Frame) -> None:
        px = self.px
        self._status = WrappedLabel(left, texts.NOT_STARTED, "Heading.TLabel", name="status")
        self._status.grid(row=0, sticky="ew")
        line = ttk.Frame(left)
        line.grid(row=1, sticky="ew", pady=(px(8), 0))
        line.columnconfigure(0, weight=1)
        self._bar = ttk.Progressbar(line, maximum=1.0)
        self._bar.grid(row=0, column=0, sticky="ew")
        self._pause = ttk.Button(line, name="pause", text=render(texts.PAUSE), style="Plain.TButton", width=7)
        self._pause.configure(command=self._pause_or_go_on)
        self._pause.grid(row=0, column=1, padx=(px(12), 0))
        self._pause.grid_remove()
        self._current = WrappedLabel(left, style="TLabel", name="current")
        self._current.grid(row=2, sticky="ew", pady=(px(6), 0))
        self._rate = WrappedLabel(left, style="Lead.TLabel", name="rate")
        self._rate.grid(row=3, sticky="ew", pady=(px(2), 0))

    def _build_actions(self, left: ttk.Frame) -> None:
        row = ttk.Frame(left)
        row.grid(row=4, sticky="w", pady=(self.px(6), 0))
        self._retry = _quiet(row, "retry", texts.RETRY, lambda: self._start(retry=True))
        self._retry.grid(row=0, column=0)
        self._verify_now = _quiet(row, "verify_now", texts.VERIFY_NOW, self.window.next)
        self._verify_now.grid(row=0, column=1)
        self._hide_actions()
        self._settings_line = CopySettingsLine(self, left)
        self._settings_line.grid(row=5, sticky="ew")

    def enter(self, begin: bool) -> None:
        self.window.frame.forward.focus_set()
        self._outcomes.ask_anew()
        self._settings_line.enter()
        if begin:
            self._start()
        elif not self.window.busy:
            self._look_up()

    def leave(self) -> None:
        self._settings_line.leave()
        self._outcomes.leave()

    def on_return(self, widget: Any) -> None:
        self._outcomes.enter_pressed(widget)

    @property
    def share(self) -> float:
        """The part of the bar that is filled, from 0 to 1."""
        return self._grown

    def forward_text(self) -> Message:
        if self._others:
            return texts.copy_others(self._others)
        return texts.copy_rest(self._waiting) if self._waiting else shell_texts.NEXT

    def forward(self) -> None:
        if self._waiting:
            self._start()
        else:
            self.window.next()

    # Copying

    def rehearse(self) -> None:
        """Try one study first: copy it and ask for it, and let the person look at it before the others are copied."""
        manifest, destination = self.manifest, self.shared.destination
        assert destination is not None
        target = destination

        def work(control: Control, events: Events) -> Rehearsal:
            from wizard.engine.copy import rehearse

            return rehearse.run(manifest, target, control, events)

        self._run(work, texts.TRYING)

    def _start(self, retry: bool = False) -> None:
        manifest, destination = self.manifest, self.shared.destination
        assert destination is not None
        target = destination

        def work(control: Control, events: Events) -> Balance:
            from wizard.engine import copy

            return copy.run(manifest, target, control, events, retry_failed=retry)

        self._run(work, texts.STARTING)

    def _run(self, work: Work, sentence: Message) -> None:
        if self.window.busy:
            return
        self._speed, self._trace = Speed(), Trace()
        self._began, self._said, self._grown = time.monotonic(), 0.0, 0.0
        self._others, self._idle, self._awaited, self._note = 0, False, False, None
        self._bar.configure(value=0)
        self._status.say(sentence)
        self._chart.show(self._trace, texts.NO_SPEED)
        self.notice.hide()
        self._hide_actions()
        self._pause.configure(text=render(texts.PAUSE))
        self._pause.grid()
        self.shared.verified = False
        self.window.start("copy", work, self)

    def _pause_or_go_on(self) -> None:
        job = self.window.job
        if job is None:
            return
        if job.control.paused:
            job.control.resume()
            self._pause.configure(text=render(texts.PAUSE))
            _say(self._rate, "")
        else:
            job.control.pause()
            self._pause.configure(text=render(texts.RESUME))
            _say(self._rate, texts.PAUSED)
            self._chart.show(self._trace, self._chart_title(over=True))

    def progressed(self, progress: Progress) -> None:
        if progress.step != self.step:  # one study was copied, and is being verified
            self._status.say(shell_texts.ASKING)
            return
        if progress.total:
            self._status.say(texts.copying(progress.done, progress.total))
            self._grown = max(self._grown, progress.done / progress.total)
            self._bar.configure(value=self._grown)
        self._tell_waiting(progress.waiting)
        _say(self._current, shortened(progress.current, LONGEST_CELL))
        self._show_speed(progress)
        self._outcomes.show(progress.counts, running=True)

    def told(self, fact: Fact) -> None:
        if isinstance(fact, Note):
            self._note = fact

    def _tell_waiting(self, sentence: Message) -> None:
        """Show what the step waits for, as long as it does; else its last note."""
        awaited, self._awaited = self._awaited, bool(sentence)
        if sentence and awaited:
            self.notice.reword(sentence)
        elif sentence:
            self.notice.tell("caution", sentence)
        elif self._note is None:
            self.notice.hide()
        elif self.notice.sentence != self._note.sentence:
            self.notice.tell("note", self._note.sentence, details=self._note.details)

    def _show_speed(self, progress: Progress) -> None:
        """Show the speed and the time left, by the clock of the window: that of the step may start again."""
        now = time.monotonic()
        paused = self.window.job is not None and self.window.job.control.paused
        nothing_meant = paused or bool(progress.waiting)
        idle, self._idle = nothing_meant or self._idle, nothing_meant
        self._speed.add(replace(progress, seconds=now - self._began), idle)
        self._trace.add(now - self._began, progress.bytes_done, idle)
        if now - self._said < _SAY_EVERY:
            return
        self._said = now
        self._chart.show(self._trace, self._chart_title(nothing_meant))
        if progress.waiting and not paused:
            _say(self._rate, "")
        elif not paused and self._trace.rates:
            _say(self._rate, texts.speed(self._speed.items_per_second, self._speed.bytes_per_second, self._speed.left))

    def _chart_title(self, over: bool) -> Message:
        """Give the title of the chart; `over`: nothing is sent now."""
        most = max((rate for _, rate in self._trace.rates), default=0.0)
        if not most:
            return texts.NO_SPEED
        return texts.speed_was(most) if over else texts.speed_now(self._speed.bytes_per_second, most)

    def finished(self, finished: Finished) -> None:
        self._settings_line.leave()
        self._pause.grid_remove()
        _say(self._current, "")
        _say(self._rate, "")
        self._chart.show(self._trace, self._chart_title(over=True) if self._trace.rates else texts.TOO_SHORT)
        self._outcomes.ask_anew()
        self.notice.hide()
        tried = finished.result if finished.outcome == "done" and not _is_balance(finished.result) else None
        if finished.outcome == "done" and tried is None:
            self._bar.configure(value=1.0)
            self.window.next(begin=True)
            return
        if finished.outcome == "stopped":
            self.notice.tell("caution", shell_texts.STOPPED)
        elif finished.error is not None:
            self.notice.fail(finished.error)
        self._look_up(tried)

    def _tell_tried(self, tried: Rehearsal) -> None:
        kind = "wrong" if tried.missing else "caution" if tried.not_checked else "good"
        sentence = texts.tried(tried.words, tried.images, tried.missing, tried.not_checked, self._others)
        again = ((shell_texts.TRY_AGAIN, self.rehearse),) if tried.missing and self._others else ()
        self.notice.tell(kind, sentence, *again)

    # The outcomes

    def _look_up(self, tried: Rehearsal | None = None) -> None:
        """Show the counts of the manifest, while no job runs, and the result of trying one study."""
        manifest = self.manifest

        def question() -> tuple[Balance, int]:
            return ledger.balance(manifest), queue.waiting_studies(manifest) if tried else 0

        def show(answer: tuple[Balance, int]) -> None:
            balance, self._others = answer
            buckets = balance.buckets
            done = sum(buckets[name] for name in ARRIVED)
            self._waiting = sum(buckets[name] for name in WAITING)
            self._status.say(texts.copying(done, done + self._waiting) if self._waiting else texts.COPIED_ALL)
            self._bar.configure(value=done / (done + self._waiting) if done else 0.0)
            _show(self._retry, any(buckets[name] for name in FAILED) and not tried)
            _show(self._verify_now, bool(self._waiting and done) and not tried)
            if tried:
                self._tell_tried(tried)
            self._outcomes.show(buckets, running=False)
            self.window.refresh()

        self.window.ask(question, show, "balance")

    def _hide_actions(self) -> None:
        _show(self._retry, False)
        _show(self._verify_now, False)


def _is_balance(result: object) -> bool:
    return isinstance(result, ledger.Balance)


def _quiet(master: ttk.Frame, name: str, text: Message, command: Any) -> ttk.Button:
    return ttk.Button(master, name=name, text=render(text), style="Quiet.TButton", command=command)


def _show(widget: ttk.Widget, wanted: bool) -> None:
    if wanted:
        widget.grid()
    else:
        widget.grid_remove()


def _say(label: WrappedLabel, text: Message | str) -> None:
    """Show the text, or hide the label when there is none."""
    label.say(text)
    _show(label, bool(text))
