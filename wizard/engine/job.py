"""Runs a step in a thread, with a stop token, a pause gate, and `Finished` as the last fact in any case.

job = Job("copy", lambda control, events: copy.run(manifest, control, events), events)
job.start(); job.control.pause(); job.control.resume(); job.control.stop(); job.join()
"""

from __future__ import annotations

import logging
import threading
import time
import traceback
from typing import Any, Callable

from wizard.engine.events import Events, Finished
from wizard.errors import Stopped, WizardError
from wizard.language.message import Message

log = logging.getLogger(__name__)


class Control:
    """The stop token and the pause gate of one job.

    Workers call `check()` between two pieces of work. Whatever blocks (a socket, a listener) registers a closer,
    which `stop()` calls from another thread, so that stopping takes effect whatever the network does.
    """

    def __init__(self) -> None:
        self._stop = threading.Event()
        self._go = threading.Event()
        self._go.set()
        self._lock = threading.Lock()
        self._closers: set[Callable[[], None]] = set()

    @property
    def stopped(self) -> bool:
        return self._stop.is_set()

    @property
    def paused(self) -> bool:
        return not self._go.is_set()

    def pause(self) -> None:
        self._go.clear()

    def resume(self) -> None:
        self._go.set()

    def stop(self) -> None:
        """Ask the job to stop. Safe to call from any thread, and more than once."""
        self._stop.set()
        self._go.set()
        with self._lock:
            closers = list(self._closers)
        for closer in closers:
            closer()

    def check(self) -> None:
        """Wait while paused; raise `Stopped` once a stop was asked for."""
        if not self._go.is_set() and not self._stop.is_set():  # a pause after the stop delays nothing
            self._go.wait()
        if self._stop.is_set():
            raise Stopped

    def wait(self, seconds: float) -> None:
        """Sleep, unless stopped: then raise `Stopped` at once."""
        if self._stop.wait(seconds):
            raise Stopped

    def closing(self, closer: Callable[[], None]) -> Closing:
        """Register `closer` for the time of a `with` block."""
        return Closing(self, closer)

    def _add(self, closer: Callable[[], None]) -> None:
        with self._lock:
            self._closers.add(closer)
        if self._stop.is_set():
            closer()

    def _remove(self, closer: Callable[[], None]) -> None:
        with self._lock:
            self._closers.discard(closer)


class Closing:
    """A `with` block whose resource `Control.stop` closes from another thread."""

    def __init__(self, control: Control, closer: Callable[[], None]) -> None:
        self._control, self._closer = control, closer

    def __enter__(self) -> None:
        self._control._add(self._closer)

    def __exit__(self, *exc: object) -> None:
        self._control._remove(self._closer)


Work = Callable[[Control, Events], Any]


class Job:
    """One step in one thread. `Finished` is always its last fact, whatever happens."""

    def __init__(self, step: str, work: Work, events: Events) -> None:
        self.step = step
        self.control = Control()
        self._work = work
        self._events = events
        self._thread = threading.Thread(target=self._run, name=f"job-{step}")
        self.finished: Finished | None = None

    def start(self) -> Job:
        self._thread.start()
        return self

    def join(self, timeout: float | None = None) -> bool:
        """Wait for the end; True when the thread is gone."""
        self._thread.join(timeout)
        return not self._thread.is_alive()

    @property
    def running(self) -> bool:
        return self._thread.is_alive()

    def run(self) -> Finished:
        """Run in the caller's thread (the command line does)."""
        self._run()
        assert self.finished is not None
        return self.finished

    def _run(self) -> None:
        finished = Finished(self.step, "failed", error=WizardError(Message("The step ended without a result.")))
        started = time.monotonic()
        try:
            finished = Finished(self.step, "done", result=self._work(self.control, self._events))
        except Stopped as stopped:
            finished = Finished(self.step, "stopped", error=stopped)
        except WizardError as error:
            finished = Finished(self.step, "failed", error=error)
        except Exception as error:  # a bug is reported, never swallowed
            log.error("step %s failed: %s", self.step, _trace_without_values(error))
            finished = Finished(self.step, "failed", error=_unexpected(error))
        finally:
            log.info("step %s: %s after %.1f s", self.step, finished.outcome, time.monotonic() - started)
            self.finished = finished
            self._events.fact(finished)


def _trace_without_values(error: BaseException) -> str:
    """File names and line numbers of a traceback; its message may hold patient data and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__ + " at " + " < ".join(f"{f.name}:{f.lineno}" for f in reversed(frames))


def _unexpected(error: Exception) -> WizardError:
    error_inside = WizardError(
        Message(
            "An error occurred in this program. Start the program again to continue. If the error occurs again, send "
            "the technical log to your support contact."
        ),
        _trace_without_values(error),
    )
    error_inside.who = ""  # nobody there can mend it
    return error_inside
