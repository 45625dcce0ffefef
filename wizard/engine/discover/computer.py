"""This computer on the network: its name, its addresses, and the networks that it is in."""

from __future__ import annotations

import ipaddress
import socket
from typing import Iterator, NamedTuple, Union

import ifaddr

from wizard.dicom import connecting
from wizard.dicom.destination import Destination
from wizard.errors import NameNotResolved

Address = Union[ipaddress.IPv4Address, ipaddress.IPv6Address]
Network = Union[ipaddress.IPv4Network, ipaddress.IPv6Network]


class Own(NamedTuple):
    """One of its addresses, and the network that this is in."""

    address: Address
    network: Network


def name() -> str:
    return socket.gethostname()


def addresses() -> list[str]:
    """The addresses of this computer at which others can reach it."""
    return sorted({str(own.address) for own in owned()})


def towards(destination: Destination) -> list[str]:
    """Those of its addresses from which it speaks to the destination; empty where the system knows no way there.

    Nothing is sent: a UDP socket is only told where it would send to, and the system then says from where.
    """
    found = set()
    try:
        ways = connecting.addresses(destination)
    except NameNotResolved:
        return []
    for family, address in ways:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as probe:
                probe.connect(address)
                found.add(str(probe.getsockname()[0]))
        except OSError:  # no way there from here, or no such kind of address
            continue
    return sorted(found)


def owned() -> Iterator[Own]:
    """The addresses of all adapters with their networks, but those that are of this computer or this cable alone."""
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            address = ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
            if not (address.is_loopback or address.is_link_local):
                yield Own(address, ipaddress.ip_network(f"{address}/{ip.network_prefix}", strict=False))
