"""The menu of the tree at the window: a person picks patients and studies that are copied before all others."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Callable

import pytest

from tests.running import fingerprint
from tests.ui.conftest import Viewer
from tests.ui.person import Person, cut_off, row_words
from wizard.language import render
from wizard.language.message import Message, Private
from wizard.manifest import copy_settings, tree
from wizard.manifest.manifest import Manifest
from wizard.ui.check import texts as check_texts
from wizard.ui.check.page import CheckPage
from wizard.ui.shell import texts as shell_texts
from wizard.ui.widgets import texts as widgets_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
FIRST, PARTLY_FIRST = str(check_texts.FIRST), str(check_texts.PARTLY_FIRST)
ERIK, NORA = "Example, Erik", "Nobody, Nora"  # two studies each


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Check, with the practice archive."""
    return open_at("check")


def manifest(person: Person) -> Manifest:
    found = person.window.shared.manifest
    assert found is not None
    return found


def firsts(person: Person) -> dict[str, int]:
    """Count the studies of each patient that are copied first, by the manifest."""
    sql = """SELECT patient.name, COUNT(*) FROM study JOIN patient ON patient.id = study.patient
        WHERE study.turn = 0 GROUP BY patient.id"""
    return {row[0]: row[1] for row in manifest(person).rows(sql)}


def row_of(person: Person, name: str) -> str:
    rows = person.find("tree")
    return str(next(row for row in rows.get_children() if name in row_words(rows, row)))


def says(person: Person, row: str) -> str:
    return str(person.find("tree").item(row, "text")).strip()


def stand_on(person: Person, row: str) -> None:
    rows = person.find("tree")
    rows.see(row)
    rows.selection_set(row)
    rows.focus(row)
    rows.focus_set()


def open_row(person: Person, row: str) -> list[str]:
    """Open a row with the keyboard; returns what is below it."""
    rows = person.find("tree")
    stand_on(person, row)
    person.press("Right")
    person.wait(lambda: not rows.exists(f"loading:{row}"), "what is below the row")
    return list(rows.get_children(row))


def right_click(person: Person, row: str) -> None:
    rows = person.find("tree")
    rows.see(row)
    person.window.root.update()
    x, y, _, height = rows.bbox(row, "#0")
    place = str(rows.winfo_rootx() + x + 90), str(rows.winfo_rooty() + y + height // 2)
    subprocess.run(["xdotool", "mousemove", *place, "click", "3"], check=True)
    person.sit_down()


def offered(person: Person) -> list[str]:
    """List the entries of the menu on the screen."""
    menu = person.find("menu")
    person.wait(menu.winfo_viewable, "the menu")
    return [menu.entrycget(index, "label") for index in range(menu.index("end") + 1)]


def orders(person: Person) -> list[Message]:
    """List the entries of the menu about the order."""
    meant = (
        check_texts.COPY_FIRST,
        check_texts.COPY_IN_TURN,
        check_texts.COPY_STUDY_FIRST,
        check_texts.COPY_STUDY_IN_TURN,
    )
    return [label for shown in offered(person) for label in meant if render(label) == shown]


def choose(person: Person, label: Message) -> None:
    """Click an entry of the open menu."""
    index = offered(person).index(render(label))
    menu = person.find("menu")
    person.click(menu, at=(20, menu.yposition(index) + 8))
    person.wait(lambda: not menu.winfo_viewable(), "the menu to close")
    person.settle()


def test_a_patient_picked_with_the_mouse_goes_first_and_its_row_says_so(person: Person) -> None:
    erik = row_of(person, ERIK)
    name = says(person, erik)
    right_click(person, erik)
    assert orders(person) == [check_texts.COPY_FIRST]
    choose(person, check_texts.COPY_FIRST)
    assert firsts(person) == {ERIK: 2}
    assert says(person, erik) == f"{FIRST} · {name}"
    assert [FIRST in says(person, row) for row in person.find("tree").get_children()].count(True) == 1
    assert [says(person, study).startswith(FIRST) for study in open_row(person, erik)] == [True, True]

    right_click(person, erik)
    assert orders(person) == [check_texts.COPY_IN_TURN]
    choose(person, check_texts.COPY_IN_TURN)
    assert firsts(person) == {}
    assert says(person, erik) == name
    assert not [study for study in person.find("tree").get_children(erik) if FIRST in says(person, study)]


@pytest.mark.parametrize("key", ["Menu", "shift+F10"])
def test_by_keyboard_the_menu_opens_at_the_row_and_the_keyboard_is_back_there_afterwards(
    person: Person, key: str
) -> None:
    stand_on(person, row_of(person, NORA))
    person.press(key)
    assert orders(person) == [check_texts.COPY_FIRST]
    person.press(*["Down"] * (offered(person).index(render(check_texts.COPY_FIRST)) + 1), "Return")
    person.wait(lambda: firsts(person) == {NORA: 2}, "the patient to go first")
    person.settle()
    person.wait(lambda: person.focus() == "tree", "the keyboard to be back in the tree")
    assert person.window.page.step == "check"
    assert person.find("tree").focus() == row_of(person, NORA)


def test_a_study_goes_first_alone_and_its_patient_says_in_part_until_all_of_it_does(person: Person) -> None:
    erik = row_of(person, ERIK)
    name = says(person, erik)
    one, other = open_row(person, erik)
    right_click(person, one)
    choose(person, check_texts.COPY_FIRST)
    assert firsts(person) == {ERIK: 1}
    assert says(person, one).startswith(FIRST) and FIRST not in says(person, other)
    assert says(person, erik) == f"{PARTLY_FIRST} · {name}"
    right_click(person, erik)
    assert orders(person) == [check_texts.COPY_FIRST, check_texts.COPY_IN_TURN]
    person.press("Escape")
    right_click(person, other)
    choose(person, check_texts.COPY_FIRST)
    assert firsts(person) == {ERIK: 2}
    assert says(person, erik) == f"{FIRST} · {name}"


def test_on_a_series_the_menu_means_its_study_and_says_so(person: Person) -> None:
    erik = row_of(person, ERIK)
    study = open_row(person, erik)[0]
    series = open_row(person, study)
    assert len(series) > 1
    right_click(person, series[1])
    assert orders(person) == [check_texts.COPY_STUDY_FIRST]
    choose(person, check_texts.COPY_STUDY_FIRST)
    assert firsts(person) == {ERIK: 1}
    assert says(person, study).startswith(FIRST)
    right_click(person, series[0])
    choose(person, check_texts.COPY_STUDY_IN_TURN)
    assert firsts(person) == {}
    assert FIRST not in says(person, study) + says(person, erik)


def test_what_goes_first_is_still_said_after_the_list_was_narrowed_and_after_the_page_was_left(person: Person) -> None:
    erik = row_of(person, ERIK)
    right_click(person, erik)
    choose(person, check_texts.COPY_FIRST)
    said = says(person, erik)
    person.click("patient")
    person.type("erik")
    person.wait(lambda: len(person.find("tree").get_children()) == 1, "the list to be narrowed")
    person.settle()
    assert says(person, row_of(person, ERIK)) == said
    assert [says(person, study).startswith(FIRST) for study in open_row(person, erik)] == [True, True]
    person.window.back()
    person.window.shared.checked = False  # as if the folders had been read again
    person.window.next()
    person.settle()
    assert says(person, row_of(person, ERIK)) == said
    assert firsts(person) == {ERIK: 2}


def test_ticking_and_going_first_leave_each_other_alone(person: Person) -> None:
    erik = row_of(person, ERIK)
    right_click(person, erik)
    choose(person, check_texts.COPY_FIRST)
    assert person.page(CheckPage).tree.state_of(erik) is True
    person.press("space")
    person.settle()
    assert person.page(CheckPage).tree.state_of(erik) is False
    assert says(person, erik).startswith(FIRST) and firsts(person) == {ERIK: 2}
    right_click(person, erik)
    choose(person, check_texts.COPY_IN_TURN)
    assert person.page(CheckPage).tree.state_of(erik) is False
    assert firsts(person) == {}


def test_escape_closes_the_menu_and_changes_nothing(person: Person) -> None:
    stand_on(person, row_of(person, ERIK))
    person.press("shift+F10")
    assert offered(person)
    person.press("Escape")
    person.wait(lambda: not person.find("menu").winfo_viewable(), "the menu to close")
    person.settle()
    assert firsts(person) == {}


def test_where_there_is_no_patient_there_is_no_menu(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("wizard.ui.check.study_tree", "wizard.ui.check.page"):
        monkeypatch.setattr(f"{module}.PAGE", 3)
    person.page(CheckPage)._refill()
    person.settle()
    assert person.find("tree").exists("more")
    right_click(person, "more")
    stand_on(person, "more")
    person.press("Menu")
    person.page(CheckPage).tree.clear()
    person.press("Menu", "shift+F10")
    assert not person.find("menu").winfo_viewable()


def test_what_was_picked_is_copied_before_all_others(person: Person) -> None:
    right_click(person, row_of(person, NORA))
    choose(person, check_texts.COPY_FIRST)
    copy_settings.keep(manifest(person), copy_settings.CopySettings(associations=1))
    person.click("forward")
    person.wait(lambda: person.window.page.step == "verify", "everything to be copied")
    person.settle()
    sql = """SELECT patient.name FROM attempt JOIN entry ON entry.id = attempt.entry
        JOIN series ON series.id = entry.series JOIN study ON study.id = series.study
        JOIN patient ON patient.id = study.patient ORDER BY attempt.id"""
    names = [row[0] for row in manifest(person).rows(sql)]
    assert names[:64] == [NORA] * 64 and NORA not in names[64:]


def test_only_what_was_picked_stays_ticked_and_can_be_unticked(person: Person) -> None:
    rows = person.find("tree")
    before = tree.chosen(manifest(person))
    right_click(person, row_of(person, ERIK))
    choose(person, check_texts.TICK_ONLY)
    chosen = tree.chosen(manifest(person))
    assert (chosen.patients, chosen.studies) == (1, 2)
    assert [person.page(CheckPage).tree.state_of(row) for row in rows.get_children()].count(True) == 1
    assert person.window.frame.forward.cget("text") == render(check_texts.copy_studies(2))

    right_click(person, row_of(person, NORA))
    choose(person, check_texts.TICK_THIS)
    assert tree.chosen(manifest(person)).studies == 4
    right_click(person, row_of(person, ERIK))
    choose(person, check_texts.UNTICK_THIS)
    assert tree.chosen(manifest(person)).studies == 2
    assert before.studies > 4


def test_a_row_is_put_on_the_clipboard_as_a_spreadsheet_takes_it(person: Person) -> None:
    right_click(person, row_of(person, ERIK))
    choose(person, check_texts.COPY_FIRST)
    right_click(person, row_of(person, ERIK))
    choose(person, check_texts.COPY_ROW)
    cells = person.window.root.clipboard_get().split("\t")
    assert cells[0].startswith(ERIK), "without the word that it is copied first"
    assert len(cells) == 6
    assert "2015-03-02" in cells


def test_typed_letters_lead_to_a_patient(person: Person) -> None:
    rows = person.find("tree")
    stand_on(person, rows.get_children()[0])
    person.type("nob")
    person.wait(lambda: rows.focus() == row_of(person, NORA), "Nora")
    assert tree.chosen(manifest(person)) == tree.shown(manifest(person)), "typing ticks nothing"


def test_the_folder_of_a_row_is_opened_and_the_source_is_as_it_was(person: Person, viewer: Viewer) -> None:
    archive = person.session.source
    before = fingerprint(archive)
    erik = row_of(person, ERIK)
    study = open_row(person, erik)[0]
    for row in (study, erik):
        right_click(person, row)
        choose(person, shell_texts.OPEN_FOLDER)
    person.wait(lambda: len(viewer.shown) == 2, "the folders to be shown")
    of_study, of_patient = viewer.shown
    assert archive in of_study.parents and any(of_study.iterdir())
    assert of_patient == of_study or of_patient in of_study.parents
    assert fingerprint(archive) == before


def test_where_files_lie_in_several_folders_it_is_said_how_many_and_which_was_opened(
    person: Person, viewer: Viewer, monkeypatch: pytest.MonkeyPatch
) -> None:
    archive = person.session.source
    for together, sentence in ((True, check_texts.folders_of_row), (False, check_texts.first_folder_of_row)):
        place = tree.TreePosition(bytes(archive), 3, together)
        monkeypatch.setattr(tree, "place_of", lambda *_, place=place: place)
        right_click(person, row_of(person, ERIK))
        choose(person, shell_texts.OPEN_FOLDER)
        person.wait(lambda sentence=sentence: sentence(3, str(archive)) in person.reads(), "the sentence")
        for size in ("1040x700", "820x560"):
            person.window.root.geometry(size)
            person.settle()
            assert not cut_off(person)


def test_where_the_computer_cannot_open_a_folder_it_is_said_and_named(person: Person, viewer: Viewer) -> None:
    viewer.fail()
    right_click(person, row_of(person, ERIK))
    choose(person, shell_texts.OPEN_FOLDER)
    person.wait(lambda: "cannot be opened from here" in person.reads(), "the sentence")
    assert str(person.session.source) in person.reads()


def test_a_folder_that_is_gone_is_said_to_be(
    person: Person, viewer: Viewer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "program").touch()
    for name in ("gone", "program"):  # what has taken its place is not started
        place = tree.TreePosition(bytes(tmp_path / name), 1, True)
        monkeypatch.setattr(tree, "place_of", lambda *_, place=place: place)
        right_click(person, row_of(person, ERIK))
        choose(person, shell_texts.OPEN_FOLDER)
        person.wait(lambda name=name: widgets_texts.is_gone(Private(tmp_path / name)) in person.reads(), "the sentence")
    assert viewer.shown == []
