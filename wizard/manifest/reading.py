"""Write one reading of the source: folders, entries, and the patients, studies and series that they belong to."""

from __future__ import annotations

import itertools
import os
import sqlite3
import time
from typing import Any, Iterable, NamedTuple, Sequence

from wizard import reasons
from wizard.manifest.buckets import SAME_UID, sql_list
from wizard.manifest.entry import Entry, Place
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Grade, Topic

_FOLDER = """
    INSERT INTO folder (id, path, reading, error_code, error_values) VALUES (?, ?, ?, ?, ?)
    ON CONFLICT (path) DO UPDATE SET reading = excluded.reading, error_code = excluded.error_code,
        error_values = excluded.error_values"""
_COLUMNS = (
    *("folder", "name", "size", "mtime_ns", "reading", "bucket", "reason_code", "reason_values", "series"),
    *("kind", "sop_uid", "dataset_offset", "instance_number", "frames", "topic", "finding_code", "finding_values"),
)
_MARKS = f"({', '.join('?' * len(_COLUMNS))})"
_KEPT = ", ".join(f"{column} = excluded.{column}" for column in _COLUMNS[2:])
_ENTRIES = f"""
    INSERT INTO entry ({", ".join(_COLUMNS)}) VALUES {{}}
    ON CONFLICT (folder, name) DO UPDATE SET {_KEPT}, lane = 0, sha256 = NULL, same_as = NULL, tries = 0, put_off = 0,
        named = NULL, named_time = NULL, grade = '{Grade.E}'"""
_AT_ONCE = 58  # rows of one statement, of at most 999 values: SQLite works on them without Python's lock
_HISTORY = f"""
    INSERT INTO history (entry, reading, size, mtime_ns, bucket, reason_code, reason_values, sop_uid, sha256, named)
    SELECT id, reading, size, mtime_ns, bucket, reason_code, reason_values, sop_uid, sha256, named FROM entry
    WHERE folder = ? AND name = ? AND topic <> '{Topic.YOUNG}'"""
_FORGET = "DELETE FROM reference WHERE entry = (SELECT id FROM entry WHERE folder = ? AND name = ?)"
_REFERENCE = "INSERT OR IGNORE INTO reference (entry, target) SELECT id, ? FROM entry WHERE folder = ? AND name = ?"
_SEEN = "UPDATE entry SET reading = ? WHERE folder = ? AND name = ?"
_YOUNG = f"""
    SELECT entry.id, entry.folder, folder.path, entry.name, entry.size, entry.mtime_ns
    FROM entry JOIN folder ON folder.id = entry.folder
    WHERE entry.topic = '{Topic.YOUNG}' AND entry.reading = ? AND entry.id > ? ORDER BY entry.id LIMIT 256"""
_MAY_BE_GONE = sql_list((Bucket.PENDING, Bucket.CHANGED, *SAME_UID))
_GONE = f"""
    UPDATE entry SET bucket = '{Bucket.UNREADABLE}', reason_code = 'gone', reason_values = ''
    WHERE reading < :reading AND bucket IN {_MAY_BE_GONE}
    AND folder NOT IN (
        SELECT folder.id FROM folder JOIN folder AS closed ON closed.reading = :reading AND closed.error_code <> ''
        WHERE substr(folder.path, 1, length(closed.path)) = closed.path)"""


class Known(NamedTuple):
    """A file as an earlier reading has written it."""

    size: int
    mtime_ns: int
    bucket: str


class Reading:
    """One reading of the source, from its beginning to `settle` and `end`.

    `folder`, `known` and `young` may be called in one other thread at a time, and do not wait for the writing thread.
    """

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._ids: dict[tuple[Any, ...], int] = {}
        self._place: Place | None = None
        self._series_of_place = 0
        self._folders: list[tuple[int, bytes, int, str, str]] = []
        self.files = self.opened = 0
        with manifest.writing() as db:
            (last,) = db.execute("SELECT COALESCE(MAX(id), 0) FROM folder").fetchone()
            self.again = last > 0
            self._next_folder = itertools.count(last + 1)
            cursor = db.execute("INSERT INTO reading (started) VALUES (?)", (time.time(),))
            self.id = int(cursor.lastrowid or 0)

    def folder(self, path: bytes, error: Reason | None = None) -> int:
        """Return the row number of a folder. It is written together with the entries that are added next.

        `error` says why it could not be opened or read to its end.
        """
        known = next((row[0] for row in self._folders[-1:] if row[1] == path), None)
        if known is None and self.again:
            known = self._manifest.value("SELECT id FROM folder WHERE path = ?", (path,))
        identity = next(self._next_folder) if known is None else int(known)
        self._folders.append((identity, path, self.id, *reasons.stored(error)))
        return identity

    def known(self, folder: int, names: Sequence[bytes]) -> dict[bytes, Known]:
        """Return these files of a folder as earlier readings have written them, by their names."""
        found = {}
        for at in range(0, len(names) if self.again else 0, 500):
            some = names[at : at + 500]
            sql = f"""SELECT name, size, mtime_ns, bucket FROM entry
                WHERE folder = ? AND name IN ({", ".join("?" * len(some))})"""
            for row in self._manifest.rows(sql, (folder, *some)):
                found[bytes(row[0])] = Known(*row[1:])
        return found

    def add(
        self,
        entries: Sequence[Entry],
        unchanged: Sequence[tuple[int, bytes]],
        files: int,
        opened: int = 0,
        changed: Sequence[tuple[int, bytes]] = (),
    ) -> None:
        """Write the entries that were read, and mark the unchanged ones as seen, in one transaction.

        `unchanged` and `changed` are (folder, name); the earlier values of changed files are kept in the history.
        """
        self.files += files
        self.opened += opened
        with self._manifest.writing() as db:
            self._write_folders(db)
            if changed:
                db.executemany(_HISTORY, changed)
                db.executemany(_FORGET, changed)
            for at in range(0, len(entries), _AT_ONCE):
                some = entries[at : at + _AT_ONCE]
                sql = _ENTRIES.format(", ".join([_MARKS] * len(some)))
                db.execute(sql, list(itertools.chain.from_iterable(self._values(db, entry) for entry in some)))
            db.executemany(
                _REFERENCE, [(target, entry.folder, entry.name) for entry in entries for target in entry.references]
            )
            db.executemany(_SEEN, [(self.id, folder, name) for folder, name in unchanged])
            db.execute("UPDATE reading SET files = ?, opened = ? WHERE id = ?", (self.files, self.opened, self.id))

    def young(self, after: int) -> list[sqlite3.Row]:
        """Return the next files behind a row number that were set aside because they were just being written."""
        return list(self._manifest.rows(_YOUNG, (self.id, after)))

    def settle(self) -> None:
        """Mark the files that this reading did not see as gone, unless a folder on their path could not be opened."""
        with self._manifest.writing() as db:
            self._write_folders(db)
            db.execute(_GONE, {"reading": self.id})

    def end(self) -> None:
        """Close a complete reading, once duplicates and conflicts are told apart: then its entries can be sent."""
        with self._manifest.writing() as db:
            db.execute("UPDATE reading SET ended = ? WHERE id = ?", (time.time(), self.id))

    def _write_folders(self, db: sqlite3.Connection) -> None:
        count = len(self._folders)  # more may be appended meanwhile
        db.executemany(_FOLDER, self._folders[:count])
        del self._folders[: count - 1]  # `folder` looks at the last one

    def _values(self, db: sqlite3.Connection, entry: Entry) -> Iterable[Any]:
        folder, name, size, mtime_ns, bucket, reason, values, place, kind, sop_uid, offset, number, frames, *found = (
            entry
        )
        series = None if place is None else self._series(db, place)
        of_kind = None if kind is None else self._id(db, "kind", ("sop_class", "transfer_syntax"), kind)
        of_file = (folder, name, size, mtime_ns, self.id, bucket, reason, values)
        return (*of_file, series, of_kind, sop_uid, offset, number, frames, *found[:3])

    def _series(self, db: sqlite3.Connection, at: Place) -> int:
        if at is not self._place:
            self._place, self._series_of_place = at, self._find_series(db, Place._make(at))
        return self._series_of_place

    def _find_series(self, db: sqlite3.Connection, at: Place) -> int:
        patient = self._id(
            db,
            "patient",
            ("patient_id", "issuer", "name", "birth_date", "sex"),
            (at.patient_id, at.issuer, at.name, at.birth_date, at.sex),
            search=f"{at.name}\n{at.patient_id}".casefold(),
        )
        study = self._id(
            db,
            "study",
            ("patient", "study_uid"),
            (patient, at.study_uid),
            study_date=at.study_date,
            study_time=at.study_time,
            accession=at.accession,
            description=at.study_description,
            institution=at.institution,
        )
        return self._id(
            db,
            "series",
            ("study", "series_uid"),
            (study, at.series_uid),
            modality=at.modality,
            number=at.series_number,
            description=at.series_description,
        )

    def _id(self, db: sqlite3.Connection, table: str, columns: Sequence[str], key: Sequence[Any], **more: Any) -> int:
        """Return the row number of a key, which is inserted if it is new. A cache serves neighbouring files."""
        known = self._ids.get((table, *key))
        if known is not None:
            return known
        names = ", ".join([*columns, *more])
        marks = ", ".join("?" * (len(columns) + len(more)))
        db.execute(f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({marks})", (*key, *more.values()))
        where = " AND ".join(f"{column} = ?" for column in columns)
        (identity,) = db.execute(f"SELECT id FROM {table} WHERE {where}", tuple(key)).fetchone()
        if len(self._ids) >= 10_000:
            self._ids.clear()
        self._ids[(table, *key)] = int(identity)
        return int(identity)


def held(manifest: Manifest, root: bytes) -> bool:
    """Whether an earlier reading found a file in this folder or in one below it."""
    within = os.path.join(root, b"")
    sql = """SELECT EXISTS (SELECT 1 FROM folder JOIN entry ON entry.folder = folder.id
        WHERE folder.path = ? OR substr(folder.path, 1, ?) = ?)"""
    return bool(manifest.value(sql, (root, len(within), within)))
