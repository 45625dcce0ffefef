"""Describe the new PACS: address, AE titles, encryption, and the PACS that answers queries for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any

from wizard.errors import UsageError

DEFAULT_CALLING_AE = "MIGRATOR"


@dataclass(frozen=True)
class Tls:
    """The files of an encrypted connection, each by its path.

    Attributes
    ----------
    ca_file : str
        Certificates of the only trusted authorities; "" stands for those that this computer trusts.
    certificate, key : str
        The certificate and key that this computer presents to a PACS that requires them; "" is none. Without a key
        file, the key is in the file of the certificate.

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
class FindService:
    """The PACS that answers queries, where it is another than the one that stores.

    Raises
    ------
    UsageError
        A field has an impossible value.
    """

    host: str
    port: int
    called_ae: str

    def __post_init__(self) -> None:
        _must_be_one("the archive that is asked", self.host, self.port, self.called_ae)


@dataclass(frozen=True)
class Destination:
    """An address and two AE titles (PS3.8 9.3.2, PS3.5 6.2 for what an AE title may hold).

    `tls` is None where the connection is not encrypted, `find` where the PACS that stores answers queries, too.
    `name` is given by the person and does not count in comparisons.

    Raises
    ------
    UsageError
        A field has an impossible value.
    """

    host: str
    port: int
    called_ae: str
    calling_ae: str = DEFAULT_CALLING_AE
    tls: Tls | None = None
    find: FindService | None = None
    name: str = field(default="", compare=False)

    def __post_init__(self) -> None:
        _must_be_one("the new PACS", self.host, self.port, self.called_ae)
        _must_be_ae_title("this computer", self.calling_ae)

    @classmethod
    def parse(
        cls, address: str, called_ae: str, calling_ae: str = DEFAULT_CALLING_AE, tls: Tls | None = None
    ) -> Destination:
        """Read "HOST:PORT"; an IPv6 address stands in brackets."""
        return cls(*host_and_port(address), called_ae.strip(), calling_ae.strip(), tls)

    @classmethod
    def restored(cls, stored: dict[str, Any]) -> Destination:
        """Read the output of `dataclasses.asdict`; older versions stored neither `tls` nor `find`."""
        tls, find = stored.get("tls"), stored.get("find")
        return cls(**{**stored, "tls": tls and Tls(**tls), "find": find and FindService(**find)})

    def queried_at(self, host: str = "", port: int | None = None, called_ae: str = "") -> Destination:
        """The same with queries to another PACS; fields left open are those of the PACS that stores."""
        elsewhere = FindService(
            host or self.host, self.port if port is None else port, called_ae.strip() or self.called_ae
        )
        return replace(self, find=elsewhere)

    @property
    def queried(self) -> Destination:
        """The destination of queries and retrievals (C-FIND, C-GET, C-MOVE)."""
        if self.find is None:
            return self
        return replace(self, host=self.find.host, port=self.find.port, called_ae=self.find.called_ae, find=None)

    @property
    def normalized(self) -> Destination:
        """The same without a `find` that names the PACS itself."""
        return replace(self, find=None) if self.is_same_pacs(self.queried) else self

    @property
    def address(self) -> str:
        """HOST:PORT, as `parse` reads it."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"

    def is_same_pacs(self, other: Destination) -> bool:
        """Whether both are one PACS; our own AE title and the encryption do not count."""
        return self._identity == other._identity

    @property
    def _identity(self) -> tuple[str, int, str]:
        return self.host.lower(), self.port, self.called_ae

    def __str__(self) -> str:
        itself = f"{self.called_ae} at {self.address}"
        queried = self.queried
        elsewhere = "" if self.is_same_pacs(queried) else f"; asked at {queried.called_ae} at {queried.address}"
        return itself + (", encrypted (TLS)" if self.tls else "") + elsewhere


def host_and_port(address: str) -> tuple[str, int]:
    """Split "HOST:PORT"; an IPv6 address stands in brackets.

    Raises
    ------
    UsageError
    """
    host, colon, port = address.strip().rpartition(":")
    if not colon or not port.isdecimal():
        raise UsageError(f"“{address}” is no HOST:PORT, for example pacs.clinic.example:104.")
    return host.strip("[]"), int(port)


def _must_be_one(whose: str, host: str, port: int, called_ae: str) -> None:
    if not host or any(character.isspace() for character in host):
        raise UsageError(f"Type the name or address of {whose}, for example pacs.clinic.example.")
    if not 1 <= port <= 65535:
        raise UsageError("The port is a number from 1 to 65535. The PACS administrator knows it; often 104.")
    _must_be_ae_title(whose, called_ae)


def _must_be_ae_title(whose: str, title: str) -> None:
    if not title.strip():
        raise UsageError(f"Type the AE title of {whose}. The PACS administrator knows it.")
    if len(title) > 16 or "\\" in title or not all(" " <= character <= "~" for character in title):
        raise UsageError(
            f"The AE title of {whose} has at most 16 plain characters, without a backslash.", f"got {title!r}"
        )
