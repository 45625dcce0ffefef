"""This computer on the network: its name, addresses and networks."""

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
    """An address of this computer, and its network."""

    address: Address
    network: Network


def name() -> str:
    """Return the host name of this computer."""
    return socket.gethostname()


def addresses() -> list[str]:
    """Return the addresses at which other computers can reach this one."""
    return sorted({str(own.address) for own in owned()})


def towards(destination: Destination) -> list[str]:
    """Return the addresses from which this computer connects to the destination; empty if the system has no route.

    Nothing is sent: connecting a UDP socket only makes the system choose the address to send from.
    """
    found = set()
    try:
        resolved = connecting.addresses(destination)
    except NameNotResolved:
        return []
    for family, address in resolved:
        try:
            with socket.socket(family, socket.SOCK_DGRAM) as datagram:
                datagram.connect(address)
                found.add(str(datagram.getsockname()[0]))
        except OSError:  # no route, or no such address family
            continue
    return sorted(found)


def owned() -> Iterator[Own]:
    """Yield the addresses of all adapters with their networks, without loopback and link-local addresses."""
    for adapter in ifaddr.get_adapters():
        for ip in adapter.ips:
            address = ipaddress.ip_address(ip.ip if isinstance(ip.ip, str) else ip.ip[0])
            if not (address.is_loopback or address.is_link_local):
                yield Own(address, ipaddress.ip_network(f"{address}/{ip.network_prefix}", strict=False))
