"""Reading back from Debian's Orthanc and DCMTK's dcmqrscp: unaltered, altered, deleted, in another encoding."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from pydicom.uid import ExplicitVRLittleEndian

from tests.engine.stage import Watcher, image, read, series
from tests.peers import servers
from tests.peers.rest import Rest
from wizard import reasons
from wizard.dicom.destination import Destination
from wizard.engine import copy
from wizard.engine.job import Control
from wizard.engine.verify import read_back
from wizard.errors import AssociationAborted
from wizard.language.message import Message
from wizard.manifest import samples
from wizard.manifest.manifest import Manifest
from wizard.manifest.samples import SamplesSummary
from wizard.reasons import Reason


def run(manifest: Manifest, destination: Destination, port: int, count: int = 100) -> SamplesSummary:
    return read_back.run(manifest, destination, Control(), Watcher(), count, port)


def results(manifest: Manifest) -> dict[bytes, tuple[str, Reason | None]]:
    return {
        row["file_name"]: (row["result"], reasons.read(row["reason_code"], row["reason_values"]))
        for row in samples.results(manifest)
    }


@pytest.mark.orthanc
def test_orthanc_gives_back_what_it_has_and_what_was_altered_is_found(
    source: Path, tmp_path: Path, free_port: int
) -> None:
    uids = series(source, 6)
    rest = Rest()
    with servers.orthanc(tmp_path / "o", DicomAlwaysAllowGet=True, **rest.settings) as destination, read(
        source, destination
    ) as manifest:
        copy.run(manifest, destination, Control(), Watcher())
        assert run(manifest, destination, free_port) == SamplesSummary(6, 6, 0, 0, 0)
        rest.delete(uids[1])
        rest.alter(uids[2], PatientName="Muster^Berta", InstitutionName="Musterhaus")
        assert run(manifest, destination, free_port) == SamplesSummary(6, 4, 0, 1, 1)
        found = results(manifest)
        assert found[b"001.dcm"] == ("not_checked", Reason("not_returned_status", status="C000"))
        result, reason = found[b"002.dcm"]
        assert reason is not None and (result, reason.code) == ("different", "differs")
        named = reason.values["attributes"]
        assert isinstance(named, tuple)
        names = {str(one.values["name"]) if isinstance(one, Message) else one for one in named}
        assert {"Patient's Name", "Institution Name"} <= names


@pytest.mark.orthanc
def test_orthanc_that_keeps_everything_in_another_encoding_has_the_same_values(
    source: Path, tmp_path: Path, free_port: int
) -> None:
    series(source, 3)
    settings: dict[str, Any] = {"DicomAlwaysAllowGet": True, "IngestTranscoding": ExplicitVRLittleEndian}
    with servers.orthanc(tmp_path / "o", **settings) as destination, read(source, destination) as manifest:
        copy.run(manifest, destination, Control(), Watcher())
        assert run(manifest, destination, free_port) == SamplesSummary(3, 0, 3, 0, 0)


@pytest.mark.orthanc
def test_orthanc_that_lets_nobody_fetch_is_not_taken_for_one_that_lost_everything(
    source: Path, tmp_path: Path, free_port: int
) -> None:
    series(source, 3)
    with servers.orthanc(tmp_path / "o") as destination, read(source, destination) as manifest:
        copy.run(manifest, destination, Control(), Watcher())
        with pytest.raises(AssociationAborted, match="ask the PACS administrator to allow C-GET"):
            run(manifest, destination, free_port)
        assert samples.summary(manifest) == SamplesSummary(3, 0, 0, 0, 3)


@pytest.mark.orthanc
def test_orthanc_that_refuses_c_get_sends_to_our_listener(source: Path, tmp_path: Path, free_port: int) -> None:
    series(source, 3)
    known = {"migrator": {"AET": "MIGRATOR", "Host": "127.0.0.1", "Port": free_port, "AllowGet": False}}
    with servers.orthanc(tmp_path / "o", DicomModalities=known) as destination, read(source, destination) as manifest:
        copy.run(manifest, destination, Control(), Watcher())
        assert run(manifest, destination, free_port) == SamplesSummary(3, 3, 0, 0, 0)


@pytest.mark.dcmtk
def test_dcmqrscp_gives_back_compressed_and_uncompressed_images(source: Path, tmp_path: Path, free_port: int) -> None:
    series(source, 3)
    (source / "explicit.dcm").write_bytes(image("1.2.3.1.1.91", syntax=ExplicitVRLittleEndian))
    with servers.dcmqrscp(tmp_path / "q") as destination, read(source, destination) as manifest:
        copy.run(manifest, destination, Control(), Watcher())
        found = run(manifest, destination, free_port)
        assert found == SamplesSummary(4, found.identical, found.same_values, 0, 0)
        assert found.identical
