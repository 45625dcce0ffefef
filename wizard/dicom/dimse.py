"""The few command sets of copying and asking (PS3.7 9.3 and E.1), and the fragments that carry them (PS3.8 9.3.5).

Command sets are always implicit little endian and hold a handful of elements of group 0000.
"""

from __future__ import annotations

import functools
import struct
from typing import Iterator, NamedTuple, Union

from wizard.dicom import text
from wizard.errors import AssociationAborted

C_STORE, C_FIND, C_ECHO = 0x0001, 0x0020, 0x0030
"""Command fields of requests; that of the answer has the bit 8000 as well."""

COMMAND, LAST = 0x01, 0x02  # bits of the message control header

_ANSWER = 0x8000
_MEDIUM = 0x0000
_DATA_SET, _NO_DATA_SET = 0x0001, 0x0101
_HEADER = struct.Struct(">BBIIBB")
_US, _TAG, _ELEMENT = struct.Struct("<H"), struct.Struct("<HH"), struct.Struct("<HHI")
_GROUP_LENGTH, _MESSAGE_ID = struct.Struct("<HHII"), struct.Struct("<HHIH")

Buffer = Union[bytes, memoryview]


class Response(NamedTuple):
    """What an answer says. `offending` lists tags such as "(0008,0018)"."""

    message_id: int
    status: int
    comment: str
    offending: str
    has_data: bool


def request(field: int, message_id: int, sop_class: str, sop_uid: str = "") -> bytes:
    """The command set of a C-STORE-RQ, C-FIND-RQ or C-ECHO-RQ (PS3.7 tables 9.3-1, 9.3-3 and 9.3-12)."""
    before, after = _around_message_id(field, sop_class)
    instance = _element(0x1000, _uid(sop_uid)) if field == C_STORE else b""
    body = b"".join((before, _MESSAGE_ID.pack(0x0000, 0x0110, 2, message_id), after, instance))
    return _GROUP_LENGTH.pack(0x0000, 0x0000, 4, len(body)) + body


@functools.lru_cache(maxsize=512)
def _around_message_id(field: int, sop_class: str) -> tuple[bytes, bytes]:
    """What the requests of one kind have in common, before and behind the message ID."""
    before = _element(0x0002, _uid(sop_class)) + _element(0x0100, struct.pack("<H", field))
    after = b"" if field == C_ECHO else _element(0x0700, struct.pack("<H", _MEDIUM))
    return before, after + _element(0x0800, struct.pack("<H", _NO_DATA_SET if field == C_ECHO else _DATA_SET))


def read_response(command: bytes, field: int, message_id: int) -> Response:
    """Read the command set that should answer the request with this command field and message ID.

    Raises
    ------
    AssociationAborted
        It is something else, or broken.
    """
    try:
        elements = _elements(command)
        (answered,) = _US.unpack(elements[0x0100])
        (answered_id,) = _US.unpack(elements[0x0120])
        (data_set,) = _US.unpack(elements.get(0x0800, b"\x01\x01"))
        (status,) = _US.unpack(elements[0x0900])
    except (KeyError, struct.error) as error:
        raise AssociationAborted("The new PACS sent an answer that is no DICOM.", repr(error)) from error
    if answered != field | _ANSWER or answered_id != message_id:
        raise AssociationAborted(
            "The new PACS answered another question.", f"command field {answered:#06x}, message ID {answered_id}"
        )
    comment = text.decode(elements[0x0902]) if 0x0902 in elements else ""
    offending = _tags(elements[0x0901]) if 0x0901 in elements else ""
    return Response(answered_id, status, comment, offending, data_set != _NO_DATA_SET)


def fragments(context: int, data: Buffer, size: int, control: int) -> list[Buffer]:
    """Cut one piece of a message into P-DATA-TF PDUs with one value each: header, fragment, header, fragment, …

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


def values(body: bytes) -> Iterator[tuple[int, bytes]]:
    """The presentation data values of a P-DATA-TF: message control header and fragment (PS3.8 9.3.5.1).

    Raises
    ------
    AssociationAborted
        It is broken.
    """
    at = 0
    while at < len(body):
        length = int.from_bytes(body[at : at + 4], "big")
        if length < 2 or at + 4 + length > len(body):
            raise AssociationAborted("The new PACS sent an answer that is no DICOM.", f"value length {length}")
        yield body[at + 5], body[at + 6 : at + 4 + length]
        at += 4 + length


def _element(element: int, value: bytes) -> bytes:
    return _ELEMENT.pack(0x0000, element, len(value)) + value


def _uid(uid: str) -> bytes:
    value = uid.encode("ascii", "replace")
    return value + b"\0" * (len(value) % 2)


def _tags(value: bytes) -> str:
    """The tags of an Offending Element, as people write them."""
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
