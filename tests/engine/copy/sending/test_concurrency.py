"""The number of associations, against simulated destinations with a clock of their own, from fast to overloaded."""

from __future__ import annotations

import random
from collections import Counter
from typing import Callable

import pytest

from wizard.engine.copy.sending.concurrency import MOST, Concurrency

_TICK = 0.05  # seconds between two looks
_SEEDS = range(12)
_NOISES = [0.05, 0.5]  # seconds for which a fluctuation lasts

#: Files a second, for a number of associations at a time.
Rate = Callable[[int, float], float]


class Destination:
    """Takes files at a rate, up or down by a tenth; more than `limit` associations at a time it refuses."""

    def __init__(self, rate: Rate, seed: int = 0, lasts: float = _TICK, limit: int = 99, size: int = 500_000) -> None:
        self.concurrency = Concurrency()
        self.rate, self.limit, self.size = rate, limit, size  # files/s; associations; bytes of a file
        self.now = self.files = self.bytes = 0.0
        self.history: list[int] = []  # wanted, at each tick
        self._random, self._lasts = random.Random(seed), lasts
        self._fluctuation, self._until = 1.0, 0.0

    def run(self, seconds: float) -> int:
        """Let some time pass; returns how many are wanted then."""
        end = self.now + seconds
        while self.now < end - 1e-9:
            for one_too_many in range(self.concurrency.wanted, self.limit, -1):
                self.concurrency.limit_reached(self.now, one_too_many - 1)
            if self.now >= self._until:
                self._fluctuation, self._until = self._random.uniform(0.9, 1.1), self.now + self._lasts
            taken = self.rate(self.concurrency.wanted, self.now) * self._fluctuation * _TICK
            self.files, self.bytes = self.files + taken, self.bytes + taken * self.size
            self.now += _TICK
            self.concurrency.measure(self.now, int(self.bytes), int(self.files))
            self.history.append(self.concurrency.wanted)
        return self.concurrency.wanted

    def share(self, seconds: float, *wanted: int) -> float:
        """For which share of the last seconds one of these numbers was wanted."""
        last = Counter(self.history[-round(seconds / _TICK) :])
        return sum(last[one] for one in wanted) / sum(last.values())


def latency(wanted: int, now: float) -> float:
    return 20.0 * wanted


def fast_line_with_latency(wanted: int, now: float) -> float:
    return 400.0 * wanted


def one_processor(wanted: int, now: float) -> float:
    return 200.0


def fast_processor(wanted: int, now: float) -> float:
    return 3000.0


def contention(wanted: int, now: float) -> float:
    return float(300.0 / wanted**0.3)


def two_processors(wanted: int, now: float) -> float:
    return 500.0 * min(wanted, 2)


@pytest.mark.parametrize("lasts", _NOISES)
@pytest.mark.parametrize("rate", [latency, fast_line_with_latency])
@pytest.mark.parametrize("size", [12_000, 500_000])
def test_where_each_brings_as_much_as_the_first_all_are_soon_at_work_and_stay(
    rate: Rate, size: int, lasts: float
) -> None:
    for seed in _SEEDS:
        there = Destination(rate, seed, lasts, size=size)
        assert there.run(6) == MOST
        there.run(120)
        assert there.share(120, MOST) == 1


def test_a_clear_gain_is_believed_at_once() -> None:
    there = Destination(fast_line_with_latency)
    assert there.run(1) == MOST


@pytest.mark.parametrize("lasts", _NOISES)
@pytest.mark.parametrize("rate", [one_processor, fast_processor, contention])
def test_where_more_bring_nothing_each_try_is_taken_back(rate: Rate, lasts: float) -> None:
    for seed in _SEEDS:
        there = Destination(rate, seed, lasts)
        assert there.run(6) <= 2
        there.run(120)
        assert there.concurrency.wanted <= 2
        assert there.share(120, 1, 2) > 0.95
        assert set(there.history[:120]) >= {1, 2}, "it never tried"


@pytest.mark.long
def test_where_more_bring_nothing_they_do_not_add_up_in_a_day() -> None:
    for seed in range(2):
        there = Destination(one_processor, seed, 0.5)
        there.run(6 * 3600)
        assert there.share(3600, 1, 2) > 0.95


def test_a_try_in_vain_is_made_less_and_less_often() -> None:
    there = Destination(one_processor, seed=1)
    there.run(1200)
    begun = [at * _TICK for at, (a, b) in enumerate(zip(there.history, there.history[1:])) if (a, b) == (1, 2)]
    pauses = [after - before for before, after in zip(begun, begun[1:])]
    for pause, held in zip(pauses, (15, 30, 60, 120, 240, 240)):
        assert held < pause < held + 5  # a try takes two seconds


def test_where_more_are_slower_at_once_each_try_is_short() -> None:
    there = Destination(lambda wanted, now: 300.0 / wanted)
    there.run(60)
    assert there.share(60, 1) > 0.85


def test_a_small_gain_counts_when_it_lasts() -> None:
    def small(wanted: int, now: float) -> float:
        return {1: 200.0, 2: 240.0}.get(wanted, 250.0)

    for seed in _SEEDS:
        there = Destination(small, seed)
        assert there.run(6) == 2


def test_where_two_are_of_use_there_are_two() -> None:
    for seed in _SEEDS:
        there = Destination(two_processors, seed)
        assert there.run(6) == 2
        there.run(60)
        assert there.share(60, 2) > 0.9
        assert there.share(60, 2, 3) == 1, "one more at a time, once twice as many were in vain"


@pytest.mark.parametrize("lasts", _NOISES)
def test_a_destination_that_takes_three_gets_three_and_is_seldom_asked_for_more(lasts: float) -> None:
    for seed in _SEEDS:
        there = Destination(latency, seed, lasts, limit=3)
        assert there.run(6) == 3
        there.run(300)
        assert there.share(300, 3) > 0.98


def test_a_limit_that_is_lifted_is_found_out() -> None:
    there = Destination(latency, limit=3)
    assert there.run(10) == 3
    there.limit = 99
    assert there.run(60) == MOST


@pytest.mark.parametrize("lasts", _NOISES)
def test_when_the_destination_slows_down_there_are_fewer(lasts: float) -> None:
    for seed in _SEEDS:
        there = Destination(latency, seed, lasts)
        assert there.run(20) == MOST
        there.rate = lambda wanted, now: 60.0  # less than a half, however many
        assert there.run(3) == MOST - 1
        there.rate = lambda wanted, now: 25.0
        assert there.run(3) == MOST - 2
        assert there.run(3) == MOST - 2, "what is slow for long is the usual rate now"


def test_a_moment_of_slowness_costs_nothing() -> None:
    there = Destination(latency)
    there.run(20.05)
    there.rate = lambda wanted, now: 8.0 * wanted
    there.run(0.4)
    there.rate = latency
    there.run(10)
    assert there.share(10, MOST) == 1


def test_smaller_files_are_no_slower_destination() -> None:
    there = Destination(latency, size=12_000)
    there.run(20)
    there.size = 2_000
    there.run(20)
    assert there.share(20, MOST) == 1


def test_when_nothing_moves_nothing_is_concluded() -> None:
    there = Destination(latency)
    there.run(20)
    there.rate = lambda wanted, now: 0.0
    there.run(60)
    assert there.share(60, MOST) == 1


def test_what_was_measured_across_an_interruption_is_forgotten() -> None:
    there = Destination(latency)
    there.run(20)
    for _ in range(30):  # paused and going on again and again: each time in the midst of a measurement
        there.run(0.3)
        there.now += 5
        there.concurrency.interrupted()
    assert there.share(9, MOST) == 1


@pytest.mark.parametrize("setting", [1, 3, 16])
def test_the_number_that_a_person_wishes_is_obeyed_at_once_and_whatever_is_measured(setting: int) -> None:
    there = Destination(latency)
    there.run(1)
    there.concurrency.apply_setting(setting)
    assert there.concurrency.wanted == setting
    there.rate = lambda wanted, now: 1000.0 / wanted if now < 20 else 10.0 * wanted
    there.run(40)
    assert there.share(40, setting) == 1
    assert Concurrency(setting).wanted == setting


@pytest.mark.parametrize(("setting", "then"), [(3, 3), (16, MOST)])
def test_left_to_itself_again_it_goes_on_from_there(setting: int, then: int) -> None:
    there = Destination(latency)
    there.concurrency.apply_setting(setting)
    there.run(5)
    there.concurrency.apply_setting(0)
    assert there.concurrency.wanted == then
    assert there.run(20) == MOST


def test_the_same_wish_every_second_disturbs_nothing() -> None:
    there = Destination(latency)
    for _ in range(60):
        there.run(0.1)
        there.concurrency.apply_setting(0)
    assert there.concurrency.wanted == MOST


@pytest.mark.parametrize("setting", [0, 6])
def test_when_it_is_crowded_there_are_fewer_for_a_while_and_then_more_again(setting: int) -> None:
    there = Destination(latency)
    there.run(20)
    there.concurrency.apply_setting(setting)
    before = there.concurrency.wanted
    there.concurrency.limit_reached(there.now, 3)
    assert there.concurrency.wanted == 3
    there.run(14)
    assert there.share(14, 3) == 1
    assert there.run(46) == before


def test_many_refusals_at_a_time_are_one_trouble() -> None:
    there = Destination(latency)
    there.run(20)
    for at_work in (7, 6, 5, 4, 3, 2):
        there.concurrency.limit_reached(there.now, at_work)
    assert there.concurrency.wanted == 2
    there.run(14)
    assert there.share(14, 2) == 1
    assert there.run(6) > 2


def test_there_is_always_one_at_work() -> None:
    concurrency = Concurrency()
    concurrency.limit_reached(0.0, 0)
    assert concurrency.wanted == 1
    there = Destination(lambda wanted, now: 1000.0 / (1 + now))
    there.run(300)
    assert set(there.history) <= set(range(1, MOST + 1))


def test_there_are_never_more_than_eight_of_its_own_accord_nor_fewer_than_one() -> None:
    def chaos(wanted: int, now: float) -> float:
        return random.Random(int(now / 2)).choice([1.0, 20.0, 300.0]) * wanted

    for seed in _SEEDS:
        there = Destination(chaos, seed)
        there.run(300)
        assert set(there.history) <= set(range(1, MOST + 1))
