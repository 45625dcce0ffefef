"""A person decides to send files that cannot be sent as they are: some are, some never, and it can be taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.manifest.deciding import conflict, image, read, state, where
from tests.report.samples import IMPLICIT, Sample
from wizard.manifest import decisions, entries
from wizard.vocabulary import Action


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


def test_a_damaged_file_goes_last_and_is_as_it_was_when_that_is_taken_back(sample: Sample) -> None:
    entry = image(sample, "damaged", "broken")
    read(sample)
    before = state(sample, entry)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    assert state(sample, entry) == ("pending", "", "", 1)
    assert decisions.actions(sample.manifest)["damaged"] == Action.SEND_LAST
    decisions.decide(sample.manifest, "damaged", Action.LEAVE_OUT)
    assert state(sample, entry) == before


def test_a_decision_holds_for_what_a_later_reading_finds(sample: Sample) -> None:
    read(sample)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    entry = image(sample, "damaged", "no_picture")
    read(sample)
    assert where(sample, entry) == ("pending", 1)


def test_what_was_not_checked_can_go_in_its_turn(sample: Sample) -> None:
    entry = image(sample, "held_back", "unchecked")
    read(sample)
    decisions.decide(sample.manifest, "unchecked", Action.SEND)
    assert where(sample, entry) == ("pending", 0)


@pytest.mark.parametrize(
    "lacks",
    [
        {"sop_uid": None},
        {"sop_uid": ""},
        {"sop_uid": "1.2 3"},
        {"sop_uid": "1.2\\1.3"},
        {"sop_uid": "1.2\N{LATIN SMALL LETTER E WITH ACUTE}"},
        {"place": None},
        {"kind": None},
        {"kind": ("", IMPLICIT)},
        {"kind": ("1.2", "")},
        {"kind": ("1.2." + "3" * 61, IMPLICIT)},
        {"kind": ("garbage", IMPLICIT)},
        {"dataset_offset": None},
        {"dataset_offset": 1000},
    ],
    ids=str,
)
def test_what_lacks_something_that_sending_needs_is_never_sent_and_that_is_said(
    lacks: dict[str, Any], sample: Sample
) -> None:
    entry = image(sample, "damaged", "broken", **lacks)
    read(sample)
    before = state(sample, entry)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    assert state(sample, entry) == before
    (counted,) = decisions.count_topics(sample.manifest)
    assert (counted.count, counted.action, counted.left_behind) == (1, Action.SEND_LAST, 1)


@pytest.mark.parametrize("other", ["pending", "copied", "refused", "unknown", "conflict", "duplicate", "changed"])
def test_a_damaged_file_never_takes_the_place_of_another_with_its_identity(other: str, sample: Sample) -> None:
    entry = image(sample, "damaged", "broken", sop_uid="1.5")
    image(sample, other, sop_uid="1.5")
    read(sample)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    assert where(sample, entry) == ("damaged", 0)


def test_of_two_damaged_files_with_one_identity_the_first_goes(sample: Sample) -> None:
    first = image(sample, "damaged", "broken", sop_uid="1.5")
    second = image(sample, "held_back", "disagree", sop_uid="1.5")
    read(sample)
    decisions.decide(sample.manifest, "disagree", Action.SEND_LAST)
    assert (where(sample, first), where(sample, second)) == (("damaged", 0), ("held_back", 0))
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    assert (where(sample, first), where(sample, second)) == (("pending", 1), ("held_back", 0))


def test_a_damaged_file_that_was_to_be_sent_makes_no_conflict_with_a_good_one(sample: Sample) -> None:
    damaged = image(sample, "damaged", "broken", sop_uid="1.5")
    read(sample)
    decisions.decide(sample.manifest, "damaged", Action.SEND_LAST)
    good = image(sample, sop_uid="1.5")  # a later reading finds it
    assert list(entries.same_uid(sample.manifest)) == []
    entries.forget_same_uid(sample.manifest)
    read(sample)
    assert (where(sample, damaged), where(sample, good)) == (("damaged", 0), ("pending", 0))


# Conflicts


def test_of_a_conflict_the_first_file_goes_and_the_others_stay_with_their_reason(sample: Sample) -> None:
    first, second, third = (image(sample, sop_uid="1.5") for _ in range(3))
    fourth, fifth = (image(sample, sop_uid="1.6") for _ in range(2))
    conflict(sample, first, second, third, fourth, fifth)
    read(sample)
    before = [state(sample, one) for one in (first, second, third, fourth, fifth)]
    decisions.decide(sample.manifest, "conflict", Action.SEND)
    for one in (first, fourth):
        assert state(sample, one) == ("pending", "", "", 0)
    for one in (second, third, fifth):
        assert state(sample, one) == before[0]
    assert decisions.count_topics(sample.manifest)[0].count == 5
    decisions.decide(sample.manifest, "conflict", Action.LEAVE_OUT)
    assert [state(sample, one) for one in (first, second, third, fourth, fifth)] == before


@pytest.mark.parametrize("bucket", ["copied", "already_there", "refused", "unknown"])
def test_of_an_identity_that_was_sent_no_other_file_goes(bucket: str, sample: Sample) -> None:
    second, sent = (image(sample, sop_uid="1.5") for _ in range(2))
    conflict(sample, second)
    sample.answered(sent, bucket=bucket)
    read(sample)
    decisions.decide(sample.manifest, "conflict", Action.SEND)
    assert (where(sample, second), where(sample, sent)) == (("conflict", 0), (bucket, 0))


def test_a_conflict_that_was_decided_is_a_conflict_again_for_the_next_reading(sample: Sample) -> None:
    first, second = (image(sample, sop_uid="1.5") for _ in range(2))
    conflict(sample, first, second)
    read(sample)
    decisions.decide(sample.manifest, "conflict", Action.SEND)
    ((one, other),) = entries.same_uid(sample.manifest)
    assert [one["id"], other["id"]] == [first, second]
    conflict(sample, first, second)
    read(sample)
    assert (where(sample, first), where(sample, second)) == (("pending", 0), ("conflict", 0))
