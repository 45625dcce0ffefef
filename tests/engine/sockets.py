"""Counts the sockets of a program, and notes the addresses that they contact."""

from __future__ import annotations

import socket
import threading
from collections import Counter
from typing import Any

import pytest


class Sockets:
    """The most sockets open at a time, in all and to one address, and every (address, port) that was contacted.

    Counted are sockets that were connected, or tried to be; each until it is closed.
    """

    def __init__(self) -> None:
        self.most = self.most_to_one = self._open = 0
        self.contacted: set[tuple[str, int]] = set()
        self._open_to: Counter[str] = Counter()
        self._lock = threading.Lock()

    def opened(self, address: tuple[Any, ...]) -> None:
        with self._lock:
            self.contacted.add((address[0], address[1]))
            self._open += 1
            self._open_to[address[0]] += 1
            self.most = max(self.most, self._open)
            self.most_to_one = max(self.most_to_one, self._open_to[address[0]])

    def closed(self, host: str) -> None:
        with self._lock:
            self._open -= 1
            self._open_to[host] -= 1

    @property
    def left(self) -> int:
        """The number that is open now."""
        return self._open


def watched(monkeypatch: pytest.MonkeyPatch) -> Sockets:
    """Watch every socket that is made from now on, but those of TLS, which take over a watched one."""
    sockets = Sockets()

    class Watched(socket.socket):
        to = ""

        def connect(self, address: Any) -> None:
            self._noted(address)
            super().connect(address)

        def connect_ex(self, address: Any) -> int:
            self._noted(address)
            return super().connect_ex(address)

        def _noted(self, address: Any) -> None:
            if self.type == socket.SOCK_STREAM and not self.to:
                self.to = address[0]
                sockets.opened(address)

        def close(self) -> None:
            if self.to and self.fileno() >= 0:
                sockets.closed(self.to)
            super().close()

        def detach(self) -> int:
            if self.to and self.fileno() >= 0:
                sockets.closed(self.to)
            return super().detach()

    monkeypatch.setattr(socket, "socket", Watched)
    return sockets
