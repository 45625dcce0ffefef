"""Step 5, Verify: an image is confirmed only if the destination names it, and missing only if it denies it."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterable

import pytest
from pydicom.dataset import Dataset

from tests.engine.pacs import Pacs, listed
from tests.engine.stage import Watcher, counted, finished, image, read, series, started
from tests.faults.server import Gone, Peer, abort
from tests.peers.archive import sop_uid
from wizard.dicom.destination import Destination
from wizard.engine import copy, verify
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.errors import DestinationError
from wizard.manifest import ledger, proof, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import ProofSummary, StudyProof
from wizard.practice.pacs import PracticePacs

Naming = Callable[[Dataset, "list[str]"], "tuple[int, Iterable[str]]"]


def copied(manifest: Manifest, destination: Destination) -> None:
    copy.run(manifest, destination, Control(), NoEvents(), pauses=(0.0,))


def verified(manifest: Manifest, destination: Destination, watcher: Watcher | None = None) -> ProofSummary:
    return verify.run(manifest, destination, Control(), watcher or Watcher())


def only(manifest: Manifest) -> StudyProof:
    (study,) = proof.studies(manifest)
    return study


def not_arrived(manifest: Manifest) -> list[str]:
    return [row["sop_uid"] for study in proof.studies(manifest) for row in proof.not_arrived(manifest, study.study)]


# Against the practice PACS


def test_everything_that_was_copied_is_confirmed_image_by_image(source: Path, tmp_path: Path) -> None:
    series(source, 120)
    (source / "other.dcm").write_bytes(image("1.9.1.1", "1.9", "1.9.1"))
    watcher = Watcher()
    with PracticePacs(tmp_path / "pacs") as pacs:
        destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
        with read(source, destination) as manifest:
            copied(manifest, destination)
            summary = verified(manifest, destination, watcher)
            assert summary == ProofSummary(2, 2, 0, 0, 121, 121, 0, 0)
            assert {(study.result, study.grade) for study in proof.studies(manifest)} == {("MATCH", "A")}
            assert manifest.value("SELECT outcome FROM run ORDER BY id DESC") == "done"
    assert [state.total for state in watcher.states] == [121, 121]
    assert watcher.states[-1].done == 121
    assert watcher.notes == []


def test_what_the_pacs_lost_is_missing_is_named_and_can_be_copied_again(source: Path, tmp_path: Path) -> None:
    uids = series(source, 5)
    with PracticePacs(tmp_path / "pacs") as pacs:
        destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
        with read(source, destination) as manifest:
            copied(manifest, destination)
            pacs.stop()
            (lost,) = [path for path in (tmp_path / "pacs").glob("*.dcm") if sop_uid(path) == uids[3]]
            lost.unlink()
            pacs.start()
            assert verified(manifest, destination) == ProofSummary(1, 0, 1, 0, 5, 4, 1, 0)
            assert not_arrived(manifest) == [uids[3]]
            assert counted(manifest) == {"copied": 5}, "verifying moves nothing"

            assert queue.retry_missing(manifest) == 1
            copied(manifest, destination)
            assert verified(manifest, destination) == ProofSummary(1, 1, 0, 0, 5, 5, 0, 0)
            assert not_arrived(manifest) == []


# What is never sent is expected as well


def test_what_was_refused_or_is_damaged_is_missing_and_what_is_in_doubt_is_not_confirmed(source: Path) -> None:
    uids = series(source, 2)
    (source / "cut.dcm").write_bytes(image("1.2.3.1.1.8")[:-2])
    for name, text in (("a", "A"), ("b", "B")):
        (source / name).write_bytes(image("1.2.3.1.1.9", StudyDescription=text))
    pacs = Pacs(take=lambda peer, uid, times: 0xA900 if uid == uids[1] else 0)
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        pacs.kept["1.2.3.1.1.9"] = pacs.kept[uids[0]]  # one of the two, but who knows which
        assert verified(manifest, destination) == ProofSummary(1, 0, 1, 0, 4, 1, 2, 1)
        assert sorted(not_arrived(manifest)) == sorted([uids[1], "1.2.3.1.1.8", "1.2.3.1.1.9", "1.2.3.1.1.9"])


def test_what_else_the_destination_has_is_counted_beside_it(source: Path) -> None:
    uids = series(source, 3)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        for number in (1, 2):
            pacs.kept[f"1.7.{number}"] = pacs.kept[uids[0]]
        assert verified(manifest, destination).match == 1
        assert only(manifest).extra == 2


def test_without_anything_expected_nobody_is_asked(source: Path, free_port: int) -> None:
    (source / "readme.txt").write_bytes(b"text")
    with read(source) as manifest:
        assert verified(manifest, Destination("127.0.0.1", free_port, "PACS")) == ProofSummary(0, 0, 0, 0, 0, 0, 0, 0)


# Answers that cannot be trusted


@pytest.mark.parametrize("status", [0xA700, 0xA900, 0xC000, 0xFE00, 0x0122, 0x0110, 0x1234, 0xB000])
@pytest.mark.parametrize("says_something", [False, True])
def test_an_end_that_is_not_success_is_not_checked_and_never_missing(
    status: int, says_something: bool, source: Path
) -> None:
    series(source, 3)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        pacs.name = lambda keys, uids: (status, uids[:1] if says_something else [])
        watcher = Watcher()
        assert verified(manifest, destination, watcher) == ProofSummary(1, 0, 0, 1, 3, 0, 0, 3)
        assert (only(manifest).result, only(manifest).grade) == ("NOT CHECKED", "E")
        assert "some_not_answered" in [remark.code for remark in only(manifest).remarks]
        assert watcher.notes == [
            "3 images were not checked: the new PACS gave no usable answer. Action by: the administrator of the new "
            "PACS. Ask them to allow queries for single images (C-FIND, IMAGE level), then verify again."
        ]
        assert len(not_arrived(manifest)) == 3


def test_a_list_that_is_too_long_is_halved_until_it_is_answered(source: Path) -> None:
    series(source, 120)
    pacs = Pacs()
    lengths: list[int] = []

    def name(keys: Dataset, uids: list[str]) -> tuple[int, list[str]]:
        lengths.append(len(listed(keys, "SOPInstanceUID")))
        return (0xA700, []) if lengths[-1] > 13 else (0, uids)

    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        pacs.name = name
        assert verified(manifest, destination) == ProofSummary(1, 1, 0, 0, 120, 120, 0, 0)
    assert max(lengths) == 50
    assert lengths[:4] == [50, 25, 12, 12]
    assert max(lengths[3:]) == 12, "it need not learn that twice"


def test_one_image_that_cannot_be_asked_about_leaves_the_others_confirmed(source: Path) -> None:
    uids = series(source, 20)
    pacs = Pacs()

    def name(keys: Dataset, found: list[str]) -> tuple[int, list[str]]:
        return (0xC000, []) if uids[7] in found else (0, found)

    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        pacs.name = name
        assert verified(manifest, destination) == ProofSummary(1, 0, 0, 1, 20, 19, 0, 1)
        assert not_arrived(manifest) == [uids[7]]


def as_the_book_says(keys: Dataset, uids: list[str]) -> tuple[int, list[str]]:
    """One study and one series must be named (PS3.4 C.4.1.2.1)."""
    single = all(len(listed(keys, name)) == 1 for name in ("StudyInstanceUID", "SeriesInstanceUID"))
    return (0, uids) if single else (0xA900, [])


def short(keys: Dataset, uids: list[str]) -> tuple[int, list[str]]:
    """Never more than three answers, and nothing said about it."""
    return 0, uids[:3]


@pytest.mark.parametrize("name", [as_the_book_says, short])
def test_whatever_its_habits_what_it_has_is_confirmed(name: Naming, source: Path) -> None:
    series(source, 10)
    pacs = Pacs(name=name)
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        assert verified(manifest, destination) == ProofSummary(1, 1, 0, 0, 10, 10, 0, 0)


@pytest.mark.parametrize("name", [as_the_book_says, short])
def test_whatever_its_habits_what_it_lacks_is_missing(name: Naming, source: Path) -> None:
    uids = series(source, 10)
    pacs = Pacs(name=name)
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        del pacs.kept[uids[9]]
        assert verified(manifest, destination) == ProofSummary(1, 0, 1, 0, 10, 9, 1, 0)
        assert not_arrived(manifest) == [uids[9]]


@pytest.mark.parametrize("moved", ["to another study", "to another series"])
def test_an_image_that_was_filed_elsewhere_is_found(moved: str, source: Path) -> None:
    uids = series(source, 4)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        study, of_series = pacs.kept[uids[2]]
        pacs.kept[uids[2]] = ("9.9", of_series) if moved == "to another study" else (study, "9.9.9")
        assert verified(manifest, destination) == ProofSummary(1, 1, 0, 0, 4, 4, 0, 0)
    alone = [keys for keys in pacs.asked if not listed(keys, "StudyInstanceUID")]
    assert [listed(keys, "SOPInstanceUID") for keys in alone] == ([[uids[2]]] if moved == "to another study" else [])


# The destination goes away


def test_what_was_answered_before_it_went_away_is_kept(source: Path) -> None:
    for study in ("1.1", "1.2"):
        (source / study).mkdir()
        series(source / study, 3, study)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)

        def name(keys: Dataset, uids: list[str]) -> tuple[int, list[str]]:
            if listed(keys, "StudyInstanceUID") == ["1.2"]:
                raise Gone
            return 0, uids

        pacs.name = name
        with pytest.raises(DestinationError):
            verified(manifest, destination)
        assert {study.study_uid: study.result for study in proof.studies(manifest)} == {
            "1.1": "MATCH",
            "1.2": "NOT CHECKED",
        }
        assert manifest.value("SELECT outcome FROM run ORDER BY id DESC") == "failed"
        assert counted(manifest) == {"copied": 6}


def test_a_destination_that_is_away_changes_nothing(source: Path, free_port: int) -> None:
    series(source, 3)
    with read(source) as manifest:
        before = [tuple(row) for row in ledger.rows(manifest)]
        with pytest.raises(DestinationError, match="rejected the connection"):
            verified(manifest, Destination("127.0.0.1", free_port, "PACS"))
        assert [tuple(row) for row in ledger.rows(manifest)] == before
        assert only(manifest).result == "NOT CHECKED"


@pytest.mark.parametrize("silent_at", ["the association", "the question"])
def test_it_can_be_stopped_while_the_other_side_is_silent(silent_at: str, source: Path) -> None:
    series(source, 3)
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        if silent_at == "the association":
            pacs.on_open = Peer.hold
        else:
            pacs.on_end = lambda peer, keys: peer.hold()
        job = started("verify", lambda control, events: verify.run(manifest, destination, control, events))
        pacs.server.await_reached()
        job.control.stop()
        assert finished(job).outcome == "stopped"
        assert only(manifest).result == "NOT CHECKED"


def test_an_abort_in_the_middle_of_an_answer_is_not_an_end(source: Path) -> None:
    series(source, 3)
    pacs = Pacs()

    def aborting(peer: Peer, keys: Dataset) -> None:
        peer.send(abort(2, 0))
        raise Gone

    with pacs.listening() as destination, read(source, destination) as manifest:
        copied(manifest, destination)
        pacs.on_end = aborting
        with pytest.raises(DestinationError):
            verified(manifest, destination)
        assert proof.summary(manifest).missing == 0
        assert proof.summary(manifest).confirmed == 0
