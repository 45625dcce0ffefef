"""The window is closed while each of its jobs runs: it asks once, the job ends, and the manifest is whole."""

from __future__ import annotations

import sqlite3
import threading
import time
from pathlib import Path
from typing import Callable

import pytest

from tests.faults import silent
from tests.ui.discover.test_page import fill_in
from tests.ui.discover.test_saved_destinations import type_into
from tests.ui.person import POLL_INTERVAL, Person
from tests.ui.test_faults import IN_THE_MIDST, SOON, the_pacs_may_complain, through
from wizard.engine.job import Control
from wizard.language import render
from wizard.manifest import ledger
from wizard.manifest.manifest import Manifest
from wizard.ui.shell import texts as shell_texts

__all__ = ["the_pacs_may_complain"]
pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("the_pacs_may_complain")]

Opens = Callable[..., Person]
NOTHING = 0  # bytes that a line passes on


def ask_and_close(person: Person, step: str) -> None:
    """Close the window by its frame while this job runs, and answer “Stop and close” by keyboard."""
    window = person.window
    job = window.job
    assert job is not None and job.step == step
    window.close()
    person.wait(lambda: shell_texts.close_while(step) in person.reads(), "the question")
    window.close()  # as one does who is in a hurry: it is asked once
    window.root.update()
    assert person.reads().text.split("\n").count(render(shell_texts.STOP_AND_CLOSE)) == 1
    person.click(person.button(shell_texts.STOP_AND_CLOSE))
    person.wait(lambda: window.closed, "the window to close", timeout=SOON)
    assert not job.running
    ours = ("manifest-reader", "closing", "job-", "verify-", "sender-", "source ")
    person.wait(lambda: not any(one.name.startswith(ours) for one in threading.enumerate()), "the threads to end")


def expect_whole(path: Path) -> None:
    """The manifest is sound, nobody has it open, and its buckets add up."""
    with Manifest(path) as manifest:
        assert ledger.balance(manifest).balanced
        assert not manifest.value("SELECT COUNT(*) FROM run WHERE ended IS NULL")
    db = sqlite3.connect(str(path))
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def path_of(person: Person) -> Path:
    manifest = person.window.shared.manifest
    assert manifest is not None
    return manifest.path


def hold(monkeypatch: pytest.MonkeyPatch) -> threading.Event:
    """Let the next job come to where it asks whether it is to stop, and wait there until it is."""
    check, reached = Control.check, threading.Event()

    def held(control: Control) -> None:
        reached.set()
        while not control.stopped:
            time.sleep(POLL_INTERVAL)
        check(control)

    monkeypatch.setattr(Control, "check", held)
    return reached


def test_while_the_connection_is_tested(open_window: Opens) -> None:
    with silent.mute() as port:
        person = open_window()
        fill_in(person, "127.0.0.1", port, "NEWPACS")
        person.click("test")
        ask_and_close(person, "discover")


def test_while_the_folders_are_read(open_at: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    person = open_at("check")
    path = path_of(person)
    person.window.shared.read = False
    person.click("back")
    person.wait(lambda: person.window.page.step == "source", "the page Source")
    reached = hold(monkeypatch)
    person.click("forward")
    person.wait(reached.is_set, "the reading")
    ask_and_close(person, "source")
    expect_whole(path)


def test_while_it_is_asked_what_the_pacs_takes(open_at: Opens) -> None:
    person = open_at("check")
    path = path_of(person)
    with through(person, NOTHING) as line:
        person.window.shared.checked = False
        person.window.turn_to(person.window.now)
        person.wait(line.reached.is_set, "the question")
        ask_and_close(person, "check")
    expect_whole(path)


@pytest.mark.parametrize("button", ["forward", "try_first"])
def test_while_images_are_copied(button: str, open_at: Opens) -> None:
    person = open_at("check")
    path = path_of(person)
    with through(person, IN_THE_MIDST if button == "forward" else 3_000) as line:
        person.click(button)
        person.wait(line.reached.is_set, "half of it")
        ask_and_close(person, "copy")
    expect_whole(path)


@pytest.mark.parametrize(("step", "field"), [("verify", ""), ("commitment", "port"), ("read_back", "count")])
def test_while_the_pacs_is_asked(step: str, field: str, open_at: Opens, free_port: int) -> None:
    person = open_at("verify")
    path = path_of(person)
    with through(person, NOTHING) as line:
        if step == "verify":
            person.click("check_again")
        else:
            person.click("more_proof")
            person.wait(lambda: person.focus() == "port", "the panel")
            for name, text in (("port", free_port), ("read_back_port", free_port), ("count", 5)):
                type_into(person, name, str(text))
            person.find(field).focus_set()
            person.press("Return")
        person.wait(line.reached.is_set, "the question")
        ask_and_close(person, step)
    expect_whole(path)


def test_while_a_list_of_the_old_pacs_is_compared(
    open_at: Opens, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = open_at("verify")
    path = path_of(person)
    table = tmp_path / "studies.csv"
    table.write_text("Study Instance UID\n1.2.3\n", encoding="utf-8")
    person.click("more_proof")
    person.wait(lambda: person.focus() == "port", "the panel")
    type_into(person, "list_file", str(table))
    reached = hold(monkeypatch)
    person.press("Return")
    person.wait(reached.is_set, "the list to be read")
    ask_and_close(person, "old_list")
    expect_whole(path)


def test_while_the_report_is_written(open_at: Opens, monkeypatch: pytest.MonkeyPatch) -> None:
    person = open_at("verify")
    path = path_of(person)
    person.click("forward")
    person.settle()
    reached = hold(monkeypatch)
    person.click("forward")
    person.wait(reached.is_set, "the writing")
    ask_and_close(person, "export")
    expect_whole(path)
