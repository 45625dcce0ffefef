"""What a running step reports, and to whom.

Two channels. *State* is one immutable snapshot that replaces the one before, so that progress never floods.
*Facts* are frozen messages, each delivered once and in order; `Finished` is always the last. The window and the
command line implement `Events`; `NoEvents` is for tests.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping, Union

from wizard.errors import WizardError


@dataclass(frozen=True)
class Progress:
    """The state of a step at one moment.

    `done` and `total` count what the step counts (files, images, studies); `total` is None while unknown, and
    `done_before` is what earlier runs had done.
    `counts` holds the step's own figures by name; `current` is what is being worked on, for the screen only.
    """

    step: str
    done: int = 0
    done_before: int = 0
    total: int | None = None
    bytes_done: int = 0
    bytes_total: int = 0
    seconds: float = 0.0
    current: str = ""
    waiting: str = ""
    counts: Mapping[str, int] = field(default_factory=dict)

    @property
    def rate(self) -> float:
        """Items per second since the step began."""
        return (self.done - self.done_before) / self.seconds if self.seconds > 0 else 0.0


@dataclass(frozen=True)
class Rung:
    """One rung of the connection test: `passed` is None for "not checked", and `seconds` is what it took."""

    name: str
    passed: bool | None
    sentence: str
    details: str = ""
    who: str = ""
    seconds: float = 0.0


@dataclass(frozen=True)
class Takes:
    """What the destination was asked to take, without sending: for each (SOP class, transfer syntax) the result of
    PS3.8 table 9-18, 0 for accepted."""

    results: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class Seen:
    """A port that took a connection while the network was looked at, and what it answered.

    `answer` is "accepts" or "refuses" (DICOM), "aborts" (DICOM, and it broke off), "encrypted" (TLS, and no more is
    known), "other" (no DICOM), "closes" (without a word) or "silent". `called_ae` is the AE title that was accepted.
    """

    host: str
    port: int
    answer: str
    sentence: str
    maker: str = ""
    called_ae: str = ""
    encrypted: bool = False
    details: str = ""

    @property
    def address(self) -> str:
        """HOST:PORT; an IPv6 address in brackets."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    @property
    def dicom(self) -> bool:
        """Whether it is known to speak DICOM."""
        return self.answer in ("accepts", "refuses", "aborts")


@dataclass(frozen=True)
class Note:
    """Something the person should read: a sentence, and codes for support behind it."""

    sentence: str
    details: str = ""


@dataclass(frozen=True)
class Finished:
    """The last fact of a job: `outcome` is "done", "stopped" or "failed"."""

    step: str
    outcome: str
    result: Any = None
    error: WizardError | None = None


Fact = Union[Rung, Takes, Seen, Note, Finished]


class Events:
    """What a step reports to; this base class ignores everything. Called from the worker's thread."""

    def state(self, progress: Progress) -> None:
        """Replace the snapshot on show."""

    def fact(self, fact: Fact) -> None:
        """Deliver one message."""


class NoEvents(Events):
    """For tests and for steps nobody watches."""
