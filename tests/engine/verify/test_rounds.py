"""Step 5, Verify, on several associations: lost queries are sent again, and answered ones are not."""

from __future__ import annotations

import contextlib
import threading
import time
from pathlib import Path
from typing import Iterator

import pytest
from pydicom.dataset import Dataset

from tests.engine.pacs import Pacs, listed
from tests.engine.stage import Watcher, read, series
from tests.faults.server import Gone, Peer, abort, associate_rj
from wizard.dicom.destination import Destination
from wizard.engine import copy, verify
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.errors import DestinationError, Stopped
from wizard.manifest import copy_settings, proof
from wizard.manifest.copy_settings import CopySettings
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import ProofSummary

STUDIES = ("1.1", "1.2", "1.3", "1.4")


@pytest.fixture
def archive(source: Path) -> Path:
    """Four studies of two images each."""
    for study in STUDIES:
        (source / study).mkdir()
        series(source / study, 2, study)
    return source


class Copied:
    """A PACS that has the archive, and the migration that copied it, to be verified."""

    def __init__(self, pacs: Pacs, destination: Destination, manifest: Manifest) -> None:
        self.pacs, self.destination, self.manifest = pacs, destination, manifest

    def verified(self, watcher: Watcher | None = None) -> ProofSummary:
        return verify.run(self.manifest, self.destination, Control(), watcher or NoEvents())

    def with_associations(self, number: int) -> None:
        copy_settings.keep(self.manifest, CopySettings(associations=number))

    @property
    def asked(self) -> list[str]:
        """The studies that were asked about by name since the last look, each once."""
        found = {study for keys in self.pacs.asked for study in listed(keys, "StudyInstanceUID")}
        self.pacs.asked.clear()
        return sorted(found)

    @property
    def results(self) -> dict[str, str]:
        return {study.study_uid: study.result for study in proof.studies(self.manifest)}


@pytest.fixture
def copied(archive: Path) -> Iterator[Copied]:
    pacs = Pacs()
    with pacs.listening() as destination, read(archive, destination) as manifest:
        copy.run(manifest, destination, Control(), NoEvents(), pauses=(0.0,))
        pacs.asked.clear()
        yield Copied(pacs, destination, manifest)


ALL = ProofSummary(4, 4, 0, 0, 8, 8, 0, 0)


def test_as_many_associations_ask_at_the_same_time_as_are_wished(copied: Copied) -> None:
    copied.with_associations(3)
    together = threading.Barrier(3, timeout=15)
    waited: list[int] = []

    def meet(peer: Peer, keys: Dataset) -> None:
        if len(waited) < 3:
            waited.append(1)
            together.wait()  # nobody gets an answer before three have asked

    copied.pacs.opened, copied.pacs.on_end = 0, meet
    assert copied.verified() == ALL
    assert copied.pacs.opened == 3


def test_a_destination_that_takes_one_association_at_a_time_is_asked_by_one(copied: Copied) -> None:
    free = threading.Lock()
    inside: list[Peer] = []

    def open_one(peer: Peer) -> None:
        if not free.acquire(blocking=False):
            peer.pdu()
            peer.send(associate_rj(2, 3, 2))  # local limit exceeded (PS3.8 table 9-21)
            peer.until_gone()
        inside.append(peer)

    def close_it(peer: Peer) -> None:
        if peer in inside:
            free.release()

    copied.pacs.on_open, copied.pacs.on_close = open_one, close_it
    watcher = Watcher()
    assert copied.verified(watcher) == ALL
    assert watcher.states[-1].done == 8
    assert copied.asked == list(STUDIES)


@pytest.mark.parametrize("how", ["a reset", "an abort"])
def test_a_lost_association_is_opened_again_and_asked_the_same(how: str, copied: Copied) -> None:
    copied.with_associations(1)
    lost: list[str] = []

    def losing(peer: Peer, keys: Dataset) -> None:
        study = str(keys.StudyInstanceUID)
        if study in ("1.2", "1.3") and study not in lost:
            lost.append(study)
            if how == "a reset":
                peer.reset()
            peer.send(abort(2, 0))
            raise Gone

    copied.pacs.opened, copied.pacs.on_end = 0, losing
    assert copied.verified() == ALL
    assert {study.grade for study in proof.studies(copied.manifest)} == {"A"}
    assert copied.pacs.opened == 3


def test_three_losses_in_a_row_end_it_and_keep_what_was_answered(copied: Copied) -> None:
    copied.with_associations(1)

    def losing(peer: Peer, keys: Dataset) -> None:
        if keys.StudyInstanceUID != "1.1":
            raise Gone

    copied.pacs.opened, copied.pacs.on_end = 0, losing
    with pytest.raises(DestinationError):
        copied.verified()
    assert copied.pacs.opened == 3
    assert copied.results == {"1.1": "MATCH", **dict.fromkeys(STUDIES[1:], "NOT CHECKED")}


def fail_after_the_first(copied: Copied) -> None:
    """Verify, and be refused from the second study on."""
    copied.with_associations(1)
    copied.pacs.on_end = lambda peer, keys: peer.reset() if keys.StudyInstanceUID != "1.1" else None
    with pytest.raises(DestinationError):
        copied.verified()
    copied.pacs.on_end = lambda peer, keys: None
    assert copied.asked == ["1.1", "1.2"]


def test_what_did_not_come_to_its_end_goes_on_with_the_studies_that_were_not_asked_about(copied: Copied) -> None:
    fail_after_the_first(copied)
    watcher = Watcher()
    assert copied.verified(watcher) == ALL
    assert copied.asked == ["1.2", "1.3", "1.4"]
    assert (watcher.states[0].done_before, watcher.states[-1].done) == (2, 8)


def test_after_a_whole_round_everything_is_asked_anew(copied: Copied) -> None:
    copied.verified()
    assert copied.asked == list(STUDIES)
    copied.pacs.kept.clear()
    assert copied.verified().missing == 8
    assert copied.asked[-4:] == list(STUDIES)


def test_answers_from_before_the_clock_was_put_back_are_no_answers_of_this_round(
    copied: Copied, monkeypatch: pytest.MonkeyPatch
) -> None:
    copied.verified()
    assert copied.asked == list(STUDIES)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() - 86_400)
    fail_after_the_first(copied)
    assert copied.verified() == ALL
    assert copied.asked == ["1.2", "1.3", "1.4"]
    first = next(proof.studies(copied.manifest)).study
    monkeypatch.setattr(time, "time", lambda: now() - 2 * 86_400)
    verify.run(copied.manifest, copied.destination, Control(), NoEvents(), first)
    assert copied.asked == ["1.1"]


@pytest.mark.parametrize("stopped", [True, False])
def test_after_copying_again_everything_is_asked_anew(stopped: bool, copied: Copied) -> None:
    fail_after_the_first(copied)
    control = Control()
    if stopped:
        control.stop()
    with contextlib.suppress(Stopped):
        copy.run(copied.manifest, copied.destination, control, NoEvents())
    assert copied.verified() == ALL
    assert copied.asked == list(STUDIES)


def test_one_study_is_asked_about_whenever_that_is_wanted(copied: Copied) -> None:
    fail_after_the_first(copied)
    first = next(proof.studies(copied.manifest)).study
    verify.run(copied.manifest, copied.destination, Control(), NoEvents(), first)
    assert copied.asked == ["1.1"]
