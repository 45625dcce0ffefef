"""The dispatcher between the manifest and the senders: it hands out batches and records their outcomes.

It runs in the job's own thread, the only one that writes. Batches are small, about a quarter of a second's
work, so that a power cut leaves few images to query.
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
from wizard.engine.events import TRYING_AGAIN, Events
from wizard.engine.files import availability
from wizard.engine.job import Control
from wizard.language.message import NOTHING, Message, together
from wizard.manifest import copy_settings, in_flight, ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Ticket
from wizard.manifest.study_order import OrderPosition

_TICK = 0.05  # seconds between two collections of what the senders have done
_SETTINGS_SECONDS = 1.0  # between two readings of the copy settings
_PATIENCE = 1.0  # seconds for senders to end after a stop; a sender that hangs in a share is abandoned


class Dispatcher:
    """Dispatches the images of one run; `send` is called for each round and each set of presentation contexts.

    Attributes
    ----------
    put_off : str
        The reason, for the person, why files of this round wait for a pause; "" when none do.
    """

    def __init__(
        self,
        manifest: Manifest,
        destination: Destination,
        control: Control,
        events: Events,
        timeouts: Timeouts,
        study: int | None = None,
    ) -> None:
        self._manifest, self._control, self._study = manifest, control, study
        self._settings = copy_settings.read(manifest)
        self._gate = ConnectionGate(destination, control, timeouts)
        self._rate_limit = RateLimit(control.wait)
        self._concurrency = Concurrency(self._settings.associations)
        self._progress = CopyProgress(manifest, events, study)
        self._retry_policy = RetryPolicy()
        self._roots = ledger.roots(manifest)
        self._last: OrderPosition | None = None
        self._settings_read = 0.0
        self._written = time.monotonic()
        self._senders: list[Sender] = []
        self._leaving: set[int] = set()
        self._ended = 0
        self._fatal: BaseException | None = None

    @property
    def put_off(self) -> Message:
        return self._retry_policy.put_off

    def tell(self, waiting: Message) -> None:
        """Report the reason why nothing moves."""
        self._progress.report(waiting, self._bytes_sent())

    def await_hours(self) -> None:
        """Wait until the hours allow copying."""
        while True:
            self._apply_settings()
            if not self._gate.closed:
                return
            self.tell(self._gate.waiting)
            self._control.check()
            self._control.wait(0.1)

    def pause(self, seconds: float) -> None:
        """Wait before a new round, and report the reason."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            self.tell(together(self._retry_policy.put_off, TRYING_AGAIN))
            self._control.check()
            self._control.wait(min(0.1, seconds))

    def send(self, kinds: Sequence[PresentationKind], kind_ids: Sequence[int], send_order: int = 0) -> bool:
        """Send each pending image of these kinds and this send order once; True when nothing passes and it is over.

        In the last send order there is one sender, and each file has an association to itself.

        Raises
        ------
        DestinationError, SourceError, ManifestError, Stopped
        """
        self._progress.recount(self._manifest)
        self._retry_policy.begin()
        self._concurrency.interrupted()
        messages: queues.SimpleQueue[SenderMessage] = queues.SimpleQueue()
        batches = Batches(self._manifest, kind_ids, send_order, self._settings.newest_first, self._study, self._last)

        def start_sender() -> None:
            number = len(self._senders) + 1
            take, recalled = self._rate_limit.take, batches.recalled
            where = (self._gate, kinds, self._roots)
            sender = Sender(number, *where, self._control, messages, take, recalled, alone=send_order > 0)
            self._senders.append(sender)
            sender.start()

        try:
            self._apply_settings(batches)
            start_sender()
            patience = _PATIENCE
            while self._ended < len(self._senders) and patience > 0:
                patience -= _TICK if self._control.stopped else 0
                for message in _drain(messages):
                    self._receive(message, batches)
                self._collect(batches)
                if self._fatal is not None:
                    self._control.stop()
                if time.monotonic() - self._written > BATCH_SECONDS:
                    self._write()
                self._apply_settings(batches)
                for _ in range(self._senders_to_add(send_order, batches)):
                    start_sender()
                self._progress.report(self._gate.waiting or self._source_silence(), self._bytes_sent())
        except BaseException:
            self._control.stop()
            raise
        finally:
            self._end(batches)
        if self._fatal is not None:
            raise self._fatal
        self._control.check()
        return self._retry_policy.over

    def _receive(self, message: SenderMessage, batches: Batches) -> None:
        if isinstance(message, WantsBatch):
            self._hand_out(self._senders[message.sender - 1], batches)
        elif isinstance(message, Negotiated):
            self._progress.negotiated(message)
        elif isinstance(message, SetAside):
            batches.set_aside(message.sender, message.study)
            self._retry_policy.set_aside()
        elif isinstance(message, AssociationLimit):
            self._concurrency.limit_reached(time.monotonic(), self._at_work - 1)
        elif isinstance(message, SenderEnded):
            self._ended += 1
            self._leaving.add(message.sender)
            batches.put_back(message.sender)
            self._fatal = self._fatal or message.error

    def _end(self, batches: Batches) -> None:
        """Wait for the senders a moment, and write their last messages."""
        deadline = time.monotonic() + _PATIENCE / 2
        for sender in self._senders:
            sender.batches.put(None)
        for sender in self._senders:
            sender.join(max(0.0, deadline - time.monotonic()))
        self._collect(batches)
        for sender in self._senders:
            if not sender.is_alive():
                self._progress.unsent(sender.unopened())
        self._write()
        with self._manifest.writing() as db:
            in_flight.settle(db)  # of a sender that was abandoned
        self._last = batches.last if self._retry_policy.over else None
        self._progress.bytes_before = self._bytes_sent()
        self._progress.report(NOTHING, self._bytes_sent(), last=True)
        self._senders, self._leaving, self._ended = [], set(), 0

    @property
    def _at_work(self) -> int:
        """The number of senders, without those that have been told to end."""
        return len(self._senders) - len(self._leaving)

    def _senders_to_add(self, send_order: int, batches: Batches) -> int:
        """The number of senders to add now."""
        if send_order or batches.empty or self._retry_policy.over or self._control.stopped:
            return 0
        if self._control.paused or self._gate.waiting:
            self._concurrency.interrupted()
            return 0
        return self._concurrency.measure(time.monotonic(), self._bytes_sent(), self._progress.files) - self._at_work

    def _hand_out(self, sender: Sender, batches: Batches) -> None:
        """Write the outcomes so far and hand out the next batch, in one transaction."""
        self._collect(batches)
        batch: list[Ticket] = []
        too_many = self._at_work > max(1, self._concurrency.wanted)
        if not self._control.stopped and not self._retry_policy.over and not too_many:
            with self._manifest.writing() as db:
                self._progress.write(db)
                if self._retry_policy.may_recall:
                    batches.recall()
                batch = batches.next(db, sender.number)
            self._written = time.monotonic()
        if not batch:
            self._leaving.add(sender.number)
        elif batches.last is not None and self._progress.study != batches.last.study:
            self._progress.study = batches.last.study
            self._progress.current = queue.study_words(self._manifest, batches.last.study)
        sender.batches.put(batch or None)

    def _collect(self, batches: Batches) -> None:
        """Take the outcomes from the senders."""
        for sender in self._senders:
            while sender.done:
                message = sender.done.popleft()
                if isinstance(message, Sent):
                    recalled = message.ticket.study in batches.recalled
                    self._progress.sent(message, self._retry_policy.judge(message, recalled))
                else:
                    self._progress.unsent(message.tickets)
        if self._retry_policy.passed:
            self._gate.passed()
        if self._retry_policy.out_of_resources:
            self._concurrency.limit_reached(time.monotonic(), self._concurrency.wanted - 1)
        self._progress.count_failures(self._retry_policy.take_counted())
        self._fatal = self._fatal or self._retry_policy.fatal

    def _write(self) -> None:
        with self._manifest.writing() as db:
            self._progress.write(db)
        self._written = time.monotonic()

    def _source_silence(self) -> Message:
        """The sentence about a source that hangs; none while it answers."""
        now = time.monotonic()
        for sender in self._senders:
            since = sender.watch.since
            sentence = availability.silence(sender.watch.folder, now - since) if since else NOTHING
            if sentence:
                return sentence
        return NOTHING

    def _bytes_sent(self) -> int:
        return self._progress.bytes_before + sum(sender.bytes_sent for sender in self._senders)

    def _apply_settings(self, batches: Batches | None = None) -> None:
        """Read the copy settings and the clock, once a second."""
        now = time.monotonic()
        if now - self._settings_read < _SETTINGS_SECONDS:
            return
        self._settings_read = now
        self._settings = copy_settings.read(self._manifest)
        self._rate_limit.limit = self._settings.speed_limit * 1_000_000
        self._concurrency.apply_setting(self._settings.associations)
        if batches is not None:
            batches.order(self._settings.newest_first)
        hours = Hours.parse(self._settings.hours) if self._settings.hours else None
        if hours is None or hours.open_at(datetime.datetime.now()):
            self._gate.open()
        else:
            self._gate.close(
                Message(
                    "Outside the time window ({hours}). Copying continues at {begin}.",
                    hours=str(hours),
                    begin=f"{hours.begin:%H:%M}",
                )
            )


def _drain(messages: queues.SimpleQueue[SenderMessage]) -> Iterator[SenderMessage]:
    """Wait a moment for the first message; yield it and those that are there by then, and no more."""
    with contextlib.suppress(queues.Empty):
        yield messages.get(timeout=_TICK)
        for _ in range(messages.qsize()):
            yield messages.get_nowait()
