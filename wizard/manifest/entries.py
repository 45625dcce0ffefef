"""Results over all entries, once all are read: counts for the tree, duplicates and UID conflicts."""

from __future__ import annotations

import itertools
import sqlite3
from typing import Iterator, NamedTuple, Sequence

from wizard.manifest.buckets import PROBLEMS, SAME_UID, SENDABLE, UNUSABLE, sql_list
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket, Topic

_SENDABLE = f"lane < 2 AND bucket IN {sql_list(SENDABLE)}"
_COUNTS = f"""
    UPDATE series SET (images, bytes, problems) = (
        SELECT COUNT(CASE WHEN {_SENDABLE} THEN 1 END),
               TOTAL(CASE WHEN {_SENDABLE} THEN size - COALESCE(dataset_offset, 0) END),
               COUNT(CASE WHEN bucket IN {sql_list(PROBLEMS)} THEN 1 END)
        FROM entry WHERE entry.series = series.id)"""
# A file with something wrong inside is no candidate, whether or not a person decided to send it all the same.
_WHOLE = f"""bucket NOT IN {sql_list(UNUSABLE)}
        AND NOT (bucket = '{Bucket.PENDING}' AND topic NOT IN ('', '{Topic.UNUSUAL_UID}'))"""
_SAME_UID = f"""
    SELECT entry.id, entry.sop_uid, folder.path, entry.name, entry.size, entry.mtime_ns, entry.dataset_offset,
           entry.sha256, entry.bucket
    FROM entry JOIN folder ON folder.id = entry.folder
    WHERE {_WHOLE} AND entry.sop_uid IN (
        SELECT sop_uid FROM entry WHERE sop_uid IS NOT NULL AND {_WHOLE} GROUP BY sop_uid HAVING COUNT(*) > 1)
    ORDER BY entry.sop_uid, entry.id"""


class SameUid(NamedTuple):
    """The new values of one of several entries with the same SOP Instance UID."""

    bucket: Bucket
    reason_code: str
    reason_values: str
    sha256: bytes | None
    same_as: int | None
    entry: int


def read_to_the_end(manifest: Manifest) -> bool:
    """Whether the last reading of the source was complete."""
    return bool(manifest.value("SELECT ended IS NOT NULL FROM reading ORDER BY id DESC LIMIT 1"))


def count_series(manifest: Manifest) -> None:
    """Update the counts of the tree from the entries."""
    with manifest.writing() as db:
        db.execute(_COUNTS)


def same_uid(manifest: Manifest) -> Iterator[list[sqlite3.Row]]:
    """Yield the groups of entries that share a SOP Instance UID: candidates for duplicates and conflicts."""
    for _, group in itertools.groupby(manifest.rows(_SAME_UID), key=lambda row: row["sop_uid"]):
        yield list(group)


def forget_same_uid(manifest: Manifest) -> None:
    """Make every duplicate and conflict pending again, until the next comparison."""
    with manifest.writing() as db:
        db.execute(
            f"""UPDATE entry SET bucket = '{Bucket.PENDING}', reason_code = '', reason_values = '', same_as = NULL
            WHERE bucket IN {sql_list(SAME_UID)}"""
        )


def sort_out(manifest: Manifest, results: Sequence[SameUid]) -> None:
    """Write the results for entries that share a SOP Instance UID."""
    with manifest.writing() as db:
        db.executemany(
            "UPDATE entry SET bucket = ?, reason_code = ?, reason_values = ?, sha256 = ?, same_as = ? WHERE id = ?",
            results,
        )
