"""The images sent and the studies queried, as audit messages report them (PS3.15 A.5.3.3, A.5.3.7, A.5.3.10)."""

from __future__ import annotations

import itertools
from typing import Iterator, NamedTuple, Sequence

from wizard.manifest import speed
from wizard.manifest.manifest import Manifest

# Success, and the warnings with which an image is stored (PS3.4 B.2.3).
_TAKEN = "(attempt.status = 0 OR attempt.status BETWEEN 0xB000 AND 0xBFFF OR attempt.status IN (0x0107, 0x0116))"
_SENT = f"""
    SELECT {speed.OF_RUN.format("attempt.time")} AS of_run, series.study AS of_study, kind.sop_class,
           COUNT(DISTINCT attempt.entry), COUNT(DISTINCT CASE WHEN {_TAKEN} THEN attempt.entry END),
           MIN(attempt.time), MAX(attempt.time + attempt.seconds)
    FROM attempt JOIN entry ON entry.id = attempt.entry JOIN series ON series.id = entry.series
    LEFT JOIN kind ON kind.id = entry.kind
    WHERE attempt.association > 0 AND attempt.time > ? GROUP BY 1, 2, 3 ORDER BY 1, 2, 3"""
_STUDY = """
    SELECT study.id, study.study_uid, study.description, study.accession, patient.id, patient.patient_id, patient.name,
           patient.birth_date
    FROM study JOIN patient ON patient.id = study.patient WHERE study.id = ?"""
_QUERIED = "SELECT study, time FROM proof WHERE time > ? ORDER BY time"
# The audit trail has a row of the same moment that names who began the run.
_BY = """
    SELECT audit.user, audit.operator FROM audit
    WHERE action = 'began' AND subject = ?1 AND time <= ?2 + 1 ORDER BY id DESC LIMIT 1"""


class TransferredStudy(NamedTuple):
    """A study, with the numbers of its row and of its patient's."""

    id: int
    study_uid: str
    description: str
    accession: str
    patient: int
    patient_id: str
    patient_name: str
    birth_date: str


class SentClass(NamedTuple):
    """Images of one SOP class: how many were sent, and how many of them the destination accepted."""

    sop_class: str
    sent: int
    taken: int


class Transfer(NamedTuple):
    """The images of one study that one run of copying sent; times in seconds since 1970."""

    study: TransferredStudy
    classes: Sequence[SentClass]
    began: float
    ended: float


class StudyQuery(NamedTuple):
    """The last query for the images of one study."""

    study: TransferredStudy
    time: float


def sent(manifest: Manifest, since: float = 0.0) -> Iterator[Transfer]:
    """Yield every transfer of a study, or those with images sent after `since`."""
    for (_, study), rows in itertools.groupby(manifest.rows(_SENT, (since,)), key=lambda row: (row[0], row[1])):
        found = list(rows)
        classes = [SentClass(row[2] or "", row[3], row[4]) for row in found]
        began, ended = min(row[5] for row in found), max(row[6] for row in found)
        yield Transfer(_study(manifest, study), classes, began, ended)


def queried(manifest: Manifest, since: float = 0.0) -> Iterator[StudyQuery]:
    """Yield the last query about each study, if it was sent after `since`."""
    for study, time in manifest.rows(_QUERIED, (since,)):
        yield StudyQuery(_study(manifest, study), time)


def by_whom(manifest: Manifest, step: str, time: float) -> tuple[str, str]:
    """Return the user and the operator who began the run of a step; "" where the trail does not say it."""
    row = manifest.row(_BY, (step, time))
    return (row[0], row[1]) if row is not None else ("", "")


def _study(manifest: Manifest, study: int) -> TransferredStudy:
    row = manifest.row(_STUDY, (study,))
    assert row is not None, "a series has a study, and a study a patient"
    return TransferredStudy(*row)
