"""Step 5, Verify: ask the destination, study by study, which instances it has, and compare SOP Instance UIDs.

Several associations at a time, and a ladder of questions for each study: see `ladder`. What was answered is written at
once; after a stop or a failure it goes on with the studies that were not asked about.
"""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from typing import Sequence

from wizard.dicom.destination import Destination
from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.engine.query.session import QuerySession
from wizard.engine.verify import study_check
from wizard.errors import AssociationRejected
from wizard.manifest import copy_settings, proof, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import StudyProof

_AUTOMATIC = 4  # associations at most
_PATIENCE = 60.0  # seconds that a destination is waited for which has answered before


def run(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    study: int | None = None,
    seconds: float = 30,
) -> proof.ProofSummary:
    """Ask about everything that is expected, or of one study, and write down what is confirmed, missing or not checked.

    `seconds` may pass without an answer to a question.

    Raises
    ------
    DestinationError
        The destination cannot be asked, or not any more. What was answered before is kept.
    ManifestError, Stopped
    """
    with manifest.running("verify"):
        since, until = proof.round_before(manifest) if study is None else (0.0, 0.0)
        _Threads(manifest, destination, control, events, seconds).ask(
            list(proof.studies(manifest, study)), since, until
        )
    summary = proof.summary(manifest, study)
    if summary.not_checked:
        events.fact(Note(f"{summary.not_checked:,} images could not be checked."))
    return summary


class _Threads:
    """Several who ask, each on an association of its own, one study after the other."""

    def __init__(
        self, manifest: Manifest, destination: Destination, control: Control, events: Events, seconds: float
    ) -> None:
        self._manifest, self._destination, self._control, self._events = manifest, destination, control, events
        self._seconds = seconds
        self._lock = threading.Lock()
        self._studies: list[StudyProof] = []
        self._at_work = 0
        self._failure: BaseException | None = None
        self._progress = Progress("verify")
        self._started = time.monotonic()

    def ask(self, studies: Sequence[StudyProof], since: float, until: float) -> None:
        """Ask about those that were not asked about from `since` on and before `until`, in seconds since 1970.

        Raises
        ------
        DestinationError, ManifestError, Stopped
        """
        self._studies = [one for one in reversed(studies) if not since <= one.asked < until]
        total, waiting = (sum(one.expected for one in some) for some in (studies, self._studies))
        self._progress = Progress("verify", total - waiting, total - waiting, total)
        wanted = copy_settings.read(self._manifest).associations or _AUTOMATIC
        self._at_work = min(wanted, len(self._studies))
        crew = [threading.Thread(target=self._run, name=f"verify-{number}") for number in range(self._at_work)]
        for one in crew:
            one.start()
        for one in crew:
            one.join()
        if self._studies and self._failure is None:  # the last one that was refused gave its study back too late
            self._at_work = 1
            self._run()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        line = QuerySession(self._destination, self._control, self._seconds, self._wait)
        study: StudyProof | None = None
        try:
            with line:
                while True:
                    self._control.check()
                    study = self._next()
                    if study is None:
                        return
                    study_check.check(self._manifest, line, study)
                    line.patience = _PATIENCE
                    self._report(study)
        except BaseException as error:
            self._give_up(error, study)

    def _next(self) -> StudyProof | None:
        with self._lock:
            return self._studies.pop() if self._studies and self._failure is None else None

    def _give_up(self, error: BaseException, study: StudyProof | None) -> None:
        """One ends. That the destination takes no more associations at a time is no failure while others are there."""
        with self._lock:
            self._at_work -= 1
            if isinstance(error, AssociationRejected) and self._at_work and study is not None:
                self._studies.append(study)
            elif self._failure is None:
                self._failure = error

    def _report(self, study: StudyProof) -> None:
        words = tree.study_words(study.patient_name, study.date, study.description)
        with self._lock:
            seconds = time.monotonic() - self._started
            done = self._progress.done + study.expected
            self._progress = replace(self._progress, done=done, seconds=seconds, current=words)
            self._events.state(self._progress)

    def _wait(self, sentence: str) -> None:
        with self._lock:
            self._events.state(replace(self._progress, waiting=sentence))
