"""The outcomes of all files: the buckets to the left, the files of the selected one to the right, the details of a file
on request."""

from __future__ import annotations

import os
import sqlite3
import time
import tkinter as tk
from tkinter import ttk
from typing import Mapping, Sequence

from wizard import reasons
from wizard.language import render
from wizard.language.message import Message, comment_for_people
from wizard.manifest import files, ledger
from wizard.manifest.buckets import EXCEPTIONS, WAITING
from wizard.reasons import WHO, Reason
from wizard.ui.copy import texts
from wizard.ui.copy.reason_search import codes_that_say, outcomes_that_say
from wizard.ui.shell.page import Page
from wizard.ui.widgets import formatting
from wizard.ui.widgets import texts as widgets_texts
from wizard.ui.widgets.labels import WrappedLabel, take_focus
from wizard.ui.widgets.lists import Listing, Paragraph, Paragraphs
from wizard.ui.widgets.widths import Column
from wizard.vocabulary import Bucket

SHOWN = 500  # files in the list; the report has them all
LIST_EVERY = 2.0  # seconds between two queries for the files while copying, or more
_SHARE = 10  # the queries take at most one part in so many of the time
AFTER_TYPING = 300  # milliseconds of rest before the list is narrowed
_EXCEPTIONS = "exceptions"  # the line above the buckets: all files that a person must look at
_COLOURS: dict[str, str] = {Bucket.COPIED: "good", Bucket.ALREADY_THERE: "good", Bucket.COPIED_WITH_REMARK: "caution"}


class OutcomesView(ttk.Frame):
    """The two lists of a page."""

    def __init__(self, page: Page) -> None:
        super().__init__(page, name="outcomes")
        self._page = page
        self._counts: dict[str, int] = {}
        self._running = False
        self._rows: dict[str, sqlite3.Row] = {}
        self._listed: object = None  # the choice for which the listed files were asked
        self._asking = False
        self._next = 0.0
        self._timer = ""
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        self._build_buckets()
        self._build_files()

    def _build_buckets(self) -> None:
        px = self._page.px
        heading = ttk.Label(self, text=render(texts.BUCKETS_HEADING), style="Strong.TLabel")
        heading.grid(row=0, column=0, sticky="w", padx=(0, px(16)))
        columns = [Column("count", "", 64, "e"), Column("bucket", "", 160, stretch=True)]
        self._buckets = Listing(self, self._page.theme, "buckets", columns, height=2, headings=False)
        self._buckets.grid(row=1, column=0, rowspan=2, sticky="ns", pady=(px(6), 0), padx=(0, px(16)))
        self._buckets.on_choice(lambda _: self._choose())

    def _build_files(self) -> None:
        px, theme = self._page.px, self._page.theme
        top = ttk.Frame(self)
        top.grid(row=0, column=1, sticky="ew")
        top.columnconfigure(0, weight=1)
        self._heading = WrappedLabel(top, style="Strong.TLabel", name="files_heading")
        self._heading.grid(row=0, column=0, sticky="ew")
        ttk.Label(top, text=render(texts.FIND)).grid(row=0, column=1, padx=(px(8), px(6)))
        self._find = tk.StringVar(self)
        self._find.trace_add("write", lambda *_: self._narrow_soon())
        ttk.Entry(top, name="find", textvariable=self._find, width=12, style="Small.TEntry").grid(row=0, column=2)
        columns = [
            Column(name, heading, width, stretch=name == "what")
            for name, heading, width in zip(("file", "what"), texts.FILE_COLUMNS, (108, 200))
        ]
        self._files = Listing(self, theme, "files", columns, height=2)
        self._files.grid(row=1, column=1, sticky="nsew", pady=(px(6), 0))
        self._files.on_choice(self._say_who)
        self._files.rows.bind("<Double-1>", lambda _: self._show_details())
        self._details = Paragraphs(self, theme, "file_details", height=2)
        self._details.grid(row=1, column=1, sticky="nsew", pady=(px(6), 0))
        self._details.grid_remove()
        self._details.view.bind("<Escape>", lambda _: self._hide_details())
        bottom = ttk.Frame(self)
        bottom.grid(row=2, column=1, sticky="ew", pady=(px(2), 0))
        bottom.columnconfigure(2, weight=1)
        self._more = ttk.Button(bottom, name="details_or_list", style="Quiet.TButton", command=self._details_or_list)
        self._more.grid(row=0, column=0)
        copy = ttk.Button(bottom, name="copy_list", text=render(texts.COPY_LIST), style="Quiet.TButton")
        copy.configure(command=self._to_clipboard)
        copy.grid(row=0, column=1)
        self._below = WrappedLabel(bottom, style="Hint.TLabel", name="below")
        self._below.grid(row=0, column=2, sticky="ew", padx=(px(6), 0))
        self._hide_details()

    def show(self, counts: Mapping[str, int], running: bool) -> None:
        """Show the count of each bucket, and the files of the selected one. May be called many times a second."""
        self._counts, self._running = dict(counts), running
        known = [(bucket, counts[bucket]) for bucket in ledger.BUCKETS if counts.get(bucket)]
        needing = self._needing()
        looked_at = sum(counts.get(bucket, 0) for bucket in needing)
        rows: list[tuple[str, Message]] = [(formatting.number(looked_at), texts.NEEDS_A_PERSON)]
        rows += [(formatting.number(count), texts.BUCKETS[bucket]) for bucket, count in known]
        tags = ["strong"]
        tags += [_COLOURS.get(bucket, "wrong" if bucket in needing else "quiet") for bucket, _ in known]
        self._buckets.fill(rows, tags, [_EXCEPTIONS, *(bucket for bucket, _ in known)])
        if not self._buckets.chosen:
            self._buckets.choose(_EXCEPTIONS)
        if not running or (not self._asking and time.monotonic() >= self._next):
            self._ask()

    def ask_anew(self) -> None:
        """Ask for the files again: those on show may belong to an earlier state, or to another manifest."""
        self._listed, self._asking = None, False

    def leave(self) -> None:
        """The page is hidden."""
        if self._timer:
            self.after_cancel(self._timer)
            self._timer = ""

    def enter_pressed(self, widget: tk.Misc) -> None:
        """Show the details of the selected file; in the field, search at once."""
        if widget is self._files.rows:
            self._show_details()
        elif widget.winfo_name() == "find":
            self._ask()

    def _needing(self) -> list[str]:
        """List the buckets that a person must look at. While copying, an entry is unknown until its answer comes."""
        leave = WAITING if self._running else (Bucket.PENDING,)
        return [bucket for bucket in EXCEPTIONS if bucket not in leave]

    def _choose(self) -> None:
        if self._wanted() != self._listed:
            self._ask()

    def _narrow_soon(self) -> None:
        self.leave()
        self._timer = self.after(AFTER_TYPING, self._ask)

    def _wanted(self) -> object:
        """Give all that the list of files depends on: as long as it stays the same, no question is needed."""
        buckets = self._chosen_buckets()
        return buckets, self._find.get().strip(), [self._counts.get(bucket) for bucket in buckets]

    def _chosen_buckets(self) -> list[str]:
        chosen = self._buckets.chosen
        return [chosen] if chosen in ledger.BUCKETS else self._needing()

    def _ask(self) -> None:
        self.leave()
        wanted, buckets, text = self._wanted(), self._chosen_buckets(), self._find.get().strip()
        if wanted == self._listed or self._page.shared.manifest is None:
            return
        manifest, codes = self._page.manifest, codes_that_say(text) if text else ()
        self._asking, self._listed = True, wanted

        def question() -> tuple[list[sqlite3.Row], float]:
            started = time.monotonic()
            outcomes = outcomes_that_say(text, files.told(manifest, buckets)) if text else ()
            return files.first(manifest, buckets, SHOWN, text, codes, outcomes), time.monotonic() - started

        def show(answer: tuple[list[sqlite3.Row], float]) -> None:
            rows, took = answer
            self._asking, self._next = False, time.monotonic() + max(LIST_EVERY, _SHARE * took)
            self._fill(rows, text)

        self._page.window.ask(question, show, "files")

    def _fill(self, rows: Sequence[sqlite3.Row], text: str) -> None:
        chosen = self._buckets.chosen
        self._heading.say(texts.list_heading(chosen if chosen in ledger.BUCKETS else ""))
        self._rows = {str(row["id"]): row for row in rows}
        self._files.fill([_line(row) for row in rows], keys=list(self._rows))
        if not rows:
            self._below.say(texts.NOTHING_FOUND_THERE if text else texts.NO_EXCEPTIONS)
        elif len(rows) == SHOWN:
            self._below.say(texts.not_all_shown(SHOWN))
        else:
            self._say_who(self._files.chosen)

    def _say_who(self, key: str) -> None:
        """Say who must act for the selected file; nobody has to, for one that was copied."""
        who = _who(self._rows[key]) if key in self._rows else ""
        hint = texts.SELECT if not key and any(map(_who, self._rows.values())) else ""
        self._below.say(widgets_texts.action_by(who) if who else hint)

    # One file

    def _details_or_list(self) -> None:
        if self._details.winfo_manager():
            self._hide_details()
        else:
            self._show_details()

    def _show_details(self) -> None:
        row = self._rows.get(self._files.chosen)
        if row is None:
            self._below.say(texts.MUST_SELECT)
            return
        path = formatting.path(os.path.join(row["folder_path"], row["file_name"]))
        lines = texts.details(path, row["final_bucket"], _reason(row))
        lines += texts.answer_details(
            row["status"], row["comment"] or "", row["sop_uid"] or "", row["reason_code"] or ""
        )
        self._details.fill([Paragraph(label, value) for label, value in lines])
        self._files.grid_remove()
        self._details.grid()
        take_focus(self._details.view)
        self._more.configure(text=render(texts.BACK_TO_LIST))

    def _hide_details(self) -> None:
        was_there = bool(self._details.winfo_manager())
        self._details.grid_remove()
        self._files.grid()
        self._more.configure(text=render(widgets_texts.DETAILS))
        if was_there and self.winfo_viewable():
            take_focus(self._files.rows)

    def _to_clipboard(self) -> None:
        """Copy the listed files to the clipboard, in columns that a spreadsheet accepts."""
        lines = [texts.LIST_HEADINGS, *map(_cells, self._rows.values())]
        text = "\n".join("\t".join(" ".join(render(cell).split()) for cell in line) for line in lines)
        self.clipboard_clear()
        self.clipboard_append(text)
        self._below.say(texts.COPIED_LIST)


def _reason(row: sqlite3.Row) -> Reason | None:
    return reasons.read(row["reason_code"] or "", row["reason_values"] or "")


def _who(row: sqlite3.Row) -> str:
    """Give who needs to act about a file, one of `Who`; "" for nobody."""
    reason = _reason(row)
    return reason.who if reason else ""


def _line(row: sqlite3.Row) -> tuple[str, Message]:
    return formatting.path(row["file_name"]), texts.outcome(row["final_bucket"], _reason(row))


def _cells(row: sqlite3.Row) -> tuple[Message | str, ...]:
    reason, who = _reason(row) or "", _who(row)
    file = (formatting.path(row["file_name"]), texts.BUCKETS[row["final_bucket"]], reason, WHO[who] if who else "")
    answer = (texts.status(row["status"]), comment_for_people(row["comment"] or ""), row["sop_uid"] or "")
    return (*file, *answer, formatting.path(row["folder_path"]), row["reason_code"] or "")
