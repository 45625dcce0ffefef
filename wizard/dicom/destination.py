"""Describe the new PACS: address, AE titles, encryption, and the PACS that answers queries for it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, NamedTuple

from wizard.errors import UsageError
from wizard.language.message import NOTHING, Message, Private

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
            raise UsageError(Message("A key alone is not enough. Specify the certificate, too."))


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
        _must_be_one(_FIND_SERVICE, self.host, self.port, self.called_ae)


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
        _must_be_one(_NEW_PACS, self.host, self.port, self.called_ae)
        _must_be_ae_title(_THIS_COMPUTER, self.calling_ae)

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

    @property
    def in_words(self) -> Message:
        """The two AE titles and addresses of the PACS, and whether the connection is encrypted, to be rendered."""
        queried = self.queried
        if self.is_same_pacs(queried):
            if self.tls is None:
                return Message("{called_ae} at {address}", called_ae=self.called_ae, address=self.address)
            return Message("{called_ae} at {address}, encrypted (TLS)", called_ae=self.called_ae, address=self.address)
        if self.tls is None:
            return Message(
                "{called_ae} at {address}; queries go to {find_ae} at {find_address}",
                called_ae=self.called_ae,
                address=self.address,
                find_ae=queried.called_ae,
                find_address=queried.address,
            )
        return Message(
            "{called_ae} at {address}, encrypted (TLS); queries go to {find_ae} at {find_address}",
            called_ae=self.called_ae,
            address=self.address,
            find_ae=queried.called_ae,
            find_address=queried.address,
        )

    def __str__(self) -> str:
        return str(self.in_words)


def host_and_port(address: str) -> tuple[str, int]:
    """Split "HOST:PORT"; an IPv6 address stands in brackets.

    Raises
    ------
    UsageError
    """
    host, colon, port = address.strip().rpartition(":")
    if not colon or not port.isdecimal():
        raise UsageError(
            Message(
                "The text “{address}” is not in the form HOST:PORT, for example pacs.clinic.example:104.",
                address=Private(address),
            )
        )
    return host.strip("[]"), int(port)


class _Complaints(NamedTuple):
    """What is said about the values of one PACS, or of this computer."""

    no_host: Message
    no_title: Message
    wrong_title: Message


_NEW_PACS = _Complaints(
    Message("Enter the name or address of the new PACS, for example pacs.clinic.example."),
    Message("Enter the AE title of the new PACS. The PACS administrator knows it."),
    Message("The AE title of the new PACS may have at most 16 characters (ASCII, no backslash)."),
)
_FIND_SERVICE = _Complaints(
    Message("Enter the name or address of the system for queries, for example pacs.clinic.example."),
    Message("Enter the AE title of the system for queries. The PACS administrator knows it."),
    Message("The AE title of the system for queries may have at most 16 characters (ASCII, no backslash)."),
)
_THIS_COMPUTER = _Complaints(
    NOTHING,
    Message("Enter the AE title of this computer. The PACS administrator knows it."),
    Message("The AE title of this computer may have at most 16 characters (ASCII, no backslash)."),
)


def _must_be_one(complaints: _Complaints, host: str, port: int, called_ae: str) -> None:
    if not host or any(character.isspace() for character in host):
        raise UsageError(complaints.no_host)
    if not 1 <= port <= 65535:
        raise UsageError(Message("Enter a port from 1 to 65535 (often 104). The PACS administrator knows it."))
    _must_be_ae_title(complaints, called_ae)


def _must_be_ae_title(complaints: _Complaints, title: str) -> None:
    if not title.strip():
        raise UsageError(complaints.no_title)
    if len(title) > 16 or "\\" in title or not all(" " <= character <= "~" for character in title):
        raise UsageError(complaints.wrong_title, f"got {title!r}")
