"""Open ports that do not answer in different ways, on loopback addresses."""

from __future__ import annotations

import contextlib
import socket
from typing import Iterator


@contextlib.contextmanager
def filtered() -> Iterator[int]:
    """Open a port of every 127.x.y.z that does not answer at all, as behind a firewall: it refuses no connection.

    Its queue of connections is full, and the kernel drops further ones (Linux).
    """
    with socket.socket() as listener, contextlib.ExitStack() as waiting:
        listener.bind(("0.0.0.0", 0))
        listener.listen(0)
        port: int = listener.getsockname()[1]
        for _ in range(8):
            one = waiting.enter_context(socket.socket())
            one.settimeout(0.2)
            try:
                one.connect(("127.0.0.1", port))
            except OSError:
                yield port
                return
        raise AssertionError("its queue does not fill up")


@contextlib.contextmanager
def mute() -> Iterator[int]:
    """A port of every 127.x.y.z that takes connections, and says nothing."""
    with socket.socket() as listener:
        listener.bind(("0.0.0.0", 0))
        listener.listen(1000)
        yield listener.getsockname()[1]


@contextlib.contextmanager
def closed() -> Iterator[int]:
    """A port on which nobody listens, and which nobody else can take."""
    with socket.socket() as bound:
        bound.bind(("0.0.0.0", 0))
        yield bound.getsockname()[1]
