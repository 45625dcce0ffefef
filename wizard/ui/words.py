"""Numbers, sizes, times, dates and paths as a person reads them."""

from __future__ import annotations

import datetime
import os
import re

from wizard.report.quantities import size as size

_SPACE = "\u00a0"  # does not break at the end of a line


def number(value: int) -> str:
    """`9318` is "9 318"."""
    return f"{value:,}".replace(",", _SPACE)


def counted(value: int, one: str, many: str) -> str:
    """ "1 image", "2 images"."""
    return f"{number(value)}{_SPACE}{one if value == 1 else many}"


def duration(seconds: float) -> str:
    """A time that is still to come, no finer than anyone can know it."""
    if seconds < 50:
        return "less than a minute"
    minutes = round(seconds / 60)
    if minutes < 60:
        return "about " + counted(minutes, "minute", "minutes")
    hours, minutes = divmod(5 * round(minutes / 5), 60)
    return "about " + counted(hours, "hour", "hours") + (f" {counted(minutes, 'minute', 'minutes')}" if minutes else "")


def date(dicom: str | None) -> str:
    """YYYYMMDD (PS3.5 6.2, DA) as 2019-03-02."""
    return f"{dicom[:4]}-{dicom[4:6]}-{dicom[6:8]}" if dicom else "no date"


def read_date(text: str, last: bool = False) -> str:
    """What a person typed (2019-03-02, 20190302, 2019-03 or 2019) as YYYYMMDD; "" for nothing.

    A month or a year alone means its first day, or its last one.

    Raises
    ------
    ValueError
        It is no date.
    """
    match = re.fullmatch(r"(\d{4})(?:[-./]?(\d{2})(?:[-./]?(\d{2}))?)?", text.strip())
    if not text.strip():
        return ""
    if match is None:
        raise ValueError(text)
    year, month, day = (int(part) if part else None for part in match.groups())
    first = datetime.date(year or 0, month or (12 if last else 1), day or 1)
    if last and day is None:
        first = (first.replace(day=28) + datetime.timedelta(days=4)).replace(day=1) - datetime.timedelta(days=1)
    return first.strftime("%Y%m%d").zfill(8)


def path(stored: bytes) -> str:
    """A path of the manifest for the screen; bytes that are no text are shown as \\xNN."""
    return os.fsdecode(stored).encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
