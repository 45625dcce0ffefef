"""The ledger: each entry in exactly one bucket, and whether the buckets add up to what the walk counted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Iterator, NamedTuple

from wizard.manifest.buckets import ARRIVED, EXCEPTIONS, FLAWED, sql_list
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket, Topic

#: Every bucket with its plain meaning, in the order in which people read them.
BUCKETS: dict[str, str] = {
    Bucket.COPIED: "copied: the new PACS answered success",
    Bucket.COPIED_WITH_REMARK: "copied, and the new PACS made a remark",
    Bucket.ALREADY_THERE: "already at the new PACS before we sent it",
    Bucket.DUPLICATE: "the same image under another file name; it is sent once",
    Bucket.PENDING: "chosen, not sent yet",
    Bucket.LEFT_OUT: "left out: unticked, outside the filter, or by decision",
    Bucket.REFUSED: "refused by the new PACS",
    Bucket.UNKNOWN: "no valid answer came: it may or may not have arrived",
    Bucket.CHANGED: "changed since it was read",
    Bucket.CONFLICT: "different images under one identity; none is sent without a person’s decision",
    Bucket.HELD_BACK: "an image that cannot go as it is",
    Bucket.DAMAGED: "damaged: cut off or broken inside",
    Bucket.UNREADABLE: "the computer could not read the file",
    Bucket.INDEX: "a list of files (DICOMDIR), not an image",
    Bucket.NOT_DICOM: "not an image file of this kind",
}
NOT_NAMED = "copied, but the new PACS did not name it when it was asked"

#: The topics that reading gives to damaged and held back files, with their meaning. The reason of an entry has numbers.
FINDINGS: dict[str, str] = {
    Topic.BROKEN: "cut off or broken inside",
    Topic.NO_PICTURE: "the picture itself is missing",
    Topic.NO_IDENTITY: "the file does not say which image, series or study it is",
    Topic.BAD_UID: "its identity or its form is no valid UID",
    Topic.DISAGREE: "the label and the content of the file disagree",
    Topic.ODD_LENGTH: "the content has an odd number of bytes",
    Topic.UNCHECKED: "too large or too deep inside to be checked to its end",
    Topic.REJECTION_NOTE: "a rejection note: it tells a PACS to hide or to delete images",
}

#: Extensions of container files, which are not opened.
CONTAINERS = (
    ".zip",
    ".7z",
    ".rar",
    ".tar",
    ".gz",
    ".tgz",
    ".bz2",
    ".xz",
    ".iso",
    ".img",
    ".cab",
    ".nrg",
    ".bin",
)

_PATH = "folder.path AS folder_path, ledger.name AS file_name"
_EVERYTHING = f"""
    SELECT ledger.*, {_PATH}, kind.sop_class, kind.transfer_syntax,
           patient.name AS patient_name, patient.patient_id, patient.birth_date, study.study_uid, study.study_date,
           study.description AS study_description, study.accession, series.series_uid, series.modality,
           (SELECT COUNT(*) FROM attempt WHERE attempt.entry = ledger.id) AS attempts,
           attempt.status, attempt.comment, attempt.offending, attempt.time AS sent_time
    FROM ledger JOIN folder ON folder.id = ledger.folder
    LEFT JOIN kind ON kind.id = ledger.kind
    LEFT JOIN series ON series.id = ledger.series LEFT JOIN study ON study.id = series.study
    LEFT JOIN patient ON patient.id = study.patient
    LEFT JOIN attempt ON attempt.id = (SELECT MAX(id) FROM attempt WHERE attempt.entry = ledger.id)"""

_LINES = """
    SELECT ledger.id, folder.path, ledger.name, ledger.final_bucket, ledger.final_reason, ledger.who, ledger.size,
           ledger.sop_uid, ledger.sha256, ledger.bucket, ledger.named, ledger.named_time, ledger.grade,
           (SELECT COUNT(*) FROM attempt WHERE attempt.entry = ledger.id),
           attempt.status, attempt.comment, attempt.offending, attempt.time,
           ledger.series, series.series_uid, series.modality, study.study_uid, study.study_date, study.accession,
           patient.id, patient.name, patient.patient_id, patient.birth_date, kind.sop_class, kind.transfer_syntax
    FROM ledger JOIN folder ON folder.id = ledger.folder
    LEFT JOIN kind ON kind.id = ledger.kind
    LEFT JOIN series ON series.id = ledger.series LEFT JOIN study ON study.id = series.study
    LEFT JOIN patient ON patient.id = study.patient
    LEFT JOIN attempt ON attempt.id = (SELECT MAX(id) FROM attempt WHERE attempt.entry = ledger.id)"""
_NOT_NAMED = f"(ledger.bucket IN {sql_list(ARRIVED)} AND ledger.named = 0)"
# The condition on `bucket` is there for its index.
_EXCEPTION = f"ledger.bucket IN {sql_list(EXCEPTIONS)} AND ledger.final_bucket IN {sql_list(EXCEPTIONS)}"
_FOUND = f"bucket IN {sql_list(FLAWED)}"
_REASONS = f"""
    SELECT final_bucket, CASE WHEN {_FOUND} THEN topic ELSE '' END AS found,
           CASE WHEN {_FOUND} AND topic <> '' THEN '' ELSE final_reason END, who, COUNT(*)
    FROM ledger WHERE {_EXCEPTION} GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3"""


class LedgerLine(NamedTuple):
    """An entry with all columns of the report files. `asked` and `sent` are seconds since 1970, the last time each."""

    id: int
    folder: bytes
    name: bytes
    final_bucket: str
    reason: str
    who: str
    size: int
    sop_uid: str | None
    sha256: bytes | None
    bucket: str
    named: int | None
    asked: float | None
    grade: str
    attempts: int
    status: int | None
    comment: str | None
    offending: str | None
    sent: float | None
    series: int | None
    series_uid: str | None
    modality: str | None
    study_uid: str | None
    study_date: str | None
    accession: str | None
    patient: int | None
    patient_name: str | None
    patient_id: str | None
    birth_date: str | None
    sop_class: str | None
    transfer_syntax: str | None

    @property
    def private(self) -> tuple[str | None, ...]:
        """The values that identify the patient, even inside a UID."""
        return (self.patient_id, self.birth_date, self.accession)


class Balance(NamedTuple):
    """The sum: `counted` is the number of files that the walk counted, independently of the entries."""

    entries: int
    counted: int
    buckets: dict[str, int]
    unreadable_folders: int

    @property
    def balanced(self) -> bool:
        return sum(self.buckets.values()) == self.entries == self.counted

    @property
    def exceptions(self) -> int:
        return sum(self.buckets.get(bucket, 0) for bucket in EXCEPTIONS)


@dataclass(frozen=True)
class Reason:
    """Entries of one bucket that share a reason; `topic` is that of reading, "" if there is none (see `FINDINGS`)."""

    bucket: Bucket
    reason: str
    who: str
    count: int
    topic: str = ""


def roots(manifest: Manifest) -> list[bytes]:
    """Return the source folders, as the system names them."""
    return [row[0] for row in manifest.rows("SELECT path FROM root ORDER BY path")]


def balance(manifest: Manifest) -> Balance:
    """Count the buckets. Entries that an earlier reading saw and the last one did not are in both sums."""
    found = {row[0]: row[1] for row in manifest.rows("SELECT final_bucket, COUNT(*) FROM ledger GROUP BY final_bucket")}
    gone = manifest.value("SELECT COUNT(*) FROM entry WHERE reading < (SELECT MAX(id) FROM reading)") or 0
    counted = manifest.value("SELECT files FROM reading ORDER BY id DESC LIMIT 1") or 0
    return Balance(
        entries=manifest.value("SELECT COUNT(*) FROM entry"),
        counted=counted + gone,
        buckets={bucket: found.get(bucket, 0) for bucket in BUCKETS},
        unreadable_folders=manifest.value("SELECT COUNT(*) FROM folder WHERE error IS NOT NULL"),
    )


def reasons(manifest: Manifest) -> list[Reason]:
    """Return everything that is not settled, grouped by bucket and reason."""
    return [
        Reason(Bucket(bucket), FINDINGS.get(topic, topic) or reason, who, count, topic)
        for bucket, topic, reason, who, count in manifest.rows(_REASONS)
    ]


def rows(manifest: Manifest, *buckets: str) -> Iterator[sqlite3.Row]:
    """Yield the entries of some buckets, or all, in the order of their paths, with everything known of each."""
    where = f" WHERE ledger.final_bucket IN ({', '.join('?' * len(buckets))})" if buckets else ""
    return manifest.rows(f"{_EVERYTHING}{where} ORDER BY ledger.folder, ledger.name", buckets)


def lines(manifest: Manifest) -> Iterator[LedgerLine]:
    """Yield every entry in the order of the paths, for the report files."""
    return map(LedgerLine._make, manifest.rows(f"{_LINES} ORDER BY ledger.folder, ledger.name"))


def exceptions(manifest: Manifest) -> Iterator[LedgerLine]:
    """Yield all exceptions, and the files that the destination accepted or had and did not name in a query."""
    where = f"({_EXCEPTION}) OR {_NOT_NAMED}"
    return map(LedgerLine._make, manifest.rows(f"{_LINES} WHERE {where} ORDER BY ledger.folder, ledger.name"))


def not_named(manifest: Manifest) -> int:
    """Count the files that the destination accepted or had, and did not name in a query."""
    return int(manifest.value(f"SELECT COUNT(*) FROM ledger WHERE {_NOT_NAMED}"))


def what_happened(bucket: str) -> str:
    """Return the reason why a file is among the exceptions."""
    return NOT_NAMED if bucket in ARRIVED else BUCKETS[bucket]


def unreadable_folders(manifest: Manifest) -> Iterator[tuple[bytes, str]]:
    """Yield the folders that could not be opened, with the system's reason."""
    sql = "SELECT path, error FROM folder WHERE error IS NOT NULL ORDER BY path"
    return ((row[0], row[1]) for row in manifest.rows(sql))


def extensions(manifest: Manifest) -> dict[str, int]:
    """Count the files that are not DICOM by extension ("" for none), most first."""
    counts: dict[str, int] = {}
    for row in manifest.rows(f"SELECT name FROM entry WHERE bucket = '{Bucket.NOT_DICOM}'"):
        stem, dot, extension = bytes(row[0]).rpartition(b".")
        key = "." + extension.decode("utf-8", "replace").lower() if dot and stem else ""
        counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
