"""The new PACS: where it is, the two AE titles of the conversation, and whether it is encrypted."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wizard.errors import UsageError

DEFAULT_CALLING_AE = "MIGRATOR"


@dataclass(frozen=True)
class Tls:
    """An encrypted connection, and the files that it needs, each by its path.

    Attributes
    ----------
    ca_file : str
        Certificates of the authorities that are trusted, and no others; "" are those that this computer trusts.
    certificate, key : str
        What this computer shows to a PACS that wants to know who comes; "" is nothing. Without a key file, the key is
        in the file of the certificate.

    Raises
    ------
    UsageError
        There is a key without a certificate.
    """

    ca_file: str = ""
    certificate: str = ""
    key: str = ""

    def __post_init__(self) -> None:
        if self.key and not self.certificate:
            raise UsageError("A key alone is not enough. Name the certificate that belongs to it, too.")


@dataclass(frozen=True)
class Destination:
    """An address and two AE titles (PS3.8 9.3.2, PS3.5 6.2 for what an AE title may hold).

    `tls` is None where the connection is not encrypted.

    Raises
    ------
    UsageError
        A field cannot be what it says.
    """

    host: str
    port: int
    called_ae: str
    calling_ae: str = DEFAULT_CALLING_AE
    tls: Tls | None = None

    def __post_init__(self) -> None:
        if not self.host or any(character.isspace() for character in self.host):
            raise UsageError("Type the name or address of the new PACS, for example pacs.clinic.example.")
        if not 1 <= self.port <= 65535:
            raise UsageError("The port is a number from 1 to 65535. The PACS administrator knows it; often 104.")
        for whose, title in (("the new PACS", self.called_ae), ("this computer", self.calling_ae)):
            _must_be_ae_title(whose, title)

    @classmethod
    def parse(
        cls, address: str, called_ae: str, calling_ae: str = DEFAULT_CALLING_AE, tls: Tls | None = None
    ) -> Destination:
        """Read "HOST:PORT"; an IPv6 address stands in brackets."""
        host, colon, port = address.strip().rpartition(":")
        if not colon or not port.isdecimal():
            raise UsageError(f"“{address}” is no HOST:PORT, for example pacs.clinic.example:104.")
        return cls(host.strip("[]"), int(port), called_ae.strip(), calling_ae.strip(), tls)

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Destination:
        """What `dataclasses.asdict` made of one, now or before there was an encrypted connection."""
        tls = stored.get("tls")
        return cls(**{**stored, "tls": None if tls is None else Tls(**tls)})

    @property
    def address(self) -> str:
        """HOST:PORT, as `parse` reads it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def is_same_pacs(self, other: Destination) -> bool:
        """Whether both are one PACS, whatever our own AE title and the encryption."""
        return self._who == other._who

    @property
    def _who(self) -> tuple[str, int, str]:
        return self.host.lower(), self.port, self.called_ae

    def __str__(self) -> str:
        return f"{self.called_ae} at {self.address}" + (", encrypted (TLS)" if self.tls else "")


def _must_be_ae_title(whose: str, title: str) -> None:
    if not title.strip():
        raise UsageError(f"Type the AE title of {whose}. The PACS administrator knows it.")
    if len(title) > 16 or "\\" in title or not all(" " <= character <= "~" for character in title):
        raise UsageError(
            f"The AE title of {whose} has at most 16 plain characters, without a backslash.", f"got {title!r}"
        )
