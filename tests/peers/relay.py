"""Relay bytes to a server, and stop at an exact point."""

from __future__ import annotations

import socket
import threading
from contextlib import suppress
from typing import Callable, TypeVar

One = TypeVar("One", bound="Relay")


class Relay:
    """Listens on a free port of 127.0.0.1 and passes everything on to `port`.

    Parameters
    ----------
    limit : int or None
        After so many bytes from the clients nothing more is passed on, and `reached` is set.
    """

    def __init__(self, port: int, limit: int | None = None) -> None:
        self._target, self.limit = port, limit
        self.passed = 0
        self.reached = threading.Event()
        self._lock = threading.Lock()
        self._sockets: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._listener.getsockname()[1]
        self._spawn(self._accept)

    def __enter__(self: One) -> One:
        return self

    def __exit__(self, *exc: object) -> None:
        with suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        for thread in self._threads:
            thread.join(10)

    def cut(self) -> None:
        """Break every connection."""
        with self._lock:
            for connection in self._sockets:
                with suppress(OSError):
                    connection.shutdown(socket.SHUT_RDWR)
                connection.close()
            self._sockets.clear()

    def open(self) -> None:
        """Pass on everything from now on."""
        self.limit = None
        self.reached.clear()

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            try:
                server = socket.create_connection(("127.0.0.1", self._target))
            except OSError:  # nobody is there: whoever comes is sent away
                client.close()
                continue
            for connection in (client, server):
                connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with self._lock:
                self._sockets += [client, server]
            self._spawn(lambda a=client, b=server: self._pump(a, b, counted=True))
            self._spawn(lambda a=server, b=client: self._pump(a, b, counted=False))

    def _pump(self, source: socket.socket, target: socket.socket, counted: bool) -> None:
        with suppress(OSError):
            while True:
                data = source.recv(65536)
                if not data:
                    target.shutdown(socket.SHUT_WR)
                    return
                target.sendall(self._let_through(data) if counted else data)

    def _let_through(self, data: bytes) -> bytes:
        with self._lock:
            room = len(data) if self.limit is None else max(0, self.limit - self.passed)
            self.passed += min(room, len(data))
            if room < len(data):
                self.reached.set()
            return data[:room]

    def _spawn(self, target: Callable[..., None]) -> None:
        thread = threading.Thread(target=target, daemon=True)
        self._threads.append(thread)
        thread.start()
