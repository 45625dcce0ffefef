"""Opens a source file for sending: it is unchanged since its reading, and its first piece is read and hashed."""

from __future__ import annotations

import functools
import os
import time

from wizard.dicom.outgoing import Outgoing
from wizard.engine.files import readonly
from wizard.manifest.queue import Ticket


class Changed(Exception):
    """The size or time of a file is not that of its reading any more."""


class Watch:
    """When (monotonic seconds) the source was asked for something of `folder` that it has not given yet; else 0."""

    since = 0.0
    folder = b""


class OpenFile:
    """An open file and the `Outgoing` made of it. Close it.

    Raises
    ------
    Changed, ReadFailed
    OSError
        It cannot be opened.
    """

    def __init__(self, ticket: Ticket, buffer: memoryview, watch: Watch) -> None:
        self.ticket, self._watch = ticket, watch
        watch.folder, watch.since = ticket.folder, time.monotonic()
        try:
            self._descriptor = readonly.open_source(_beginning(ticket.folder) + ticket.name)
            try:
                if self.changed:
                    raise Changed
                self._offset = ticket.offset
                kind = (ticket.sop_class, ticket.transfer_syntax)
                self.outgoing = Outgoing(kind, ticket.sop_uid, self, ticket.size - ticket.offset, buffer)
            except BaseException:
                self.close()
                raise
        finally:
            watch.since = 0.0

    @property
    def changed(self) -> bool:
        """Whether size or time differ from those of the reading."""
        now = os.fstat(self._descriptor)
        return now.st_size != self.ticket.size or now.st_mtime_ns != self.ticket.mtime_ns

    def readinto(self, buffer: memoryview) -> int:
        """Read the next bytes into `buffer`; returns how many came."""
        self._watch.since = time.monotonic()
        try:
            if hasattr(os, "preadv"):
                count = os.preadv(self._descriptor, [buffer], self._offset)
            else:  # Windows has none
                os.lseek(self._descriptor, self._offset, os.SEEK_SET)
                data = os.read(self._descriptor, len(buffer))
                count = len(data)
                buffer[:count] = data
        finally:
            self._watch.since = 0.0
        self._offset += count
        return count

    def close(self) -> None:
        os.close(self._descriptor)


@functools.lru_cache(maxsize=64)
def _beginning(folder: bytes) -> bytes:
    """The part that the paths of all files in a folder begin with."""
    return os.path.join(folder, b"")
