"""Step 6 at the window: where the report goes, and a folder that cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from tests.ui.person import Person
from tests.ui.walk import by_keyboard, walk
from wizard.ui import exporttexts, pages, texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


@pytest.fixture
def person(open_window: Opens) -> Person:
    """At the page Export, after copying and verifying the practice archive."""
    one = open_window(practice=True)
    next(page for page in walk(one, by_keyboard(one)) if page == "verify")
    one.app.turn_to(pages.EXPORT)
    one.settle()
    return one


def name_folder(person: Person, folder: Path) -> None:
    person.click("report_folder")
    person.press("ctrl+a")
    person.type(str(folder))
    person.click("forward")


def test_the_proposed_folder_lies_in_the_persons_documents(person: Person, home: Path) -> None:
    assert str(home) in person.find("report_folder").get()
    assert exporttexts.NAMES_INSIDE in person.reads()


def test_a_folder_that_cannot_be_written_is_said_and_the_next_one_is_tried(person: Person, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    name_folder(person, tmp_path / "file" / "report")
    person.wait(lambda: "Who must act" in person.reads(), "the refusal")
    assert person.app.frame.forward.cget("text") == exporttexts.SAVE
    name_folder(person, tmp_path / "report")
    person.wait(lambda: exporttexts.OPEN_FOLDER in person.reads(), "the report to be written")
    assert (tmp_path / "report" / "report.html").exists()
    assert person.app.frame.forward.cget("text") == texts.CLOSE


def test_the_source_is_refused_as_a_place_for_the_report(person: Person) -> None:
    archive = person.app.shared.session.archive
    name_folder(person, archive / "report")
    person.wait(lambda: "Who must act" in person.reads(), "the refusal")
    assert not (archive / "report").exists()
