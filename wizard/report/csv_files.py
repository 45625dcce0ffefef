"""Write the ledger, the studies, the open items and the audit trail as CSV, line by line.

Memory does not grow with the number of entries. The files are UTF-8 with a byte order mark, CRLF at line ends, fields
by RFC 4180, and one heading line. `wizard.report.cells` says how texts are protected from spreadsheets, and how to get
them back. Times are UTC.

Headings, buckets, results, grades and codes are English words for programs. The words and sentences for people beside
them are in the language in use; a sentence or a comment is cut after `LONGEST` characters.
"""

from __future__ import annotations

import functools
import json
import os
from typing import Callable, Iterable, Iterator, NamedTuple, Sequence

from wizard import reasons
from wizard.language import render
from wizard.language.message import LONGEST_FOREIGN, Message, comment_for_people, together
from wizard.manifest import audit, ledger, proof
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason
from wizard.report import cells, values, words
from wizard.report.names import Names, Shown
from wizard.vocabulary import Bucket

LEDGER_COLUMNS = (
    *("path", "bucket", "code", "reason", "action by", "patient name", "patient ID", "study date (YYYYMMDD)"),
    *("Study Instance UID", "Series Instance UID", "modality", "SOP class", "SOP Class UID", "SOP Instance UID"),
    *("transfer syntax", "Transfer Syntax UID", "bytes", "SHA-256 of the data set", "attempts", "last status"),
    *("comment", "offending elements", "sent last", "asked about", "confirmed", "grade"),
)
STUDY_COLUMNS = (
    *("patient name", "patient ID", "study date (YYYYMMDD)", "description", "accession number", "modalities"),
    *("Study Instance UID", "expected", "found", "missing", "not checked", "extra"),
    *("result", "grade", "evidence", "codes", "remarks"),
)
EXCEPTION_COLUMNS = (
    *("path", "bucket", "outcome", "code", "reason", "action by", "patient name", "patient ID"),
    *(
        "study date (YYYYMMDD)",
        "Study Instance UID",
        "SOP Instance UID",
        "last status",
        "comment",
        "decision",
        "initials",
    ),
)
AUDIT_COLUMNS = ("number", "time", "user", "computer", "operator", "what was done", "to what", "details")

_YES, _NO, _UNCLEAR, _NOT_QUERIED = Message("yes"), Message("no"), Message("unclear"), Message("not queried")
_NO_RESPONSE = Message("no response")

#: The most characters of a sentence or a comment in a table.
LONGEST = LONGEST_FOREIGN


class ReasonCells(NamedTuple):
    """The cells about a reason: its code, its sentence, and who needs to act."""

    code: str
    sentence: str
    action_by: str


NO_REASON = ReasonCells("", "", "")


def ledger_csv(manifest: Manifest, names: Names) -> Iterator[str]:
    """Yield the ledger: the heading, then one line for each entry of any kind.

    "confirmed" is the destination's answer to a query for the instance after copying: yes, no, not queried, or unclear,
    where different files claim the instance's UID. It is empty for an entry that is no instance.
    """
    return _lines(LEDGER_COLUMNS, _entries(manifest, names))


def studies_csv(manifest: Manifest, names: Names) -> Iterator[str]:
    """Yield the studies with expected images, in the order of the tree."""
    return _lines(STUDY_COLUMNS, (_study(study, names) for study in proof.studies(manifest)))


def exceptions_csv(manifest: Manifest, names: Names) -> Iterator[str]:
    """Yield the open items file by file, with empty columns for the decision."""
    of_reason = _reason_cells(names)
    return _lines(EXCEPTION_COLUMNS, (_exception(row, names, of_reason) for row in ledger.exceptions(manifest)))


def audit_csv(manifest: Manifest, names: Names) -> Iterator[str]:
    """Yield the audit trail."""
    return _lines(AUDIT_COLUMNS, (_record(record, names) for record in audit.records(manifest)))


def _entries(manifest: Manifest, names: Names) -> Iterator[Sequence[str]]:
    """Yield the rows of the ledger. Cells that consecutive files of a series or folder share are made once."""
    before: tuple[int | None, str | None, str | None, bytes] | None = None
    place: tuple[str, ...] = ()
    kind: tuple[str, ...] = ()
    folder_cells = cells.FolderCells("")
    private: tuple[str | None, ...] = ()
    of_reason, kind_cells = _reason_cells(names), _kind_cells(names)
    for line in ledger.lines(manifest):
        shared = (line.series, line.sop_class, line.transfer_syntax, line.folder)
        if shared != before:
            before = shared
            private = line.private
            place, kind = _place(line, names, private), kind_cells(line.sop_class, line.transfer_syntax)
            folder_cells = cells.FolderCells(os.path.join(values.path(line.folder), ""))
        yield (
            folder_cells.field(values.path(line.name)) if names.shown else render(names.path(line.id, b"", b"")),
            line.final_bucket,
            *of_reason(line.reason_code, line.reason_values),
            *place,
            *kind[:2],
            cells.uid(render(names.uid(line.sop_uid, *private))) if line.sop_uid else "",
            *kind[2:],
            str(line.size),
            line.sha256.hex() if line.sha256 else "",
            str(line.attempts),
            _status(line),
            _text(names.text(comment_for_people(line.comment))) if line.comment else "",
            cells.field(line.offending) if line.offending else "",
            "" if line.sent is None else values.utc(int(line.sent)),
            "" if line.asked is None else values.utc(int(line.asked)),
            _confirmed(line),
            line.grade if line.sop_uid else "",
        )


def _reason_cells(names: Names) -> Callable[[str, str], ReasonCells]:
    """Return a function that makes the cells of a reason from its code and values: once for all files that share it."""

    @functools.lru_cache(maxsize=1024)
    def made(code: str, stored: str) -> ReasonCells:
        reason = reasons.read(code, stored)
        if reason is None:
            return NO_REASON
        who = _text(values.action_by(reason.who)) if reason.who else ""
        return ReasonCells(cells.field(code), _said(reason, names), who)

    return made


def _said(reason: Reason, names: Names) -> str:
    return _text(names.said(reason))


def _text(text: Shown) -> str:
    """Write the cell of a sentence or a text from elsewhere, of at most `LONGEST` characters."""
    return cells.field(values.shortened(render(text), LONGEST))


def _place(line: ledger.LedgerLine, names: Names, private: Sequence[str | None]) -> tuple[str, ...]:
    """Write the cells of an entry's patient, study and series."""
    return (
        cells.field(names.name(line.patient_name or "")),
        cells.field(render(names.patient(line.patient, line.patient_id or ""))),
        names.date(line.study_date),
        cells.uid(render(names.uid(line.study_uid or "", *private))),
        cells.uid(render(names.uid(line.series_uid or "", *private))),
        cells.field(line.modality or ""),
    )


def _kind_cells(names: Names) -> Callable[[str | None, str | None], tuple[str, ...]]:
    """Return a function that makes the cells of a SOP class and a transfer syntax, once for all that share them."""

    @functools.lru_cache(maxsize=256)
    def made(sop_class: str | None, transfer_syntax: str | None) -> tuple[str, ...]:
        uids = (sop_class, transfer_syntax)
        return tuple(cell for uid in uids for cell in (_text(values.uid_name(uid)), _text(names.uid(uid or ""))))

    return made


def _status(line: ledger.LedgerLine) -> str:
    """Write the destination's last answer; nothing for an entry that was never sent."""
    if line.sent is None:
        return ""
    return render(_NO_RESPONSE) if line.status is None else values.status(line.status)


def _confirmed(line: ledger.LedgerLine) -> str:
    if not line.sop_uid:
        return ""
    if line.named is None:
        return render(_NOT_QUERIED)
    return render(_NO if not line.named else _UNCLEAR if line.bucket == Bucket.CONFLICT else _YES)


def _exception(line: ledger.LedgerLine, names: Names, of_reason: Callable[[str, str], ReasonCells]) -> Sequence[str]:
    code, sentence, _ = of_reason(line.reason_code, line.reason_values)
    who = values.action_by(line.reason.who if line.reason else "", line.final_bucket)
    return (
        cells.field(render(names.path(line.id, line.folder, line.name))),
        line.final_bucket,
        _text(words.outcome(line.final_bucket)),
        *(code, sentence, _text(who)),
        *_place(line, names, line.private)[:4],
        cells.field(render(names.uid(line.sop_uid or "", *line.private))),
        _status(line),
        _text(names.text(comment_for_people(line.comment or ""))),
        *("", ""),
    )


def _study(study: proof.StudyProof, names: Names) -> Sequence[str]:
    return (
        cells.field(names.name(study.patient_name)),
        cells.field(render(names.patient(study.patient, study.patient_id))),
        names.date(study.date),
        cells.field(render(names.text(study.description))),
        cells.field(render(names.text(study.accession))),
        cells.field(study.modalities),
        cells.field(render(names.uid(study.study_uid, study.patient_id, study.birth_date, study.accession))),
        *map(str, (study.expected, study.found, study.missing, study.not_checked, study.extra)),
        study.result,
        study.grade,
        _text(proof.GRADES[study.grade]),
        cells.field(" ".join(remark.code for remark in study.remarks)),
        _text(names.said(together(*study.remarks))),
    )


def _record(record: audit.Record, names: Names) -> Sequence[str]:
    return (
        str(record.id),
        values.utc(int(record.time)),
        cells.field(render(names.text(record.user))),
        cells.field(render(names.text(record.computer))),
        cells.field(render(names.text(record.operator))),
        record.action,
        cells.field(record.subject),
        cells.field(json.dumps(names.details(record), ensure_ascii=False) if record.details else ""),
    )


def _lines(heading: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield "\ufeff" + ",".join(heading) + "\r\n"
    for row in rows:
        yield ",".join(row) + "\r\n"
