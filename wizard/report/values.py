"""Write values for people: paths, moments, statuses and who needs to act, the same in every report file."""

from __future__ import annotations

import functools
import os
import time
from datetime import datetime, timezone

from pydicom.uid import UID

from wizard.language import writing
from wizard.language.message import Message
from wizard.language.printable import printable
from wizard.manifest.buckets import ARRIVED
from wizard.reasons import WHO
from wizard.vocabulary import Who

#: The tables beside the report, which refers to them.
LEDGER, STUDIES, EXCEPTIONS, AUDIT = "ledger.csv", "studies.csv", "exceptions.csv", "audit.csv"

_UNKNOWN_UID = Message("not in the standard (private or unknown)")
# On the screen "you" is clear; a report file can have any reader.
_WHO = {**WHO, Who.YOU: Message("whoever runs this migration"), Who.IT: Message("the IT department")}


def path(folder: bytes, name: bytes = b"") -> str:
    """Write a path of the system (os.fsencode) in printable characters."""
    return printable(os.path.join(_folder(folder), os.fsdecode(name)) if name else _folder(folder))


@functools.lru_cache(maxsize=256)
def _folder(folder: bytes) -> str:
    return os.fsdecode(folder)


def moment(seconds: float | None) -> str:
    """Write a moment (seconds since 1970) in this computer's local time, with its offset to UTC."""
    if seconds is None:
        return ""
    return f"{day_of(seconds)} {_local(seconds):%H:%M:%S %z}"


def day_of(seconds: float) -> str:
    """Write the local date of a moment (seconds since 1970)."""
    return writing().day(f"{_local(seconds):%Y%m%d}")


def _local(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, timezone.utc).astimezone()


def shortened(text: str, most: int) -> str:
    """Keep at most `most` characters of a text; "…" stands for the rest."""
    return text if len(text) <= most else f"{text[: most - 1]}…"


def status(code: int) -> str:
    """Write a C-STORE status (PS3.7 annex C) in a form that no spreadsheet takes for a number."""
    return f"0x{code:04X}"


@functools.lru_cache(maxsize=4096)
def utc(seconds: int) -> str:
    """Write a moment in UTC in a form that no spreadsheet takes for a number."""
    return time.strftime("%Y-%m-%d %H:%M:%S UTC", time.gmtime(seconds))


def action_by(who: str, bucket: str = "") -> Message:
    """Say who needs to act about a file of this outcome; if nobody is named, it is whoever runs the migration."""
    if bucket in ARRIVED:  # the new PACS reported success, and does not name the image now
        return _WHO[Who.PACS_ADMINISTRATOR]
    return _WHO.get(who, _WHO[Who.YOU])


@functools.lru_cache(maxsize=1024)
def uid_name(uid: str | None) -> Message | str:
    """Return the standard's name of a SOP class or a transfer syntax (PS3.6 annex A)."""
    if not uid:
        return ""
    name = UID(uid).name
    return printable(name) if name != uid else _UNKNOWN_UID
