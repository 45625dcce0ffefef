"""A reason is found by what a person reads of it, in her language, and by its code."""

from __future__ import annotations

import errno
import gettext
from typing import Iterator

import pytest

from wizard import language
from wizard.errors import why
from wizard.language import render
from wizard.manifest.files import Told
from wizard.reasons import EXPLAINED, WHO, Reason, stored
from wizard.ui.copy.reason_search import codes_that_say, outcomes_that_say
from wizard.vocabulary import Bucket, Who


class Bracketed(gettext.NullTranslations):
    """A language of its own, so that the test does not depend on the wording of a catalogue."""

    def gettext(self, message: str) -> str:
        return f"[Grund] {message}"


@pytest.fixture
def german() -> Iterator[None]:
    language.use("de")
    yield
    language.use(language.ENGLISH)


@pytest.mark.parametrize("typed", ["not a DICOM file", "NOT A DICOM", "  not  a dicom file "])
def test_the_case_of_letters_and_the_spaces_do_not_matter(typed: str) -> None:
    assert codes_that_say(typed) == ("not_dicom",)


def test_a_code_is_found_by_itself() -> None:
    for code in EXPLAINED:
        assert code == "earlier_version" or code in codes_that_say(code)


def test_a_reason_with_a_number_is_found_in_the_singular_and_in_the_plural() -> None:
    assert "conflict" in codes_that_say("image has this UID")
    assert "conflict" in codes_that_say("different images have the same UID")


def test_reasons_are_found_by_who_needs_to_act() -> None:
    found = codes_that_say(render(WHO[Who.OLD_PACS]))
    assert found and all(EXPLAINED[code].who == Who.OLD_PACS for code in found)


def test_nothing_is_found_for_what_no_reason_says() -> None:
    assert codes_that_say("Musterfrau") == ()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("3 different images", ["conflict"]),
        ("3\N{NO-BREAK SPACE}Different", ["conflict"]),
        ("UID conflict", ["conflict"]),
        ("access was denied", ["unreadable"]),
        ("damaged: the file is cut off", ["cut_off"]),
        ("1 201", []),
        ("bytes present: 1\N{NO-BREAK SPACE}200", ["cut_off"]),
        ("copied", [""]),
    ],
)
def test_what_a_row_shows_is_found_with_its_values(typed: str, found: list[str]) -> None:
    shown = [
        (Bucket.CONFLICT, Reason("conflict", n=3)),
        (Bucket.UNREADABLE, Reason("unreadable", why=why(OSError(errno.EACCES, "")))),
        (Bucket.DAMAGED, Reason("cut_off", there=1200, missing=8)),
        (Bucket.COPIED, None),
    ]
    told = [Told(bucket, *stored(reason)) for bucket, reason in shown]
    assert [one.code for one in outcomes_that_say(typed, told)] == found


def test_in_german_the_german_words_count(german: None) -> None:
    assert not codes_that_say("[grund]")
    language.use("de", Bracketed())
    assert "not_dicom" in codes_that_say("[Grund] the file is not")
