"""Trying one study first: it is copied and asked for, and the committing button copies the rest."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.ui.person import Person, cut_off
from wizard.engine.copy import rehearse
from wizard.engine.copy.rehearse import Rehearsal
from wizard.errors import Unreachable
from wizard.language import render
from wizard.language.message import Message, Private
from wizard.manifest import ledger, queue
from wizard.ui.check import texts as check_texts
from wizard.ui.copy import texts as copy_texts
from wizard.ui.shell import texts as shell_texts

Opens = Callable[..., Person]
WORDS = Private("Muster, Anna · 2019-03-02 · CT")


def test_a_study_that_arrived_is_to_be_looked_at_before_the_others_go() -> None:
    said = render(copy_texts.tried(WORDS, 4, missing=0, not_checked=0, others=19))
    assert "Muster, Anna" in said and "confirmed all 4\u00a0images" in said
    assert "“Copy the other 19\u00a0studies”" in said


def test_the_only_study_and_the_only_image_are_said_as_such() -> None:
    said = render(copy_texts.tried(WORDS, 1, missing=0, not_checked=0, others=0))
    assert "confirmed its only image" in said
    assert said.endswith("select “Next”.")
    assert "“Copy the other study”" in render(copy_texts.tried(WORDS, 1, missing=0, not_checked=0, others=1))


def test_when_images_are_missing_nobody_is_sent_on() -> None:
    said = render(copy_texts.tried(WORDS, 4, missing=1, not_checked=0, others=19))
    assert "Not found in the new PACS: 1 of 4\u00a0images" in said
    assert "select" not in said and "PACS administrator" in said


@pytest.mark.parametrize("missing", [1, 4])
def test_of_images_that_were_not_found_nothing_is_said_to_be_copied(missing: int) -> None:
    for images in (missing, 4):
        said = render(copy_texts.tried(WORDS, images, missing=missing, not_checked=0, others=19))
        assert "copied" not in said.lower() and "confirmed" not in said


@pytest.mark.parametrize(
    ("not_checked", "words"), [(4, "None of its 4\u00a0images was checked."), (1, "Not checked: 1 of 4\u00a0images.")]
)
def test_what_was_not_checked_is_never_said_to_be_there(not_checked: int, words: str) -> None:
    said = render(copy_texts.tried(WORDS, 4, missing=0, not_checked=not_checked, others=19))
    assert words in said
    assert "confirmed" not in said


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Check, about to try one study."""
    return open_at("check")


def outcome(person: Person, monkeypatch: pytest.MonkeyPatch, result: Rehearsal | Exception) -> None:
    """Let trying end like this."""

    def run(*_: object) -> Rehearsal:
        if isinstance(result, Exception):
            raise result
        return result

    monkeypatch.setattr(rehearse, "run", run)
    try_first(person)


def try_first(person: Person) -> None:
    person.find("try_first").focus_set()
    person.press("space")
    person.wait(lambda: person.window.page.step == "copy", "the page Copy")
    person.settle()


@pytest.mark.screen
def test_one_study_is_copied_and_the_button_copies_the_others(person: Person) -> None:
    manifest = person.manifest
    before = queue.waiting_studies(manifest)
    try_first(person)
    assert person.window.page.step == "copy"
    assert queue.waiting_studies(manifest) == before - 1
    assert "Open it in the viewer of the new PACS" in person.reads()
    assert person.window.frame.forward.cget("text") == render(copy_texts.copy_others(before - 1))
    assert person.focus() == "forward"
    person.press("Return")
    person.wait(lambda: person.window.page.step == "verify", "the others to be copied")
    person.settle()
    assert ledger.balance(manifest).buckets["pending"] == 0


@pytest.mark.screen
@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_missing_images_are_said_and_it_can_be_tried_again(
    person: Person, monkeypatch: pytest.MonkeyPatch, size: str
) -> None:
    person.window.root.geometry(size)
    outcome(person, monkeypatch, Rehearsal(1, WORDS, 4, 3, 1, 0))
    others = queue.waiting_studies(person.manifest)
    assert copy_texts.tried(WORDS, 4, 1, 0, others) in person.reads()
    assert not cut_off(person)
    again = person.button(shell_texts.TRY_AGAIN)
    monkeypatch.setattr(rehearse, "run", lambda *_: Rehearsal(1, WORDS, 4, 4, 0, 0))
    person.click(again)
    person.wait(lambda: copy_texts.tried(WORDS, 4, 0, 0, others) in person.reads(), "the second try")
    person.settle()


@pytest.mark.screen
def test_a_pacs_that_cannot_be_asked_is_no_success(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    outcome(person, monkeypatch, Rehearsal(1, WORDS, 4, 0, 0, 4))
    assert "None of its 4\u00a0images was checked." in person.reads()


@pytest.mark.screen
def test_a_pacs_that_is_away_is_said_in_place_and_copying_is_still_offered(
    person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    outcome(person, monkeypatch, Unreachable(Message("Nothing answers at the new PACS.")))
    assert "Nothing answers at the new PACS." in person.reads()
    assert person.window.frame.forward.cget("text").startswith("Copy")


@pytest.mark.screen
def test_with_nothing_ticked_nothing_is_tried(person: Person) -> None:
    person.click("untick_all")
    person.settle()
    person.click("try_first")
    person.wait(lambda: check_texts.NOTHING_CHOSEN in person.reads(), "the hint")
    assert person.window.page.step == "check"
