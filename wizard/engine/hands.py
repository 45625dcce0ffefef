"""Threads that touch the source: as many as help, and none that is waited for without end.

One thread is enough while it keeps the processor busy: several would only hand the interpreter to one another. But a
file server is slow per file and not per byte: whenever the processor has little to do, one more thread joins.

A share that stops answering blocks a thread inside the system, and nothing can call it back. So these threads are
daemons: they are told to end, waited for a moment, and left behind if they hang.
"""

from __future__ import annotations

import queue
import threading
import time
from typing import Any, Callable, Generic, Iterator, TypeVar

from wizard.engine.job import Control

Task = TypeVar("Task")
Result = TypeVar("Result")

SILENCE = 60.0  # seconds without a sign of life, after which the source counts as not answering
MOST = 8  # threads
_AHEAD = 24  # results that wait to be taken
_LOOK = 0.1  # seconds between two looks at how busy the processor is
_PATIENCE = 1.0  # seconds to wait for the threads at the end


class Hands(Generic[Task, Result]):
    """Works on tasks in threads of its own.

    Parameters
    ----------
    tasks : iterator
        Advanced in these threads too, by one at a time.
    work : callable
        Turns a task into a result. Both call `beat` whenever the source has answered.
    control : Control
        Stops and pauses.
    idle : callable
        Called about ten times a second while there is no result, with the seconds since the last sign of life.
    """

    def __init__(
        self, tasks: Iterator[Task], work: Callable[[Task], Result], control: Control, idle: Callable[[float], None]
    ) -> None:
        self._tasks, self._work, self._control, self._idle = tasks, work, control, idle
        self._lock = threading.Lock()
        self._room = threading.Semaphore(_AHEAD)
        self._out: queue.SimpleQueue[_Done | _Failed | Result] = queue.SimpleQueue()
        self._threads: list[threading.Thread] = []
        self._over = False
        self._beats = 0

    def beat(self) -> None:
        """The source has answered."""
        self._beats += 1

    def results(self) -> Iterator[Result]:
        """The results, in the order in which they are ready.

        Raises
        ------
        Stopped
            And whatever `tasks` or `work` raised.
        """
        try:
            yield from self._results()
        finally:
            self._over = True
            deadline = time.monotonic() + _PATIENCE
            for thread in self._threads:
                self._room.release()
                thread.join(max(0.0, deadline - time.monotonic()))

    def _results(self) -> Iterator[Any]:
        self._join_in()
        working, beats, since = 1, 0, time.monotonic()
        looked, busy = since, time.process_time()
        while working:
            self._control.check()
            result: Any = None
            try:
                result = self._out.get(timeout=_LOOK)
            except queue.Empty:
                self._idle(time.monotonic() - since)
            now = time.monotonic()
            if self._beats != beats:
                beats, since = self._beats, now
            if isinstance(result, _Failed):
                raise result.error
            if isinstance(result, _Done):
                working -= 1
            elif result is not None:
                self._room.release()
                yield result
            if now - looked > _LOOK:
                # The processor is idle, and not because what was read waits here to be taken.
                if time.process_time() - busy < (now - looked) / 2 and self._out.empty() and working < MOST:
                    self._join_in()
                    working += 1
                looked, busy = time.monotonic(), time.process_time()

    def _join_in(self) -> None:
        """One more thread."""
        thread = threading.Thread(target=self._run, name=f"source {len(self._threads) + 1}", daemon=True)
        self._threads.append(thread)
        thread.start()

    def _run(self) -> None:
        try:
            while True:
                self._room.acquire()
                if self._over:
                    return
                with self._lock:
                    task = next(self._tasks, _END)
                if task is _END:
                    break
                self._out.put(self._work(task))
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
