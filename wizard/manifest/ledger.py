"""The ledger: each entry in exactly one bucket, and whether the buckets add up to what the walk counted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Iterator, NamedTuple

from wizard.manifest.manifest import Manifest

#: Every bucket with its plain meaning, in the order in which people read them.
BUCKETS: dict[str, str] = {
    "copied": "copied: the new PACS answered success",
    "copied_with_remark": "copied, and the new PACS made a remark",
    "already_there": "already at the new PACS before we sent it",
    "duplicate": "the same image under another file name; it is sent once",
    "pending": "chosen, not sent yet",
    "left_out": "left out: unticked, outside the filter, or by decision",
    "refused": "refused by the new PACS",
    "unknown": "no valid answer came: it may or may not have arrived",
    "changed": "changed since it was read",
    "conflict": "different images under one identity; none is sent without a person’s decision",
    "held_back": "an image that cannot go as it is",
    "damaged": "damaged: cut off or broken inside",
    "unreadable": "the computer could not read the file",
    "index": "a list of files (DICOMDIR), not an image",
    "not_dicom": "not an image file of this kind",
}
#: Buckets that are fine at the end of a migration; all others are exceptions that the report lists.
SETTLED = ("copied", "copied_with_remark", "already_there", "duplicate", "left_out", "index", "not_dicom")
EXCEPTIONS = tuple(bucket for bucket in BUCKETS if bucket not in SETTLED)
#: The buckets of what is at the destination as far as we know; being asked, it may say otherwise.
ARRIVED = ("copied", "copied_with_remark", "already_there")
NOT_NAMED = "copied, but the new PACS did not name it when it was asked"

#: What reading found of a damaged or held back file, in a word, and what it means. The entry's own reason has numbers.
FINDINGS: dict[str, str] = {
    "broken": "cut off or broken inside",
    "no_picture": "the picture itself is missing",
    "no_identity": "the file does not say which image, series or study it is",
    "bad_uid": "its identity or its form is no valid UID",
    "disagree": "the label and the content of the file disagree",
    "odd_length": "the content has an odd number of bytes",
    "unchecked": "too large or too deep inside to be checked to its end",
    "rejection_note": "a rejection note: it tells a PACS to hide or to delete images",
}

ARCHIVES = (
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
_NOT_NAMED = f"(ledger.bucket IN {ARRIVED} AND ledger.named = 0)"


class Line(NamedTuple):
    """An entry with all that the papers say of it. `asked` and `sent` are seconds since 1970, the last time each."""

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
        """What tells who the patient is, even inside a UID."""
        return (self.patient_id, self.birth_date, self.accession)


class Balance(NamedTuple):
    """The sum: `counted` is the walk's own number of files, kept apart from the entries."""

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
    """Entries of one bucket that share a reason; `topic` is what reading called it, if it did (see `FINDINGS`)."""

    bucket: str
    reason: str
    who: str
    count: int
    topic: str = ""


def roots(manifest: Manifest) -> list[bytes]:
    """The source folders, as the system names them."""
    return [row[0] for row in manifest.rows("SELECT path FROM root ORDER BY path")]


def balance(manifest: Manifest) -> Balance:
    """Count the buckets now. Entries that an earlier reading saw and the last one did not are in both sums."""
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
    """Everything that is not settled, grouped into lines: count, meaning, who must act."""
    marks = ", ".join("?" * len(EXCEPTIONS))  # asked of the bucket itself as well, which has an index
    sql = f"""SELECT final_bucket, CASE WHEN bucket IN ('damaged', 'held_back') THEN topic ELSE '' END AS found,
        CASE WHEN bucket IN ('damaged', 'held_back') AND topic <> '' THEN '' ELSE final_reason END, who, COUNT(*)
        FROM ledger WHERE bucket IN ({marks}) AND final_bucket IN ({marks})
        GROUP BY 1, 2, 3, 4 ORDER BY 5 DESC, 1, 2, 3"""
    return [
        Reason(bucket, FINDINGS.get(topic, topic) or reason, who, count, topic)
        for bucket, topic, reason, who, count in manifest.rows(sql, EXCEPTIONS * 2)
    ]


def rows(manifest: Manifest, *buckets: str) -> Iterator[sqlite3.Row]:
    """The entries of some buckets, or all of them, in the order of their paths, with everything known of each."""
    where = f" WHERE ledger.final_bucket IN ({', '.join('?' * len(buckets))})" if buckets else ""
    return manifest.rows(f"{_EVERYTHING}{where} ORDER BY ledger.folder, ledger.name", buckets)


def lines(manifest: Manifest) -> Iterator[Line]:
    """Every entry in the order of the paths, for the papers."""
    return map(Line._make, manifest.rows(f"{_LINES} ORDER BY ledger.folder, ledger.name"))


def exceptions(manifest: Manifest) -> Iterator[Line]:
    """What needs a person: all exceptions, and what the destination did not name although it took it or had it."""
    marks = ", ".join("?" * len(EXCEPTIONS))  # asked of the bucket itself as well, which has an index
    where = f"(ledger.bucket IN ({marks}) AND ledger.final_bucket IN ({marks})) OR {_NOT_NAMED}"
    sql = f"{_LINES} WHERE {where} ORDER BY ledger.folder, ledger.name"
    return map(Line._make, manifest.rows(sql, EXCEPTIONS * 2))


def not_named(manifest: Manifest) -> int:
    """How many files the destination took or had, and did not name when it was asked."""
    return int(manifest.value(f"SELECT COUNT(*) FROM ledger WHERE {_NOT_NAMED}"))


def what_happened(bucket: str) -> str:
    """Why a file is among the exceptions."""
    return NOT_NAMED if bucket in ARRIVED else BUCKETS[bucket]


def unreadable_folders(manifest: Manifest) -> Iterator[tuple[bytes, str]]:
    """Folders that could not be opened, with the system's reason."""
    sql = "SELECT path, error FROM folder WHERE error IS NOT NULL ORDER BY path"
    return ((row[0], row[1]) for row in manifest.rows(sql))


def extensions(manifest: Manifest) -> dict[str, int]:
    """What is not DICOM, counted by file name extension ("" for none), most first."""
    counts: dict[str, int] = {}
    for row in manifest.rows("SELECT name FROM entry WHERE bucket = 'not_dicom'"):
        stem, dot, extension = bytes(row[0]).rpartition(b".")
        key = "." + extension.decode("utf-8", "replace").lower() if dot and stem else ""
        counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
