"""Inflate a deflated data set (PS3.5 A.5) piece by piece while it is walked, with memory for one piece."""

from __future__ import annotations

import zlib

from wizard.dicom.structure import Broken, Bytes, Unchecked, part
from wizard.language.message import Foreign, Size
from wizard.reasons import Reason

_COMPRESSED = 16384  # bytes read at a time
_INFLATED = 65536  # most bytes of a piece
_MOST = 64 << 20  # bytes of one data set


class InflatedBytes:
    """The data set that is deflated in `source` from `offset` to the end. Reading backwards begins anew.

    Raises
    ------
    Broken
        The compressed content is broken or cut off.
    Unchecked
        It is larger than 64 MB, which is the most that is inflated.
    """

    def __init__(self, source: Bytes, offset: int) -> None:
        self._source, self._offset = source, offset
        self.size = 0
        self._rewind()
        piece = self._piece()
        while piece:
            self.size += len(piece)
            if self.size > _MOST:
                raise Unchecked(Reason("too_much_inflated", most=Size(_MOST)))
            piece = self._piece()
        self._rewind()

    def _rewind(self) -> None:
        self._inflater = zlib.decompressobj(-zlib.MAX_WBITS)
        self._read_to = self._offset
        self._compressed = b""
        self._held, self._start = b"", 0

    def window(self, offset: int, need: int) -> tuple[bytes, int]:
        if offset < self._start:
            self._rewind()
        while offset + need > self._start + len(self._held):
            piece = self._piece()
            passed = min(offset - self._start, len(self._held))
            self._held, self._start = self._held[passed:] + piece, self._start + passed
        return self._held, self._start

    def _piece(self) -> bytes:
        """Return the next inflated bytes; none at the end of the compressed content."""
        piece = b""
        while not piece and not self._inflater.eof:
            if not self._compressed:
                self._compressed = part(self._source, self._read_to, _COMPRESSED)
                self._read_to += len(self._compressed)
            at_end = not self._compressed
            try:
                piece = self._inflater.decompress(self._compressed, _INFLATED)
            except zlib.error as error:
                raise Broken(Reason("compressed_broken", why=Foreign(str(error)))) from error
            self._compressed = self._inflater.unconsumed_tail
            if at_end and not piece and not self._inflater.eof:
                raise Broken(Reason("compressed_no_end"))
        return piece
