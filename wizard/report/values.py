"""Write values for people: paths, dates, moments and numbers, the same in every report file."""

from __future__ import annotations

import functools
import os
import re
import time
from datetime import datetime, timezone
from typing import Match

from pydicom.uid import UID

from wizard.errors import PACS_ADMINISTRATOR, YOU
from wizard.manifest.buckets import ARRIVED

#: The tables beside the report, which refers to them.
LEDGER, STUDIES, EXCEPTIONS, AUDIT = "ledger.csv", "studies.csv", "exceptions.csv", "audit.csv"

# Characters that cannot be printed, or would reverse the text beside them: control characters, line separators,
# overrides of the direction of writing, bytes that are no UTF-8, and noncharacters.
_UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_NARROW_SPACE = "\u202f"


def printable(text: str) -> str:
    r"""Show unprintable characters as \xNN or \uNNNN, so that nothing is hidden or lost."""
    return _UNPRINTABLE.sub(_visible, text)


def _visible(match: Match[str]) -> str:
    code = ord(match.group())
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def path(folder: bytes, name: bytes = b"") -> str:
    """Write a path of the system (os.fsencode) in printable characters."""
    return printable(os.path.join(_folder(folder), os.fsdecode(name)) if name else _folder(folder))


@functools.lru_cache(maxsize=256)
def _folder(folder: bytes) -> str:
    return os.fsdecode(folder)


def date(value: str | None) -> str:
    """Write a date of the manifest (YYYYMMDD) as YYYY-MM-DD; nothing for none."""
    return f"{value[:4]}-{value[4:6]}-{value[6:]}" if value else ""


def moment(seconds: float | None) -> str:
    """Write a moment (seconds since 1970) in this computer's local time, with its offset to UTC."""
    if seconds is None:
        return ""
    return f"{datetime.fromtimestamp(seconds, timezone.utc).astimezone():%Y-%m-%d %H:%M:%S %z}"


def number(value: int) -> str:
    """Write a number with separated thousands."""
    return f"{value:,}".replace(",", _NARROW_SPACE)


def amount(value: int, one: str, many: str = "") -> str:
    """Write "1 image" or "2 images"; `many` is given where an added "s" is not enough."""
    return f"{number(value)} {one if value == 1 else many or one + 's'}"


def status(code: int) -> str:
    """Write a C-STORE status (PS3.7 annex C) in a form that no spreadsheet takes for a number."""
    return f"0x{code:04X}"


@functools.lru_cache(maxsize=4096)
def utc(seconds: int) -> str:
    """Write a moment in UTC in a form that no spreadsheet takes for a number."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def who(who: str, bucket: str = "") -> str:
    """Write who must act. On the screen "you" is clear; a report file can have any reader."""
    if bucket in ARRIVED:  # the new PACS answered success, and does not name the image now
        return PACS_ADMINISTRATOR
    return "whoever runs this migration" if who in ("", YOU) else who


@functools.lru_cache(maxsize=1024)
def uid_name(uid: str | None) -> str:
    """Return the standard's name of a SOP class or a transfer syntax (PS3.6 annex A)."""
    if not uid:
        return ""
    name = UID(uid).name
    return printable(name) if name != uid else "not in the standard (private or unknown)"
