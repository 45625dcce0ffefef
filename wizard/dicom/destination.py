"""The new PACS: where it is, and the two AE titles of the conversation."""

from __future__ import annotations

from dataclasses import dataclass

from wizard.errors import UsageError

DEFAULT_CALLING_AE = "MIGRATOR"


@dataclass(frozen=True)
class Destination:
    """An address and two AE titles (PS3.8 9.3.2, PS3.5 6.2 for what an AE title may hold).

    Raises
    ------
    UsageError
        A field cannot be what it says.
    """

    host: str
    port: int
    called_ae: str
    calling_ae: str = DEFAULT_CALLING_AE

    def __post_init__(self) -> None:
        if not self.host or any(character.isspace() for character in self.host):
            raise UsageError("Type the name or address of the new PACS, for example pacs.clinic.example.")
        if not 1 <= self.port <= 65535:
            raise UsageError("The port is a number from 1 to 65535. The PACS administrator knows it; often 104.")
        for whose, title in (("the new PACS", self.called_ae), ("this computer", self.calling_ae)):
            _must_be_ae_title(whose, title)

    @classmethod
    def parse(cls, address: str, called_ae: str, calling_ae: str = DEFAULT_CALLING_AE) -> Destination:
        """Read "HOST:PORT"; an IPv6 address stands in brackets."""
        host, colon, port = address.strip().rpartition(":")
        if not colon or not port.isdecimal():
            raise UsageError(f"“{address}” is no HOST:PORT, for example pacs.clinic.example:104.")
        return cls(host.strip("[]"), int(port), called_ae.strip(), calling_ae.strip())

    @property
    def address(self) -> str:
        """HOST:PORT, as `parse` reads it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def __str__(self) -> str:
        return f"{self.called_ae} at {self.address}"


def _must_be_ae_title(whose: str, title: str) -> None:
    if not title.strip():
        raise UsageError(f"Type the AE title of {whose}. The PACS administrator knows it.")
    if len(title) > 16 or "\\" in title or not all(" " <= character <= "~" for character in title):
        raise UsageError(
            f"The AE title of {whose} has at most 16 plain characters, without a backslash.", f"got {title!r}"
        )
