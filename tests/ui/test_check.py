"""Step 3 at the window: what is shown and ticked is what the button counts and what will be sent."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.ui.person import Person, row_words
from tests.ui.walk import by_keyboard, walk
from wizard.manifest import tree
from wizard.ui import texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
BOX = 28  # pixels from the left edge of the tree to the middle of a patient's box


@pytest.fixture
def person(open_window: Opens) -> Person:
    """At the page Check, with the practice archive."""
    one = open_window(practice=True)
    next(page for page in walk(one, by_keyboard(one)) if page == "check")
    return one


def button(person: Person) -> str:
    return person.app.frame.forward.cget("text")


def chosen(person: Person) -> tree.Totals:
    return tree.chosen(person.app.shared.manifest)


def click_box(person: Person, row: str, indent: int = 0) -> None:
    rows = person.find("tree")
    rows.see(row)
    person.app.root.update()
    _, y, _, height = rows.bbox(row)
    person.click(rows, at=(person.app.theme.px(BOX + indent), y + height // 2))


def test_everything_is_ticked_at_first_and_the_button_counts_it(person: Person) -> None:
    shown = tree.shown(person.app.shared.manifest)
    assert chosen(person) == shown
    assert button(person) == texts.copy_studies(shown.studies)


def test_a_click_on_the_box_leaves_a_patient_out_and_another_takes_it_in_again(person: Person) -> None:
    before = chosen(person)
    patient = person.find("tree").get_children()[0]
    click_box(person, patient)
    person.wait(lambda: chosen(person).patients == before.patients - 1, "the patient to be left out")
    person.settle()
    assert button(person) == texts.copy_studies(chosen(person).studies)
    assert person.app.page.tree.state_of(patient) is False
    click_box(person, patient)
    person.wait(lambda: chosen(person) == before, "the patient to be taken in again")


def test_a_study_left_out_with_the_space_bar_marks_its_patient_as_ticked_in_part(person: Person) -> None:
    before = chosen(person)
    rows = person.find("tree")
    patient = next(row for row in rows.get_children() if "Example, Erik" in row_words(rows, row))
    rows.see(patient)
    rows.selection_set(patient)
    rows.focus(patient)
    rows.focus_set()
    person.press("Right")
    person.wait(lambda: all(child.startswith("study:") for child in rows.get_children(patient)), "the studies")
    assert len(rows.get_children(patient)) == 2
    person.press("Down", "space")
    person.wait(lambda: chosen(person).studies == before.studies - 1, "the study to be left out")
    assert person.app.page.tree.state_of(patient) is None


def test_the_filter_narrows_what_is_shown_and_what_is_sent(person: Person) -> None:
    person.click("patient")
    person.type("muster")
    person.wait(lambda: chosen(person).patients == 1, "the list to be narrowed")
    person.settle()
    rows = person.find("tree")
    assert ["Muster, Anna" in row_words(rows, row) for row in rows.get_children()] == [True]
    assert button(person) == texts.copy_studies(chosen(person).studies)


def test_return_in_a_filter_field_narrows_the_list_and_copies_nothing(person: Person) -> None:
    person.click("patient")
    person.type("muster")
    person.press("Return")
    person.wait(lambda: chosen(person).patients == 1, "the list to be narrowed")
    person.settle()
    assert person.app.page.step == "check"


def test_a_date_that_is_none_is_said_beside_its_field(person: Person) -> None:
    person.click("from_date")
    person.type("yesterday")
    person.wait(lambda: texts.DATE_WRONG in person.reads(), "the complaint")
    before = chosen(person)
    person.press("ctrl+a")
    person.type("2020")
    person.wait(lambda: chosen(person).studies < before.studies, "the list to be narrowed")
    assert texts.DATE_WRONG not in person.reads()


def test_with_nothing_ticked_the_button_says_so_and_copies_nothing(person: Person) -> None:
    person.click("untick_all")
    person.wait(lambda: chosen(person).studies == 0, "everything to be unticked")
    person.settle()
    person.click("forward")
    person.wait(lambda: texts.NOTHING_CHOSEN in person.reads(), "the hint")
    assert person.app.page.step == "check"


def test_each_kind_of_problem_has_a_line_with_who_must_act(person: Person) -> None:
    words = person.find("findings").get("1.0", "end")
    for problem in ("cut off", "identity", "duplicates"):
        assert problem in words
    assert texts.who_must_act("the maker of the old PACS") in words
