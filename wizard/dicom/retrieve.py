"""Retrieve single instances from a destination: by C-GET, or by C-MOVE to our `Listener` (PS3.4 C.4.2, C.4.3)."""

from __future__ import annotations

import hashlib
import threading
from typing import Callable, NamedTuple

from wizard.dicom import contexts, dimse, find, status
from wizard.dicom.association import DEFAULT_TIMEOUTS, Association
from wizard.dicom.destination import Destination
from wizard.dicom.listener import StoredObject
from wizard.errors import AssociationAborted, NoContext, Stopped
from wizard.language.message import Message

GET = "1.2.840.10008.5.1.4.1.2.2.3"
MOVE = "1.2.840.10008.5.1.4.1.2.2.2"
NOT_WANTED = 0x0124
"""Our answer to a C-STORE of another instance: not authorised (PS3.7 C.5.7)."""

_SYNTAXES = (contexts.IMPLICIT_LITTLE_ENDIAN, contexts.EXPLICIT_LITTLE_ENDIAN)
_PENDING = (0xFF00, 0xFF01)
_SECONDS_FOR_THE_LAST = 5.0  # after the destination has reported that all was sent


class WantedInstance(NamedTuple):
    """One instance, with its study and series."""

    study_uid: str
    series_uid: str
    sop_uid: str


class Received:
    """A data set while it is received: size and hash, and the bytes up to `most` of them. Nothing goes to a disk."""

    def __init__(self, most: int) -> None:
        self.size = 0
        self._most, self._hash, self._kept = most, hashlib.sha256(), bytearray()

    def write(self, piece: bytes) -> None:
        self.size += len(piece)
        self._hash.update(piece)
        if self.size <= self._most:
            self._kept += piece
        else:
            self._kept.clear()

    @property
    def sha256(self) -> bytes:
        return self._hash.digest()

    @property
    def data(self) -> bytes | None:
        """The bytes; None when there are too many."""
        return bytes(self._kept) if self.size <= self._most else None


class Fetched(NamedTuple):
    """The status of the last answer; and the instance with its transfer syntax, or None."""

    status: int
    received: Received | None = None
    transfer_syntax: str = ""


class Getting:
    """An association for C-GET of instances of one kind. One thread uses it; any thread may call `kill`.

    Data sets of more than `most` bytes are hashed and not kept.

    Raises
    ------
    NameNotResolved, Unreachable, AssociationRejected, AssociationAborted, PeerTimeout, Stopped
    NoContext
        The destination does not let this computer retrieve images of this kind by C-GET.
    """

    def __init__(
        self,
        destination: Destination,
        kind: contexts.PresentationKind,
        most: int,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> None:
        sop_class, syntax = kind
        kinds = [*((GET, one) for one in _SYNTAXES), *((sop_class, one) for one in dict.fromkeys((syntax, *_SYNTAXES)))]
        self._association = Association(destination.queried, kinds, DEFAULT_TIMEOUTS, cancelled, serves=[sop_class])
        accepted = self._association.accepted
        get_kinds = [one for one in accepted if one[0] == GET]
        self._syntaxes = {context: one[1] for one, context in accepted.items() if one[0] == sop_class}
        if not get_kinds or not self._syntaxes or sop_class not in self._association.served:
            self.release()
            raise NoContext(
                Message("The new PACS does not allow this computer to retrieve images of this type (C-GET).")
            )
        self._kind, self._most = get_kinds[0], most

    def fetch(self, wanted: WantedInstance) -> Fetched:
        """Retrieve one instance over this association.

        Raises
        ------
        AssociationAborted, PeerTimeout, Stopped
            The association is over.
        """
        message_id = self._association.request(self._kind, dimse.C_GET, _identifier(wanted, self._kind))
        found = Fetched(0)
        while True:
            incoming = Received(self._most)
            message = self._association.receive(DEFAULT_TIMEOUTS.answer, incoming.write)
            if message.field == dimse.C_STORE:
                found = self._stored(message, incoming, wanted) or found
                continue
            code = _status(self._association, message, dimse.C_GET, message_id)
            if code not in _PENDING:
                return found._replace(status=code)

    def release(self) -> None:
        self._association.release()

    def kill(self) -> None:
        self._association.kill()

    def _stored(self, message: dimse.DimseMessage, incoming: Received, wanted: WantedInstance) -> Fetched | None:
        """Answer a C-STORE request; return the instance if it is the wanted one."""
        mine = message.elements.get(0x1000, b"").strip(b"\0 ") == wanted.sop_uid.encode("ascii", "replace")
        syntax = self._syntaxes.get(message.context)
        if not mine or syntax is None:
            self._association.reply(message, NOT_WANTED)
            return None
        self._association.reply(message, status.SUCCESS)
        return Fetched(0, incoming, syntax)


class Moving:
    """An association for C-MOVE to our listener, which calls the `store` of this object; else as `Getting`."""

    def __init__(self, destination: Destination, most: int, cancelled: Callable[[], bool] = lambda: False) -> None:
        kinds = [(MOVE, one) for one in _SYNTAXES]
        self._association = Association(destination.queried, kinds, DEFAULT_TIMEOUTS, cancelled)
        if not self._association.accepted:
            self.release()
            raise NoContext(Message("The new PACS does not allow this computer to retrieve images (C-GET, C-MOVE)."))
        self._kind, self._most = next(iter(self._association.accepted)), most
        self._to = destination.calling_ae.encode("ascii") + b" " * (len(destination.calling_ae) % 2)
        self._changed = threading.Condition()
        self._wanted = ""
        self._found: Fetched | None = None
        self._killed = False

    def store(self, stored: StoredObject) -> int:
        """Receive an instance from the listener, in a thread of the listener."""
        with self._changed:
            if stored.sop_uid != self._wanted:
                return NOT_WANTED
            received = Received(self._most)
            received.write(stored.data)
            self._found = Fetched(0, received, stored.transfer_syntax)
            self._changed.notify_all()
        return status.SUCCESS

    def fetch(self, wanted: WantedInstance) -> Fetched:
        """Retrieve one instance to our listener; raises as `Getting.fetch` does."""
        with self._changed:
            self._wanted, self._found = wanted.sop_uid, None
        asked = _identifier(wanted, self._kind)
        message_id = self._association.request(self._kind, dimse.C_MOVE, asked, {0x0600: self._to})
        code = _PENDING[0]
        while code in _PENDING:
            message = self._association.receive(DEFAULT_TIMEOUTS.answer)
            code = _status(self._association, message, dimse.C_MOVE, message_id)
        with self._changed:
            if code == status.SUCCESS:
                self._changed.wait_for(lambda: self._found or self._killed, _SECONDS_FOR_THE_LAST)
            if self._killed:
                raise Stopped
            found, self._wanted, self._found = self._found or Fetched(code), "", None
        return found._replace(status=code)

    def release(self) -> None:
        self._association.release()

    def kill(self) -> None:
        self._association.kill()
        with self._changed:
            self._killed = True
            self._changed.notify_all()


def _identifier(wanted: WantedInstance, kind: contexts.PresentationKind) -> bytes:
    keys = {
        "StudyInstanceUID": wanted.study_uid,
        "SeriesInstanceUID": wanted.series_uid,
        "SOPInstanceUID": wanted.sop_uid,
    }
    return find.identifier("IMAGE", keys, kind)


def _status(association: Association, message: dimse.DimseMessage, field: int, message_id: int) -> int:
    """Return the status of an answer; on anything else abort the association."""
    try:
        return dimse.response(message, field, message_id).status
    except AssociationAborted:
        association.abort()
        raise
