"""Walk the structure of a data set to its end without reading the pixels (PS3.5 7).

It covers defined and undefined lengths, nested sequences and encapsulated fragments. A fault is raised with numbers;
wanted values of the top level are captured on the way. Depth and memory are bounded whatever a file says, and no byte
past its end is read. Work is bounded as well: a data set that is divided finer or larger inside than any honest object
is left unchecked, and the error says so.
"""

from __future__ import annotations

import os
import struct
from typing import NamedTuple, Protocol

from wizard.dicom.contexts import EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.runs import LONG_VRS, SHORT_VRS, WantedTags
from wizard.language.message import Message, Size
from wizard.reasons import Reason

_UNDEFINED = 0xFFFFFFFF
_DEEPEST = 64
_READ = 16384  # bytes at a time
_HEADERS = 256 * 1024
_LARGEST_VALUE = 4096
_RUN = 2048  # bytes in which a run of plain elements is looked for
_MOST_READ = 64 << 20  # bytes of one file
_MOST_WORK = (
    500_000  # 16 bytes of plain elements are 1, a piece of a picture 2, other elements 4, items 8: 0.2 s at most
)

KNOWN_VRS = SHORT_VRS | LONG_VRS
_NO_TAG = bytes(4)


class Broken(Exception):
    """The structure is damaged; `reason` says how."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Unchecked(Exception):
    """The end was not reached within the bounds; `reason` says which."""

    def __init__(self, reason: Reason) -> None:
        super().__init__(reason)
        self.reason = reason


class Form(NamedTuple):
    """The encoding of a data set."""

    explicit: bool
    little: bool


IMPLICIT, EXPLICIT, BIG = Form(False, True), Form(True, True), Form(True, False)
_FORMS = {IMPLICIT_LITTLE_ENDIAN: IMPLICIT, EXPLICIT_BIG_ENDIAN: BIG}


def form_of(transfer_syntax: str) -> Form:
    """Return the encoding of a public transfer syntax (PS3.5 10); compressed ones are explicit little endian."""
    return _FORMS.get(transfer_syntax, EXPLICIT)


class Bytes(Protocol):
    """The source of a walk: `size` bytes, of which any part can be read."""

    size: int

    def window(self, offset: int, need: int) -> tuple[bytes, int]:
        """Return bytes that include the `need` from `offset` on, all before the end, and the offset of the first."""


class FileBytes:
    """A file, by its descriptor, which must be at the beginning.

    Raises
    ------
    OSError
        The system reported it, or the file became shorter.
    Unchecked
        More than 64 MB of the file would have to be read.
    """

    def __init__(self, descriptor: int, size: int) -> None:
        self._descriptor, self.size = descriptor, size
        self._held, self._start = os.read(descriptor, _READ), 0
        self._left = _MOST_READ

    def window(self, offset: int, need: int) -> tuple[bytes, int]:
        if not self._start <= offset <= offset + need <= self._start + len(self._held):
            # Headers lie at the beginning and are read in one piece; the reads after a jump are small.
            count = max(need, _READ if offset < _HEADERS else 512)
            self._left -= count
            if self._left < 0:
                raise Unchecked(Reason("too_much_to_read", most=Size(_MOST_READ)))
            os.lseek(self._descriptor, offset, os.SEEK_SET)
            self._held, self._start = os.read(self._descriptor, count), offset
            if len(self._held) < need:
                raise OSError(Message("it became shorter while it was read"))
        return self._held, self._start


class MemoryBytes:
    """Bytes in memory, such as the data set of a query's answer."""

    def __init__(self, content: bytes) -> None:
        self._content, self.size = content, len(content)

    def window(self, offset: int, need: int) -> tuple[bytes, int]:
        return self._content, 0


def part(source: Bytes, offset: int, count: int) -> bytes:
    """Return `count` bytes from `offset`; fewer only at the end."""
    count = min(count, source.size - offset)
    if count <= 0:
        return b""
    held, start = source.window(offset, count)
    return held[offset - start : offset - start + count]


class Walker:
    """Walks one data set.

    Parameters
    ----------
    source : Bytes
        The bytes of the data set.
    form : Form
        Its encoding.
    wanted : WantedTags
        The tags to capture at the top level, in this form's byte order.

    Attributes
    ----------
    values : dict
        The raw wanted values by keyword; at most 4 096 bytes of each, and none of a picture.
    """

    def __init__(self, source: Bytes, form: Form, wanted: WantedTags) -> None:
        self._source, self._form, self._wanted = source, form, wanted
        self._u16, self._u32 = _LITTLE if form.little else _BIG
        self._item, self._item_end, self._sequence_end, self._pixels = _MARKS[form.little]
        self._work_left = _MOST_WORK
        self.values: dict[str, bytes] = {}

    def walk(self, start: int) -> None:
        """Walk from `start` to the end.

        Raises
        ------
        Broken, Unchecked
        """
        self._elements(start, depth=0, explicit=self._form.explicit)

    def _elements(self, at: int, depth: int, explicit: bool) -> int:
        """Walk elements to the item's delimiter, or to the end of the data set; return the offset after it."""
        source, wanted, size = self._source, self._wanted.keywords, self._source.size
        if depth > _DEEPEST:
            raise Broken(Reason("nested_too_deep", most=_DEEPEST))
        runs = self._wanted.runs(explicit)
        held, base = b"", at
        while at < size:
            p = at - base
            if p + 12 > len(held):
                held, base = source.window(at, min(12, size - at))
                p = at - base
                if len(held) - p < 8:
                    return self._tail(at, depth)
            until = min(p + _RUN, len(held))
            if depth:
                passed = runs.any.match(held, p, until).end()  # type: ignore[union-attr]  # it may be empty
            else:
                found = runs.wanted.findall(held, p, until)
                for key, value, _ in found:
                    if key:
                        self.values[wanted[key]] = value[runs.prefix :]
                passed = until - len(found[-1][2])
            self._work((passed - p >> 4) + 1)
            at = base + passed
            p = at - base
            ahead = len(held) - p
            if passed == until or ahead < 8 or (ahead < 12 and at + ahead < size):
                continue
            key = held[p : p + 4]
            if key == self._item_end and depth:
                return at + 8
            self._work(3)
            if not explicit:
                if key == _NO_TAG:
                    return self._no_element(at, depth)
                vr = b""
                length, start = self._u32(held, p + 4)[0], at + 8
            else:
                vr = held[p + 4 : p + 6]
                if vr in SHORT_VRS:
                    length, start = self._u16(held, p + 6)[0], at + 8
                elif vr not in LONG_VRS:
                    return self._no_element(at, depth)
                elif ahead < 12:
                    return self._tail(at, depth)
                else:
                    length, start = self._u32(held, p + 8)[0], at + 12
            if length == _UNDEFINED:
                at = self._undefined(key, vr, start, depth, explicit)
                held = b""
                if not depth and key in wanted and wanted[key] not in self.values:
                    picture = key == self._pixels or vr in (b"OB", b"OW")
                    self.values[wanted[key]] = b"" if picture else part(source, start, min(at - start, _LARGEST_VALUE))
                continue
            at = start + length
            if at > size:
                raise cut_off(at, size)
            if not depth and key in wanted:
                count = 0 if key == self._pixels else min(length, _LARGEST_VALUE)
                self.values[wanted[key]] = part(source, start, count)
        return at

    def _undefined(self, key: bytes, vr: bytes, at: int, depth: int, explicit: bool) -> int:
        """Walk a sequence or encapsulated pixel data of undefined length, past its delimiter (PS3.5 7.5, A.4)."""
        size = self._source.size
        fragments = key == self._pixels or vr in (b"OB", b"OW")
        inner = explicit
        while at + 8 <= size:
            self._work(2 if fragments else 8)
            head = part(self._source, at, 8)
            (length,) = self._u32(head, 4)
            marker, at = head[:4], at + 8
            if marker == self._sequence_end:
                return at
            if marker != self._item:
                raise Broken(Reason("no_items", at=at - 8))
            if length != _UNDEFINED:
                at += length
            elif fragments:
                raise Broken(Reason("fragment_without_length", at=at - 8))
            else:
                if vr == b"UN":
                    # A sequence in implicit little endian (PS3.5 6.2.2, note 2); some wrote it in explicit.
                    inner = part(self._source, at, 6)[4:] in KNOWN_VRS
                at = self._elements(at, depth + 1, inner)
        if at > size:
            raise cut_off(at, size)
        raise Broken(Reason("no_end"))

    def _work(self, amount: int) -> None:
        self._work_left -= amount
        if self._work_left < 0:
            raise Unchecked(Reason("too_many_parts"))

    def _no_element(self, at: int, depth: int) -> int:
        if not depth and self._padding(at):
            return self._source.size
        raise Broken(Reason("no_sense", at=at))

    def _tail(self, at: int, depth: int) -> int:
        """Handle fewer bytes than the head of an element has: padding, or the file is cut off there."""
        if not depth and self._padding(at):
            return self._source.size
        raise Broken(Reason("cut_off_in_value", at=self._source.size))

    def _padding(self, at: int) -> bool:
        """Whether only zero bytes follow; some writers pad their files."""
        while at < self._source.size:
            piece = part(self._source, at, _READ)
            if piece.strip(b"\0"):
                return False
            at += len(piece)
        return True


def tag(group: int, element: int, little: bool = True) -> bytes:
    """Encode a tag as the four bytes of a data set."""
    return struct.pack("<HH" if little else ">HH", group, element)


_LITTLE = struct.Struct("<H").unpack_from, struct.Struct("<I").unpack_from
_BIG = struct.Struct(">H").unpack_from, struct.Struct(">I").unpack_from
_MARKS = {
    little: tuple(
        tag(*mark, little) for mark in ((0xFFFE, 0xE000), (0xFFFE, 0xE00D), (0xFFFE, 0xE0DD), (0x7FE0, 0x0010))
    )
    for little in (True, False)
}


def cut_off(declared: int, real: int) -> Broken:
    return Broken(Reason("cut_off", there=real, missing=declared - real))
