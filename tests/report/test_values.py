from __future__ import annotations

import pytest

from wizard.language.printable import printable
from wizard.report import values
from wizard.vocabulary import Bucket, Who


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Müller, 山田 علي", "Müller, 山田 علي"),
        ("a\x00b\tc\r\n", r"a\x00b\x09c\x0d\x0a"),
        ("photo\u202egpj.exe", r"photo\u202egpj.exe"),
        ("\ufffe\u2028", r"\ufffe\u2028"),
        (b"sch\xe4del".decode("utf-8", "surrogateescape"), r"sch\xe4del"),
        ("\ud800", r"\ud800"),
    ],
)
def test_what_cannot_be_printed_is_shown_and_not_dropped(text: str, shown: str) -> None:
    assert printable(text) == shown


def test_a_path_that_is_no_utf8_shows_its_bytes() -> None:
    assert values.path(b"/archive", b"IM\xff\n") == r"/archive/IM\xff\x0a"


def test_a_long_text_is_cut_and_a_short_one_stays() -> None:
    assert values.shortened("abc", 3) == "abc"
    assert values.shortened("abcd", 3) == "ab…"


def test_a_report_never_says_you() -> None:
    assert str(values.action_by(Who.YOU)) == str(values.action_by("")) == "whoever runs this migration"
    assert not any("you" in str(values.action_by(who)).split() for who in Who)
    assert str(values.action_by(Who.YOU, Bucket.COPIED)) == "the administrator of the new PACS"


def test_a_moment_says_how_far_it_is_from_utc() -> None:
    assert values.moment(0.0)[-5] in "+-"
    assert values.moment(None) == ""


def test_a_uid_has_the_name_of_the_standard_or_says_that_it_has_none() -> None:
    assert values.uid_name("1.2.840.10008.5.1.4.1.1.2") == "CT Image Storage"
    assert str(values.uid_name("1.2.840.113619.4.30")) == "not in the standard (private or unknown)"
    assert values.uid_name(None) == ""
