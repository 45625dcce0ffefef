"""The images that are read back from the destination, and the results of comparing them with their files."""

from __future__ import annotations

import sqlite3
import time
from typing import Iterator, NamedTuple

from wizard import reasons
from wizard.manifest.buckets import ARRIVED, sql_list
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason
from wizard.vocabulary import ReadBack

_ARRIVED = f"entry.bucket IN {sql_list(ARRIVED)}"
_PICKED = f"""
    SELECT entry.id, folder.path, entry.name, entry.size, entry.mtime_ns, entry.dataset_offset, entry.sha256,
           entry.sop_uid, kind.sop_class, kind.transfer_syntax, study.study_uid, series.series_uid
    FROM entry JOIN folder ON folder.id = entry.folder JOIN kind ON kind.id = entry.kind
    JOIN series ON series.id = entry.series JOIN study ON study.id = series.study
    WHERE entry.id IN (SELECT MIN(id) FROM entry WHERE {_ARRIVED} GROUP BY sop_uid ORDER BY random() LIMIT ?)
    ORDER BY kind.id, entry.id"""
_PICK = f"INSERT INTO sample VALUES (?, ?, '{ReadBack.NOT_CHECKED}', 'not_read_back_yet', '')"
_RESULTS = f"""
    SELECT entry.id, folder.path AS folder_path, entry.name AS file_name, entry.sop_uid, sample.result,
           sample.reason_code, sample.reason_values
    FROM sample JOIN entry ON entry.id = sample.entry JOIN folder ON folder.id = entry.folder
    ORDER BY CASE sample.result WHEN '{ReadBack.DIFFERENT}' THEN 0 WHEN '{ReadBack.NOT_CHECKED}' THEN 1
             WHEN '{ReadBack.SAME_VALUES}' THEN 2 ELSE 3 END, folder.path, entry.name"""


class SamplesSummary(NamedTuple):
    """The number of images to read back, and the results of comparing them."""

    asked: int
    identical: int
    same_values: int
    different: int
    not_checked: int


class Picked(NamedTuple):
    """One image of the sample. Its data set begins at `offset` of the file; `sha256` is of it as it was sent."""

    entry: int
    folder: bytes
    name: bytes
    size: int
    mtime_ns: int
    offset: int
    sha256: bytes | None
    sop_uid: str
    sop_class: str
    transfer_syntax: str
    study_uid: str
    series_uid: str


def pick(manifest: Manifest, count: int) -> list[Picked]:
    """Pick images at random, each with the same chance, of those that the destination accepted or had; kinds together.

    There is one file of each SOP Instance UID among them. Until it is compared it is "not checked". The results of an
    earlier sample are deleted.
    """
    picked = [Picked(*row) for row in manifest.rows(_PICKED, (count,))]
    with manifest.writing() as db:
        db.execute("DELETE FROM sample")
        db.executemany(_PICK, [(one.entry, time.time()) for one in picked])
    manifest.put(sample_time=time.time())
    return picked


def record(manifest: Manifest, entry: int, result: ReadBack, reason: Reason | None) -> None:
    """Write the result of comparing one image."""
    with manifest.writing() as db:
        db.execute(
            "INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?, ?)",
            (entry, time.time(), result, *reasons.stored(reason)),
        )


def summary(manifest: Manifest) -> SamplesSummary | None:
    """Return the sums; None if no sample was ever picked."""
    if manifest.get("sample_time") is None:
        return None
    counts = {row[0]: row[1] for row in manifest.rows("SELECT result, COUNT(*) FROM sample GROUP BY result")}
    results = {f"{result}": counts.get(result, 0) for result in ReadBack}
    return SamplesSummary(asked=sum(results.values()), **results)


def results(manifest: Manifest) -> Iterator[sqlite3.Row]:
    """Yield each image with the columns of `_RESULTS`; those that are not the same first."""
    return manifest.rows(_RESULTS)
