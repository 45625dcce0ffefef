"""The speed and the time left follow the latest measurements, and do not jump."""

from __future__ import annotations

import random
from typing import Callable, Iterator

from wizard.engine.events import Progress
from wizard.ui.copy.speed_estimate import KNOWN_AFTER, Speed


def at(seconds: float, done: int, total: int = 1000, bytes_done: int = 0, bytes_total: int = 0) -> Progress:
    return Progress("copy", done=done, total=total, bytes_done=bytes_done, bytes_total=bytes_total, seconds=seconds)


def shown(rate: Callable[[float], float], total: int, seconds: float) -> Iterator[float | None]:
    """List the estimates of the time left, ten times a second, at this rate (images a second)."""
    speed, done = Speed(), 0.0
    for tenth in range(int(seconds * 10)):
        now = tenth / 10
        speed.add(at(now, min(total, int(done)), total))
        yield speed.left
        done += rate(now) / 10


def changes(values: Iterator[float | None]) -> list[float]:
    """List the values, each once for as long as it stood."""
    said: list[float] = []
    for value in values:
        if value is not None and (not said or said[-1] != value):
            said.append(value)
    return said


def test_nothing_is_said_of_the_speed_before_there_are_two_snapshots() -> None:
    speed = Speed()
    speed.add(at(1, 10))
    assert speed.items_per_second == 0
    assert speed.left is None


def test_the_speed_is_that_of_the_last_ten_seconds() -> None:
    speed = Speed()
    for second in range(0, 60):
        speed.add(at(second, second * 100))
    for second in range(60, 80):
        speed.add(at(second, 6000 + (second - 60) * 10))
    assert speed.items_per_second == 10


def test_nothing_is_said_of_the_time_left_before_it_is_known() -> None:
    said = list(shown(lambda _: 100, 100_000, 20))
    assert said[: int(KNOWN_AFTER * 10)] == [None] * int(KNOWN_AFTER * 10)
    assert None not in said[int(KNOWN_AFTER * 10) + 1 :]


def test_at_an_even_speed_the_time_left_counts_down_to_nothing_minute_by_minute() -> None:
    assert changes(shown(lambda _: 100, 48_000, 480)) == [480, 420, 360, 300, 240, 180, 120, 60, 0]


def test_at_an_uneven_speed_it_never_goes_up_and_never_skips_a_minute() -> None:
    uneven = random.Random(4)
    said = changes(shown(lambda _: uneven.uniform(20, 180), 48_000, 470))
    assert said == sorted(said, reverse=True)
    assert {earlier - later for earlier, later in zip(said, said[1:])} == {60}


def test_bursts_and_rests_of_some_seconds_do_not_move_it() -> None:
    said = changes(shown(lambda now: 800 if now % 8 < 1 else 0, 48_000, 470))
    assert said == sorted(said, reverse=True)


def test_a_speed_that_swings_for_a_minute_does_not_make_it_go_to_and_fro() -> None:
    said = changes(shown(lambda now: 150 if now % 90 < 45 else 50, 48_000, 470))
    assert said == sorted(said, reverse=True)


def test_when_it_slows_down_for_good_the_time_left_follows_step_by_step() -> None:
    said = changes(shown(lambda now: 100 if now < 60 else 50, 48_000, 400))
    assert max(said) > 480
    assert all(abs(later - earlier) <= 300 for earlier, later in zip(said, said[1:]))
    assert said[-1] == 480, "of 48 000 it has done 23 000, and does 50 a second"


def test_the_time_left_goes_by_the_bytes_where_they_take_longer_than_the_count() -> None:
    speed = Speed()
    for second in range(11):
        speed.add(at(second, second * 99, bytes_done=second * 10, bytes_total=2500))
    assert speed.left == 240


def test_a_new_run_may_begin_with_what_earlier_ones_had_done() -> None:
    speed = Speed()
    for second in range(11):
        speed.add(at(second, 500 + 4 * second, total=1500))
    assert speed.items_per_second == 4
    assert speed.left == 240


def test_a_pause_changes_neither_the_speed_nor_the_time_left() -> None:
    speed = Speed()
    for second in range(20):
        speed.add(at(second, second * 10, total=5000))
    before = speed.items_per_second, speed.left
    for second in range(20, 600):
        speed.add(at(second, 190, total=5000), idle=True)
    assert (speed.items_per_second, speed.left) == before
    speed.add(at(600, 200, total=5000))
    assert speed.items_per_second == 10


def test_a_snapshot_of_the_same_moment_counts_once() -> None:
    speed = Speed()
    speed.add(at(1, 10))
    speed.add(at(1, 20))
    assert speed.items_per_second == 0
