"""Step 6 at the window: the folder of the report, and one that cannot be written."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from tests.ui.conftest import Viewer
from tests.ui.person import Person, all_below, cut_off
from wizard.language import render
from wizard.report import figures as ask
from wizard.report.in_short import in_short
from wizard.ui import steps
from wizard.ui.export import texts as export_texts
from wizard.ui.shell import texts as shell_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Export, after copying and verifying the practice archive."""
    one = open_at("verify")
    one.window.turn_to(steps.EXPORT)
    one.settle()
    return one


def name_folder(person: Person, folder: Path) -> None:
    person.click("report_folder")
    person.press("ctrl+a")
    person.type(str(folder))
    person.click("forward")


def test_it_says_how_it_stands_and_what_to_do_next_and_proposes_a_folder(person: Person, home: Path) -> None:
    figures = ask.gather(person.manifest)
    short = in_short(person.manifest, figures)
    for sentence in short[:3]:
        assert sentence in person.reads()
    assert export_texts.next_step(short.next_step) in person.reads()
    assert str(home) in person.find("report_folder").get()
    assert export_texts.NAMES_INSIDE in person.reads()


def test_it_never_says_that_names_are_inside_while_they_are_left_out(person: Person, tmp_path: Path) -> None:
    person.click("no_names")
    assert person.find("names").cget("text") == render(export_texts.NAMES_LEFT_OUT)
    assert export_texts.NAMES_INSIDE not in person.reads()
    person.click("no_names")
    assert export_texts.NAMES_INSIDE in person.reads()
    assert export_texts.NAMES_LEFT_OUT not in person.reads()
    person.click("no_names")
    name_folder(person, tmp_path / "report")
    person.wait(lambda: shell_texts.OPEN_FOLDER in person.reads(), "the report to be written")
    assert export_texts.NAMES_LEFT_OUT in person.reads() and export_texts.NAMES_INSIDE not in person.reads()
    person.click(person.button(export_texts.AGAIN))
    person.click("no_names")
    name_folder(person, tmp_path / "another")
    person.wait(lambda: shell_texts.OPEN_FOLDER in person.reads(), "the report to be written")
    assert export_texts.NAMES_INSIDE in person.reads() and export_texts.NAMES_LEFT_OUT not in person.reads()


@pytest.mark.parametrize(
    ("formats", "left_out", "inside"),
    [
        (("html", "csv"), False, True),
        (("html", "csv"), True, False),
        (("support",), False, False),
        (("xml", "support"), False, True),
        ((), False, None),
    ],
)
def test_whether_names_are_inside_follows_from_the_formats_and_the_box(
    formats: tuple[str, ...], left_out: bool, inside: bool | None
) -> None:
    said = export_texts.names(formats, left_out)
    assert (said == export_texts.NAMES_INSIDE, said == export_texts.NAMES_LEFT_OUT) == (inside is True, inside is False)


def test_a_folder_that_cannot_be_written_is_said_and_the_next_one_is_tried(person: Person, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    name_folder(person, tmp_path / "file" / "report")
    person.wait(lambda: person.window.page.notice.sentence, "the refusal")
    person.settle()
    assert "Action by" in person.reads()
    assert person.window.frame.forward.cget("text") == render(export_texts.SAVE)
    name_folder(person, tmp_path / "report")
    person.wait(lambda: shell_texts.OPEN_FOLDER in person.reads(), "the report to be written")
    assert (tmp_path / "report" / "report.html").exists()
    assert person.window.frame.forward.cget("text") == render(shell_texts.CLOSE)


def test_the_source_is_refused_as_a_place_for_the_report(person: Person) -> None:
    archive = person.session.source
    name_folder(person, archive / "report")
    person.wait(lambda: person.window.page.notice.sentence, "the refusal")
    person.settle()
    assert "Action by" in person.reads()
    assert not (archive / "report").exists()


def inside(person: Person) -> bool:
    """Whether the page ends above the buttons below it, with all that is on it."""
    person.window.root.update()
    lowest = max(
        one.winfo_rooty() + one.winfo_height() for one in all_below(person.window.page) if one.winfo_viewable()
    )
    return lowest <= person.window.frame.forward.winfo_rooty()


def test_nothing_is_cut_off_before_and_after_saving_at_any_size(person: Person, tmp_path: Path) -> None:
    for size in ("1040x700", "820x560"):
        person.window.root.geometry(size)
        person.settle()
        assert not cut_off(person)
        assert inside(person)
    name_folder(person, tmp_path / "report")
    person.wait(lambda: shell_texts.OPEN_FOLDER in person.reads(), "the report to be written")
    for size in ("820x560", "1040x700"):
        person.window.root.geometry(size)
        person.settle()
        assert not cut_off(person)
        assert inside(person)


def test_what_is_typed_and_ticked_is_what_is_written(person: Person, tmp_path: Path) -> None:
    for box in ("html", "pdf", "csv"):  # the tables come with a report, and can go when both are gone
        person.click(box)
    name_folder(person, tmp_path / "report")
    assert export_texts.MUST_CHOOSE_FORMAT in person.reads()
    assert person.focus() == "html"
    assert not (tmp_path / "report").exists()
    person.click("operator")
    person.type("Dr. Invented")
    for box in ("html", "xml", "no_names"):
        person.click(box)
    name_folder(person, tmp_path / "report")
    person.wait(lambda: shell_texts.OPEN_FOLDER in person.reads(), "the report to be written")
    written = {path.name for path in (tmp_path / "report").iterdir()}
    assert {"report-without-names.html", "ledger-without-names.csv", "audit-without-names.xml"} <= written
    assert not any(name.endswith(".pdf") for name in written)
    nameless = (tmp_path / "report" / "report-without-names.html").read_text("utf-8")
    assert "signature" in nameless and "Dr. Invented" not in nameless
    person.click(person.button(export_texts.AGAIN))
    assert render(export_texts.SAVE) in person.window.frame.forward.cget("text")
    assert person.find("operator").get() == "Dr. Invented"


def test_the_folder_is_opened_and_where_it_cannot_be_that_is_said(
    person: Person, tmp_path: Path, viewer: Viewer
) -> None:
    name_folder(person, tmp_path / "report")
    person.wait(lambda: shell_texts.OPEN_FOLDER in person.reads(), "the report to be written")
    person.click(person.button(shell_texts.OPEN_FOLDER))
    person.wait(lambda: viewer.shown == [tmp_path / "report"], "the folder to be shown")
    viewer.fail()
    person.click(person.button(shell_texts.OPEN_FOLDER))
    person.wait(lambda: export_texts.CANNOT_OPEN_FOLDER in person.reads(), "the sentence")


def test_other_report_files_that_lay_there_are_kept_and_the_person_is_told(person: Person, tmp_path: Path) -> None:
    (tmp_path / "report").mkdir()
    (tmp_path / "report" / "report.html").write_text("of another migration")
    name_folder(person, tmp_path / "report")
    person.wait(lambda: "report files" in person.reads(), "the remark")
    assert not cut_off(person)
    (kept,) = (tmp_path / "report").glob("earlier-*/report.html")
    assert kept.read_text() == "of another migration"
