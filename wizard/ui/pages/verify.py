"""Step 5, Verify: the verdict, each study with its proof, and what did not arrive."""

from __future__ import annotations

import itertools
import sqlite3
from tkinter import ttk
from typing import TYPE_CHECKING

from wizard.engine.events import Events, Finished, Progress
from wizard.engine.job import Control
from wizard.manifest import proof, queue
from wizard.manifest.manifest import Manifest
from wizard.ui import texts, words
from wizard.ui.frame import Heading
from wizard.ui.lists import Column, Finding, Findings, Listing
from wizard.ui.pages.base import Page
from wizard.ui.verdict import VerdictView, ask_verdict
from wizard.ui.widgets import Words

if TYPE_CHECKING:
    from wizard.manifest.proof import StudyProof, Summary
    from wizard.report.verdict import Verdict

SHOWN = 1000  # studies in the list, those that need a look first; the report has them all
_TAGS = {"MATCH": "good", "MISMATCH": "wrong", "NOT CHECKED": "caution"}
_SENT = ("copied", "copied_with_remark", "already_there")
_FIRST = {"MISMATCH": 0, "NOT CHECKED": 1, "MATCH": 2}


class VerifyPage(Page):
    step = "verify"
    heading = Heading(*texts.VERIFY, texts.VERIFY_PROMISE)

    def build(self) -> None:
        px, theme = self.px, self.theme
        self._proofs: dict[str, StudyProof] = {}
        self.rowconfigure(3, weight=2)
        self.rowconfigure(5, weight=1)
        self._verdict = VerdictView(self, theme)
        self._verdict.grid(row=0, sticky="ew")
        self._bar = ttk.Progressbar(self, maximum=1.0)
        self._bar.grid(row=1, sticky="ew", pady=(px(10), 0))
        self._bar.grid_remove()
        self.notice.place_in(row=2, sticky="ew", pady=(px(10), 0))
        widths = ((100, "w"), (120, "w"), (190, "w"), (64, "e"), (60, "e"), (48, "e"), (122, "w"))
        columns = [
            Column(str(n), heading, width, side, stretch=n in (1, 2))
            for n, (heading, (width, side)) in enumerate(zip(texts.STUDY_COLUMNS, widths))
        ]
        self._studies = Listing(self, theme, "studies", columns, height=4)
        self._studies.grid(row=3, sticky="nsew", pady=(px(12), 0))
        self._studies.on_choice(self._show_not_arrived)
        self._arrived_heading = Words(self, texts.ARRIVED_HEADING, "Strong.TLabel")
        self._arrived_heading.grid(row=4, sticky="ew", pady=(px(10), 0))
        self._not_arrived = Findings(self, theme, "not_arrived", height=3)
        self._not_arrived.grid(row=5, sticky="nsew", pady=(px(4), 0))
        self._build_buttons()

    def _build_buttons(self) -> None:
        row = ttk.Frame(self)
        row.grid(row=6, sticky="w", pady=(self.px(6), 0))
        self._again = ttk.Button(
            row, name="check_again", text=texts.CHECK_AGAIN, style="Quiet.TButton", command=self._start
        )
        self._again.grid(row=0, column=0)
        self._copy_missing = ttk.Button(
            row, name="copy_missing", text=texts.COPY_MISSING, style="Quiet.TButton", command=self._on_copy_missing
        )
        self._copy_missing.grid(row=0, column=1)
        self._copy_missing.grid_remove()

    def enter(self, begin: bool) -> None:
        self.app.frame.forward.focus_set()
        if begin or not self.shared.verified:
            self._start()
        else:
            self._show()

    def _start(self) -> None:
        if self.app.busy:
            return
        manifest, destination = self.manifest, self.shared.destination
        assert destination is not None
        target = destination
        self.notice.hide()
        self._studies.fill([])
        self._not_arrived.fill([])
        self._copy_missing.grid_remove()
        self._verdict.wait(texts.ASKING)
        self._bar.configure(value=0)
        self._bar.grid()

        def work(control: Control, events: Events) -> Summary:
            from wizard.engine import verify

            return verify.run(manifest, target, control, events)

        self.app.start("verify", work, self)

    def progressed(self, progress: Progress) -> None:
        if progress.total:
            self._bar.configure(value=progress.done / progress.total)

    def finished(self, finished: Finished) -> None:
        self._bar.grid_remove()
        if finished.outcome == "stopped":
            self.notice.tell("caution", texts.STOPPED, (texts.CHECK_AGAIN, self._start))
        elif finished.error is not None:
            self.notice.fail(finished.error, (texts.CHECK_AGAIN, self._start))
        else:
            self.shared.verified = True
        self._show()

    def _on_copy_missing(self) -> None:
        if self.app.busy:
            return
        manifest = self.manifest

        def question() -> None:
            queue.retry_missing(manifest)
            queue.retry_failed(manifest)

        self.app.ask(question, lambda _: self.app.turn_to(self.app.now - 1, begin=True))

    # What came of it

    def _show(self) -> None:
        manifest = self.manifest

        def question() -> tuple[Verdict, list[StudyProof], bool]:
            worst_first = sorted(proof.studies(manifest), key=lambda one: _FIRST[one.verdict])[:SHOWN]
            return ask_verdict(manifest), worst_first, any(_can_go_again(manifest, one) for one in worst_first)

        self.app.ask(question, self._show_proofs, "proofs")

    def _show_proofs(self, answer: tuple[Verdict, list[StudyProof], bool]) -> None:
        verdict, proofs, again = answer
        self._verdict.show(verdict)
        self._proofs = {str(one.study): one for one in proofs}
        self._studies.fill([_row(one) for one in proofs], [_TAGS[one.verdict] for one in proofs], list(self._proofs))
        if again:
            self._copy_missing.grid()
        if proofs:
            self._studies.choose(str(proofs[0].study))

    def _show_not_arrived(self, key: str) -> None:
        one = self._proofs[key]
        manifest = self.manifest
        self._arrived_heading.say(texts.not_arrived(one.patient_name or texts.NO_NAME, words.date(one.date)))

        def question() -> list[Finding]:
            return [_finding(row) for row in itertools.islice(proof.not_arrived(manifest, one.study), SHOWN)]

        def show(found: list[Finding]) -> None:
            self._not_arrived.fill(found or [Finding("", texts.ALL_ARRIVED)])

        self.app.ask(question, show, "not arrived")


def _row(one: StudyProof) -> tuple[str, ...]:
    return (
        one.verdict,
        one.patient_name or texts.NO_NAME,
        _study_words(one),
        texts.found(one.found, one.expected),
        words.number(one.missing),
        words.number(one.extra),
        proof.GRADES[one.grade],
    )


def _can_go_again(manifest: Manifest, one: StudyProof) -> bool:
    """Whether something of this study that is missing can be sent once more."""
    return one.missing > 0 and any(
        row["bucket"] in ("refused", "unknown") or (row["bucket"] in _SENT and row["named"] == 0)
        for row in proof.not_arrived(manifest, one.study)
    )


def _study_words(one: StudyProof) -> str:
    return "  ".join(part for part in (words.date(one.date), one.modalities, one.description) if part)


def _finding(row: sqlite3.Row) -> Finding:
    why = row["reason"] or (texts.NOT_NAMED if row["named"] == 0 else texts.NOT_ASKED)
    return Finding(words.path(row["file_name"]), why, row["who"])
