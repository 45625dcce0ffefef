"""Write many rows with one statement.

`executemany` releases the interpreter's lock and takes it back for each row. While senders work, another thread holds
the lock each time, and recording the outcomes becomes slower than sending.
"""

from __future__ import annotations

import sqlite3
from typing import Any, Sequence

_MOST = 900  # parameters of a statement; SQLite before 3.32 takes 999


def insert(db: sqlite3.Connection, into: str, rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows; `into` is a table with its columns, "claim (entry)"."""
    if not rows:
        return
    width = len(rows[0])
    row = f"({', '.join('?' * width)})"
    for part in _parts(rows, _MOST // width):
        db.execute(
            f"INSERT INTO {into} VALUES {', '.join([row] * len(part))}", [value for one in part for value in one]
        )


def with_ids(db: sqlite3.Connection, statement: str, ids: Sequence[int]) -> None:
    """Execute a statement for the rows of these numbers; it ends where their list belongs: "… WHERE id IN"."""
    for part in _parts(ids, _MOST):
        db.execute(f"{statement} ({', '.join('?' * len(part))})", part)


def _parts(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
