"""Speed and time left follow what happens now."""

from __future__ import annotations

from wizard.engine.events import Progress
from wizard.ui.speed import Speed


def at(seconds: float, done: int, total: int = 1000, octets: int = 0, of_octets: int = 0) -> Progress:
    return Progress("copy", done=done, total=total, bytes_done=octets, bytes_total=of_octets, seconds=seconds)


def test_nothing_is_said_before_there_are_two_snapshots() -> None:
    speed = Speed()
    assert speed.left(at(0, 0)) is None
    speed.add(at(1, 10))
    assert speed.items == 0
    assert speed.left(at(1, 10)) is None


def test_the_speed_is_that_of_the_last_ten_seconds() -> None:
    speed = Speed()
    for second in range(0, 60):
        speed.add(at(second, second * 100))
    for second in range(60, 80):
        speed.add(at(second, 6000 + (second - 60) * 10))
    assert speed.items == 10


def test_the_time_left_goes_by_bytes_where_they_are_known() -> None:
    speed = Speed()
    speed.add(at(0, 0, octets=0, of_octets=1000))
    now = at(1, 999, octets=100, of_octets=1000)
    speed.add(now)
    assert speed.left(now) == 9


def test_a_new_run_may_begin_with_what_earlier_ones_had_done() -> None:
    speed = Speed()
    speed.add(at(0, 500))
    now = at(2, 600)
    speed.add(now)
    assert speed.items == 50
    assert speed.left(now) == 8


def test_a_snapshot_of_the_same_moment_counts_once() -> None:
    speed = Speed()
    speed.add(at(1, 10))
    speed.add(at(1, 20))
    assert speed.items == 0
