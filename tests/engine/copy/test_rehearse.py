"""Try one study first: it alone is copied and verified, and the rest follows unchanged."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.engine import copying
from tests.engine.pacs import Pacs
from tests.engine.stage import Watcher, counted, finished, image, read, series, started
from tests.faults.server import Peer
from wizard.dicom.destination import Destination
from wizard.engine import verify
from wizard.engine.copy import rehearse
from wizard.engine.copy.rehearse import Rehearsal
from wizard.engine.job import Control
from wizard.errors import DestinationError, UsageError
from wizard.language.message import Private
from wizard.manifest import entries, ledger, proof
from wizard.manifest.manifest import Manifest

SMALL = "1.2"


def three_studies(source: Path) -> None:
    """`SMALL` is the one to try: 4 images; the others have 6 and 1."""
    for study, count in (("1.1", 6), (SMALL, 4), ("1.3", 1)):
        (source / study).mkdir()
        series(source / study, count, study)


def rehearsed(manifest: Manifest, destination: Destination, watcher: Watcher | None = None) -> Rehearsal:
    return rehearse.run(manifest, destination, Control(), watcher or Watcher())


def test_one_small_study_is_copied_and_confirmed_and_nothing_else_is_sent(source: Path) -> None:
    three_studies(source)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        found = rehearsed(manifest, destination)
        row = manifest.value("SELECT id FROM study WHERE study_uid = ?", (SMALL,))
        assert found == Rehearsal(row, Private("Muster, Anna · 2019-03-02"), 4, 4, 0, 0)
        assert found.passed
        assert {study for study, _ in pacs.kept.values()} == {SMALL}
        assert counted(manifest) == {"copied": 4, "pending": 7}

        copying.run(manifest, destination)
        assert counted(manifest) == {"copied": 11}
        assert set(pacs.times.values()) == {1}, "what was tried is not sent again"


def test_the_next_rehearsal_tries_another_study_until_nothing_waits(source: Path) -> None:
    three_studies(source)
    with Pacs().listening() as destination, read(source, destination) as manifest:
        tried = [rehearsed(manifest, destination).images for _ in range(3)]
        assert tried == [4, 6, 1]
        with pytest.raises(UsageError, match="No selected image is left to copy"):
            rehearsed(manifest, destination)


def test_what_was_refused_counts_against_it(source: Path) -> None:
    three_studies(source)
    pacs = Pacs(take=lambda peer, uid, times: 0xA900 if uid == f"{SMALL}.1.2" else 0)
    with pacs.listening() as destination, read(source, destination) as manifest:
        found = rehearsed(manifest, destination)
        assert (found.images, found.confirmed, found.missing, found.not_checked) == (4, 3, 1, 0)
        assert not found.passed


def test_where_nobody_may_ask_the_images_are_not_checked_and_it_says_so(source: Path) -> None:
    three_studies(source)
    storage = "1.2.840.10008.5.1.4.1.1."
    pacs = Pacs(answer=lambda sop_class, syntax: (0 if sop_class.startswith(storage) else 3, syntax))
    watcher = Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        found = rehearsed(manifest, destination, watcher)
        assert (found.images, found.confirmed, found.missing, found.not_checked) == (4, 0, 0, 4)
        assert not found.passed
        assert counted(manifest) == {"copied": 4, "pending": 7}
    assert any(note.startswith("The study could not be verified.") for note in watcher.notes)


def test_a_destination_that_is_away_is_an_error_and_nothing_has_changed(source: Path, free_port: int) -> None:
    three_studies(source)
    with read(source) as manifest:
        with pytest.raises(DestinationError, match="rejected the connection"):
            rehearsed(manifest, Destination("127.0.0.1", free_port, "PACS"))
        assert counted(manifest) == {"pending": 11}


def test_a_source_that_was_not_read_to_its_end_is_not_tried(source: Path) -> None:
    three_studies(source)
    with Pacs().listening() as destination, read(source, destination) as manifest:
        with manifest.writing() as db:
            db.execute("UPDATE reading SET ended = NULL")
        assert not entries.read_to_the_end(manifest)
        with pytest.raises(UsageError, match="not read to the end"):
            rehearsed(manifest, destination)


@pytest.mark.parametrize("silent_at", ["storing", "asking"])
def test_it_can_be_stopped_and_goes_on_later(silent_at: str, source: Path) -> None:
    three_studies(source)
    pacs = Pacs()

    def hold(peer: Peer, uid: str, times: int) -> int:
        peer.hold()
        return 0

    if silent_at == "storing":
        pacs.take = hold
    else:
        pacs.on_end = lambda peer, keys: peer.hold()
    with pacs.listening() as destination, read(source, destination) as manifest:
        job = started("copy", lambda control, events: rehearse.run(manifest, destination, control, events))
        pacs.server.await_reached()
        job.control.stop()
        assert finished(job).outcome == "stopped"
        pacs.take, pacs.on_end = lambda peer, uid, times: 0, lambda peer, keys: None
        copying.run(manifest, destination)
        assert counted(manifest) == {"copied": 11}


def test_only_the_study_that_was_tried_is_asked_about(source: Path) -> None:
    three_studies(source)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        copying.run(manifest, destination)
        row = manifest.value("SELECT id FROM study WHERE study_uid = ?", (SMALL,))
        summary = verify.run(manifest, destination, Control(), Watcher(), row)
        assert summary == proof.ProofSummary(1, 1, 0, 0, 4, 4, 0, 0)
        asked = {str(keys.StudyInstanceUID) for keys in pacs.asked if isinstance(keys, Dataset)}
        assert asked == {SMALL}
        assert {study.result for study in proof.studies(manifest)} == {"MATCH", "NOT CHECKED"}
        assert {row["named"] for row in ledger.rows(manifest)} == {1, None}


def test_an_image_of_no_known_date_is_tried_where_there_is_no_other(source: Path) -> None:
    (source / "a").write_bytes(image("1.9", StudyDate=""))
    with Pacs().listening() as destination, read(source, destination) as manifest:
        assert rehearsed(manifest, destination) == Rehearsal(1, Private("Muster, Anna"), 1, 1, 0, 0)
