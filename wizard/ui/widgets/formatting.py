"""Format numbers, sizes, times, dates and paths for the screen, and read dates that a person types."""

from __future__ import annotations

import datetime
import os
import re
from typing import Match

from wizard import language
from wizard.language import number as number
from wizard.language.message import Message, Private

_NO_DATE = Message("no date")


def size(byte_count: float) -> str:
    """Format a number of bytes in decimal units, as disks and networks are labelled: "4.6 GB"."""
    return language.writing().size(byte_count)


def decimal(value: float, form: str = "g") -> str:
    """`2.5` is "2.5"; `form` as Python's formats have it."""
    return language.writing().fraction(value, form)


def duration(seconds: float) -> Message:
    """Format the time that is left, no finer than it can be known."""
    if seconds < 50:
        return Message("less than a minute")
    minutes = round(seconds / 60)
    if minutes < 60:
        return Message("about {n} minute", "about {n} minutes", n=minutes)
    hours, minutes = divmod(5 * round(minutes / 5), 60)
    if minutes:
        return Message(
            "about {n} hour {minutes} minutes", "about {n} hours {minutes} minutes", n=hours, minutes=minutes
        )
    return Message("about {n} hour", "about {n} hours", n=hours)


def date(dicom: str | None) -> Message | str:
    """Format YYYYMMDD (PS3.5 6.2, DA) as 2019-03-02."""
    return language.writing().day(dicom) if dicom else _NO_DATE


def shortened(text: str, most: int) -> str:
    """Cut a text off after so many characters, and say so by "…"."""
    return text if len(text) <= most else text[: most - 1] + "…"


def read_date(text: str, last: bool = False) -> str:
    """Read a typed date (2019-03-02, 20190302, 02.03.2019, 2019-03 or 2019) as YYYYMMDD; "" for nothing.

    A month or a year alone means its first day, or its last one.

    Raises
    ------
    ValueError
        It is no date.
    """
    text = re.sub(r"^(?:(\d{1,2})\.)?(\d{1,2})\.(\d{4})$", _year_first, text.strip())
    match = re.fullmatch(r"(\d{4})(?:[-./]?(\d{2})(?:[-./]?(\d{2}))?)?", text)
    if not text:
        return ""
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    first = datetime.date(year or 0, month or (12 if last else 1), day or 1)
    if last and day is None:
        first = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return first.strftime("%Y%m%d").zfill(8)


def _year_first(match: Match[str]) -> str:
    """31.1.2015 as 2015-01-31."""
    return "-".join(part.zfill(2) for part in reversed(match.groups()) if part)


def path(stored: bytes) -> Private:
    """Format a path of the manifest for the screen; bytes that are no text are shown as \\xNN."""
    return Private(os.fsdecode(stored).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace"))
