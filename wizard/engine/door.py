"""The way to the destination, through which all senders go: one probe at a time, with growing pauses."""

from __future__ import annotations

import threading
import time
from typing import Sequence

from wizard.dicom.association import PATIENT, Association, Limits
from wizard.dicom.contexts import Kind
from wizard.dicom.destination import Destination
from wizard.engine.job import Control
from wizard.errors import AssociationRejected, DestinationError


class Door:
    """The way to the destination: one probe at a time, with growing pauses while it is away.

    The very first failure is raised, because then the destination cannot be used at all. Afterwards everything
    waits, says so in `waiting`, and tries again by itself until the person stops.
    """

    def __init__(
        self, destination: Destination, control: Control, limits: Limits = PATIENT, longest_pause: float = 60
    ) -> None:
        self._destination, self._control = destination, control
        self._limits, self._longest_pause = limits, longest_pause
        self._lock = threading.Lock()
        self._ever_open = False
        self._failures = 0
        self._not_before = 0.0
        self._inside: set[int] = set()
        self.waiting = ""

    def enter(self, sender: int, kinds: Sequence[Kind]) -> Association | None:
        """A fresh association; None when the destination takes no more of them and others are at work."""
        while True:
            self._control.check()
            if not self._lock.acquire(timeout=0.2):
                continue
            try:
                self.wait_outside()
                association = Association(
                    self._destination, kinds, self._limits, cancelled=lambda: self._control.stopped
                )
                self._ever_open, self._failures, self.waiting = True, 0, ""
                self._inside.add(sender)
                return association
            except DestinationError as error:
                if isinstance(error, AssociationRejected) and error.congested and self._inside - {sender}:
                    return None
                if not self._ever_open:
                    raise
                self._failures += 1
                pause = min(self._longest_pause, 0.5 * 2**self._failures)
                self._not_before = time.monotonic() + pause
                self.waiting = f"{error.sentence} Waiting, and trying again by itself."
            finally:
                self._lock.release()

    def wait_outside(self) -> None:
        """Wait until a pause that the destination asked for is over; raise `Stopped` when the person stops."""
        self._control.wait(max(0.0, self._not_before - time.monotonic()))

    def leave(self, sender: int) -> None:
        self._inside.discard(sender)

    def hold(self, seconds: float, sentence: str) -> None:
        """Nobody comes in for a while: the destination asked for a pause."""
        self._not_before = time.monotonic() + seconds
        self.waiting = sentence

    def release_hold(self) -> None:
        """The destination takes files again."""
        self.waiting = ""
