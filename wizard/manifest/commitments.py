"""Storage commitment in the manifest: the requests, and the answers and reports of the destination."""

from __future__ import annotations

import sqlite3
import time
from typing import Iterator, Mapping, NamedTuple, Sequence

from wizard.language.message import Message
from wizard.manifest import bulk
from wizard.manifest.buckets import ARRIVED, sql_list
from wizard.manifest.manifest import Manifest

#: Why an image was not committed (PS3.3 C.14.1.1); None: nothing was reported.
_REASONS: Mapping[int | None, Message] = {
    None: Message("No response came."),
    0x0110: Message("The new PACS reported an error for this image."),
    0x0112: Message("The new PACS reports that it does not have this image."),
    0x0119: Message("The new PACS reports that it has this image with another SOP class."),
    0x0122: Message("The new PACS does not offer storage commitment for this image type."),
    0x0131: Message("The new PACS reports that it received the same request before."),
    0x0213: Message("The new PACS reports that it has no room for this image."),
}

#: Added to the status of a request that failed as a whole: the same number means something else about an image.
_OF_REQUEST = 1 << 16

_ARRIVED = f"entry.bucket IN {sql_list(ARRIVED)}"
_SUMMARY = f"""
    SELECT COUNT(*), TOTAL(promise.reason = 0), TOTAL(promise.reason <> 0), TOTAL(promise.reason IS NULL)
    FROM promise JOIN entry ON entry.id = promise.entry WHERE {_ARRIVED}"""
_TO_ASK = f"""
    SELECT series.study, entry.id, kind.sop_class, entry.sop_uid
    FROM entry JOIN series ON series.id = entry.series JOIN kind ON kind.id = entry.kind
    WHERE {_ARRIVED} ORDER BY series.study, entry.id"""
_FAILURES = f"""
    SELECT entry.id, folder.path AS folder_path, entry.name AS file_name, entry.sop_uid, promise.reason
    FROM promise JOIN entry ON entry.id = promise.entry JOIN folder ON folder.id = entry.folder
    WHERE {_ARRIVED} AND promise.reason IS NOT 0 ORDER BY promise.reason IS NULL, folder.path, entry.name"""


class CommitmentSummary(NamedTuple):
    """Images that the destination was asked to take over, by the result."""

    asked: int
    committed: int
    failed: int
    unanswered: int


class Batch(NamedTuple):
    """The images of one transaction, all of one study, by their entries."""

    study: int
    entries: dict[int, tuple[str, str]]
    """SOP class and SOP Instance UID of each."""


def summary(manifest: Manifest) -> CommitmentSummary | None:
    """Return the sums; None if the destination was never asked."""
    if manifest.value("SELECT 1 FROM commitment LIMIT 1") is None:
        return None
    row = manifest.row(_SUMMARY)
    return CommitmentSummary(*map(int, row)) if row is not None else None


def reason(code: int | None) -> Message:
    """Return the reason why an image was not committed, as a sentence."""
    if code is not None and code >= _OF_REQUEST:
        return Message(
            "The new PACS rejected the request for storage commitment (status {status}).",
            status=f"{code - _OF_REQUEST:04X}",
        )
    if code is None or code in _REASONS:
        return _REASONS[code]
    return Message("The new PACS gives the reason {code}.", code=f"{code:04X}")


def count(manifest: Manifest) -> int:
    """Count the images to ask about."""
    return int(manifest.value(f"SELECT COUNT(*) FROM entry WHERE {_ARRIVED}"))


def batches(manifest: Manifest, most: int) -> Iterator[Batch]:
    """Yield the images that the destination accepted or had, study by study, at most `most` at a time."""
    batch = Batch(0, {})
    for study, entry, sop_class, sop_uid in manifest.rows(_TO_ASK):
        if batch.entries and (study != batch.study or len(batch.entries) >= most):
            yield batch
            batch = Batch(study, {})
        batch = batch._replace(study=study)
        batch.entries[entry] = (sop_class, sop_uid)
    if batch.entries:
        yield batch


def asked(manifest: Manifest, transaction_uid: str, batch: Batch) -> None:
    """Record a request; until the destination answers, nothing is known of these images."""
    with manifest.writing() as db:
        db.execute(
            "INSERT INTO commitment (transaction_uid, study, images, asked) VALUES (?, ?, ?, ?)",
            (transaction_uid, batch.study, len(batch.entries), time.time()),
        )
        _promise(db, transaction_uid, dict.fromkeys(batch.entries))


def answered(manifest: Manifest, transaction_uid: str, status: int, batch: Batch) -> None:
    """Record the answer to the request. A failure concerns all the images; success commits to nothing."""
    with manifest.writing() as db:
        db.execute("UPDATE commitment SET status = ? WHERE transaction_uid = ?", (status, transaction_uid))
        if status:
            _promise(db, transaction_uid, dict.fromkeys(batch.entries, _OF_REQUEST + status))


def reported(
    manifest: Manifest, transaction_uid: str, batch: Batch, stored: set[str], failed: Mapping[str, int]
) -> None:
    """Record the report. An image on both of its lists failed; an image on neither got no answer."""
    reasons = {
        entry: failed.get(sop_uid, 0 if sop_uid in stored else None) for entry, (_, sop_uid) in batch.entries.items()
    }
    with manifest.writing() as db:
        db.execute("UPDATE commitment SET reported = ? WHERE transaction_uid = ?", (time.time(), transaction_uid))
        _promise(db, transaction_uid, reasons)


def failures(manifest: Manifest) -> Iterator[sqlite3.Row]:
    """Yield every image that was not taken over: id, folder_path, file_name, sop_uid, reason (NULL: no answer)."""
    return manifest.rows(_FAILURES)


def _promise(db: sqlite3.Connection, transaction_uid: str, reasons: Mapping[int, int | None]) -> None:
    rows: Sequence[tuple[int, str, int | None]] = [(entry, transaction_uid, why) for entry, why in reasons.items()]
    bulk.with_ids(db, "DELETE FROM promise WHERE entry IN", list(reasons))
    bulk.insert(db, "promise (entry, transaction_uid, reason)", rows)
