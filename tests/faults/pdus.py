"""Pack and unpack protocol data units (PS3.8 9.3) by hand, so that they may be as wrong as a test wants them."""

from __future__ import annotations

import hashlib
import struct
from io import BytesIO
from typing import Iterable, Mapping, NamedTuple

from pydicom.dataset import Dataset
from pynetdicom.dsutils import decode

RELEASE_RQ, RELEASE_RP, ABORT = (bytes([kind, 0, 0, 0, 0, 4, 0, 0, 0, 0]) for kind in (5, 6, 7))


class Message(NamedTuple):
    """A client's message: command set and data set. `data` is empty unless the server keeps it."""

    context: int
    command: Dataset
    length: int
    sha256: bytes
    data: bytes
    largest: int
    """The largest length field among its P-DATA-TF PDUs."""


class Gathering:
    """A message that is received fragment by fragment."""

    def __init__(self, keep_data: bool) -> None:
        self._keep_data = keep_data
        self._encoded = b""
        self._data: list[bytes] = []
        self._digest = hashlib.sha256()
        self._length = self._largest = 0
        self.command: Dataset | None = None
        """The command set, once it is complete."""

    def add(self, body: bytes) -> Message | None:
        """Take the body of a P-DATA-TF; the message, if that completes it."""
        self._largest = max(self._largest, len(body))
        for context, control, value in fragments(body):
            if control & 1:
                assert self.command is None, "a command where data was due"
                self._encoded += value
                if control & 2:
                    self.command = decode(BytesIO(self._encoded), True, True)
            else:
                self._length += len(value)
                self._digest.update(value)
                self._data.append(value if self._keep_data else b"")
            if control & 2 and self.command is not None and not (control & 1 and _announces_data(self.command)):
                whole = self._digest.digest(), b"".join(self._data)
                return Message(context, self.command, self._length, *whole, self._largest)
        return None


def associate_ac(
    answers: Mapping[int, tuple[int, str]], maximum: int | None = 16384, served: Iterable[str] = ()
) -> bytes:
    """An A-ASSOCIATE-AC (PS3.8 9.3.3): result and transfer syntax by context ID; without a maximum length if None.

    The client is the SCP of the SOP classes in `served` (PS3.7 D.3.3.4).
    """
    contexts = b"".join(
        _item(0x21, bytes([number, 0, result, 0]) + _item(0x40, syntax.encode("ascii")))
        for number, (result, syntax) in answers.items()
    )
    user = _item(0x51, struct.pack(">I", maximum)) if maximum is not None else b""
    user += _item(0x52, b"1.2.3.4")
    user += b"".join(_item(0x54, struct.pack(">H", len(uid)) + uid.encode("ascii") + b"\0\1") for uid in served)
    user += _item(0x55, b"FAULTY_1")
    titles = b"FAULTY".ljust(16) + b"TESTER".ljust(16) + bytes(32)
    body = b"\0\1\0\0" + titles + _item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + _item(0x50, user)
    return pdu(2, body)


def associate_rj(result: int, source: int, reason: int) -> bytes:
    """An A-ASSOCIATE-RJ (PS3.8 9.3.4)."""
    return pdu(3, bytes([0, result, source, reason]))


def abort(source: int, reason: int) -> bytes:
    """An A-ABORT (PS3.8 9.3.8)."""
    return pdu(7, bytes([0, 0, source, reason]))


def response(
    request: Message,
    status: int,
    extra: Mapping[int, bytes] = {},
    message_id: int | None = None,
    data: bytes | None = None,
) -> bytes:
    """The answer to a message, in one P-DATA-TF, and the data set that belongs to it in another."""
    command = response_command(request, status, extra, message_id, data is not None)
    answer = p_data((request.context, 3, command))
    return answer if data is None else answer + p_data((request.context, 2, data))


def response_command(
    request: Message,
    status: int,
    extra: Mapping[int, bytes] = {},
    message_id: int | None = None,
    has_data: bool = False,
) -> bytes:
    """The command set of an answer; `extra` are values by element number."""
    return command(
        {
            0x0100: struct.pack("<H", request.command.CommandField | 0x8000),
            0x0120: struct.pack("<H", request.command.MessageID if message_id is None else message_id),
            0x0800: struct.pack("<H", 0x0001 if has_data else 0x0101),
            0x0900: struct.pack("<H", status),
            **extra,
        }
    )


def command(elements: Mapping[int, bytes]) -> bytes:
    """A command set (PS3.7 6.3.1) of values by element number."""
    body = b"".join(
        struct.pack("<HHI", 0, number, len(elements[number])) + elements[number] for number in sorted(elements)
    )
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def p_data(*values: tuple[int, int, bytes]) -> bytes:
    """A P-DATA-TF (PS3.8 9.3.5) of (context ID, message control header, fragment)."""
    return pdu(
        4, b"".join(struct.pack(">IBB", len(part) + 2, context, control) + part for context, control, part in values)
    )


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxI", kind, len(body)) + body


def _item(kind: int, value: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(value)) + value


def fragments(body: bytes) -> Iterable[tuple[int, int, bytes]]:
    """(context ID, message control header, fragment) of each value in the body of a P-DATA-TF."""
    at = 0
    while at < len(body):
        length, context, control = struct.unpack_from(">IBB", body, at)
        assert at + 4 + length <= len(body)
        yield context, control, body[at + 6 : at + 4 + length]
        at += 4 + length


def _announces_data(command: Dataset) -> bool:
    """Whether a data set follows: Command Data Set Type is not 0101 (PS3.7 E.1-1)."""
    return bool(command.CommandDataSetType != 0x0101)
