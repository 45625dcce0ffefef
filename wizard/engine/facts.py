"""The facts of Discover: a rung of the connection test, the kinds that a destination takes, a port that answered.

They stand apart from the step that makes them, because the window knows them before it needs any network.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping

from wizard.engine.events import Fact


@dataclass(frozen=True)
class Rung(Fact):
    """One rung of the connection test: `passed` is None for "not checked", and `seconds` is what it took.

    `code` is that of the error if it failed, else "".
    """

    name: str
    passed: bool | None
    sentence: str
    details: str = ""
    who: str = ""
    seconds: float = 0.0
    code: str = ""


@dataclass(frozen=True)
class SupportedKinds(Fact):
    """What the destination was asked to take, without sending: for each (SOP class, transfer syntax) the result of
    PS3.8 table 9-18, 0 for accepted."""

    results: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class FoundPort(Fact):
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
