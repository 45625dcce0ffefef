"""Step 4 at the window, with a step that is held back where a real one would be too quick to be looked at."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.ui.person import Person
from tests.ui.walk import by_keyboard, walk
from wizard.engine import copy
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.errors import Unreachable
from wizard.manifest import proof
from wizard.ui import pages, texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
AWAY = "The new PACS does not answer. Waiting, and trying again by itself."


@pytest.fixture
def person(open_window: Opens) -> Person:
    """At the page Check, about to copy."""
    one = open_window(practice=True)
    next(page for page in walk(one, by_keyboard(one)) if page == "check")
    return one


def hold(monkeypatch: pytest.MonkeyPatch, *snapshots: Progress) -> list[Progress]:
    """Let copying report these snapshots, one each time the list returned is shortened, and then wait for Stop."""
    waiting = list(snapshots)

    def run(manifest: object, destination: object, control: Control, events: Events, **more: object) -> None:
        while True:
            if waiting:
                events.state(waiting[0])
            control.wait(0.01)
            control.check()

    monkeypatch.setattr(copy, "run", run)
    return waiting


def begin(person: Person) -> None:
    person.press("Return")
    person.wait(lambda: person.app.page.step == "copy" and person.app.page.share, "copying to begin")


def progress(done: int, **more: object) -> Progress:
    sizes = {"bytes_done": done * 1000, "bytes_total": 300_000}
    return Progress("copy", done=done, total=300, seconds=done / 100, counts={"copied": done}, **sizes, **more)


def test_the_bar_only_grows(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = hold(monkeypatch, progress(150), progress(90))
    begin(person)
    grown = person.app.page.share
    del waiting[0]
    person.wait(lambda: texts.copying(90, 300) in person.reads(), "the second snapshot")
    assert person.app.page.share == grown == 0.5


def test_a_destination_that_is_away_is_said_and_taken_back_when_it_is_there_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = hold(monkeypatch, progress(100, waiting=AWAY), progress(101))
    begin(person)
    person.wait(lambda: AWAY in person.reads(), "the sentence")
    del waiting[0]
    person.wait(lambda: AWAY not in person.reads(), "the sentence to be taken back")


def test_pause_holds_the_job_and_going_on_releases_it(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, progress(100))
    begin(person)
    person.click("pause")
    person.wait(lambda: person.app.job.control.paused, "the pause")
    assert texts.PAUSED in person.reads()
    person.click("pause")
    person.wait(lambda: not person.app.job.control.paused, "going on")


def test_stop_ends_the_job_and_the_rest_is_offered(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, progress(100))
    begin(person)
    person.click("end")
    person.wait(lambda: texts.STOPPED in person.reads(), "the job to stop")
    person.settle()
    assert person.app.frame.forward.cget("text").startswith("Copy")
    monkeypatch.undo()
    assert person.app.page.step == "copy"


def test_a_failure_is_shown_in_place_with_who_must_act(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unreachable("Nothing answers at the new PACS.", "ECONNREFUSED")

    monkeypatch.setattr(copy, "run", fail)
    person.press("Return")
    person.wait(lambda: "Nothing answers at the new PACS." in person.reads(), "the failure")
    assert texts.who_must_act("your IT department") in person.reads()
    assert "ECONNREFUSED" not in person.reads()


def test_what_has_arrived_so_far_can_be_seen_before_the_rest_is_copied(person: Person) -> None:
    with person.app.shared.manifest.writing() as db:
        db.execute(
            "UPDATE entry SET bucket = 'copied' WHERE id IN (SELECT id FROM entry WHERE bucket = 'pending' LIMIT 9)"
        )
    person.app.turn_to(pages.COPY)
    person.wait(lambda: texts.VERIFY_NOW in person.reads(), "the way to Verify")
    assert "9 of" in person.reads()
    person.click("verify_now")
    person.wait(lambda: person.app.page.step == "verify", "the page Verify")
    person.settle()
    assert proof.summary(person.app.shared.manifest).missing > 0


def test_what_was_not_copied_is_listed_and_can_be_tried_again(person: Person) -> None:
    person.press("Return")
    person.wait(lambda: person.app.page.step == "verify", "the page Verify")
    person.settle()
    person.click("back")
    person.wait(lambda: person.app.page.step == "copy", "the page Copy")
    person.settle()
    words = person.find("exceptions").get("1.0", "end")
    assert "damaged" in words and "refused" in words and "in conflict" in words
    assert texts.who_must_act("the administrator of the new PACS") in words
    person.click("copy_list")
    person.wait(lambda: texts.COPIED_LIST in person.reads())
    assert "refused" in person.app.root.clipboard_get()
    person.click("retry")
    person.wait(lambda: person.app.page.step == "verify", "the retry to end")
    person.settle()
