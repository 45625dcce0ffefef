"""The entries in flight: handed to a sender, and their outcome is not written yet.

The transaction that hands an entry out inserts a row into `claim`; the one that writes its outcome deletes the row. An
entry that still has a row when a manifest is opened was in flight when the program ended: it becomes `unknown`, and is
queried before it is sent again. A row of its own costs a tenth of changing the entry's bucket, which two indexes hold.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Iterable, Sequence

from wizard.manifest import bulk
from wizard.vocabulary import Bucket, Grade

_UNKNOWN = f"""
    UPDATE entry SET bucket = '{Bucket.UNKNOWN}', reason_code = 'program_ended', reason_values = '',
           tries = tries + 1, named = NULL, grade = '{Grade.E}'
    WHERE bucket = '{Bucket.PENDING}' AND id IN (SELECT entry FROM claim)"""
# Association 0 stands for none: the program ended before an answer came.
_ATTEMPT = """
    INSERT INTO attempt (entry, time, association, status, bytes, seconds)
    SELECT entry, ?, 0, NULL, 0, 0 FROM claim"""


def begin(db: sqlite3.Connection, entries: Sequence[int]) -> None:
    """Record that these entries are handed out."""
    bulk.insert(db, "claim (entry)", [(entry,) for entry in entries])


def end(db: sqlite3.Connection, entries: Sequence[int]) -> None:
    """Record that these entries are no longer in flight: their outcome is written, or they were not sent."""
    bulk.with_ids(db, "DELETE FROM claim WHERE entry IN", entries)


def newest_attempt(db: sqlite3.Connection) -> int:
    """Return the row number of the last attempt so far."""
    return int(db.execute("SELECT COALESCE(MAX(id), 0) FROM attempt").fetchone()[0])


def tried_since(db: sqlite3.Connection, attempt: int, entries: Iterable[int]) -> set[int]:
    """Return those of the entries that were sent after that attempt."""
    sql = "SELECT EXISTS (SELECT 1 FROM attempt WHERE entry = ? AND id > ?)"
    return {entry for entry in entries if db.execute(sql, (entry, attempt)).fetchone()[0]}


def settle(db: sqlite3.Connection) -> None:
    """Make the entries in flight `unknown`, when nobody sends: they may or may not have arrived."""
    if db.execute("SELECT 1 FROM claim LIMIT 1").fetchone() is not None:
        db.execute(_ATTEMPT, (time.time(),))
        db.execute(_UNKNOWN)
        db.execute("DELETE FROM claim")
