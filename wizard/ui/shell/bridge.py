"""Carry events from the thread of a job to the window, so that no other thread ever calls Tk.

The state is one slot that is overwritten; facts are a queue. The window empties both ten times a second.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from typing import Iterator

from wizard.engine.events import Events, Fact, Progress

TURN = 0.008  # seconds of one poll of the window that facts may take


class Bridge(Events):
    """The events of one job. The job's thread calls `state` and `fact`, the window the rest."""

    def __init__(self) -> None:
        self._slot: deque[Progress] = deque(maxlen=1)
        self._facts: queue.SimpleQueue[Fact] = queue.SimpleQueue()

    def state(self, progress: Progress) -> None:
        self._slot.append(progress)

    def fact(self, fact: Fact) -> None:
        self._facts.put(fact)

    def latest(self) -> Progress | None:
        """Take the newest snapshot; None when no new one has come."""
        try:
            return self._slot.pop()
        except IndexError:
            return None

    def facts(self) -> Iterator[Fact]:
        """Take the facts that have come, in their order, for `TURN` seconds at most."""
        end = time.monotonic() + TURN
        while time.monotonic() < end:
            try:
                yield self._facts.get_nowait()
            except queue.Empty:
                return
