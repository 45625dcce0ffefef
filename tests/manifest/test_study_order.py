"""The order of the studies: those a person wants first, then that of the source or of the dates; each exactly once."""

from __future__ import annotations

import contextlib
import tempfile
import tracemalloc
from pathlib import Path
from typing import Iterator, NamedTuple
from unittest import mock

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.manifest.queueing import hand_out
from tests.report.samples import Sample
from wizard.manifest import queue, study_order, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.study_order import OrderPosition, StudyOrder
from wizard.vocabulary import Bucket


class Study(NamedTuple):
    """How a study stands: `series` says of each series whether it is chosen, and the lanes of what waits in it."""

    date: str | None
    first: bool
    series: list[tuple[bool, list[int]]]


Studies = st.lists(
    st.builds(
        Study,
        date=st.sampled_from([None, "19991231", "20190302", "20190303", "20240101"]),
        first=st.booleans(),
        series=st.lists(st.tuples(st.booleans(), st.lists(st.integers(0, 2), max_size=2)), min_size=1, max_size=2),
    ),
    min_size=1,
    max_size=12,
)


def archive(path: Path, studies: list[Study]) -> Manifest:
    """The studies get the row numbers 1, 2, 3 …"""
    manifest = Manifest(path)
    with manifest.writing() as db:
        db.execute("INSERT INTO reading (id, started, ended) VALUES (1, 1.0, 2.0)")
        db.execute("INSERT INTO folder (id, path, reading) VALUES (1, x'2f', 1)")
        db.execute("INSERT INTO patient VALUES (1, 'P-1', '', 'Muster, Anna', '', '', 'muster')")
        for number, study in enumerate(studies, 1):
            db.execute(
                "INSERT INTO study (id, patient, study_uid, study_date, study_time, accession, description, turn)"
                " VALUES (?, 1, ?, ?, '', '', '', ?)",
                (number, str(number), study.date, int(not study.first)),
            )
            for which, (chosen, send_orders) in enumerate(study.series):
                series = db.execute(
                    "INSERT INTO series (study, series_uid, modality, number, description, ticked)"
                    " VALUES (?, ?, 'CT', '', '', ?)",
                    (number, str(which), chosen),
                ).lastrowid
                for one, send_order in enumerate(send_orders):
                    name = b"%d.%d.%d" % (number, which, one)
                    db.execute(
                        "INSERT INTO entry (folder, name, size, mtime_ns, reading, bucket, lane, series)"
                        " VALUES (1, ?, 1000, 0, 1, 'pending', ?, ?)",
                        (name, send_order, series),
                    )
    return manifest


def order(of: StudyOrder) -> list[int]:
    return [place.study for place in iter(of.next, None)]


def expected(studies: list[Study], send_order: int, newest_first: bool) -> list[OrderPosition]:
    """The places of all that waits in this lane, sorted by Python."""
    waiting = [
        OrderPosition(int(not study.first), (study.date or "") if newest_first else "", number)
        for number, study in enumerate(studies, 1)
        if any(chosen and send_order in send_orders for chosen, send_orders in study.series)
    ]
    if newest_first:
        waiting.sort(key=lambda place: (place.date, place.study), reverse=True)
    return sorted(waiting, key=lambda place: place.turn if newest_first else (place.turn, place.study))


@settings(max_examples=80, derandomize=True, suppress_health_check=list(HealthCheck))
@given(studies=Studies, send_order=st.integers(0, 1), newest_first=st.booleans(), page=st.integers(1, 5))
def test_each_study_that_waits_has_its_turn_once_from_wherever_it_begins(
    studies: list[Study], send_order: int, newest_first: bool, page: int
) -> None:
    with contextlib.ExitStack() as stack:
        stack.enter_context(mock.patch.object(study_order, "_PAGE", page))
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        manifest = stack.enter_context(archive(Path(folder) / "m.sqlite", studies))
        places = expected(studies, send_order, newest_first)
        whole = StudyOrder(manifest, send_order, newest_first)
        assert list(iter(whole.next, None)) == places
        assert whole.next() is None
        for number, study in enumerate(studies, 1):  # also one that does not wait any more
            after = OrderPosition(int(not study.first), (study.date or "") if newest_first else "", number)
            behind = [place for place in places if is_behind(place, after, newest_first)]
            before = [place for place in places if not is_behind(place, after, newest_first)]
            rotated = StudyOrder(manifest, send_order, newest_first, after=after)
            assert list(iter(rotated.next, None)) == behind + before
            assert rotated.next() is None


def is_behind(place: OrderPosition, other: OrderPosition, newest_first: bool) -> bool:
    if place.turn != other.turn:
        return place.turn > other.turn
    if newest_first:
        return (place.date, place.study) < (other.date, other.study)
    return place.study > other.study


@pytest.mark.parametrize("newest_first", [False, True])
def test_a_place_of_the_other_order_will_do_to_begin_at(newest_first: bool, tmp_path: Path) -> None:
    studies = [Study(date, False, [(True, [0])]) for date in ("20200101", None, "20190302", "20240101")]
    with archive(tmp_path / "m.sqlite", studies) as manifest:
        for place in expected(studies, 0, not newest_first):
            found = order(StudyOrder(manifest, 0, newest_first, after=place))
            assert sorted(found) == [1, 2, 3, 4]


def test_one_study_alone_is_all_there_is(tmp_path: Path) -> None:
    studies = [Study(None, False, [(True, [0])])] * 3
    with archive(tmp_path / "m.sqlite", studies) as manifest:
        for after in (None, OrderPosition(1, "", 3)):
            assert order(StudyOrder(manifest, 0, study=2, after=after)) == [2]


def test_the_newest_come_first_and_the_undated_last(tmp_path: Path) -> None:
    dates = ("20200101", None, "20240101", "20240101", "20190302")
    with archive(tmp_path / "m.sqlite", [Study(date, False, [(True, [0])]) for date in dates]) as manifest:
        assert order(StudyOrder(manifest, 0)) == [1, 2, 3, 4, 5]
        assert order(StudyOrder(manifest, 0, newest_first=True)) == [4, 3, 1, 5, 2]
        queue.copy_first(manifest, [2, 5])
        assert order(StudyOrder(manifest, 0)) == [2, 5, 1, 3, 4]
        assert order(StudyOrder(manifest, 0, newest_first=True)) == [5, 2, 4, 3, 1]


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        for number in range(6):
            sample.image(study_uid=f"1.{number}", series_uid=f"1.{number}.1", sop_uid=f"1.{number}.1.1")
        sample.read()
        yield sample


def test_what_is_done_or_unticked_meanwhile_has_no_turn_any_more(
    sample: Sample, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(study_order, "_PAGE", 2)
    manifest = sample.manifest
    under_way = StudyOrder(manifest, 0)
    assert [under_way.next(), under_way.next()] == [OrderPosition(1, "", 1), OrderPosition(1, "", 2)]
    (ticket,) = hand_out(manifest, 4)
    with manifest.writing() as db:
        queue.record(db, [queue.Outcome(Bucket.COPIED, None, None, ticket.entry)], [])
    tree.tick(manifest, "study", 5, False)
    assert order(under_way) == [3, 6]


def test_what_is_out_still_has_its_turn(sample: Sample) -> None:
    hand_out(sample.manifest, 2)
    assert 2 in order(StudyOrder(sample.manifest, 0))


@pytest.mark.parametrize("newest_first", [False, True])
def test_each_page_is_found_by_an_index_and_nothing_is_sorted(newest_first: bool, tmp_path: Path) -> None:
    sql, values = (
        (study_order._NEWEST_FIRST, (1, "2020", 5, 0, 9)) if newest_first else (study_order._SOURCE_ORDER, (1, 5, 0, 9))
    )
    with archive(tmp_path / "m.sqlite", []) as manifest:
        plan = [row["detail"] for row in manifest.rows(f"EXPLAIN QUERY PLAN {sql}", values)]
    assert not [step for step in plan if "TEMP B-TREE" in step]
    assert [step for step in plan if "study" in step and ("<expr><?" in step or "rowid>?" in step)]
    assert [step for step in plan if "entry" in step and "series=?" in step], "all that is pending, for each study"


def test_memory_does_not_grow_with_the_archive(tmp_path: Path) -> None:
    def peak(count: int) -> int:
        studies = [Study("20190302", False, [(True, [0])])] * count
        with archive(tmp_path / f"{count}.sqlite", studies) as manifest:
            under_way = StudyOrder(manifest, 0, newest_first=True)
            under_way.next()
            tracemalloc.start()
            try:
                assert sum(1 for _ in iter(under_way.next, None)) == count - 1
                return tracemalloc.get_traced_memory()[1]
            finally:
                tracemalloc.stop()

    assert peak(6000) < 1.5 * peak(1500)
