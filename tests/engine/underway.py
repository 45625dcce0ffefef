"""Copies a small source of several studies to a server that may misbehave."""

from __future__ import annotations

import contextlib
import hashlib
import shutil
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, ImplicitVRLittleEndian, MRImageStorage

from tests.engine.copying import SOON
from tests.engine.pacs import Pacs
from tests.engine.stage import NOWHERE, Watcher, again, image, started, the_old_pacs_at_work
from tests.faults.catalogue import Images
from tests.peers.archive import data_set
from wizard.dicom.association import Timeouts
from wizard.engine import copy, migration
from wizard.engine.job import Job
from wizard.manifest import copy_settings
from wizard.manifest.manifest import Manifest

STUDIES, PER_STUDY = 4, 6
ALL = STUDIES * PER_STUDY
LARGE = 16 << 20  # bytes; more than both ends of a connection buffer


class Archive(NamedTuple):
    """Several studies; one holds images of another class, and one of another syntax."""

    folder: Path
    manifest: Path
    """The manifest of a migration that has read it."""
    images: Images
    hashes: dict[str, bytes]


def build(place: Path, large: bool) -> Archive:
    """Write the files and read them, which need not be done for each test."""
    folder, path, hashes = place / "source", place / "read.sqlite", {}
    for study in range(STUDIES):
        for number in range(PER_STUDY):
            uid = f"1.2.{study}.1.{number}"
            pixels = bytes(LARGE if large and (study, number) == (2, 1) else 8)
            content = image(
                *(uid, f"1.2.{study}", f"1.2.{study}.1"),
                ExplicitVRLittleEndian if study == 3 else ImplicitVRLittleEndian,
                SOPClassUID=MRImageStorage if study == 0 else CTImageStorage,
                PixelData=pixels,
            )
            file = folder / str(study) / f"{number}.dcm"
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_bytes(content)
            hashes[uid] = hashlib.sha256(data_set(file)).digest()
    with the_old_pacs_at_work(), migration.open_migration([folder], NOWHERE, path) as manifest:
        again(manifest)
    return Archive(folder, path, Images("1.2.1.1.2", "1.2.2.1.1", MRImageStorage, ExplicitVRLittleEndian), hashes)


class Run(NamedTuple):
    """A copy under way."""

    pacs: Pacs
    manifest: Manifest
    job: Job
    watcher: Watcher

    @property
    def says_why_it_waits(self) -> bool:
        return any(state.waiting for state in self.watcher.states)

    def wait_for(self, condition: Callable[[], bool]) -> None:
        """Wait for a condition that must hold long before the time-outs have added up."""
        for _ in range(4000):
            if condition():
                return
            self.job.join(0.005)
        raise AssertionError(f"it never came so far: {self.job.finished}, {self.pacs.times}")


@contextlib.contextmanager
def copying(
    archive: Archive, pacs: Pacs, folder: Path, timeouts: Timeouts, pauses: tuple[float, ...] = SOON
) -> Iterator[Run]:
    """Copy the source to this server; stop, if the test ends before."""
    path, watcher = Path(shutil.copy(archive.manifest, folder / "m.sqlite")), Watcher()
    with pacs.listening() as to, migration.open_migration([archive.folder], NOWHERE, path) as manifest:
        copy_settings.keep(manifest, copy_settings.CopySettings(associations=2))
        job = started(
            "copy",
            lambda control, events: copy.run(manifest, to, control, events, pauses=pauses, timeouts=timeouts),
            watcher,
        )
        try:
            yield Run(pacs, manifest, job, watcher)
        finally:
            job.control.stop()
            job.join()
