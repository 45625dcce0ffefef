"""Migrations that were begun before, at the window: one is chosen, its report is looked at, or it is forgotten."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.running import fingerprint
from tests.ui.conftest import Viewer
from tests.ui.discover.test_page import begin
from tests.ui.person import Person, cut_off, row_words
from wizard import settings
from wizard.dicom.destination import Destination
from wizard.engine import migration
from wizard.language.message import Private
from wizard.manifest import audit
from wizard.manifest.manifest import Manifest
from wizard.practice.archive import make_archive
from wizard.report import html
from wizard.ui.discover import texts as discover_texts
from wizard.ui.shell import preferences
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.preferences import Preferences
from wizard.ui.widgets import texts as widgets_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
TITLES = ("FIRST", "SECOND", "THIRD")


def to(title: str) -> Destination:
    return Destination("pacs.clinic.example", 104, title)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    """A small archive, and three migrations of it that were begun."""
    make_archive(tmp_path / "archive")
    for title in TITLES:
        begin(tmp_path / "archive", to(title))
    return tmp_path / "archive"


@pytest.fixture
def person(open_window: Opens, archive: Path) -> Person:
    one = open_window()
    one.settle()
    assert discover_texts.UNFINISHED in one.reads()
    return one


def rows(person: Person) -> list[str]:
    view = person.find("unfinished")
    return [row_words(view, row) for row in view.get_children()]


def choose(person: Person, title: str) -> Path:
    """Click the row of that PACS; returns the manifest that it stands for."""
    view = person.find("unfinished")
    (row,) = (row for row in view.get_children() if title in row_words(view, row))
    view.see(row)
    person.window.root.update()
    x, y, width, height = view.bbox(row)
    person.click(view, at=(x + width // 2, y + height // 2))
    assert view.selection() == (row,)
    return Path(row)


def forget(person: Person) -> None:
    """Press "Forget it", and again where it asks."""
    person.click("forget")
    person.wait(lambda: discover_texts.KEEP in person.reads(), "the question")
    person.click(person.button_of("unfinished_notice", discover_texts.FORGET))
    person.settle()


def dismiss(person: Person) -> None:
    person.click(person.button_of("unfinished_notice", shell_texts.DISMISS))
    person.settle()


def test_the_latest_is_selected_and_every_one_can_be_chosen_and_gone_on_with(person: Person, archive: Path) -> None:
    view = person.find("unfinished")
    assert [title for row in rows(person) for title in TITLES if title in row] == list(reversed(TITLES))
    assert view.selection() == view.get_children()[:1] and view.bbox(view.selection()[0])
    choose(person, "FIRST")
    person.press("Up", "Return")
    person.wait(lambda: person.window.page.step == "source", "the page Source")
    assert person.window.shared.destination == to("SECOND")
    assert person.window.shared.folders == [archive]


def test_where_the_list_is_short_the_one_that_is_selected_is_in_sight(open_window: Opens, archive: Path) -> None:
    for title in ("FOURTH", "FIFTH", "SIXTH"):
        begin(archive, to(title))
    preferences.save(Preferences(place="820x560+0+0"))
    settings.save_destination(to("THIRD"))
    person = open_window()
    person.settle()
    view = person.find("unfinished")
    assert person.window.root.winfo_height() == person.window.theme.px(560)
    assert view.selection() == view.get_children()[:1] and view.bbox(view.selection()[0])


def test_the_one_that_was_gone_on_with_is_not_offered_in_the_same_window_again(person: Person) -> None:
    choose(person, "SECOND")
    person.click("go_on")
    person.wait(lambda: person.window.page.step == "source", "the page Source")
    person.click("back")
    person.settle()
    assert len(rows(person)) == 2 and not any("SECOND" in row for row in rows(person))
    assert person.find("called_ae").get() == "SECOND", "it is in the fields"


def test_its_report_is_written_where_export_writes_it_and_is_shown(
    person: Person, home: Path, viewer: Viewer, archive: Path
) -> None:
    before = fingerprint(archive)
    path = choose(person, "SECOND")
    person.click("show_report")
    person.wait(lambda: viewer.shown, "the report to be shown")
    person.settle()
    (report,) = viewer.shown
    assert report.name == "report.html" and home in report.parents
    assert "SECOND" in report.read_text("utf-8") and "THIRD" not in report.read_text("utf-8")
    assert discover_texts.report_written(Private(report.parent), patients=True) in person.reads()
    assert person.window.page.step == "discover" and person.window.shared.manifest is None
    assert fingerprint(archive) == before
    with Manifest(path) as manifest:
        assert len(audit.details_of(manifest, audit.EXPORTED)) == 1
        assert len(audit.details_of(manifest, audit.OPENED)) == 1, "when it was begun"

    person.click(person.button(shell_texts.OPEN_FOLDER))
    person.wait(lambda: viewer.shown == [report, report.parent], "the folder to be shown")
    dismiss(person)
    assert len(rows(person)) == 3 and person.find("unfinished").winfo_viewable()


def test_a_report_that_names_no_patient_is_not_said_to_name_one(person: Person, viewer: Viewer) -> None:
    path = choose(person, "SECOND")
    with Manifest(path) as manifest, manifest.writing() as db:
        db.execute("UPDATE patient SET patient_id = '', name = '', issuer = id")
    person.click("show_report")
    person.wait(lambda: viewer.shown, "the report to be shown")
    person.settle()
    folder = Private(viewer.shown[0].parent)
    assert discover_texts.report_written(folder, patients=False) in person.reads()
    assert discover_texts.report_written(folder, patients=True) not in person.reads()


def test_where_the_report_cannot_be_shown_it_is_said_and_named(person: Person, home: Path, viewer: Viewer) -> None:
    viewer.fail()
    choose(person, "FIRST")
    person.click("show_report")
    person.wait(lambda: "cannot be opened from here" in person.reads(), "the sentence")
    (report,) = home.rglob("report.html")
    assert widgets_texts.cannot_show(Private(report)) in person.reads()
    assert "FIRST" in report.read_text("utf-8") and str(report) in person.reads()


def test_a_report_can_be_stopped(person: Person, home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def endless(*_: object) -> Iterator[str]:
        while True:
            yield "and so on"

    monkeypatch.setattr(html, "report", endless)
    choose(person, "FIRST")
    person.click("show_report")
    person.wait(lambda: list(home.rglob("report.html.part")), "the report to be begun")
    person.click("end")
    person.wait(lambda: shell_texts.STOPPED in person.reads(), "it to stop")
    assert not list(home.rglob("report.html*"))
    dismiss(person)
    assert len(rows(person)) == 3


def test_forget_it_asks_once_and_then_says_where_it_is_kept(person: Person) -> None:
    path = choose(person, "SECOND")
    forget(person)
    kept = settings.forgotten_folder() / path.name
    assert discover_texts.forgotten(Private(kept)) in person.reads()
    assert kept.exists() and not path.exists()
    dismiss(person)
    assert len(rows(person)) == 2 and not any("SECOND" in row for row in rows(person))


def test_keep_it_keeps_it_and_is_what_a_key_held_down_would_press(person: Person) -> None:
    choose(person, "SECOND")
    person.press("Delete")
    person.wait(lambda: discover_texts.KEEP in person.reads(), "the question")
    assert "to SECOND" in person.reads()
    person.press("space")
    person.settle()
    assert discover_texts.KEEP not in person.reads()
    assert len(rows(person)) == 3 and person.focus() == "unfinished"
    assert len(migration.unfinished()) == 3


def test_when_the_last_one_is_forgotten_the_box_goes_away(open_window: Opens, tmp_path: Path) -> None:
    make_archive(tmp_path / "archive")
    begin(tmp_path / "archive", to("ONLY"))
    person = open_window()
    person.settle()
    forget(person)
    dismiss(person)
    assert discover_texts.UNFINISHED not in person.reads()
    assert discover_texts.PRACTISE not in person.reads(), "something was saved here once"


def test_what_another_program_has_open_is_not_forgotten_and_that_is_said(person: Person) -> None:
    path = choose(person, "SECOND")
    with Manifest(path):
        forget(person)
        assert "open in another window or program" in person.reads()
    assert path.exists() and not list(settings.forgotten_folder().iterdir())
    dismiss(person)
    assert len(rows(person)) == 3


@pytest.fixture
def usual_home(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A home whose path is as long as they usually are; those of the tests are twice as long."""
    with tempfile.TemporaryDirectory(prefix="receptionist-") as home:
        monkeypatch.setenv("HOME", home)
        monkeypatch.setenv("XDG_DATA_HOME", f"{home}/.local/share")
        yield


def test_nothing_is_cut_off_whatever_is_said(
    home: Path, usual_home: None, archive: Path, viewer: Viewer, open_window: Opens
) -> None:
    settings.save_destination(to("THIRD"))
    person = open_window()
    person.settle()

    def fits(state: str) -> None:
        for size in ("1040x700", "820x560"):
            person.window.root.geometry(size)
            person.settle()
            assert not cut_off(person), (state, size)

    fits("the list")
    choose(person, "SECOND")
    person.click("show_report")
    person.wait(lambda: viewer.shown, "the report")
    fits("the report")
    dismiss(person)
    choose(person, "SECOND")
    person.click("forget")
    fits("the question")
    person.click(person.button_of("unfinished_notice", discover_texts.FORGET))
    person.settle()
    fits("what was forgotten")
