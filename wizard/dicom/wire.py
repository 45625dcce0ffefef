"""One TCP connection that carries protocol data units (PS3.8 9.3), written for bulk sending.

Every write is one system call where the system allows it, with Nagle's algorithm off and acknowledgements at
once: peers answer in two small writes, and would else wait 40 to 200 ms for each file. Time-outs are about
silence: a slow line is fine for as long as bytes move.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import struct
import time
from typing import Callable

from wizard.dicom.destination import Destination
from wizard.errors import AssociationAborted, NameNotResolved, Silence, Stopped, Unreachable

_LARGEST_ANSWER = 1 << 20  # bytes; a negotiation with 128 contexts is about 20 KiB
_BUFFERS_PER_CALL = 512  # IOV_MAX is 1024 on Linux and macOS
QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)


class Wire:
    """An open connection.

    Raises
    ------
    AssociationAborted
        The peer closed, reset, or sent what is no PDU.
    Silence
        No byte moved for the time-out.
    Stopped
        `kill` was called from another thread.
    """

    def __init__(self, connection: socket.socket) -> None:
        self._socket = connection
        self._killed = False
        self._received = bytearray()
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._gathers = hasattr(connection, "sendmsg")

    def send(self, buffers: list[memoryview], silence: float) -> None:
        """Write all buffers, in order; `silence` is how many seconds may pass without a byte moving."""
        if not self._gathers:
            buffers = [memoryview(b"".join(buffers))]
        self._socket.settimeout(silence)
        first = 0
        try:
            while first < len(buffers):
                page = buffers[first : first + _BUFFERS_PER_CALL]
                sent = self._socket.sendmsg(page) if self._gathers else self._socket.send(page[0])
                while first < len(buffers) and sent >= len(buffers[first]):
                    sent -= len(buffers[first])
                    first += 1
                if sent:
                    buffers[first] = buffers[first][sent:]
        except OSError as error:
            raise self._mapped(error, "while sending") from error

    def receive(self, silence: float) -> tuple[int, bytes]:
        """The next PDU: its type and what follows its six-byte header."""
        kind, _, length = struct.unpack(">BBI", self._exactly(6, silence))
        if length > _LARGEST_ANSWER or not 1 <= kind <= 7:
            raise AssociationAborted(
                "What answers at this address does not speak DICOM.", f"PDU type {kind:#x}, length {length}"
            )
        return kind, self._exactly(length, silence)

    def close(self) -> None:
        """Close; the peer sees an orderly end."""
        self._socket.close()

    def kill(self) -> None:
        """End it from another thread: whatever blocks in `send` or `receive` returns at once."""
        self._killed = True
        with contextlib.suppress(OSError):  # already closed by the peer, or by us
            self._socket.shutdown(socket.SHUT_RDWR)

    def _exactly(self, count: int, silence: float) -> bytes:
        self._socket.settimeout(silence)
        while len(self._received) < count:
            try:
                if QUICKACK is not None:
                    self._socket.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)
                chunk = self._socket.recv(65536)
            except OSError as error:
                raise self._mapped(error, "while waiting for an answer") from error
            if not chunk:
                raise self._mapped(ConnectionResetError("closed by the peer"), "while waiting for an answer")
            self._received += chunk
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _mapped(self, error: OSError, when: str) -> Exception:
        if self._killed:
            return Stopped()
        if isinstance(error, socket.timeout):
            return Silence("The new PACS stopped answering.", f"time-out {when}")
        return AssociationAborted("The connection to the new PACS was lost.", f"{error} {when}")


def connect(destination: Destination, seconds: float, cancelled: Callable[[], bool] = lambda: False) -> Wire:
    """Open a TCP connection to any address of the host.

    Raises
    ------
    NameNotResolved, Unreachable, Stopped
    """
    reason = "no address"
    for family, address in addresses(destination):
        connection = socket.socket(family, socket.SOCK_STREAM)
        try:
            _connect(connection, address, seconds, cancelled)
            return Wire(connection)
        except OSError as error:
            connection.close()
            reason = str(error)
        except BaseException:
            connection.close()
            raise
    raise Unreachable(
        f"Nothing answers at {destination.address}. Check the address and the port, that the new PACS is running, "
        "and that no firewall is in between.",
        reason,
    )


def addresses(destination: Destination) -> list[tuple[int, tuple[object, ...]]]:
    """The addresses of the destination's host, as (family, socket address).

    Raises
    ------
    NameNotResolved
    """
    try:
        found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotResolved(
            f"No computer named “{destination.host}” is known here. Check the spelling, or type its address.",
            str(error),
        ) from error
    return [(family, address) for family, _, _, _, address in found]


def _connect(
    connection: socket.socket, address: tuple[object, ...], seconds: float, cancelled: Callable[[], bool]
) -> None:
    """Connect in slices, so that stopping need not wait for the network."""
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        connection.connect(address)
    deadline = time.monotonic() + seconds
    while True:
        _, writable, failed = select.select([], [connection], [connection], 0.1)
        if writable or failed:
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, os.strerror(error))
            return
        if cancelled():
            raise Stopped
        if time.monotonic() > deadline:
            raise socket.timeout(f"no connection within {seconds:g} s")
