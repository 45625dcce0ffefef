"""The hours of the day: what is read, when they are open, and how long it takes, whatever the clocks do."""

from __future__ import annotations

import os
import time as clock
from datetime import datetime, time, timedelta
from typing import Iterator

import pytest
from hypothesis import assume, given
from hypothesis import strategies as some

from wizard.engine.copy.hours import Hours
from wizard.errors import UsageError
from wizard.language.message import Private

BERLIN = "CET-1CEST,M3.5.0,M10.5.0/3"
ZONES = [BERLIN, "EST5EDT,M3.2.0,M11.1.0", "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0", "UTC0"]  # the third: half an hour

needs_zones = pytest.mark.skipif(not hasattr(clock, "tzset"), reason="this system's time zone cannot be set")


def set_zone(zone: str | None) -> None:
    if zone is None:
        os.environ.pop("TZ", None)
    else:
        os.environ["TZ"] = zone
    clock.tzset()


@pytest.fixture(scope="module", params=ZONES)
def zone(request: pytest.FixtureRequest) -> Iterator[None]:
    before = os.environ.get("TZ")
    set_zone(str(request.param))
    yield
    set_zone(before)


@pytest.fixture
def berlin() -> Iterator[None]:
    before = os.environ.get("TZ")
    set_zone(BERLIN)
    yield
    set_zone(before)


# Reading them


@pytest.mark.parametrize(
    ("text", "means"),
    [
        ("19:00-06:00", "19:00-06:00"),
        ("7:05-9:00", "07:05-09:00"),
        (" 00:00 – 23:59 ", "00:00-23:59"),
    ],
)
def test_two_times_of_the_day_are_understood(text: str, means: str) -> None:
    assert str(Hours.parse(text)) == means
    assert Hours.parse(means) == Hours.parse(text)


@pytest.mark.parametrize(
    "text", ["", "19-6", "19:00", "25:00-06:00", "19:00-06:60", "19:00-24:00", "19:00-06:00 daily", "١٩:٠٠-٠٦:٠٠"]
)
def test_anything_else_is_said_with_an_example(text: str) -> None:
    with pytest.raises(UsageError, match="for example 19:00-06:00") as raised:
        Hours.parse(text)
    assert raised.value.sentence.values == {"text": Private(text)}
    assert str(raised.value).startswith(f"“{text}” is not a time window.")


def test_hours_without_length_are_refused() -> None:
    with pytest.raises(UsageError, match="begins and ends at the same time"):
        Hours.parse("08:00-8:00")


# When they are open


@pytest.mark.parametrize(
    ("hours", "moment", "is_open"),
    [
        ("08:00-17:00", "07:59:59.999999", False),
        ("08:00-17:00", "08:00:00", True),
        ("08:00-17:00", "16:59:59.999999", True),
        ("08:00-17:00", "17:00:00", False),
        ("19:00-06:00", "18:59:59", False),
        ("19:00-06:00", "19:00:00", True),
        ("19:00-06:00", "00:00:00", True),
        ("19:00-06:00", "05:59:59", True),
        ("19:00-06:00", "06:00:00", False),
        ("19:00-00:00", "23:59:59", True),
        ("19:00-00:00", "00:00:00", False),
    ],
)
def test_the_begin_belongs_to_the_hours_and_the_end_does_not(hours: str, moment: str, is_open: bool) -> None:
    assert Hours.parse(hours).open_at(datetime.fromisoformat(f"2024-05-06 {moment}")) is is_open


@pytest.mark.parametrize(
    ("hours", "moment", "seconds"),
    [
        ("08:00-17:00", "12:00:00", 0),
        ("08:00-17:00", "07:59:59.500", 0.5),
        ("08:00-17:00", "17:00:00", 15 * 3600),
        ("19:00-06:00", "06:00:00", 13 * 3600),
        ("19:00-06:00", "03:00:00", 0),
    ],
)
def test_it_takes_as_long_as_the_clock_says(hours: str, moment: str, seconds: float) -> None:
    assert Hours.parse(hours).seconds_until_open(datetime.fromisoformat(f"2024-05-06 {moment}")) == seconds


def after(moment: datetime, seconds: float) -> datetime:
    """The time on the clock when so much time has really passed."""
    return datetime.fromtimestamp(moment.timestamp() + seconds)


@needs_zones
@pytest.mark.usefixtures("berlin")
def test_hours_that_a_night_does_not_have_come_on_the_next_day() -> None:
    before = datetime(2024, 3, 31, 1, 30)  # from 02:00 the clock goes to 03:00
    assert Hours.parse("02:00-03:00").seconds_until_open(before) == 23.5 * 3600
    assert Hours.parse("02:30-04:00").seconds_until_open(before) == 30 * 60, "it is 03:00 then"


@needs_zones
@pytest.mark.usefixtures("berlin")
def test_hours_that_a_night_has_twice_come_twice() -> None:
    summer = datetime(2024, 10, 27, 2, 50)  # from 03:00 the clock goes back to 02:00
    assert Hours.parse("02:30-02:45").seconds_until_open(summer) == 40 * 60
    assert Hours.parse("02:30-02:45").seconds_until_open(summer.replace(fold=1)) == (24 * 60 - 20) * 60


minutes_of_the_day = some.times().map(lambda one: time(one.hour, one.minute))


@needs_zones
@pytest.mark.usefixtures("zone")
@given(
    begin=minutes_of_the_day,
    end=minutes_of_the_day,
    moment=some.integers(1_000_000_000, 2_000_000_000).map(datetime.fromtimestamp),
)
def test_after_the_wait_it_is_open_and_not_before(begin: time, end: time, moment: datetime) -> None:
    assume(begin != end)
    hours = Hours(begin, end)
    seconds = hours.seconds_until_open(moment)
    assert 0 <= seconds <= timedelta(hours=49).total_seconds()
    assert hours.open_at(after(moment, seconds))
    for earlier in range(1, min(int(seconds) + 1, 7200), 60):
        assert not hours.open_at(after(moment, seconds - earlier))
