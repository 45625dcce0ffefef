"""Many rows in one statement.

`executemany` gives the interpreter away and takes it back for each row. While senders are at work, every time somebody
else has it by then, and writing down what was sent becomes slower than sending it.
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
    """Do something with the rows of these numbers; `statement` ends where the list of them comes: "… WHERE id IN"."""
    for part in _parts(ids, _MOST):
        db.execute(f"{statement} ({', '.join('?' * len(part))})", part)


def _parts(rows: Sequence[Any], size: int) -> list[Sequence[Any]]:
    return [rows[start : start + size] for start in range(0, len(rows), size)]
