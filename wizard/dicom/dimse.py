"""The few command sets of copying and asking (PS3.7 9.3 and E.1), and the fragments that carry them (PS3.8 9.3.5).

Command sets are always implicit little endian and hold a handful of elements of group 0000.
"""

from __future__ import annotations

import struct
from typing import Iterator, NamedTuple

from wizard.dicom import text
from wizard.errors import AssociationAborted

C_STORE, C_FIND, C_ECHO = 0x0001, 0x0020, 0x0030
"""Command fields of requests; that of the answer has the bit 8000 as well."""

COMMAND, LAST = 0x01, 0x02  # bits of the message control header

_ANSWER = 0x8000
_MEDIUM = 0x0000
_DATA_SET, _NO_DATA_SET = 0x0001, 0x0101
_HEADER = struct.Struct(">BBIIBB")


class Response(NamedTuple):
    """What an answer says. `offending` lists tags such as "(0008,0018)"."""

    message_id: int
    status: int
    comment: str
    offending: str
    has_data: bool


def request(field: int, message_id: int, sop_class: str, sop_uid: str = "") -> bytes:
    """The command set of a C-STORE-RQ, C-FIND-RQ or C-ECHO-RQ (PS3.7 tables 9.3-1, 9.3-3 and 9.3-12)."""
    elements = {
        0x0002: _uid(sop_class),
        0x0100: struct.pack("<H", field),
        0x0110: struct.pack("<H", message_id),
        0x0800: struct.pack("<H", _NO_DATA_SET if field == C_ECHO else _DATA_SET),
    }
    if field != C_ECHO:
        elements[0x0700] = struct.pack("<H", _MEDIUM)
    if field == C_STORE:
        elements[0x1000] = _uid(sop_uid)
    body = b"".join(_element(number, elements[number]) for number in sorted(elements))
    return _element(0x0000, struct.pack("<I", len(body))) + body


def read_response(command: bytes, field: int, message_id: int) -> Response:
    """Read the command set that should answer the request with this command field and message ID.

    Raises
    ------
    AssociationAborted
        It is something else, or broken.
    """
    try:
        elements = _elements(command)
        (answered,) = struct.unpack("<H", elements[0x0100])
        (answered_id,) = struct.unpack("<H", elements[0x0120])
        (data_set,) = struct.unpack("<H", elements.get(0x0800, b"\x01\x01"))
        (status,) = struct.unpack("<H", elements[0x0900])
    except (KeyError, struct.error) as error:
        raise AssociationAborted("The new PACS sent an answer that is no DICOM.", repr(error)) from error
    if (answered, answered_id) != (field | _ANSWER, message_id):
        raise AssociationAborted(
            "The new PACS answered another question.", f"command field {answered:#06x}, message ID {answered_id}"
        )
    tags = elements.get(0x0901, b"")
    offending = ["({:04x},{:04x})".format(*struct.unpack_from("<HH", tags, at)) for at in range(0, len(tags) - 3, 4)]
    comment = text.decode(elements.get(0x0902, b""))
    return Response(answered_id, status, comment, " ".join(offending), data_set != _NO_DATA_SET)


def fragments(context: int, data: memoryview, size: int, control: int) -> Iterator[memoryview]:
    """Cut one piece of a message into P-DATA-TF PDUs with one value each: header, fragment, header, fragment, …

    `size` is the most data bytes of a fragment. `control` says COMMAND or not, and LAST when `data` ends the message.
    """
    for start in range(0, max(len(data), 1), size):
        part = data[start : start + size]
        last = control if start + size >= len(data) else control & ~LAST
        yield memoryview(_HEADER.pack(0x04, 0, len(part) + 6, len(part) + 2, context, last))
        yield part


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
    return struct.pack("<HHI", 0x0000, element, len(value)) + value


def _uid(uid: str) -> bytes:
    value = uid.encode("ascii", "replace")
    return value + b"\0" * (len(value) % 2)


def _elements(command: bytes) -> dict[int, bytes]:
    elements = {}
    at = 0
    while at < len(command):
        group, element, length = struct.unpack_from("<HHI", command, at)
        if group != 0x0000 or at + 8 + length > len(command):
            raise struct.error(f"element ({group:04x},{element:04x}) of length {length}")
        elements[element] = command[at + 8 : at + 8 + length]
        at += 8 + length
    return elements
