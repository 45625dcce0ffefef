"""The texts for the administrator: every fact that is needed, in both languages."""

from __future__ import annotations

import socket

import pytest

from wizard.dicom.destination import Destination, Tls
from wizard.engine.discover import computer, letter
from wizard.language import LANGUAGES, use

PACS = Destination("127.0.0.1", 11113, "NEWPACS", "OURS")
ENGLISH, GERMAN = "en", "de"
CT, JPEG, PLAIN = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.4.70", "1.2.840.10008.1.2"


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> str:
    return str(request.param)


def test_it_says_who_comes_from_where_to_where_and_what_for(language: str) -> None:
    text = letter.connection(PACS)[language]
    for fact in (
        *("NEWPACS", "127.0.0.1:11113", "OURS", socket.gethostname(), "11113 (TCP)"),
        *("C-ECHO", "C-STORE", "C-FIND", "1.2.840.10008.1.1", "1.2.840.10008.5.1.4.1.2.2.1"),
    ):
        assert fact in text
    assert "{" not in text and "TLS" not in text


def test_the_first_is_in_the_language_in_use_and_the_others_are_there_too() -> None:
    assert list(letter.connection(PACS)) == [ENGLISH, GERMAN]
    use(GERMAN)
    try:
        assert list(letter.connection(PACS)) == [GERMAN, ENGLISH]
        assert "Please" in letter.connection(PACS)[ENGLISH]
    finally:
        use(ENGLISH)


def test_the_cells_of_a_table_begin_below_one_another(language: str) -> None:
    lines = letter.connection(PACS)[language].splitlines()
    begins = {line.index(cell) for line in lines for cell in ("C-ECHO", "C-STORE", "C-FIND") if cell in line}
    assert len(begins) == 1


def test_the_two_languages_are_two(language: str) -> None:
    other = next(one for one in LANGUAGES if one != language)
    assert letter.connection(PACS)[language] != letter.connection(PACS)[other]
    assert ("Bitte" in letter.connection(PACS)[language]) == (language == GERMAN)
    assert ("Bitte" in letter.commitment(PACS)[language]) == (language == GERMAN)


def test_only_addresses_that_reach_the_destination_are_named(language: str) -> None:
    line = next(
        line
        for line in letter.connection(PACS)[language].splitlines()
        if "Our address" in line or "Unsere Adresse" in line
    )
    assert line.split()[2:] == ["127.0.0.1"]


def test_where_the_destination_is_not_known_all_addresses_are_named_with_a_word_of_it(
    language: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(computer, "addresses", lambda: ["192.0.2.5", "192.0.2.6"])
    text = letter.connection(Destination("no..such.name", 104, "NEWPACS"))[language]
    assert "192.0.2.5, 192.0.2.6 (" in text
    monkeypatch.setattr(computer, "addresses", lambda: [])
    assert ("(unknown)" if language == ENGLISH else "(unbekannt)") in letter.connection(
        Destination("no..such.name", 104, "NEWPACS")
    )[language]


def test_the_kinds_of_images_are_named_once_the_archive_was_read(language: str) -> None:
    text = letter.connection(PACS, [(CT, JPEG), (CT, PLAIN), ("1.2.3", PLAIN)])[language]
    lines = [line.strip() for line in text.splitlines()]
    at = lines.index(f"CT Image Storage ({CT})")
    assert lines[at + 1] == f"Implicit VR Little Endian ({PLAIN})"
    assert lines[at + 2].startswith("JPEG Lossless") and lines[at + 2].endswith(f"({JPEG})")
    assert "1.2.3" in lines
    unread = letter.connection(PACS)[language]
    assert CT not in unread
    assert ("have not been read" if language == ENGLISH else "noch nicht eingelesen") in unread


def test_encryption_and_another_archive_for_questions_are_named(language: str) -> None:
    text = letter.connection(Destination("127.0.0.1", 2762, "NEWPACS", tls=Tls()).queried_at("127.0.0.2", 104, "QUERY"))
    assert "TLS 1.2" in text[language]
    assert "QUERY, 127.0.0.2:104" in text[language]


def test_a_paragraph_is_one_line_and_a_table_is_not(language: str) -> None:
    paragraphs = [line for line in letter.connection(PACS)[language].splitlines() if line and not line.startswith(" ")]
    assert all(line.endswith((".", ":")) for line in paragraphs[1:]), paragraphs


def test_the_one_for_storage_commitment_has_what_must_be_registered(language: str) -> None:
    text = letter.commitment(PACS, 11114)[language]
    for fact in ("NEWPACS", "127.0.0.1:11113", "OURS", "11114 (TCP)", socket.gethostname(), "N-EVENT-REPORT"):
        assert fact in text
