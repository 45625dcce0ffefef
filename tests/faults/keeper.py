"""Run a PACS that returns its instances by C-GET and by C-MOVE: by the standard, or as a test demands."""

from __future__ import annotations

import struct
from io import BytesIO
from typing import Callable, NamedTuple

from pydicom.dataset import Dataset
from pynetdicom.dsutils import decode

from tests.faults.pdus import Message, command, p_data, response
from tests.faults.peer import Peer
from wizard.dicom.association import Association
from wizard.dicom.destination import Destination

GET, MOVE = "1.2.840.10008.5.1.4.1.2.2.3", "1.2.840.10008.5.1.4.1.2.2.2"
_C_STORE, _C_GET, _DATA = 0x0001, 0x0010, 0x0001
_IMPLICIT = "1.2.840.10008.1.2"
_PIECE = 16000
NOT_FOUND, NO_SUCH_PLACE = 0xC000, 0xA801


class Kept(NamedTuple):
    """An instance with the SOP class and transfer syntax in which it is sent."""

    sop_class: str
    syntax: str
    data: bytes


class Asked(NamedTuple):
    """A request, the keys of its identifier, and where the instance should go."""

    message: Message
    keys: Dataset
    place: str

    @property
    def uid(self) -> str:
        return str(self.keys.SOPInstanceUID)


Give = Callable[["Keeper", Peer, Asked], None]


class Keeper:
    """The behaviour of a `FaultServer`; a test may replace any part of it at any time.

    Attributes
    ----------
    held : dict
        Instances by SOP Instance UID.
    asked : list of Asked
    answers : list of int
        The client's answer to each instance.
    get, move : callable
        The handler of a request.
    refused : collection
        SOP classes of which no context is accepted.
    roles : bool
        Whether the client may be the SCP of the classes that it proposes.
    port : int
        The port of 127.0.0.1 to which C-MOVE sends; 0: the move destination is unknown.
    """

    def __init__(self, port: int = 0) -> None:
        self.port = port
        self.held: dict[str, Kept] = {}
        self.asked: list[Asked] = []
        self.answers: list[int] = []
        self.get: Give = Keeper.give
        self.move: Give = Keeper.send
        self.refused: tuple[str, ...] = ()
        self.roles = True

    def behave(self, peer: Peer) -> None:
        """Behave by the standard, except for the replaced parts."""
        peer.accept(answer=lambda sop_class, syntax: (3 if sop_class in self.refused else 0, syntax), roles=self.roles)
        while True:
            message = peer.message()
            if message is None:
                return
            keys = decode(BytesIO(message.data), _kind(peer, message.context)[1] == _IMPLICIT, True)
            asked = Asked(message, keys, str(message.command.get("MoveDestination", "")))
            self.asked.append(asked)
            (self.get if message.command.CommandField == _C_GET else self.move)(self, peer, asked)

    def give(self, peer: Peer, asked: Asked) -> None:
        """Answer a C-GET."""
        if asked.uid in self.held:
            self.store(peer, asked.uid, self.held[asked.uid])
        self.end(peer, asked, 0 if asked.uid in self.held else NOT_FOUND)

    def send(self, peer: Peer, asked: Asked) -> None:
        """Answer a C-MOVE."""
        found = asked.uid in self.held
        if found and self.port:
            self.deliver(asked, asked.uid, self.held[asked.uid])
        self.end(peer, asked, NO_SUCH_PLACE if not self.port else 0 if found else NOT_FOUND)

    def store(self, peer: Peer, uid: str, kept: Kept) -> None:
        """Send an instance over the association of the request, and wait for the client's answer."""
        self.begin(peer, uid, kept)
        peer.send(b"".join(_pieces(_context(peer, kept), kept.data)))
        answered = peer.message()
        assert answered is not None
        self.answers.append(answered.command.Status)

    def begin(self, peer: Peer, uid: str, kept: Kept) -> None:
        """Send only the command of an instance."""
        elements = {
            0x0002: _even(kept.sop_class),
            0x0100: struct.pack("<H", _C_STORE),
            0x0110: struct.pack("<H", 77),
            0x0700: struct.pack("<H", 0),
            0x0800: struct.pack("<H", _DATA),
            0x1000: _even(uid),
        }
        peer.send(p_data((_context(peer, kept), 3, command(elements))))

    def deliver(self, asked: Asked, uid: str, kept: Kept) -> None:
        """Send an instance over an association of our own to the move destination."""
        kind = (kept.sop_class, kept.syntax)
        association = Association(Destination("127.0.0.1", self.port, asked.place.strip(), "FAULTY"), [kind])
        self.answers.append(association.store(kind, uid, BytesIO(kept.data), len(kept.data)).status)
        association.release()

    def end(self, peer: Peer, asked: Asked, status: int, data: bytes | None = None) -> None:
        """Send the last answer, or one in between."""
        peer.send(response(asked.message, status, data=data))


def _pieces(context: int, data: bytes) -> list[bytes]:
    starts = range(0, max(1, len(data)), _PIECE)
    return [p_data((context, 2 if at + _PIECE >= len(data) else 0, data[at : at + _PIECE])) for at in starts]


def _kind(peer: Peer, context: int) -> tuple[str, str]:
    """SOP class and transfer syntax of a presentation context."""
    assert peer.request is not None
    (found,) = (item for item in peer.request.presentation_context if item.context_id == context)
    return str(found.abstract_syntax), str(found.transfer_syntax[0])


def _context(peer: Peer, kept: Kept) -> int:
    assert peer.request is not None
    ids = [item.context_id for item in peer.request.presentation_context if item.context_id is not None]
    return next(number for number in ids if _kind(peer, number) == (kept.sop_class, kept.syntax))


def _even(uid: str) -> bytes:
    return uid.encode("ascii") + b"\0" * (len(uid) % 2)
