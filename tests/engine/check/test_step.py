"""Step 3, Check: one line for each thing a person should know before copying."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest
from pydicom.uid import ExplicitVRLittleEndian

from tests.engine.pacs import Pacs
from tests.engine.stage import Watcher, finished, image, read, series, started
from tests.faults.server import FaultServer, Peer
from tests.report.samples import Sample
from wizard.dicom.destination import Destination
from wizard.engine import check
from wizard.engine.check import step as check_step
from wizard.engine.check.step import Finding
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.errors import OLD_PACS, PACS_ADMINISTRATOR, YOU, DestinationError
from wizard.manifest import decisions, ledger, queue, tree
from wizard.manifest.manifest import Manifest


def line(manifest: Manifest, topic: str) -> Finding:
    (found,) = [line for line in check_step.lines(manifest) if line.topic == topic]
    return found


def test_an_archive_without_troubles_has_no_lines(source: Path) -> None:
    series(source, 3)
    with Pacs().listening() as destination, read(source, destination) as manifest:
        assert check.run(manifest, destination, Control(), NoEvents()) == ()


def test_what_can_be_decided_says_what_will_be_done_and_what_else_may_be(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for number in range(3):
            sample.file("damaged", reason=f"cut off at {number}", who=OLD_PACS, topic="broken", finding="cut off")
        sample.image("duplicate")
        sample.image()
        sample.read()
        found = line(sample.manifest, "damaged")
        assert found == Finding(
            *(3, "damaged: cut off or broken inside, or without the picture", OLD_PACS, "damaged"),
            *("leave_out", ("leave_out", "send_last")),
        )
        assert str(found) == (
            "3: damaged: cut off or broken inside, or without the picture (the maker of the old PACS) "
            "[damaged: left out]"
        )
        assert str(line(sample.manifest, "duplicates")) == (
            "1: exact duplicates of other files; each image is sent once"
        )
        decisions.decide(sample.manifest, "damaged", "send_last")
        assert str(line(sample.manifest, "damaged")) == (
            "3: damaged: cut off or broken inside, or without the picture; 3 of them cannot be sent: something that "
            "sending needs is missing, or another file has the same identity (the maker of the old PACS) "
            "[damaged: sent last]"
        )


def test_every_topic_has_a_sentence_and_every_finding_of_the_reader_a_topic(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for topic in ledger.FINDINGS:
            bucket = "damaged" if topic in ("broken", "no_picture") else "held_back"
            sample.file(bucket, topic=topic)
        found = check_step.lines(sample.manifest)
        assert sum(line.count for line in found if line.action) == len(ledger.FINDINGS) == len(found) + 1
    assert list(check_step._SENTENCES) == list(decisions.RULES)


def test_of_a_conflict_that_was_decided_the_first_of_each_is_said_to_be_sent(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image("conflict", sop_uid="1.5", reason="2 different images claim the same identity", who=YOU)
        sample.image("conflict", sop_uid="1.5", reason="2 different images claim the same identity", who=YOU)
        sample.read()
        decisions.decide(sample.manifest, "conflict", "send")
        (found,) = check_step.lines(sample.manifest)
        assert (found.count, found.done) == (2, "the first of each is sent")


def test_a_reason_is_given_once_and_never_twice(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image("refused", reason="the disk is full", who=PACS_ADMINISTRATOR)
        sample.image("changed", reason="changed since it was read")
        assert line(sample.manifest, "refused").sentence == "refused by the new PACS (the disk is full)"
        assert line(sample.manifest, "changed").sentence == "changed since it was read"
        assert not [found for found in check_step.lines(sample.manifest) if found.topic == "pending"]


def test_a_dicomdir_that_lists_what_is_not_here_is_told(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        folder = os.fsencode(os.path.join(os.sep, "archive"))
        sample.file("index", os.path.join(folder, b"DICOMDIR"), references=("A/IM1", "A/IM2"))
        sample.image(path=os.path.join(folder, b"a", b"im1"))
        assert str(line(sample.manifest, "dicomdir")) == "1: files are listed in a DICOMDIR and are not here (you)"


def test_folders_and_packed_archives_are_lines_of_their_own(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for name in (b"a.zip", b"b.ISO", b"c.txt"):
            sample.file("not_dicom", b"/archive/" + name)
        sample.folder(b"/archive/secret", "Permission denied")
        sample.read()
        assert line(sample.manifest, "archives").count == 2
        assert line(sample.manifest, "folders").count == 1


@pytest.mark.parametrize(
    ("topic", "first", "second", "says"),
    [
        (
            "identity",
            {"name": "Muster, Anna"},
            {"name": "Muster, Änne"},
            "patient IDs stand for patients with different",
        ),
        ("identity", {"sex": "F"}, {"sex": "M"}, "patient IDs stand for patients with different"),
        ("two_patients", {"patient_id": "1"}, {"patient_id": "2"}, "studies belong to two patients at once"),
        ("no_patient_id", {"patient_id": ""}, {"patient_id": ""}, "patients have no real patient ID"),
        ("no_patient_id", {"patient_id": "ANONYMOUS"}, {"patient_id": "ANONYMOUS"}, "patients have no real patient ID"),
    ],
)
def test_doubts_about_who_is_who_are_told(
    topic: str, first: dict[str, Any], second: dict[str, Any], says: str, tmp_path: Path
) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(**first)
        sample.image(**second)
        found = line(sample.manifest, topic)
    assert (found.count, found.who) == (1, YOU)
    assert found.sentence.startswith(says)


def test_the_same_id_of_two_issuers_is_no_doubt(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(issuer="A", name="Muster, Anna", study_uid="1.1")
        sample.image(issuer="B", name="Beispiel, Bernd", study_uid="1.2")
        assert check_step.lines(sample.manifest) == ()


def test_kinds_that_the_destination_does_not_take_are_told_before_anything_is_sent(source: Path) -> None:
    series(source, 3)
    (source / "other.dcm").write_bytes(image("1.9.1", syntax=ExplicitVRLittleEndian))
    pacs = Pacs(answer=lambda sop_class, syntax: (4 if syntax == ExplicitVRLittleEndian else 3, syntax))
    with pacs.listening() as destination, read(source, destination) as manifest:
        watcher = Watcher()
        of_class, of_form = check.run(manifest, destination, Control(), watcher)
        assert (of_class.count, of_class.who, of_class.topic) == (3, PACS_ADMINISTRATOR, "not taken")
        assert "(SOP class)" in of_class.sentence
        assert (of_form.count, of_form.who, of_form.topic) == (1, PACS_ADMINISTRATOR, "not taken")
        assert "(transfer syntax)" in of_form.sentence
        assert pacs.times == {}
        assert {kind.result for kind in queue.kinds(manifest)} == {3, 4}
        assert watcher.states[-1].done == watcher.states[-1].total == 2
        tree.tick_all(manifest, False)
        assert check_step.lines(manifest) == ()


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
        with pytest.raises(DestinationError, match="Nothing answers"):
            check.run(manifest, destination, Control(), NoEvents())
        assert line(manifest, "damaged").count == 1, "what needs no network is known all the same"
        assert manifest.value("SELECT outcome FROM run ORDER BY id DESC") == "failed"


def test_it_can_be_stopped_while_the_other_side_is_silent(source: Path) -> None:
    series(source, 1)
    with FaultServer(Peer.hold) as server, read(source, server.destination) as manifest:
        job = started("check", lambda control, events: check.run(manifest, server.destination, control, events))
        server.await_reached()
        job.control.stop()
        assert finished(job).outcome == "stopped"
