"""Helpers of the engine's tests: small image files, a migration of them, and a watcher of its jobs."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path
from typing import Iterator

from pydicom.dataset import Dataset
from pydicom.uid import UID, CTImageStorage, ImplicitVRLittleEndian

from wizard.dicom.destination import Destination
from wizard.engine import migration
from wizard.engine import source as reading
from wizard.engine.events import Events, Fact, Finished, NoEvents, Note, Progress
from wizard.engine.facts import Rung
from wizard.engine.files import readonly
from wizard.engine.job import Control, Job, Work
from wizard.manifest import ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.practice.objects import part10
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

NOWHERE = Destination("127.0.0.1", 1, "NOWHERE")


def image(
    sop_uid: str,
    study: str = "1.2.3.1",
    series: str = "1.2.3.1.1",
    syntax: UID = ImplicitVRLittleEndian,
    **more: object,
) -> bytes:
    """The bytes of a small file of an invented patient; `more` are attributes by keyword."""
    dataset = Dataset()
    dataset.SOPClassUID = CTImageStorage
    dataset.SOPInstanceUID = sop_uid
    dataset.StudyDate = "20190302"
    dataset.Modality = "CT"
    dataset.PatientName = "Muster^Anna"
    dataset.PatientID = "P-4711"
    dataset.StudyInstanceUID = study
    dataset.SeriesInstanceUID = series
    dataset.Rows = dataset.Columns = 2
    dataset.BitsAllocated = 16
    dataset.add_new(0x7FE00010, "OW", bytes(8))
    for keyword, value in more.items():
        setattr(dataset, keyword, value)
    return part10(dataset, syntax)


def series(folder: Path, count: int, study: str = "1.2.3.1") -> list[str]:
    """Write images of one series as 000.dcm, 001.dcm, …; returns their SOP Instance UIDs."""
    uids = [f"{study}.1.{number + 1}" for number in range(count)]
    for number, uid in enumerate(uids):
        (folder / f"{number:03d}.dcm").write_bytes(image(uid, study, f"{study}.1"))
    return uids


def aged(folder: Path) -> None:
    """Make the files an hour old, as those of a source mostly are at least."""
    for path in folder.rglob("*"):
        then = path.stat().st_mtime - 3600
        os.utime(path, (then, then))


@contextlib.contextmanager
def opened(folder: Path, destination: Destination = NOWHERE) -> Iterator[Manifest]:
    """The migration of `source` beside which its manifest lies, not yet read."""
    with migration.open_migration([folder], destination, folder.parent / "m.sqlite") as manifest:
        yield manifest


@contextlib.contextmanager
def read(folder: Path, destination: Destination = NOWHERE) -> Iterator[Manifest]:
    """The migration of `source`, read."""
    with opened(folder, destination) as manifest:
        again(manifest)
        yield manifest


def again(manifest: Manifest, watcher: Watcher | None = None) -> ledger.Balance:
    """Read the source (again)."""
    return reading.run(manifest, Control(), watcher or Watcher())


def copied(manifest: Manifest, *names: str, sha256: bytes | None = None) -> None:
    """Record that the destination has accepted these files."""
    with manifest.writing() as db:
        for name in names:
            (entry,) = db.execute("SELECT id FROM entry WHERE name = ?", (name.encode(),)).fetchone()
            attempt = queue.Attempt(entry, 1.0, 1001, 0, "", "", 10, 0.1)
            queue.record(db, [queue.Outcome(Bucket.COPIED, None, sha256, entry)], [attempt])


@contextlib.contextmanager
def the_old_pacs_at_work() -> Iterator[None]:
    """Lift the protection of the source, for a change by another program."""
    kept, readonly._protected = readonly.protected(), frozenset()
    try:
        yield
    finally:
        readonly._protected = kept


def buckets(manifest: Manifest) -> dict[str, str]:
    """The bucket of each file, by its path below the source, with slashes."""
    (root,) = ledger.roots(manifest)
    return {
        Path(os.fsdecode(os.path.relpath(os.path.join(row["folder_path"], row["file_name"]), root))).as_posix(): row[
            "final_bucket"
        ]
        for row in ledger.rows(manifest)
    }


def counted(manifest: Manifest) -> dict[str, int]:
    """The buckets that are not empty. The ledger must balance."""
    balance = ledger.balance(manifest)
    assert balance.balanced, balance
    assert_explained(manifest)
    return {bucket: count for bucket, count in balance.buckets.items() if count}


def assert_explained(manifest: Manifest) -> None:
    """Check that each reason explains the bucket with which it is stored; what was put off has that of its answer."""
    for bucket, code, put_off in manifest.rows(
        "SELECT DISTINCT final_bucket, final_code, put_off FROM ledger WHERE final_code <> ''"
    ):
        assert Reason(code).outcome == bucket or (bucket == Bucket.PENDING and put_off), (bucket, code)


class Watcher(Events):
    """Keeps everything a job reports."""

    def __init__(self) -> None:
        self.states: list[Progress] = []
        self.facts: list[Fact] = []

    def state(self, progress: Progress) -> None:
        self.states.append(progress)

    def fact(self, fact: Fact) -> None:
        self.facts.append(fact)

    @property
    def notes(self) -> list[str]:
        return [str(fact.sentence) for fact in self.facts if isinstance(fact, Note)]

    @property
    def rungs(self) -> list[Rung]:
        return [fact for fact in self.facts if isinstance(fact, Rung)]


def finished(job: Job) -> Finished:
    """Wait for the end of a job, far longer than stopping may take and far shorter than any time-out."""
    assert job.join(15), "the job does not end"
    assert job.finished is not None
    return job.finished


def started(step: str, work: Work, events: Events | None = None) -> Job:
    return Job(step, work, events or NoEvents()).start()
