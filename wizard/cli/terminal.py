"""The output of a running step on a terminal, and Ctrl+C, which stops it.

Progress and notes go to standard error, results to standard output, so that a redirected output is the result alone.
"""

from __future__ import annotations

import signal
import sys
import time
from typing import Any

from wizard import output
from wizard.cli import terminal_texts
from wizard.engine.events import Events, Fact, Note, Progress
from wizard.engine.facts import FoundPort, Rung
from wizard.engine.job import Job
from wizard.language import plainly
from wizard.language.message import Message, together

WIDEST = 150  # characters of the line that is overwritten


class Screen(Events):
    """Prints a running step: a line that is overwritten, or a line now and then where nobody looks, and its facts.

    Parameters
    ----------
    quiet : bool
        Print results alone.
    json : bool
        Standard output is for one JSON object, so results are not printed there.
    """

    def __init__(self, quiet: bool, json: bool = False) -> None:
        self._quiet, self._json = quiet, json
        self._live = sys.stderr is not None and sys.stderr.isatty()
        self._shown = 0.0
        self._width = 0

    def state(self, progress: Progress) -> None:
        now = time.monotonic()
        if self._quiet or now - self._shown < (0.2 if self._live else 10):
            return
        self._shown = now
        line = plainly(together(terminal_texts.progress(progress), progress.waiting))
        if self._live:
            output.write("\r" + line[:WIDEST].ljust(self._width), sys.stderr)
            self._width = len(line[:WIDEST])
        else:
            output.lines(line, stream=sys.stderr)

    def fact(self, fact: Fact) -> None:
        if isinstance(fact, Rung):
            self.say(terminal_texts.rung(fact))
        elif isinstance(fact, FoundPort):
            if self._json:
                self.say(terminal_texts.found(fact))
            self.tell(terminal_texts.found(fact))
        elif isinstance(fact, Note):
            self.say(fact.sentence)

    def say(self, *lines: Message | str) -> None:
        """Print notes on standard error, unless only results are wanted."""
        if lines and not self._quiet:
            self.end_line()
            output.lines(*map(plainly, lines), stream=sys.stderr)

    def tell(self, *lines: Message | str) -> None:
        """Print results on standard output."""
        if lines and not self._json:
            self.end_line()
            output.lines(*map(plainly, lines), stream=sys.stdout)

    def fail(self, sentence: Message) -> None:
        """Print why it ends, on standard error in any case."""
        self.end_line()
        output.lines(plainly(sentence), stream=sys.stderr)

    def end_line(self) -> None:
        """Finish the line that was being overwritten."""
        if self._width:
            output.write("\n", sys.stderr)
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
