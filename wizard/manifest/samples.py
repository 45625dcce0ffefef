"""The images that were read back from the destination, and what comparing them with their files came to."""

from __future__ import annotations

import sqlite3
import time
from typing import Iterator, NamedTuple

from wizard.manifest.manifest import Manifest

IDENTICAL, SAME_VALUES, DIFFERENT, NOT_CHECKED = "identical", "same_values", "different", "not_checked"

_SENT = "entry.bucket IN ('copied', 'copied_with_remark', 'already_there')"
_PICKED = f"""
    SELECT entry.id, folder.path, entry.name, entry.size, entry.mtime_ns, entry.dataset_offset, entry.sha256,
           entry.sop_uid, kind.sop_class, kind.transfer_syntax, study.study_uid, series.series_uid
    FROM entry JOIN folder ON folder.id = entry.folder JOIN kind ON kind.id = entry.kind
    JOIN series ON series.id = entry.series JOIN study ON study.id = series.study
    WHERE entry.id IN (SELECT MIN(id) FROM entry WHERE {_SENT} GROUP BY sop_uid ORDER BY random() LIMIT ?)
    ORDER BY kind.id, entry.id"""
_RESULTS = """
    SELECT entry.id, folder.path AS folder_path, entry.name AS file_name, entry.sop_uid, sample.result, sample.details
    FROM sample JOIN entry ON entry.id = sample.entry JOIN folder ON folder.id = entry.folder
    ORDER BY CASE sample.result WHEN 'different' THEN 0 WHEN 'not_checked' THEN 1 WHEN 'same_values' THEN 2 ELSE 3 END,
             folder.path, entry.name"""


class Summary(NamedTuple):
    """How many images were to be read back, and what comparing them came to."""

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
    """So many images at random, each with the same chance, of those that the destination took or had; kinds together.

    There is one file of each SOP Instance UID among them. Until it is compared it is "not checked". What an earlier
    sample came to is forgotten.
    """
    picked = [Picked(*row) for row in manifest.rows(_PICKED, (count,))]
    with manifest.writing() as db:
        db.execute("DELETE FROM sample")
        db.executemany(
            "INSERT INTO sample VALUES (?, ?, 'not_checked', 'it was not read back yet')",
            [(one.entry, time.time()) for one in picked],
        )
    manifest.put(sample_time=time.time())
    return picked


def record(manifest: Manifest, entry: int, result: str, details: str) -> None:
    """Write down what comparing one image came to."""
    with manifest.writing() as db:
        db.execute("INSERT OR REPLACE INTO sample VALUES (?, ?, ?, ?)", (entry, time.time(), result, details))


def summary(manifest: Manifest) -> Summary | None:
    """The sums; None when nothing was ever to be read back."""
    if manifest.get("sample_time") is None:
        return None
    counts = {row[0]: row[1] for row in manifest.rows("SELECT result, COUNT(*) FROM sample GROUP BY result")}
    results = [counts.get(result, 0) for result in (IDENTICAL, SAME_VALUES, DIFFERENT, NOT_CHECKED)]
    return Summary(sum(results), *results)


def results(manifest: Manifest) -> Iterator[sqlite3.Row]:
    """Each image: id, folder_path, file_name, sop_uid, result, details; those that need a look first."""
    return manifest.rows(_RESULTS)
