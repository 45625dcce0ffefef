"""The facts of Discover: a rung of the connection test, the kinds that a destination accepts, a port that answered.

They stand apart from the step that makes them, because the window knows them before it needs any network.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import Any, Literal, Mapping

from wizard.engine.events import Fact
from wizard.language.message import Message
from wizard.vocabulary import Who

#: The question of each rung of the connection test, in their order, by the code that is its name.
RUNG_NAMES: dict[str, Message] = {
    "resolved": Message("Can the name of the new PACS be resolved?"),
    "reached": Message("Can a connection be opened?"),
    "accepted": Message("Does the new PACS accept the connection?"),
    "answered": Message("Does the new PACS answer the DICOM test?"),
    "takes images": Message("Does the new PACS accept images?"),
    "may be asked": Message("Does the new PACS allow queries?"),
}


@dataclass(frozen=True)
class Rung(Fact):
    """One rung of the connection test.

    `name` is a key of `RUNG_NAMES`; `passed` is None for "not checked"; where it failed, `who` needs to act, and
    `code` is that of the error; `seconds` is what it took.
    """

    name: str
    passed: bool | None
    sentence: Message
    details: str = ""
    who: Who | Literal[""] = ""
    seconds: float = 0.0
    code: str = ""

    def for_programs(self) -> dict[str, Any]:
        """The fields by name, as JSON has them: the sentence is English."""
        return _for_programs(self)


@dataclass(frozen=True)
class SupportedKinds(Fact):
    """What the destination was asked to accept, without sending: for each (SOP class, transfer syntax) the result of
    PS3.8 table 9-18, 0 for accepted."""

    results: Mapping[tuple[str, str], int]


@dataclass(frozen=True)
class FoundPort(Fact):
    """A port that accepted a connection during a search of the network, and what it answered.

    `answer` is "accepts" or "refuses" (DICOM), "aborts" (DICOM, and it broke off), "encrypted" (TLS, and no more is
    known), "other" (not DICOM), "closes" (at once) or "silent". `called_ae` is the AE title that was accepted.
    """

    host: str
    port: int
    answer: str
    sentence: Message
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

    def for_programs(self) -> dict[str, Any]:
        """The fields by name, as JSON has them: the sentence is English."""
        return _for_programs(self)


def _for_programs(fact: Rung | FoundPort) -> dict[str, Any]:
    return {**{one.name: getattr(fact, one.name) for one in fields(fact)}, "sentence": str(fact.sentence)}
