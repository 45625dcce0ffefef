"""Relay and record the bytes of clients, as somebody on the network could."""

from __future__ import annotations

import socket
from contextlib import suppress

from tests.peers.relay import Relay


class Overheard(Relay):
    """`sent` is everything that came from clients, in the order of arrival."""

    def __init__(self, port: int) -> None:
        self.sent = bytearray()
        super().__init__(port)

    def _let_through(self, data: bytes) -> bytes:
        with self._lock:
            self.sent += data
        return super()._let_through(data)

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        super()._pump(source, target, counted)
        with suppress(OSError):  # a reset is passed on as an end
            target.shutdown(socket.SHUT_RDWR)

    def only_tls(self) -> bool:
        """Whether something was sent, and nothing but records of TLS (RFC 8446 5.1): not one byte in the clear.

        Only for clients that came one after the other.
        """
        at = 0
        while at < len(self.sent):
            kind, major, length = self.sent[at], self.sent[at + 1], int.from_bytes(self.sent[at + 3 : at + 5], "big")
            if kind not in (20, 21, 22, 23) or major != 3:
                return False
            at += 5 + length
        return at > 0
