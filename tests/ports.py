"""TCP ports for programs that have to be told theirs before they listen.

A port that the system chose and that was given back may go to anybody else before the program takes it. So these
lie below the ports that systems choose from, in ranges, and each process of tests has a range to itself: it holds the
range's first port bound for as long as it lives, whatever other workers and other runs there are.
"""

from __future__ import annotations

import socket
from typing import Iterator

_RANGES = [range(first, first + 500) for first in range(10_000, 32_000, 500)]


def free_port() -> int:
    """Return a TCP port of this computer on which nothing listens. No port is returned twice."""
    return next(port for port in _PORTS if _is_free(port))


def _own_range() -> tuple[socket.socket, Iterator[int]]:
    """Return the socket that holds a range, and the ports of it."""
    for numbers in _RANGES:
        holding = socket.socket()
        if _binds(holding, numbers[0]):
            return holding, iter(numbers[1:])
        holding.close()
    raise AssertionError("there are no more ports for tests")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        return _binds(probe, port)


def _binds(probe: socket.socket, port: int) -> bool:
    try:
        probe.bind(("", port))
    except OSError:
        return False
    return True


# Held from the beginning, as some tests look whether they left a socket.
_HOLDING, _PORTS = _own_range()
