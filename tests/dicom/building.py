"""Build small DICOM files by hand, so that each can be wrong in one place."""

from __future__ import annotations

import os
import struct
import zlib
from pathlib import Path
from typing import Iterable, NamedTuple

from wizard.dicom.contexts import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from wizard.dicom.header import Header, read_header
from wizard.dicom.structure import FileBytes
from wizard.practice.part10 import file_meta

CT = "1.2.840.10008.5.1.4.1.1.2"
REPORT = "1.2.840.10008.5.1.4.1.1.88.11"
RLE = "1.2.840.10008.1.2.5"
SYNTAXES = (
    IMPLICIT_LITTLE_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    DEFLATED_LITTLE_ENDIAN,
    RLE,
)
UID = "1.2.826.0.1.3680043.8.498.77"

_LONG = ("OB", "OD", "OF", "OL", "OW", "SQ", "UC", "UN", "UR", "UT")
_UNDEFINED = 0xFFFFFFFF


class Fragments(NamedTuple):
    """The value of encapsulated Pixel Data (PS3.5 A.4); the first piece is the offset table."""

    pieces: tuple[bytes, ...]


class Items(NamedTuple):
    """The value of a sequence (PS3.5 7.5)."""

    items: tuple[tuple[Element, ...], ...]
    undefined: bool = False


class Element(NamedTuple):
    tag: int
    vr: str
    value: bytes | Items | Fragments


def ct(uid: str = UID, pixels: int = 32) -> list[Element]:
    """Build a CT image with the least number of required elements."""
    return [
        Element(0x00080005, "CS", b"ISO_IR 100"),
        Element(0x00080016, "UI", even(CT)),
        Element(0x00080018, "UI", even(uid)),
        Element(0x00080060, "CS", b"CT"),
        Element(0x00100010, "PN", b"Muster^J\xf6rg "),
        Element(0x00100020, "LO", b"P-4711"),
        Element(0x0020000D, "UI", even(UID + ".1")),
        Element(0x0020000E, "UI", even(UID + ".2")),
        Element(0x00280010, "US", bytes(2)),
        Element(0x7FE00010, "OW", bytes(range(1, pixels + 1))),
    ]


def compressed(uid: str = UID) -> list[Element]:
    """Build the same image, encapsulated in two pieces."""
    return [*ct(uid)[:-1], Element(0x7FE00010, "OB", Fragments((b"", b"\x01" * 20, b"\x02" * 12)))]


def report(uid: str = UID) -> list[Element]:
    """Build a structured report, which is no image, with a sequence of each kind of length."""
    item = (Element(0x00080100, "SH", b"121071"), Element(0x00080104, "LO", b"Finding "))
    return [
        Element(0x00080016, "UI", even(REPORT)),
        Element(0x00080018, "UI", even(uid)),
        Element(0x0020000D, "UI", even(UID + ".1")),
        Element(0x0020000E, "UI", even(UID + ".2")),
        Element(0x0040A043, "SQ", Items((item, item))),
        Element(0x0040A730, "SQ", Items((item, (Element(0x0040A043, "SQ", Items((item,), True)),)), True)),
        Element(0x0040A491, "CS", b"COMPLETE"),
    ]


def even(uid: str) -> bytes:
    value = uid.encode("ascii")
    return value + b"\0" * (len(value) % 2)


def without(elements: Iterable[Element], *tags: int) -> list[Element]:
    return [element for element in elements if element.tag not in tags]


def replaced(elements: Iterable[Element], tag: int, value: bytes) -> list[Element]:
    return [element._replace(value=value) if element.tag == tag else element for element in elements]


def encode(elements: Iterable[Element], syntax: str = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    """Encode a data set for a file."""
    explicit, order = syntax != IMPLICIT_LITTLE_ENDIAN, ">" if syntax == EXPLICIT_BIG_ENDIAN else "<"
    data = b"".join(_element(element, explicit, order) for element in elements)
    return deflate(data) if syntax == DEFLATED_LITTLE_ENDIAN else data


def deflate(data: bytes) -> bytes:
    """Deflate a data set and pad it to an even length (PS3.5 A.5)."""
    compressor = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = compressor.compress(data) + compressor.flush()
    return packed + b"\0" * (len(packed) % 2)


def label(syntax: str = EXPLICIT_LITTLE_ENDIAN, sop_class: str = CT, uid: str = UID) -> bytes:
    """Build preamble, DICM and file meta information."""
    return file_meta(sop_class, uid, syntax)


def element_borders(elements: Iterable[Element], syntax: str = EXPLICIT_LITTLE_ENDIAN) -> list[int]:
    """Return the offset of each element, and of the end of the last one."""
    elements = list(elements)
    return [len(encode(elements[:count], syntax)) for count in range(len(elements) + 1)]


class Watched:
    """Bytes that return exactly the requested ones, and fail on a request beyond the end.

    `asked` is the number of requested bytes.
    """

    def __init__(self, content: bytes) -> None:
        self._content, self.size = content, len(content)
        self.asked = 0

    def window(self, offset: int, need: int) -> tuple[bytes, int]:
        assert 0 <= offset <= offset + need <= self.size, f"{need} bytes from {offset} of {self.size}"
        self.asked += need
        return self._content[offset : offset + need], offset


def read(content: bytes) -> Header:
    return read_header(Watched(content))


def read_file(path: Path) -> Header:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return read_header(FileBytes(descriptor, os.fstat(descriptor).st_size))
    finally:
        os.close(descriptor)


def bucket(content: bytes) -> str:
    """Return the bucket of a file; nothing if it can be sent."""
    problem = read(content).problem
    return str(problem.reason.outcome) if problem else ""


def _element(element: Element, explicit: bool, order: str) -> bytes:
    value, undefined = element.value, False
    if isinstance(value, Fragments):
        pieces = b"".join(_head(0xFFFEE000, len(piece), order) + piece for piece in value.pieces)
        value, undefined = pieces + _head(0xFFFEE0DD, 0, order), True
    elif isinstance(value, Items):
        undefined = value.undefined
        value = b"".join(_item(item, undefined, explicit, order) for item in value.items)
        value += _head(0xFFFEE0DD, 0, order) if undefined else b""
    length = _UNDEFINED if undefined else len(value)
    if not explicit:
        return _head(element.tag, length, order) + value
    tag = struct.pack(order + "HH", element.tag >> 16, element.tag & 0xFFFF) + element.vr.encode("ascii")
    return tag + struct.pack(order + ("xxI" if element.vr in _LONG else "H"), length) + value


def _item(item: Iterable[Element], undefined: bool, explicit: bool, order: str) -> bytes:
    content = b"".join(_element(element, explicit, order) for element in item)
    if undefined:
        return _head(0xFFFEE000, _UNDEFINED, order) + content + _head(0xFFFEE00D, 0, order)
    return _head(0xFFFEE000, len(content), order) + content


def _head(tag: int, length: int, order: str) -> bytes:
    return struct.pack(order + "HHI", tag >> 16, tag & 0xFFFF, length)
