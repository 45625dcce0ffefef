"""From the worker's thread to the window, without the worker ever touching Tk.

State is one slot that is overwritten; facts are a queue. The window looks in ten times a second.
"""

from __future__ import annotations

import queue
import time
from collections import deque
from typing import Iterator

from wizard.engine.events import Events, Fact, Progress

TURN = 0.008  # seconds of one turn of the window's loop that facts may take


class Bridge(Events):
    """The window's side of one job. `state` and `fact` are for the worker, the rest is for the window."""

    def __init__(self) -> None:
        self._slot: deque[Progress] = deque(maxlen=1)
        self._facts: queue.SimpleQueue[Fact] = queue.SimpleQueue()

    def state(self, progress: Progress) -> None:
        self._slot.append(progress)

    def fact(self, fact: Fact) -> None:
        self._facts.put(fact)

    def latest(self) -> Progress | None:
        """The newest snapshot, once; None when there is no new one."""
        try:
            return self._slot.pop()
        except IndexError:
            return None

    def facts(self) -> Iterator[Fact]:
        """The facts that have come, in order, for as long as a turn may take."""
        end = time.monotonic() + TURN
        while time.monotonic() < end:
            try:
                yield self._facts.get_nowait()
            except queue.Empty:
                return
