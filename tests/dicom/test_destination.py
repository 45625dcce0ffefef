"""Test destinations: allowed values, their text, and reading them as they were stored."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from typing import Any

import pytest

from wizard.dicom.destination import Destination, FindService, Tls
from wizard.errors import UsageError
from wizard.language import language

PLAIN = Destination("pacs.clinic.example", 104, "NEWPACS", "OURS")
ENCRYPTED = replace(PLAIN, tls=Tls("/etc/ca.pem", "/etc/ours.pem", "/etc/ours.key"))
ELSEWHERE = replace(ENCRYPTED, find=FindService("query.clinic.example", 11112, "QUERY"))


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
    for which in ("called_ae", "calling_ae"):
        titles: dict[str, Any] = {which: title}
        with pytest.raises(UsageError, match="AE title of"):
            replace(PLAIN, **titles)
    with pytest.raises(UsageError, match="AE title of the system for queries"):
        FindService("query", 104, title)


@pytest.mark.parametrize(("host", "port"), [("", 104), ("two words", 104), ("query", 0), ("query", 65536)])
def test_what_is_no_address_of_another_pacs_is_said_to_be_none(host: str, port: int) -> None:
    with pytest.raises(UsageError, match=r"of the system for queries|Enter a port"):
        FindService(host, port, "QUERY")


def test_a_key_without_a_certificate_is_not_enough() -> None:
    with pytest.raises(UsageError, match="Specify the certificate"):
        Tls(key="ours.key")


def test_it_says_whether_it_is_encrypted() -> None:
    assert str(PLAIN) == "NEWPACS at pacs.clinic.example:104"
    assert str(ENCRYPTED) == "NEWPACS at pacs.clinic.example:104, encrypted (TLS)"


def test_it_names_the_pacs_that_is_queried_where_it_is_another() -> None:
    there = "queries go to QUERY at query.clinic.example:11112"
    assert str(ELSEWHERE) == f"NEWPACS at pacs.clinic.example:104, encrypted (TLS); {there}"
    assert str(replace(ELSEWHERE, tls=None)) == f"NEWPACS at pacs.clinic.example:104; {there}"
    assert str(PLAIN.queried_at()) == str(PLAIN)


@pytest.mark.parametrize("one", [PLAIN, ENCRYPTED, ELSEWHERE, replace(PLAIN, tls=Tls())])
def test_what_is_kept_is_read_again(one: Destination) -> None:
    assert Destination.restored(json.loads(json.dumps(asdict(one)))) == one


def test_what_was_stored_before_there_was_encryption_or_another_pacs_is_read_too() -> None:
    kept = {"host": "pacs.clinic.example", "port": 104, "called_ae": "NEWPACS", "calling_ae": "OURS"}
    assert Destination.restored(kept) == PLAIN
    assert Destination.restored({**kept, "tls": asdict(Tls())}) == replace(PLAIN, tls=Tls())


# The PACS that answers queries


def test_queries_go_to_the_pacs_that_stores_where_nobody_says_otherwise() -> None:
    assert ENCRYPTED.queried == ENCRYPTED


def test_another_pacs_is_queried_under_our_title_and_as_encrypted_as_the_one_that_stores() -> None:
    assert ELSEWHERE.queried == Destination("query.clinic.example", 11112, "QUERY", "OURS", ENCRYPTED.tls)


@pytest.mark.parametrize(
    ("said", "there"),
    [
        ({"host": "query"}, ("query", 104, "NEWPACS")),
        ({"port": 11112}, ("pacs.clinic.example", 11112, "NEWPACS")),
        ({"called_ae": " QUERY "}, ("pacs.clinic.example", 104, "QUERY")),
        ({"host": "query", "port": 11112, "called_ae": "QUERY"}, ("query", 11112, "QUERY")),
    ],
)
def test_what_is_left_open_of_the_other_pacs_is_as_it_is_of_this_one(
    said: dict[str, Any], there: tuple[Any, ...]
) -> None:
    assert PLAIN.queried_at(**said).find == FindService(*there)


def test_port_0_is_not_left_open_but_wrong() -> None:
    with pytest.raises(UsageError, match="Enter a port from 1 to 65535"):
        PLAIN.queried_at("query", 0)


def test_to_name_itself_is_to_name_no_other_pacs() -> None:
    for itself in (PLAIN.queried_at(), PLAIN.queried_at("PACS.clinic.example", 104, "NEWPACS")):
        assert itself != PLAIN
        assert itself.normalized == PLAIN
    assert ELSEWHERE.normalized == ELSEWHERE


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"tls": None}, True),
        ({"calling_ae": "OTHER"}, True),
        ({"find": ELSEWHERE.find}, True),
        ({"host": "PACS.clinic.example"}, True),
        ({"host": "other.example"}, False),
        ({"port": 2762}, False),
        ({"called_ae": "OTHER"}, False),
    ],
)
def test_one_pacs_is_one_whatever_our_title_and_the_encryption(change: dict[str, Any], same: bool) -> None:
    assert ENCRYPTED.is_same_pacs(replace(ENCRYPTED, **change)) is same


def test_it_is_described_in_the_language_of_the_reader() -> None:
    german = language("de")
    assert german.render(ELSEWHERE.in_words) == (
        "NEWPACS auf pacs.clinic.example:104, verschlüsselt (TLS); Abfragen an QUERY auf query.clinic.example:11112"
    )
    assert german.render(PLAIN.in_words) == "NEWPACS auf pacs.clinic.example:104"
    assert str(ENCRYPTED.in_words) == str(ENCRYPTED)
