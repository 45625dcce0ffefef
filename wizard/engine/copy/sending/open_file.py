"""A file of the source on its way out: opened, found unchanged, its first piece read and hashed."""

from __future__ import annotations

import functools
import os
import time

from wizard.dicom.outgoing import Outgoing
from wizard.engine.files import readonly
from wizard.manifest.queue import Ticket


class Changed(Exception):
    """Its size or time is not that of its reading any more."""


class Watch:
    """Since when (monotonic seconds) the source has been asked for something of `folder`; 0 while it is not."""

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
        """Whether size or time are others now."""
        now = os.fstat(self._descriptor)
        return now.st_size != self.ticket.size or now.st_mtime_ns != self.ticket.mtime_ns

    def readinto(self, buffer: memoryview) -> int:
        """The next bytes; returns how many came."""
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
    """Of the paths of all files in a folder."""
    return os.path.join(folder, b"")
