"""An association: bulk C-STORE byte for byte, with memory for a buffer and not for a file; and the few questions.

Command and first fragments leave in one write, and the data set as it lies in the file: nothing is decoded, padded,
stripped or relabelled.
"""

from __future__ import annotations

import time
from types import MappingProxyType
from typing import Callable, Collection, Iterable, Iterator, Mapping, NamedTuple

from wizard.dicom import dimse, negotiation, status, tls
from wizard.dicom.connecting import connect
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.dicom.outgoing import PIECE, Outgoing, Readable
from wizard.errors import AbortedByPeer, AssociationAborted, AssociationRejected, PeerTimeout, ReadFailed, Stopped

_LARGEST_MESSAGE = 1 << 20  # bytes of an answer; one C-FIND identifier is a few kB
_AC, _RJ, _DATA, _RELEASE_RQ, _RELEASE_RP, _ABORT = 2, 3, 4, 5, 6, 7


class Timeouts(NamedTuple):
    """Seconds: to connect, to be accepted, without a byte moving while sending, without an answer afterwards."""

    connect: float = 10
    accept: float = 30
    send: float = 60
    answer: float = 120
    release: float = 5


DEFAULT_TIMEOUTS = Timeouts()


class Answer(NamedTuple):
    """What the destination answered to one instance; `sha256` is of the data set as it was sent."""

    status: int
    comment: str
    offending: str
    sha256: bytes
    bytes: int
    seconds: float


def _let_pass(count: int) -> None:
    """Bytes leave as fast as the destination takes them."""


class Association:
    """An open association. Used by one thread; `kill` may come from any.

    Parameters
    ----------
    kinds : iterable of (SOP class UID, transfer syntax UID)
        At most 128; each becomes one presentation context.
    cancelled : callable
        Looked at while nothing moves, from the very beginning: the way to stop before `kill` can be reached.
    serves : collection of str
        SOP classes of which this computer wants to be the provider, as for the answers to a C-GET (PS3.7 D.3.3.4).

    Attributes
    ----------
    accepted : dict
        The presentation context ID of each kind that the destination takes.
    served : set
        The SOP classes of `serves` that it lets us serve.
    refused : dict
        For each other kind the result of PS3.8 table 9-18.
    peer : str
        The implementation class UID and version name of the destination.

    Raises
    ------
    NameNotResolved, Unreachable, AssociationRejected, AssociationAborted, Silence, Stopped
    """

    def __init__(
        self,
        destination: Destination,
        kinds: Iterable[PresentationKind],
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        cancelled: Callable[[], bool] = lambda: False,
        serves: Collection[str] = (),
    ) -> None:
        self._timeouts = timeouts
        self._wire = connect(destination, timeouts.connect, cancelled)
        self._message_id = 0
        self._under_way: Outgoing | None = None
        self._sent_at = 0.0
        try:
            agreement = self._negotiate(destination, list(kinds), serves)
            self.accepted, self.refused, self.peer = agreement.accepted, agreement.refused, agreement.peer
            self.served = agreement.served.intersection(serves)
            self._fragment = _fragment(agreement.maximum)
        except AssociationAborted as error:
            self._wire.close()
            if self._wire.heard in (b"", tls.ALERT):
                raise tls.unanswered(error, destination, self._wire.heard) from error
            raise
        except BaseException:
            self._wire.close()
            raise

    def send(self, instance: Outgoing, passing: Callable[[int], None] = _let_pass) -> None:
        """Send one instance; its answer is waited for by `answer`, before the next is sent.

        `passing` is told of each piece before it leaves, in bytes, and may hold it up.

        Raises
        ------
        ReadFailed
            The file could not be read to its end. The association was aborted, so that the peer is not left waiting.
        AssociationAborted, Silence, Stopped
            The connection broke: the instance may or may not be stored. The association is never used again.
        """
        self._under_way, self._sent_at = instance, time.monotonic()
        try:
            out = self._request(instance.kind, dimse.C_STORE, instance.sop_uid)
            for piece, last in instance.pieces():
                passing(len(piece))
                out += self._data(instance.kind, piece, last)
                self._wire.send(out, self._timeouts.send)
                out = []
        except BaseException:
            self.abort()
            raise

    def answer(self) -> Answer:
        """What the destination answers to the instance that was sent.

        Raises
        ------
        AssociationAborted, Silence, Stopped
            No valid answer came: the instance may or may not be stored. The association is never used again.
        """
        instance = self._under_way
        assert instance is not None, "nothing was sent"
        try:
            answer, _ = self._answer(dimse.C_STORE)
        except BaseException:
            self.abort()
            raise
        seconds = time.monotonic() - self._sent_at
        return Answer(answer.status, answer.comment, answer.offending, instance.sha256, instance.length, seconds)

    def store(self, kind: PresentationKind, sop_uid: str, source: Readable, length: int) -> Answer:
        """Send one instance of `length` bytes and wait for the answer; raises as `send` and `answer` do."""
        try:
            instance = Outgoing(kind, sop_uid, source, length, memoryview(bytearray(min(length, PIECE))))
        except ReadFailed:
            self.abort()
            raise
        self.send(instance)
        return self.answer()

    def ask(
        self, kind: PresentationKind, field: int, identifier: bytes = b""
    ) -> Iterator[tuple[dimse.Response, bytes]]:
        """Send a C-ECHO or C-FIND request; yields every answer with its data set. The caller knows the last one.

        Raises
        ------
        AssociationAborted, Silence, Stopped
            No valid answer came. The association is never used again.
        """
        self.request(kind, field, identifier)
        try:
            while True:
                yield self._answer(field)
        except (AssociationAborted, PeerTimeout, Stopped):
            self.abort()
            raise

    def request(
        self, kind: PresentationKind, field: int, data: bytes = b"", more: Mapping[int, bytes] = MappingProxyType({})
    ) -> int:
        """Send any request, with elements of the command set that only this one has; returns its message ID.

        Raises
        ------
        AssociationAborted, Silence, Stopped
            The association is never used again.
        """
        try:
            out = self._request(kind, field, more=more)
            if data:
                out += self._data(kind, data, last=True)
            self._wire.send(out, self._timeouts.send)
        except (AssociationAborted, PeerTimeout, Stopped):
            self.abort()
            raise
        return self._message_id

    def receive(self, seconds: float, write: Callable[[bytes], object] | None = None) -> dimse.DimseMessage:
        """The next message of the peer, an answer or a request of its own. Its data set is given to `write`, if given.

        Raises
        ------
        AssociationAborted
            Also when the peer asks for release, which is granted.
        Silence, Stopped
            The association is never used again.
        """
        try:
            return self._receive(seconds, write)
        except (AssociationAborted, PeerTimeout, Stopped):
            self.abort()
            raise

    def hears(self, seconds: float) -> bool:
        """Whether something of the peer's has come, or comes within the seconds."""
        return self._wire.ready(seconds)

    def reply(self, message: dimse.DimseMessage, code: int = status.SUCCESS) -> None:
        """Answer a request of the peer; raises as `request` does."""
        command = dimse.reply(message, code)
        out = dimse.fragments(message.context, command, self._fragment, dimse.COMMAND | dimse.LAST)
        try:
            self._wire.send(out, self._timeouts.send)
        except (AssociationAborted, PeerTimeout, Stopped):
            self.abort()
            raise

    def release(self) -> None:
        """End by the book (PS3.8 7.2); a peer that does not answer is left."""
        try:
            self._send(_RELEASE_RQ)
            kind, _ = self._wire.receive(self._timeouts.release)
            if kind == _RELEASE_RQ:  # both sides asked at the same time
                self._send(_RELEASE_RP)
        except (AssociationAborted, PeerTimeout, Stopped):
            return  # nothing was under way: there is nothing left to save
        finally:
            self._wire.close()

    def abort(self) -> None:
        """Tell the peer that this association is over (A-ABORT, source: service user), and close."""
        try:
            if self._wire.whole:  # in the middle of a PDU, the peer would take it for a piece of the image
                self._send(_ABORT)
        except (AssociationAborted, PeerTimeout, Stopped):
            return  # it is already gone
        finally:
            self._wire.close()

    def kill(self) -> None:
        """End it from another thread; the thread inside `store` gets `Stopped`."""
        self._wire.kill()

    def _negotiate(
        self, destination: Destination, kinds: list[PresentationKind], serves: Collection[str]
    ) -> negotiation.Agreement:
        self._wire.send([negotiation.request(destination, kinds, serves)], self._timeouts.accept)
        kind, body = self._wire.receive(self._timeouts.accept)
        if kind == _RJ and len(body) >= 4:
            _, result, source, reason = body[:4]
            sentence = status.rejection(source, reason, destination.called_ae, destination.calling_ae)
            raise AssociationRejected(sentence, result, source, reason)
        if kind != _AC:
            raise _unexpected(kind, body)
        return negotiation.read(body, kinds)

    def _request(
        self, kind: PresentationKind, field: int, sop_uid: str = "", more: Mapping[int, bytes] = MappingProxyType({})
    ) -> list[dimse.Buffer]:
        """The PDUs of the next request's command set. Message IDs go round within 1 to 65535."""
        self._message_id = self._message_id % 0xFFFF + 1
        command = dimse.request(field, self._message_id, kind[0], sop_uid, more)
        return dimse.fragments(self.accepted[kind], command, self._fragment, dimse.COMMAND | dimse.LAST)

    def _data(self, kind: PresentationKind, piece: dimse.Buffer, last: bool) -> list[dimse.Buffer]:
        """The PDUs of a piece of the data set behind it."""
        return dimse.fragments(self.accepted[kind], piece, self._fragment, dimse.LAST if last else 0)

    def _answer(self, field: int) -> tuple[dimse.Response, bytes]:
        """The next answer to the request under way: command set, and data set if one follows."""
        message = self._receive(self._timeouts.answer)
        return dimse.response(message, field, self._message_id), message.data

    def _receive(self, seconds: float, write: Callable[[bytes], object] | None = None) -> dimse.DimseMessage:
        command, data = bytearray(), bytearray()
        message: dimse.DimseMessage | None = None
        while len(command) + len(data) <= _LARGEST_MESSAGE:
            kind, body = self._wire.receive(seconds)
            if kind != _DATA:
                if kind == _RELEASE_RQ:
                    self._send(_RELEASE_RP)
                raise _unexpected(kind, body)
            for context, control, part in dimse.values(body):
                if bool(control & dimse.COMMAND) != (message is None):
                    raise AssociationAborted("The new PACS sent an answer that is no DICOM.", "parts out of order")
                if message is None:
                    command += part
                    if control & dimse.LAST:
                        message = dimse.read(context, bytes(command))
                        if not message.has_data:
                            return message
                elif write is not None:
                    write(part)
                else:
                    data += part
                if message is not None and control & dimse.LAST and not control & dimse.COMMAND:
                    return message._replace(data=bytes(data))
        raise AssociationAborted("The new PACS sent an answer that is no DICOM.", "it does not end")

    def _send(self, kind: int) -> None:
        self._wire.send([bytes([kind, 0, 0, 0, 0, 4, 0, 0, 0, 0])], self._timeouts.release)


def _fragment(maximum: int) -> int:
    """The most data bytes of a fragment, for the longest PDU that the peer takes; 0 is without limit (PS3.8 D.1).

    An even number (PS3.8 E.1). A peer that names no limit does not get the whole file in one fragment.
    """
    room = PIECE if maximum == 0 else min(PIECE, maximum - 6)
    if room < 2:
        raise AssociationAborted("The new PACS takes no data.", f"maximum PDU length {maximum}")
    return room - room % 2


def _unexpected(kind: int, body: bytes) -> AssociationAborted:
    if kind == _ABORT:
        return AbortedByPeer(
            "The new PACS broke off the connection.",
            f"A-ABORT source {body[2:3].hex()}, reason {body[3:4].hex()}",
        )
    return AssociationAborted("The new PACS ended the connection.", f"PDU type {kind}")
