"""Read images back: retrieve a random sample from the destination and compare it with the source files."""

from __future__ import annotations

import hashlib
import os
import stat
import time
from typing import BinaryIO, Optional, Tuple

from wizard.dicom import comparison
from wizard.dicom.destination import Destination
from wizard.dicom.retrieve import Received, WantedInstance
from wizard.engine.events import Events, Progress
from wizard.engine.files import readonly
from wizard.engine.job import Control
from wizard.engine.verify.fetcher import FetchedImage, Fetcher
from wizard.errors import why
from wizard.manifest import samples
from wizard.manifest.manifest import Manifest
from wizard.manifest.samples import Picked
from wizard.reasons import Reason
from wizard.vocabulary import ReadBack

PORT = 11112
_PIECE = 1 << 20  # bytes of a file that are read at a time
_BY_EQUALITY = {True: ReadBack.SAME_VALUES, False: ReadBack.DIFFERENT, None: ReadBack.NOT_CHECKED}

Compared = Tuple[ReadBack, Optional[Reason]]  # the result, and why it is not the best one


def run(
    manifest: Manifest, destination: Destination, control: Control, events: Events, count: int, port: int = PORT
) -> samples.SamplesSummary:
    """Read back `count` images picked at random, of those that the destination accepted or had already.

    For C-MOVE the destination sends them to `port` of this computer.

    Raises
    ------
    UsageError
        Only C-MOVE is left, and the port cannot be opened.
    DestinationError
        The destination cannot be reached, or several associations in a row were lost. Earlier results are kept.
    ManifestError, Stopped
    """
    with manifest.running("read_back"), Fetcher(destination, control, port, comparison.MOST) as fetcher:
        picked, began = samples.pick(manifest, count), time.monotonic()
        for done, one in enumerate(picked):
            events.state(Progress("read_back", done, total=len(picked), seconds=time.monotonic() - began))
            control.check()
            wanted = WantedInstance(one.study_uid, one.series_uid, one.sop_uid)
            fetched = fetcher.fetch(wanted, (one.sop_class, one.transfer_syntax), one.size)
            samples.record(manifest, one.entry, *_result(one, fetched, control))
        events.state(Progress("read_back", len(picked), total=len(picked), seconds=time.monotonic() - began))
    found = samples.summary(manifest)
    assert found is not None, "a sample was picked"
    return found


def _result(one: Picked, fetched: FetchedImage, control: Control) -> Compared:
    if fetched.received is None:
        return ReadBack.NOT_CHECKED, fetched.reason
    try:
        with os.fdopen(readonly.open_source(os.path.join(one.folder, one.name)), "rb") as file:
            if not _is_as_read(file, one):
                return _explained("file_changed")
            result = _compared(file, one, fetched.received, fetched.transfer_syntax, control)
            return result if _is_as_read(file, one) else _explained("file_changed")
    except OSError as error:
        return ReadBack.NOT_CHECKED, Reason("file_not_readable", why=why(error))


def _explained(code: str) -> Compared:
    reason = Reason(code)
    return ReadBack(reason.outcome), reason


def _is_as_read(file: BinaryIO, one: Picked) -> bool:
    now = os.fstat(file.fileno())
    return stat.S_ISREG(now.st_mode) and (now.st_size, now.st_mtime_ns) == (one.size, one.mtime_ns)


def _compared(file: BinaryIO, one: Picked, received: Received, their_syntax: str, control: Control) -> Compared:
    digest = _digest(file, one.offset, control)
    if one.sha256 not in (None, digest):
        return _explained("file_not_as_copied")
    if (received.sha256, their_syntax) == (digest, one.transfer_syntax):
        return ReadBack.IDENTICAL, None
    data = received.data
    if data is None or one.size > comparison.MOST:
        return _explained("too_large_to_compare")
    file.seek(one.offset)
    try:
        mine = comparison.read(file.read(), one.transfer_syntax)
    except ValueError:
        return _explained("not_comparable")
    try:
        theirs = comparison.read(data, their_syntax)
    except ValueError:
        return _explained("theirs_not_readable")
    found = comparison.compare(mine, theirs)
    return _BY_EQUALITY[found.equal], found.reason


def _digest(file: BinaryIO, offset: int, control: Control) -> bytes:
    """Return the SHA-256 of a file from `offset` on; one piece of it at a time is in memory."""
    digest = hashlib.sha256()
    file.seek(offset)
    for piece in iter(lambda: file.read(_PIECE), b""):
        control.check()
        digest.update(piece)
    return digest.digest()
