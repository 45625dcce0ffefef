"""Step 3 at the window: the button counts the images that are shown and ticked, and they are the ones that are sent."""

from __future__ import annotations

import subprocess
from tkinter import ttk
from typing import Callable

import pytest

from tests.ui.person import Person, row_words
from wizard.engine.check import step as check_step
from wizard.engine.discover import supported_kinds
from wizard.errors import Unreachable
from wizard.language import render
from wizard.language.message import Message
from wizard.manifest import tree
from wizard.ui.check import texts as check_texts
from wizard.ui.check.page import CheckPage
from wizard.ui.widgets import texts as widgets_texts
from wizard.vocabulary import Who

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
BOX = 28  # pixels from the left edge of the tree to the middle of a patient's box


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Check, with the practice archive."""
    return open_at("check")


def button(person: Person) -> str:
    return str(person.window.frame.forward.cget("text"))


def chosen(person: Person) -> tree.Totals:
    return tree.chosen(person.manifest)


def click_box(person: Person, row: str, indent: int = 0) -> None:
    rows = person.find("tree")
    rows.see(row)
    person.window.root.update()
    _, y, _, height = rows.bbox(row)
    person.click(rows, at=(person.window.theme.px(BOX + indent), y + height // 2))


def test_everything_is_ticked_at_first_and_the_button_counts_it(person: Person) -> None:
    shown = tree.shown(person.manifest)
    assert chosen(person) == shown
    assert button(person) == render(check_texts.copy_studies(shown.studies))


def test_a_click_on_the_box_leaves_a_patient_out_and_another_takes_it_in_again(person: Person) -> None:
    before = chosen(person)
    patient = person.find("tree").get_children()[0]
    click_box(person, patient)
    person.wait(lambda: chosen(person).patients == before.patients - 1, "the patient to be left out")
    person.settle()
    assert button(person) == render(check_texts.copy_studies(chosen(person).studies))
    assert person.page(CheckPage).tree.state_of(patient) is False
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
    assert person.page(CheckPage).tree.state_of(patient) is None


def test_more_patients_than_a_page_holds_are_shown_a_page_at_a_time(
    open_at: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in ("wizard.ui.check.study_tree", "wizard.ui.check.page"):
        monkeypatch.setattr(f"{module}.PAGE", 3)
    person = open_at("check")
    rows = person.find("tree")
    pages = 1
    while rows.exists("more"):
        before = rows.get_children()
        rows.focus_set()
        person.press("End", "space")
        person.wait(lambda before=before: rows.get_children() != before, "the next page")
        pages += 1
    patients = tree.patients(person.manifest)
    assert list(rows.get_children()) == [f"patient:{one.id}" for one in patients]
    assert pages == len(patients) // 3 + 1


def test_the_filter_narrows_what_is_shown_and_what_is_sent(person: Person) -> None:
    person.click("patient")
    person.type("muster")
    person.wait(lambda: chosen(person).patients == 1, "the list to be narrowed")
    person.settle()
    rows = person.find("tree")
    assert ["Muster, Anna" in row_words(rows, row) for row in rows.get_children()] == [True]
    assert button(person) == render(check_texts.copy_studies(chosen(person).studies))


def test_return_in_a_filter_field_narrows_the_list_and_copies_nothing(person: Person) -> None:
    person.click("patient")
    person.type("muster")
    person.press("Return")
    person.wait(lambda: chosen(person).patients == 1, "the list to be narrowed")
    person.settle()
    assert person.window.page.step == "check"


def test_a_date_that_is_none_is_said_beside_its_field(person: Person) -> None:
    person.click("from_date")
    person.type("yesterday")
    person.wait(lambda: check_texts.DATE_WRONG in person.reads(), "the complaint")
    before = chosen(person)
    person.press("ctrl+a")
    person.type("2020")
    person.wait(lambda: chosen(person).studies < before.studies, "the list to be narrowed")
    assert check_texts.DATE_WRONG not in person.reads()


def test_with_nothing_ticked_the_button_says_so_and_copies_nothing(person: Person) -> None:
    person.click("untick_all")
    person.wait(lambda: chosen(person).studies == 0, "everything to be unticked")
    person.settle()
    person.click("forward")
    person.wait(lambda: check_texts.NOTHING_CHOSEN in person.reads(), "the hint")
    assert person.window.page.step == "check"


def test_each_kind_of_problem_has_a_line_with_who_must_act(person: Person) -> None:
    words = person.find("findings").get("1.0", "end")
    for problem in ("cut off", "UID", "duplicate"):
        assert problem in words
    assert render(widgets_texts.action_by(Who.OLD_PACS)) in words


def box(person: Person, topic: str) -> ttk.Combobox:
    found = person.find(f"decide_{topic}")
    assert isinstance(found, ttk.Combobox)
    return found


def test_what_is_done_is_shown_and_can_be_changed_by_keyboard_and_the_totals_follow(person: Person) -> None:
    before = chosen(person)
    assert box(person, "damaged").get() == render(check_texts.ACTIONS["leave_out"])
    person.find("findings").focus_set()
    person.press("Tab")
    person.wait(lambda: person.focus() == "decide_damaged", "the focus on the choice")
    person.press("Down")
    person.wait(lambda: person.focus() != "decide_damaged", "the list of choices")
    person.press("Down", "Return")
    person.wait(lambda: chosen(person).images == before.images + 1, "the damaged image to be taken in")
    person.settle()
    assert box(person, "damaged").get() == render(check_texts.ACTIONS["send_last"])
    assert person.focus() == "decide_damaged"
    assert check_texts.totals(before.studies, before.studies, before.images + 1, chosen(person).bytes) in person.reads()
    assert button(person) == render(check_texts.copy_studies(chosen(person).studies))


def test_what_is_done_can_be_changed_by_mouse(person: Person) -> None:
    before = chosen(person)
    choice = box(person, "damaged")
    person.click(choice)
    person.wait(lambda: person.focus() not in ("decide_damaged", ""), "the list of choices")
    person.click(choice, at=(30, choice.winfo_height() * 2 + choice.winfo_height() // 2))
    person.wait(lambda: chosen(person).images == before.images + 1, "the damaged image to be taken in")
    person.settle()
    assert box(person, "damaged").get() == render(check_texts.ACTIONS["send_last"])


def test_tab_leads_to_every_choice_also_to_one_that_is_out_of_sight(person: Person) -> None:
    person.window.root.geometry("820x560")
    person.find("findings").focus_set()
    seen: list[str] = []
    for _ in range(3):
        person.press("Tab")
        person.wait(lambda: person.focus() not in ("findings", *seen), "the next choice")
        person.settle()
        seen.append(person.focus())
        assert person.find(seen[-1]).winfo_viewable()
    assert seen == ["decide_damaged", "decide_conflict", "decide_private_class"]
    person.press("shift+Tab")
    person.wait(lambda: person.focus() == seen[1], "the choice before")


def test_the_wheel_over_a_choice_scrolls_and_decides_nothing(person: Person) -> None:
    before = tree.chosen(person.manifest)
    choice, text = box(person, "damaged"), person.find("findings")
    place = text.yview()
    person.click(text, at=(5, 5))
    where = [str(choice.winfo_rootx() + 20), str(choice.winfo_rooty() + choice.winfo_height() // 2)]
    subprocess.run(["xdotool", "mousemove", *where, "click", "5"], check=True)
    person.wait(lambda: text.yview() != place, "the list to scroll")
    person.settle()
    assert box(person, "damaged").get() == render(check_texts.ACTIONS["leave_out"])
    assert chosen(person) == before


def test_when_the_new_pacs_is_away_the_page_says_what_was_not_checked(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*args: object, **more: object) -> None:
        raise Unreachable(Message("Nothing answers."))

    monkeypatch.setattr(supported_kinds, "negotiate", away)
    person.window.shared.checked = False
    person.window.page.enter(False)
    person.settle()
    assert "Nothing answers." in person.reads()
    words = person.find("findings").get("1.0", "end")
    assert "cut off" in words and render(check_step.ASKED_BEFORE) in words, (
        "it was asked when the page was entered first"
    )
    assert box(person, "damaged").get() == render(check_texts.ACTIONS["leave_out"])


def test_a_click_on_a_heading_sorts_the_patients_and_another_turns_the_order(person: Person) -> None:
    rows = person.find("tree")
    by_name = [row_words(rows, row) for row in rows.get_children()]

    def images() -> list[int]:
        return [int(rows.set(row, "2")) for row in rows.get_children()]

    def click_heading(column: str) -> None:
        x = next(x for x in range(0, rows.winfo_width(), 5) if rows.identify_column(x) == column) + 20
        person.click(rows, at=(x, 12))
        person.settle()

    click_heading("#3")  # the images
    assert images() == sorted(images(), reverse=True)
    assert "▾" in rows.heading("2", "text")
    click_heading("#3")
    assert images() == sorted(images())
    assert "▴" in rows.heading("2", "text")
    click_heading("#0")
    assert [row_words(rows, row) for row in rows.get_children()] == by_name
    assert "▴" not in rows.heading("2", "text")
