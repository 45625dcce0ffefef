"""The threads that send: each has one association at a time and is handed instances in small batches.

While the destination works on one file, the next is opened, looked at, read and hashed. What belongs to the file and
what belongs to the destination are told apart by type: `ReadFailed` and statuses are the file's; every
`DestinationError` is the destination's, and then all senders wait at the same door.
"""

from __future__ import annotations

import queue
import threading
import time
from collections import deque
from typing import Callable, Container, NamedTuple, Sequence

from wizard.dicom import status
from wizard.dicom.association import Association
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.outgoing import PIECE
from wizard.engine.copy.sending import messages
from wizard.engine.copy.sending.connection_gate import ConnectionGate
from wizard.engine.copy.sending.messages import (
    AssociationLimit,
    Negotiated,
    SenderEnded,
    SenderMessage,
    Sent,
    SetAside,
    Unsent,
    WantsBatch,
)
from wizard.engine.copy.sending.open_file import Changed, OpenFile, Watch
from wizard.engine.files import availability
from wizard.engine.job import Control
from wizard.errors import DestinationError, ReadFailed, Stopped
from wizard.manifest.queue import Attempt, Ticket
from wizard.vocabulary import Retry

_ENOUGH = 3  # files of a study in a row without a success: the rest is set aside


class _InFlight(NamedTuple):
    """An instance that has left and is not answered yet."""

    loaded: OpenFile
    time: float
    clock: float
    association: int


class Sender(threading.Thread):
    """One sending thread. It puts `Message`s into `out`, takes batches from `batches`, and None ends it.

    Parameters
    ----------
    roots : sequence of bytes
        The source folders: before a file is called unreadable, it is made sure that they are there.
    passing : callable
        Told of each piece before it leaves, in bytes; may hold it up.
    recalled : container of int
        Studies that are gone through to the end, however many of their files fail.
    alone : bool
        Whether each file has an association to itself.

    Attributes
    ----------
    done : deque of Sent or Unsent
        What became of tickets, in order; the desk takes it from there without waking anybody.
    octets : int
        Bytes that have left so far; only grows.
    watch : Watch
        Tells how long the source has been silent.
    """

    def __init__(
        self,
        number: int,
        door: ConnectionGate,
        kinds: Sequence[PresentationKind],
        roots: Sequence[bytes],
        control: Control,
        out: queue.SimpleQueue[SenderMessage],
        passing: Callable[[int], None],
        recalled: Container[int],
        alone: bool = False,
    ) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)  # a share that hangs holds up nobody's end
        self.number = number
        self.batches: queue.SimpleQueue[list[Ticket] | None] = queue.SimpleQueue()
        self.done: deque[Sent | Unsent] = deque()
        self.octets = 0
        self.watch = Watch()
        self._door, self._kinds, self._roots, self._control, self._out = door, kinds, roots, control, out
        self._pass, self._recalled, self._alone = passing, recalled, alone
        self._buffer = memoryview(bytearray(PIECE))
        self._association: Association | None = None
        self._flight: _InFlight | None = None
        self._left: list[Ticket] = []
        self._opened = 0
        self._failed = (0, 0)  # study, and how many of its files in a row

    def run(self) -> None:
        error: BaseException | None = None
        try:
            self._out.put(WantsBatch(self.number))
            while self._more():
                if not self._step():
                    self._out.put(AssociationLimit(self.number))
                    break
            self._land()
            self._release()
        except Stopped:
            self._break_off()
        except BaseException as caught:  # handed to the job's thread, which raises it
            error = caught
            self._break_off()
        finally:
            if self._left:
                self.done.append(Unsent(self._left))
            self._out.put(SenderEnded(self.number, error))

    def unopened(self) -> list[Ticket]:
        """What lies in batches that were never begun. Asked by the desk once this sender is gone."""
        tickets: list[Ticket] = []
        while not self.batches.empty():
            tickets.extend(self.batches.get() or [])
        return tickets

    def _more(self) -> bool:
        """See to it that there is a next ticket; False when it is time to end."""
        if self._left:
            return True
        if self.batches.empty():
            self._land()  # nothing is to be read meanwhile
        batch = self.batches.get()
        if batch is None:
            return False
        self._out.put(WantsBatch(self.number))  # one batch ahead: the line never falls silent
        self._left = batch[::-1]
        return True

    def _step(self) -> bool:
        """Load the next file, hear of the one before, and send it; False when this sender is one too many."""
        ticket = self._left[-1]
        if self._failed == (ticket.study, _ENOUGH):
            self._set_aside(ticket.study)
            return True
        loaded = self._load(ticket)
        if loaded is None:
            return True
        try:
            self._land()
            if self._failed == (ticket.study, _ENOUGH):
                return True
            if self._waited():  # and the file with it: it is looked at again
                return True
            if self._association is None and not self._open():
                return False
            self._left.pop()
            loaded = self._send(loaded)
            return True
        finally:
            if loaded is not None:
                loaded.close()

    def _load(self, ticket: Ticket) -> OpenFile | None:
        try:
            return OpenFile(ticket, self._buffer, self.watch)
        except Changed:
            outcome = messages.has_changed(ticket, "it changed since it was read")
        except (ReadFailed, OSError) as error:
            self._land()  # the file that is under way is none of it
            for root in self._roots:
                availability.still_there(root)
            outcome = messages.unreadable(ticket, getattr(error, "strerror", "") or str(error))
        self._left.pop()
        self.done.append(Sent(ticket, outcome, Retry.NO, None))
        return None

    def _waited(self) -> bool:
        """Whether a pause came first, over which no association is left idle: most PACS cut it."""
        if not self._control.paused and not self._door.shut:
            self._control.check()
            return False
        if self._control.paused or self._door.closed:
            self._release()
        self._door.wait_outside()
        return True

    def _open(self) -> bool:
        association = self._door.enter(self.number, self._kinds)
        if association is None:
            return False
        self._association = association
        self._closing = self._control.closing(association.kill)
        self._closing.__enter__()
        self._opened += 1
        refused = association.refused
        self._out.put(Negotiated(list(association.accepted), list(refused), list(refused.values())))
        return True

    def _send(self, loaded: OpenFile) -> OpenFile | None:
        """Send it; returns it when it is not under way."""
        association, ticket = self._association, loaded.ticket
        assert association is not None
        if loaded.outgoing.kind not in association.accepted:
            result = association.refused.get(loaded.outgoing.kind, 2)
            self.done.append(Sent(ticket, messages.kind_refused(ticket, result), Retry.NO, None))
            return loaded
        flight = _InFlight(loaded, time.time(), time.monotonic(), self.number * 1000 + self._opened)
        try:
            association.send(loaded.outgoing, self._passing)
        except ReadFailed as error:
            self._leave()
            self.done.append(Sent(ticket, messages.unreadable(ticket, str(error)), Retry.NO, None))
            return loaded
        except (DestinationError, Stopped) as error:
            self._lost(flight, error)
            return loaded
        self._flight = flight
        return None

    def _passing(self, count: int) -> None:
        self._pass(count)
        self.octets += count

    def _land(self) -> None:
        """Hear what became of the instance that is under way."""
        flight, self._flight = self._flight, None
        if flight is None:
            return
        association = self._association
        assert association is not None
        try:
            answer = association.answer()
        except (DestinationError, Stopped) as error:
            self._lost(flight, error, flight.loaded.outgoing.sha256)
            flight.loaded.close()
            return
        ticket = flight.loaded.ticket
        self.watch.since = time.monotonic()
        changed = flight.loaded.changed
        flight.loaded.close()
        self.watch.since = 0.0
        attempt = Attempt(
            *(ticket.entry, flight.time, flight.association, answer.status, answer.comment, answer.offending),
            *(answer.bytes, answer.seconds),
        )
        meaning = status.meaning(answer.status)
        if meaning.retry == Retry.LATER:
            self._count_failure(ticket)
        elif self._failed[1]:
            self._failed = (0, 0)
        if changed:
            self.done.append(
                Sent(ticket, messages.has_changed(ticket, "it changed while it was being sent"), Retry.NO, attempt)
            )
        else:
            self.done.append(Sent(ticket, messages.answered(ticket, answer, meaning), meaning.retry, attempt))
        if self._alone or answer.status == status.DUPLICATE_INVOCATION:  # the numbers begin anew
            self._release()

    def _lost(self, flight: _InFlight, error: DestinationError | Stopped, sha256: bytes | None = None) -> None:
        """No answer came: it may or may not have arrived. `sha256` is known when all of it had left."""
        self._leave()
        ticket = flight.loaded.ticket
        seconds = time.monotonic() - flight.clock
        attempt = Attempt(ticket.entry, flight.time, flight.association, None, error.details, "", 0, seconds)
        if isinstance(error, Stopped):
            self.done.append(Sent(ticket, messages.unanswered(ticket, sha256), Retry.STOPPED, attempt))
        else:
            self.done.append(Sent(ticket, messages.unanswered(ticket, sha256), Retry.LOST, attempt))
            self._count_failure(ticket)

    def _count_failure(self, ticket: Ticket) -> None:
        study, count = self._failed
        if not ticket.tries and ticket.study not in self._recalled:
            self._failed = (ticket.study, count + 1 if study == ticket.study else 1)

    def _set_aside(self, study: int) -> None:
        """Give back what is left of a study: its files fail one after the other."""
        self.done.append(Unsent([ticket for ticket in self._left if ticket.study == study]))
        self._left = [ticket for ticket in self._left if ticket.study != study]
        self._out.put(SetAside(self.number, study))

    def _release(self) -> None:
        if self._association is not None:
            self._association.release()
            self._leave()

    def _break_off(self) -> None:
        """End in the middle of whatever is under way."""
        if self._association is not None:
            self._association.abort()
        self._land()
        self._leave()

    def _leave(self) -> None:
        """There is no association any more."""
        if self._association is not None:
            self._association = None
            self._closing.__exit__()
        self._door.leave(self.number)
