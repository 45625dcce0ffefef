"""What reading the source writes: folders, entries, and the patients, studies and series they belong to."""

from __future__ import annotations

import itertools
import sqlite3
import time
from dataclasses import dataclass
from typing import Any, Iterator, NamedTuple, Sequence

from wizard.manifest.manifest import Manifest

_ENTRY = """
    INSERT INTO entry (folder, name, size, mtime_ns, reading, bucket, reason, who, series, kind, sop_uid,
                       dataset_offset, instance_number, frames, topic, finding)
    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
    ON CONFLICT (folder, name) DO UPDATE SET
        size = excluded.size, mtime_ns = excluded.mtime_ns, reading = excluded.reading, bucket = excluded.bucket,
        reason = excluded.reason, who = excluded.who, series = excluded.series, kind = excluded.kind,
        sop_uid = excluded.sop_uid, dataset_offset = excluded.dataset_offset,
        instance_number = excluded.instance_number, frames = excluded.frames, topic = excluded.topic,
        finding = excluded.finding, lane = 0, sha256 = NULL, same_as = NULL,
        tries = 0, named = NULL, named_time = NULL, grade = 'E'"""
_GONE = """
    UPDATE entry SET bucket = 'unreadable', who = 'you',
           reason = 'the file was there at an earlier reading and is gone now'
    WHERE reading < :reading AND bucket IN ('pending', 'changed', 'duplicate', 'conflict')
    AND folder NOT IN (
        SELECT folder.id FROM folder JOIN folder AS closed ON closed.reading = :reading AND closed.error IS NOT NULL
        WHERE substr(folder.path, 1, length(closed.path)) = closed.path)"""
_COUNTS = """
    UPDATE series SET
        images = (SELECT COUNT(*) FROM entry WHERE entry.series = series.id AND {sendable}),
        bytes = (SELECT TOTAL(size - COALESCE(dataset_offset, 0)) FROM entry
                 WHERE entry.series = series.id AND {sendable}),
        problems = (SELECT COUNT(*) FROM entry WHERE entry.series = series.id
                    AND bucket IN ('conflict', 'held_back', 'damaged', 'unreadable', 'changed'))
""".replace("{sendable}", "bucket IN ('pending','copied','copied_with_remark','already_there','refused','unknown')")
_SAME_UID = """
    SELECT entry.id, entry.sop_uid, folder.path, entry.name, entry.size, entry.mtime_ns, entry.dataset_offset,
           entry.sha256, entry.bucket
    FROM entry JOIN folder ON folder.id = entry.folder
    WHERE entry.bucket NOT IN ('damaged', 'held_back', 'unreadable') AND entry.sop_uid IN (
        SELECT sop_uid FROM entry WHERE sop_uid IS NOT NULL AND bucket NOT IN ('damaged', 'held_back', 'unreadable')
        GROUP BY sop_uid HAVING COUNT(*) > 1)
    ORDER BY entry.sop_uid, entry.id"""


class Verdict(NamedTuple):
    """What becomes of one of several entries with the same SOP Instance UID."""

    bucket: str
    reason: str
    who: str
    sha256: bytes | None
    same_as: int | None
    entry: int


@dataclass(frozen=True)
class Place:
    """Where an instance stands in the tree; the fields are those of the tables of that name."""

    patient_id: str
    issuer: str
    name: str
    birth_date: str
    sex: str
    study_uid: str
    study_date: str | None
    study_time: str
    accession: str
    study_description: str
    series_uid: str
    modality: str
    series_number: str
    series_description: str
    institution: str = ""


@dataclass(frozen=True)
class Entry:
    """One file as it was read. `kind` is (SOP class UID, transfer syntax UID)."""

    folder: int
    name: bytes
    size: int
    mtime_ns: int
    bucket: str
    reason: str = ""
    who: str = ""
    place: Place | None = None
    kind: tuple[str, str] | None = None
    sop_uid: str | None = None
    dataset_offset: int | None = None
    instance_number: str = ""
    frames: int = 1
    topic: str = ""
    finding: str = ""
    references: Sequence[str] = ()


class Reading:
    """One reading of the source, from `begin` to `end`. Not thread safe: one thread writes."""

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest
        self._ids: dict[tuple[Any, ...], int] = {}
        self.files = 0
        with manifest.writing() as db:
            cursor = db.execute("INSERT INTO reading (started) VALUES (?)", (time.time(),))
            self.id = int(cursor.lastrowid or 0)

    def folder(self, path: bytes, error: str | None = None) -> int:
        """Record a folder; returns its row number."""
        with self._manifest.writing() as db:
            db.execute(
                """INSERT INTO folder (path, reading, error) VALUES (?, ?, ?) ON CONFLICT (path)
                DO UPDATE SET reading = excluded.reading, error = excluded.error""",
                (path, self.id, error),
            )
            (identity,) = db.execute("SELECT id FROM folder WHERE path = ?", (path,)).fetchone()
        return int(identity)

    def known(self, folder: int) -> dict[bytes, tuple[int, int, str]]:
        """What earlier readings know of a folder's files: name -> (size, mtime_ns, bucket)."""
        sql = "SELECT name, size, mtime_ns, bucket FROM entry WHERE folder = ?"
        return {bytes(row[0]): (row[1], row[2], row[3]) for row in self._manifest.rows(sql, (folder,))}

    def add(self, entries: Sequence[Entry], unchanged: Sequence[tuple[int, bytes]], files: int) -> None:
        """Write what was read, and tick off what had not changed, in one transaction."""
        self.files += files
        with self._manifest.writing() as db:
            db.executemany(_ENTRY, [self._values(db, entry) for entry in entries])
            db.executemany(
                """INSERT OR IGNORE INTO reference (entry, target)
                SELECT id, ? FROM entry WHERE folder = ? AND name = ?""",
                [(target, entry.folder, entry.name) for entry in entries for target in entry.references],
            )
            db.executemany(
                "UPDATE entry SET reading = ? WHERE folder = ? AND name = ?",
                [(self.id, folder, name) for folder, name in unchanged],
            )
            db.execute("UPDATE reading SET files = ? WHERE id = ?", (self.files, self.id))

    def end(self) -> None:
        """Close a complete reading. What was not seen again is gone, unless a folder on the way could not be opened."""
        with self._manifest.writing() as db:
            db.execute(_GONE, {"reading": self.id})
            db.execute("UPDATE reading SET ended = ? WHERE id = ?", (time.time(), self.id))

    def _values(self, db: sqlite3.Connection, entry: Entry) -> tuple[Any, ...]:
        series = self._series(db, entry.place) if entry.place else None
        kind = self._id(db, "kind", ("sop_class", "transfer_syntax"), entry.kind) if entry.kind else None
        return (
            *(
                entry.folder,
                entry.name,
                entry.size,
                entry.mtime_ns,
                self.id,
                entry.bucket,
                entry.reason,
                entry.who,
            ),
            *(series, kind, entry.sop_uid, entry.dataset_offset, entry.instance_number, entry.frames),
            *(entry.topic, entry.finding),
        )

    def _series(self, db: sqlite3.Connection, at: Place) -> int:
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
        """The row number of a key, which is made when it is new. Neighbouring files share it: hence the cache."""
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


def read_to_the_end(manifest: Manifest) -> bool:
    """Whether the last reading of the source was complete."""
    return bool(manifest.value("SELECT ended IS NOT NULL FROM reading ORDER BY id DESC LIMIT 1"))


def count_series(manifest: Manifest) -> None:
    """Make the tree's counts anew from the entries."""
    with manifest.writing() as db:
        db.execute(_COUNTS)


def same_uid(manifest: Manifest) -> Iterator[list[sqlite3.Row]]:
    """The groups of entries that share a SOP Instance UID: candidates for duplicates and conflicts."""
    for _, group in itertools.groupby(manifest.rows(_SAME_UID), key=lambda row: row["sop_uid"]):
        yield list(group)


def sort_out(manifest: Manifest, verdicts: Sequence[Verdict]) -> None:
    """Write the verdict on such entries. Whatever was a duplicate or in conflict and no longer is can go again."""
    with manifest.writing() as db:
        db.execute(
            """UPDATE entry SET bucket = 'pending', reason = '', who = '', same_as = NULL
            WHERE bucket IN ('duplicate', 'conflict')"""
        )
        db.executemany(
            "UPDATE entry SET bucket = ?, reason = ?, who = ?, sha256 = ?, same_as = ? WHERE id = ?", verdicts
        )
