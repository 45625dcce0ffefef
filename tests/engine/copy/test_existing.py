"""Images that the new PACS has already are left out: only those that an answer names, and never by the study."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydicom.dataset import Dataset

from tests.engine.pacs import Pacs, listed
from tests.engine.stage import Watcher, buckets, counted, finished, image, read, series, started
from tests.faults.server import Gone, Peer, abort
from wizard.dicom.destination import Destination
from wizard.engine.copy import existing
from wizard.engine.job import Control
from wizard.manifest import decisions, ledger, tree
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Action


def leave_out(
    manifest: Manifest, destination: Destination, watcher: Watcher | None = None, study: int | None = None
) -> int:
    return existing.leave_out(manifest, destination, Control(), watcher or Watcher(), study)


def two_studies(source: Path) -> tuple[list[str], list[str]]:
    for study in ("1.1", "1.2"):
        (source / study).mkdir()
    return series(source / "1.1", 5, "1.1"), series(source / "1.2", 5, "1.2")


def has(pacs: Pacs, uids: list[str], study: str) -> None:
    """The new PACS got these from somewhere else."""
    pacs.kept.update(dict.fromkeys(uids, (study, f"{study}.1")))


def test_what_it_names_is_not_sent_and_the_rest_waits(source: Path) -> None:
    first, second = two_studies(source)
    pacs, watcher = Pacs(), Watcher()
    has(pacs, [*first[:3], "1.1.1.99"], "1.1")
    with pacs.listening() as destination, read(source, destination) as manifest:
        assert leave_out(manifest, destination, watcher) == 3
        assert counted(manifest) == {"already_there": 3, "pending": 7}
        there = list(ledger.rows(manifest, "already_there"))
        assert [row["sop_uid"] for row in there] == first[:3]
        assert {(row["reason_code"], row["reason_values"], row["attempts"]) for row in there} == {
            ("found_before", "", 0)
        }
        assert {row["named"] for row in there} == {None}, "it is asked again when everything is verified"
        asked = [listed(keys, "SOPInstanceUID") for keys in pacs.asked]
        assert asked == [first, second], "image by image, although it has both studies or none"
        assert leave_out(manifest, destination) == 0
        assert [listed(keys, "SOPInstanceUID") for keys in pacs.asked[2:]] == [first[3:], second]
    assert not pacs.times
    assert watcher.notes == []
    assert pacs.server.releases == pacs.opened == 2


def test_one_study_alone_is_asked_about(source: Path) -> None:
    first, second = two_studies(source)
    pacs = Pacs()
    has(pacs, first, "1.1")
    has(pacs, second, "1.2")
    with pacs.listening() as destination, read(source, destination) as manifest:
        study = manifest.value("SELECT id FROM study WHERE study_uid = '1.2'")
        assert leave_out(manifest, destination, study=study) == 5
        assert {row["sop_uid"] for row in ledger.rows(manifest, "already_there")} == set(second)
        assert [listed(keys, "StudyInstanceUID") for keys in pacs.asked] == [["1.2"]]


def test_only_what_is_chosen_and_was_asked_for_counts(source: Path) -> None:
    first, second = two_studies(source)
    (source / "a").write_bytes(image("1.9.1", StudyDescription="A"))
    (source / "b").write_bytes(image("1.9.1", StudyDescription="B"))
    (source / "cut").write_bytes(image("1.9.2")[:-2])
    pacs = Pacs(name=lambda keys, uids: (0, [*first, *second, "1.9.1", "1.9.2"]))  # whatever it is asked
    with pacs.listening() as destination, read(source, destination) as manifest:
        tree.tick(manifest, "study", manifest.value("SELECT id FROM study WHERE study_uid = '1.2'"), False)
        assert leave_out(manifest, destination) == 5
        assert {name: bucket for name, bucket in buckets(manifest).items() if "/" not in name} == {
            "a": "conflict",
            "b": "conflict",
            "cut": "damaged",
        }
        assert counted(manifest) == {"already_there": 5, "left_out": 5, "conflict": 2, "damaged": 1}


def test_an_identity_that_two_different_files_have_is_not_asked_about(source: Path) -> None:
    (source / "a").write_bytes(image("1.9.1", StudyDescription="A"))
    (source / "b").write_bytes(image("1.9.1", StudyDescription="B"))
    pacs = Pacs()
    pacs.kept["1.9.1"] = ("1.2.3.1", "1.2.3.1.1")  # one of them, but who knows which
    with pacs.listening() as destination, read(source, destination) as manifest:
        decisions.decide(manifest, "conflict", Action.SEND)
        assert counted(manifest) == {"pending": 1, "conflict": 1}
        assert leave_out(manifest, destination) == 0
        assert counted(manifest) == {"pending": 1, "conflict": 1}
        assert pacs.asked == []


def test_damaged_files_that_are_sent_last_are_asked_about_too(source: Path) -> None:
    (source / "cut").write_bytes(image("1.9.2")[:-2])
    pacs = Pacs()
    pacs.kept["1.9.2"] = ("1.2.3.1", "1.2.3.1.1")
    with pacs.listening() as destination, read(source, destination) as manifest:
        decisions.decide(manifest, "damaged", Action.SEND_LAST)
        assert leave_out(manifest, destination) == 1
        assert counted(manifest) == {"already_there": 1}


# Answers that cannot be trusted, or do not come


def test_a_list_that_is_too_long_is_halved_and_what_stays_in_doubt_is_sent_and_said(source: Path) -> None:
    uids = series(source, 120)
    lengths: list[int] = []

    def name(keys: Dataset, found: list[str]) -> tuple[int, list[str]]:
        lengths.append(len(listed(keys, "SOPInstanceUID")))
        return (0xA700, []) if lengths[-1] > 13 or uids[7] in listed(keys, "SOPInstanceUID") else (0, found)

    pacs, watcher = Pacs(name=name), Watcher()
    has(pacs, uids, "1.2.3.1")
    with pacs.listening() as destination, read(source, destination) as manifest:
        assert leave_out(manifest, destination, watcher) == 119
        assert [row["sop_uid"] for row in ledger.rows(manifest, "pending")] == [uids[7]]
    assert max(lengths) == 50
    (note,) = watcher.notes
    assert "No query was possible for 1 of 120 images" in note


@pytest.mark.parametrize("status", [0xA700, 0xC000, 0xFE00, 0xB000])
def test_names_without_a_valid_end_count_for_nothing(status: int, source: Path) -> None:
    uids = series(source, 3)
    pacs, watcher = Pacs(name=lambda keys, found: (status, uids)), Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        assert leave_out(manifest, destination, watcher) == 0
        assert counted(manifest) == {"pending": 3}
    assert watcher.notes == ["No query was possible for 3 of 3 images. They are copied with unchanged UIDs."]


def test_where_nobody_may_ask_everything_is_sent_and_it_is_tried_once(source: Path) -> None:
    two_studies(source)
    pacs, watcher = Pacs(answer=lambda sop_class, syntax: (3, syntax)), Watcher()
    with pacs.listening() as destination, read(source, destination) as manifest:
        assert leave_out(manifest, destination, watcher) == 0
        assert counted(manifest) == {"pending": 10}
    assert pacs.opened == 1
    assert ["No query was possible for 10 of 10 images" in note for note in watcher.notes] == [True]


def test_a_destination_that_is_away_is_no_error_here(source: Path, free_port: int) -> None:
    two_studies(source)
    watcher = Watcher()
    with read(source) as manifest:
        assert leave_out(manifest, Destination("127.0.0.1", free_port, "PACS"), watcher) == 0
        assert counted(manifest) == {"pending": 10}
    assert len(watcher.notes) == 1


@pytest.mark.parametrize(
    ("lost", "found", "opened"),
    [({1, 2}, 12, 3), ({1, 2, 4, 5}, 11, 5), ({2, 3, 4}, 2, 3), ({1, 2, 3, 4, 5, 6}, 0, 3)],
    ids=["at first", "now and then", "three in a row", "always"],
)
def test_lost_associations_are_replaced_but_not_for_ever(lost: set[int], found: int, opened: int, source: Path) -> None:
    for number in range(6):
        (source / str(number)).mkdir()
        series(source / str(number), 2, f"1.{number + 1}")
    pacs, watcher = Pacs(name=lambda keys, uids: (0, listed(keys, "SOPInstanceUID"))), Watcher()

    def breaking(peer: Peer, keys: Dataset) -> None:
        if len(pacs.asked) in lost:
            peer.send(abort(2, 0))
            raise Gone

    pacs.on_end = breaking
    with pacs.listening() as destination, read(source, destination) as manifest:
        assert (leave_out(manifest, destination, watcher), pacs.opened) == (found, opened)
        assert counted(manifest).get("pending", 0) == 12 - found
    assert [f"No query was possible for {12 - found} of 12 images" in note for note in watcher.notes] == [True] * (
        found < 12
    )


# While it goes on


def test_it_reports_as_copying_does_and_says_what_it_waits_for(source: Path) -> None:
    first, _ = two_studies(source)
    pacs, watcher = Pacs(), Watcher()
    has(pacs, first, "1.1")
    with pacs.listening() as destination, read(source, destination) as manifest:
        leave_out(manifest, destination, watcher)
        at_the_end = {name: count for name, count in watcher.states[-1].counts.items() if count}
        assert at_the_end == counted(manifest)
    assert [(state.step, state.done, state.total) for state in watcher.states] == [("copy", 5, 10), ("copy", 5, 10)]
    assert watcher.states[0].waiting.values == {"asked": 5, "total": 10}
    assert "Muster, Anna" in watcher.states[0].current


@pytest.mark.parametrize("silent_at", ["the association", "the question"])
def test_it_can_be_stopped_while_the_other_side_is_silent_and_keeps_what_was_named(
    silent_at: str, source: Path
) -> None:
    first, _ = two_studies(source)
    pacs = Pacs()
    has(pacs, first, "1.1")
    if silent_at == "the association":
        pacs.on_open = Peer.hold
    else:
        pacs.on_end = lambda peer, keys: peer.hold() if len(pacs.asked) == 2 else None
    with pacs.listening() as destination, read(source, destination) as manifest:
        job = started("copy", lambda control, events: existing.leave_out(manifest, destination, control, events))
        pacs.server.await_reached()
        job.control.stop()
        assert finished(job).outcome == "stopped"
        assert counted(manifest).get("already_there", 0) == (0 if silent_at == "the association" else 5)
