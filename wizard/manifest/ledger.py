"""The ledger: each entry in exactly one bucket, and whether the buckets add up to what the walk counted."""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from typing import Iterator, NamedTuple

from wizard.language.message import Message
from wizard.manifest.buckets import ARRIVED, EXCEPTIONS, FLAWED, sql_list
from wizard.manifest.manifest import Manifest
from wizard.reasons import EARLIER, Reason
from wizard.reasons import read as read_reason
from wizard.vocabulary import Bucket, Topic

#: Every bucket in a few words, in the order in which people read them.
OUTCOMES: dict[str, Message] = {
    Bucket.COPIED: Message("Copied"),
    Bucket.COPIED_WITH_REMARK: Message("Copied with a warning"),
    Bucket.ALREADY_THERE: Message("Already in the new PACS"),
    Bucket.DUPLICATE: Message("Duplicate"),
    Bucket.PENDING: Message("Still to copy"),
    Bucket.LEFT_OUT: Message("Excluded"),
    Bucket.REFUSED: Message("Rejected"),
    Bucket.UNKNOWN: Message("No response"),
    Bucket.CHANGED: Message("Changed since it was read"),
    Bucket.CONFLICT: Message("UID conflict"),
    Bucket.HELD_BACK: Message("On hold"),
    Bucket.DAMAGED: Message("Damaged"),
    Bucket.UNREADABLE: Message("Unreadable"),
    Bucket.INDEX: Message("DICOMDIR"),
    Bucket.NOT_DICOM: Message("Not DICOM"),
}
#: The meaning of every bucket, in a sentence.
BUCKETS: dict[str, Message] = {
    Bucket.COPIED: Message("The new PACS reported success."),
    Bucket.COPIED_WITH_REMARK: Message("The new PACS accepted the image and returned a warning."),
    Bucket.ALREADY_THERE: Message("A query found the image in the new PACS before it was copied."),
    Bucket.DUPLICATE: Message("The same image as in another file. It is copied once."),
    Bucket.PENDING: Message("Chosen, and not copied yet."),
    Bucket.LEFT_OUT: Message("Unticked, outside the filter, or excluded by a decision."),
    Bucket.REFUSED: Message("The new PACS rejected the image or its image type."),
    Bucket.UNKNOWN: Message("No valid response came: the image may or may not have arrived."),
    Bucket.CHANGED: Message("The file changed after it was read."),
    Bucket.CONFLICT: Message("Different images have the same UID. None of them is copied until you decide."),
    Bucket.HELD_BACK: Message("The image cannot be copied as it is."),
    Bucket.DAMAGED: Message("Cut off, broken inside, or without its picture."),
    Bucket.UNREADABLE: Message("The file could not be read."),
    Bucket.INDEX: Message("The list of the files on a disc, not an image."),
    Bucket.NOT_DICOM: Message("Not a DICOM file."),
}
NOT_NAMED = Message("Copied, but not found in the new PACS")

#: The topics that reading gives to files that are damaged or on hold.
FINDINGS = (
    *(Topic.BROKEN, Topic.NO_PICTURE, Topic.NO_IDENTITY, Topic.BAD_UID, Topic.DISAGREE, Topic.ODD_LENGTH),
    *(Topic.UNCHECKED, Topic.REJECTION_NOTE),
)

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
    SELECT ledger.id, folder.path, ledger.name, ledger.final_bucket, ledger.final_code, ledger.final_values,
           ledger.size, ledger.sop_uid, ledger.sha256, ledger.bucket, ledger.named, ledger.named_time, ledger.grade,
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
# The topic counts as long as the entry is as reading found it: what was sent all the same has the reason of its answer.
_TOPIC = f"""
    CASE WHEN bucket IN {sql_list(FLAWED)} OR (bucket = '{Bucket.CHANGED}' AND topic = '{Topic.YOUNG}')
    THEN topic ELSE '' END"""
# Files with the same reason and other values are one group; the values of one of them stand for all. The sentences of
# earlier versions share a code: they are one group only where a topic says what is the matter with all of them.
_REASONS = f"""
    SELECT final_bucket, final_code, MIN(final_values), COUNT(DISTINCT final_values), found, COUNT(*)
    FROM (SELECT final_bucket, final_code, final_values, {_TOPIC} AS found FROM ledger WHERE {_EXCEPTION})
    GROUP BY final_bucket, final_code, found,
             CASE WHEN final_code = '{EARLIER}' AND found = '' THEN final_values ELSE '' END
    ORDER BY COUNT(*) DESC, final_bucket, final_code, found"""


class LedgerLine(NamedTuple):
    """An entry with all columns of the report files. `asked` and `sent` are seconds since 1970, the last time each."""

    id: int
    folder: bytes
    name: bytes
    final_bucket: str
    reason_code: str
    reason_values: str
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
    def reason(self) -> Reason | None:
        """Why the entry is in its bucket; None if that says it all."""
        return read_reason(self.reason_code, self.reason_values)

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
class ReasonCount:
    """Entries of one bucket that share the code of a reason.

    Attributes
    ----------
    reason : Reason or None
        The reason of one of them; None where the bucket says it all.
    topic : str
        What reading found remarkable about them; "" for nothing, or if they were sent since.
    alike : bool
        Whether the reason has the same values for all of them.
    """

    bucket: Bucket
    reason: Reason | None
    count: int
    topic: str = ""
    alike: bool = True

    @property
    def sentence(self) -> Message:
        """The reason, or one of them as an example; the meaning of the bucket where there is none."""
        if self.reason is None:
            return BUCKETS[self.bucket]
        return self.reason if self.alike else Message("For example: {reason}", reason=self.reason)

    @property
    def code(self) -> str:
        """The code of the reason, or else the word of the bucket."""
        return self.reason.code if self.reason is not None else str(self.bucket)

    @property
    def who(self) -> str:
        """Who needs to act, one of `Who`; "" for nobody."""
        return self.reason.who if self.reason is not None else ""


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
        unreadable_folders=manifest.value("SELECT COUNT(*) FROM folder WHERE error_code <> ''"),
    )


def reasons(manifest: Manifest) -> list[ReasonCount]:
    """Return everything that is not settled, grouped by bucket and code of the reason, most first."""
    return [
        ReasonCount(Bucket(bucket), read_reason(code, values), count, topic, different == 1)
        for bucket, code, values, different, topic, count in manifest.rows(_REASONS)
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


def what_happened(bucket: str) -> Message:
    """Return why a file is among the open items, in a few words."""
    return NOT_NAMED if bucket in ARRIVED else OUTCOMES[bucket]


def unreadable_folders(manifest: Manifest) -> Iterator[tuple[bytes, Reason]]:
    """Yield the folders that could not be opened or read to their end, with the reason."""
    sql = "SELECT path, error_code, error_values FROM folder WHERE error_code <> '' ORDER BY path"
    for path, code, values in manifest.rows(sql):
        reason = read_reason(code, values)
        assert reason is not None, "the statement leaves out the others"
        yield path, reason


def extensions(manifest: Manifest) -> dict[str, int]:
    """Count the files that are not DICOM by extension ("" for none), most first."""
    counts: dict[str, int] = {}
    for row in manifest.rows(f"SELECT name FROM entry WHERE bucket = '{Bucket.NOT_DICOM}'"):
        stem, dot, extension = bytes(row[0]).rpartition(b".")
        key = "." + extension.decode("utf-8", "replace").lower() if dot and stem else ""
        counts[key] = counts.get(key, 0) + 1
    return dict(sorted(counts.items(), key=lambda item: (-item[1], item[0])))
