"""The speed limit as a token bucket: bytes flow in at a steady rate, and all senders draw from it."""

from __future__ import annotations

import threading
import time
from typing import Callable

_BURST = 0.25  # seconds' worth that may be saved up while no sender draws
_LONGEST_WAIT = 0.5  # seconds, so that a new limit soon takes effect
_SHORTEST_WAIT = 0.005  # seconds; bytes that flow in meanwhile are drawn without waiting


class RateLimit:
    """A speed limit for several threads.

    Parameters
    ----------
    wait : callable
        Called with seconds to wait. An exception from it ends the waiting; `Control.wait` raises `Stopped`.
    clock : callable
        Seconds that only grow.

    Attributes
    ----------
    limit : float
        Bytes a second over all threads; 0 is without limit. May be set at any time.
    """

    def __init__(self, wait: Callable[[float], None], clock: Callable[[], float] = time.monotonic) -> None:
        self.limit = 0.0
        self._wait, self._clock = wait, clock
        self._lock = threading.Lock()
        self._content, self._filled, self._rate = 0.0, clock(), 0.0

    def take(self, count: int) -> None:
        """Wait until `count` more bytes may go.

        They go as soon as nothing is owed, however many they are, and the next caller waits for them.
        """
        while True:
            limit = self.limit
            owed = self._draw(count, limit) if limit else 0.0
            if not owed:
                return
            self._wait(min(_LONGEST_WAIT, max(_SHORTEST_WAIT, owed)))

    def _draw(self, count: int, limit: float) -> float:
        """Draw `count` bytes; returns 0, or the seconds until nothing is owed any more."""
        with self._lock:
            now = self._clock()
            self._content = min(limit * _BURST, self._content + self._rate * (now - self._filled))
            self._filled, self._rate = now, limit
            if self._content < 0:
                return -self._content / limit
            self._content -= count
            return 0.0
