"""The speed limit holds in the long run, for one thread and for many, and costs nothing where there is none."""

from __future__ import annotations

import threading

import pytest

from wizard.engine.copy.sending.rate_limit import RateLimit
from wizard.errors import Stopped

MEGABYTE = 1_000_000
PIECE = 256 * 1024
BURST = 0.25  # seconds' worth that may go without waiting


class Clock:
    """Time that stands still while any of the threads works, and passes at once when all of them wait."""

    def __init__(self, threads: int = 1) -> None:
        self.now = 0.0
        self._working = threads
        self._wakes: list[float] = []
        self._changed = threading.Condition()

    def __call__(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        with self._changed:
            wake = self.now + seconds
            self._wakes.append(wake)
            self._rest()
            while self.now < wake:
                assert self._changed.wait(20), "time stands still"

    def leave(self) -> None:
        """A thread comes to its end."""
        with self._changed:
            self._rest()

    def _rest(self) -> None:
        self._working -= 1
        if not self._working and self._wakes:
            self.now = min(self._wakes)
            self._working = self._wakes.count(self.now)
            self._wakes = [wake for wake in self._wakes if wake > self.now]
            self._changed.notify_all()


def limited(clock: Clock, limit: float) -> RateLimit:
    rate_limit = RateLimit(clock.wait, clock)
    rate_limit.limit = limit
    return rate_limit


def test_without_a_limit_nobody_waits_and_nothing_is_counted() -> None:
    def refuse(*_: float) -> None:
        raise AssertionError("nothing to wait for")

    rate_limit = RateLimit(refuse, lambda: 0.0)
    for _ in range(1000):
        rate_limit.take(PIECE)
    rate_limit.limit = 1.0
    rate_limit.take(1)  # nothing is owed for what went before


@pytest.mark.long
@pytest.mark.parametrize("threads", [1, 2, 8])
@pytest.mark.parametrize(("limit", "piece"), [(MEGABYTE, PIECE), (50 * MEGABYTE, PIECE), (MEGABYTE, 40 * MEGABYTE)])
def test_in_the_long_run_the_limit_is_reached_and_kept(threads: int, limit: int, piece: int) -> None:
    clock = Clock(threads)
    rate_limit = limited(clock, limit)
    taken: list[float] = []
    each = 400 // threads

    def send() -> None:
        for _ in range(each):
            rate_limit.take(piece)
            taken.append(clock.now)
        clock.leave()

    senders = [threading.Thread(target=send) for _ in range(threads)]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join(60)
    assert len(taken) == each * threads
    for count, moment in enumerate(sorted(taken), 1):
        assert (count - 1) * piece <= limit * (moment + BURST) + 1, "never faster, but for what was saved up"
    last = max(taken)
    assert (len(taken) - 1) * piece >= 0.98 * limit * last, "and not slower"


def test_what_is_larger_than_the_bucket_passes_and_the_next_one_pays() -> None:
    clock = Clock()
    rate_limit = limited(clock, MEGABYTE)
    rate_limit.take(200 * MEGABYTE)
    assert clock.now == 0
    rate_limit.take(1)
    assert clock.now == pytest.approx(200, abs=0.01)


def test_little_is_saved_up_while_nobody_sends() -> None:
    clock = Clock()
    rate_limit = limited(clock, MEGABYTE)
    rate_limit.take(1)
    clock.wait(3600)
    passed = 0
    while clock.now == 3600:
        rate_limit.take(1000)
        passed += 1000
    assert passed == pytest.approx(BURST * MEGABYTE, abs=5000)


@pytest.mark.parametrize(("limit", "then", "at_most"), [(10, 0, 0.5), (10, MEGABYTE, 0.6), (MEGABYTE, 1000, 101)])
def test_a_new_limit_is_obeyed_within_a_second_by_those_who_wait(limit: int, then: int, at_most: float) -> None:
    clock = Clock()
    changes = [then]

    def wait(seconds: float) -> None:
        assert seconds <= 0.5
        clock.wait(seconds)
        if changes:
            rate_limit.limit = changes.pop()

    rate_limit = RateLimit(wait, clock)
    rate_limit.limit = limit
    rate_limit.take(600_000 if limit == MEGABYTE else 1000)
    rate_limit.take(1)
    assert clock.now <= at_most
    if limit == MEGABYTE:
        assert clock.now == pytest.approx(100.5, abs=0.1), "100 000 bytes were owed when it became slow"


def test_who_is_stopped_while_waiting_keeps_nobody_else_up() -> None:
    stop = threading.Event()

    def wait(seconds: float) -> None:
        stop.set()
        raise Stopped

    rate_limit = RateLimit(wait, lambda: 0.0)
    rate_limit.limit = 1.0
    rate_limit.take(100)
    with pytest.raises(Stopped):
        rate_limit.take(100)
    assert stop.is_set()
    rate_limit.limit = 0.0
    rate_limit.take(100)
