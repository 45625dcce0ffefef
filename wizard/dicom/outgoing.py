"""An instance made ready to be sent: opened at its data set, its first piece read and hashed.

It may be made while the destination still works on the one before, so that neither waits for the other.
"""

from __future__ import annotations

import hashlib
from typing import Iterator, Protocol

from wizard.dicom.contexts import PresentationKind
from wizard.errors import ReadFailed

PIECE = 256 * 1024  # bytes read, hashed and written at a time: it stays in the processor's cache


class Readable(Protocol):
    """What an instance is read from: a raw file at the beginning of its data set."""

    def readinto(self, buffer: memoryview) -> int: ...


class Outgoing:
    """One instance of `length` bytes; `buffer` is lent to it until it has been sent.

    Raises
    ------
    ReadFailed
        The file could not be read; here, or between its pieces.
    """

    def __init__(self, kind: PresentationKind, sop_uid: str, source: Readable, length: int, buffer: memoryview) -> None:
        self.kind, self.sop_uid, self.length = kind, sop_uid, length
        self._source, self._buffer = source, buffer
        self._digest = hashlib.sha256()
        self._first = self._read(min(length, len(buffer)))

    @property
    def sha256(self) -> bytes:
        """Of the data set as it was sent so far."""
        return self._digest.digest()

    def pieces(self) -> Iterator[tuple[memoryview, bool]]:
        """The data set, once: each piece, and whether it is the last. The one before is overwritten."""
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
                raise ReadFailed("The computer could not read this file to its end.", str(error)) from error
            if not got:
                raise ReadFailed("The file became shorter while it was being sent.")
            filled += got
        piece = self._buffer[:count]
        self._digest.update(piece)
        return piece
