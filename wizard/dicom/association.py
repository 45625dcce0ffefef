"""Open an association and send C-STORE in bulk, byte for byte; it carries the other DIMSE requests as well.

It needs memory for a buffer and not for a file. The command and the first fragments leave in one write. The data set
leaves as it lies in the file: it is not decoded, padded, stripped or given another transfer syntax.
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
from wizard.language.message import Message

_LARGEST_MESSAGE = 1 << 20  # bytes of an answer; one C-FIND identifier is a few kB
_AC, _RJ, _DATA, _RELEASE_RQ, _RELEASE_RP, _ABORT = 2, 3, 4, 5, 6, 7


class Timeouts(NamedTuple):
    """Time-outs in seconds.

    `connect` is for the TCP connection, `accept` for the answer to the association request, `send` without a byte
    moving while sending, `answer` without an answer afterwards, `release` for the answer to a release request.
    """

    connect: float = 10
    accept: float = 30
    send: float = 60
    answer: float = 120
    release: float = 5


DEFAULT_TIMEOUTS = Timeouts()


class Answer(NamedTuple):
    """The destination's answer to one instance.

    `sha256` is of the data set as it was sent; `comment` and `offending` are those of `dimse.Response`.
    """

    status: int
    comment: str
    offending: str
    sha256: bytes
    bytes: int
    seconds: float


def _let_pass(count: int) -> None:
    """Leave the rate to the destination."""


class Association:
    """An open association. One thread uses it; any thread may call `kill`.

    Parameters
    ----------
    kinds : iterable of (SOP class UID, transfer syntax UID)
        At most 128; each becomes one presentation context.
    cancelled : callable
        Checked while nothing moves, already while connecting: it stops the association before `kill` can be called.
    serves : collection of str
        SOP classes of which this computer proposes to be the SCP, as the answers to a C-GET need (PS3.7 D.3.3.4).

    Attributes
    ----------
    accepted : dict
        The presentation context ID of each accepted kind.
    served : set
        The SOP classes of `serves` for which the destination accepted this role.
    refused : dict
        For each other kind the result of PS3.8 table 9-18.
    peer : str
        The implementation class UID and version name of the destination.

    Raises
    ------
    NameNotResolved, Unreachable, AssociationRejected, AssociationAborted, PeerTimeout, Stopped
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
        """Send one instance. The caller calls `answer` before it sends the next one.

        `passing` is called with the size of each piece, in bytes, before the piece leaves, and may delay it.

        Raises
        ------
        ReadFailed
            The file could not be read to its end. The association was aborted, so that the peer does not wait.
        AssociationAborted, PeerTimeout, Stopped
            The connection broke: the instance may or may not be stored. The association cannot be used again.
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
        """Wait for the answer to the instance that was sent.

        Raises
        ------
        AssociationAborted, PeerTimeout, Stopped
            No valid answer came: the instance may or may not be stored. The association cannot be used again.
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
        """Send a C-ECHO or C-FIND request; yield every answer with its data set. The caller recognises the last one.

        Raises
        ------
        AssociationAborted, PeerTimeout, Stopped
            No valid answer came. The association cannot be used again.
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
        """Send any request; `more` are elements of its command set alone. Returns its message ID.

        Raises
        ------
        AssociationAborted, PeerTimeout, Stopped
            The association cannot be used again.
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
        """Receive the peer's next message, an answer or a request of its own; `write`, if given, gets its data set.

        Raises
        ------
        AssociationAborted
            Also when the peer requests a release, which is granted.
        PeerTimeout, Stopped
            The association cannot be used again.
        """
        try:
            return self._receive(seconds, write)
        except (AssociationAborted, PeerTimeout, Stopped):
            self.abort()
            raise

    def hears(self, seconds: float) -> bool:
        """Whether the peer has sent something, or sends something within the seconds."""
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
        """Release the association (PS3.8 7.2); a peer that does not answer is not waited for longer."""
        try:
            self._send(_RELEASE_RQ)
            kind, _ = self._wire.receive(self._timeouts.release)
            if kind == _RELEASE_RQ:  # both sides requested it at the same time
                self._send(_RELEASE_RP)
        except (AssociationAborted, PeerTimeout, Stopped):
            return  # no request was under way, so that nothing is lost
        finally:
            self._wire.close()

    def abort(self) -> None:
        """Send an A-ABORT (source: service user), and close."""
        try:
            if self._wire.whole:  # in the middle of a PDU, the peer would read it as a part of the image
                self._send(_ABORT)
        except (AssociationAborted, PeerTimeout, Stopped):
            return  # the connection is already closed
        finally:
            self._wire.close()

    def kill(self) -> None:
        """End the association from another thread; the thread inside `store` gets `Stopped`."""
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
        """Build the PDUs of the next request's command set. Message IDs count from 1 to 65535 and begin again."""
        self._message_id = self._message_id % 0xFFFF + 1
        command = dimse.request(field, self._message_id, kind[0], sop_uid, more)
        return dimse.fragments(self.accepted[kind], command, self._fragment, dimse.COMMAND | dimse.LAST)

    def _data(self, kind: PresentationKind, piece: dimse.Buffer, last: bool) -> list[dimse.Buffer]:
        """Build the PDUs of a piece of the data set that follows."""
        return dimse.fragments(self.accepted[kind], piece, self._fragment, dimse.LAST if last else 0)

    def _answer(self, field: int) -> tuple[dimse.Response, bytes]:
        """Receive the next answer to the request under way: command set, and data set if one follows."""
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
                    raise AssociationAborted(dimse.NOT_DICOM, "parts out of order")
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
        raise AssociationAborted(dimse.NOT_DICOM, "it does not end")

    def _send(self, kind: int) -> None:
        self._wire.send([bytes([kind, 0, 0, 0, 0, 4, 0, 0, 0, 0])], self._timeouts.release)


def _fragment(maximum: int) -> int:
    """Return the most data bytes of a fragment for a peer's longest PDU; 0 is without limit (PS3.8 D.1).

    The number is even (PS3.8 E.1). A peer without a limit does not get the whole file in one fragment.
    """
    room = PIECE if maximum == 0 else min(PIECE, maximum - 6)
    if room < 2:
        sentence = Message("The new PACS allows only messages that are too short to hold any data of an image.")
        raise AssociationAborted(sentence, f"maximum PDU length {maximum}")
    return room - room % 2


def _unexpected(kind: int, body: bytes) -> AssociationAborted:
    if kind == _ABORT:
        return AbortedByPeer(
            Message("The new PACS aborted the connection."),
            f"A-ABORT source {body[2:3].hex()}, reason {body[3:4].hex()}",
        )
    return AssociationAborted(Message("The new PACS closed the connection."), f"PDU type {kind}")
