"""Storage commitment with Debian's Orthanc, which reports over an association of its own."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.stage import Watcher, copied, image, read, series
from tests.peers import servers
from wizard.engine import copy
from wizard.engine.job import Control
from wizard.engine.verify import commitment
from wizard.errors import AssociationAborted
from wizard.manifest import commitments
from wizard.manifest.commitments import CommitmentSummary

pytestmark = pytest.mark.orthanc
LOST = "1.2.3.1.1.99"
NO_SUCH_INSTANCE = 0x0112  # PS3.3 C.14.1.1


def test_orthanc_takes_over_what_it_has_and_not_what_it_lacks(source: Path, tmp_path: Path, free_port: int) -> None:
    series(source, 5)
    (source / "lost.dcm").write_bytes(image(LOST))
    known = {"migrator": ["MIGRATOR", "127.0.0.1", free_port]}
    with servers.orthanc(tmp_path / "o", DicomModalities=known) as destination, read(source, destination) as manifest:
        copied(manifest, "lost.dcm")  # so it is written; it never was
        copy.run(manifest, destination, Control(), Watcher())
        assert commitment.run(manifest, destination, Control(), Watcher(), free_port) == CommitmentSummary(6, 5, 1, 0)
        (row,) = commitments.failures(manifest)
        assert (row["sop_uid"], row["reason"]) == (LOST, NO_SUCH_INSTANCE)
        assert manifest.value("SELECT status FROM commitment") == 0, "and yet it answered the request with success"


def test_orthanc_that_does_not_know_us_commits_to_nothing(source: Path, tmp_path: Path, free_port: int) -> None:
    series(source, 3)
    with servers.orthanc(tmp_path / "o") as destination, read(source, destination) as manifest:
        copy.run(manifest, destination, Control(), Watcher())
        with pytest.raises(AssociationAborted, match="ask the PACS administrator to add it"):
            commitment.run(manifest, destination, Control(), Watcher(), free_port, seconds=1)
        assert commitments.summary(manifest) == CommitmentSummary(3, 0, 0, 3)
