"""Opens the associations of all senders: one attempt at a time, with growing pauses while the destination is away."""

from __future__ import annotations

import threading
import time
from typing import Sequence

from wizard.dicom.association import DEFAULT_TIMEOUTS, Association, Timeouts
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.events import TRYING_AGAIN
from wizard.engine.job import Control
from wizard.errors import AssociationRejected, DestinationError
from wizard.language.message import NOTHING, Message, together


class ConnectionGate:
    """Opens associations, one attempt at a time, with growing pauses while the destination is away.

    The very first failure is raised, because then the destination cannot be used at all; so is one that only a person
    can mend. Otherwise all senders wait, `waiting` says why, and the gate tries again until the person stops.
    """

    def __init__(
        self,
        destination: Destination,
        control: Control,
        timeouts: Timeouts = DEFAULT_TIMEOUTS,
        longest_pause: float = 60,
    ) -> None:
        self._destination, self._control = destination, control
        self._timeouts, self._longest_pause = timeouts, longest_pause
        self._lock = threading.Lock()
        self._ever_open = False
        self._failures = 0
        self._not_before = 0.0
        self._inside: set[int] = set()
        self._closed = NOTHING
        self._away = NOTHING

    @property
    def waiting(self) -> Message:
        """The reason, for the person, why nothing moves; none while it does."""
        return self._closed or self._away

    @property
    def shut(self) -> bool:
        """Whether no sender may begin another file now."""
        return bool(self._closed) or time.monotonic() < self._not_before

    @property
    def closed(self) -> bool:
        """Whether the gate is closed because the hours are over."""
        return bool(self._closed)

    def close(self, sentence: Message) -> None:
        """Let no sender begin another file until `open`; `sentence` says why."""
        self._closed = sentence

    def open(self) -> None:
        self._closed = NOTHING

    def enter(self, sender: int, kinds: Sequence[PresentationKind]) -> Association | None:
        """Open an association; None when the destination accepts no more of them and other senders are at work."""
        while True:
            self.wait_outside()
            if not self._lock.acquire(timeout=0.2):
                continue
            try:
                self.wait_outside()
                association = Association(
                    self._destination, kinds, self._timeouts, cancelled=lambda: self._control.stopped
                )
                self._ever_open, self._failures, self._away = True, 0, NOTHING
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
                self._away = together(error.sentence, TRYING_AGAIN)
            finally:
                self._lock.release()

    def wait_outside(self) -> None:
        """Wait while paused, outside the hours, or between two attempts; raise `Stopped` when the person stops."""
        self._control.check()
        while self.shut:
            self._control.wait(0.05)
            self._control.check()

    def passed(self) -> None:
        """Note that a file was accepted: the trouble before is over, unless the destination has gone away since."""
        if not self.shut:
            self._away = NOTHING

    def leave(self, sender: int) -> None:
        self._inside.discard(sender)
