"""Step 5, Verify: the result, each study with its proof, the images that were not found, and further proof."""

from __future__ import annotations

import itertools
import os
import sqlite3
from tkinter import ttk
from typing import TYPE_CHECKING, Any, Callable, NamedTuple

from wizard import reasons
from wizard.engine.events import Events, Finished, Progress
from wizard.engine.job import Control, Work
from wizard.language import render
from wizard.language.message import Message, together
from wizard.manifest import proof, queue
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.frame import Heading
from wizard.ui.shell.page import Help, Page
from wizard.ui.verify import texts
from wizard.ui.verify.countdown import Countdown
from wizard.ui.verify.more_proof import MoreProofPanel
from wizard.ui.verify.not_found import NotFoundList
from wizard.ui.verify.proof_lines import ProofLines, Proved, ask_proofs, went_wrong
from wizard.ui.widgets import formatting
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.lists import Listing, Paragraph
from wizard.ui.widgets.result_view import ResultView, ask_result
from wizard.ui.widgets.widths import Column
from wizard.vocabulary import Result

if TYPE_CHECKING:
    from wizard.manifest.proof import ProofSummary, StudyProof
    from wizard.report.verdict import Verdict

SHOWN = 1000  # studies in the list, those that need a look first; the report has them all
LATER = 600.0  # seconds until it is checked again: some PACS need a while before they name images they have stored
_TAGS = {Result.MATCH: "good", Result.MISMATCH: "wrong", Result.NOT_CHECKED: "caution"}
_FIRST = {Result.MISMATCH: 0, Result.NOT_CHECKED: 1, Result.MATCH: 2}
_COLUMNS = (
    {"width": 104},
    {"width": 110, "stretch": True},
    {"width": 170, "stretch": True},
    {"width": 64, "anchor": "e"},
    {"width": 66, "anchor": "e"},
    {"width": 48, "anchor": "e", "optional": True},
    {"width": 84, "anchor": "e", "optional": True},
    {"width": 128, "stretch": True},
)


class _Result(NamedTuple):
    """The results that the page shows; `again`: some images can be copied once more."""

    overall: Verdict
    studies: list[StudyProof]
    proved: list[Proved]
    again: bool


class VerifyPage(Page):
    step = "verify"

    @staticmethod
    def heading() -> Heading:
        return Heading(*texts.VERIFY, texts.VERIFY_PROMISE)

    @staticmethod
    def help() -> Help:
        return texts.HELP

    def build(self) -> None:
        px, theme = self.px, self.theme
        self._proofs: dict[str, StudyProof] = {}
        self._wanted = ""  # the kind of proof whose failures are shown as soon as they are known
        self.rowconfigure(3, weight=3)
        self.rowconfigure(5, weight=2)
        self._result = ResultView(self, theme)
        self._result.grid(row=0, sticky="ew")
        self._build_progress()
        self.notice.place_in(row=2, sticky="ew", pady=(px(8), 0))
        columns: list[Column] = []
        for index, (heading, options) in enumerate(zip(texts.STUDY_COLUMNS, _COLUMNS)):
            given: Any = options
            columns.append(Column(str(index), heading, **given))
        self._studies = Listing(self, theme, "studies", columns, height=3)
        self._studies.grid(row=3, sticky="nsew", pady=(px(10), 0))
        self._studies.on_choice(self._show_study)
        self._lines = ProofLines(self, self._show_wrong)
        self._lines.grid(row=4, sticky="ew", pady=(px(6), 0))
        self._lines.show([])
        self._reasons = NotFoundList(self)
        self._reasons.grid(row=5, sticky="nsew", pady=(px(8), 0))
        self._build_buttons()
        self._later = Countdown(self, self._start, self._give_up_waiting)

    def _build_progress(self) -> None:
        self._progress = ttk.Frame(self)
        self._progress.grid(row=1, sticky="ew", pady=(self.px(10), 0))
        self._progress.columnconfigure(0, weight=1)
        self._bar = ttk.Progressbar(self._progress, maximum=1.0)
        self._bar.grid(row=0, sticky="ew")
        self._far = WrappedLabel(self._progress, style="Lead.TLabel", name="so_far")
        self._far.grid(row=1, sticky="ew", pady=(self.px(4), 0))
        self._progress.grid_remove()

    def _build_buttons(self) -> None:
        row = ttk.Frame(self)
        row.grid(row=6, sticky="w", pady=(self.px(6), 0))
        self._buttons: dict[str, ttk.Button] = {}
        for name, text, command in (
            ("copy_missing", texts.COPY_MISSING, self._on_copy_missing),
            ("check_again", texts.CHECK_AGAIN, self._start),
            ("check_later", texts.CHECK_LATER, self._check_later),
        ):
            button = ttk.Button(row, name=name, text=render(text), style="Quiet.TButton", command=command)
            button.grid(row=0, column=len(self._buttons))
            self._buttons[name] = button
        more = ttk.Button(self._result, name="more_proof", text=render(texts.MORE_PROOF), style="Quiet.TButton")
        more.configure(command=self._open_more_proof)
        more.grid(row=0, column=2, sticky="ne")
        self._buttons["more_proof"] = more
        self._more = MoreProofPanel(self, self._buttons["more_proof"], self._run)
        self._offer()

    def _offer(self, *names: str) -> None:
        """Show these buttons, and no others."""
        for name, button in self._buttons.items():
            if name in names:
                button.grid()
            else:
                button.grid_remove()

    def enter(self, begin: bool) -> None:
        self.window.frame.forward.focus_set()
        if begin or not self.shared.verified:
            self._start()
        else:
            self._show()

    def leave(self) -> None:
        self._later.end()
        self._more.close()

    # Asking

    def _start(self) -> None:
        if self.window.busy:
            return
        manifest, destination = self.manifest, self.shared.destination
        assert destination is not None
        target = destination

        def work(control: Control, events: Events) -> ProofSummary:
            from wizard.engine import verify

            return verify.run(manifest, target, control, events)

        self._proofs = {}
        self._studies.fill([])
        self._reasons.clear()
        self._lines.show([])
        self._result.wait(shell_texts.ASKING)
        self._run("verify", work)

    def _run(self, step: str, work: Work) -> None:
        """Start one of the jobs of this page."""
        if self.window.busy:
            return
        self._later.end()
        self._more.close()
        self.notice.hide()
        self._offer()
        self._wanted = "" if step == "verify" else step
        self._bar.configure(value=0)
        self._far.say(texts.RUNNING[step])
        self._progress.grid()
        self.window.start(step, work, self)

    def progressed(self, progress: Progress) -> None:
        if progress.total:
            self._bar.configure(value=progress.done / progress.total)
        far = texts.running(progress.step, progress.done, progress.total, progress.rate)
        self._far.say(progress.waiting or far)

    def finished(self, finished: Finished) -> None:
        self._progress.grid_remove()
        verifying = finished.step == "verify"
        again = (shell_texts.TRY_AGAIN, self._start if verifying else self._open_more_proof)
        if finished.outcome == "stopped":
            self.notice.tell("caution", shell_texts.STOPPED, again)
        elif finished.error is not None:
            self.notice.fail(finished.error, again)
        elif verifying:
            self.shared.verified = True
        self._show()

    def _check_later(self) -> None:
        if not self.window.busy:
            self._offer("copy_missing" if self._buttons["copy_missing"].winfo_manager() else "", "more_proof")
            self._later.begin(LATER)

    def _give_up_waiting(self) -> None:
        self._show()
        self.window.frame.forward.focus_set()

    def _open_more_proof(self) -> None:
        if not self.window.busy:
            self._more.begin()

    def _on_copy_missing(self) -> None:
        if self.window.busy:
            return
        manifest = self.manifest

        def question() -> None:
            queue.retry_missing(manifest)
            queue.retry_failed(manifest)

        self.window.ask(question, lambda _: self.window.turn_to(self.window.now - 1, begin=True))

    # The results

    def _show(self) -> None:
        manifest = self.manifest

        def question() -> _Result:
            worst_first = sorted(proof.studies(manifest), key=lambda one: _FIRST[one.result])[:SHOWN]
            return _Result(ask_result(manifest), worst_first, ask_proofs(manifest), queue.may_be_copied_again(manifest))

        self.window.ask(question, self._show_result, "proofs")

    def _show_result(self, result: _Result) -> None:
        self._result.show(result.overall)
        self._lines.show(result.proved)
        open_ones = any(one.result != Result.MATCH for one in result.studies)
        self._offer(
            "check_again",
            "more_proof",
            "copy_missing" if result.again else "",
            "check_later" if open_ones else "",
        )
        self._proofs = {str(one.study): one for one in result.studies}
        rows, tags = [_row(one) for one in result.studies], [_TAGS[one.result] for one in result.studies]
        self._studies.fill(rows, tags, list(self._proofs))
        if any(one.kind == self._wanted and one.more for one in result.proved):
            self._show_wrong(self._wanted)
        elif result.studies:
            chosen = self._studies.chosen
            self._studies.choose(chosen if chosen in self._proofs else str(result.studies[0].study))
        self._wanted = ""

    def _show_study(self, key: str) -> None:
        one, manifest = self._proofs[key], self.manifest

        def question() -> list[Paragraph]:
            return [_finding(row) for row in itertools.islice(proof.not_arrived(manifest, one.study), SHOWN)]

        def show(found: list[Paragraph]) -> None:
            heading = texts.study_heading(one.patient_name, one.date, one.expected, one.missing, one.not_checked)
            details = texts.study_details(one.study_uid, one.accession, None)
            means = Paragraph(*texts.grade_means(one.grade, one.extra), details=details)
            remarks = [Paragraph("", together(remark, remark.next_step), remark.who) for remark in one.remarks]
            self._reasons.show(heading, [*found, means, *remarks])

        self._ask_reasons(question, show)

    def _show_wrong(self, kind: str) -> None:
        """List the failures of a further proof, instead of a study."""
        manifest = self.manifest
        self._studies.rows.selection_set()

        def show(found: list[Paragraph]) -> None:
            self._reasons.show(texts.WENT_WRONG[kind], found)

        self._ask_reasons(lambda: went_wrong(manifest, kind, SHOWN), show)

    def _ask_reasons(self, question: Callable[[], list[Paragraph]], show: Callable[[list[Paragraph]], None]) -> None:
        self.window.ask(question, show, "reasons")


def _row(one: StudyProof) -> tuple[Message | str, ...]:
    study = (render(formatting.date(one.date)), one.modalities, one.description)
    return (
        texts.STUDY_RESULTS[one.result],
        one.patient_name or shell_texts.NO_NAME,
        "  ".join(part for part in study if part),
        texts.found(one.found, one.expected),
        texts.missing(one.missing, one.not_checked),
        formatting.number(one.extra),
        formatting.number(one.not_checked),
        texts.grade(one.grade),
    )


def _finding(row: sqlite3.Row) -> Paragraph:
    """Make the paragraph of an image that is not confirmed; "Details" shows the last answer about it."""
    bucket, named = row["bucket"], row["named"]
    reason = reasons.read(row["reason_code"] or "", row["reason_values"] or "")
    path = formatting.path(os.path.join(row["folder_path"], row["file_name"]))
    code, comment = row["reason_code"] or "", row["comment"] or ""
    return Paragraph(
        formatting.path(row["file_name"]),
        together(texts.why_not(bucket, reason, named), texts.next_step(bucket, reason, named)),
        texts.who_acts(bucket, reason),
        details=texts.file_details(path, row["status"], comment, row["sop_uid"], code),
    )
