"""The few command sets of bulk sending (PS3.7 9.3.1 and E.1), and the fragments that carry them (PS3.8 9.3.5).

Command sets are always implicit little endian and hold a handful of elements of group 0000.
"""

from __future__ import annotations

import struct
from typing import Iterator, NamedTuple

from wizard.errors import AssociationAborted

C_STORE_RQ, C_STORE_RSP = 0x0001, 0x8001
_MEDIUM, _HAS_DATA_SET = 0x0000, 0x0001

_HEADER = struct.Struct(">BBIIBB")
COMMAND, LAST = 0x01, 0x02  # bits of the message control header


class Response(NamedTuple):
    """What a C-STORE-RSP says. `offending` lists tags such as "(0008,0018)"."""

    message_id: int
    status: int
    comment: str
    offending: str


def store_request(message_id: int, sop_class: str, sop_uid: str) -> bytes:
    """The command set of a C-STORE-RQ (PS3.7 table 9.3-1)."""
    body = b"".join(
        [
            _element(0x0002, _uid(sop_class)),
            _element(0x0100, struct.pack("<H", C_STORE_RQ)),
            _element(0x0110, struct.pack("<H", message_id)),
            _element(0x0700, struct.pack("<H", _MEDIUM)),
            _element(0x0800, struct.pack("<H", _HAS_DATA_SET)),
            _element(0x1000, _uid(sop_uid)),
        ]
    )
    return _element(0x0000, struct.pack("<I", len(body))) + body


def read_response(command: bytes) -> Response:
    """Read a command set that should be a C-STORE-RSP.

    Raises
    ------
    AssociationAborted
        It is something else, or broken.
    """
    try:
        elements = _elements(command)
        (field,) = struct.unpack("<H", elements[0x0100])
        (message_id,) = struct.unpack("<H", elements[0x0120])
        (status,) = struct.unpack("<H", elements[0x0900])
    except (KeyError, struct.error) as error:
        raise AssociationAborted("The new PACS sent an answer that is no DICOM.", repr(error)) from error
    if field != C_STORE_RSP:
        raise AssociationAborted("The new PACS answered another question.", f"command field {field:#06x}")
    tags = elements.get(0x0901, b"")
    offending = ["({:04x},{:04x})".format(*struct.unpack_from("<HH", tags, at)) for at in range(0, len(tags) - 3, 4)]
    comment = elements.get(0x0902, b"").decode("ascii", "replace").strip(" \0")
    return Response(message_id, status, comment, " ".join(offending))


def fragments(context: int, data: memoryview, size: int, control: int) -> Iterator[memoryview]:
    """Cut one piece of a message into P-DATA-TF PDUs with one value each: header, fragment, header, fragment, …

    `size` is the most data bytes of a fragment. `control` says COMMAND or not, and LAST when `data` ends the message.
    """
    for start in range(0, max(len(data), 1), size):
        part = data[start : start + size]
        last = control if start + size >= len(data) else control & ~LAST
        yield memoryview(_HEADER.pack(0x04, 0, len(part) + 6, len(part) + 2, context, last))
        yield part


def _element(element: int, value: bytes) -> bytes:
    return struct.pack("<HHI", 0x0000, element, len(value)) + value


def _uid(text: str) -> bytes:
    value = text.encode("ascii", "replace")
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
