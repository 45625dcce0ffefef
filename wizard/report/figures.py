"""Read the figures of the report from the manifest, once, when the report is written."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from wizard import reasons
from wizard.language.json_form import values_from_json
from wizard.manifest import commitments, entries, ledger, old_studies, proof, samples
from wizard.manifest.buckets import ARRIVED
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason
from wizard.report import values
from wizard.vocabulary import Bucket

_RUNS = "SELECT step, started, ended, outcome FROM run ORDER BY id"
_READINGS = "SELECT started, ended, files, opened FROM reading ORDER BY id"
_LEFT_OUT = f"""
    SELECT final_code, final_values, COUNT(*), COUNT(DISTINCT series.study)
    FROM ledger JOIN series ON series.id = ledger.series
    WHERE final_bucket = '{Bucket.LEFT_OUT}' GROUP BY 1, 2 ORDER BY 1, 2"""
_SENDINGS = "SELECT COUNT(DISTINCT entry), COUNT(*), COUNT(status) FROM attempt"
_REMARKS = f"""
    SELECT attempt.status, entry.reason_code, entry.reason_values, COUNT(*), MIN(NULLIF(attempt.comment, ''))
    FROM entry LEFT JOIN attempt ON attempt.id = (SELECT MAX(id) FROM attempt WHERE attempt.entry = entry.id)
    WHERE entry.bucket = '{Bucket.COPIED_WITH_REMARK}' GROUP BY 1, 2, 3 ORDER BY 4 DESC, 1, 2, 3"""
_WHY_NOT_DICOM = f"""
    SELECT reason_code, reason_values, COUNT(*) FROM entry WHERE bucket = '{Bucket.NOT_DICOM}' AND reason_code <> ''
    GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"""


@dataclass(frozen=True)
class Figures:
    """The figures that the verdict and several sections of the report need.

    `read_to_the_end` is whether the last reading of the source was complete, `asked` whether any query about a study
    was made. `compared` counts the images that were read back and compared, and `contradicted` says whether storage
    commitment, reading back or the list of the old PACS contradicts the copy. `not_found` counts the files that the
    destination accepted or had, and did not name in a query.
    """

    balance: ledger.Balance
    summary: proof.ProofSummary
    read_to_the_end: bool
    asked: bool
    compared: int
    contradicted: bool
    not_found: int

    @property
    def open_items(self) -> int:
        """The number of files that somebody has to look at."""
        return self.balance.exceptions + self.not_found

    @property
    def copied(self) -> int:
        """The number of files that the destination accepted, or had named before."""
        return sum(self.balance.buckets[bucket] for bucket in ARRIVED)


class Run(NamedTuple):
    """A step that ran; times in seconds since 1970, `ended` is None where no end was recorded."""

    step: str
    started: float
    ended: float | None
    outcome: str


class Read(NamedTuple):
    """A reading of the source; `ended` is None where it was not read to its end. `opened` files were new or changed."""

    started: float
    ended: float | None
    files: int
    opened: int


class LeftOut(NamedTuple):
    """The files that are excluded for one reason."""

    reason: Reason | None
    files: int
    studies: int


class Sendings(NamedTuple):
    """The number of files that were sent, of all sendings, and of answers."""

    files: int
    times: int
    answered: int


class Remark(NamedTuple):
    """Copied files with the same warning of the destination; `comment` is one of its comments, if any."""

    files: int
    answer: str
    reason: Reason | None
    comment: str


def gather(manifest: Manifest) -> Figures:
    """Read the figures that more than one section needs."""
    committed, read, listed = commitments.summary(manifest), samples.summary(manifest), old_studies.summary(manifest)
    return Figures(
        balance=ledger.balance(manifest),
        summary=proof.summary(manifest),
        read_to_the_end=entries.read_to_the_end(manifest),
        asked=manifest.value("SELECT 1 FROM proof LIMIT 1") is not None,
        compared=read.asked - read.not_checked if read else 0,
        contradicted=bool(
            (committed and committed.failed)
            or (read and read.different)
            or (listed and (listed.not_in_folders or listed.fewer))
        ),
        not_found=ledger.not_named(manifest),
    )


def runs(manifest: Manifest) -> list[Run]:
    """Return each run of a step, the first one first."""
    return [Run(*row) for row in manifest.rows(_RUNS)]


def readings(manifest: Manifest) -> list[Read]:
    """Return each reading of the source, the first one first."""
    return [Read(*row) for row in manifest.rows(_READINGS)]


def read_anew(manifest: Manifest) -> int:
    """Count the files that changed between two readings."""
    return int(manifest.value("SELECT COUNT(DISTINCT entry) FROM history"))


def total_bytes(manifest: Manifest) -> int:
    """Return the size of all files at their last reading."""
    return int(manifest.value("SELECT TOTAL(size) FROM entry"))


def left_out(manifest: Manifest) -> list[LeftOut]:
    """Count the excluded files: by filter, by ticks, by decision."""
    return [LeftOut(reasons.read(code, stored), *counts) for code, stored, *counts in manifest.rows(_LEFT_OUT)]


def sendings(manifest: Manifest) -> Sendings:
    """Count the sendings of all runs together."""
    row = manifest.row(_SENDINGS)
    return Sendings(*row) if row is not None else Sendings(0, 0, 0)


def why_not_dicom(manifest: Manifest) -> list[tuple[Reason, int]]:
    """Count the files that are not DICOM by reason."""
    return [(Reason(code, **values_from_json(stored)), files) for code, stored, files in manifest.rows(_WHY_NOT_DICOM)]


def remarks(manifest: Manifest) -> list[Remark]:
    """Return the warnings of the destination about accepted files, grouped, most frequent first."""
    return [
        Remark(files, "" if status is None else values.status(status), reasons.read(code, stored), comment or "")
        for status, code, stored, files, comment in manifest.rows(_REMARKS)
    ]
