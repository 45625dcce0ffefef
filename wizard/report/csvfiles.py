"""The ledger and the studies as CSV, line by line: memory stays flat however many entries there are.

UTF-8 with a byte order mark, lines ended by CRLF, fields as RFC 4180 has them, one heading line. How a text
is kept from being changed by a spreadsheet, and the way back, is told in `wizard.report.cells`.
"""

from __future__ import annotations

import csv
import sqlite3
from typing import Iterable, Iterator, Sequence, Union

from wizard.manifest import ledger, proof
from wizard.manifest.manifest import Manifest
from wizard.report import cells, words

LEDGER = "ledger.csv"
STUDIES = "studies.csv"

Cell = Union[str, int]

LEDGER_COLUMNS = (
    *("path", "bucket", "reason", "who must act", "patient name", "patient ID", "study date (YYYYMMDD)"),
    *(
        "Study Instance UID",
        "Series Instance UID",
        "modality",
        "SOP class",
        "SOP Class UID",
        "SOP Instance UID",
    ),
    *("Transfer Syntax UID", "bytes", "SHA-256 of the data set", "attempts", "last status", "comment"),
    *("offending elements", "confirmed", "grade"),
)
STUDY_COLUMNS = (
    *("patient name", "patient ID", "study date (YYYYMMDD)", "description", "accession number", "modalities"),
    *("Study Instance UID", "expected", "found", "missing", "not checked", "extra"),
    *("verdict", "grade", "strength of the proof", "remark"),
)


def ledger_csv(manifest: Manifest) -> Iterator[str]:
    """The ledger: the heading, then one line for each entry, whatever it is.

    "confirmed" says what the destination answered when it was asked for the instance afterwards: yes, no, not
    asked, or unclear, where different files claim the instance's UID. Empty for what is no instance.
    """
    return _lines(LEDGER_COLUMNS, (_entry(manifest, row) for row in ledger.rows(manifest)))


def studies_csv(manifest: Manifest) -> Iterator[str]:
    """The studies with something expected, in the order of the tree."""
    return _lines(STUDY_COLUMNS, (_study(study) for study in proof.studies(manifest)))


def _entry(manifest: Manifest, row: sqlite3.Row) -> Sequence[Cell]:
    return (
        cells.text(words.path(row["folder_path"], row["file_name"])),
        row["final_bucket"],
        cells.text(row["final_reason"]),
        row["who"],
        cells.text(row["patient_name"] or ""),
        cells.text(row["patient_id"] or ""),
        row["study_date"] or "",
        cells.text(row["study_uid"] or ""),
        cells.text(row["series_uid"] or ""),
        cells.text(row["modality"] or ""),
        words.sop_class(row["sop_class"]),
        cells.text(row["sop_class"] or ""),
        cells.text(row["sop_uid"] or ""),
        cells.text(row["transfer_syntax"] or ""),
        row["size"],
        row["sha256"].hex() if row["sha256"] else "",
        row["attempts"],
        _status(row),
        cells.text(row["comment"] or ""),
        cells.text(row["offending"] or ""),
        _confirmed(row),
        row["grade"] if row["sop_uid"] else "",
    )


def _status(row: sqlite3.Row) -> str:
    """The last answer of the destination; nothing for what was never sent."""
    if row["sent_time"] is None:
        return ""
    return "no answer" if row["status"] is None else words.status(row["status"])


def _confirmed(row: sqlite3.Row) -> str:
    if not row["sop_uid"]:
        return ""
    if row["named"] and row["bucket"] == "conflict":
        return "unclear"
    return {None: "not asked", 0: "no", 1: "yes"}[row["named"]]


def _study(study: proof.StudyProof) -> Sequence[Cell]:
    return (
        cells.text(study.patient_name),
        cells.text(study.patient_id),
        study.date or "",
        cells.text(study.description),
        cells.text(study.accession),
        cells.text(study.modalities),
        cells.text(study.study_uid),
        *(study.expected, study.found, study.missing, study.not_checked, study.extra),
        study.verdict,
        study.grade,
        proof.GRADES[study.grade],
        cells.text(study.remark),
    )


class _Returned:
    """A file that hands back what is written to it: csv.writer returns what `write` returns."""

    def write(self, line: str) -> str:
        return line


def _lines(heading: Sequence[str], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    writer = csv.writer(_Returned(), lineterminator="\r\n")
    yield "\ufeff" + str(writer.writerow(heading))
    for row in rows:
        yield str(writer.writerow(row))
