"""The output of a running step on a terminal, and Ctrl+C, which stops it."""

from __future__ import annotations

import signal
import sys
import time
from typing import Any

from wizard.engine.events import Events, Fact, Note, Progress
from wizard.engine.facts import FoundPort, Rung
from wizard.engine.job import Job


class Screen(Events):
    """Prints progress and facts to standard error: one line that is overwritten, or a plain line now and then."""

    def __init__(self, quiet: bool) -> None:
        self._quiet = quiet
        self._live = sys.stderr.isatty()
        self._shown = 0.0
        self._width = 0

    def state(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._quiet or now - self._shown < (0.2 if self._live else 10):
            return
        self._shown = now
        of = f" of {progress.total:,}" if progress.total is not None else ""
        line = f"{progress.step}: {progress.done:,}{of}, {progress.rate:,.0f} a second  {progress.waiting}"
        if self._live:
            print("\r" + line[:150].ljust(self._width), end="", file=sys.stderr, flush=True)
            self._width = len(line[:150])
        else:
            print(line, file=sys.stderr, flush=True)

    def fact(self, fact: Fact) -> None:
        if isinstance(fact, Rung) and not self._quiet:
            mark = {True: "yes", False: "NO ", None: " - "}[fact.passed]
            took = f" ({fact.seconds:.1f} s)" if fact.passed is not None else ""
            self.say(f"  {mark} {fact.name}: {fact.sentence}{took}")
        elif isinstance(fact, FoundPort):
            about = ", ".join(filter(None, (fact.maker, fact.called_ae and f"called {fact.called_ae}")))
            self.say(f"  {fact.address}: {fact.sentence}" + (f" {about}" if about else ""))
        elif isinstance(fact, Note):
            self.say(fact.sentence)

    def say(self, *lines: str) -> None:
        if lines and not self._quiet:
            self.end_line()
            print(*lines, sep="\n", file=sys.stderr, flush=True)

    def end_line(self) -> None:
        """Finish the line that was being overwritten."""
        if self._width:
            print(file=sys.stderr)
            self._width = 0


class Interruption:
    """Lets Ctrl+C and a termination request stop the running job, or the next one, as Stop in the window does."""

    def __init__(self) -> None:
        self._job: Job | None = None
        self._signalled = self._passed_on = False
        self._before: dict[signal.Signals, Any] = {}

    def __enter__(self) -> Interruption:
        self._before = {number: signal.signal(number, self._stop) for number in (signal.SIGINT, signal.SIGTERM)}
        return self

    def __exit__(self, *exc: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def watch(self, job: Job) -> None:
        self._job, self._passed_on = job, False
        self.pass_on()

    def pass_on(self) -> None:
        """Stop the watched job if a signal came; to be called now and then, from the main thread.

        The handler itself only makes a note: a second signal could come while it holds a lock, and wait for ever.
        """
        if self._signalled and not self._passed_on and self._job is not None:
            self._passed_on = True
            self._job.control.stop()

    def _stop(self, number: int, frame: object) -> None:
        self._signalled = True
