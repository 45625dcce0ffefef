"""Files with the same UID and patients with the same ID, for the report, which lists them one by one."""

from __future__ import annotations

from typing import Iterator, NamedTuple

from wizard.manifest import decisions
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

_DUPLICATES = f"""
    SELECT entry.id, folder.path, entry.name, other.id, where_other.path, other.name, entry.sop_uid
    FROM entry JOIN folder ON folder.id = entry.folder
    LEFT JOIN entry AS other ON other.id = entry.same_as
    LEFT JOIN folder AS where_other ON where_other.id = other.folder
    WHERE entry.bucket = '{Bucket.DUPLICATE}' ORDER BY entry.folder, entry.name"""
# Of a conflict that was decided one file is sent, and the others are still in conflict.
_CONFLICTS = f"""
    SELECT entry.id, folder.path, entry.name, entry.sop_uid, entry.bucket, entry.sha256,
           patient.patient_id, patient.birth_date, study.accession
    FROM entry JOIN folder ON folder.id = entry.folder
    LEFT JOIN series ON series.id = entry.series LEFT JOIN study ON study.id = series.study
    LEFT JOIN patient ON patient.id = study.patient
    WHERE entry.sop_uid IN (SELECT sop_uid FROM entry WHERE bucket = '{Bucket.CONFLICT}')
    AND entry.bucket <> '{Bucket.DUPLICATE}'
    ORDER BY entry.sop_uid, entry.id"""
_STUDIES_OF = "(SELECT COUNT(*) FROM study WHERE study.patient = patient.id)"
_SAME_ID = f"""
    SELECT id, patient_id, issuer, name, birth_date, sex, {_STUDIES_OF} FROM patient
    WHERE (patient_id, issuer) IN ({decisions.SAME_ID}) ORDER BY patient_id, issuer, id"""
_TWO_PATIENTS = f"""
    SELECT study.study_uid, patient.id, patient.patient_id, patient.name, patient.birth_date, study.study_date,
           study.accession
    FROM study JOIN patient ON patient.id = study.patient
    WHERE study.study_uid IN ({decisions.TWO_PATIENTS}) ORDER BY study.study_uid, patient.id"""


class Duplicate(NamedTuple):
    """A file, and the one with the same data set that is sent in its place."""

    id: int
    folder: bytes
    name: bytes
    other: int | None
    other_folder: bytes | None
    other_name: bytes | None
    sop_uid: str


class ConflictingFile(NamedTuple):
    """One of the different files that claim one SOP Instance UID."""

    id: int
    folder: bytes
    name: bytes
    sop_uid: str
    bucket: str
    sha256: bytes | None
    patient_id: str | None
    birth_date: str | None
    accession: str | None


class Person(NamedTuple):
    """One of the patients that share a Patient ID, and how many studies there are of it."""

    id: int
    patient_id: str
    issuer: str
    name: str
    birth_date: str
    sex: str
    studies: int


class TwoPatients(NamedTuple):
    """A study under one of its several Patient IDs."""

    study_uid: str
    patient: int
    patient_id: str
    name: str
    birth_date: str
    study_date: str | None
    accession: str


def duplicates(manifest: Manifest) -> Iterator[Duplicate]:
    """Yield the duplicates in the order of their paths."""
    return map(Duplicate._make, manifest.rows(_DUPLICATES))


def conflicts(manifest: Manifest) -> Iterator[ConflictingFile]:
    """Yield the files in conflict; those of one SOP Instance UID follow each other."""
    return map(ConflictingFile._make, manifest.rows(_CONFLICTS))


def same_id(manifest: Manifest) -> Iterator[Person]:
    """Yield the patients that share an ID; those of one Patient ID follow each other."""
    return map(Person._make, manifest.rows(_SAME_ID))


def two_patients(manifest: Manifest) -> Iterator[TwoPatients]:
    """Yield the studies with several Patient IDs; the rows of one study follow each other."""
    return map(TwoPatients._make, manifest.rows(_TWO_PATIENTS))
