"""Many rows with one statement: all of them are written, however many there are, and no other row is changed."""

from __future__ import annotations

import sqlite3
from typing import Iterator

import pytest

from wizard.manifest import bulk


@pytest.fixture
def db() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    connection.execute("CREATE TABLE thing (id INTEGER PRIMARY KEY, name TEXT, data BLOB)")
    yield connection
    connection.close()


@pytest.mark.parametrize("count", [0, 1, 299, 300, 301, 2000])
def test_every_row_is_inserted_as_it_is(count: int, db: sqlite3.Connection) -> None:
    rows = [(number, f"one '{number}", None if number % 3 else bytes([number % 256])) for number in range(count)]
    bulk.insert(db, "thing (id, name, data)", rows)
    assert db.execute("SELECT * FROM thing ORDER BY id").fetchall() == rows


@pytest.mark.parametrize("count", [0, 1, 899, 900, 901, 2000])
def test_it_is_done_with_these_and_no_others(count: int, db: sqlite3.Connection) -> None:
    bulk.insert(db, "thing (id, name)", [(number, "") for number in range(2001)])
    bulk.with_ids(db, "UPDATE thing SET name = name || 'x' WHERE id IN", range(count))
    marked = [row[0] for row in db.execute("SELECT id FROM thing WHERE name = 'x'")]
    assert marked == list(range(count))


def test_no_statement_has_more_parameters_than_an_old_sqlite_takes(db: sqlite3.Connection) -> None:
    seen: list[str] = []
    db.set_trace_callback(seen.append)
    bulk.insert(db, "thing (id, name, data)", [(number, "", b"") for number in range(1000)])
    bulk.with_ids(db, "DELETE FROM thing WHERE id IN", range(1000))
    assert len(seen) == 4 + 2
    assert db.execute("SELECT COUNT(*) FROM thing").fetchone() == (0,)
