"""Queries images that may or may not have arrived, by SOP Instance UID, before they are sent again."""

from __future__ import annotations

import math
import sqlite3
from typing import Callable

from wizard.dicom import status
from wizard.dicom.destination import Destination
from wizard.engine.events import Events, Note
from wizard.engine.job import Control
from wizard.engine.query.session import QuerySession
from wizard.errors import (
    AssociationRejected,
    DestinationError,
    NameNotResolved,
    Unreachable,
)
from wizard.language.message import Message
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Outcome
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

MOST_TRIES = 3
_MOST_BLIND_TRIES = 2  # where no query is possible: sent once more, and a note says so
_DUPLICATE = 0x0111
_PAGE = 100


def resolve_unknown(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    seconds: float,
    tell: Callable[[Message], None] | None = None,
    afresh: bool = False,
) -> int:
    """Query every unknown entry; returns how many go back into the queue.

    `seconds` may pass without an answer. A destination that is away is waited for if there is a `tell` that takes the
    reason. An image that cannot be queried is sent once more and not again, unless a person wants it `afresh`.

    Raises
    ------
    DestinationError
        The destination is away.
    ManifestError, Stopped
    """
    queries = _Queries(destination, control, seconds, tell)
    outcomes: list[Outcome] = []
    again = 0
    try:
        for row in queue.unknown(manifest):
            control.check()
            outcome = _outcome(row, queries.has(row), afresh)
            again += outcome.bucket == Bucket.PENDING
            outcomes.append(outcome)
            if len(outcomes) >= _PAGE:
                _write(manifest, outcomes)
    finally:
        queries.close()
        _write(manifest, outcomes)
    if queries.trouble and again:
        events.fact(
            Note(
                Message(
                    "No query was possible to find out which of the last images arrived. They are copied once more, "
                    "with unchanged UIDs."
                ),
                queries.trouble,
            )
        )
    return again


class _Queries:
    """Queries for one instance each; once the destination cannot be queried, no query follows.

    `trouble` says why there was no usable answer about an image.
    """

    def __init__(
        self, destination: Destination, control: Control, seconds: float, tell: Callable[[Message], None] | None
    ) -> None:
        self._lost = False
        self._session = QuerySession(destination, control, seconds, tell or (lambda sentence: None))
        self._session.patience = math.inf if tell else 0.0
        self.close = self._session.close
        self._failure = self.trouble = ""

    def has(self, row: sqlite3.Row) -> bool | None:
        """Whether the destination names this instance; None without a valid answer."""
        there = self._named(row["sop_uid"], StudyInstanceUID=row["study_uid"], SeriesInstanceUID=row["series_uid"])
        if there is False:  # it may have put it into another study
            return bool(self._named(row["sop_uid"], StudyInstanceUID=""))
        if there is None:
            self.trouble = self.trouble or self._failure
        return there

    def _named(self, sop_uid: str, **keys: str) -> bool | None:
        if self._lost:
            return None
        try:
            found = self._session.find("IMAGE", {**keys, "SOPInstanceUID": sop_uid}, ["SOPInstanceUID"])
        except (NameNotResolved, Unreachable, AssociationRejected):  # it is away, and nobody waits for it
            raise
        except DestinationError as error:
            self._lost, self._failure = True, str(error.sentence)
            return None
        if found is None or found.status != status.SUCCESS:
            self._failure = "no answer" if found is None else f"C-FIND status {found.status:04X}"
            return None
        return any(answer["SOPInstanceUID"] == sop_uid for answer in found.answers)


def _outcome(row: sqlite3.Row, there: bool | None, afresh: bool) -> Outcome:
    entry = row["id"]
    if there:
        if row["status"] == _DUPLICATE:
            return _because(Reason("said_and_found"), entry)
        return _because(Reason("found_afterwards"), entry)
    if there is None:
        if afresh or row["attempts"] < _MOST_BLIND_TRIES:
            return _because(Reason("again_without_query"), entry)
        return _because(Reason("no_response_no_query"), entry)
    if row["tries"] < MOST_TRIES:
        return _because(Reason("again_after_query"), entry)
    return _because(Reason("not_found_after_tries", n=row["tries"]), entry)


def _because(reason: Reason, entry: int) -> Outcome:
    return Outcome(Bucket(reason.outcome), reason, None, entry)


def _write(manifest: Manifest, outcomes: list[Outcome]) -> None:
    with manifest.writing() as db:
        queue.record(db, outcomes, [])
    outcomes.clear()
