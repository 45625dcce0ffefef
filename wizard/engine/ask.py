"""What may or may not have arrived is asked about, by SOP Instance UID, before anything is sent again."""

from __future__ import annotations

import sqlite3
import time
from typing import Callable

from wizard.dicom import query, status
from wizard.dicom.destination import Destination
from wizard.engine.events import Events, Note
from wizard.engine.job import Control
from wizard.errors import (
    PACS_ADMINISTRATOR,
    AssociationRejected,
    DestinationError,
    NameNotResolved,
    NoContext,
    Unreachable,
)
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Outcome

MOST_TRIES = 3
_MOST_BLIND_TRIES = 2  # where asking is impossible: sent once more, and said so
_AGAIN = "no valid answer came when it was sent, and the new PACS did not name it when asked"
_DUPLICATE = 0x0111
_PAGE = 100
_MOST_LOSSES = 3  # associations in a row that ended without an answer
_LONGEST_PAUSE = 60.0  # seconds


def resolve_unknown(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    seconds: float,
    tell: Callable[[str], None] | None = None,
    afresh: bool = False,
) -> int:
    """Ask about every unknown entry; returns how many go back into the queue.

    `seconds` are those that may pass without an answer. A destination that is away is waited for if there is somebody
    to `tell` why. What cannot be asked about is sent once more and not again, unless a person wants it `afresh`.

    Raises
    ------
    DestinationError
        It is away.
    ManifestError, Stopped
    """
    asked = _Asker(destination, control, seconds, tell)
    outcomes: list[Outcome] = []
    again = 0
    try:
        for row in queue.unknown(manifest):
            control.check()
            outcome = _outcome(row, asked.has(row), afresh)
            again += outcome.bucket == "pending"
            outcomes.append(outcome)
            if len(outcomes) >= _PAGE:
                _write(manifest, outcomes)
    finally:
        asked.close()
        _write(manifest, outcomes)
    if asked.trouble and again:
        events.fact(
            Note(
                "The new PACS could not be asked which of the last images arrived. They are sent once more; "
                "it keeps one of each.",
                asked.trouble,
            )
        )
    return again


class _Asker:
    """Questions on one association after another; once several in a row were lost, nothing more is asked.

    `trouble` says why something could not be asked.
    """

    def __init__(
        self, destination: Destination, control: Control, seconds: float, tell: Callable[[str], None] | None
    ) -> None:
        self._destination, self._control, self._seconds, self._tell = destination, control, seconds, tell
        self._query: query.Query | None = None
        self._losses = 0
        self.trouble = ""

    def has(self, row: sqlite3.Row) -> bool | None:
        """Whether the destination names this instance; None when it could not be asked."""
        there = self._named(row["sop_uid"], StudyInstanceUID=row["study_uid"], SeriesInstanceUID=row["series_uid"])
        if there is False:  # it may have put it into another study
            return bool(self._named(row["sop_uid"], StudyInstanceUID=""))
        return there

    def close(self) -> None:
        if self._query is not None:
            self._query.close()
            self._query = None

    def _named(self, sop_uid: str, **keys: str) -> bool | None:
        found = self._find({**keys, "SOPInstanceUID": sop_uid})
        if found is None:
            return None
        if found.status != status.SUCCESS:
            self.trouble = self.trouble or f"C-FIND status {found.status:04X}"
            return None
        return any(answer["SOPInstanceUID"] == sop_uid for answer in found.answers)

    def _find(self, keys: dict[str, str]) -> query.Found | None:
        failures = 0
        while self._losses < _MOST_LOSSES:
            try:
                if self._query is None:
                    self._query = query.Query(self._destination, seconds=self._seconds)
                with self._control.closing(self._query.kill):
                    found = self._query.find("IMAGE", keys, ["SOPInstanceUID"])
            except (NameNotResolved, Unreachable, AssociationRejected) as error:  # it is away
                self._query = None
                if self._tell is None:
                    raise
                failures += 1
                self._wait(error, min(_LONGEST_PAUSE, 0.5 * 2**failures))
            except DestinationError as error:
                self.close()
                self._losses += _MOST_LOSSES if isinstance(error, NoContext) else 1
                self.trouble = error.sentence
            else:
                self._losses = 0
                return found
        return None

    def _wait(self, error: DestinationError, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            assert self._tell is not None
            self._tell(f"{error.sentence} Waiting, and trying again by itself.")
            self._control.wait(0.1)


def _outcome(row: sqlite3.Row, there: bool | None, afresh: bool) -> Outcome:
    entry = row["id"]
    if there:
        if row["status"] == _DUPLICATE:
            reason = "the new PACS said that it already has this image, and named it when asked"
            return Outcome("already_there", reason, "", None, entry)
        reason = "no valid answer came when it was sent; the new PACS named it when asked afterwards"
        return Outcome("copied", reason, "", None, entry)
    if there is None:
        if afresh or row["attempts"] < _MOST_BLIND_TRIES:
            return Outcome("pending", _AGAIN, "", None, entry)
        reason = "no valid answer came, and the new PACS could not be asked whether it arrived"
        return Outcome("unknown", reason, PACS_ADMINISTRATOR, None, entry)
    if row["tries"] < MOST_TRIES:
        return Outcome("pending", _AGAIN, "", None, entry)
    reason = f"sent {row['tries']} times without a valid answer, and the new PACS does not have it"
    return Outcome("refused", reason, PACS_ADMINISTRATOR, None, entry)


def _write(manifest: Manifest, outcomes: list[Outcome]) -> None:
    with manifest.writing() as db:
        queue.record(db, outcomes, [])
    outcomes.clear()
