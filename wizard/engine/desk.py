"""The desk between the manifest and the senders: it hands out batches and writes down what became of them.

It runs in the job's own thread, which is the only one that writes. A study stays with one sender. Batches are
small, about a quarter of a second's work, so that a power cut leaves little to ask about.
"""

from __future__ import annotations

import queue as queues
import sqlite3
import time
from typing import Iterator, Sequence

from wizard.dicom.association import PATIENT, Limits
from wizard.dicom.contexts import Kind
from wizard.dicom.destination import Destination
from wizard.engine.door import Door
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.engine.sender import Gone, Hungry, Message, Negotiated, Sender, Sent, Unsent
from wizard.errors import DestinationError
from wizard.manifest import ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome, Ticket

_BATCH_SECONDS = 0.25  # also how often results are committed
_LARGEST_BATCH = 512
_BUSY_IN_A_ROW = 20  # "full or busy" without a success in between: then it is not this or that file
_BUSY = "The new PACS says that it is full or busy. Waiting, and trying again by itself."


class Desk:
    """One run's desk; `send` is called once for each set of presentation contexts."""

    def __init__(
        self,
        manifest: Manifest,
        destination: Destination,
        control: Control,
        events: Events,
        associations: int,
        limits: Limits = PATIENT,
    ) -> None:
        self._manifest, self._control, self._events = manifest, control, events
        self._associations = associations
        self._door = Door(destination, control, limits)
        self._results = _Results()
        buckets = ledger.balance(manifest).buckets
        self._counts = dict(buckets)
        self._total = sum(buckets[name] for name in ("copied", "copied_with_remark", "already_there", "refused"))
        self._total += buckets["pending"] + buckets["unknown"]
        self._before = self._total - buckets["pending"] - buckets["unknown"]
        self._bytes_total, self._bytes_done = queue.waiting(manifest)[1], 0
        self._started = self._written = self._reported = time.monotonic()
        self.busy = False  # whether the destination said so of anything in this round
        self._busy_in_a_row = 0
        self._current = ""
        self._fatal: BaseException | None = None

    def pause(self, seconds: float) -> None:
        """Wait before a new round, and say why."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self._door.waiting = _BUSY
            self._report()
            self._control.wait(0.1)
        self._door.waiting = ""
        self.busy = False

    def send(self, kinds: Sequence[Kind], kind_ids: Sequence[int], lane: int = 0) -> None:
        """Send all that is pending of these kinds in a lane, each once. The last lane has one association to itself.

        Raises
        ------
        DestinationError, ManifestError, Stopped
        """
        self._counts = dict(ledger.balance(self._manifest).buckets)
        out: queues.SimpleQueue[Message] = queues.SimpleQueue()
        shelf = _Shelf(queue.studies(self._manifest, lane), kind_ids, lane)
        associations = 1 if lane else self._associations
        senders = [Sender(n, self._door, kinds, self._control, out) for n in range(1, associations + 1)]
        for sender in senders:
            sender.start()
        working = len(senders)
        try:
            while working:
                for message in _drain(out):
                    if isinstance(message, Gone):
                        working -= 1
                        shelf.put_back(message.sender)
                        self._results.unsent.extend(senders[message.sender - 1].unopened())
                        self._fatal = self._fatal or message.error
                    elif isinstance(message, Hungry):
                        self._feed(senders[message.sender - 1], shelf)
                    else:
                        self._take(message)
                if self._fatal is not None:
                    self._control.stop()
                if time.monotonic() - self._written > _BATCH_SECONDS:
                    self._write()
                self._report()
        except BaseException:
            self._control.stop()
            raise
        finally:
            for sender in senders:
                sender.batches.put(None)
            for sender in senders:
                sender.join()
                self._results.unsent.extend(sender.unopened())
            for message in _drain(out):
                self._take(message)
            self._write()
        if self._fatal is not None:
            raise self._fatal
        self._control.check()

    def _feed(self, sender: Sender, shelf: _Shelf) -> None:
        """Write what is done and hand out the next batch, in one transaction."""
        batch: list[Ticket] = []
        if not self._control.stopped:
            with self._manifest.writing() as db:
                self._results.write(db)
                batch = shelf.next(db, sender.number)
            self._written = time.monotonic()
        if batch and shelf.fresh:
            self._current = queue.study_words(self._manifest, shelf.fresh)
        sender.batches.put(batch or None)

    def _take(self, message: Message) -> None:
        """Collect a result; it is written with the next transaction."""
        if isinstance(message, Unsent):
            self._results.unsent.extend(message.tickets)
        elif isinstance(message, Negotiated):
            self._results.kinds.update(dict.fromkeys(message.accepted, 0))
            self._results.kinds.update(zip(message.refused, message.results))
        elif isinstance(message, Sent):
            self._take_sent(message)

    def _take_sent(self, sent: Sent) -> None:
        outcome = sent.outcome
        if sent.retry == "later":
            self.busy = True
            self._busy_in_a_row += 1
            if self._busy_in_a_row % _BUSY_IN_A_ROW == 0:
                self._door.hold(5, _BUSY)
        elif outcome.bucket.startswith("copied"):
            self._busy_in_a_row = 0
            self._door.release_hold()
        elif sent.retry == "stop":
            self._fatal = DestinationError(outcome.reason)
        if sent.retry == "later" or (sent.retry == "once" and sent.ticket.tries < 1):
            outcome = outcome._replace(bucket="pending")  # once more, in the next round
        self._results.outcomes.append(outcome)
        if sent.attempt is not None:
            self._results.attempts.append(sent.attempt)
            self._bytes_done += sent.attempt.bytes
        self._counts["pending"] -= 1
        self._counts[outcome.bucket] += 1

    def _write(self) -> None:
        if self._results:
            with self._manifest.writing() as db:
                self._results.write(db)
        self._written = time.monotonic()

    def _report(self) -> None:
        now = time.monotonic()
        if now - self._reported < 0.1:
            return
        self._reported = now
        left = self._counts["pending"] + self._counts["unknown"]
        self._events.state(
            Progress(
                "copy",
                done=max(self._before, self._total - left),
                done_before=self._before,
                total=self._total,
                bytes_done=self._bytes_done,
                bytes_total=max(self._bytes_total, self._bytes_done),
                seconds=now - self._started,
                current=self._current,
                waiting=self._door.waiting,
                counts=dict(self._counts),
            )
        )


class _Results:
    """What has come back and is not written yet."""

    def __init__(self) -> None:
        self.outcomes: list[Outcome] = []
        self.attempts: list[Attempt] = []
        self.unsent: list[Ticket] = []
        self.kinds: dict[Kind, int] = {}

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.unsent or self.kinds)

    def write(self, db: sqlite3.Connection) -> None:
        queue.record(db, self.outcomes, self.attempts)
        queue.give_back(db, self.unsent)
        for (sop_class, syntax), result in self.kinds.items():
            queue.negotiated(db, sop_class, syntax, result)
        self.outcomes, self.attempts, self.unsent, self.kinds = [], [], [], {}


class _Shelf:
    """The studies of this round, and how far each sender has come in its own."""

    def __init__(self, studies: Sequence[int], kinds: Sequence[int], lane: int) -> None:
        self._studies, self._kinds, self._lane = list(studies)[::-1], kinds, lane
        self._at: dict[int, tuple[int, int]] = {}
        self._fed: dict[int, float] = {}
        self._size = 8
        self.fresh = 0

    def next(self, db: sqlite3.Connection, sender: int) -> list[Ticket]:
        """The next batch for a sender; empty when nothing is left. `fresh` is its study, if that is a new one."""
        self._adapt(sender)
        self.fresh = 0
        while True:
            if sender not in self._at:
                if not self._studies:
                    return []
                self.fresh = self._studies.pop()
                self._at[sender] = (self.fresh, 0)
            study, after = self._at[sender]
            batch = queue.claim(db, study, after, self._kinds, self._size, self._lane)
            if batch:
                self._at[sender] = (study, batch[-1].entry)
                return batch
            del self._at[sender]

    def put_back(self, sender: int) -> None:
        """A sender is gone: another one goes on with its study."""
        if sender in self._at:
            self._studies.append(self._at.pop(sender)[0])

    def _adapt(self, sender: int) -> None:
        """Keep a batch at about `_BATCH_SECONDS`; two are out at a time for each sender."""
        now = time.monotonic()
        took = now - self._fed.get(sender, now - _BATCH_SECONDS / 2)
        self._fed[sender] = now
        if took < _BATCH_SECONDS / 4:
            self._size = min(_LARGEST_BATCH, self._size * 2)
        elif took > _BATCH_SECONDS:
            self._size = max(1, self._size // 2)


def _drain(out: queues.SimpleQueue[Message]) -> Iterator[Message]:
    """What has come in: waits a moment for the first message, then takes what is there."""
    try:
        yield out.get(timeout=0.05)
        while True:
            yield out.get_nowait()
    except queues.Empty:
        return
