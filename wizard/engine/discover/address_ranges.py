"""The addresses of a network search: read them from a text, and propose the networks of this computer.

A range is a network (192.0.2.0/24), the first and the last address (192.0.2.10-192.0.2.20, or 192.0.2.10-20), one
address, or a name; several are separated by commas.
"""

from __future__ import annotations

import ipaddress
import re
from typing import Sequence

from wizard.engine.discover.computer import Address, Own, owned
from wizard.errors import UsageError
from wizard.language.message import Message, Private

MOST = 1024
"""Addresses of one search."""

WIDEST = 65_536
"""Addresses of one search that a person has widened."""

LOCAL = "local"
"""The text that stands for the networks of this computer."""

_NAME = re.compile(r"[\w%](?:[\w.%:-]*[\w%])?\.?")


def read(text: str, most: int = MOST) -> tuple[str, ...]:
    """Read the addresses and names in a text, each once.

    Raises
    ------
    UsageError
        The text is no range, or holds more than `most` addresses.
    """
    found: dict[str, None] = {}
    if text.strip().lower() == LOCAL:
        text = local()
    parts = re.sub(r"\s*[-–]\s*", "-", text).replace(";", ",").replace(" ", ",").split(",")
    for part in filter(None, (part.strip() for part in parts)):
        found.update(dict.fromkeys(_part(part, most)))
        if len(found) > most:
            raise _too_many(text, most)
    if not found:
        raise UsageError(
            Message("Enter the addresses to search, for example 192.168.1.0/24 or 192.168.1.10-192.168.1.50.")
        )
    return tuple(found)


def local(most: int = MOST) -> str:
    """Return the networks of this computer as a text for `read`; "" where there is none.

    Of a network with more than `most` addresses it is the part around this computer. IPv6 networks are too large.
    """
    proposed: list[str] = []
    left = most
    for own in sorted(set(owned()), key=lambda own: (-own.network.prefixlen, own.address.packed)):
        network = _part_of(own, most)
        if own.address.version == 4 and network not in proposed and left >= _size(network):
            proposed.append(network)
            left -= _size(network)
    return ", ".join(proposed)


def is_address(text: str) -> bool:
    """Whether the text is an address, and not a name."""
    return _address(text) is not None


def _part_of(own: Own, most: int) -> str:
    prefix = max(own.network.prefixlen, own.address.max_prefixlen - (most.bit_length() - 1))
    return str(ipaddress.ip_network(f"{own.address}/{prefix}", strict=False))


def _size(network: str) -> int:
    return ipaddress.ip_network(network).num_addresses


def _part(part: str, most: int) -> Sequence[str]:
    if "/" in part:
        return _network(part, most)
    first, dash, last = part.partition("-")
    begin = _address(first)
    if dash and begin is not None:
        return _from_to(part, begin, last, most)
    if begin is not None:
        return [str(_usable(begin))]
    if not _NAME.fullmatch(part) or re.fullmatch(r"[\d.]+", part):
        raise UsageError(
            Message(
                "The text “{text}” is neither an address nor a range such as 192.168.1.0/24 or 192.168.1.10-20.",
                text=Private(part),
            )
        )
    return [part]


def _network(part: str, most: int) -> Sequence[str]:
    try:
        network = ipaddress.ip_network(part, strict=False)
    except ValueError as error:
        sentence = Message("The text “{text}” is not a network such as 192.168.1.0/24.", text=Private(part))
        raise UsageError(sentence, str(error)) from error
    if network.num_addresses > most + 2:
        raise _too_many(part, most)
    _usable(network.network_address if network.num_addresses == 1 else network.network_address + 1)
    return [str(address) for address in network.hosts()] or [str(network.network_address)]


def _from_to(part: str, begin: Address, last: str, most: int) -> Sequence[str]:
    if begin.version == 4 and last.isdecimal():
        last = f"{str(begin).rpartition('.')[0]}.{last}"
    end = _address(last)
    if end is None or end.version != begin.version:
        raise UsageError(
            Message(
                "The text “{text}” is not a range such as 192.168.1.10-192.168.1.50 or 192.168.1.10-50.",
                text=Private(part),
            )
        )
    if int(end) < int(begin):
        raise UsageError(Message("The range “{text}” ends before it begins.", text=Private(part)))
    if int(end) - int(begin) >= most:
        raise _too_many(part, most)
    make = type(begin)
    return [str(_usable(make(number))) for number in range(int(begin), int(end) + 1)]


def _address(text: str) -> Address | None:
    try:
        return ipaddress.ip_address(text.strip("[]"))
    except ValueError:
        return None


def _usable(address: Address) -> Address:
    """Return the address, unless it is unspecified, multicast or broadcast and so reaches another computer."""
    if address.is_unspecified or address.is_multicast or str(address) == "255.255.255.255":
        raise UsageError(Message("The address “{text}” is not that of a single computer.", text=Private(str(address))))
    return address


def _too_many(text: str, most: int) -> UsageError:
    if most >= WIDEST:
        return UsageError(
            Message("The range “{text}” has more than {most} addresses. Narrow it down.", text=Private(text), most=most)
        )
    return UsageError(
        Message(
            "The range “{text}” has more than {most} addresses. Narrow it down, or allow up to {widest} addresses "
            "(command line: --wide).",
            text=Private(text),
            most=most,
            widest=WIDEST,
        )
    )
