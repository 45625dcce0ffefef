"""Carry protocol data units (PS3.8 9.3) over one TCP connection, made for bulk sending.

Every write is one system call where the system allows it, with Nagle's algorithm off and acknowledgements at
once: peers answer in two small writes, and would else wait 40 to 200 ms for each file. A time-out counts the time
without a byte moving: a slow connection is fine as long as bytes move.
"""

from __future__ import annotations

import contextlib
import select
import socket
import ssl
import struct
import time
from functools import partial
from typing import Callable, TypeVar

from wizard.dicom.dimse import Buffer
from wizard.errors import AssociationAborted, NotDicom, PeerTimeout, Stopped, WizardError
from wizard.language.message import Message

LOST = Message("The connection to the new PACS was lost.")
NO_DICOM_HERE = Message("The system at this address does not use DICOM.")

_LARGEST_ANSWER = 1 << 20  # bytes; a negotiation with 128 contexts is about 20 KiB
_BUFFERS_PER_CALL = 512  # IOV_MAX is 1024 on Linux and macOS
_JOINED = 64 * 1024  # bytes of a write where buffers must be joined: so much must move within the time-out
_SLICE = 0.2  # seconds between two checks whether the person has stopped
_QUICKACK: int | None = getattr(socket, "TCP_QUICKACK", None)

_Moved = TypeVar("_Moved")


class Wire:
    """An open connection.

    Attributes
    ----------
    whole : bool
        Whether the bytes written so far end where a PDU ends.
    heard : bytes
        The first byte that the peer sent; empty until then.

    Raises
    ------
    AssociationAborted
        The peer closed, reset, or sent something that is no PDU.
    PeerTimeout
        No byte moved for the time-out.
    Stopped
        Another thread called `kill`, or `cancelled` returned True while nothing moved.
    """

    def __init__(self, connection: socket.socket, cancelled: Callable[[], bool] = lambda: False) -> None:
        self._socket, self._cancelled = connection, cancelled
        self._killed = False
        self._received = bytearray()
        self._asked = False  # whether nothing was read since the last write
        self.whole, self.heard = True, b""
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._gathers = hasattr(connection, "sendmsg") and not isinstance(connection, ssl.SSLSocket)
        if self._gathers:  # the kernel's own time-outs: Python's cost one more system call each time
            connection.settimeout(None)
            for option in (socket.SO_RCVTIMEO, socket.SO_SNDTIMEO):
                connection.setsockopt(socket.SOL_SOCKET, option, struct.pack("@ll", 0, int(_SLICE * 1_000_000)))
        else:
            connection.settimeout(_SLICE)

    def send(self, buffers: list[Buffer], silence: float) -> None:
        """Write whole PDUs, in order; `silence` is how many seconds may pass without a byte moving."""
        if not self._gathers:
            joined = memoryview(b"".join(buffers))
            buffers = [joined[start : start + _JOINED] for start in range(0, len(joined), _JOINED)]
        self.whole, self._asked = False, True
        first = 0
        while first < len(buffers):
            page = buffers[first : first + _BUFFERS_PER_CALL]
            sent = self._patiently(partial(self._write, page), silence, "sending")
            while first < len(buffers) and sent >= len(buffers[first]):
                sent -= len(buffers[first])
                first += 1
            if sent:
                buffers[first] = buffers[first][sent:]
        self.whole = True

    def receive(self, silence: float) -> tuple[int, bytes]:
        """Receive the next PDU: its type and the bytes after its six-byte header."""
        kind, _, length = struct.unpack(">BBI", self._exactly(6, silence))
        if length > _LARGEST_ANSWER or not 1 <= kind <= 7:
            raise NotDicom(NO_DICOM_HERE, f"PDU type {kind:#x}, length {length}")
        return kind, self._exactly(length, silence)

    def ready(self, seconds: float) -> bool:
        """Whether bytes have come, or come within the seconds."""
        if self._received or (isinstance(self._socket, ssl.SSLSocket) and self._socket.pending()):
            return True
        return bool(select.select([self._socket], [], [], seconds)[0])

    def close(self) -> None:
        """Close; the peer sees an orderly end."""
        self._socket.close()

    def kill(self) -> None:
        """End the connection from another thread: a blocking `send` or `receive` returns at once."""
        self._killed = True
        with contextlib.suppress(OSError):  # already closed by the peer, or by us
            # Not SSLSocket.shutdown, which removes the encryption first: later bytes would go out unencrypted.
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)

    def _exactly(self, count: int, silence: float) -> bytes:
        while len(self._received) < count:
            chunk = self._patiently(self._read, silence, "waiting for an answer")
            if not chunk:
                raise self._lost("closed by the peer")
            self._received += chunk
            self.heard = self.heard or chunk[:1]
            if len(self._received) < count and self._cancelled():  # a peer may send single bytes for ever
                raise Stopped
        taken = bytes(self._received[:count])
        del self._received[:count]
        return taken

    def _write(self, buffers: list[Buffer]) -> int:
        return self._socket.sendmsg(buffers) if self._gathers else self._socket.send(buffers[0])

    def _read(self) -> bytes:
        if self._asked:  # the first piece of an answer comes at once; Nagle's algorithm holds back the second
            self._asked = False
        elif _QUICKACK is not None:
            self._socket.setsockopt(socket.IPPROTO_TCP, _QUICKACK, 1)
        return self._socket.recv(65536)

    def _patiently(self, move: Callable[[], _Moved], silence: float, what: str) -> _Moved:
        """Move some bytes; between slices of waiting check whether the person has stopped."""
        deadline = time.monotonic() + silence
        while True:
            try:
                return move()
            except (socket.timeout, BlockingIOError):
                if self._killed or self._cancelled():
                    raise Stopped from None
                if time.monotonic() >= deadline:
                    sentence = Message("The new PACS does not respond.")
                    raise PeerTimeout(sentence, f"time-out while {what}") from None
            except OSError as error:
                raise self._lost(f"{error} while {what}") from error

    def _lost(self, details: str) -> WizardError:
        if self._killed:
            return Stopped()
        return AssociationAborted(LOST, details)
