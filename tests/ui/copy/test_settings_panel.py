"""Speed and hours at the window: the manifest holds the inputs, and a wrong one gets a complaint beside it."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.ui.person import Person, cut_off
from wizard.engine import copy
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.language import render
from wizard.language.message import Message
from wizard.manifest import copy_settings
from wizard.manifest.copy_settings import CopySettings
from wizard.ui.copy import texts as copy_texts
from wizard.ui.copy.page import CopyPage
from wizard.ui.copy.settings_panel import read_limit, read_time
from wizard.ui.shell import texts as shell_texts

Opens = Callable[..., Person]


@pytest.mark.parametrize(
    ("typed", "meant"), [("", 0), ("20", 20), ("2.5", 2.5), ("2,5", 2.5), (",5", 0.5), ("100000", 100_000)]
)
def test_a_speed_is_read_with_a_point_or_a_comma(typed: str, meant: float) -> None:
    assert read_limit(typed) == meant


@pytest.mark.parametrize("typed", ["0", "0,0", "-1", "fast", "2,,5", "1e9", "nan", "inf", "20 MB", "٢", "1.000.000"])
def test_what_is_no_speed_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_limit(typed)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [("", ""), ("7", "07:00"), ("19:00", "19:00"), ("19.30", "19:30"), ("0630", "06:30"), ("0", "00:00")],
)
def test_a_time_is_read_in_the_common_ways(typed: str, meant: str) -> None:
    assert read_time(typed) == meant


@pytest.mark.parametrize("typed", ["24:00", "7:60", "noon", "7 pm", "-1", "19:00:00", "٧"])
def test_what_is_no_time_is_refused(typed: str) -> None:
    with pytest.raises(ValueError):
        read_time(typed)


def test_settings_are_said_in_one_line_and_nothing_is_said_of_none() -> None:
    assert not copy_texts.settings(0, 0, "", False, False)
    said = render(copy_texts.settings(4, 2.5, "19:00-06:00", True, True)).replace("\u00a0", " ")
    assert said == (
        "4 connections  ·  at most 2.5 MB/s  ·  19:00 to 06:00  ·  newest first  ·  existing images skipped"
    )
    assert render(copy_texts.settings(1, 0, "", False, True)) == "1\u00a0connection  ·  existing images skipped"


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Check, about to copy."""
    return open_at("check")


def kept(person: Person) -> CopySettings:
    return copy_settings.read(person.manifest)


def open_panel(person: Person) -> None:
    person.find("copy_settings").focus_set()
    person.press("space")
    person.wait(lambda: person.focus() == "associations", "the panel")


def closed(person: Person) -> bool:
    return (
        person.focus() == "copy_settings"
        and shell_texts.BADGE in person.reads()
        and copy_texts.SETTINGS_LEAD not in person.reads()
    )


def type_into(person: Person, name: str, text: str) -> None:
    person.find(name).focus_set()
    person.press("ctrl+a", "BackSpace")
    if text:
        person.type(text)
    person.wait(lambda: person.find(name).get() == text, f"{text} in the field {name}")


@pytest.mark.screen
def test_everything_can_be_set_by_keyboard_and_is_kept(person: Person) -> None:
    open_panel(person)
    person.press("Down")
    person.wait(lambda: person.focus() != "associations", "the list of numbers")
    person.press("Down", "Down", "Down", "Down", "Return")
    person.wait(lambda: person.find("associations").get() == "4", "four connections")
    person.press("Tab")
    person.type("2,5")
    person.press("Tab")
    person.type("19")
    person.press("Tab")
    person.type("6.30")
    person.press("Tab", "space", "Tab", "space", "Tab", "space")
    person.wait(lambda: closed(person), "the panel to close")
    assert kept(person) == CopySettings(4, 2.5, "19:00-06:30", True, True)
    assert copy_texts.settings(4, 2.5, "19:00-06:30", True, True) in person.reads()


@pytest.mark.screen
def test_what_was_set_is_there_again_and_can_be_taken_back(person: Person) -> None:
    copy_settings.keep(person.manifest, CopySettings(16, 20.0, "19:00-06:00", True, False))
    open_panel(person)
    assert [person.find(name).get() for name in ("associations", "speed_limit", "hours_from", "hours_to")] == [
        *("16", "20", "19:00", "06:00")
    ]
    for name in ("speed_limit", "hours_from", "hours_to"):
        type_into(person, name, "")
    person.press("Return")
    person.wait(lambda: closed(person), "the panel to close")
    assert kept(person) == CopySettings(16, 0.0, "", True, False)


@pytest.mark.screen
@pytest.mark.parametrize("button", ["cancel_copy_settings", ""], ids=["cancel", "escape"])
def test_cancel_and_escape_change_nothing(person: Person, button: str) -> None:
    open_panel(person)
    type_into(person, "speed_limit", "20")
    if button:
        person.click(button)
    else:
        person.press("Escape")
    person.wait(lambda: closed(person), "the panel to close")
    person.settle()
    assert kept(person) == CopySettings()
    open_panel(person)
    assert person.find("speed_limit").get() == ""


@pytest.mark.screen
@pytest.mark.parametrize(
    ("field", "typed", "complaint"),
    [
        ("speed_limit", "fast", copy_texts.LIMIT_WRONG),
        ("hours_from", "24:00", copy_texts.TIME_WRONG),
        ("hours_to", "late", copy_texts.TIME_WRONG),
        ("hours_from", "19:00", copy_texts.TIME_MISSING),
    ],
)
@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_what_is_wrong_is_said_beside_the_field_and_nothing_is_kept(
    person: Person, field: str, typed: str, complaint: Message, size: str
) -> None:
    person.window.root.geometry(size)
    open_panel(person)
    assert not cut_off(person)
    type_into(person, field, typed)
    person.press("Return")
    person.wait(lambda: complaint in person.reads(), "the complaint")
    assert person.focus() == ("hours_to" if complaint == copy_texts.TIME_MISSING else field)
    assert not cut_off(person)
    assert kept(person) == CopySettings()


@pytest.mark.screen
def test_hours_that_end_when_they_begin_are_refused_in_words(person: Person) -> None:
    open_panel(person)
    type_into(person, "hours_from", "6")
    type_into(person, "hours_to", "06:00")
    person.press("Return")
    person.wait(lambda: "begins and ends at the same time" in person.reads(), "the complaint")
    assert kept(person) == CopySettings()


@pytest.mark.screen
def test_while_images_are_copied_a_setting_is_kept_at_once_and_the_copying_goes_on(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(manifest: object, destination: object, control: Control, events: Events, **more: object) -> None:
        while True:
            events.state(Progress("copy", done=100, total=300, counts={"copied": 100}))
            control.wait(0.01)

    monkeypatch.setattr(copy, "run", run)
    person.press("Return")
    person.wait(lambda: person.window.page.step == "copy" and person.page(CopyPage).share, "copying to begin")
    open_panel(person)
    type_into(person, "speed_limit", "20")
    person.press("Return")
    person.wait(lambda: closed(person), "the panel to close")
    assert person.window.busy
    assert kept(person).speed_limit == 20


@pytest.mark.screen
def test_when_the_copying_ends_the_panel_gives_its_place_back(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(copy, "run", lambda manifest, destination, control, events, **more: control.wait(3600))
    person.press("Return")
    person.wait(lambda: person.window.page.step == "copy", "the page Copy")
    open_panel(person)
    person.click("end")
    person.wait(lambda: shell_texts.STOPPED in person.reads(), "the job to stop")
    person.settle()
    assert copy_texts.SETTINGS_LEAD not in person.reads()
    assert person.window.frame.forward.winfo_viewable()
