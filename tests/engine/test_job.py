"""A job: it can be stopped and paused at any moment, and `Finished` is always its last fact."""

from __future__ import annotations

import logging
import socket
import threading
from typing import Callable

import pytest

from tests.engine.stage import Watcher, finished, started
from wizard.engine.events import Events, Finished, NoEvents, Note, Progress
from wizard.engine.job import Control, Job
from wizard.errors import DestinationError, Stopped, WizardError
from wizard.language.message import Message

PATIENT = "Muster, Anna"


def ended(work: Callable[[Control, Events], object]) -> tuple[Finished, Watcher]:
    watcher = Watcher()
    return finished(started("copy", work, watcher)), watcher


class Working:
    """Work that goes round and round, until it is stopped; `rounds` counts."""

    def __init__(self) -> None:
        self.rounds = 0
        self.changed = threading.Condition()

    def __call__(self, control: Control, events: Events) -> None:
        while True:
            control.check()
            with self.changed:
                self.rounds += 1
                self.changed.notify_all()

    def advance(self) -> bool:
        """Wait for another round; False when none comes for half a second."""
        with self.changed:
            now = self.rounds
            return self.changed.wait_for(lambda: self.rounds > now, 0.5)


# The last word


def test_what_a_job_returns_is_its_last_word() -> None:
    def work(control: Control, events: Events) -> int:
        events.fact(Note(Message("first")))
        return 42

    last, watcher = ended(work)
    assert last == Finished("copy", "done", result=42)
    assert watcher.facts == [Note(Message("first")), last]


def test_a_stop_is_not_a_failure() -> None:
    def work(control: Control, events: Events) -> None:
        control.stop()
        control.check()

    last, watcher = ended(work)
    assert (last.outcome, type(last.error)) == ("stopped", Stopped)
    assert watcher.facts == [last]


def test_an_error_for_people_is_handed_on_as_it_is() -> None:
    error = DestinationError(Message("It is away."), "code 1")

    def work(control: Control, events: Events) -> None:
        raise error

    last, _ = ended(work)
    assert last == Finished("copy", "failed", error=error)


def test_a_bug_becomes_a_sentence_without_anything_of_the_data(caplog: pytest.LogCaptureFixture) -> None:
    def work(control: Control, events: Events) -> None:
        nothing: dict[str, int] = {}
        nothing[PATIENT]

    with caplog.at_level(logging.DEBUG):
        last, watcher = ended(work)
    assert last.outcome == "failed"
    assert last.error is not None
    assert type(last.error) is WizardError
    assert "An error occurred in this program." in str(last.error.sentence)
    assert last.error.details.startswith("KeyError at work:")
    for text in (str(last.error.sentence), last.error.details, caplog.text):
        assert PATIENT not in text
    assert "KeyError at work:" in caplog.text
    assert watcher.facts == [last]


@pytest.mark.parametrize("error", [KeyboardInterrupt, SystemExit])
def test_even_an_interruption_has_a_last_word(error: type[BaseException]) -> None:
    def work(control: Control, events: Events) -> None:
        raise error

    watcher = Watcher()
    with pytest.raises(error):
        Job("copy", work, watcher).run()
    (last,) = watcher.facts
    assert isinstance(last, Finished)
    assert (last.outcome, last.error is not None) == ("failed", True)


def test_a_job_can_run_in_the_callers_thread() -> None:
    job = Job("copy", lambda control, events: threading.current_thread(), NoEvents())
    assert job.run().result is threading.current_thread()
    assert not job.running


def test_a_job_says_whether_it_runs() -> None:
    go = threading.Event()
    job = started("copy", lambda control, events: go.wait(10))
    assert job.running
    assert not job.join(0.01)
    go.set()
    assert finished(job).outcome == "done"
    assert not job.running


# Stop


def test_stop_ends_the_work_at_its_next_look() -> None:
    work = Working()
    job = started("copy", work)
    assert work.advance()
    job.control.stop()
    assert job.control.stopped
    assert finished(job).outcome == "stopped"


def test_stop_wakes_whoever_sleeps() -> None:
    asleep = threading.Event()

    def work(control: Control, events: Events) -> None:
        asleep.set()
        control.wait(600)

    job = started("copy", work)
    assert asleep.wait(10)
    job.control.stop()
    assert finished(job).outcome == "stopped"


def test_a_sleep_that_nobody_disturbs_ends_by_itself() -> None:
    Control().wait(0)
    Control().wait(0.01)


def test_stop_closes_from_the_side_what_the_work_waits_for() -> None:
    ours, theirs = socket.socketpair()
    waiting = threading.Event()

    def work(control: Control, events: Events) -> None:
        with control.closing(theirs.close):
            waiting.set()
            assert ours.recv(1) == b""
        control.check()

    with ours, theirs:
        job = started("copy", work)
        assert waiting.wait(10)
        job.control.stop()
        assert finished(job).outcome == "stopped"


def test_what_is_registered_after_the_stop_is_closed_at_once() -> None:
    control, closed = Control(), []
    control.stop()
    with control.closing(lambda: closed.append(1)):
        assert closed == [1]


def test_what_is_no_longer_needed_is_not_closed() -> None:
    control, closed = Control(), []
    with control.closing(lambda: closed.append(1)):
        pass
    control.stop()
    assert closed == []


def test_everything_that_is_registered_is_closed_even_twice() -> None:
    control, closed = Control(), []
    with control.closing(lambda: closed.append("a")), control.closing(lambda: closed.append("b")):
        control.stop()
        control.stop()
    assert sorted(closed) == ["a", "a", "b", "b"]


# Pause


def test_a_pause_holds_the_work_until_it_goes_on() -> None:
    work = Working()
    job = started("copy", work)
    assert work.advance()
    job.control.pause()
    assert job.control.paused
    while work.advance():  # the round that was under way
        pass
    job.control.resume()
    assert not job.control.paused
    assert work.advance()
    job.control.stop()
    assert finished(job).outcome == "stopped"


def test_a_paused_job_can_be_stopped() -> None:
    work = Working()
    job = started("copy", work)
    job.control.pause()
    while work.advance():
        pass
    job.control.stop()
    assert finished(job).outcome == "stopped"


def test_a_pause_that_comes_after_the_stop_holds_nobody_up() -> None:
    def work(control: Control, events: Events) -> None:
        control.stop()
        control.pause()
        control.check()

    assert ended(work)[0].outcome == "stopped"


# Progress


def test_the_rate_counts_what_this_run_has_done() -> None:
    assert Progress("copy", done=30, done_before=10, seconds=4).rate == 5
    assert Progress("copy", done=30).rate == 0
