"""Verify against real servers: stored images are confirmed by UID, and deleted ones are missing by UID."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import Callable, ContextManager, Iterator

import pytest

from tests.engine.stage import Watcher, image, read, series
from tests.peers import servers
from tests.peers.rest import Rest
from wizard.dicom.destination import Destination
from wizard.engine import copy, verify
from wizard.engine.job import Control
from wizard.manifest import copy_settings, proof, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import ProofSummary
from wizard.practice.pacs import PracticePacs

LIMIT = 7  # answers to a question, fewer than the images of a series


@contextmanager
def practice_pacs(folder: Path) -> Iterator[Destination]:
    with PracticePacs(folder) as pacs:
        yield Destination("127.0.0.1", pacs.port, "PRACTICE")


def limited_orthanc(folder: Path) -> ContextManager[Destination]:
    return servers.orthanc(folder, LimitFindResults=LIMIT, LimitFindInstances=LIMIT)


@pytest.mark.parametrize(
    "archive",
    [
        pytest.param(servers.orthanc, marks=pytest.mark.orthanc, id="Orthanc"),
        pytest.param(limited_orthanc, marks=pytest.mark.orthanc, id=f"Orthanc that answers {LIMIT} times at most"),
        pytest.param(servers.dcmqrscp, marks=pytest.mark.dcmtk, id="dcmqrscp"),
        pytest.param(practice_pacs, id="the practice PACS"),
    ],
)
def test_what_a_pacs_has_is_confirmed_and_what_it_never_got_is_missing(
    archive: Callable[[Path], ContextManager[Destination]], source: Path, tmp_path: Path
) -> None:
    """Two studies of one series of thirty; one image of the second is never sent, and yet written down as copied."""
    series(source, 30)
    for number in range(30):
        (source / f"second-{number:02}.dcm").write_bytes(image(f"1.9.1.{number + 1}", "1.9", "1.9.1"))
    with archive(tmp_path / "archive") as destination, read(source, destination) as manifest:
        copy_settings.keep(
            manifest, copy_settings.CopySettings(associations=1)
        )  # the index of dcmqrscp loses what two write at a time
        withhold(manifest, "1.9.1.17")
        copy.run(manifest, destination, Control(), Watcher())
        pretend_copied(manifest, "1.9.1.17")
        assert verify.run(manifest, destination, Control(), Watcher()) == ProofSummary(2, 1, 1, 0, 60, 59, 1, 0)
        assert [(one.result, one.found, one.missing, one.grade) for one in proof.studies(manifest)] == [
            ("MATCH", 30, 0, "A"),
            ("MISMATCH", 29, 1, "A"),
        ]


def withhold(manifest: Manifest, sop_uid: str) -> None:
    with manifest.writing() as db:
        db.execute("UPDATE entry SET lane = 2 WHERE sop_uid = ?", (sop_uid,))


def pretend_copied(manifest: Manifest, sop_uid: str) -> None:
    """Record an image as copied that the PACS never got."""
    with manifest.writing() as db:
        db.execute("UPDATE entry SET lane = 0, bucket = 'copied' WHERE sop_uid = ?", (sop_uid,))


@pytest.mark.orthanc
def test_images_deleted_from_orthanc_are_missing_by_name_copied_again_and_confirmed(
    source: Path, tmp_path: Path
) -> None:
    uids = series(source, 12)
    rest = Rest()
    with servers.orthanc(tmp_path / "o", **rest.settings) as destination, read(source, destination) as manifest:
        copy.run(manifest, destination, Control(), Watcher())
        assert verify.run(manifest, destination, Control(), Watcher()).missing == 0
        for uid in (uids[3], uids[8]):
            rest.delete(uid)
        assert verify.run(manifest, destination, Control(), Watcher()) == ProofSummary(1, 0, 1, 0, 12, 10, 2, 0)
        (study,) = proof.studies(manifest)
        missing = [row["sop_uid"] for row in proof.not_arrived(manifest, study.study)]
        assert sorted(missing) == sorted([uids[3], uids[8]])

        assert queue.retry_missing(manifest) == 2
        copy.run(manifest, destination, Control(), Watcher())
        assert verify.run(manifest, destination, Control(), Watcher()) == ProofSummary(1, 1, 0, 0, 12, 12, 0, 0)
