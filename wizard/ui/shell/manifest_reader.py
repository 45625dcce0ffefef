"""Read and write the manifest in one thread, so that the window never waits for a disk.

Questions are answered in the order in which they were asked, so that a question sees the ticks set before it. Of the
questions that share a topic only the last one counts: an older one that has not begun is skipped, and the answer of
one that has begun is dropped.
"""

from __future__ import annotations

import logging
import queue
import threading
from typing import Any, Callable, NamedTuple

from wizard.errors import WizardError
from wizard.ui.shell.crash import unexpected

log = logging.getLogger(__name__)

Answered = Callable[[Any], None]
Failed = Callable[[WizardError], None]


class _Question(NamedTuple):
    ask: Callable[[], Any]
    answered: Answered
    failed: Failed
    topic: str
    number: int
    era: int


class _Answer(NamedTuple):
    question: _Question
    value: Any
    error: WizardError | None


class ManifestReader:
    """One thread that asks the manifest, and the answers that wait for the window."""

    def __init__(self) -> None:
        self._asked: queue.SimpleQueue[_Question | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[_Answer] = queue.SimpleQueue()
        self._latest: dict[str, int] = {}
        self._count = 0
        self._open = 0
        self._era = 0
        self._asking = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="manifest-reader", daemon=True)
        self._thread.start()

    @property
    def waiting(self) -> bool:
        """Whether answers are still to come."""
        return self._open > 0

    def ask(self, ask: Callable[[], Any], answered: Answered, failed: Failed, topic: str = "") -> None:
        """Call `ask` in the thread; `deliver` calls `answered` or `failed` in the window's thread."""
        self._count += 1
        self._open += 1
        if topic:
            self._latest[topic] = self._count
        self._asked.put(_Question(ask, answered, failed, topic, self._count, self._era))

    def forget(self) -> None:
        """Drop all questions so far: the manifest is another one now."""
        self._era += 1

    def quiet(self) -> threading.Lock:
        """Give the lock that is held while a question is being asked."""
        return self._asking

    def deliver(self) -> None:
        """Deliver the answers that have come. Called in the window's thread."""
        while True:
            try:
                question, value, error = self._answers.get_nowait()
            except queue.Empty:
                return
            self._open -= 1
            if self._superseded(question):
                continue
            if error is not None:
                question.failed(error)
            else:
                question.answered(value)

    def close(self) -> None:
        """Let the thread end after its current question."""
        self.forget()
        self._asked.put(None)

    def join(self) -> None:
        """Wait for the thread, after `close`."""
        self._thread.join()

    def _superseded(self, question: _Question) -> bool:
        last = self._latest.get(question.topic, question.number) if question.topic else question.number
        return question.era != self._era or question.number != last

    def _run(self) -> None:
        while True:
            question = self._asked.get()
            if question is None:
                return
            value: Any = None
            error: WizardError | None = None
            with self._asking:
                if not self._superseded(question):
                    try:
                        value = question.ask()
                    except WizardError as failure:
                        error = failure
                    except Exception as bug:  # the thread goes on, and the window shows the bug
                        error = unexpected(bug)
                        log.error("question %r: %s", question.topic, error.details)
            self._answers.put(_Answer(question, value, error))
