"""Further proof at the window: what is typed, what comes of it beside the studies, and what speaks against it."""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.peers import servers
from tests.ui.person import Person, cut_off
from wizard.language import render
from wizard.manifest import commitments, old_studies, samples
from wizard.report import proofs
from wizard.report.verdict import BAD, GOOD
from wizard.ui.verify import texts as verify_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


@pytest.fixture
def person(open_at: Opens) -> Person:
    """At the page Verify, after copying the practice archive."""
    return open_at("verify")


@pytest.fixture
def opened(person: Person) -> Person:
    """With the panel in place of the page."""
    person.click("more_proof")
    person.wait(lambda: person.focus() == "port", "the panel")
    return person


def at_the_studies(person: Person) -> bool:
    return bool(person.find("studies").winfo_viewable())


def type_into(person: Person, name: str, text: str) -> None:
    entry = person.find(name)
    entry.focus_set()
    person.press("ctrl+a")
    person.press("Delete")
    person.type(text)


def test_what_is_wrong_is_said_beside_its_field_and_nothing_begins_nor_is_cut_off(opened: Person) -> None:
    for size in ("1040x700", "820x560"):
        opened.window.root.geometry(size)
        opened.settle()
        assert not cut_off(opened)
        for field, typed, right, complaint in (
            ("port", "0", "104", verify_texts.PORT_WRONG),
            ("port", "66000", "104", verify_texts.PORT_WRONG),
            ("count", "many", "5", verify_texts.COUNT_WRONG),
            ("read_back_port", "", "104", verify_texts.PORT_WRONG),
            ("list_file", "", "", verify_texts.FILE_MISSING),
            ("list_file", ".", "", verify_texts.FILE_MISSING),
        ):
            type_into(opened, field, typed)
            opened.press("Return")
            opened.wait(lambda complaint=complaint: complaint in opened.reads(), "the complaint")
            assert opened.focus() == field
            assert not opened.window.busy
            assert not cut_off(opened)
            type_into(opened, field, right)


def test_escape_and_back_lead_to_the_studies_again(opened: Person) -> None:
    opened.press("Escape")
    opened.wait(lambda: at_the_studies(opened), "the studies")
    assert opened.focus() == "more_proof"
    opened.click("more_proof")
    opened.wait(lambda: opened.focus() == "port", "the panel")
    opened.click("back")
    opened.wait(lambda: at_the_studies(opened), "the studies")
    assert opened.window.page.step == "verify"
    assert opened.focus() == "more_proof"


def test_the_text_for_the_administrator_is_copied_and_what_is_not_offered_is_said(opened: Person) -> None:
    type_into(opened, "port", "10400")
    opened.click("text_for_administrator")
    opened.wait(lambda: opened.focus() == "letter", "the text")
    opened.click("copy_letter")
    text = opened.window.root.clipboard_get()
    assert "10400 (TCP)" in text
    destination = opened.window.shared.destination
    assert destination is not None and destination.calling_ae in text
    opened.press("Escape")
    opened.wait(lambda: opened.focus() == "text_for_administrator", "the panel")

    opened.click("start_commitment")
    opened.wait(lambda: opened.window.page.notice.sentence, "the failure")
    opened.settle()
    assert "does not offer storage commitment" in render(opened.window.page.notice.sentence)
    assert commitments.summary(opened.manifest) is None
    opened.click(opened.button("Try again"))
    opened.wait(lambda: opened.focus() == "port", "the panel")


def test_a_list_is_compared_and_shows_what_the_folders_lack(opened: Person, tmp_path: Path) -> None:
    letter = tmp_path / "letter.csv"
    letter.write_text("Dear colleagues,\nno list here\n", encoding="utf-8")
    type_into(opened, "list_file", str(letter))
    opened.press("Return")
    opened.wait(lambda: opened.window.page.notice.sentence, "the failure")
    opened.settle()
    assert "Put the column names in the first line" in opened.reads()
    assert old_studies.summary(opened.manifest) is None
    opened.click(opened.button("Try again"))
    opened.wait(lambda: opened.focus() == "port", "the panel")

    table = tmp_path / "studies.csv"
    studies = [row[0] for row in opened.manifest.rows("SELECT DISTINCT study_uid FROM study ORDER BY 1")]
    table.write_text("\n".join(["Study Instance UID", *studies, "1.2.3.4.5.6"]), encoding="utf-8")
    type_into(opened, "list_file", str(table))
    opened.press("Return")
    opened.wait(lambda: old_studies.summary(opened.manifest) is not None, "the comparison")
    opened.settle()
    assert at_the_studies(opened)
    assert verify_texts.WENT_WRONG["old_list"] in opened.reads()
    assert "1.2.3.4.5.6  In the list of the old PACS, not in the folders." in opened.reads()
    (result,) = proofs.sentences(opened.manifest)
    assert (result.mark, f"{len(studies) + 1}\u00a0studies" in render(result.words)) == (BAD, True)
    assert result.words in opened.reads()


@pytest.fixture
def at_orthanc(open_window: Opens, tmp_path: Path) -> Iterator[Person]:
    """At the page Verify, after copying two images to Orthanc."""
    from tests.engine.stage import series

    source = tmp_path / "source"
    source.mkdir()
    series(source, 2)
    with servers.orthanc(tmp_path / "orthanc", DicomAlwaysAllowGet=True) as destination:
        one = open_window()
        for name, text in (
            ("host", destination.host),
            ("port", str(destination.port)),
            ("called_ae", destination.called_ae),
        ):
            type_into(one, name, text)
        one.click("forward")
        one.wait(lambda: one.window.page.step == "source", "the page Source")
        type_into(one, "folder", str(source))
        one.click("add")
        one.click("acknowledge")
        one.click("forward")
        one.wait(lambda: one.window.shared.read, "the folders to be read")
        one.settle()
        one.click("forward")
        one.wait(lambda: one.window.page.step == "check", "the page Check")
        one.settle()
        one.click("forward")
        one.wait(lambda: one.window.page.step == "verify", "the page Verify")
        one.settle()
        yield one


@pytest.mark.orthanc
def test_images_are_read_back_from_orthanc_and_found_identical(at_orthanc: Person, free_port: int) -> None:
    at_orthanc.click("more_proof")
    at_orthanc.wait(lambda: at_orthanc.focus() == "port", "the panel")
    type_into(at_orthanc, "read_back_port", str(free_port))
    type_into(at_orthanc, "count", "2")
    at_orthanc.press("Return")
    at_orthanc.wait(lambda: samples.summary(at_orthanc.manifest) is not None, "the comparison")
    at_orthanc.settle()
    (result,) = proofs.sentences(at_orthanc.manifest)
    assert (result.mark, result.words in at_orthanc.reads()) == (GOOD, True)
    assert "2\u00a0images" in render(result.words)
    assert not cut_off(at_orthanc)
