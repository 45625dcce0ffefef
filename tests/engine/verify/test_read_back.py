"""Reading back: the result of an image is that of comparing it, and without comparing it is "not checked"."""

from __future__ import annotations

import hashlib
import os
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator

import pytest
from pydicom import dcmread
from pydicom.uid import DeflatedExplicitVRLittleEndian, ExplicitVRLittleEndian, JPEGBaseline8Bit

from tests.dicom.comparing import encoded
from tests.engine.stage import Watcher, aged, copied, finished, read, series, started, the_old_pacs_at_work
from tests.faults.keeper import GET, Asked, Keeper, Kept
from tests.faults.server import FaultServer, Gone, Peer
from wizard import reasons
from wizard.dicom import comparison
from wizard.engine.job import Control
from wizard.engine.verify import read_back
from wizard.errors import AssociationAborted, Stopped
from wizard.language.message import Message
from wizard.manifest import samples
from wizard.manifest.manifest import Manifest
from wizard.manifest.samples import SamplesSummary
from wizard.reasons import Reason

CT = "1.2.840.10008.5.1.4.1.1.2"
IMPLICIT = "1.2.840.10008.1.2"


@dataclass
class Scene:
    """Five images, of which the destination took four and gives them back as it got them."""

    source: Path
    manifest: Manifest
    keeper: Keeper
    server: FaultServer
    uids: list[str]
    watcher: Watcher

    def run(self, count: int = 10) -> SamplesSummary:
        port = self.keeper.port
        return read_back.run(self.manifest, self.server.destination, Control(), self.watcher, count, port)

    @property
    def results(self) -> dict[str, tuple[str, Reason | None]]:
        """Result and reason by the name of the file."""
        return {
            os.fsdecode(row["file_name"]): (row["result"], reasons.read(row["reason_code"], row["reason_values"]))
            for row in samples.results(self.manifest)
        }

    def code(self, name: str) -> str:
        reason = self.results[name][1]
        return reason.code if reason is not None else ""

    def given(self, number: int, data: bytes, syntax: str = IMPLICIT) -> None:
        """What is given back of one image."""
        self.keeper.held[self.uids[number]] = Kept(CT, syntax, data)

    def changed(self, number: int, syntax: str = IMPLICIT, **attributes: object) -> None:
        """Other values of one image are given back."""
        dataset = dcmread(self.source / f"{number:03d}.dcm")
        for keyword, value in attributes.items():
            setattr(dataset, keyword, value)
        self.given(number, encoded(dataset, syntax), syntax)


@pytest.fixture
def scene(source: Path, free_port: int) -> Iterator[Scene]:
    uids = series(source, 5)
    aged(source)
    keeper = Keeper(free_port)
    with FaultServer(keeper.behave) as server, read(source, server.destination) as manifest:
        for number, uid in enumerate(uids[:4]):
            name = f"{number:03d}.dcm"
            offset = manifest.value("SELECT dataset_offset FROM entry WHERE name = ?", (name.encode(),))
            data = (source / name).read_bytes()[offset:]
            keeper.held[uid] = Kept(CT, IMPLICIT, data)
            copied(manifest, name, sha256=hashlib.sha256(data).digest())
        yield Scene(source, manifest, keeper, server, uids, Watcher())


def test_what_comes_back_as_it_was_sent_is_identical(scene: Scene) -> None:
    assert scene.run() == SamplesSummary(4, 4, 0, 0, 0)
    assert set(scene.results) == {"000.dcm", "001.dcm", "002.dcm", "003.dcm"}, "what was not sent is not asked for"


def test_no_more_are_fetched_than_were_asked_for(scene: Scene) -> None:
    assert scene.run(2) == SamplesSummary(2, 2, 0, 0, 0)
    assert len(scene.keeper.asked) == 2


def test_another_encoding_has_the_same_values(scene: Scene) -> None:
    scene.changed(1, ExplicitVRLittleEndian)
    assert scene.run() == SamplesSummary(4, 3, 1, 0, 0)
    assert scene.results["001.dcm"] == ("same_values", None)


def test_what_differs_is_named_and_its_values_are_not(scene: Scene) -> None:
    scene.changed(1, PatientName="Muster^Berta", InstitutionName="Musterhaus", Rows=3)
    scene.changed(2, ExplicitVRLittleEndian, StudyDate="20190303")
    assert scene.run() == SamplesSummary(4, 2, 0, 2, 0)
    only_there = Message("{name} (only in the new PACS)", name="Institution Name")
    assert scene.results["001.dcm"] == (
        "different",
        Reason("differs", attributes=(only_there, "Patient's Name", "Rows")),
    )
    assert scene.results["002.dcm"] == ("different", Reason("differs", attributes=("Study Date",)))


def test_a_single_byte_of_the_picture_is_a_difference(scene: Scene) -> None:
    data = scene.keeper.held[scene.uids[0]].data
    scene.given(0, data[:-1] + b"\x01")
    assert scene.run() == SamplesSummary(4, 3, 0, 1, 0)
    assert scene.results["000.dcm"] == ("different", Reason("differs", attributes=("Pixel Data",)))


def test_what_was_cut_off_on_its_way_is_different(scene: Scene) -> None:
    scene.given(0, scene.keeper.held[scene.uids[0]].data[:-4])
    scene.given(1, b"")
    assert scene.run() == SamplesSummary(4, 2, 0, 2, 0)


def test_one_that_is_not_there_is_not_checked(scene: Scene) -> None:
    del scene.keeper.held[scene.uids[2]]
    assert scene.run() == SamplesSummary(4, 3, 0, 0, 1)
    assert scene.results["002.dcm"] == ("not_checked", Reason("not_returned_status", status="C000"))


def test_what_comes_in_a_compression_that_we_do_not_know_is_not_the_same(scene: Scene, source: Path) -> None:
    scene.keeper.refused = (GET,)  # which would not propose these
    scene.given(0, encoded(dcmread(source / "000.dcm"), ExplicitVRLittleEndian), JPEGBaseline8Bit)
    scene.given(1, b"\xff" * 20, DeflatedExplicitVRLittleEndian)
    assert scene.run() == SamplesSummary(4, 2, 0, 1, 1)
    assert scene.results["000.dcm"] == ("not_checked", Reason("other_compression"))
    assert scene.results["001.dcm"] == ("different", Reason("theirs_not_readable"))


# The files


def test_a_file_that_changed_since_is_not_checked(scene: Scene, source: Path) -> None:
    with the_old_pacs_at_work():
        os.utime(source / "000.dcm", (1, 1))
        (source / "001.dcm").write_bytes(b"other")
    assert scene.run() == SamplesSummary(4, 2, 0, 0, 2)
    for name in ("000.dcm", "001.dcm"):
        assert scene.results[name] == ("not_checked", Reason("file_changed"))


def test_a_file_whose_content_changed_in_secret_is_not_checked(scene: Scene, source: Path) -> None:
    path = source / "000.dcm"
    before, data = path.stat(), path.read_bytes()
    with the_old_pacs_at_work():
        path.write_bytes(data[:-1] + b"\x01")
        os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    scene.given(0, scene.keeper.held[scene.uids[0]].data[:-1] + b"\x01")
    assert scene.run() == SamplesSummary(4, 3, 0, 0, 1)
    assert scene.results["000.dcm"] == ("not_checked", Reason("file_not_as_copied"))


def test_a_file_that_is_gone_is_not_checked(scene: Scene, source: Path) -> None:
    with the_old_pacs_at_work():
        (source / "000.dcm").unlink()
    assert scene.run() == SamplesSummary(4, 3, 0, 0, 1)
    assert (scene.results["000.dcm"][0], scene.code("000.dcm")) == ("not_checked", "file_not_readable")


def test_what_is_too_large_is_compared_by_its_bytes_alone(scene: Scene, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "MOST", 100)
    scene.changed(1, ExplicitVRLittleEndian)
    assert scene.run() == SamplesSummary(4, 3, 0, 0, 1)
    assert scene.results["001.dcm"] == ("not_checked", Reason("too_large_to_compare"))


# The run


def test_what_was_done_is_told_and_recorded(scene: Scene) -> None:
    scene.run()
    assert [(state.step, state.done, state.total) for state in scene.watcher.states] == [
        ("read_back", done, 4) for done in range(5)
    ]
    assert scene.manifest.value("SELECT outcome FROM run WHERE step = 'read_back'") == "done"


def test_where_nothing_was_copied_nothing_is_asked_for(source: Path, free_port: int) -> None:
    series(source, 2)
    keeper = Keeper(free_port)
    with FaultServer(keeper.behave) as server, read(source, server.destination) as manifest:
        found = read_back.run(manifest, server.destination, Control(), Watcher(), 5, free_port)
    assert found == SamplesSummary(0, 0, 0, 0, 0)
    assert keeper.asked == []


def test_what_was_compared_before_the_destination_went_away_is_kept(scene: Scene) -> None:
    def break_off_at_last(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        if len(keeper.asked) > 1:
            raise Gone
        keeper.give(peer, asked)

    scene.keeper.get = break_off_at_last
    with pytest.raises(AssociationAborted):
        scene.run()
    assert samples.summary(scene.manifest) == SamplesSummary(4, 1, 0, 0, 3)
    scene.keeper.get = Keeper.give
    assert scene.run() == SamplesSummary(4, 4, 0, 0, 0), "the next run begins anew"


def test_it_can_be_stopped_while_it_waits(scene: Scene) -> None:
    def hang_at_last(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        if len(keeper.asked) > 1:
            peer.hold()
        keeper.give(peer, asked)

    scene.keeper.get = hang_at_last
    destination, port = scene.server.destination, scene.keeper.port
    job = started(
        "read_back", lambda control, events: read_back.run(scene.manifest, destination, control, events, 4, port)
    )
    scene.server.await_reached()
    job.control.stop()
    assert finished(job).outcome == "stopped"
    assert samples.summary(scene.manifest) == SamplesSummary(4, 1, 0, 0, 3)
    assert "not_read_back_yet" in {scene.code(name) for name in scene.results}


def test_who_stopped_before_gets_nothing(scene: Scene) -> None:
    control = Control()
    control.stop()
    with pytest.raises(Stopped):
        read_back.run(scene.manifest, scene.server.destination, control, Watcher(), 4, scene.keeper.port)
    assert scene.keeper.asked == []


def test_nothing_that_came_stays_on_the_disk(scene: Scene, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    before = {path for path in tmp_path.rglob("*") if "m.sqlite" not in path.name}
    scene.run()
    assert {path for path in tmp_path.rglob("*") if "m.sqlite" not in path.name} == before
