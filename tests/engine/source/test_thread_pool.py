"""Threads that touch the source: each task is worked on once, errors come through, a thread that hangs is abandoned."""

from __future__ import annotations

import threading
import time
from typing import Callable, Iterator

import pytest

from wizard.engine.job import Control
from wizard.engine.source import thread_pool
from wizard.engine.source.thread_pool import ThreadPool
from wizard.errors import Stopped


class Doubler:
    """Doubles numbers, and does what it is told to while it does."""

    def __init__(self, meanwhile: Callable[[int], None] = lambda number: None, slow: bool = False) -> None:
        self._meanwhile, self.slow = meanwhile, slow
        self.closed = self.hurried = False

    def work(self, number: int) -> int:
        self._meanwhile(number)
        return 2 * number

    def hurry(self) -> None:
        self.hurried = True

    def close(self) -> None:
        self.closed = True


class Pool:
    """A thread pool of doublers, which it keeps."""

    def __init__(
        self,
        tasks: Iterator[int],
        meanwhile: Callable[[int], None] = lambda number: None,
        slow: bool = False,
        idle: Callable[[float], None] = lambda seconds: None,
    ) -> None:
        self.workers: list[Doubler] = []
        self.control = Control()
        self._slow, self._meanwhile = slow, meanwhile
        self.threads: ThreadPool[int, int] = ThreadPool(tasks, self._new_worker, self.control, idle)

    def _new_worker(self) -> Doubler:
        self.workers.append(Doubler(self._meanwhile, self._slow))
        return self.workers[-1]

    def left(self) -> list[threading.Thread]:
        return [thread for thread in self.threads._threads if thread.is_alive()]


@pytest.mark.parametrize("count", [0, 1, 5, 500])
def test_every_task_is_worked_on_once_and_no_thread_is_left(count: int) -> None:
    pool = Pool(iter(range(count)))
    assert sorted(pool.threads.results()) == [2 * number for number in range(count)]
    assert not pool.left()
    assert all(one.closed for one in pool.workers)


def test_one_does_for_a_few_tasks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_pool, "PROCESSORS", 4)
    pool = Pool(iter(range(5)))
    list(pool.threads.results())
    assert [one.hurried for one in pool.workers] == [False]


def test_for_many_tasks_there_are_as_many_as_processors(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_pool, "PROCESSORS", 3)
    pool = Pool(iter(range(1000)))
    assert len(list(pool.threads.results())) == 1000
    assert [one.hurried for one in pool.workers] == [True] * 3


def test_a_slow_source_is_asked_by_more_and_more_up_to_a_bound(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_pool, "PROCESSORS", 1)
    monkeypatch.setattr(thread_pool, "_LOOK", 0.0)
    pool = Pool(iter(range(2000)), slow=True)
    assert len(list(pool.threads.results())) == 2000
    assert len(pool.workers) == thread_pool.MOST
    assert not any(one.hurried for one in pool.workers[1:])


@pytest.mark.parametrize("where", ["tasks", "work"])
def test_an_error_comes_through_and_ends_it(where: str) -> None:
    def tasks() -> Iterator[int]:
        yield from range(20)
        if where == "tasks":
            raise OSError("broken")
        yield 20

    def meanwhile(number: int) -> None:
        if where == "work" and number == 20:
            raise OSError("broken")

    pool = Pool(tasks(), meanwhile)
    with pytest.raises(OSError, match="broken"):
        list(pool.threads.results())
    assert not pool.left()


def test_a_stop_takes_effect_although_one_hangs(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_pool, "_PATIENCE", 0.2)
    go_on = threading.Event()

    def meanwhile(number: int) -> None:
        if number == 3:
            go_on.wait(30)

    pool = Pool(iter(range(10)), meanwhile)
    results = pool.threads.results()
    assert [next(results) for _ in range(3)] == [0, 2, 4]
    pool.control.stop()
    with pytest.raises(Stopped):
        next(results)
    (hanging,) = pool.left()
    assert hanging.daemon
    go_on.set()
    hanging.join(20)
    assert not hanging.is_alive()


def test_silence_is_told_and_a_sign_of_life_ends_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(thread_pool, "_LOOK", 0.01)
    told: list[float] = []
    silent, alive = threading.Event(), threading.Event()

    def idle(seconds: float) -> None:
        told.append(seconds)
        if seconds > 0.1:
            silent.set()
        elif silent.is_set():
            alive.set()

    def meanwhile(number: int) -> None:
        assert silent.wait(20)
        pool.threads.heartbeat()
        assert alive.wait(20)

    pool = Pool(iter([1]), meanwhile, idle=idle)
    assert list(pool.threads.results()) == [2]
    assert told == sorted(told[: told.index(max(told)) + 1]) + told[told.index(max(told)) + 1 :]


def test_no_more_is_done_than_fits_while_nobody_takes_it() -> None:
    done: list[int] = []
    pool = Pool(iter(range(1000)), done.append)
    results = pool.threads.results()
    next(results)
    deadline = time.monotonic() + 20
    while len(done) < thread_pool._AHEAD and time.monotonic() < deadline:
        time.sleep(0.001)
    assert thread_pool._AHEAD <= len(done) <= thread_pool._AHEAD + 1
    results.close()  # type: ignore[attr-defined]
    assert not pool.left()
