"""The way to the destination, through which all senders go: one probe at a time, with growing pauses."""

from __future__ import annotations

import threading
import time
from typing import Sequence

from wizard.dicom.association import DEFAULT_TIMEOUTS, Association, Timeouts
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.job import Control
from wizard.errors import AssociationRejected, DestinationError


class ConnectionGate:
    """The way to the destination: one probe at a time, with growing pauses while it is away.

    The very first failure is raised, because then the destination cannot be used at all; and one that only a person can
    mend. Otherwise everything waits, says so in `waiting`, and tries again by itself until the person stops.
    """

    def __init__(
        self, destination: Destination, control: Control, limits: Timeouts = DEFAULT_TIMEOUTS, longest_pause: float = 60
    ) -> None:
        self._destination, self._control = destination, control
        self._limits, self._longest_pause = limits, longest_pause
        self._lock = threading.Lock()
        self._ever_open = False
        self._failures = 0
        self._not_before = 0.0
        self._inside: set[int] = set()
        self._closed = ""
        self._away = ""

    @property
    def waiting(self) -> str:
        """Why nothing moves, for the person; "" while it does."""
        return self._closed or self._away

    @property
    def shut(self) -> bool:
        """Whether nobody may begin another file now."""
        return bool(self._closed) or time.monotonic() < self._not_before

    @property
    def closed(self) -> bool:
        """Whether nobody may go through for now: the hours are over."""
        return bool(self._closed)

    def close(self, sentence: str) -> None:
        """Nobody begins another file until it is opened; `sentence` says why."""
        self._closed = sentence

    def open(self) -> None:
        self._closed = ""

    def enter(self, sender: int, kinds: Sequence[PresentationKind]) -> Association | None:
        """A fresh association; None when the destination takes no more of them and others are at work."""
        while True:
            self.wait_outside()
            if not self._lock.acquire(timeout=0.2):
                continue
            try:
                self.wait_outside()
                association = Association(
                    self._destination, kinds, self._limits, cancelled=lambda: self._control.stopped
                )
                self._ever_open, self._failures, self._away = True, 0, ""
                self._inside.add(sender)
                return association
            except DestinationError as error:
                if isinstance(error, AssociationRejected) and error.congested and self._inside - {sender}:
                    return None
                if not self._ever_open or not error.retry:
                    raise
                self._failures += 1
                pause = min(self._longest_pause, 0.5 * 2**self._failures)
                self._not_before = time.monotonic() + pause
                self._away = f"{error.sentence} Waiting, and trying again by itself."
            finally:
                self._lock.release()

    def wait_outside(self) -> None:
        """Wait while paused, outside the hours, or between two probes; raise `Stopped` when the person stops."""
        self._control.check()
        while self.shut:
            self._control.wait(0.05)
            self._control.check()

    def passed(self) -> None:
        """A file was taken: whatever was said before is over, unless the destination has gone away since."""
        if not self.shut:
            self._away = ""

    def leave(self, sender: int) -> None:
        self._inside.discard(sender)
