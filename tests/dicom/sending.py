"""Open associations with short time-outs for tests; provide files without bytes, and addresses without an answer."""

from __future__ import annotations

import io
import socket
from contextlib import ExitStack, contextmanager
from typing import Callable, Iterator

from tests.faults.server import FaultServer, Peer
from wizard.dicom.association import Association, Timeouts
from wizard.dicom.contexts import EXPLICIT_LITTLE_ENDIAN
from wizard.dicom.destination import Destination

CT = "1.2.840.10008.5.1.4.1.1.2"
KIND = (CT, EXPLICIT_LITTLE_ENDIAN)
UID = "1.2.826.0.1.3680043.8.498.77"
QUICK = Timeouts(connect=5, accept=0.4, send=0.4, answer=0.4, release=0.4)
BUFFER = 256 * 1024
LARGE = 64 << 20  # more than the buffers of any connection hold


class Sparse:
    """A file of any size without its bytes; `then` is called after so many were read."""

    def __init__(self, size: int, then: Callable[[], int] = lambda: 0) -> None:
        self._left, self._then = size, then

    def readinto(self, buffer: memoryview) -> int:
        if not self._left:
            return self._then()
        count = min(self._left, len(buffer))
        self._left -= count
        return count


def associate(server: FaultServer, timeouts: Timeouts = QUICK) -> Association:
    return Association(server.destination, [KIND], timeouts)


def store(association: Association, data: bytes = b"\x08\0\x05\0CS\0\0") -> int:
    return association.store(KIND, UID, io.BytesIO(data), len(data)).status


def well_behaved(peer: Peer) -> None:
    peer.accept()
    peer.serve()


@contextmanager
def unanswering() -> Iterator[Destination]:
    """Provide an address where connecting takes for ever, because the queue of connections is full."""
    with ExitStack() as stack:
        listener = stack.enter_context(socket.socket())
        listener.bind(("127.0.0.1", 0))
        listener.listen(0)
        for _ in range(3):
            waiting = stack.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(listener.getsockname())
        yield destination(listener)


def destination(listener: socket.socket) -> Destination:
    return Destination("127.0.0.1", listener.getsockname()[1], "PEER")
