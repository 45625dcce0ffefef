"""The addresses of a search are all that were typed, and no other."""

from __future__ import annotations

import ipaddress

import pytest

from wizard.engine.discover import address_ranges, computer
from wizard.engine.discover.computer import Own
from wizard.errors import UsageError


@pytest.mark.parametrize(
    ("text", "first", "last", "count"),
    [
        ("192.0.2.7", "192.0.2.7", "192.0.2.7", 1),
        ("192.0.2.0/28", "192.0.2.1", "192.0.2.14", 14),
        ("192.0.2.5/28", "192.0.2.1", "192.0.2.14", 14),
        ("192.0.2.8/31", "192.0.2.8", "192.0.2.9", 2),
        ("192.0.2.8/32", "192.0.2.8", "192.0.2.8", 1),
        ("10.0.0.0/22", "10.0.0.1", "10.0.3.254", 1022),
        ("192.0.2.250-192.0.3.5", "192.0.2.250", "192.0.3.5", 12),
        ("192.0.2.10-20", "192.0.2.10", "192.0.2.20", 11),
        ("192.0.2.10 – 192.0.2.20", "192.0.2.10", "192.0.2.20", 11),
        ("2001:db8::1", "2001:db8::1", "2001:db8::1", 1),
        ("[2001:db8::1]", "2001:db8::1", "2001:db8::1", 1),
        ("2001:db8::/120", "2001:db8::1", "2001:db8::ff", 255),
        ("2001:db8::a-2001:db8::c", "2001:db8::a", "2001:db8::c", 3),
        ("pacs-1.clinic.example", "pacs-1.clinic.example", "pacs-1.clinic.example", 1),
        ("fe80::1%eth0", "fe80::1%eth0", "fe80::1%eth0", 1),
        ("192.0.2.1, 192.0.2.3;192.0.2.5 pacs", "192.0.2.1", "pacs", 4),
        ("192.0.2.1,192.0.2.0/30,192.0.2.2", "192.0.2.1", "192.0.2.2", 2),
    ],
)
def test_a_range_is_read_each_address_once(text: str, first: str, last: str, count: int) -> None:
    found = address_ranges.read(text)
    assert (found[0], found[-1], len(found)) == (first, last, count)
    assert len(set(found)) == count


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "Enter the addresses to search"),
        (" , ", "Enter the addresses to search"),
        ("192.0.2", "neither an address nor a range"),
        ("192.0.2.300", "neither an address nor a range"),
        ("192.0.2.0/33", "is not a network"),
        ("pacs/24", "is not a network"),
        ("192.0.2.20-10", "ends before it begins"),
        ("192.0.2.20-2001:db8::1", "is not a range"),
        ("192.0.2.20-pacs", "is not a range"),
        ("0.0.0.0", "not that of a single computer"),
        ("224.0.0.0/24", "not that of a single computer"),
        ("255.255.255.255", "not that of a single computer"),
        ("https://pacs.example", "neither|not a network"),
    ],
)
def test_what_is_no_range_is_said_to_be_none(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        address_ranges.read(text)


@pytest.mark.parametrize(
    "text",
    [
        *("10.0.0.0/21", "10.0.0.0-10.0.4.0", "10.0.0.0/22, 10.0.9.0/28", "10.0.0.0/8", "2001:db8::/64"),
        "2001:db8::-2001:db9::",
    ],
)
def test_more_addresses_than_agreed_are_refused_until_they_are_allowed(text: str) -> None:
    with pytest.raises(UsageError, match=r"Narrow it down, or tick “Allow more than 1,024 addresses” .* 65,536"):
        address_ranges.read(text)


def test_what_is_allowed_has_an_end_too() -> None:
    assert len(address_ranges.read("10.0.0.0/16", address_ranges.WIDEST)) == 65_534
    with pytest.raises(UsageError, match=r"more than 65,536 addresses. Narrow it down\."):
        address_ranges.read("10.0.0.0/15", address_ranges.WIDEST)


def own(*networks: str) -> list[Own]:
    interfaces = map(ipaddress.ip_interface, networks)
    return [Own(interface.ip, interface.network) for interface in interfaces]


@pytest.mark.parametrize(
    ("networks", "proposed"),
    [
        (("192.168.1.17/24",), "192.168.1.0/24"),
        (("192.168.1.17/24", "10.1.2.3/25"), "10.1.2.0/25, 192.168.1.0/24"),
        (("10.1.2.3/16",), "10.1.0.0/22"),
        (("10.1.2.3/8", "192.168.1.17/24"), "192.168.1.0/24"),
        (("192.168.1.17/24", "192.168.1.18/24"), "192.168.1.0/24"),
        (("2001:db8::2/64",), ""),
        ((), ""),
    ],
)
def test_what_is_proposed_is_around_this_computer_and_never_too_much(
    networks: tuple[str, ...], proposed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_ranges, "owned", lambda: iter(own(*networks)))
    assert address_ranges.local() == proposed
    if proposed:
        assert len(address_ranges.read(address_ranges.LOCAL)) <= address_ranges.MOST


def test_its_own_loopback_and_cable_are_not_among_the_addresses_of_this_computer() -> None:
    for address in map(ipaddress.ip_address, computer.addresses()):
        assert not (address.is_loopback or address.is_link_local)
