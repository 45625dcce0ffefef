"""Step 2, Source: walk the folders, read every file's header, and write the ledger's entries.

Reading happens in a few threads, because a file server is slow per file and not per byte. What earlier readings
know and what has not changed (size, time) is not opened again.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Iterator, Tuple

from wizard.dicom import text
from wizard.dicom.header import Header, read_header
from wizard.dicom.structure import FileBytes
from wizard.engine import migration, readonly, walk
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.errors import YOU, SourceError
from wizard.manifest import entries, ledger, tree
from wizard.manifest.entries import Entry, Place, Reading, Verdict
from wizard.manifest.manifest import Manifest

_THREADS = 4
_BATCH = 256  # files read before they are written
_PART = 32  # of them, handed to a thread at a time
_SENT = ("copied", "copied_with_remark", "already_there", "refused", "unknown")

_Job = Tuple[int, bytes, walk.File]  # folder's row, folder's path, file


def run(manifest: Manifest, control: Control, events: Events) -> ledger.Balance:
    """Read the source folders of a migration, or go on where an earlier reading ended.

    Raises
    ------
    SourceError
        A source folder is gone. Nothing in the manifest is changed then.
    ManifestError, Stopped
    """
    roots = [os.fsencode(root) for root in migration.source_folders(manifest)]
    for root in roots:
        _must_open(root)
    with manifest.running("source"), ThreadPoolExecutor(_THREADS, "read") as pool:
        reader = _Reader(manifest, control, events, pool)
        for folder in walk.walk(roots):
            control.check()
            reader.folder(folder)
        reader.flush()
        reader.reading.end()
        _sort_out_same_uid(manifest, control)
        entries.count_series(manifest)
        tree.set_filter(manifest, tree.get_filter(manifest))  # what is new may lie outside it
        reader.report()
    return ledger.balance(manifest)


class _Reader:
    """Collects files until a batch is full, reads it in the pool, writes it in one transaction."""

    def __init__(self, manifest: Manifest, control: Control, events: Events, pool: ThreadPoolExecutor) -> None:
        self.reading = Reading(manifest)
        self._manifest, self._control, self._events, self._pool = manifest, control, events, pool
        self._jobs: list[_Job] = []
        self._unchanged: list[tuple[int, bytes]] = []
        self._started = time.monotonic()
        self._counts: dict[str, int] = {"files": 0, "images": 0, "problems": 0}
        self._bytes = 0
        self._current = ""

    def folder(self, folder: walk.Folder) -> None:
        row = self.reading.folder(folder.path, folder.error)
        self._current = os.fsdecode(folder.path)
        known = self.reading.known(row) if folder.files else {}
        for file in folder.files:
            size, mtime_ns, bucket = known.get(file.name, (-1, -1, ""))
            if (size, mtime_ns) == (file.size, file.mtime_ns) and bucket not in ("unreadable", "changed"):
                self._unchanged.append((row, file.name))
            else:
                self._jobs.append((row, folder.path, file))
            if len(self._jobs) + len(self._unchanged) >= _BATCH:
                self.flush()

    def flush(self) -> None:
        """Read and write what has been collected."""
        self._control.check()
        parts = [self._jobs[at : at + _PART] for at in range(0, len(self._jobs), _PART)]
        read = [entry for part in self._pool.map(_read_part, parts) for entry in part]
        self.reading.add(read, self._unchanged, len(self._jobs) + len(self._unchanged))
        self._counts["files"] += len(read) + len(self._unchanged)
        self._counts["images"] += sum(entry.bucket == "pending" for entry in read)
        self._counts["problems"] += sum(entry.bucket in ledger.EXCEPTIONS[1:] for entry in read)
        self._bytes += sum(entry.size for entry in read)
        self._jobs, self._unchanged = [], []
        self.report()

    def report(self) -> None:
        sums = self._manifest.row("SELECT (SELECT COUNT(*) FROM patient), (SELECT COUNT(*) FROM study)")
        assert sums is not None
        self._events.state(
            Progress(
                "source",
                done=self._counts["files"],
                bytes_done=self._bytes,
                seconds=time.monotonic() - self._started,
                current=self._current,
                counts={**self._counts, "patients": sums[0], "studies": sums[1]},
            )
        )


def _must_open(root: bytes) -> None:
    try:
        with os.scandir(root):
            return
    except OSError as error:
        raise SourceError(
            f"The folder {os.fsdecode(root)} cannot be opened: {error.strerror}. Check that the drive or share is "
            "connected. Nothing is lost.",
            str(error),
        ) from error


def _read_part(jobs: list[_Job]) -> list[Entry]:
    return [_read(job) for job in jobs]


def _read(job: _Job) -> Entry:
    """Open one file and say what it is."""
    row, folder, file = job
    if file.oddity:
        return Entry(row, file.name, file.size, file.mtime_ns, "not_dicom", file.oddity)
    try:
        if file.error:
            raise OSError(file.error)
        descriptor = readonly.open_source(os.path.join(folder, file.name))
        try:
            header = read_header(FileBytes(descriptor, os.fstat(descriptor).st_size))
        finally:
            os.close(descriptor)
    except OSError as error:
        reason = f"the computer could not read it: {error.strerror or error}"
        return Entry(row, file.name, file.size, file.mtime_ns, "unreadable", reason, YOU)
    return _entry(row, file, header)


def _entry(row: int, file: walk.File, header: Header) -> Entry:
    bucket, reason, who = header.problem or ("pending", "", "")
    if bucket in ("not_dicom", "index"):
        return Entry(row, file.name, file.size, file.mtime_ns, bucket, reason, who)
    return Entry(
        *(row, file.name, file.size, file.mtime_ns, bucket, reason, who),
        place=_place(header),
        kind=header.kind,
        sop_uid=header.uid("SOPInstanceUID") or None,
        dataset_offset=header.offset,
        instance_number=header.text("InstanceNumber"),
        frames=_number(header.text("NumberOfFrames")),
    )


def _place(header: Header) -> Place | None:
    """Where the instance stands in the tree; None when it names no study or no series."""
    if not (header.uid("StudyInstanceUID") and header.uid("SeriesInstanceUID")):
        return None
    return Place(
        patient_id=header.text("PatientID"),
        issuer=header.text("IssuerOfPatientID"),
        name=text.person_name(header.text("PatientName")),
        birth_date=header.text("PatientBirthDate"),
        sex=header.text("PatientSex"),
        study_uid=header.uid("StudyInstanceUID"),
        study_date=text.day(header.values.get("StudyDate", b"")),
        study_time=header.text("StudyTime"),
        accession=header.text("AccessionNumber"),
        study_description=header.text("StudyDescription"),
        series_uid=header.uid("SeriesInstanceUID"),
        modality=header.text("Modality"),
        series_number=header.text("SeriesNumber"),
        series_description=header.text("SeriesDescription"),
    )


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 10 else 1


def _sort_out_same_uid(manifest: Manifest, control: Control) -> None:
    """Tell exact duplicates from conflicts, by the data sets' hashes (only of those that share a UID)."""
    verdicts: list[Verdict] = []
    for group in entries.same_uid(manifest):
        control.check()
        verdicts.extend(_verdicts(group))
    entries.sort_out(manifest, verdicts)


def _verdicts(group: list[sqlite3.Row]) -> Iterator[Verdict]:
    hashes: dict[int, bytes] = {}
    sent_and_gone = False
    for row in group:
        try:
            hashes[row["id"]] = row["sha256"] or _hash(row)
        except OSError as error:
            if row["bucket"] in _SENT:
                sent_and_gone = True  # it stays what it is; the others cannot be compared with it
                continue
            reason = f"the computer could not read it: {error.strerror or error}"
            yield Verdict("unreadable", reason, YOU, None, None, row["id"])
    readable = [row for row in group if row["id"] in hashes]
    first = {hashes[row["id"]]: row["id"] for row in reversed(readable)}
    first.update({hashes[row["id"]]: row["id"] for row in reversed(readable) if row["bucket"] in _SENT})
    sent = {hashes[row["id"]] for row in readable if row["bucket"] in _SENT}
    for row in readable:
        digest, identity = hashes[row["id"]], row["id"]
        if row["bucket"] in _SENT:
            continue
        if digest in sent or (len(first) == 1 and first[digest] != identity):
            yield Verdict("duplicate", "the same image as another file", "", digest, first[digest], identity)
        elif len(first) > 1:
            reason = f"{len(first)} different images claim the same identity"
            yield Verdict("conflict", reason, YOU, digest, None, identity)
        elif sent_and_gone:
            reason = "another file with this identity was sent and is gone; whether they are the same is not known"
            yield Verdict("conflict", reason, YOU, digest, None, identity)
        else:
            yield Verdict("pending", "", "", digest, None, identity)


def _hash(row: sqlite3.Row) -> bytes:
    """SHA-256 of a data set as it lies in the file."""
    digest = hashlib.sha256()
    descriptor = readonly.open_source(os.path.join(row["path"], row["name"]))
    with open(descriptor, "rb", buffering=0) as file:
        file.seek(row["dataset_offset"])
        while True:
            piece = file.read(1 << 20)
            if not piece:
                return digest.digest()
            digest.update(piece)
