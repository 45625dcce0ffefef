"""Make servers that misbehave. Each is a PACS by the standard except for one fault; a test starts it in one line:

    with servers.at_one(uid, servers.hangs_up).listening() as destination: …

A new one is a function that returns a `Pacs`, and a line in the catalogue. Each calls `server.reach()` at its fault:
the moment at which a test stops the program.
"""

from __future__ import annotations

import threading
from typing import Callable, Mapping

from pydicom.dataset import Dataset

from tests.engine.pacs import Pacs, Said
from tests.faults.server import Gone, Message, Peer, abort, associate_rj, p_data, response, response_command

FIND = "1.2.840.10008.5.1.4.1.2.2.1"

LATE = 40.0
"""Seconds after which the late server answers."""

AWAY = 20.0
"""Seconds after which the server that dies returns."""

# Faults that an image gets instead of a valid answer. It is not stored.

Fault = Callable[[Peer], Said]


def hangs_up(peer: Peer) -> Said:
    """The connection is closed."""
    raise Gone


def breaks_off(peer: Peer) -> Said:
    """The association is aborted (PS3.8 9.3.8)."""
    peer.send(abort(2, 0))
    raise Gone


def resets(peer: Peer) -> Said:
    """The connection ends as in a crash."""
    peer.reset()
    return None


def sends_garbage(peer: Peer) -> Said:
    """The answer is no DICOM."""
    peer.send(b"HTTP/1.1 500 Internal Server Error\r\n\r\n")
    peer.until_gone()
    return None


def answers_another(peer: Peer) -> Said:
    """The answer is that of a message which nobody sent."""
    peer.send(response(peer.latest, 0, message_id=peer.latest.command.MessageID ^ 0x5555))
    peer.until_gone()
    return None


def is_silent(peer: Peer) -> Said:
    """It is read, and never answered."""
    peer.until_gone()
    return None


def is_busy(peer: Peer) -> Said:
    """Out of resources (PS3.4 table B.2-1)."""
    return 0xA700


def reads_no_more(peer: Peer) -> Said:
    """The connection stays open, and nothing is read from it."""
    peer.hold()
    raise Gone


# A PACS with a fault of that kind


def at_one(uid: str, fault: Fault) -> Pacs:
    """Each time at this image, and never at another."""
    return Pacs(take=lambda peer, sop_uid, times: _reached(peer, fault) if sop_uid == uid else 0)


def for_a_while(count: int, fault: Fault) -> Pacs:
    """At the first so many images that come; all is well afterwards."""
    pacs = Pacs()
    pacs.take = lambda peer, uid, times: _reached(peer, fault) if sum(pacs.times.values()) <= count else 0
    return pacs


def at_every(count: int, fault: Fault) -> Pacs:
    """At the image after so many of each association."""
    met: dict[Peer, int] = {}

    def take(peer: Peer, uid: str, times: int) -> Said:
        met[peer] = met.get(peer, 0) + 1
        return _reached(peer, fault) if met[peer] > count else 0

    return Pacs(take=take)


def says(uid: str, status: int) -> Pacs:
    """A status and an Error Comment to one image."""
    return at_one(uid, lambda peer: (status, "Nr. 7 is odd"))


def in_the_midst(uid: str, fault: Fault) -> Pacs:
    """Each time when a part of this image has come."""

    def begin(peer: Peer, sop_uid: str) -> None:
        if sop_uid == uid:
            _reached(peer, fault)

    return Pacs(begin=begin, receive_buffer=4096)


# At the connection or the association request


def refuses_connections() -> Pacs:
    """Nothing listens at its port."""
    return Pacs(present=False)


def never_reads() -> Pacs:
    """Connections are accepted, and nothing is read from them."""
    return Pacs(on_open=Peer.hold)


def never_accepts() -> Pacs:
    """The request for an association is read, and never answered."""
    return Pacs(on_open=lambda peer: _instead(peer, is_silent))


def answers_association_with_garbage() -> Pacs:
    """The answer to the association request is no DICOM."""
    return Pacs(on_open=lambda peer: _instead(peer, sends_garbage))


def rejects(result: int, source: int, reason: int) -> Pacs:
    """Every association is refused (PS3.8 9.3.4)."""
    return Pacs(on_open=lambda peer: _instead(peer, _rejecting(result, source, reason)))


def rejects_for_a_while(after: int, count: int, result: int, source: int, reason: int) -> Pacs:
    """All connections are cut after so many images, and then so many associations refused."""
    pacs, left, turned = Pacs(), threading.Semaphore(count), threading.Lock()

    def on_open(peer: Peer) -> None:
        if turned.locked() and left.acquire(blocking=False):
            _instead(peer, _rejecting(result, source, reason))

    def take(peer: Peer, uid: str, times: int) -> Said:
        if sum(pacs.times.values()) > after and turned.acquire(blocking=False):
            pacs.server.cut()
            raise Gone
        return 0

    pacs.on_open, pacs.take = on_open, take
    return pacs


def does_not_take(result: int, sop_class: str = "", syntax: str = "") -> Pacs:
    """Presentation contexts of this class and transfer syntax, or all, have this result (PS3.8 table 9-18)."""

    def answer(offered_class: str, offered: str) -> tuple[int, str]:
        meant = sop_class in ("", offered_class) and syntax in ("", offered)
        return result if meant and offered_class != FIND else 0, offered

    return Pacs(answer=answer)


def dies_and_returns(after: int, seconds: float) -> Pacs:
    """All connections are cut and new ones refused after so many images; it listens again so many seconds later."""
    pacs, dying = Pacs(), threading.Lock()

    def take(peer: Peer, uid: str, times: int) -> Said:
        if sum(pacs.times.values()) > after and dying.acquire(blocking=False):
            pacs.server.reach()
            pacs.server.go_away()
            pacs.server.ending.wait(seconds)
            pacs.server.come_back()
            raise Gone
        return 0

    pacs.take = take
    return pacs


# Odd, and right


def takes_pdus_of(maximum: int | None, step: int = 0) -> Pacs:
    """The longest PDU that it takes; it sends its own so many bytes at a time."""
    return Pacs(maximum=maximum, step=step, take=_takes)


def answers_in_pieces() -> Pacs:
    """Each answer is three PDUs of one or two values, in one write."""

    def pieces(request: Message, status: int, extra: Mapping[int, bytes]) -> bytes:
        command = response_command(request, status, extra)
        parts = [(request.context, 1, command[at : at + 16]) for at in range(0, len(command), 16)]
        context, _, last = parts.pop()
        return p_data(*parts[:2]) + p_data(*parts[2:]) + p_data((context, 1, b""), (context, 3, last))

    return Pacs(reply=pieces, take=_takes)


def answers_late(uid: str, seconds: float) -> Pacs:
    """One image is answered after so many seconds."""

    def late(peer: Peer) -> Said:
        peer.server.ending.wait(seconds)
        return 0

    return at_one(uid, late)


def keeps_and_answers_another(uid: str) -> Pacs:
    """One image is kept, and the answer is that of a message which nobody sent."""

    def reply(request: Message, status: int, extra: Mapping[int, bytes]) -> bytes:
        odd = str(request.command.AffectedSOPInstanceUID) == uid
        return response(request, status, extra, request.command.MessageID ^ 0x5555 if odd else None)

    return Pacs(reply=reply, take=_takes)


def never_answers_questions(uid: str) -> Pacs:
    """It hangs up at one image, and when it is asked for it, is silent."""

    def on_end(peer: Peer, keys: Dataset) -> None:
        _reached(peer, is_silent)

    return Pacs(take=lambda peer, sop_uid, times: hangs_up(peer) if sop_uid == uid else 0, on_end=on_end)


def _reached(peer: Peer, fault: Fault) -> Said:
    peer.server.reach()
    return fault(peer)


def _instead(peer: Peer, fault: Fault) -> None:
    """Instead of answering the request for an association."""
    peer.pdu()
    _reached(peer, fault)
    raise Gone


def _rejecting(result: int, source: int, reason: int) -> Fault:
    def fault(peer: Peer) -> Said:
        peer.send(associate_rj(result, source, reason))
        peer.until_gone()
        return None

    return fault


def _takes(peer: Peer, uid: str, times: int) -> Said:
    return _reached(peer, lambda at: 0)
