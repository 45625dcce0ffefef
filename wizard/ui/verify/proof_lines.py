"""The results of further proof on the page Verify: a sentence each, in the words of the report, and their failures."""

from __future__ import annotations

import itertools
import os
import sqlite3
from functools import partial
from tkinter import ttk
from typing import Callable, Iterator, NamedTuple

from wizard import reasons
from wizard.language import render
from wizard.language.message import NOTHING, Message, together
from wizard.manifest import commitments, old_studies, samples
from wizard.manifest.manifest import Manifest
from wizard.ui.shell.page import Page
from wizard.ui.verify import texts
from wizard.ui.widgets import formatting
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.lists import Paragraph
from wizard.vocabulary import ReadBack, Who

_SIGNS = {"good": "good", "open": "caution", "bad": "wrong"}


class Proved(NamedTuple):
    """The result of one kind of proof ("commitment", "read_back" or "old_list"), and whether there is more to show."""

    kind: str
    mark: str
    sentence: Message
    more: bool


def ask_proofs(manifest: Manifest) -> list[Proved]:
    """Read the result of each proof that was asked for. It may take a while, so a thread makes this call."""
    from wizard.report import proofs

    summaries = (commitments.summary(manifest), samples.summary(manifest), old_studies.summary(manifest))
    kinds = [kind for kind, summary in zip(_WRONG, summaries) if summary is not None]
    return [
        Proved(kind, *sentence, more=any(True for _ in _WRONG[kind](manifest)))
        for kind, sentence in zip(kinds, proofs.sentences(manifest))
    ]


def went_wrong(manifest: Manifest, kind: str, most: int) -> list[Paragraph]:
    """List the failures of one kind of proof and the images it could not check, `most` at most."""
    return list(itertools.islice(_WRONG[kind](manifest), most))


class ProofLines(ttk.Frame):
    """A line for each proof: a sign, the sentence, and a button where there is more to show.

    The button calls `show_more` with the kind of proof.
    """

    def __init__(self, page: Page, show_more: Callable[[str], None]) -> None:
        super().__init__(page, name="proofs")
        self._page, self._show_more = page, show_more
        self.columnconfigure(1, weight=1)

    def show(self, proved: list[Proved]) -> None:
        """Show these lines instead of the ones before."""
        px = self._page.px
        for child in self.winfo_children():
            child.destroy()
        for row, one in enumerate(proved):
            sign = ttk.Label(self, image=self._page.theme.icons.sign(_SIGNS[one.mark], 16))
            sign.grid(row=row, column=0, sticky="n", padx=(px(10), px(24)), pady=px(2))
            WrappedLabel(self, one.sentence, name=one.kind).grid(row=row, column=1, sticky="ew")
            if one.more:
                more = ttk.Button(self, name=f"show_{one.kind}", text=render(texts.SHOW), style="Quiet.TButton")
                more.configure(command=partial(self._show_more, one.kind))
                more.grid(row=row, column=2, sticky="n")
        if proved:
            self.grid()
        else:
            self.grid_remove()


def _not_committed(manifest: Manifest) -> Iterator[Paragraph]:
    for row in commitments.failures(manifest):
        yield _finding(row, commitments.reason(row["reason"]), Who.PACS_ADMINISTRATOR)


def _not_identical(manifest: Manifest) -> Iterator[Paragraph]:
    for row in samples.results(manifest):
        if row["result"] != ReadBack.IDENTICAL:
            reason = reasons.read(row["reason_code"] or "", row["reason_values"] or "")
            sentence = together(texts.read_back(row["result"], reason), reason.next_step if reason else NOTHING)
            yield _finding(row, sentence, reason.who if reason else "", row["reason_code"] or "")


def _finding(row: sqlite3.Row, sentence: Message, who: str, code: str = "") -> Paragraph:
    path = formatting.path(os.path.join(row["folder_path"], row["file_name"]))
    details = texts.file_details(path, None, "", row["sop_uid"] or "", code)
    return Paragraph(formatting.path(row["file_name"]), sentence, who, details=details)


def _listed_otherwise(manifest: Manifest) -> Iterator[Paragraph]:
    for row in old_studies.differences(manifest):
        lead: Message | str = row["accession"] or row["study_uid"]
        if row["patient_name"] is not None:
            lead = texts.patient_and_day(row["patient_name"], row["study_date"])
        search = texts.SEARCHES.get(row["what"], NOTHING)
        sentence = together(texts.listed(row["what"], row["listed"], row["images"]), search)
        details = texts.study_details(row["study_uid"], row["accession"], row["line"])
        yield Paragraph(lead, sentence, Who.YOU if search else "", details=details)


_WRONG: dict[str, Callable[[Manifest], Iterator[Paragraph]]] = {
    "commitment": _not_committed,
    "read_back": _not_identical,
    "old_list": _listed_otherwise,
}
