"""The desk between the manifest and the senders: it hands out batches and writes down what became of them.

It runs in the job's own thread, which is the only one that writes. Batches are small, about a quarter of a second's
work, so that a power cut leaves little to ask about.
"""

from __future__ import annotations

import contextlib
import datetime
import queue as queues
import time
from typing import Iterator, Sequence

from wizard.dicom.association import Timeouts
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.copy.batches import BATCH_SECONDS, Batches
from wizard.engine.copy.hours import Hours
from wizard.engine.copy.progress import CopyProgress
from wizard.engine.copy.retry_policy import RetryPolicy
from wizard.engine.copy.sending.concurrency import Concurrency
from wizard.engine.copy.sending.connection_gate import ConnectionGate
from wizard.engine.copy.sending.messages import (
    AssociationLimit,
    Negotiated,
    SenderEnded,
    SenderMessage,
    Sent,
    SetAside,
    WantsBatch,
)
from wizard.engine.copy.sending.rate_limit import RateLimit
from wizard.engine.copy.sending.sender import Sender
from wizard.engine.events import Events
from wizard.engine.files import availability
from wizard.engine.job import Control
from wizard.manifest import copy_settings, in_flight, ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Ticket
from wizard.manifest.study_order import OrderPosition

_TICK = 0.05  # seconds between two looks at what the senders have done
_HEED = 1.0  # seconds between two looks at the person's wishes
_PATIENCE = 1.0  # seconds for senders to end after a stop; one that hangs in a share is left behind


class Dispatcher:
    """One run's desk; `send` is called for each round and each set of presentation contexts.

    Attributes
    ----------
    put_off : str
        Why files of this round wait for a pause, for the person; "" when none do.
    """

    def __init__(
        self,
        manifest: Manifest,
        destination: Destination,
        control: Control,
        events: Events,
        limits: Timeouts,
        study: int | None = None,
    ) -> None:
        self._manifest, self._control, self._study = manifest, control, study
        self._wishes = copy_settings.read(manifest)
        self._door = ConnectionGate(destination, control, limits)
        self._pace = RateLimit(control.wait)
        self._crew = Concurrency(self._wishes.associations)
        self._tally = CopyProgress(manifest, events, study)
        self._verdicts = RetryPolicy()
        self._roots = ledger.roots(manifest)
        self._last: OrderPosition | None = None
        self._heeded = 0.0
        self._written = time.monotonic()
        self._senders: list[Sender] = []
        self._leaving: set[int] = set()
        self._gone = 0
        self._fatal: BaseException | None = None

    @property
    def put_off(self) -> str:
        return self._verdicts.put_off

    def tell(self, waiting: str) -> None:
        """Say why nothing moves."""
        self._tally.report(waiting, self._octets())

    def await_hours(self) -> None:
        """Wait until it may run at all."""
        while True:
            self._heed()
            if not self._door.closed:
                return
            self.tell(self._door.waiting)
            self._control.check()
            self._control.wait(0.1)

    def pause(self, seconds: float) -> None:
        """Wait before a new round, and say why."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tell(f"{self._verdicts.put_off} Waiting, and trying again by itself.")
            self._control.check()
            self._control.wait(min(0.1, seconds))

    def send(self, kinds: Sequence[PresentationKind], kind_ids: Sequence[int], lane: int = 0) -> bool:
        """Send what is pending of these kinds in a lane, each once; True when nothing passes and the round is over.

        In the last lane there is one sender, and each file has an association to itself.

        Raises
        ------
        DestinationError, SourceError, ManifestError, Stopped
        """
        self._tally.recount(self._manifest)
        self._verdicts.begin()
        self._crew.interrupted()
        out: queues.SimpleQueue[SenderMessage] = queues.SimpleQueue()
        shelf = Batches(self._manifest, kind_ids, lane, self._wishes.newest_first, self._study, self._last)

        def hire() -> None:
            number = len(self._senders) + 1
            passing, recalled = self._pace.take, shelf.recalled
            where = (self._door, kinds, self._roots)
            sender = Sender(number, *where, self._control, out, passing, recalled, alone=lane > 0)
            self._senders.append(sender)
            sender.start()

        try:
            self._heed(shelf)
            hire()
            patience = _PATIENCE
            while self._gone < len(self._senders) and patience > 0:
                patience -= _TICK if self._control.stopped else 0
                for message in _drain(out):
                    self._hear(message, shelf)
                self._collect(shelf)
                if self._fatal is not None:
                    self._control.stop()
                if time.monotonic() - self._written > BATCH_SECONDS:
                    self._write()
                self._heed(shelf)
                for _ in range(self._missing(lane, shelf)):
                    hire()
                self._tally.report(self._door.waiting or self._silence(), self._octets())
        except BaseException:
            self._control.stop()
            raise
        finally:
            self._end(shelf)
        if self._fatal is not None:
            raise self._fatal
        self._control.check()
        return self._verdicts.over

    def _hear(self, message: SenderMessage, shelf: Batches) -> None:
        if isinstance(message, WantsBatch):
            self._feed(self._senders[message.sender - 1], shelf)
        elif isinstance(message, Negotiated):
            self._tally.negotiated(message)
        elif isinstance(message, SetAside):
            shelf.set_aside(message.sender, message.study)
            self._verdicts.set_aside()
        elif isinstance(message, AssociationLimit):
            self._crew.crowded(time.monotonic(), self._at_work - 1)
        elif isinstance(message, SenderEnded):
            self._gone += 1
            self._leaving.add(message.sender)
            shelf.put_back(message.sender)
            self._fatal = self._fatal or message.error

    def _end(self, shelf: Batches) -> None:
        """Wait for the senders a moment, and write the last they have to say."""
        deadline = time.monotonic() + _PATIENCE / 2
        for sender in self._senders:
            sender.batches.put(None)
        for sender in self._senders:
            sender.join(max(0.0, deadline - time.monotonic()))
        self._collect(shelf)
        for sender in self._senders:
            if not sender.is_alive():
                self._tally.unsent(sender.unopened())
        self._write()
        with self._manifest.writing() as db:
            in_flight.settle(db)  # of a sender that was left behind
        self._last = shelf.last if self._verdicts.over else None
        self._tally.octets_before = self._octets()
        self._tally.report("", self._octets(), last=True)
        self._senders, self._leaving, self._gone = [], set(), 0

    @property
    def _at_work(self) -> int:
        """How many senders there are, without those that have been told to end."""
        return len(self._senders) - len(self._leaving)

    def _missing(self, lane: int, shelf: Batches) -> int:
        """How many senders to add now."""
        if lane or shelf.empty or self._verdicts.over or self._control.stopped:
            return 0
        if self._control.paused or self._door.waiting:
            self._crew.interrupted()
            return 0
        return self._crew.look(time.monotonic(), self._octets(), self._tally.files) - self._at_work

    def _feed(self, sender: Sender, shelf: Batches) -> None:
        """Write what is done and hand out the next batch, in one transaction."""
        self._collect(shelf)
        batch: list[Ticket] = []
        too_many = self._at_work > max(1, self._crew.wanted)
        if not self._control.stopped and not self._verdicts.over and not too_many:
            with self._manifest.writing() as db:
                self._tally.write(db)
                if self._verdicts.open:
                    shelf.recall()
                batch = shelf.next(db, sender.number)
            self._written = time.monotonic()
        if not batch:
            self._leaving.add(sender.number)
        elif shelf.last is not None and self._tally.study != shelf.last.study:
            self._tally.study = shelf.last.study
            self._tally.current = queue.study_words(self._manifest, shelf.last.study)
        sender.batches.put(batch or None)

    def _collect(self, shelf: Batches) -> None:
        """Take what the senders have done."""
        for sender in self._senders:
            while sender.done:
                message = sender.done.popleft()
                if isinstance(message, Sent):
                    recalled = message.ticket.study in shelf.recalled
                    self._tally.sent(message, self._verdicts.judge(message, recalled))
                else:
                    self._tally.unsent(message.tickets)
        if self._verdicts.passed:
            self._door.passed()
        if self._verdicts.crowded:
            self._crew.crowded(time.monotonic(), self._crew.wanted - 1)
        self._tally.count_failures(self._verdicts.taken())
        self._fatal = self._fatal or self._verdicts.fatal

    def _write(self) -> None:
        with self._manifest.writing() as db:
            self._tally.write(db)
        self._written = time.monotonic()

    def _silence(self) -> str:
        """What to say when the source hangs."""
        now = time.monotonic()
        for sender in self._senders:
            since = sender.watch.since
            sentence = availability.silence(sender.watch.folder, now - since) if since else ""
            if sentence:
                return sentence
        return ""

    def _octets(self) -> int:
        return self._tally.octets_before + sum(sender.octets for sender in self._senders)

    def _heed(self, shelf: Batches | None = None) -> None:
        """Look at the person's wishes now and then, and at the clock."""
        now = time.monotonic()
        if now - self._heeded < _HEED:
            return
        self._heeded = now
        self._wishes = copy_settings.read(self._manifest)
        self._pace.limit = self._wishes.speed_limit * 1_000_000
        self._crew.wish(self._wishes.associations)
        if shelf is not None:
            shelf.order(self._wishes.newest_first)
        hours = Hours.parse(self._wishes.hours) if self._wishes.hours else None
        if hours is None or hours.open_at(datetime.datetime.now()):
            self._door.open()
        else:
            self._door.close(f"It is outside the hours for copying ({hours}). It goes on at {hours.begin:%H:%M}.")


def _drain(out: queues.SimpleQueue[SenderMessage]) -> Iterator[SenderMessage]:
    """What has come in: waits a moment for the first message, then takes what is there by then, and no more."""
    with contextlib.suppress(queues.Empty):
        yield out.get(timeout=_TICK)
        for _ in range(out.qsize()):
            yield out.get_nowait()
