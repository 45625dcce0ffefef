"""Make a migration in which every text that comes from outside has a mark of its own, to find where it is written.

A mark is a word that nobody writes, with the name of its place: "zqvxpatientname". `machine_columns` are the columns of
the manifest whose texts this program makes itself; a test holds that each of the others has a mark.
"""

from __future__ import annotations

import base64
import binascii
import re
import sqlite3
import subprocess
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from tests import find_tool
from tests.messages import fields
from tests.report.samples import CT, IMPLICIT, PLACE, Sample
from wizard import reasons
from wizard.dicom.destination import Destination
from wizard.language.message import Foreign, Message, Private, Size, Value
from wizard.manifest import audit, old_studies, samples, tree
from wizard.reasons import EXPLAINED, Reason
from wizard.vocabulary import Bucket, Grade, ReadBack, Topic

MARK = "zqvx"
_MARKS = re.compile(MARK + "[a-z]*")

#: Columns of the manifest without a text from outside: words of this program, UIDs and sums that it made, dates.
MACHINE_COLUMNS = frozenset(
    {
        *("entry.bucket", "entry.topic", "entry.grade", "entry.sha256", "history.bucket", "history.sha256"),
        *("entry.reason_code", "entry.finding_code", "folder.error_code", "history.reason_code", "sample.reason_code"),
        *(
            "setting.key",
            "decision.topic",
            "decision.action",
            "run.step",
            "run.outcome",
            "audit.action",
            "audit.subject",
        ),
        *("commitment.transaction_uid", "promise.transaction_uid", "sample.result", "study.study_date"),
        *("attempt.offending", "series.modality"),  # tags, and one of the few words of the standard
    }
)
#: The values of reasons that are numbers.
_NUMBERS = frozenset({"n", "there", "missing", "at", "most", "bytes", "expected"})
#: Outcomes of files that are not sent.
_UNSENT = (Bucket.NOT_DICOM, Bucket.UNREADABLE, Bucket.DAMAGED, Bucket.HELD_BACK, Bucket.CONFLICT, Bucket.CHANGED)


def mark(place: str) -> str:
    """The mark of a place."""
    return MARK + "".join(filter(str.isalpha, place.lower()))


def marks(text: str) -> set[str]:
    """All marks in a text, in small or in capital letters."""
    return set(_MARKS.findall(text.lower()))


def marked(path: Path) -> Sample:
    """Make the migration. All that belongs to it is marked, down to values inside of values of reasons."""
    sample = Sample(path)
    _files(sample)
    _settings(sample)
    _trail_and_history(sample)
    return sample


def reason(code: str) -> Reason:
    """A reason of which each value is marked: as a foreign text, in a message, or in a list of messages."""
    explained = EXPLAINED[code]
    return Reason(code, **{name: _value(code, name) for name in fields(explained.one) | fields(explained.many)})


def _value(code: str, name: str) -> Value:
    if name in _NUMBERS and not (name == "missing" and code == "no_uid"):
        return Size(3e9) if name in ("most", "bytes") else 3
    if name == "found":
        return Reason("unreadable", why=Foreign(mark("nested")))
    if name in ("why", "sentence"):
        return Foreign(f"{mark(name)} “{mark(name)}” in /{mark(name)}/a")
    if name in ("who", "code", "status"):
        return "A700"
    return (Message("{text}", text=Private(mark("listed"))), Message("{text}", text=Foreign(mark("listed"))))


def _files(sample: Sample) -> None:
    patient: dict[str, Any] = {
        **{name: mark(f"patient{name}") for name in ("name", "patient_id", "issuer", "birth_date", "sex")},
        **{name: mark(name) for name in ("study_time", "accession", "study_description", "institution")},
        **{name: mark(name) for name in ("series_number", "series_description")},
        **{"study_uid": f"1.2.{mark('studyuid')}", "series_uid": f"1.2.{mark('seriesuid')}"},
    }
    folder = f"/{mark('folder')}/a".encode()
    name = f"/{mark('filename')}.{mark('extension')}".encode()
    number = 0

    def place() -> bytes:
        nonlocal number
        number += 1
        return folder + name + b"%d" % number

    sent = [sample.image(path=place(), sop_uid=f"1.2.{mark('sopuid')}.{one}", **patient) for one in range(5)]
    for code, explained in EXPLAINED.items():
        if explained.outcome in _UNSENT:
            why = reason(code)
            at, kind, uid = PLACE._replace(**patient), (CT, IMPLICIT), f"1.2.{mark('sopuid')}.{code}"
            found: dict[str, Any] = {"finding": why, "topic": Topic.BROKEN, "instance_number": mark("instancenumber")}
            sample.file(explained.outcome, place(), why, place=at, kind=kind, sop_uid=uid, **found)
    sample.image("unreadable", place(), reasons.earlier(f"{mark('earlier')} cannot be read", "you"), **patient)
    sample.image("duplicate", place(), Reason("duplicate"), **patient)
    sample.file("not_dicom", place(), Reason("not_dicom"))
    sample.file("not_dicom", folder + f"/{mark('container')}.zip".encode())
    sample.file("index", folder + b"/DICOMDIR", references=(mark("reference"),))
    sample.folder(folder + b"/closed", Reason("folder_not_opened", why=Foreign(f"{mark('foldererror')} denied")))
    sample.read()
    with sample.manifest.running("copy"):
        said = {"comment": f"{mark('comment')} is unknown", "offending": "(0008,0018)"}
        sample.answered(sent[0])
        sample.answered(sent[1], 0xB000, "copied_with_remark", Reason("data_changed"), **said)
        sample.answered(sent[2], 0xA900, "refused", Reason("rejected_content"), **said)
        sample.answered(sent[3], 0xA700, "unknown", reasons.earlier(f"It said: “{mark('earlier')}”."), **said)
    remarks = [Reason("elsewhere", n=2), reasons.earlier(f"{mark('remark')} has it")]
    sample.verified({sent[0]: 1, sent[1]: 0}, Grade.A, 1, remarks)
    samples.pick(sample.manifest, 2)
    for entry, code in zip(sent, ("differs", "file_not_readable")):
        result = ReadBack.DIFFERENT if code == "differs" else ReadBack.NOT_CHECKED
        samples.record(sample.manifest, entry, result, reason(code))


def _settings(sample: Sample) -> None:
    manifest = sample.manifest
    listed = old_studies.OldStudy(2, f"1.2.{mark('listeduid')}", mark("listedaccession"), 5)
    old_studies.keep(manifest, f"{mark('oldlist')}.csv", [listed])
    tree.set_filter(manifest, tree.Filter(text=mark("typed")))
    tree.set_filter(manifest, tree.Filter())
    files = {name: f"/{mark('certificate')}/{name}.pem" for name in ("ca_file", "cert_file", "key_file")}
    stored = asdict(Destination("pacs.clinic.example", 104, "NEWPACS"))
    manifest.put(destination={**stored, "tls": {**(stored.get("tls") or {}), **files}})
    manifest.put(operator=mark("operator"), remarks=f"{mark('remarks')} was forgotten")
    manifest.put(exports={f"/{mark('exportfolder')}": {f"{mark('exportfile')}.csv": [1, 2]}})


def _trail_and_history(sample: Sample) -> None:
    manifest = sample.manifest
    manifest.note(audit.LOOKED, "not known", why=f"/{mark('scanerror')} cannot be read")
    manifest.note(audit.FORGOTTEN)
    columns = "user, computer, operator, action, subject, details"
    texts = (mark("user"), mark("computer"), mark("trailoperator"), audit.OPENED, "", "{}")
    with manifest.writing() as db:
        db.execute("INSERT INTO root (path) VALUES (?)", (f"/{mark('root')}".encode(),))
        db.execute(f"INSERT INTO audit (time, {columns}) VALUES (0, ?, ?, ?, ?, ?, ?)", texts)
        db.execute("UPDATE kind SET sop_class = ?, transfer_syntax = ?", (mark("sopclass"), mark("transfersyntax")))
        db.execute(
            "INSERT INTO history VALUES (1, 1, 10, 0, 'unreadable', ?, ?, ?, NULL, NULL)",
            (*reason("unreadable").stored, f"1.2.{mark('historyuid')}"),
        )


def unmarked(path: Path) -> list[str]:
    """List the columns of a manifest with texts or bytes of which no row has a mark."""
    with sqlite3.connect(path) as db:
        tables = [name for (name,) in db.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        columns = [
            f"{table}.{name}"
            for table in tables
            for _, name, kind, *_ in db.execute(f"PRAGMA table_info({table})")
            if kind in ("TEXT", "BLOB") and not table.startswith("sqlite")
        ]
        return [column for column in columns if not _has_mark(db, *column.split("."))]


def _has_mark(db: sqlite3.Connection, table: str, column: str) -> bool:
    rows = db.execute(f"SELECT CAST({column} AS BLOB) FROM {table} WHERE {column} IS NOT NULL")
    return any(MARK.encode() in bytes(value) for (value,) in rows)


# The files of an export


def content(file: Path) -> str:
    """Return all text of a report file: also what is packed, encoded in base64, or drawn."""
    if file.suffix == ".zip":
        with zipfile.ZipFile(file) as bundle:
            return "\n".join(name + bundle.read(name).decode("utf-8") for name in bundle.namelist())
    if file.suffix == ".pdf":
        tool = find_tool("pdftotext")
        assert tool, "the end of the run names what is missing"
        drawn: bytes = subprocess.run([tool, "-layout", str(file), "-"], capture_output=True, check=True).stdout
        return drawn.decode("utf-8") + file.read_bytes().decode("latin-1")
    text = file.read_text("utf-8")
    return "\n".join([text, *(_decoded(one) for one in re.findall(r'[>"]([A-Za-z0-9+/]{8,}={0,2})[<"]', text))])


def _decoded(encoded: str) -> str:
    """Decode what is base64; "" for what only looks like it."""
    try:
        return base64.b64decode(encoded, validate=True).decode("latin-1")
    except binascii.Error:
        return ""
