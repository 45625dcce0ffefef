"""The protocol by which a running step reports.

Two channels. *State* is one immutable snapshot that replaces the one before, so that progress never floods.
*Facts* are frozen messages, each delivered once and in order; `Finished` is always the last. The window and the
command line implement `Events`; `NoEvents` is for tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from wizard.errors import WizardError
from wizard.language.message import NOTHING, Message


@dataclass(frozen=True)
class Progress:
    """The state of a step at one moment.

    `done` and `total` count files, images or studies, as the step does; `total` is None while unknown, and
    `done_before` is the part of earlier runs.
    `counts` holds the step's own figures by name; `current` names the work at hand, for the screen only; `waiting` says
    for what the step waits, if it does.
    """

    step: str
    done: int = 0
    done_before: int = 0
    total: int | None = None
    bytes_done: int = 0
    bytes_total: int = 0
    seconds: float = 0.0
    current: str = ""
    waiting: Message = NOTHING
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Items per second since the step began."""
        return (self.done - self.done_before) / self.seconds if self.seconds > 0 else 0.0


#: What follows the reason why a step waits for the destination.
TRYING_AGAIN = Message("Waiting, and trying again automatically.")


class Fact:
    """A message of a running step. Each step may have facts of its own beside those below; they are frozen."""


@dataclass(frozen=True)
class Note(Fact):
    """A sentence that the person should read, and codes for support."""

    sentence: Message
    details: str = ""


@dataclass(frozen=True)
class Finished(Fact):
    """The last fact of a job: `outcome` is "done", "stopped" or "failed"."""

    step: str
    outcome: str
    result: Any = None
    error: WizardError | None = None


class Events:
    """The receiver of a step's reports; this base class ignores them. Called from the worker's thread."""

    def state(self, progress: Progress) -> None:
        """Replace the snapshot that is shown."""

    def fact(self, fact: Fact) -> None:
        """Deliver one message."""


class NoEvents(Events):
    """For tests and for steps that nobody watches."""
