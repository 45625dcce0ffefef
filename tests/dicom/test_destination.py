"""What a destination may be, how it is written, and that it is read again as it was kept."""

from __future__ import annotations

import json
from dataclasses import asdict, replace

import pytest

from wizard.dicom.destination import Destination, Tls
from wizard.errors import UsageError

PLAIN = Destination("pacs.clinic.example", 104, "NEWPACS", "OURS")
ENCRYPTED = replace(PLAIN, tls=Tls("/etc/ca.pem", "/etc/ours.pem", "/etc/ours.key"))


@pytest.mark.parametrize(
    ("address", "host", "port"),
    [
        (" pacs.example:104 ", "pacs.example", 104),
        ("[fe80::1]:11112", "fe80::1", 11112),
        ("10.0.0.5:2762", "10.0.0.5", 2762),
    ],
)
def test_an_address_is_read_and_written(address: str, host: str, port: int) -> None:
    read = Destination.parse(address, " NEWPACS ", "OURS", Tls())
    assert read == Destination(host, port, "NEWPACS", "OURS", Tls())
    assert read.address == address.strip()


@pytest.mark.parametrize("address", ["pacs", "pacs:", ":104", "pacs:dicom", "pacs:0", "pacs:65536", "new pacs:104"])
def test_what_is_no_address_is_said_to_be_none(address: str) -> None:
    with pytest.raises(UsageError):
        Destination.parse(address, "NEWPACS")


@pytest.mark.parametrize("title", ["", "  ", "A TITLE THAT IS TOO LONG", "BACK\\SLASH", "ÄRZTE"])
def test_what_is_no_ae_title_is_said_to_be_none(title: str) -> None:
    for titles in ({"called_ae": title}, {"calling_ae": title}):
        with pytest.raises(UsageError, match="AE title of"):
            replace(PLAIN, **titles)


def test_a_key_without_a_certificate_is_not_enough() -> None:
    with pytest.raises(UsageError, match="Name the certificate that belongs to it"):
        Tls(key="ours.key")


def test_it_says_whether_it_is_encrypted() -> None:
    assert str(PLAIN) == "NEWPACS at pacs.clinic.example:104"
    assert str(ENCRYPTED) == "NEWPACS at pacs.clinic.example:104, encrypted (TLS)"


@pytest.mark.parametrize("one", [PLAIN, ENCRYPTED, replace(PLAIN, tls=Tls())])
def test_what_is_kept_is_read_again(one: Destination) -> None:
    assert Destination.restored(json.loads(json.dumps(asdict(one)))) == one


def test_what_was_kept_before_there_was_encryption_is_read_too() -> None:
    kept = {"host": "pacs.clinic.example", "port": 104, "called_ae": "NEWPACS", "calling_ae": "OURS"}
    assert Destination.restored(kept) == PLAIN


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"tls": None}, True),
        ({"calling_ae": "OTHER"}, True),
        ({"host": "PACS.clinic.example"}, True),
        ({"host": "other.example"}, False),
        ({"port": 2762}, False),
        ({"called_ae": "OTHER"}, False),
    ],
)
def test_one_pacs_is_one_whatever_our_title_and_the_encryption(change: dict[str, object], same: bool) -> None:
    assert ENCRYPTED.is_same_pacs(replace(ENCRYPTED, **change)) is same
