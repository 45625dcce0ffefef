"""Step 6 at the window: where the report goes, and a folder that cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from tests.ui.person import Person, cut_off
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


def test_it_says_how_it_stands_and_what_to_do_next(person: Person) -> None:
    words = person.reads()
    assert exporttexts.NEXT_STEP in words
    assert "were not copied:" in words
    assert "must act" in words


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_nothing_is_cut_off_before_and_after_saving(person: Person, tmp_path: Path, size: str) -> None:
    person.app.root.geometry(size)
    person.wait(lambda: person.app.root.winfo_width() == int(size.split("x")[0]), "the window to have its size")
    person.settle()
    assert not cut_off(person)
    person.click("no_names")
    person.settle()
    assert not cut_off(person)
    name_folder(person, tmp_path / "report")
    person.wait(lambda: exporttexts.OPEN_FOLDER in person.reads(), "the report to be written")
    assert not cut_off(person)


def test_what_is_typed_and_ticked_is_what_is_written(person: Person, tmp_path: Path) -> None:
    person.click("operator")
    person.type("Dr. Invented")
    for box in ("pdf", "xml", "no_names"):
        person.click(box)
    name_folder(person, tmp_path / "report")
    person.wait(lambda: exporttexts.OPEN_FOLDER in person.reads(), "the report to be written")
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"report-without-names.html", "ledger-without-names.csv", "audit-without-names.xml"} <= written
    assert not any(name.endswith(".pdf") for name in written)
    assert "Dr. Invented" in (tmp_path / "report" / "report-without-names.html").read_text("utf-8")
    person.click(person.button(exporttexts.AGAIN))
    assert exporttexts.SAVE in person.app.frame.forward.cget("text")
    assert person.find("operator").get() == "Dr. Invented"


def test_with_nothing_to_write_it_says_so(person: Person, tmp_path: Path) -> None:
    for box in ("html", "pdf", "csv"):  # the tables come with a report, and can go when both are gone
        person.click(box)
    name_folder(person, tmp_path / "report")
    assert exporttexts.MUST_CHOOSE_FORMAT in person.reads()
    assert person.focus() == "html"
    assert not (tmp_path / "report").exists()
