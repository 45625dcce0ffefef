"""State is overwritten, facts are not; the window spends no more than `TURN` seconds on them at a time."""

from __future__ import annotations

import threading

import pytest

from wizard.engine.events import Finished, Note, Progress
from wizard.engine.job import Job
from wizard.language.message import Message
from wizard.ui.shell import bridge
from wizard.ui.shell.bridge import Bridge


def test_only_the_newest_snapshot_is_handed_out_and_only_once() -> None:
    one = Bridge()
    for done in range(1000):
        one.state(Progress("copy", done=done))
    latest = one.latest()
    assert latest is not None and latest.done == 999
    assert one.latest() is None


def test_every_fact_comes_once_and_in_order_from_another_thread() -> None:
    one = Bridge()
    sent = [Note(Message("{number}", number=number)) for number in range(500)]

    def tell() -> None:
        for fact in sent:
            one.fact(fact)

    worker = threading.Thread(target=tell)
    worker.start()
    worker.join()
    heard: list[object] = []
    while len(heard) < len(sent):
        heard.extend(one.facts())
    assert heard == sent
    assert list(one.facts()) == []


def test_a_turn_that_is_over_leaves_the_rest_for_the_next_one(monkeypatch: pytest.MonkeyPatch) -> None:
    one = Bridge()
    for number in range(3):
        one.fact(Note(Message("{number}", number=number)))
    monkeypatch.setattr(bridge, "TURN", 0.0)
    assert list(one.facts()) == []
    monkeypatch.undo()
    assert len(list(one.facts())) == 3


def test_the_last_fact_of_a_job_is_that_it_has_finished() -> None:
    one = Bridge()
    job = Job("copy", lambda control, events: events.fact(Note(Message("Almost done."))), one)
    job.start().join()
    facts = list(one.facts())
    assert facts[0] == Note(Message("Almost done."))
    assert isinstance(facts[1], Finished) and facts[1].outcome == "done"
