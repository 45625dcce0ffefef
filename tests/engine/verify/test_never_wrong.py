"""Step 5, Verify, against any mixture of habits: nothing is confirmed that is not there, and nothing denied that is.

Archives, what of them is at the destination, and the habits of its server are drawn at random.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Callable, Dict, Iterator, NamedTuple, Sequence, Tuple
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydicom.dataset import Dataset

from tests.engine.finders import (
    Finder,
    Habit,
    also_naming,
    always_naming,
    capped,
    counting,
    every,
    half_way,
    hierarchical,
    ignoring,
    level_of,
    padded,
    pending,
    refusing,
    refusing_lists,
    twice,
    without,
    without_counts,
)
from tests.engine.pacs import Answers, Row, listed
from tests.report.samples import CT, IMPLICIT, PLACE, SOURCE, Sample
from wizard.engine import verify
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.engine.query import session
from wizard.errors import DestinationError
from wizard.manifest import copy_settings, proof
from wizard.manifest.copy_settings import CopySettings
from wizard.manifest.entry import Entry
from wizard.manifest.manifest import Manifest

#: SOP Instance UID -> Study and Series Instance UID
Places = Dict[str, Tuple[str, str]]
OTHERS = [f"9.8.{number}" for number in range(3)]

Habits = Dict[str, Callable[[], Habit]]
#: A server has at most one of each.
CAPS: Habits = {
    "at most 1 answer, silently": lambda: capped(1),
    "at most 3 answers, silently": lambda: capped(3),
    "at most 2 answers, A700": lambda: capped(2, 0xA700),
    "at most 3 answers, FE00": lambda: capped(3, 0xFE00),
}
REFUSALS: Habits = {
    "no images": lambda: refusing("IMAGE"),
    "no series": lambda: refusing("SERIES", status=0xC000),
    "studies only": lambda: refusing("IMAGE", "SERIES"),
    "nothing": lambda: refusing("IMAGE", "SERIES", "STUDY", status=0x0122),
    "images one by one": lambda: refusing_lists(1),
    "images three by three": lambda: refusing_lists(3, 0xA700),
}
HIERARCHY: Habits = {"hierarchical": lambda: hierarchical}
BLINDNESS: Habits = {
    "images not looked at": lambda: ignoring("SOPInstanceUID"),
    "series not looked at": lambda: ignoring("SeriesInstanceUID"),
    "studies not looked at": lambda: ignoring("StudyInstanceUID"),
}
INVENTIONS: Habits = {
    "others instead": lambda: always_naming(*OTHERS),
    "others too": lambda: also_naming(*OTHERS[:2]),
    "no UIDs of images": lambda: without("SOPInstanceUID"),
}
COUNTING: Habits = {
    "no counts": lambda: without_counts,
    "one too many": lambda: counting(lambda true: true + 1),
    "one too few": lambda: counting(lambda true: true - 1),
    "always 0": lambda: counting(lambda true: 0),
    "always 3": lambda: counting(lambda true: 3),
}
LOOKS: Habits = {
    "each answer twice": lambda: twice,
    "UIDs padded": lambda: padded(b" \0"),
    "FF01": lambda: pending(0xFF01),
}
LOSSES: Habits = {
    "lost once": lambda: half_way(times=1),
    "lost four times": lambda: half_way(times=4),
    "lost for ever": lambda: half_way(),
}
FAMILIES = (CAPS, REFUSALS, HIERARCHY, BLINDNESS, INVENTIONS, COUNTING, LOOKS, LOSSES)
HABITS = {name: habit for family in FAMILIES for name, habit in family.items()}


class World(NamedTuple):
    """What was copied, what of it is where, how the server behaves, and how it is asked."""

    copied: Places
    there: Places
    habits: list[tuple[str, int]]
    """Each with how often it comes: at every question, every second …"""
    longest: int
    associations: int


@st.composite
def worlds(draw: st.DrawFn) -> World:
    sizes = draw(st.lists(st.lists(st.integers(1, 9), min_size=1, max_size=3), min_size=1, max_size=3))
    copied: Places = {}
    there: Places = {}
    for study, series_sizes in enumerate(sizes, 1):
        uids = [
            (f"1.{study}.{series}.{number}", (f"1.{study}", f"1.{study}.{series}"))
            for series, size in enumerate(series_sizes, 1)
            for number in range(size)
        ]
        copied.update(uids)
        fates = st.sampled_from(["there", "there", "there", "lost", "in another study", "in another series"])
        if draw(st.booleans()):
            fates = st.just(draw(st.sampled_from(["there", "there", "lost"])))
        for uid, (study_uid, series_uid) in uids:
            fate = draw(fates)
            if fate != "lost":
                moved = {"in another study": ("9.1", series_uid), "in another series": (study_uid, f"{study_uid}.9")}
                there[uid] = moved.get(fate, (study_uid, series_uid))
        others = draw(st.integers(0, 2))
        there.update((f"9.{study}.{number}", (f"1.{study}", f"1.{study}.1")) for number in range(others))
    names = [draw(st.sampled_from([None] * (len(family) + 2) + [*family])) for family in FAMILIES]
    habits = [(name, draw(st.sampled_from([1, 1, 1, 2, 3]))) for name in draw(st.permutations(names)) if name]
    return World(copied, there, habits, draw(st.sampled_from([2, 5, 50])), draw(st.integers(1, 2)))


class Witness:
    """Between the server and who asks; it keeps the answers that came to their end, if that was 0000."""

    def __init__(self, finder: Finder) -> None:
        self._find = finder.find
        self._ended: list[tuple[Dataset, list[Row]]] = []
        finder.find = self

    def __call__(self, keys: Dataset) -> Answers:
        answers = self._find(keys)
        return answers._replace(rows=self._heard(keys, answers))

    def _heard(self, keys: Dataset, answers: Answers) -> Iterator[Row]:
        rows: list[Row] = []
        for row in answers.rows:
            rows.append(row)
            yield row
        if answers.status == 0:
            self._ended.append((keys, rows))

    @property
    def named(self) -> set[str]:
        """All that it named."""
        return {uid for keys, rows in self._ended if level_of(keys) == "IMAGE" for uid in _values(rows)}

    def denied(self, series: str, uid: str) -> bool:
        """Whether it told the whole series without this, and as many as it counts: it says so itself then."""
        counted = {
            int(row["NumberOfSeriesRelatedInstances"])
            for keys, rows in self._ended
            for row in rows
            if row and "NumberOfSeriesRelatedInstances" in row
            if _value(row, "SeriesInstanceUID") == series
        }
        wholes = [
            _values(rows)
            for keys, rows in self._ended
            if level_of(keys) == "IMAGE" and not listed(keys, "SOPInstanceUID")
            if listed(keys, "SeriesInstanceUID") == [series]
        ]
        return any(len(whole) in counted and uid not in whole for whole in wholes)


def _value(row: Row, keyword: str) -> str:
    return (row or {}).get(keyword, b"").strip(b" \0").decode("ascii")


def _values(rows: Sequence[Row]) -> set[str]:
    return {_value(row, "SOPInstanceUID") for row in rows}


def copied(folder: str, world: World) -> Sample:
    """A migration that copied this archive."""
    sample = Sample(Path(folder) / "m.sqlite")
    place = sample.folder(SOURCE)
    entries = [
        Entry(
            *(place, uid.encode("ascii"), 1000, 0, "pending"),
            place=PLACE._replace(study_uid=study, series_uid=series),
            kind=(CT, IMPLICIT),
            sop_uid=uid,
            dataset_offset=132,
        )
        for uid, (study, series) in world.copied.items()
    ]
    sample.reading.add(entries, [], len(entries))
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET bucket = 'copied'")
    copy_settings.keep(sample.manifest, CopySettings(associations=world.associations))
    return sample


def answers(manifest: Manifest) -> dict[str, int | None]:
    """SOP Instance UID -> what is said of it."""
    return {
        one.sop_uid: one.named for study in proof.studies(manifest) for one in proof.instances(manifest, study.study)
    }


def never_wrong(world: World) -> None:
    finder = Finder(*(every(turn, HABITS[name]()) for name, turn in world.habits))
    finder.kept = world.there
    witness = Witness(finder)
    with tempfile.TemporaryDirectory() as folder, copied(folder, world) as sample, finder.listening() as destination:
        with mock.patch.object(session, "_LONGEST_LIST", world.longest):
            try:
                verify.run(sample.manifest, destination, Control(), NoEvents(), seconds=10)
                whole = True
            except DestinationError:
                whole = False
        _check(sample.manifest, world, witness)
        if whole:
            finder.habits = ()
            verify.run(sample.manifest, destination, Control(), NoEvents(), seconds=10)
            assert answers(sample.manifest) == {uid: int(uid in world.there) for uid in world.copied}


def _check(manifest: Manifest, world: World, witness: Witness) -> None:
    said = answers(manifest)
    assert said.keys() == world.copied.keys()
    confirmed = {uid for uid, named in said.items() if named == 1}
    assert confirmed <= world.there.keys(), "confirmed, and not there"
    assert confirmed <= witness.named, "confirmed, and not named in an answer that ended well"
    for uid, named in said.items():
        if named == 0 and world.there.get(uid) == world.copied[uid]:
            assert witness.denied(world.copied[uid][1], uid), f"{uid} is missing, and there"
    for study in proof.studies(manifest):
        mine = {uid for uid, (study_uid, _) in world.copied.items() if study_uid == study.study_uid}
        assert study.result != "MATCH" or mine <= world.there.keys(), "a wrong MATCH"
        assert (study.result == "MATCH") == (mine <= confirmed)
        assert study.found + study.missing + study.not_checked == study.expected == len(mine)
    summary = proof.summary(manifest)
    assert summary.confirmed == len(confirmed)
    assert summary.confirmed + summary.missing + summary.not_checked == summary.expected == len(said)


@pytest.mark.long
@given(worlds())
@settings(max_examples=150, derandomize=True)
def test_nothing_is_confirmed_that_is_not_there_and_nothing_denied_that_is(world: World) -> None:
    never_wrong(world)


@pytest.mark.slow
@pytest.mark.timeout(3600)
@given(worlds())
@settings(max_examples=4000)
def test_nothing_is_confirmed_or_denied_wrongly_in_many_more_worlds(world: World) -> None:
    never_wrong(world)
