"""Step 5, Verify: query the destination, study by study, for its instances, and compare SOP Instance UIDs.

Several associations are used at a time; `study_check` has the queries for each study. Answers are written at once;
after a stop or a failure a verification is resumed with the studies that were not queried.
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
from wizard.language.message import Message
from wizard.manifest import copy_settings, proof, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import StudyProof
from wizard.reasons import WHO
from wizard.vocabulary import Who

_AUTOMATIC = 4  # associations at most
_RETRY_SECONDS = 60.0  # for a destination that has answered before and does not any more


def run(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    study: int | None = None,
    seconds: float = 30,
) -> proof.ProofSummary:
    """Query all expected instances, or those of one study, and write which are confirmed, missing or not checked.

    A query fails when `seconds` pass without an answer.

    Raises
    ------
    DestinationError
        The destination cannot be queried, or not any more. The answers before are kept.
    ManifestError, Stopped
    """
    with manifest.running("verify"):
        since, until = proof.round_before(manifest) if study is None else (0.0, 0.0)
        _Threads(manifest, destination, control, events, seconds).query(
            list(proof.studies(manifest, study)), since, until
        )
    summary = proof.summary(manifest, study)
    if summary.not_checked:
        events.fact(
            Note(
                Message(
                    "{n} image was not checked: the new PACS gave no usable answer. Action by: {who}. Ask them to "
                    "allow queries for single images (C-FIND, IMAGE level), then verify again.",
                    "{n} images were not checked: the new PACS gave no usable answer. Action by: {who}. Ask them to "
                    "allow queries for single images (C-FIND, IMAGE level), then verify again.",
                    n=summary.not_checked,
                    who=WHO[Who.PACS_ADMINISTRATOR],
                )
            )
        )
    return summary


class _Threads:
    """Threads that query one study after the other, each on an association of its own."""

    def __init__(
        self, manifest: Manifest, destination: Destination, control: Control, events: Events, seconds: float
    ) -> None:
        self._manifest, self._destination, self._control, self._events = manifest, destination, control, events
        self._seconds = seconds
        self._lock = threading.Lock()
        self._studies: list[StudyProof] = []
        self._working = 0
        self._failure: BaseException | None = None
        self._progress = Progress("verify")
        self._started = time.monotonic()

    def query(self, studies: Sequence[StudyProof], since: float, until: float) -> None:
        """Query the studies that were not queried from `since` on and before `until`, in seconds since 1970.

        Raises
        ------
        DestinationError, ManifestError, Stopped
        """
        self._studies = [one for one in reversed(studies) if not since <= one.asked < until]
        total, waiting = (sum(one.expected for one in some) for some in (studies, self._studies))
        self._progress = Progress("verify", total - waiting, total - waiting, total)
        wanted = copy_settings.read(self._manifest).associations or _AUTOMATIC
        self._working = min(wanted, len(self._studies))
        threads = [threading.Thread(target=self._run, name=f"verify-{number}") for number in range(self._working)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self._studies and self._failure is None:  # given back by a refused thread after the others
            self._working = 1
            self._run()
        if self._failure is not None:
            raise self._failure

    def _run(self) -> None:
        session = QuerySession(self._destination, self._control, self._seconds, self._wait)
        study: StudyProof | None = None
        try:
            with session:
                while True:
                    self._control.check()
                    study = self._next()
                    if study is None:
                        return
                    study_check.check(self._manifest, session, study)
                    session.patience = _RETRY_SECONDS
                    self._report(study)
        except BaseException as error:
            self._give_up(error, study)

    def _next(self) -> StudyProof | None:
        with self._lock:
            return self._studies.pop() if self._studies and self._failure is None else None

    def _give_up(self, error: BaseException, study: StudyProof | None) -> None:
        """End one thread. It is no failure that the destination accepts no more associations, while others are open."""
        with self._lock:
            self._working -= 1
            if isinstance(error, AssociationRejected) and self._working and study is not None:
                self._studies.append(study)
            elif self._failure is None:
                self._failure = error

    def _report(self, study: StudyProof) -> None:
        name = tree.study_words(study.patient_name, study.date, study.description)
        with self._lock:
            seconds = time.monotonic() - self._started
            done = self._progress.done + study.expected
            self._progress = replace(self._progress, done=done, seconds=seconds, current=name)
            self._events.state(self._progress)

    def _wait(self, sentence: Message) -> None:
        with self._lock:
            self._events.state(replace(self._progress, waiting=sentence))
