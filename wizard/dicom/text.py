"""Texts of a data set, decoded for people to read; never for sending.

Character sets by PS3.3 C.12.1.1.2, decoded by pydicom. What cannot be decoded is marked with U+FFFD.
"""

from __future__ import annotations

import datetime
import re
import warnings

from pydicom import charset as pydicom_charset

_MARK = "�"
_PN_DELIMITERS = {ord("^"), ord("=")}


def decode(raw: bytes, charset: bytes = b"") -> str:
    """A text value in the Specific Character Set `charset` (the raw value of (0008,0005))."""
    if raw.isascii() and b"\x1b" not in raw:
        return _clean(raw.decode("ascii"))
    names = [name.strip() for name in charset.decode("ascii", "replace").strip(" \0").split("\\")]
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            encodings: list[str] = pydicom_charset.convert_encodings(names)
            text = pydicom_charset.decode_bytes(raw, encodings, _PN_DELIMITERS)
        except (UserWarning, LookupError, ValueError):
            text = raw.decode("ascii", "replace")
    return _clean(text)


def person_name(value: str) -> str:
    """A person's name as people write it: "Yamada, Tarou (山田, 太郎)" (PS3.5 6.2.1)."""
    groups = [", ".join(part.strip() for part in group.split("^") if part.strip()) for group in value.split("=")]
    first, *others = groups
    written = [group for group in others[:1] if group]
    if not first:
        return next((group for group in groups if group), "")
    return f"{first} ({written[0]})" if written else first


def uid(raw: bytes) -> str:
    """A UID for comparing and for commands: trailing spaces and NULs are cut, nothing else is touched."""
    return raw.decode("ascii", "replace").strip(" \0")


def day(raw: bytes) -> str | None:
    """A date as YYYYMMDD, or None when it is empty or no date; the old form 2019.03.04 is understood."""
    digits = re.fullmatch(rb"\s*(\d{4})\.?(\d{2})\.?(\d{2})[\s\0]*", raw)
    if digits is None:
        return None
    year, month, of_month = (int(part) for part in digits.groups())
    try:
        datetime.date(year, month, of_month)
    except ValueError:
        return None
    return f"{year:04d}{month:02d}{of_month:02d}"


def _clean(text: str) -> str:
    """Without padding and control characters, which would break a line on the screen or a cell."""
    text = text.strip(" \0")
    return text if text.isprintable() else "".join(c if c.isprintable() else _MARK for c in text)
