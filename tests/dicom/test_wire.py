"""Test one TCP connection: written whole, read whole, timed out, and ended from another thread."""

from __future__ import annotations

import socket
import struct
import threading
from contextlib import contextmanager
from typing import Iterator

import pytest

from tests.dicom.conftest import Background
from tests.dicom.sending import destination
from wizard.dicom import wire
from wizard.dicom.connecting import connect
from wizard.dicom.wire import Wire
from wizard.errors import AssociationAborted, PeerTimeout, Stopped, WizardError

pytestmark = pytest.mark.usefixtures("nothing_left")

MIB = 1 << 20  # far more than the buffers of a connection in these tests hold


@contextmanager
def pair(cancelled: threading.Event | None = None) -> Iterator[tuple[Wire, socket.socket]]:
    """A wire, and the socket at its other end, with small buffers."""
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        made = connect(destination(listener), 5, cancelled.is_set if cancelled else lambda: False)
        made._socket.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 4096)
        peer, _ = listener.accept()
        try:
            with peer:
                yield made, peer
        finally:
            made.close()


def everything(peer: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    received = b""
    while True:
        chunk = peer.recv(65536)
        if not chunk:
            return received
        received += chunk


# ---------------------------------------------------------------- writing


@pytest.mark.parametrize("gathers", [True, False])
def test_what_was_written_arrives_in_order(gathers: bool) -> None:
    """In more buffers than one system call takes, of many sizes, and to a peer that reads slowly."""
    parts = [bytes([number % 251]) * (number % 700) for number in range(3000)]
    with pair() as (made, peer):
        made._gathers = gathers and made._gathers

        def send() -> None:
            made.send([memoryview(part) for part in parts], 10)
            made.close()

        sending = Background(send)
        assert everything(peer) == b"".join(parts)
        assert sending.error(within=10) is None
        assert made.whole


def test_a_peer_that_never_reads_is_a_timeout() -> None:
    with pair() as (made, _):
        with pytest.raises(PeerTimeout) as caught:
            made.send([memoryview(bytes(8 * MIB))], 0.3)
        assert caught.value.details == "time-out while sending"
        assert not made.whole


def test_a_peer_that_reads_slowly_is_no_timeout() -> None:
    with pair() as (made, peer):
        sending = Background(lambda: made.send([memoryview(bytes(2 * MIB))], 1))
        received, pause = 0, threading.Event()
        while received < 2 * MIB:
            pause.wait(0.003)  # more in all than the time-out
            received += len(peer.recv(4096))
        assert sending.error(within=5) is None


def test_a_peer_that_is_gone_is_noticed_while_sending() -> None:
    with pair() as (made, peer):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        with pytest.raises(AssociationAborted, match="was lost"):
            made.send([memoryview(bytes(8 * MIB))], 5)


# ---------------------------------------------------------------- reading


def test_units_are_read_whole_however_they_arrive() -> None:
    units = [(2, b"accept"), (4, b""), (4, bytes(100_000)), (6, b"\0\0\0\0")]
    stream = b"".join(struct.pack(">BxI", kind, len(body)) + body for kind, body in units)
    with pair() as (made, peer):
        sending = Background(lambda: peer.sendall(stream))
        assert [made.receive(5) for _ in units] == units
        assert sending.error(within=5) is None
        for byte in stream[:12]:
            peer.sendall(bytes([byte]))
        assert made.receive(5) == (2, b"accept")


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-OpenSSH_9\r\n",
        b"\0\0\0\0\0\0",
        b"\x04\0\x7f\xff\xff\xff",
        b"\x08\0\0\0\0\0",
    ],
    ids=["web server", "ssh", "zeros", "two gigabytes", "unknown type"],
)
def test_what_is_no_dicom_is_said_to_be_none(answer: bytes) -> None:
    with pair() as (made, peer):
        peer.sendall(answer)
        with pytest.raises(AssociationAborted, match="does not use DICOM"):
            made.receive(5)


@pytest.mark.parametrize("sent", [b"", b"\x04\0\0", b"\x04\0\0\0\0\x08half"])
def test_a_peer_that_closes_is_noticed_wherever_it_stopped(sent: bytes) -> None:
    with pair() as (made, peer):
        peer.sendall(sent)
        peer.close()
        with pytest.raises(AssociationAborted, match="was lost"):
            made.receive(5)


@pytest.mark.parametrize("sent", [b"", b"\x04\0\0", b"\x04\0\0\0\0\x08half"])
def test_a_peer_that_says_nothing_more_is_a_timeout(sent: bytes) -> None:
    with pair() as (made, peer):
        peer.sendall(sent)
        with pytest.raises(PeerTimeout) as caught:
            made.receive(0.3)
        assert caught.value.details == "time-out while waiting for an answer"


def test_a_peer_that_answers_slowly_is_no_timeout() -> None:
    with pair() as (made, peer):
        reading = Background(lambda: made.receive(1))
        pause = threading.Event()
        for byte in b"\x04\0\0\0\0\x08slowness":
            pause.wait(0.1)  # more in all than the time-out
            peer.sendall(bytes([byte]))
        assert reading.error(within=5) is None


# ---------------------------------------------------------------- ended from another thread


@pytest.mark.parametrize("how", ["kill", "cancelled"])
@pytest.mark.parametrize("what", ["send", "receive"])
def test_whoever_waits_is_stopped_at_once(how: str, what: str) -> None:
    cancelled = threading.Event()
    with pair(cancelled) as (made, peer):
        if what == "send":
            waiting = Background(lambda: made.send([memoryview(bytes(8 * MIB))], 60))
            peer.recv(1)  # it has begun
        else:
            waiting = Background(lambda: made.receive(60))
        if how == "kill":
            made.kill()
        else:
            cancelled.set()
        assert isinstance(waiting.error(within=2), Stopped)


def test_a_killed_wire_moves_nothing_more() -> None:
    with pair() as (made, peer):
        made.kill()
        with pytest.raises(Stopped):
            made.send([memoryview(b"\x05")], 5)
        with pytest.raises(Stopped):
            made.receive(5)
        assert everything(peer) == b""


def test_killing_and_closing_go_well_in_any_order_and_twice() -> None:
    with pair() as (made, _):
        made.close()
        made.kill()
        made.close()
        for use in (lambda: made.send([memoryview(b"\x05")], 5), lambda: made.receive(5)):
            with pytest.raises(WizardError):
                use()


def test_without_quick_acknowledgements_it_works_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "_QUICKACK", None)
    with pair() as (made, peer):
        peer.sendall(b"\x06\0\0\0\0\x04\0\0\0\0")
        assert made.receive(5) == (6, b"\0\0\0\0")
