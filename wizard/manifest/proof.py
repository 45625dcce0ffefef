"""The instances that the destination confirmed: one by one, by study, and as a whole.

An instance is expected if it was read and chosen, whether or not it was sent: a damaged or refused instance of a chosen
study is expected, and shows as missing with its reason. One SOP Instance UID counts once.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Iterator, NamedTuple, Sequence

from wizard import reasons
from wizard.language.message import Message
from wizard.manifest.buckets import ARRIVED, DOUBTFUL, NOT_EXPECTED, sql_list
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason
from wizard.vocabulary import Grade, Result

#: Each grade in a few words.
GRADES: dict[str, Message] = {
    Grade.A: Message("Image by image"),
    Grade.B: Message("Series list"),
    Grade.C: Message("Numbers only"),
    Grade.D: Message("Study exists"),
    Grade.E: Message("Not checked"),
}

_EXPECTED = f"""
    ledger.sop_uid IS NOT NULL AND ledger.series IS NOT NULL
    AND ledger.final_bucket NOT IN {sql_list(NOT_EXPECTED)}
    AND (ledger.chosen OR ledger.final_bucket IN {sql_list(ARRIVED)})"""
# A UID does not say which file it is: one that two files have, or whose file has changed, is never confirmed.
_DOUBTFUL = f"bucket IN {sql_list(DOUBTFUL)}"
_SUMS = f"""
    COUNT(DISTINCT ledger.sop_uid) AS expected,
    COUNT(DISTINCT CASE WHEN named = 1 AND ledger.sop_uid NOT IN (
        SELECT sop_uid FROM entry WHERE {_DOUBTFUL}) THEN ledger.sop_uid END) AS confirmed,
    COUNT(DISTINCT CASE WHEN named = 0 THEN ledger.sop_uid END) AS missing"""
_BY_STUDY = f"""
    SELECT series.study, study.study_uid, patient.id AS patient, patient.name, patient.patient_id, patient.birth_date,
           study.study_date, study.description,
           study.accession, GROUP_CONCAT(DISTINCT series.modality) AS modalities, {_SUMS},
           MAX(ledger.grade) AS grade, MIN(COALESCE(ledger.named_time, 0)) AS asked, proof.extra, proof.remarks
    FROM ledger JOIN series ON series.id = ledger.series JOIN study ON study.id = series.study
    JOIN patient ON patient.id = study.patient LEFT JOIN proof ON proof.study = study.id
    WHERE {_EXPECTED} AND {{}} GROUP BY series.study
    ORDER BY patient.search, patient.id, study.study_date, study.id"""
_BY = f"""
    SELECT {{}} AS part, COUNT(DISTINCT series.study), {_SUMS}
    FROM ledger JOIN series ON series.id = ledger.series JOIN study ON study.id = series.study
    WHERE {_EXPECTED} GROUP BY part ORDER BY part"""
# A verification that did not end is resumed, as long as no other step ran since. The runs are compared by their
# numbers, because the clock may be changed between them.
_ROUND = """
    SELECT started FROM run WHERE step = 'verify' AND id > (
        SELECT COALESCE(MAX(id), 0) FROM run WHERE step NOT IN ('verify', 'export') OR outcome = 'done') ORDER BY id"""
_INSTANCES = f"""
    SELECT ledger.id, ledger.sop_uid, series.series_uid, ledger.bucket, ledger.named
    FROM ledger JOIN series ON series.id = ledger.series
    WHERE {_EXPECTED} AND series.study = ? ORDER BY series.id, ledger.id"""
_NOT_ARRIVED = f"""
    SELECT ledger.sop_uid, folder.path AS folder_path, ledger.name AS file_name, ledger.final_bucket AS bucket,
           ledger.final_code AS reason_code, ledger.final_values AS reason_values, ledger.named, attempt.status,
           attempt.comment
    FROM ledger JOIN folder ON folder.id = ledger.folder JOIN series ON series.id = ledger.series
    LEFT JOIN attempt ON attempt.id = (SELECT MAX(id) FROM attempt WHERE attempt.entry = ledger.id)
    WHERE {_EXPECTED} AND series.study = ? AND (named IS NOT 1 OR {_DOUBTFUL})
    ORDER BY folder.path, ledger.name"""


class ProofSummary(NamedTuple):
    """The sums of the whole migration: studies, then instances."""

    studies_expected: int
    match: int
    mismatch: int
    not_checked_studies: int
    expected: int
    confirmed: int
    missing: int
    not_checked: int


class StudyProof(NamedTuple):
    """One study: `grade` is the weakest of its instances.

    `asked` is the earliest of the times at which its instances were queried last, in seconds since 1970; 0 is never.
    `patient` is the number of the patient's row.
    """

    study: int
    study_uid: str
    patient_name: str
    patient_id: str
    date: str | None
    description: str
    accession: str
    modalities: str
    expected: int
    found: int
    missing: int
    not_checked: int
    extra: int
    result: Result
    grade: Grade
    remarks: tuple[Reason, ...]
    asked: float
    patient: int
    birth_date: str


class Part(NamedTuple):
    """The sums of one modality, or of one year; the name "" stands for none."""

    name: str
    studies: int
    expected: int
    found: int
    missing: int

    @property
    def not_checked(self) -> int:
        return self.expected - self.found - self.missing


class Expected(NamedTuple):
    """One instance to query."""

    entry: int
    sop_uid: str
    series_uid: str
    bucket: str
    named: int | None


def studies(manifest: Manifest, study: int | None = None) -> Iterator[StudyProof]:
    """Yield every study with expected instances, in the order of the tree; or one of them."""
    which, values = ("1", ()) if study is None else ("series.study = ?", (study,))
    for row in manifest.rows(_BY_STUDY.format(which), values):
        not_checked = row["expected"] - row["confirmed"] - row["missing"]
        result = Result.MISMATCH if row["missing"] else Result.NOT_CHECKED if not_checked else Result.MATCH
        yield StudyProof(
            study=row["study"],
            study_uid=row["study_uid"],
            patient_name=row["name"],
            patient_id=row["patient_id"],
            date=row["study_date"],
            description=row["description"],
            accession=row["accession"],
            modalities=", ".join(sorted((row["modalities"] or "").split(","))),
            expected=row["expected"],
            found=row["confirmed"],
            missing=row["missing"],
            not_checked=not_checked,
            extra=row["extra"] or 0,
            result=result,
            grade=Grade(row["grade"]),
            remarks=reasons.remarks_from_json(row["remarks"] or ""),
            asked=row["asked"],
            patient=row["patient"],
            birth_date=row["birth_date"],
        )


def by_modality(manifest: Manifest) -> list[Part]:
    """Return the sums by modality."""
    return [Part(*row) for row in manifest.rows(_BY.format("series.modality"))]


def by_year(manifest: Manifest) -> list[Part]:
    """Return the sums by the year of the study date."""
    return [Part(*row) for row in manifest.rows(_BY.format("COALESCE(SUBSTR(study.study_date, 1, 4), '')"))]


def summary(manifest: Manifest, study: int | None = None) -> ProofSummary:
    """Return the sums over all studies, or of one."""
    results = dict.fromkeys(Result, 0)
    sums = [0, 0, 0, 0]
    for one in studies(manifest, study):
        results[one.result] += 1
        sums = [sums[0] + one.expected, sums[1] + one.found, sums[2] + one.missing, sums[3] + one.not_checked]
    studied = (results[Result.MATCH], results[Result.MISMATCH], results[Result.NOT_CHECKED])
    return ProofSummary(sum(studied), *studied, *sums)


def round_before(manifest: Manifest) -> tuple[float, float]:
    """Return the beginning and end of the verification that the present run resumes, in seconds since 1970.

    Both are the same if the run resumes none. An answer from outside this span may be older than the verification, also
    one from after it: after the clock was put back, old answers have times in the future.
    """
    started = [float(row[0]) for row in manifest.rows(_ROUND)]
    return started[0], started[-1]


def instances(manifest: Manifest, study: int) -> list[Expected]:
    """Return the expected instances of one study, those of a series together."""
    return [Expected(*row) for row in manifest.rows(_INSTANCES, (study,))]


def not_arrived(manifest: Manifest, study: int) -> Iterator[sqlite3.Row]:
    """Yield the instances of one study that the destination did not confirm, with their paths and reasons."""
    return manifest.rows(_NOT_ARRIVED, (study,))


def foreign(manifest: Manifest, uids: Sequence[str]) -> int:
    """Count those of the SOP Instance UIDs that no file of the source has."""
    held = 0
    for start in range(0, len(uids), 500):
        page = uids[start : start + 500]
        marks = ", ".join("?" * len(page))
        held += manifest.value(f"SELECT COUNT(DISTINCT sop_uid) FROM entry WHERE sop_uid IN ({marks})", page)
    return len(uids) - held


def record(
    manifest: Manifest,
    study: int,
    answers: Sequence[tuple[int | None, Grade, int]],
    extra: int,
    remarks: Sequence[Reason] = (),
) -> None:
    """Write the answers about one study: rows of (named, grade, entry), and what is to be said about it."""
    now = time.time()
    with manifest.writing() as db:
        db.executemany(
            "UPDATE entry SET named = ?, grade = ?, named_time = ? WHERE id = ?",
            [(named, grade, now, entry) for named, grade, entry in answers],
        )
        db.execute(
            "INSERT OR REPLACE INTO proof VALUES (?, ?, ?, ?)", (study, now, extra, reasons.remarks_as_json(remarks))
        )
