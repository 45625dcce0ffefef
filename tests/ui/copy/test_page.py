"""Step 4 at the window, with a step that is held back where a real one would be too quick to be looked at."""

from __future__ import annotations

from typing import Any, Callable

import pytest

from tests.ui.person import Person, cut_off, row_words
from wizard import reasons
from wizard.engine import copy
from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.errors import Unreachable
from wizard.language import render
from wizard.language.message import Foreign, Message
from wizard.manifest import proof
from wizard.ui import steps
from wizard.ui.copy import outcomes as ledger_view
from wizard.ui.copy import texts as copy_texts
from wizard.ui.copy.page import CopyPage
from wizard.ui.shell import texts as shell_texts
from wizard.ui.widgets import texts as widgets_texts
from wizard.vocabulary import Who

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
AWAY = Message("The new PACS does not answer. Waiting, and trying again by itself.")
NIGHT = Message("Outside the hours in which it may run. It waits until 19:00.")


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Check, about to copy."""
    return open_at("check")


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
    person.wait(lambda: person.window.page.step == "copy" and person.page(CopyPage).share, "copying to begin")


def progress(done: int, counts: dict[str, int] | None = None, **more: Any) -> Progress:
    sizes: dict[str, Any] = {"bytes_done": done * 1000, "bytes_total": 300_000}
    counted = {"copied": done} if counts is None else counts
    return Progress("copy", done=done, total=300, seconds=done / 100, counts=counted, **sizes, **more)


def files(person: Person) -> list[str]:
    """The lines of the list of files."""
    rows = person.find("files")
    return [row_words(rows, row) for row in rows.get_children()]


def select(person: Person, listing: str, words: Message | str) -> None:
    """Click the line of a list that says this."""
    rows = person.find(listing)
    row = next(row for row in rows.get_children() if render(words) in row_words(rows, row))
    rows.see(row)
    person.window.root.update()
    _, y, _, height = rows.bbox(row)
    person.click(rows, at=(40, y + height // 2))
    person.wait(lambda: rows.selection() == (row,), f"the line {words}")
    person.wait(lambda: not person.window.manifest_reader.waiting, "its files")


@pytest.fixture
def finished(open_at: Opens) -> Person:
    """Everything is copied and verified, and the person has come back to look at it."""
    one = open_at("verify")
    one.click("back")
    one.wait(lambda: one.window.page.step == "copy", "the page Copy")
    one.settle()
    return one


def refused(person: Person) -> reasons.Reason:
    """The reason of the one image that was rejected."""
    row = person.manifest.row("SELECT reason_code, reason_values FROM entry WHERE bucket = 'refused'")
    assert row is not None
    reason = reasons.read(row[0], row[1])
    assert reason is not None
    return reason


def test_the_bar_only_grows(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = hold(monkeypatch, progress(150), progress(90))
    begin(person)
    grown = person.page(CopyPage).share
    del waiting[0]
    person.wait(lambda: copy_texts.copying(90, 300) in person.reads(), "the second snapshot")
    assert person.page(CopyPage).share == grown == 0.5


def test_a_destination_that_is_away_is_said_and_taken_back_when_it_is_there_again(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = hold(monkeypatch, progress(100, waiting=AWAY), progress(101))
    begin(person)
    person.wait(lambda: AWAY in person.reads(), "the sentence")
    del waiting[0]
    person.wait(lambda: AWAY not in person.reads(), "the sentence to be taken back")


def test_what_the_step_has_to_say_is_shown_when_nothing_is_waited_for(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(manifest: object, destination: object, control: Control, events: Events, **more: object) -> None:
        events.fact(Note(Message("The new PACS could not be asked about all images."), "status A900"))
        while True:
            events.state(progress(100))
            control.wait(0.01)

    monkeypatch.setattr(copy, "run", run)
    begin(person)
    person.wait(lambda: "could not be asked about all images" in person.reads(), "the note")
    assert "status A900" not in person.reads()


def test_outside_its_hours_it_says_until_when_it_waits_and_pause_and_stop_work(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = hold(monkeypatch, progress(100, waiting=AWAY), progress(100, waiting=NIGHT))
    begin(person)
    del waiting[0]
    person.wait(lambda: NIGHT in person.reads(), "the sentence")
    assert AWAY not in person.reads()
    person.click("pause")
    person.wait(lambda: person.job.control.paused, "the pause")
    person.click("end")
    person.wait(lambda: shell_texts.STOPPED in person.reads(), "the job to stop")
    person.settle()
    assert NIGHT not in person.reads()


def test_pause_holds_the_job_and_going_on_releases_it(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, progress(100))
    begin(person)
    person.click("pause")
    person.wait(lambda: person.job.control.paused, "the pause")
    assert copy_texts.PAUSED in person.reads()
    person.click("pause")
    person.wait(lambda: not person.job.control.paused, "going on")
    assert copy_texts.PAUSED not in person.reads()


def test_stop_ends_the_job_and_the_rest_is_offered(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    hold(monkeypatch, progress(100))
    begin(person)
    person.click("end")
    person.wait(lambda: shell_texts.STOPPED in person.reads(), "the job to stop")
    person.settle()
    assert person.window.frame.forward.cget("text").startswith("Copy")
    monkeypatch.undo()
    assert person.window.page.step == "copy"


def test_a_failure_is_shown_in_place_with_who_must_act(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise Unreachable(Message("Nothing answers at the new PACS."), "ECONNREFUSED")

    monkeypatch.setattr(copy, "run", fail)
    person.press("Return")
    person.wait(lambda: "Nothing answers at the new PACS." in person.reads(), "the failure")
    assert widgets_texts.action_by(Who.IT) in person.reads()
    assert "ECONNREFUSED" not in person.reads()


def test_speed_and_chart_follow_what_was_sent(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = hold(monkeypatch, *(progress(done) for done in range(10, 300, 10)))
    begin(person)
    assert copy_texts.NO_SPEED in person.reads()

    def one_more() -> bool:
        if len(waiting) > 1 and copy_texts.copying(waiting[0].done, 300) in person.reads():
            del waiting[0]
        return "images a second" in person.reads() and copy_texts.NO_SPEED not in person.reads()

    person.wait(one_more, "the speed")
    assert "left" not in person.find("rate").cget("text"), "that is not known yet"
    assert "peak" in person.find("speed_label").cget("text")


def test_what_has_arrived_so_far_can_be_seen_before_the_rest_is_copied(person: Person) -> None:
    with person.manifest.writing() as db:
        db.execute(
            "UPDATE entry SET bucket = 'copied' WHERE id IN (SELECT id FROM entry WHERE bucket = 'pending' LIMIT 9)"
        )
    person.window.turn_to(steps.COPY)
    person.wait(lambda: copy_texts.VERIFY_NOW in person.reads(), "the way to Verify")
    assert "9 of" in person.reads()
    person.click("verify_now")
    person.wait(lambda: person.window.page.step == "verify", "the page Verify")
    person.settle()
    assert proof.summary(person.manifest).missing > 0


def test_what_was_not_copied_is_listed_and_can_be_tried_again(finished: Person) -> None:
    person = finished
    outcomes = {line.split(" ", 1)[1].split(":")[0] for line in files(person)}
    assert {"Damaged", "Rejected", "UID conflict"} <= outcomes
    assert not {"Copied", "Already there", "Duplicate"} & outcomes
    person.click("retry")
    person.wait(lambda: person.window.page.step == "verify", "the retry to end")
    person.settle()


def test_selecting_a_bucket_lists_its_files_and_typing_narrows_them(finished: Person) -> None:
    person = finished
    select(person, "buckets", copy_texts.BUCKETS["duplicate"])
    assert [line.split()[0] for line in files(person)] == ["IMG_0001.DCM"]
    select(person, "buckets", copy_texts.BUCKETS["copied"])
    everything = len(files(person))
    person.click("find")
    person.type("muster")
    person.wait(lambda: 0 < len(files(person)) < everything, "the list to be narrowed")
    person.type("zzz")
    person.wait(lambda: copy_texts.NOTHING_FOUND_THERE in person.reads(), "the empty list")
    assert not files(person)


def test_all_of_one_file_is_shown_on_request_and_escape_leads_back(finished: Person) -> None:
    person = finished
    with person.manifest.writing() as db:
        db.execute(
            """INSERT INTO attempt (entry, time, association, status, comment, bytes, seconds)
            SELECT id, 0, 1, 0x0122, 'SOP class is not wanted', 0, 0 FROM entry WHERE bucket = 'refused'"""
        )
    select(person, "buckets", copy_texts.BUCKETS["refused"])
    select(person, "files", "IM0041")
    person.press("Return")
    details = person.find("file_details")
    person.wait(details.winfo_viewable, "the details")
    words = details.get("1.0", "end")
    reason = refused(person)
    assert reason.next_step
    for known in (
        *("2015/03/02/ST0007/IM0041", "0122H", "SOP class is not wanted", "the administrator of the new PACS"),
        *(render(reason), render(reason.next_step), reason.code),
    ):
        assert known in words
    uid = person.manifest.value("SELECT sop_uid FROM entry WHERE bucket = 'refused'")
    assert uid in words
    person.press("Escape")
    person.wait(lambda: not details.winfo_viewable(), "the list")
    assert person.focus() == "files"


def test_the_list_goes_to_the_clipboard_in_columns_with_headings(finished: Person) -> None:
    person = finished
    select(person, "buckets", copy_texts.BUCKETS["refused"])
    person.click("copy_list")
    person.wait(lambda: copy_texts.COPIED_LIST in person.reads())
    heading, line = person.window.root.clipboard_get().split("\n")
    cells = dict(zip(heading.split("\t"), line.split("\t")))
    assert tuple(cells) == tuple(map(render, copy_texts.LIST_HEADINGS))
    assert (cells["File"], cells["Outcome"]) == ("IM0041", "Rejected")
    assert cells["Folder"].endswith("ST0007")


def test_no_more_files_are_listed_than_the_page_says(finished: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger_view, "SHOWN", 50)
    person = finished
    select(person, "buckets", copy_texts.BUCKETS["copied"])
    assert len(files(person)) == 50
    assert copy_texts.not_all_shown(50) in person.reads()


def test_a_comment_and_a_reason_of_any_length_are_cut_in_the_list_and_bounded_in_the_details(finished: Person) -> None:
    person = finished
    long = reasons.Reason("unreadable", why=Foreign("x" * 65536))
    with person.manifest.writing() as db:
        db.execute(
            "UPDATE entry SET reason_code = ?, reason_values = ? WHERE bucket = 'refused'",
            ("unreadable", '{"why": "' + "x" * 65536 + '"}'),
        )
        db.execute(
            """INSERT INTO attempt (entry, time, association, status, comment, bytes, seconds)
            SELECT id, 0, 1, 0x0122, ?, 0, 0 FROM entry WHERE bucket = 'refused'""",
            ("y" * 65536,),
        )
    assert len(render(long)) < 2000
    person.page(CopyPage).enter(False)
    select(person, "buckets", copy_texts.BUCKETS["refused"])
    line = next(line for line in files(person) if line.startswith("IM0041"))
    assert len(line) < 400 and line.endswith("…")
    select(person, "files", "IM0041")
    person.press("Return")
    details = person.find("file_details")
    person.wait(details.winfo_viewable, "the details")
    assert len(details.get("1.0", "end")) < 7000


def test_a_reason_is_found_by_what_is_read_and_by_its_code(finished: Person) -> None:
    person = finished
    reason = refused(person)
    select(person, "buckets", copy_texts.BUCKETS["refused"])
    for typed in (str(reason)[4:30].upper(), reason.code):
        person.click("find")
        person.press("ctrl+a", "BackSpace")
        person.type(typed)
        person.wait(lambda typed=typed: person.find("find").get() == typed, "the text")
        person.settle()
        assert [line.split()[0] for line in files(person)] == ["IM0041"]


def test_counts_that_change_leave_the_selection_where_it_is(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = hold(monkeypatch, *(progress(done, {"copied": done, "damaged": 1}) for done in (10, 20)))
    begin(person)
    select(person, "buckets", copy_texts.BUCKETS["damaged"])
    del waiting[0]
    rows = person.find("buckets")
    person.wait(lambda: "20 Copied" in row_words(rows, "copied"), "the count")
    assert rows.selection() == ("damaged",)


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_nothing_is_cut_off_while_copying_waiting_and_after_stopping(
    person: Person, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    counts = dict.fromkeys(copy_texts.BUCKETS, 1_000_000)
    study = "Musterfrau-Beispielname, Anna Magdalena · 2019-03-02 · CT of the whole trunk with contrast"
    waiting = hold(
        monkeypatch, progress(150, counts, current=study), progress(151, counts, current=study, waiting=AWAY)
    )
    person.window.root.geometry(size)
    begin(person)
    assert not cut_off(person)
    del waiting[0]
    person.wait(lambda: AWAY in person.reads(), "the sentence")
    assert not cut_off(person)
    person.click("end")
    person.wait(lambda: shell_texts.STOPPED in person.reads(), "the job to stop")
    person.settle()
    assert not cut_off(person)
