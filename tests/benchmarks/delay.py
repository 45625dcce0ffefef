"""A relay that stands for a distant PACS: it passes every byte on 25 ms later, each way, as fast as they come.

`python -m tests.benchmarks.delay PORT TARGET` listens on one port of 127.0.0.1 and passes on to another.
"""

from __future__ import annotations

import socket
import sys
import threading
import time
from collections import deque
from contextlib import suppress

SECONDS = 0.025
_ON_THE_WAY = 64 << 20  # bytes; a line of 2 GB/s holds 50 MB
_PIECE = 1 << 18


class Direction:
    """One way of one connection: a thread takes bytes off the source, another gives them to the target when they are
    due. The end of the stream is an empty piece."""

    def __init__(self, source: socket.socket, target: socket.socket) -> None:
        self._source, self._target = source, target
        self._pieces: deque[tuple[float, bytes]] = deque()
        self._held = 0
        self._moved = threading.Condition()
        for work in (self._take, self._give):
            threading.Thread(target=work, daemon=True).start()

    def _take(self) -> None:
        data = b"-"
        while data:
            try:
                data = self._source.recv(_PIECE)
            except OSError:
                data = b""  # reset by the peer: what it has sent before still arrives
            with self._moved:
                self._moved.wait_for(lambda: self._held < _ON_THE_WAY)
                self._pieces.append((time.monotonic() + SECONDS, data))
                self._held += len(data)
                self._moved.notify_all()

    def _give(self) -> None:
        data = b"-"
        while data:
            with self._moved:
                self._moved.wait_for(lambda: self._pieces)
                due, data = self._pieces.popleft()
            time.sleep(max(0.0, due - time.monotonic()))
            with suppress(OSError):  # the target is gone: what is left has nobody to go to
                if data:
                    self._target.sendall(data)
                else:
                    self._target.shutdown(socket.SHUT_WR)
            with self._moved:
                self._held -= len(data)
                self._moved.notify_all()


def main(port: int, target: int) -> None:
    with socket.create_server(("127.0.0.1", port)) as listener:
        while True:
            near, _ = listener.accept()
            far = socket.create_connection(("127.0.0.1", target))
            for end in (near, far):
                end.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            Direction(near, far)
            Direction(far, near)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
