"""Counts the outcomes of a copy for the screen, and keeps them until the next transaction writes them."""

from __future__ import annotations

import sqlite3
import time
from typing import Sequence

from wizard.dicom.contexts import PresentationKind
from wizard.engine.copy.sending.messages import Negotiated, Sent
from wizard.engine.events import Events, Progress
from wizard.language.message import Message
from wizard.manifest import ledger, queue
from wizard.manifest.buckets import ANSWERED, WAITING
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome, Ticket
from wizard.vocabulary import Bucket

_EVERY = 0.1  # seconds between two reports


class CopyProgress:
    """The figures and the unwritten outcomes of one run.

    Attributes
    ----------
    files : int
        How many files have been answered.
    current, study
        The study that is being sent, in words and as a row number.
    bytes_before : int
        Bytes that earlier rounds have sent.
    """

    def __init__(self, manifest: Manifest, events: Events, study: int | None) -> None:
        self._events = events
        buckets = ledger.balance(manifest).buckets
        self._counts = dict(buckets)
        self._before = sum(buckets[name] for name in ANSWERED)
        self._total = self._before + sum(buckets[name] for name in WAITING)
        self._bytes_total = queue.waiting(manifest, study=study)[1]
        self._started = time.monotonic()
        self._reported = 0.0
        self._outcomes: list[Outcome] = []
        self._attempts: list[Attempt] = []
        self._unsent: list[Ticket] = []
        self._counted: list[int] = []
        self._kinds: dict[PresentationKind, int] = {}
        self.bytes_before = 0
        self.files = 0
        self.study = 0
        self.current = ""

    def recount(self, manifest: Manifest) -> None:
        """Read the counts again, after something else has written to the manifest."""
        self._counts = dict(ledger.balance(manifest).buckets)

    def sent(self, sent: Sent, outcome: Outcome) -> None:
        """Count the outcome of a file, for good or for now."""
        self._outcomes.append(outcome)
        if sent.attempt is not None:
            self._attempts.append(sent.attempt)
        self.files += 1
        self._counts[Bucket.PENDING] -= 1
        self._counts[outcome.bucket] += 1

    def unsent(self, tickets: Sequence[Ticket]) -> None:
        self._unsent.extend(tickets)

    def count_failures(self, entries: Sequence[int]) -> None:
        self._counted.extend(entries)

    def negotiated(self, answer: Negotiated) -> None:
        self._kinds.update(dict.fromkeys(answer.accepted, 0))
        self._kinds.update(zip(answer.refused, answer.results))

    def write(self, db: sqlite3.Connection) -> None:
        """Write the outcomes since the last time."""
        queue.record(db, self._outcomes, self._attempts)
        queue.count_failures(db, self._counted)
        queue.give_back(db, self._unsent)
        for (sop_class, syntax), result in self._kinds.items():
            queue.negotiated(db, sop_class, syntax, result)
        self._outcomes, self._attempts, self._unsent, self._counted, self._kinds = [], [], [], [], {}

    def report(self, waiting: Message, bytes_sent: int, last: bool = False) -> None:
        """Report the progress, ten times a second, and at the end of a round."""
        now = time.monotonic()
        if now - self._reported < _EVERY and not last:
            return
        self._reported = now
        left = sum(self._counts[name] for name in WAITING)
        self._events.state(
            Progress(
                "copy",
                done=max(self._before, self._total - left),
                done_before=self._before,
                total=self._total,
                bytes_done=bytes_sent,
                bytes_total=max(self._bytes_total, bytes_sent),
                seconds=now - self._started,
                current=self.current,
                waiting=waiting,
                counts=dict(self._counts),
            )
        )
