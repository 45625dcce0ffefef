"""Write and read the command sets of this program (PS3.7 9.3, 10.3 and E.1) and their fragments (PS3.8 9.3.5).

Command sets are always implicit little endian and hold a few elements of group 0000.
"""

from __future__ import annotations

import functools
import struct
from types import MappingProxyType
from typing import Iterator, Mapping, NamedTuple, Union

from wizard.dicom import text
from wizard.errors import AssociationAborted
from wizard.language.message import LONGEST_FOREIGN, Foreign, Message

#: The sentence for whatever cannot be read as DICOM; the details of the error say what it was.
NOT_DICOM = Message("The new PACS sent a response that is not DICOM.")

C_STORE, C_GET, C_FIND, C_MOVE, C_ECHO = 0x0001, 0x0010, 0x0020, 0x0021, 0x0030
N_EVENT_REPORT, N_ACTION = 0x0100, 0x0130
"""Command fields of requests; the command field of an answer has the bit `ANSWER` as well."""

ANSWER = 0x8000
COMMAND, LAST = 0x01, 0x02  # bits of the message control header

_MEDIUM = 0x0000
_DATA_SET, _NO_DATA_SET = 0x0001, 0x0101
_HEADER = struct.Struct(">BBIIBB")
_REPEATED = (0x0002, 0x1000, 0x1002)  # repeated in the answer to a request: SOP class, SOP instance, event type
_US, _TAG, _ELEMENT = struct.Struct("<H"), struct.Struct("<HH"), struct.Struct("<HHI")
_GROUP_LENGTH, _MESSAGE_ID = struct.Struct("<HHII"), struct.Struct("<HHIH")

Buffer = Union[bytes, memoryview]


class Response(NamedTuple):
    """The content of an answer.

    `comment` is the peer's Error Comment (0000,0902), cut off at 1 024 characters; the standard allows 64 (PS3.7 annex
    E, VR LO); `comment_for_people` makes it fit for a sentence. `offending` lists tags such as "(0008,0018)".
    """

    message_id: int
    status: int
    comment: str
    offending: str
    has_data: bool


class DimseMessage(NamedTuple):
    """A message of the peer, an answer or a request of its own.

    `message_id` is that of the request, which an answer repeats. `elements` is the command set by element number in
    group 0000.
    """

    context: int
    field: int
    message_id: int
    elements: dict[int, bytes]
    data: bytes = b""

    @property
    def status(self) -> int | None:
        """The status of an answer (PS3.7 annex C); None without one."""
        value = self.elements.get(0x0900, b"")
        return int.from_bytes(value, "little") if len(value) == 2 else None

    @property
    def has_data(self) -> bool:
        return self.elements.get(0x0800, b"\x01\x01") != b"\x01\x01"


def request(
    field: int, message_id: int, sop_class: str, sop_uid: str = "", more: Mapping[int, bytes] = MappingProxyType({})
) -> bytes:
    """Build the command set of a request (PS3.7 9.3 and 10.3); `more` are elements that only some requests have."""
    before, after = _around_message_id(field, sop_class)
    instance = _element(0x1000, uid(sop_uid)) if field == C_STORE else b""
    early = b"".join(_element(number, more[number]) for number in sorted(more) if number < 0x0700)
    late = b"".join(_element(number, more[number]) for number in sorted(more) if number > 0x0800)
    body = b"".join((before, _MESSAGE_ID.pack(0x0000, 0x0110, 2, message_id), early, after, instance, late))
    return _GROUP_LENGTH.pack(0x0000, 0x0000, 4, len(body)) + body


def reply(message: DimseMessage, status: int) -> bytes:
    """Build the command set of the answer to a peer's request; the answer has no data set."""
    kept = {number: message.elements[number] for number in _REPEATED if number in message.elements}
    elements = {
        **kept,
        0x0100: _US.pack(message.field | ANSWER),
        0x0120: _US.pack(message.message_id),
        0x0800: _US.pack(_NO_DATA_SET),
        0x0900: _US.pack(status),
    }
    body = b"".join(_element(number, elements[number]) for number in sorted(elements))
    return _GROUP_LENGTH.pack(0x0000, 0x0000, 4, len(body)) + body


@functools.lru_cache(maxsize=512)
def _around_message_id(field: int, sop_class: str) -> tuple[bytes, bytes]:
    """Build the elements that the requests of one kind share, before and behind the message ID."""
    before = _element(0x0003 if field == N_ACTION else 0x0002, uid(sop_class)) + _element(0x0100, _US.pack(field))
    after = b"" if field in (C_ECHO, N_ACTION, N_EVENT_REPORT) else _element(0x0700, _US.pack(_MEDIUM))
    return before, after + _element(0x0800, _US.pack(_NO_DATA_SET if field == C_ECHO else _DATA_SET))


def read(context: int, command: bytes) -> DimseMessage:
    """Read the command set of a received message.

    Raises
    ------
    AssociationAborted
        The command set is broken.
    """
    try:
        elements = _elements(command)
        (field,) = _US.unpack(elements[0x0100])
        (message_id,) = _US.unpack(elements[0x0120 if field & ANSWER else 0x0110])
        _US.unpack(elements.get(0x0800, b"\x01\x01"))
    except (KeyError, struct.error) as error:
        raise AssociationAborted(NOT_DICOM, repr(error)) from error
    return DimseMessage(context, field, message_id, elements)


def response(message: DimseMessage, field: int, message_id: int) -> Response:
    """Read the answer to the request with this command field and message ID.

    Raises
    ------
    AssociationAborted
        The message is something else, or has no status.
    """
    if message.field != field | ANSWER or message.message_id != message_id:
        raise AssociationAborted(
            Message("The response of the new PACS does not match the request."),
            f"command field {message.field:#06x}, message ID {message.message_id}",
        )
    status = message.status
    if status is None:
        raise AssociationAborted(NOT_DICOM, "no status")
    elements = message.elements
    comment = _comment(elements.get(0x0902, b""))
    offending = _tags(elements[0x0901]) if 0x0901 in elements else ""
    return Response(message_id, status, comment, offending, message.has_data)


def fragments(context: int, data: Buffer, size: int, control: int) -> list[Buffer]:
    """Cut a piece of a message into P-DATA-TF PDUs with one value each: header, fragment, header, fragment, …

    `size` is the most data bytes of a fragment. `control` says COMMAND or not, and LAST when `data` ends the message.
    """
    count = len(data)
    whole = max(0, count - 1) // size * size  # bytes in fragments before the last one
    out: list[Buffer] = []
    if whole:
        header = _HEADER.pack(0x04, 0, size + 6, size + 2, context, control & ~LAST)
        for start in range(0, whole, size):
            out += (header, data[start : start + size])
    rest = count - whole
    out += (_HEADER.pack(0x04, 0, rest + 6, rest + 2, context, control), data[whole:] if whole else data)
    return out


def values(body: bytes) -> Iterator[tuple[int, int, bytes]]:
    """Yield the presentation data values of a P-DATA-TF: context, message control header, fragment (PS3.8 9.3.5.1).

    Raises
    ------
    AssociationAborted
        The P-DATA-TF is broken.
    """
    at = 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        if length < 2 or at + 4 + length > len(body):
            raise AssociationAborted(NOT_DICOM, f"value length {length}")
        yield body[at + 4], body[at + 5], body[at + 6 : at + 4 + length]
        at += 4 + length


def _element(element: int, value: bytes) -> bytes:
    return _ELEMENT.pack(0x0000, element, len(value)) + value


def uid(text_of_it: str) -> bytes:
    """Encode a UID as a value of a command set."""
    value = text_of_it.encode("ascii", "replace")
    return value + b"\0" * (len(value) % 2)


def _comment(value: bytes) -> str:
    """Read an Error Comment. What is too long for anybody to read is not even decoded."""
    return str(Foreign(text.decode(value[: LONGEST_FOREIGN + 1])))


def _tags(value: bytes) -> str:
    """Write the tags of an Offending Element as text."""
    return " ".join("({:04x},{:04x})".format(*_TAG.unpack_from(value, at)) for at in range(0, len(value) - 3, 4))


def _elements(command: bytes) -> dict[int, bytes]:
    elements = {}
    at, end = 0, len(command)
    while at < end:
        group, element, length = _ELEMENT.unpack_from(command, at)
        begin = at + 8
        at = begin + length
        if group or at > end:
            raise struct.error(f"element ({group:04x},{element:04x}) of length {length}")
        elements[element] = command[begin:at]
    return elements
