"""The audit trail of a migration: user, time and action. Rows are appended; the schema refuses to change or remove one.

Only the text of a filter and the file name of a list from the old PACS may name a patient: else the trail has the row
numbers of patients and studies.
"""

from __future__ import annotations

import functools
import getpass
import json
import platform
import sqlite3
import time
from typing import Any, Iterator, Mapping, NamedTuple, Protocol, Sequence

#: The actions. The subject of a step is its name, of a setting its key, of a decision its topic.
OPENED, CLOSED = "opened", "closed"
BEGAN, ENDED = "began", "ended"
SET, DECIDED = "set", "decided"
TICKED, UNTICKED = "ticked", "unticked"
FIRST, IN_TURN = "copy first", "copy in turn"
RETRIED = "put back into the queue"
LOOKED = "looked on the network"
EXPORTED, SENT = "exported", "sent the audit trail"
FORGOTTEN = "forgotten"  # it is not offered any more; the file is kept

#: The settings that a person makes; the others are the program's own notes.
SETTINGS = ("destination", "filter", "wishes", "acknowledged", "operator", "remarks", "old_list")

_INSERT = "INSERT INTO audit (time, user, computer, operator, action, subject, details) VALUES (?, ?, ?, ?, ?, ?, ?)"
_SETTING = "SELECT value FROM setting WHERE key = ?"
_ALL = "SELECT id, time, user, computer, operator, action, subject, details FROM audit WHERE id > ? ORDER BY id"


class Rows(Protocol):
    """An open manifest, as far as the trail is read from it."""

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query."""


class Record(NamedTuple):
    """One row; `time` in seconds since 1970, `operator` is the name that was typed ("" for none)."""

    id: int
    time: float
    user: str
    computer: str
    operator: str
    action: str
    subject: str
    details: Mapping[str, Any]


def write(db: sqlite3.Connection, action: str, subject: str = "", /, **details: Any) -> None:
    """Append one row, in the transaction of the change that it records."""
    stored = db.execute(_SETTING, ("operator",)).fetchone()
    operator = json.loads(stored[0]) if stored else ""
    db.execute(_INSERT, (time.time(), user(), platform.node(), operator, action, subject, json.dumps(details)))


def write_settings(db: sqlite3.Connection, settings: Mapping[str, Any]) -> None:
    """Append a row for each setting that a person has changed; call this before they are written."""
    for key in SETTINGS:
        if key in settings:
            value = json.loads(json.dumps(settings[key]))  # as it will be read again
            stored = db.execute(_SETTING, (key,)).fetchone()
            if value != (
                json.loads(stored[0]) if stored else "" if value == "" else None
            ):  # an empty text is no setting
                write(db, SET, key, value=value)


def records(manifest: Rows, after: int = 0) -> Iterator[Record]:
    """Yield the trail from its beginning, or the rows behind `after`."""
    for row in manifest.rows(_ALL, (after,)):
        yield Record._make([*row[:7], json.loads(row[7])])


def details_of(manifest: Rows, action: str) -> list[Mapping[str, Any]]:
    """Return the details of all rows of one action."""
    return [json.loads(row[0]) for row in manifest.rows("SELECT details FROM audit WHERE action = ?", (action,))]


@functools.lru_cache(maxsize=1)
def user() -> str:
    """Return the user of the operating system."""
    try:
        return getpass.getuser()
    except (ImportError, KeyError, OSError):  # a system without user names; which of the three depends on it
        return "(unknown)"
