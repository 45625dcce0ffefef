"""The threads that send: each has one association at a time and is handed instances in small batches.

What belongs to the file and what belongs to the destination are told apart by type: `ReadFailed` and statuses are
the file's; every `DestinationError` is the destination's, and then all senders wait at the same door.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from typing import NamedTuple, Sequence, Union

from wizard.dicom import status
from wizard.dicom.association import Answer, Association
from wizard.dicom.contexts import Kind
from wizard.engine import readonly
from wizard.engine.door import Door
from wizard.engine.job import Control
from wizard.errors import YOU, DestinationError, ReadFailed, Stopped
from wizard.manifest.queue import Attempt, Outcome, Ticket


class Sent(NamedTuple):
    """What became of one ticket. `retry` is that of the status table; `attempt` is None when nothing left."""

    ticket: Ticket
    outcome: Outcome
    retry: str
    attempt: Attempt | None


class Unsent(NamedTuple):
    """Tickets that never left this computer."""

    tickets: Sequence[Ticket]


class Hungry(NamedTuple):
    """A sender wants its next batch."""

    sender: int


class Gone(NamedTuple):
    """A sender's last word; `error` when it ended by one."""

    sender: int
    error: BaseException | None


class Negotiated(NamedTuple):
    """Which kinds a fresh association takes, and which it does not (PS3.8 table 9-18)."""

    accepted: Sequence[Kind]
    refused: Sequence[Kind]
    results: Sequence[int]


Message = Union[Sent, Unsent, Hungry, Gone, Negotiated]


class Sender(threading.Thread):
    """One sending thread. It puts `Message`s into `out`, and takes batches from `batches`; None ends it."""

    def __init__(
        self,
        number: int,
        door: Door,
        kinds: Sequence[Kind],
        control: Control,
        out: queue.SimpleQueue[Message],
    ) -> None:
        super().__init__(name=f"sender-{number}")
        self.number = number
        self.batches: queue.SimpleQueue[list[Ticket] | None] = queue.SimpleQueue()
        self._door, self._kinds, self._control, self._out = door, kinds, control, out
        self._association: Association | None = None
        self._opened = 0

    def run(self) -> None:
        error: BaseException | None = None
        stopped = False
        left: list[Ticket] = []
        try:
            self._out.put(Hungry(self.number))
            while True:
                batch = self.batches.get()
                if batch is None:
                    break
                self._out.put(Hungry(self.number))  # one batch ahead: the line never falls silent
                left = batch[::-1]
                while left:
                    if not self._send_next(left):
                        return
            if self._association is not None:
                self._association.release()
        except Stopped:
            stopped = True
        except BaseException as caught:  # handed to the job's thread, which raises it
            error = caught
        finally:
            if self._association is not None and (error or stopped):
                self._association.abort()
            self._door.leave(self.number)
            if left:
                self._out.put(Unsent(left))
            self._out.put(Gone(self.number, error))

    def unopened(self) -> list[Ticket]:
        """What lies in batches that were never begun. Asked by the desk once this sender is gone."""
        tickets: list[Ticket] = []
        while not self.batches.empty():
            tickets.extend(self.batches.get() or [])
        return tickets

    def _send_next(self, left: list[Ticket]) -> bool:
        """Send the last ticket of `left` and take it off; False when this sender is one too many."""
        if self._control.paused and self._association is not None:
            self._association.release()  # an idle association is cut by most PACS
            self._association = None
        self._control.check()
        self._door.wait_outside()
        if self._association is None:
            self._association = self._door.enter(self.number, self._kinds)
            if self._association is None:
                return False
            self._opened += 1
            refused = self._association.refused
            self._out.put(Negotiated(list(self._association.accepted), list(refused), list(refused.values())))
        association = self._association
        with self._control.closing(association.kill):
            sent = self._send(association, left[-1])
        left.pop()
        self._out.put(sent)
        return True

    def _send(self, association: Association, ticket: Ticket) -> Sent:
        kind = (ticket.sop_class, ticket.transfer_syntax)
        if kind not in association.accepted:
            return Sent(ticket, _kind_refused(ticket, association.refused.get(kind, 2)), "no", None)
        started, clock = time.time(), time.monotonic()
        try:
            descriptor = readonly.open_source(os.path.join(ticket.folder, ticket.name))
        except OSError as error:
            return Sent(ticket, _unreadable(ticket, error.strerror or str(error)), "no", None)
        try:
            with open(descriptor, "rb", buffering=0) as file:
                if _changed(descriptor, ticket):
                    return Sent(ticket, _has_changed(ticket, "it changed since it was read"), "no", None)
                file.seek(ticket.offset)
                answer = association.store(kind, ticket.sop_uid, file, ticket.size - ticket.offset)
                changed = _changed(descriptor, ticket)
        except (ReadFailed, OSError) as error:
            self._association = None
            self._door.leave(self.number)
            return Sent(ticket, _unreadable(ticket, str(error)), "no", None)
        except (DestinationError, Stopped) as error:
            self._association = None
            self._door.leave(self.number)
            outcome = Outcome("unknown", status.NO_ANSWER.sentence, status.NO_ANSWER.who, None, ticket.entry)
            details = getattr(error, "details", "")
            attempt = Attempt(*(ticket.entry, started, self._number(), None, details, ""), 0, time.monotonic() - clock)
            return Sent(ticket, outcome, "ask", attempt)
        attempt = Attempt(
            *(ticket.entry, started, self._number(), answer.status, answer.comment, answer.offending),
            *(answer.bytes, answer.seconds),
        )
        if changed:
            return Sent(ticket, _has_changed(ticket, "it changed while it was being sent"), "no", attempt)
        meaning = status.meaning(answer.status)
        outcome = Outcome(meaning.bucket, _reason(answer, meaning), meaning.who, answer.sha256, ticket.entry)
        return Sent(ticket, outcome, meaning.retry, attempt)

    def _number(self) -> int:
        """A number for this association within the run, for support."""
        return self.number * 1000 + self._opened


def _reason(answer: Answer, meaning: status.Meaning) -> str:
    if answer.status == status.SUCCESS:
        return ""
    said = f" It said: “{answer.comment}”." if answer.comment else ""
    return f"{meaning.sentence}{said} (status {answer.status:04X})"


def _changed(descriptor: int, ticket: Ticket) -> bool:
    now = os.fstat(descriptor)
    return (now.st_size, now.st_mtime_ns) != (ticket.size, ticket.mtime_ns)


def _has_changed(ticket: Ticket, how: str) -> Outcome:
    return Outcome("changed", f"{how}; read the source again", YOU, None, ticket.entry)


def _unreadable(ticket: Ticket, why: str) -> Outcome:
    return Outcome("unreadable", f"the computer could not read it: {why}", YOU, None, ticket.entry)


def _kind_refused(ticket: Ticket, result: int) -> Outcome:
    meaning = status.meaning(0x0122)
    return Outcome("refused", status.CONTEXT_RESULTS.get(result, meaning.sentence), meaning.who, None, ticket.entry)
