"""Prepare an instance for sending: its first piece is read and hashed beforehand.

It may be prepared while the destination still processes the one before, so that neither side waits for the other.
"""

from __future__ import annotations

import hashlib
from typing import Iterator, Protocol

from wizard.dicom.contexts import PresentationKind
from wizard.errors import ReadFailed
from wizard.language.message import Message

PIECE = 256 * 1024  # bytes read, hashed and written at a time: it stays in the processor's cache


class Readable(Protocol):
    """The source of an instance: a raw file at the beginning of its data set."""

    def readinto(self, buffer: memoryview) -> int: ...


class Outgoing:
    """One instance of `length` bytes; it uses `buffer` until it has been sent.

    Raises
    ------
    ReadFailed
        The file could not be read, here or between its pieces.
    """

    def __init__(self, kind: PresentationKind, sop_uid: str, source: Readable, length: int, buffer: memoryview) -> None:
        self.kind, self.sop_uid, self.length = kind, sop_uid, length
        self._source, self._buffer = source, buffer
        self._digest = hashlib.sha256()
        self._first = self._read(min(length, len(buffer)))

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of the part of the data set that was sent so far."""
        return self._digest.digest()

    def pieces(self) -> Iterator[tuple[memoryview, bool]]:
        """Yield each piece of the data set, once, and whether it is the last. It overwrites the piece before."""
        piece, left = self._first, self.length
        while True:
            left -= len(piece)
            yield piece, not left
            if not left:
                return
            piece = self._read(min(left, len(self._buffer)))

    def _read(self, count: int) -> memoryview:
        """Fill the buffer with exactly `count` bytes."""
        filled = 0
        while filled < count:
            try:
                got = self._source.readinto(self._buffer[filled:count])
            except OSError as error:
                raise ReadFailed(Message("This file could not be read completely."), str(error)) from error
            if not got:
                raise ReadFailed(Message("The file became shorter while it was being sent."))
            filled += got
        piece = self._buffer[:count]
        self._digest.update(piece)
        return piece
