"""Numbers, sizes, times, dates and paths as a person reads them."""

from __future__ import annotations

import pytest

from wizard.ui.widgets import formatting


@pytest.mark.parametrize(
    ("byte_count", "said"),
    [(0, "0 B"), (999, "999 B"), (1000, "1.0 kB"), (999_499, "999 kB"), (999_500, "1.0 MB"), (4_600_000_000, "4.6 GB")],
)
def test_a_size_is_said_in_decimal_units(byte_count: int, said: str) -> None:
    assert formatting.size(byte_count).replace("\u00a0", " ") == said


def test_the_largest_sizes_stay_in_terabytes() -> None:
    assert formatting.size(12_000 * 10**12).replace("\u00a0", " ") == "12000 TB"


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (3, "less than a minute"),
        (50, "about 1 minute"),
        (59 * 60, "about 59 minutes"),
        (3600, "about 1 hour"),
        (2 * 3600 + 11 * 60, "about 2 hours 10 minutes"),
        (3 * 3600 - 30, "about 3 hours"),
    ],
)
def test_a_time_to_come_is_no_finer_than_anyone_can_know(seconds: float, said: str) -> None:
    assert str(formatting.duration(seconds)).replace("\u00a0", " ") == said


@pytest.mark.parametrize("text", ["2015-01-31", "20150131", "2015.01.31", " 2015/01/31 "])
def test_a_date_is_read_in_the_common_ways(text: str) -> None:
    assert formatting.read_date(text) == "20150131"


@pytest.mark.parametrize(
    ("text", "last", "meant"),
    [
        ("2016", False, "20160101"),
        ("2016", True, "20161231"),
        ("2016-02", False, "20160201"),
        ("2016-02", True, "20160229"),
        ("2015-02", True, "20150228"),
        ("2015-12", True, "20151231"),
        ("", True, ""),
    ],
)
def test_a_month_or_a_year_means_its_first_or_its_last_day(text: str, last: bool, meant: str) -> None:
    assert formatting.read_date(text, last) == meant


@pytest.mark.parametrize("text", ["yesterday", "2015-13", "2015-02-30", "31/1/2015", "0000"])
def test_what_is_no_date_is_refused(text: str) -> None:
    with pytest.raises(ValueError):
        formatting.read_date(text)


def test_a_path_that_is_no_text_is_shown_and_never_fails() -> None:
    shown = formatting.path(b"/old/pacs/M\xfcller")
    assert shown.startswith("/old/pacs/M") and shown.endswith("ller")
    shown.encode("utf-8")
