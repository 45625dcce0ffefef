"""Build manifests without files and without a network: a builder that reads, copies and verifies."""

from __future__ import annotations

import hashlib
import os
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Sequence

from wizard.dicom.destination import Destination
from wizard.language.message import Foreign
from wizard.manifest import entries, proof, queue
from wizard.manifest.entry import Entry, Place
from wizard.manifest.manifest import Manifest
from wizard.manifest.reading import Reading
from wizard.reasons import Reason, stored
from wizard.vocabulary import Bucket, Grade

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"
SOURCE = b"/archive"

PLACE = Place(
    patient_id="P-4711",
    issuer="",
    name="Muster, Anna",
    birth_date="19700101",
    sex="F",
    study_uid="1.2.3.4.1",
    study_date="20190302",
    study_time="",
    accession="A-1",
    study_description="CT thorax",
    series_uid="1.2.3.4.1.1",
    modality="CT",
    series_number="1",
    series_description="",
)


class Sample:
    """A migration under construction. Close it, or use it as a context manager."""

    def __init__(self, path: Path) -> None:
        self.manifest = Manifest(path)
        with self.manifest.writing() as db:
            db.execute("INSERT INTO root (path) VALUES (?)", (SOURCE,))
        destination = asdict(Destination("pacs.clinic.example", 104, "NEWPACS"))
        self.manifest.put(destination=destination, version="0.1.0")
        self.reading = Reading(self.manifest)
        self._folders: dict[bytes, int] = {}
        self._files = 0

    def __enter__(self) -> Sample:
        return self

    def __exit__(self, *exc: object) -> None:
        self.manifest.close()

    def folder(self, path: bytes, error: Reason | None = None) -> int:
        if path not in self._folders:
            self._folders[path] = self.reading.folder(path, error)
        return self._folders[path]

    def file(
        self,
        bucket: str = "not_dicom",
        path: bytes = b"",
        reason: Reason | None = None,
        finding: Reason | None = None,
        **fields: Any,
    ) -> int:
        """Read one file; returns its row number."""
        self._files += 1
        folder, name = os.path.split(path or SOURCE + b"/%06d" % self._files)
        why, found = stored(reason), stored(finding)
        entry = Entry(
            *(self.folder(folder), name, 1000, 0, bucket, *why),
            finding_code=found[0],
            finding_values=found[1],
            **fields,
        )
        self.reading.add([entry], [], 1)
        return int(self.manifest.value("SELECT id FROM entry WHERE folder = ? AND name = ?", (entry.folder, name)))

    def image(self, bucket: str = "pending", path: bytes = b"", reason: Reason | None = None, **place: Any) -> int:
        """Read one image; `place` are the fields of `Place` that differ from the usual patient's."""
        uid = place.pop("sop_uid", f"1.2.3.4.9.{self._files + 1}")
        return self.file(
            *(bucket, path),
            reason=reason,
            place=PLACE._replace(**place),
            kind=(CT, IMPLICIT),
            sop_uid=uid,
            dataset_offset=132,
        )

    def read(self) -> None:
        """End the reading."""
        self.reading.settle()
        self.reading.end()
        entries.count_series(self.manifest)

    def answered(
        self,
        entry: int,
        status: int | None = 0,
        bucket: str = "copied",
        reason: Reason | None = None,
        comment: str = "",
        offending: str = "",
    ) -> None:
        """Record that the entry was sent, and its outcome."""
        sha256 = hashlib.sha256(b"%d" % entry).digest()
        with self.manifest.writing() as db:
            outcome = queue.Outcome(Bucket(bucket), reason, sha256, entry)
            queue.record(db, [outcome], [queue.Attempt(entry, time.time(), 1001, status, comment, offending, 868, 0.1)])

    def verified(
        self, named: dict[int, int | None], grade: str = "A", extra: int = 0, remarks: Sequence[Reason] = ()
    ) -> None:
        """Record a query to the destination: entry -> 1 named, 0 not named, None no usable answer."""
        studies: dict[int, dict[int, int | None]] = {}
        for entry, answer in named.items():
            sql = "SELECT study FROM series WHERE id = (SELECT series FROM entry WHERE id = ?)"
            studies.setdefault(self.manifest.value(sql, (entry,)), {})[entry] = answer
        for study, answers in studies.items():
            rows = [
                (answer, Grade(grade) if answer is not None else Grade.E, entry) for entry, answer in answers.items()
            ]
            proof.record(self.manifest, study, rows, extra, remarks)


def troubled(path: Path) -> Sample:
    """Make a small migration with one entry of every kind."""
    sample = Sample(path)
    good = [sample.image() for _ in range(4)]
    remarked = sample.image()
    there = sample.image("already_there", study_uid="1.2.3.4.2", series_uid="1.2.3.4.2.1", modality="MR")
    sample.image("duplicate", reason=Reason("duplicate"))
    refused = sample.image(patient_id="007", name="Beispiel, Bernd", study_uid="1.2.3.4.3", series_uid="1.2.3.4.3.1")
    sample.image("damaged", path=b"/archive/disc/cut", reason=Reason("cut_off", there=900, missing=100))
    sample.image("conflict", reason=Reason("conflict", n=2), sop_uid="1.2.3.4.9.77")
    sample.image("conflict", reason=Reason("conflict", n=2), sop_uid="1.2.3.4.9.77")
    sample.image("held_back", reason=Reason("no_uid", missing=("Study Instance UID",)))
    unanswered = sample.image(study_uid="1.2.3.4.4", series_uid="1.2.3.4.4.1")
    unticked = sample.image(study_uid="1.2.3.4.5", series_uid="1.2.3.4.5.1")
    sample.file("index", b"/archive/DICOMDIR")
    sample.file("not_dicom", b"/archive/readme.txt")
    sample.file("not_dicom", b"/archive/disc/old.zip")
    sample.file("not_dicom", b"/archive/disc/link", reason=Reason("link"))
    sample.file("unreadable", b"/archive/disc/locked", reason=Reason("unreadable", why=Foreign("Permission denied")))
    sample.folder(b"/archive/secret", Reason("folder_not_opened", why=Foreign("Permission denied")))
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE series SET ticked = 0 WHERE id = (SELECT series FROM entry WHERE id = ?)", (unticked,))
    for entry in good:
        sample.answered(entry)
    sample.answered(remarked, 0xB000, "copied_with_remark", Reason("data_changed"), "Name")
    sample.answered(refused, 0xA700, "refused", Reason("full"))
    sample.answered(refused, 0xA900, "refused", Reason("rejected_content"), "no such class", "(0008,0016)")
    sample.answered(unanswered, None, "unknown", Reason("no_response"))
    sample.verified({**dict.fromkeys(good, 1), remarked: 1, there: 1, refused: 0})
    return sample
