"""Batches: a study goes to one sender at a time, each image once, and the ones put off last."""

from __future__ import annotations

import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.report.samples import Sample
from wizard.engine.copy import batches
from wizard.engine.copy.batches import BATCH_SECONDS, Batches
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome, Ticket
from wizard.manifest.study_order import OrderPosition
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

DATES = {1: "20190302", 2: "20240101", 3: "20200101"}


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """Three studies with twenty images each."""
    with archive(tmp_path / "m.sqlite", [20, 20, 20]) as sample:
        yield sample


@pytest.fixture
def manifest(sample: Sample) -> Manifest:
    return sample.manifest


def archive(path: Path, counts: list[int]) -> Sample:
    """Studies with so many images each; their row numbers are 1, 2, 3 …"""
    sample = Sample(path)
    for study, count in enumerate(counts, 1):
        for number in range(count):
            uid = f"1.{study}.{number}"
            sample.image(study_uid=f"1.{study}", series_uid="1", sop_uid=uid, study_date=DATES.get(study))
    sample.read()
    return sample


def batches_of(manifest: Manifest, **options: object) -> Batches:
    return Batches(manifest, [kind.id for kind in queue.kinds(manifest)], 0, **options)  # type: ignore[arg-type]


def next_for(manifest: Manifest, on: Batches, sender: int) -> list[Ticket]:
    with manifest.writing() as db:
        return on.next(db, sender)


def numbers(tickets: list[Ticket]) -> list[str]:
    """Study and image of each ticket."""
    return [ticket.sop_uid[2:] for ticket in tickets]


def said(manifest: Manifest, tickets: list[Ticket], bucket: str, status: int | None) -> None:
    reason = Reason("full") if bucket == "pending" else None
    with manifest.writing() as db:
        queue.record(
            db,
            [Outcome(Bucket(bucket), reason, None, ticket.entry) for ticket in tickets],
            [Attempt(ticket.entry, 1.0, 1001, status, "", "", 868, 0.1) for ticket in tickets],
        )


def all_of(manifest: Manifest, on: Batches, sender: int = 1) -> list[str]:
    """Everything a single sender is handed, in order; each was put off if its image is number 3, else copied."""
    seen: list[str] = []
    while True:
        batch = next_for(manifest, on, sender)
        if not batch:
            return seen
        for ticket in batch:
            seen += numbers([ticket])
            put_off = ticket.sop_uid.endswith(".3")
            said(manifest, [ticket], "pending" if put_off else "copied", 0xA700 if put_off else 0)


# To whom


def test_a_study_is_with_one_sender_until_its_end(manifest: Manifest) -> None:
    on = batches_of(manifest)
    assert numbers(next_for(manifest, on, 1)) == [f"1.{number}" for number in range(8)]
    assert numbers(next_for(manifest, on, 2)) == [f"2.{number}" for number in range(8)]
    assert numbers(next_for(manifest, on, 1))[:8] == [f"1.{number}" for number in range(8, 16)]
    assert numbers(next_for(manifest, on, 3)) == [f"3.{number}" for number in range(8)]


def test_a_batch_is_filled_from_several_small_studies(tmp_path: Path) -> None:
    with archive(tmp_path / "small.sqlite", [1, 2, 1, 9]) as sample:
        on = batches_of(sample.manifest)
        assert numbers(next_for(sample.manifest, on, 1)) == ["1.0", "2.0", "2.1", "3.0", "4.0", "4.1", "4.2", "4.3"]


def test_it_is_empty_when_no_study_is_left_that_nobody_has_begun(manifest: Manifest) -> None:
    on = batches_of(manifest)
    for sender in (1, 2, 3):
        next_for(manifest, on, sender)
    assert not on.empty
    assert next_for(manifest, on, 4) == []
    assert on.empty


def test_another_goes_on_with_the_study_of_one_that_is_gone(manifest: Manifest) -> None:
    on = batches_of(manifest)
    gone = next_for(manifest, on, 1)
    with manifest.writing() as db:
        queue.give_back(db, gone[5:])  # never left
    on.put_back(1)
    on.put_back(9)  # had none
    assert [next_for(manifest, on, sender)[0].study for sender in (2, 3)] == [2, 3]
    assert numbers(next_for(manifest, on, 4)) == [f"1.{number}" for number in range(8, 16)]


@settings(max_examples=40, derandomize=True, suppress_health_check=list(HealthCheck))
@given(
    counts=st.lists(st.integers(1, 12), min_size=1, max_size=6),
    steps=st.lists(st.tuples(st.integers(1, 3), st.sampled_from(["next", "next", "gone", "order"])), max_size=25),
)
def test_whoever_asks_and_goes_everything_is_handed_out_once(counts: list[int], steps: list[tuple[int, str]]) -> None:
    with tempfile.TemporaryDirectory() as folder, archive(Path(folder) / "m.sqlite", counts) as sample:
        manifest = sample.manifest
        on, newest_first = batches_of(manifest), False
        seen: list[str] = []
        holds: dict[int, int] = {}  # the study that each sender was handed last
        for sender, step in [*steps, *[(1, "next")] * 60]:
            if step == "gone":
                on.put_back(sender)
                holds.pop(sender, None)
            elif step == "order":
                newest_first = not newest_first
                on.order(newest_first)
            else:
                others = {study for other, study in holds.items() if other != sender and left(manifest, study)}
                batch = next_for(manifest, on, sender)
                assert not others & {ticket.study for ticket in batch}
                holds[sender] = batch[-1].study if batch else 0
                seen += numbers(batch)
        for sender in (2, 3):  # what they hold they are handed to the end
            on.put_back(sender)
        seen += all_of(manifest, on)
        assert sorted(seen) == sorted(
            f"{study}.{number}" for study, count in enumerate(counts, 1) for number in range(count)
        )


def left(manifest: Manifest, study: int) -> int:
    """The number of images of a study that wait and are not handed out."""
    sql = """SELECT COUNT(*) FROM entry JOIN series ON series.id = entry.series WHERE series.study = ?
        AND bucket = 'pending' AND entry.id NOT IN (SELECT entry FROM claim)"""
    return int(manifest.value(sql, (study,)))


# In which order


def test_what_is_put_off_waits_for_the_next_round_and_comes_last_in_its_study_then(manifest: Manifest) -> None:
    everything = [f"{study}.{number}" for study in (1, 2, 3) for number in range(20)]
    assert all_of(manifest, batches_of(manifest)) == everything
    assert queue.waiting(manifest)[0] == 3
    with manifest.writing() as db:
        db.execute("UPDATE entry SET bucket = 'pending' WHERE sop_uid IN ('1.1.7', '1.1.1')")
    assert all_of(manifest, batches_of(manifest)) == ["1.1", "1.7", "1.3", "2.3", "3.3"]
    assert queue.waiting(manifest)[0] == 3


def test_it_begins_behind_a_study_and_says_which_was_taken_last(manifest: Manifest) -> None:
    on = batches_of(manifest, after=OrderPosition(1, "", 1))
    assert on.last is None
    assert [next_for(manifest, on, sender)[0].study for sender in (1, 2, 3)] == [2, 3, 1]
    assert on.last == OrderPosition(1, "", 1)


def test_one_study_alone(manifest: Manifest) -> None:
    assert {one.split(".")[0] for one in all_of(manifest, batches_of(manifest, study=2))} == {"2"}


def test_another_order_takes_effect_with_the_next_study(manifest: Manifest) -> None:
    on = batches_of(manifest)
    assert next_for(manifest, on, 1)[0].study == 1
    on.order(True)
    assert next_for(manifest, on, 1)[0].study == 1, "which it goes on with"
    assert next_for(manifest, on, 2)[0].study == 2
    assert next_for(manifest, on, 3)[0].study == 3
    assert on.last == OrderPosition(1, "20200101", 3)


def test_the_same_order_again_begins_nothing_anew(manifest: Manifest) -> None:
    on = batches_of(manifest)
    next_for(manifest, on, 1)
    on.order(False)
    assert on.last == OrderPosition(1, "", 1)


# What is set aside


def test_of_a_study_that_is_set_aside_nothing_more_is_handed_out_until_it_is_recalled(manifest: Manifest) -> None:
    on = batches_of(manifest)
    first = next_for(manifest, on, 1)
    said(manifest, first[:3], "pending", 0xA700)
    with manifest.writing() as db:
        queue.give_back(db, first[3:])
    on.set_aside(1, 1)
    others = all_of(manifest, on)
    assert {one.split(".")[0] for one in others} == {"2", "3"}
    assert on.recalled == set()
    on.recall()
    assert on.recalled == {1}
    assert all_of(manifest, on) == [f"1.{number}" for number in range(3, 20)], (
        "and what failed waits for the next round"
    )


def test_a_study_that_is_set_aside_when_its_sender_has_begun_another_takes_that_one_from_nobody(
    tmp_path: Path,
) -> None:
    with archive(tmp_path / "two.sqlite", [5, 20]) as sample:
        on = batches_of(sample.manifest)
        assert next_for(sample.manifest, on, 1)[-1].study == 2
        on.set_aside(1, 1)
        assert next_for(sample.manifest, on, 1)[0].sop_uid == "1.2.3"


# How many


def sizes(manifest: Manifest, monkeypatch: pytest.MonkeyPatch, pauses: list[float]) -> list[int]:
    now = 0.0
    monkeypatch.setattr(batches, "time", SimpleNamespace(monotonic=lambda: now))
    on = batches_of(manifest)
    found = []
    for pause in pauses:
        now += pause
        found.append(len(next_for(manifest, on, 1)))
    return found


@pytest.fixture
def large(tmp_path: Path) -> Iterator[Manifest]:
    with archive(tmp_path / "large.sqlite", [3000]) as sample:
        yield sample.manifest


def test_batches_grow_while_they_are_gone_in_no_time(large: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    found = sizes(large, monkeypatch, [0.0] + [BATCH_SECONDS / 10] * 9)
    assert found == [8, 8, 16, 32, 64, 128, 256, 512, 512, 512]


def test_batches_shrink_to_one_while_each_takes_long(large: Manifest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert sizes(large, monkeypatch, [0.0] + [BATCH_SECONDS * 8] * 6) == [8, 8, 4, 2, 1, 1, 1]


def test_batches_stay_as_they_are_while_they_take_about_as_long_as_they_should(
    large: Manifest, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert sizes(large, monkeypatch, [0.0] + [BATCH_SECONDS / 2] * 6) == [8] * 7
