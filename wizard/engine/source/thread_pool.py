"""Runs the threads that touch the source: as many as help, and none that is waited for without end.

One begins. When there are more than a few tasks, there are as many as processors. A file server is slow per file and
not per byte: while all threads wait for one, another one joins time and again.

A share that stops answering blocks a thread inside the system, and nothing can call it back. So these threads are
daemons: they are told to end, waited for a moment, and abandoned if they hang.
"""

from __future__ import annotations

import os
import queue
import threading
import time
from typing import Any, Callable, Generic, Iterator, Protocol, TypeVar

from wizard.engine.job import Control

TaskT = TypeVar("TaskT")
ResultT = TypeVar("ResultT")

_FEW = 6  # tasks: with more, every processor is worth its process
PROCESSORS = min(4, os.cpu_count() or 1)
MOST = 8  # threads
_AHEAD = 24  # results that wait for the caller
_LOOK = 0.1  # seconds between two looks, and before another thread joins
_PATIENCE = 1.0  # seconds to wait for the threads at the end


class Worker(Protocol):
    """The worker of one thread."""

    slow: bool
    """Whether it mostly waits for the source."""

    def work(self, task: Any) -> Any:
        """Turn a task into a result."""

    def hurry(self) -> None:
        """Prepare for many tasks."""

    def close(self) -> None:
        """End. Called from another thread, perhaps in the middle of a task."""


class ThreadPool(Generic[TaskT, ResultT]):
    """Works on tasks in threads of its own.

    Parameters
    ----------
    tasks : iterator
        Advanced in these threads too, one thread at a time.
    new_worker : callable
        Makes the worker of a new thread. Tasks and workers call `heartbeat` whenever the source has answered.
    control : Control
        Stops and pauses.
    idle : callable
        Called about ten times a second while there is no result, with the seconds since the last sign of life.
    """

    def __init__(
        self, tasks: Iterator[TaskT], new_worker: Callable[[], Worker], control: Control, idle: Callable[[float], None]
    ) -> None:
        self._tasks, self._new_worker, self._control, self._idle = tasks, new_worker, control, idle
        self._lock = threading.Lock()
        self._room = threading.Semaphore(_AHEAD)
        self._out: queue.SimpleQueue[_Done | _Failed | ResultT] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._workers: list[Worker] = []
        self._over = self._exhausted = False
        self._taken = self._heartbeats = 0

    def heartbeat(self) -> None:
        """Note that the source has answered."""
        self._heartbeats += 1

    def results(self) -> Iterator[ResultT]:
        """The results, in the order in which they are ready.

        Raises
        ------
        Stopped
            And any exception of `tasks` or `work`.
        """
        try:
            yield from self._results()
        finally:
            self._over = True
            for worker in self._workers:
                worker.close()
            deadline = time.monotonic() + _PATIENCE
            for thread in self._threads:
                self._room.release()
                thread.join(max(0.0, deadline - time.monotonic()))

    def _results(self) -> Iterator[Any]:
        self._start_worker()
        heartbeats, working, joined = 0, 1, time.monotonic()
        since = joined
        while working:
            self._control.check()
            result: Any = None
            try:
                result = self._out.get(timeout=_LOOK)
            except queue.Empty:
                self._idle(time.monotonic() - since)
            now = time.monotonic()
            if self._heartbeats != heartbeats:
                heartbeats, since = self._heartbeats, now
            if isinstance(result, _Failed):
                raise result.error
            if isinstance(result, _Done):
                working -= 1
            elif result is not None:
                self._room.release()
                yield result
            if not self._exhausted and self._needs_more(now - joined):
                self._start_worker()
                working, joined = working + 1, now

    def _needs_more(self, seconds: float) -> bool:
        """Whether another thread would help; `seconds` have passed since the last one started."""
        if self._taken > _FEW and len(self._threads) < PROCESSORS:
            return True
        return seconds > _LOOK and len(self._threads) < MOST and all(worker.slow for worker in self._workers)

    def _start_worker(self) -> None:
        """Start one more thread."""
        worker = self._new_worker()
        self._workers.append(worker)
        if self._taken > _FEW and len(self._workers) <= PROCESSORS:
            for each in self._workers:
                each.hurry()
        name = f"source {len(self._threads) + 1}"
        thread = threading.Thread(target=self._run, args=(worker,), name=name, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self, worker: Worker) -> None:
        try:
            while True:
                self._room.acquire()
                if self._over:
                    return
                with self._lock:
                    task = next(self._tasks, _END)
                    self._taken += 1
                if task is _END:
                    self._exhausted = True
                    self._room.release()
                    break
                self._out.put(worker.work(task))
            self._out.put(_Done())
        except BaseException as error:
            self._out.put(_Failed(error))


class _Done:
    """A thread has found nothing more to do."""


class _Failed:
    """A thread has failed, with this error."""

    def __init__(self, error: BaseException) -> None:
        self.error = error


_END: Any = object()
