"""Step 4, Copy: how far it is, what became of every file, and what needs a person."""

from __future__ import annotations

import itertools
import sqlite3
import time
from tkinter import ttk
from typing import TYPE_CHECKING, Mapping, Sequence

from wizard.engine.events import Events, Finished, Progress
from wizard.engine.job import Control
from wizard.manifest import ledger
from wizard.ui import texts, words
from wizard.ui.frame import Heading
from wizard.ui.lists import Column, Finding, Findings, Listing
from wizard.ui.pages.base import Page
from wizard.ui.speed import Speed
from wizard.ui.widgets import Words

if TYPE_CHECKING:
    from wizard.manifest.ledger import Balance

SHOWN = 500  # exceptions in the list; the report has them all
LIST_EVERY = 2.0  # seconds between two looks at the exceptions while copying
#: While copying, an entry is unknown until its answer comes; and what is pending needs nobody.
_NEEDS_A_PERSON = tuple(bucket for bucket in ledger.EXCEPTIONS if bucket not in ("pending", "unknown"))
_COLOURS = {"copied": "good", "already_there": "good", "copied_with_remark": "caution"}


class CopyPage(Page):
    step = "copy"
    heading = Heading(*texts.COPY, texts.COPY_PROMISE)

    def build(self) -> None:
        px = self.px
        self._speed = Speed()
        self._grown = 0.0
        self._listed = 0.0
        self._waiting = 0
        self.rowconfigure(5, weight=1)
        self._status = Words(self, texts.NOT_STARTED, "Verdict.TLabel", name="status")
        self._status.grid(row=0, sticky="ew")
        line = ttk.Frame(self)
        line.grid(row=1, sticky="ew", pady=(px(10), 0))
        line.columnconfigure(0, weight=1)
        self._bar = ttk.Progressbar(line, maximum=1.0)
        self._bar.grid(row=0, column=0, sticky="ew")
        self._pause = ttk.Button(
            line, name="pause", text=texts.PAUSE, style="Plain.TButton", width=8, command=self._pause_or_go_on
        )
        self._pause.grid(row=0, column=1, padx=(px(12), 0))
        self._pause.grid_remove()
        self._current = Words(self, style="TLabel")
        self._current.grid(row=2, sticky="ew", pady=(px(8), 0))
        self._rate = Words(self, style="Lead.TLabel")
        self._rate.grid(row=3, sticky="ew", pady=(px(2), 0))
        self.notice.place_in(row=4, sticky="ew", pady=(px(8), 0))
        _say(self._current, "")
        _say(self._rate, "")
        self._build_lists()

    def _build_lists(self) -> None:
        px, theme = self.px, self.theme
        lists = ttk.Frame(self)
        lists.grid(row=5, sticky="nsew", pady=(px(14), 0))
        lists.columnconfigure(1, weight=1)
        lists.rowconfigure(1, weight=1)
        ttk.Label(lists, text=texts.BUCKETS_HEADING, style="Strong.TLabel").grid(row=0, column=0, sticky="w")
        columns = [Column("count", "", 54, "e"), Column("bucket", "", 160, stretch=True)]
        self._buckets = Listing(lists, theme, "buckets", columns, height=4, headings=False)
        self._buckets.grid(row=1, column=0, rowspan=3, sticky="ns", pady=(px(6), 0), padx=(0, px(16)))
        ttk.Label(lists, text=texts.EXCEPTIONS_HEADING, style="Strong.TLabel").grid(row=0, column=1, sticky="w")
        self._exceptions = Findings(lists, theme, "exceptions", height=4)
        self._exceptions.grid(row=1, column=1, sticky="nsew", pady=(px(6), 0))
        self._below = Words(lists, style="Hint.TLabel")
        self._below.grid(row=2, column=1, sticky="ew", pady=(px(4), 0))
        buttons = ttk.Frame(lists)
        buttons.grid(row=3, column=1, sticky="w", pady=(px(4), 0))
        copy_list = ttk.Button(
            buttons, name="copy_list", text=texts.COPY_LIST, style="Quiet.TButton", command=self._to_clipboard
        )
        copy_list.grid(row=0, column=0)
        self._retry = ttk.Button(
            buttons, name="retry", text=texts.RETRY, style="Quiet.TButton", command=lambda: self._start(retry=True)
        )
        self._retry.grid(row=0, column=1)
        self._retry.grid_remove()
        self._verify_now = ttk.Button(
            buttons, name="verify_now", text=texts.VERIFY_NOW, style="Quiet.TButton", command=self.app.next
        )
        self._verify_now.grid(row=0, column=2)
        self._verify_now.grid_remove()

    def enter(self, begin: bool) -> None:
        self.app.frame.forward.focus_set()
        if begin:
            self._start()
        else:
            self._look_up()

    @property
    def share(self) -> float:
        """How far the bar has grown, from 0 to 1."""
        return self._grown

    def forward_text(self) -> str:
        return texts.copy_rest(self._waiting) if self._waiting else texts.NEXT

    def forward(self) -> None:
        if self._waiting:
            self._start()
        else:
            self.app.next()

    # Copying

    def _start(self, retry: bool = False) -> None:
        if self.app.busy:
            return
        manifest, destination = self.manifest, self.shared.destination
        assert destination is not None
        target = destination
        self._speed, self._grown = Speed(), 0.0
        self._bar.configure(value=0)
        self._status.say(texts.STARTING)
        self.notice.hide()
        self._retry.grid_remove()
        self._verify_now.grid_remove()
        self._pause.configure(text=texts.PAUSE)
        self._pause.grid()
        self.shared.verified = False

        def work(control: Control, events: Events) -> Balance:
            from wizard.engine import copy

            return copy.run(manifest, target, control, events, retry_failed=retry)

        self.app.start("copy", work, self)

    def _pause_or_go_on(self) -> None:
        job = self.app.job
        if job is None:
            return
        if job.control.paused:
            job.control.resume()
            self._pause.configure(text=texts.PAUSE)
        else:
            job.control.pause()
            self._pause.configure(text=texts.RESUME)
            _say(self._rate, texts.PAUSED)

    def progressed(self, progress: Progress) -> None:
        self._speed.add(progress)
        if progress.total:
            self._status.say(texts.copying(progress.done, progress.total))
            self._grown = max(self._grown, progress.done / progress.total)
            self._bar.configure(value=self._grown)
        _say(self._current, progress.current)
        left = self._speed.left(progress)
        paused = self.app.job is not None and self.app.job.control.paused
        if left is not None and not paused:
            _say(self._rate, texts.speed(self._speed.items, self._speed.octets, left))
        if progress.waiting and progress.waiting != self.notice.sentence:
            self.notice.tell("caution", progress.waiting)
        elif not progress.waiting and self.notice.sentence:
            self.notice.hide()
        self._show_buckets(progress.counts)
        if time.monotonic() - self._listed > LIST_EVERY:
            self._list_exceptions(_NEEDS_A_PERSON)

    def finished(self, finished: Finished) -> None:
        self._pause.grid_remove()
        _say(self._current, "")
        _say(self._rate, "")
        if finished.outcome == "done":
            self._bar.configure(value=1.0)
            self.app.next(begin=True)
            return
        if finished.outcome == "stopped":
            self.notice.tell("caution", texts.STOPPED)
        elif finished.error is not None:
            self.notice.fail(finished.error)
        self._look_up()

    # What became of every file

    def _look_up(self) -> None:
        """Show what the manifest says, while no job runs."""
        manifest = self.manifest

        def show(balance: Balance) -> None:
            buckets = balance.buckets
            done = sum(buckets[name] for name in ("copied", "copied_with_remark", "already_there"))
            self._waiting = buckets["pending"] + buckets["unknown"]
            self._show_buckets(buckets)
            if not self._waiting:
                self._status.say(texts.COPIED_ALL)
            else:
                self._status.say(texts.copying(done, done + self._waiting))
            self._bar.configure(value=done / (done + self._waiting) if done else 0.0)
            if buckets["refused"] or buckets["unknown"]:
                self._retry.grid()
            if self._waiting and done:
                self._verify_now.grid()
            self.app.refresh()

        self.app.ask(lambda: ledger.balance(manifest), show, "balance")
        self._list_exceptions((*_NEEDS_A_PERSON, "unknown"))

    def _show_buckets(self, counts: Mapping[str, int]) -> None:
        known = [(bucket, counts[bucket]) for bucket in ledger.BUCKETS if counts.get(bucket)]
        rows = [(words.number(count), texts.BUCKETS[bucket]) for bucket, count in known]
        tags = [_COLOURS.get(bucket, "wrong" if bucket in _NEEDS_A_PERSON else "quiet") for bucket, _ in known]
        self._buckets.fill(rows, tags, [bucket for bucket, _ in known])

    def _list_exceptions(self, buckets: Sequence[str]) -> None:
        manifest = self.manifest
        self._listed = time.monotonic()

        def question() -> list[Finding]:
            rows = itertools.islice(ledger.rows(manifest, *buckets), SHOWN)
            return [_finding(row) for row in rows]

        def show(found: list[Finding]) -> None:
            self._exceptions.fill(found or [Finding("", texts.NO_EXCEPTIONS)])
            self._below.say(texts.not_all_shown(SHOWN) if len(found) == SHOWN else "")

        self.app.ask(question, show, "exceptions")

    def _to_clipboard(self) -> None:
        self.clipboard_clear()
        self.clipboard_append(self._exceptions.text)
        self._below.say(texts.COPIED_LIST)


def _say(label: Words, text: str) -> None:
    """Say it, or take no room when there is nothing to say."""
    label.say(text)
    if text:
        label.grid()
    else:
        label.grid_remove()


def _finding(row: sqlite3.Row) -> Finding:
    bucket, reason = texts.BUCKETS[row["final_bucket"]], row["final_reason"]
    return Finding(words.path(row["file_name"]), f"{bucket}: {reason}" if reason else bucket, row["who"])
