"""Step 5 at the window: the verdict in words, the worst first, and what did not arrive."""

from __future__ import annotations

import time
from typing import Callable

import pytest

from tests.ui.person import Person, cut_off, row_words
from wizard.language import render
from wizard.manifest import proof
from wizard.practice.pacs import PracticePacs
from wizard.practice.practice_session import PracticeSession
from wizard.ui.verify import page as verify_page
from wizard.ui.verify import texts as verify_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Verify, after copying the practice archive."""
    return open_at("verify")


def test_every_study_has_its_verdict_the_mismatches_first(person: Person) -> None:
    rows = person.find("studies")
    shown = [rows.item(row, "values") for row in rows.get_children()]
    expected = list(proof.studies(person.manifest))
    assert len(shown) == len(expected)
    verdicts = [values[0] for values in shown]
    assert verdicts == sorted(verdicts, key=["MISMATCH", "NOT CHECKED", "MATCH"].index)
    assert verdicts.count("MATCH") == sum(one.result == "MATCH" for one in expected)
    assert {values[-1] for values in shown} <= {render(verify_texts.grade(grade)) for grade in proof.GRADES}


def test_selecting_a_study_lists_what_did_not_arrive_and_why(person: Person) -> None:
    assert "Example, Erik, 2015-03-02: 1 of 41\u00a0images not found" in person.reads()
    said = person.find("not_arrived").get("1.0", "end")
    assert "does not accept this image type" in said and "Retry failed images" in said
    assert "Action by: the administrator of the new PACS" in said
    assert "SOP Instance UID" not in said  # support wants to know it, nobody else
    person.click("details")
    assert "SOP Instance UID" in person.find("not_arrived").get("1.0", "end")
    rows = person.find("studies")
    match = next(row for row in rows.get_children() if row_words(rows, row).startswith("MATCH"))
    rows.see(match)
    person.window.root.update()
    _, y, _, height = rows.bbox(match)
    person.click(rows, at=(40, y + height // 2))
    person.wait(lambda: "every image is confirmed" in person.reads(), "the other study")


def test_images_that_went_missing_at_the_new_pacs_are_copied_again(person: Person) -> None:
    before = proof.summary(person.manifest).confirmed
    lose_an_image(person.session)
    person.click("check_again")
    person.wait(lambda: proof.summary(person.manifest).confirmed == before - 1, "the loss to be seen")
    person.settle()
    person.click("copy_missing")
    person.wait(lambda: proof.summary(person.manifest).confirmed == before, "the image to be there again")
    person.wait(lambda: person.window.page.step == "verify", "the page Verify")
    person.settle()


def lose_an_image(session: PracticeSession) -> None:
    """Let the practice PACS forget one of its images, while it is switched off."""
    port = session.destination.port
    assert session._pacs is not None
    session._pacs.stop()
    lost = sorted(path for path in (session.folder / "new-pacs").rglob("*") if path.is_file())[0]
    lost.unlink()
    session._pacs = PracticePacs(session.folder / "new-pacs", port)
    session._pacs.start()


def test_a_pacs_that_is_gone_is_said_in_place_and_can_be_asked_again(person: Person) -> None:
    person.session.close()
    person.click("check_again")
    person.wait(lambda: person.window.page.notice.sentence, "the failure")
    person.settle()
    assert "Action by" in person.reads()
    assert verify_texts.CHECK_AGAIN in person.reads()
    assert person.window.page.step == "verify"


def test_it_is_checked_again_when_the_time_has_come(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    manifest = person.manifest
    before = proof.summary(manifest).confirmed
    lose_an_image(person.session)
    monkeypatch.setattr(verify_page, "LATER", 0.3)
    person.click("check_later")
    assert person.window.page.notice.sentence == verify_texts.checking_again(0.3)
    person.wait(lambda: proof.summary(manifest).confirmed == before - 1, "the loss to be seen")
    person.settle()
    assert not person.window.page.notice.sentence


def test_waiting_can_be_given_up_and_all_is_offered_again(person: Person) -> None:
    rounds = checks(person)
    person.click("check_later")
    person.wait(lambda: "Verifying again in 10\u00a0minutes." in person.reads(), "the countdown")
    for size in ("820x560", "1040x700"):
        person.window.root.geometry(size)
        person.settle()
        assert not cut_off(person)
    person.click(person.button("Cancel"))
    person.settle()
    assert not person.window.page.notice.sentence
    assert verify_texts.CHECK_LATER in person.reads()
    assert checks(person) == rounds


def test_leaving_the_page_ends_the_waiting(person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    rounds = checks(person)
    monkeypatch.setattr(verify_page, "LATER", 1.2)
    person.click("check_later")
    person.click("forward")
    person.wait(lambda: person.window.page.step == "export", "the page Export")
    ended = time.monotonic() + 1.5
    person.wait(lambda: time.monotonic() > ended)
    assert checks(person) == rounds


def checks(person: Person) -> int:
    """How often the new PACS was asked."""
    return int(person.manifest.value("SELECT COUNT(*) FROM run WHERE step = 'verify'"))
