"""The threads that send: each has one association at a time and is handed instances in small batches.

While the destination works on one file, the next is opened, compared with its reading, read and hashed. The type of a
failure tells whose it is: `ReadFailed` and statuses are the file's; every `DestinationError` is the destination's, and
then all senders wait at the same connection gate.
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

_MOST_FAILURES = 3  # files of a study in a row without a success: the rest is set aside


class _InFlight(NamedTuple):
    """An instance that has left and is not answered yet."""

    file: OpenFile
    time: float
    clock: float
    association: int


class Sender(threading.Thread):
    """One sending thread. It puts `SenderMessage`s into `out` and takes batches from `batches`; None ends it.

    Parameters
    ----------
    roots : sequence of bytes
        The source folders. Before a file is called unreadable, the sender makes sure that they are there.
    take : callable
        Called with the bytes of each piece before it leaves; it may wait.
    recalled : container of int
        Studies that are sent to their end, however many of their files fail.
    alone : bool
        Whether each file has an association to itself.

    Attributes
    ----------
    done : deque of Sent or Unsent
        Outcomes of tickets, in order; the dispatcher takes them from there without waking a thread.
    bytes_sent : int
        Bytes that have left so far; only grows.
    watch : Watch
        When the source was asked for something that it has not given yet.
    """

    def __init__(
        self,
        number: int,
        gate: ConnectionGate,
        kinds: Sequence[PresentationKind],
        roots: Sequence[bytes],
        control: Control,
        out: queue.SimpleQueue[SenderMessage],
        take: Callable[[int], None],
        recalled: Container[int],
        alone: bool = False,
    ) -> None:
        super().__init__(name=f"sender-{number}", daemon=True)  # one that hangs in a share delays no end
        self.number = number
        self.batches: queue.SimpleQueue[list[Ticket] | None] = queue.SimpleQueue()
        self.done: deque[Sent | Unsent] = deque()
        self.bytes_sent = 0
        self.watch = Watch()
        self._gate, self._kinds, self._roots, self._control, self._out = gate, kinds, roots, control, out
        self._take, self._recalled, self._alone = take, recalled, alone
        self._buffer = memoryview(bytearray(PIECE))
        self._association: Association | None = None
        self._in_flight: _InFlight | None = None
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
            self._receive_answer()
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
        """The tickets of batches that were never begun. The dispatcher asks once this sender has ended."""
        tickets: list[Ticket] = []
        while not self.batches.empty():
            tickets.extend(self.batches.get() or [])
        return tickets

    def _more(self) -> bool:
        """Make sure that there is a next ticket; False when it is time to end."""
        if self._left:
            return True
        if self.batches.empty():
            self._receive_answer()  # there is nothing to read meanwhile
        batch = self.batches.get()
        if batch is None:
            return False
        self._out.put(WantsBatch(self.number))  # one batch ahead: the association is never idle
        self._left = batch[::-1]
        return True

    def _step(self) -> bool:
        """Open the next file, receive the answer to the one before, and send it; False when this sender is to end."""
        ticket = self._left[-1]
        if self._failed == (ticket.study, _MOST_FAILURES):
            self._set_aside(ticket.study)
            return True
        file = self._open_file(ticket)
        if file is None:
            return True
        try:
            self._receive_answer()
            if self._failed == (ticket.study, _MOST_FAILURES):
                return True
            if self._waited():  # and the file with it: it is opened anew
                return True
            if self._association is None and not self._open_association():
                return False
            self._left.pop()
            file = self._send(file)
            return True
        finally:
            if file is not None:
                file.close()

    def _open_file(self, ticket: Ticket) -> OpenFile | None:
        try:
            return OpenFile(ticket, self._buffer, self.watch)
        except Changed:
            outcome = messages.has_changed(ticket)
        except (ReadFailed, OSError) as error:
            self._receive_answer()  # the instance in flight has nothing to do with it
            for root in self._roots:
                availability.still_there(root)
            outcome = messages.unreadable(ticket, error)
        self._left.pop()
        self.done.append(Sent(ticket, outcome, Retry.NO, None))
        return None

    def _waited(self) -> bool:
        """Whether a pause came first. The association is released for it, since most PACS cut an idle one."""
        if not self._control.paused and not self._gate.shut:
            self._control.check()
            return False
        if self._control.paused or self._gate.closed:
            self._release()
        self._gate.wait_outside()
        return True

    def _open_association(self) -> bool:
        association = self._gate.enter(self.number, self._kinds)
        if association is None:
            return False
        self._association = association
        self._closing = self._control.closing(association.kill)
        self._closing.__enter__()
        self._opened += 1
        refused = association.refused
        self._out.put(Negotiated(list(association.accepted), list(refused), list(refused.values())))
        return True

    def _send(self, file: OpenFile) -> OpenFile | None:
        """Send the file; returns it when it is not in flight afterwards."""
        association, ticket = self._association, file.ticket
        assert association is not None
        if file.outgoing.kind not in association.accepted:
            result = association.refused.get(file.outgoing.kind, 2)
            self.done.append(Sent(ticket, messages.kind_refused(ticket, result), Retry.NO, None))
            return file
        in_flight = _InFlight(file, time.time(), time.monotonic(), self.number * 1000 + self._opened)
        try:
            association.send(file.outgoing, self._before_piece)
        except ReadFailed as error:
            self._forget_association()
            self.done.append(Sent(ticket, messages.unreadable(ticket, error), Retry.NO, None))
            return file
        except (DestinationError, Stopped) as error:
            self._no_answer(in_flight, error)
            return file
        self._in_flight = in_flight
        return None

    def _before_piece(self, count: int) -> None:
        self._take(count)
        self.bytes_sent += count

    def _receive_answer(self) -> None:
        """Receive the answer to the instance in flight, if there is one."""
        in_flight, self._in_flight = self._in_flight, None
        if in_flight is None:
            return
        association = self._association
        assert association is not None
        try:
            answer = association.answer()
        except (DestinationError, Stopped) as error:
            self._no_answer(in_flight, error, in_flight.file.outgoing.sha256)
            in_flight.file.close()
            return
        ticket = in_flight.file.ticket
        self.watch.since = time.monotonic()
        changed = in_flight.file.changed
        in_flight.file.close()
        self.watch.since = 0.0
        attempt = Attempt(
            *(ticket.entry, in_flight.time, in_flight.association, answer.status, answer.comment, answer.offending),
            *(answer.bytes, answer.seconds),
        )
        meaning = status.meaning(answer.status)
        if meaning.retry == Retry.LATER:
            self._count_failure(ticket)
        elif self._failed[1]:
            self._failed = (0, 0)
        if changed:
            self.done.append(Sent(ticket, messages.has_changed(ticket, while_sent=True), Retry.NO, attempt))
        else:
            self.done.append(Sent(ticket, messages.answered(ticket, answer, meaning), meaning.retry, attempt))
        if self._alone or answer.status == status.DUPLICATE_INVOCATION:  # a new association numbers its messages anew
            self._release()

    def _no_answer(self, in_flight: _InFlight, error: DestinationError | Stopped, sha256: bytes | None = None) -> None:
        """Record that no answer came: the instance may have arrived. `sha256` is known when all of it has left."""
        self._forget_association()
        ticket = in_flight.file.ticket
        seconds = time.monotonic() - in_flight.clock
        attempt = Attempt(ticket.entry, in_flight.time, in_flight.association, None, error.details, "", 0, seconds)
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
        """Give back the rest of a study, whose files fail one after the other."""
        self.done.append(Unsent([ticket for ticket in self._left if ticket.study == study]))
        self._left = [ticket for ticket in self._left if ticket.study != study]
        self._out.put(SetAside(self.number, study))

    def _release(self) -> None:
        if self._association is not None:
            self._association.release()
            self._forget_association()

    def _break_off(self) -> None:
        """End in the middle of the work."""
        if self._association is not None:
            self._association.abort()
        self._receive_answer()
        self._forget_association()

    def _forget_association(self) -> None:
        """Note that there is no association any more."""
        if self._association is not None:
            self._association = None
            self._closing.__exit__()
        self._gate.leave(self.number)
