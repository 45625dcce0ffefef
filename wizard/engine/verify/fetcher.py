"""Retrieve images, one after the other, by the service that the destination allows: C-GET, or C-MOVE.

An image is kept in memory, and only until it is compared.
"""

from __future__ import annotations

from contextlib import ExitStack
from typing import NamedTuple, Union

from wizard.dicom import retrieve
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.dicom.listener import Listener, StoredObject
from wizard.dicom.retrieve import Getting, Moving, Received, WantedInstance
from wizard.engine.job import Control
from wizard.errors import AssociationAborted, NoContext, PeerTimeout, UsageError
from wizard.language.message import Message, together
from wizard.reasons import Reason

_MOST_LOSSES = 3  # associations in a row that ended without an answer
_ANSWERS = (0x0000, 0xB000)  # success, or a warning: some were not sent; any other status is a failure (PS3.4 C.4.3)
_NO_SUCH_PLACE = 0xA801
_NOT_ALLOWED, _LOST = Reason("not_retrievable"), Reason("connection_lost")
_TOO_LARGE = Reason("too_large_to_fetch")
_UNKNOWN_HERE = (  # a PACS that does not allow it often ends the association without an answer
    Message(
        "This computer may not be allowed to retrieve images: ask the PACS administrator to allow C-GET, or C-MOVE to "
        "this computer."
    )
)

Retrieval = Union[Getting, Moving]


class FetchedImage(NamedTuple):
    """The image and its transfer syntax; or the reason why none came, and whether that was a failure."""

    received: Received | None = None
    transfer_syntax: str = ""
    reason: Reason | None = None
    failed: bool = False


class Fetcher:
    """The open association, and our listener once it is needed; both are closed at the end of a `with` block.

    Parameters
    ----------
    port : int
        The port of this computer to which the destination sends images for C-MOVE.
    most : int
        Bytes of an image that are kept; of a larger one only the hash is computed.
    """

    def __init__(self, destination: Destination, control: Control, port: int, most: int) -> None:
        self._destination, self._control, self._most = destination, control, most
        self._listener: Listener | None = None
        self._port = port
        self._stack = ExitStack()
        self._open: Retrieval | None = None
        self._open_for: tuple[bool, PresentationKind] | None = None
        self._gets = self._moves = False  # whether an image came by it: then the others are retrieved by it, too
        self._losses = 0

    def __enter__(self) -> Fetcher:
        self._stack.enter_context(self._control.closing(self._kill))
        return self

    def __exit__(self, *exc: object) -> None:
        if exc[0] is not None:
            self._kill()
        self._end()
        self._stack.close()

    def fetch(self, wanted: WantedInstance, kind: PresentationKind, size: int) -> FetchedImage:
        """Retrieve one image of this kind, of about `size` bytes.

        Raises
        ------
        DestinationError
            The destination cannot be reached, or several associations in a row were lost without an answer.
        UsageError
            Only C-MOVE is left, and the port cannot be opened.
        Stopped
        """
        got = None if self._moves else self._by(wanted, kind, moving=False)
        if got is not None and (self._gets or not got.failed):
            return got
        if size > self._most:
            return got or FetchedImage(reason=_TOO_LARGE)
        try:
            moved = self._by(wanted, kind, moving=True)
        except UsageError:
            if got is None and not self._gets:
                raise
            moved = None
        best = got if got is not None and (moved is None or moved.received is None) else moved
        return best or FetchedImage(reason=_NOT_ALLOWED)

    def _by(self, wanted: WantedInstance, kind: PresentationKind, moving: bool) -> FetchedImage | None:
        """Retrieve it by one of the services; None if the destination does not offer it, as far as we know."""
        proven = self._moves if moving else self._gets
        try:
            retrieval = self._association(kind, moving)
            if moving:
                self._listen()
            came = retrieval.fetch(wanted)
        except NoContext:
            return None
        except (AssociationAborted, PeerTimeout) as error:
            self._open = None
            self._losses += 1
            if self._losses >= _MOST_LOSSES:
                if self._gets or self._moves:
                    raise
                raise type(error)(together(error.sentence, _UNKNOWN_HERE), error.details) from error
            return FetchedImage(reason=_LOST) if proven else None
        self._losses = 0
        if came.received is None:
            return FetchedImage(reason=_reason(came.status), failed=came.status not in _ANSWERS)
        if moving:
            self._moves = True
        else:
            self._gets = True
        return FetchedImage(came.received, came.transfer_syntax)

    def _association(self, kind: PresentationKind, moving: bool) -> Retrieval:
        """Return an association for this kind: the open one, or a new one."""
        if self._open is not None and self._open_for == (moving, kind):
            return self._open
        self._end()
        retrieval: Retrieval
        if moving:
            retrieval = Moving(self._destination, self._most, self._stopped)
        else:
            retrieval = Getting(self._destination, kind, self._most, self._stopped)
        self._open, self._open_for = retrieval, (moving, kind)
        return retrieval

    def _listen(self) -> None:
        if self._listener is None:
            listener = Listener(self._destination.calling_ae, self._port, self._store)
            self._listener = self._stack.enter_context(listener)

    def _store(self, came: StoredObject) -> int:
        """Take an image that came to our listener."""
        moving = self._open
        return moving.store(came) if isinstance(moving, Moving) else retrieve.NOT_WANTED

    def _stopped(self) -> bool:
        return self._control.stopped

    def _end(self) -> None:
        """Release the open association."""
        opened, self._open = self._open, None
        if opened is not None:
            with self._control.closing(opened.kill):
                opened.release()

    def _kill(self) -> None:
        opened = self._open
        if opened is not None:
            opened.kill()


def _reason(code: int) -> Reason:
    """Return the reason why no image came, by the status of the last answer (PS3.4 C.4.2.1.4, C.4.3.1.4)."""
    if code == _NO_SUCH_PLACE:
        return Reason("move_place_not_known", status=f"{code:04X}")
    return Reason("not_returned_status", status=f"{code:04X}") if code else Reason("not_returned")
