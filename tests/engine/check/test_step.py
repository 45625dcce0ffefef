"""Step 3, Check: the new PACS is asked which kinds of images it takes, and the findings are reported."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.uid import ExplicitVRLittleEndian

from tests.engine.check.finding import finding
from tests.engine.pacs import Pacs
from tests.engine.stage import Watcher, finished, image, read, series, started
from tests.faults.server import FaultServer, Peer
from wizard.dicom.destination import Destination
from wizard.engine import check
from wizard.engine.check import findings
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.errors import PACS_ADMINISTRATOR, DestinationError
from wizard.manifest import practice, queue, tree
from wizard.practice.pacs import PracticePacs
from wizard.reasons import Reason


def test_an_archive_without_troubles_has_no_lines(source: Path) -> None:
    series(source, 3)
    with Pacs().listening() as destination, read(source, destination) as manifest:
        assert check.run(manifest, destination, Control(), NoEvents()) == ()


def test_kinds_that_the_destination_does_not_take_are_told_before_anything_is_sent(source: Path) -> None:
    series(source, 3)
    (source / "other.dcm").write_bytes(image("1.9.1", syntax=ExplicitVRLittleEndian))
    pacs = Pacs(answer=lambda sop_class, syntax: (4 if syntax == ExplicitVRLittleEndian else 3, syntax))
    with pacs.listening() as destination, read(source, destination) as manifest:
        watcher = Watcher()
        of_class, of_form = check.run(manifest, destination, Control(), watcher)
        assert (of_class.count, of_class.who, of_class.code) == (3, PACS_ADMINISTRATOR, "sop_class_rejected")
        assert str(of_class.sentence) == (
            "3 selected images cannot be copied with the present settings of the new PACS, each for this reason: "
            f"{Reason('sop_class_rejected')}"
        )
        assert (of_form.count, of_form.who, of_form.code) == (1, PACS_ADMINISTRATOR, "transfer_syntax_rejected")
        assert pacs.times == {}
        assert {kind.result for kind in queue.kinds(manifest)} == {3, 4}
        assert watcher.states[-1].done == watcher.states[-1].total == 2
        tree.tick_all(manifest, False)
        assert findings.read(manifest) == ()


def test_what_it_takes_later_is_no_longer_told(source: Path) -> None:
    series(source, 1)
    results = [3, 0]
    pacs = Pacs(answer=lambda sop_class, syntax: (results[min(pacs.opened, 2) - 1], syntax))
    with pacs.listening() as destination, read(source, destination) as manifest:
        assert len(check.run(manifest, destination, Control(), NoEvents())) == 1
        assert check.run(manifest, destination, Control(), NoEvents()) == ()


def test_an_archive_without_images_needs_no_destination(source: Path, free_port: int) -> None:
    (source / "readme.txt").write_bytes(b"text")
    destination = Destination("127.0.0.1", free_port, "PACS")
    with read(source, destination) as manifest:
        assert check.run(manifest, destination, Control(), NoEvents()) == ()


def test_a_destination_that_is_away_is_an_error_and_is_recorded(source: Path, free_port: int) -> None:
    series(source, 1)
    (source / "cut.dcm").write_bytes(image("1.9.9")[:-4])
    destination = Destination("127.0.0.1", free_port, "PACS")
    with read(source, destination) as manifest:
        with pytest.raises(DestinationError, match="rejected the connection"):
            check.run(manifest, destination, Control(), NoEvents())
        assert finding(manifest, "damaged").count == 1, "what needs no network is known all the same"
        assert manifest.value("SELECT outcome FROM run ORDER BY id DESC") == "failed"


def test_it_can_be_stopped_while_the_other_side_is_silent(source: Path) -> None:
    series(source, 1)
    with FaultServer(Peer.hold) as server, read(source, server.destination) as manifest:
        job = started("check", lambda control, events: check.run(manifest, server.destination, control, events))
        server.await_reached()
        job.control.stop()
        assert finished(job).outcome == "stopped"


@pytest.mark.parametrize("practising", [True, False])
def test_a_migration_to_the_practice_pacs_is_for_practice_whoever_started_it(
    practising: bool, source: Path, tmp_path: Path
) -> None:
    series(source, 1)
    with PracticePacs(tmp_path / "pacs") as its, Pacs().listening() as other:
        destination = Destination(its.address, its.port, its.ae_title) if practising else other
        with read(source, destination) as manifest:
            assert not practice.is_practice(manifest)
            check.run(manifest, destination, Control(), NoEvents())
            assert practice.is_practice(manifest) is practising
