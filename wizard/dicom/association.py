"""Bulk C-STORE over one association: byte for byte, with memory for a buffer and not for a file.

The negotiation is built and read with pynetdicom's PDU classes. From then on command and first fragments leave in
one write, and the data set as it lies in the file: nothing is decoded, padded, stripped or relabelled.
"""

from __future__ import annotations

import hashlib
import time
from typing import Callable, Iterable, NamedTuple, Protocol

from pydicom.uid import UID
from pynetdicom.pdu import A_ASSOCIATE_AC, A_ASSOCIATE_RQ
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    ImplementationClassUIDNotification,
    ImplementationVersionNameNotification,
    MaximumLengthNotification,
)
from pynetdicom.presentation import build_context

from wizard.dicom import dimse, status
from wizard.dicom.contexts import LIMIT, Kind
from wizard.dicom.destination import Destination
from wizard.dicom.wire import connect
from wizard.errors import AssociationAborted, AssociationRejected, ReadFailed, Silence, Stopped

IMPLEMENTATION_UID = "2.25.98204871736650129365178243094210957613"
IMPLEMENTATION_NAME = "PACS_MIGRATOR_1"

_APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
_BUFFER = 256 * 1024  # bytes read, hashed and written at a time; also the largest fragment
_UNSAID_MAXIMUM = 16384  # of a peer that names no maximum length
_AC, _RJ, _DATA, _RELEASE_RQ, _RELEASE_RP, _ABORT = 2, 3, 4, 5, 6, 7


class Readable(Protocol):
    """What an instance is read from: a raw file at the beginning of its data set."""

    def readinto(self, buffer: memoryview) -> int: ...


class Limits(NamedTuple):
    """Seconds: to connect, to be accepted, without a byte moving while sending, without an answer afterwards."""

    connect: float = 10
    accept: float = 30
    send: float = 60
    answer: float = 120
    release: float = 5


PATIENT = Limits()


class Answer(NamedTuple):
    """What the destination answered to one instance; `sha256` is of the data set as it was sent."""

    status: int
    comment: str
    offending: str
    sha256: bytes
    bytes: int
    seconds: float


class Association:
    """An open association for storing. Used by one thread; `kill` may come from any.

    Parameters
    ----------
    kinds : iterable of (SOP class UID, transfer syntax UID)
        At most 128; each becomes one presentation context.

    Attributes
    ----------
    refused : dict
        For each kind that was not accepted the result of PS3.8 table 9-18.
    peer : str
        The implementation class UID and version name of the destination.

    Raises
    ------
    NameNotResolved, Unreachable, AssociationRejected, AssociationAborted, Silence, Stopped
    """

    def __init__(
        self,
        destination: Destination,
        kinds: Iterable[Kind],
        limits: Limits = PATIENT,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        self._destination, self._limits = destination, limits
        self._wire = connect(destination, limits.connect, cancelled)
        self._buffer = memoryview(bytearray(_BUFFER))
        self._message_id = 0
        self.accepted: dict[Kind, int] = {}
        self.refused: dict[Kind, int] = {}
        self.peer = ""
        try:
            self._negotiate(list(kinds))
        except BaseException:
            self._wire.close()
            raise

    def store(self, kind: Kind, sop_uid: str, source: Readable, length: int) -> Answer:
        """Send one instance of `length` bytes and wait for the answer.

        Raises
        ------
        ReadFailed
            The file could not be read to its end. The association was aborted, so that the peer is not left waiting.
        AssociationAborted, Silence, Stopped
            No valid answer came: the instance may or may not be stored. The association is never used again.
        """
        context = self.accepted[kind]
        self._message_id = self._message_id % 0xFFFF + 1
        command = dimse.store_request(self._message_id, kind[0], sop_uid)
        started = time.monotonic()
        out = list(dimse.fragments(context, memoryview(command), self._fragment, dimse.COMMAND | dimse.LAST))
        digest = hashlib.sha256()
        remaining = length
        try:
            while True:
                piece = self._read(source, min(remaining, _BUFFER))
                remaining -= len(piece)
                digest.update(piece)
                out.extend(dimse.fragments(context, piece, self._fragment, 0 if remaining else dimse.LAST))
                self._wire.send(out, self._limits.send)
                out = []
                if not remaining:
                    break
            answer = self._answer()
        except (ReadFailed, AssociationAborted, Silence, Stopped):
            self.abort()
            raise
        return Answer(
            answer.status,
            answer.comment,
            answer.offending,
            digest.digest(),
            length,
            time.monotonic() - started,
        )

    def release(self) -> None:
        """End by the book (PS3.8 7.2); a peer that does not answer is left."""
        try:
            self._send(_RELEASE_RQ)
            kind, _ = self._wire.receive(self._limits.release)
            if kind == _RELEASE_RQ:  # both sides asked at the same time
                self._send(_RELEASE_RP)
        except (AssociationAborted, Silence, Stopped):
            return  # nothing was under way: there is nothing left to save
        finally:
            self._wire.close()

    def abort(self) -> None:
        """Tell the peer that this association is over (A-ABORT, source: service user), and close."""
        try:
            self._send(_ABORT)
        except (AssociationAborted, Silence, Stopped):
            return  # it is already gone
        finally:
            self._wire.close()

    def kill(self) -> None:
        """End it from another thread; the thread inside `store` gets `Stopped`."""
        self._wire.kill()

    def _negotiate(self, kinds: list[Kind]) -> None:
        assert 0 < len(kinds) <= LIMIT, f"{len(kinds)} presentation contexts"
        self._wire.send([memoryview(self._request(kinds))], self._limits.accept)
        kind, body = self._wire.receive(self._limits.accept)
        if kind == _RJ and len(body) >= 4:
            _, result, source, reason = body[:4]
            sentence = status.rejection(source, reason, self._destination.called_ae, self._destination.calling_ae)
            raise AssociationRejected(sentence, result, source, reason)
        if kind != _AC:
            raise _unexpected(kind, body)
        try:
            accept = A_ASSOCIATE_AC()
            accept.decode(b"\x02\x00" + len(body).to_bytes(4, "big") + body)
            answer = accept.to_primitive()
            results = {cx.context_id: cx for cx in answer.presentation_context_definition_results_list}
            maximum = answer.maximum_length_received
            self.peer = " ".join(_implementation(answer))
        except Exception as error:  # pynetdicom raises many types on bytes that are no A-ASSOCIATE-AC
            raise AssociationAborted("The new PACS sent an answer that is no DICOM.", repr(error)) from error
        for number, (sop_class, syntax) in enumerate(kinds):
            context = results.get(2 * number + 1)
            result = 2 if context is None else int(context.result or 0)
            if context is not None and result == 0 and list(context.transfer_syntax) != [syntax]:
                result = 4  # it accepted a syntax that was not offered
            if result == 0:
                self.accepted[(sop_class, syntax)] = 2 * number + 1
            else:
                self.refused[(sop_class, syntax)] = result
        if maximum is None:
            maximum = _UNSAID_MAXIMUM
        room = _BUFFER if maximum == 0 else min(_BUFFER, maximum - 6)
        self._fragment = room - room % 2
        if self._fragment < 2:
            raise AssociationAborted("The new PACS takes no data.", f"maximum PDU length {maximum}")

    def _request(self, kinds: list[Kind]) -> bytes:
        primitive = A_ASSOCIATE()
        primitive.application_context_name = UID(_APPLICATION_CONTEXT)
        primitive.calling_ae_title = self._destination.calling_ae
        primitive.called_ae_title = self._destination.called_ae
        contexts = [build_context(sop_class, [syntax]) for sop_class, syntax in kinds]
        for number, context in enumerate(contexts):
            context.context_id = 2 * number + 1
        primitive.presentation_context_definition_list = contexts
        maximum, implementation, version = (
            MaximumLengthNotification(),
            ImplementationClassUIDNotification(),
            ImplementationVersionNameNotification(),
        )
        maximum.maximum_length_received = 16384  # ours, for the answers only
        implementation.implementation_class_uid = UID(IMPLEMENTATION_UID)
        version.implementation_version_name = IMPLEMENTATION_NAME
        primitive.user_information = [maximum, implementation, version]
        request = A_ASSOCIATE_RQ()
        request.from_primitive(primitive)
        encoded: bytes = request.encode()
        return encoded

    def _read(self, source: Readable, count: int) -> memoryview:
        """Fill the buffer with exactly `count` bytes."""
        filled = 0
        while filled < count:
            try:
                got = source.readinto(self._buffer[filled:count])
            except OSError as error:
                raise ReadFailed("The computer could not read this file to its end.", str(error)) from error
            if not got:
                raise ReadFailed("The file became shorter while it was being sent.")
            filled += got
        return self._buffer[:count]

    def _answer(self) -> dimse.Response:
        command = b""
        while True:
            kind, body = self._wire.receive(self._limits.answer)
            if kind != _DATA:
                raise _unexpected(kind, body)
            for control, part in _values(body):
                if not control & dimse.COMMAND:
                    raise AssociationAborted("The new PACS sent data where an answer was due.")
                command += part
                if control & dimse.LAST:
                    response = dimse.read_response(command)
                    if response.message_id != self._message_id:
                        raise AssociationAborted(
                            "The new PACS answered another question.", f"message ID {response.message_id}"
                        )
                    return response

    def _send(self, kind: int) -> None:
        self._wire.send([memoryview(bytes([kind, 0, 0, 0, 0, 4, 0, 0, 0, 0]))], self._limits.release)


def _values(body: bytes) -> Iterable[tuple[int, bytes]]:
    """The presentation data values of a P-DATA-TF: message control header and fragment (PS3.8 9.3.5.1)."""
    at = 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        if length < 2 or at + 4 + length > len(body):
            raise AssociationAborted("The new PACS sent an answer that is no DICOM.", f"value length {length}")
        yield body[at + 5], body[at + 6 : at + 4 + length]
        at += 4 + length


def _implementation(answer: A_ASSOCIATE) -> Iterable[str]:
    """The implementation class UID and version name that the peer gave (PS3.7 D.3.3.2)."""
    for item in answer.user_information:
        for name in ("implementation_class_uid", "implementation_version_name"):
            value = getattr(item, name, None)
            if value:
                yield value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)


def _unexpected(kind: int, body: bytes) -> AssociationAborted:
    if kind == _ABORT:
        return AssociationAborted(
            "The new PACS broke off the connection.",
            f"A-ABORT source {body[2:3].hex()}, reason {body[3:4].hex()}",
        )
    return AssociationAborted("The new PACS ended the connection.", f"PDU type {kind}")
