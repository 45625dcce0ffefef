"""Another C-FIND service at the window: typed, tested, kept, and removed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Callable

import pytest

from tests.engine.pacs import Pacs
from tests.ui.discover.test_page import begin, fill_in
from tests.ui.discover.test_tls import expect_all_in_sight, go_and_read, open_settings, wait_folded
from tests.ui.person import Person, cut_off, refusal
from wizard import settings
from wizard.dicom.destination import Destination, Tls
from wizard.engine import migration
from wizard.language.message import Message
from wizard.practice.archive import make_archive
from wizard.practice.pacs import PracticePacs
from wizard.ui.discover import texts as discover_texts
from wizard.ui.discover.find_service import TypedFindService

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    make_archive(tmp_path / "archive")
    return tmp_path / "archive"


def ask_at(person: Person, host: str = "", port: object = "", called_ae: str = "") -> None:
    """Open the settings, type the address of the C-FIND service, each field reached with Tab, and save."""
    open_settings(person)
    person.press(
        *["Tab"] * (7 if person.find("ca_file").winfo_viewable() else 1)
    )  # past three files, each with a button
    for name, text in (("find_host", host), ("find_port", str(port)), ("find_ae", called_ae)):
        person.wait(lambda name=name: person.focus() == name, f"the focus on {name}")
        person.press("ctrl+a", "BackSpace")
        if text:
            person.type(text)
        person.press("Tab" if name != "find_ae" else "Return")


def says(archive: str) -> Message:
    return discover_texts.connection(False, archive)


def test_the_other_service_is_tested_and_remembered(open_window: Opens, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as stores, Pacs().listening() as answers:
        person = open_window()
        fill_in(person, "127.0.0.1", stores.port, "PRACTICE")
        ask_at(person, "localhost", answers.port, "QUERY")
        wait_folded(person, says("QUERY"))
        person.click("test")
        person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the test")
        assert f"QUERY at localhost:{answers.port}" in person.reads()
        person.click("forward")
        person.wait(lambda: person.window.page.step == "source", "the page Source")
        expected = Destination("127.0.0.1", stores.port, "PRACTICE").queried_at("localhost", answers.port, "QUERY")
        assert person.window.shared.destination == expected
        assert settings.load_destinations() == [expected]


def test_what_is_left_empty_is_as_where_images_go_even_when_that_is_changed(open_window: Opens, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        person = open_window()
        fill_in(person, "localhost", pacs.port, "PRACTICE")
        ask_at(person, called_ae="WRONG")
        wait_folded(person, says("WRONG"))
        person.click("host")
        person.press("ctrl+a")
        person.type("127.0.0.1")
        person.click("test")
        person.wait(lambda: discover_texts.NO_QUERIES in person.reads(), "the test")
        assert f"WRONG at 127.0.0.1:{pacs.port}" in person.reads()


@pytest.mark.parametrize(
    ("typed", "field"),
    [
        (("two words",), "find_host"),
        (("", "abc"), "find_port"),
        (("", "0"), "find_port"),
        (("", "", "A TITLE THAT IS TOO LONG"), "find_ae"),
    ],
)
def test_what_cannot_be_is_said_in_the_panel(open_window: Opens, typed: tuple[str, ...], field: str) -> None:
    complaint = refusal(lambda: TypedFindService(*typed).added_to(Destination("x", 104, "X")))
    person = open_window()
    person.window.root.geometry("820x560")
    person.settle()
    ask_at(person, *typed)
    person.wait(lambda: complaint in person.reads(), "the complaint")
    assert person.focus() == field
    assert discover_texts.FIND_HINT not in person.reads()
    expect_all_in_sight(person)
    person.press("BackSpace")
    person.wait(
        lambda: discover_texts.FIND_HINT in person.reads() and complaint not in person.reads(), "the hint again"
    )
    person.press("Escape")
    wait_folded(person, discover_texts.NOT_ENCRYPTED)


def test_a_migration_keeps_it_until_it_is_taken_back(open_window: Opens, archive: Path, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        plain = Destination("127.0.0.1", pacs.port, "PRACTICE")
        elsewhere = plain.queried_at("localhost")
        begin(archive, elsewhere)
        person = open_window()
        fill_in(person, "127.0.0.1", pacs.port, "PRACTICE")
        go_and_read(person, archive)
        assert person.window.shared.destination == elsewhere, "nobody has said otherwise"
        person.click("back")
        person.wait(lambda: person.reads().has_line(says("localhost")), "the page Discover to say so")
        ask_at(person)
        wait_folded(person, discover_texts.NOT_ENCRYPTED)
        for page in ("discover", "source"):
            person.wait(lambda page=page: person.window.page.step == page, f"the page {page}")
            person.click("forward")
        person.wait(lambda: person.window.shared.read, "the folders to be read")
        person.settle()
        assert person.window.shared.destination == plain
        assert migration.destination_of(person.manifest) == plain
        assert settings.load_destinations() == [plain]
        person.click("back")
        person.wait(lambda: person.reads().has_line(discover_texts.NOT_ENCRYPTED), "the page Discover to say so")


def test_that_one_pacs_answers_itself_does_not_hold_for_another(
    open_window: Opens, archive: Path, tmp_path: Path
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        elsewhere = Destination("127.0.0.1", pacs.port, "PRACTICE").queried_at("localhost")
        begin(archive, elsewhere)
        person = open_window()
        fill_in(person, "pacs.clinic.example", 104, "ARCHIVE")
        ask_at(person, "query.clinic.example")
        wait_folded(person, says("query.clinic.example"))
        ask_at(person)
        wait_folded(person, discover_texts.NOT_ENCRYPTED)
        for name, text in (("host", "127.0.0.1"), ("port", str(pacs.port)), ("called_ae", "PRACTICE")):
            person.find(name).focus_set()
            person.press("ctrl+a")
            person.type(text)
        go_and_read(person, archive)
        assert person.window.shared.destination == elsewhere


@pytest.mark.parametrize("encryption_first", [True, False])
def test_two_things_taken_back_one_after_the_other_are_both_taken_back(
    encryption_first: bool, open_window: Opens, archive: Path, tmp_path: Path
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        plain = Destination("127.0.0.1", pacs.port, "PRACTICE")
        begin(archive, replace(plain, tls=Tls()).queried_at("localhost"))
        person = open_window()
        person.wait(lambda: discover_texts.UNFINISHED in person.reads(), "the unfinished migration")
        person.click("go_on")
        person.wait(lambda: person.window.page.step == "source", "the page Source")
        person.click("back")
        person.wait(lambda: discover_texts.connection(True, "localhost") in person.reads(), "the page Discover")
        for first in (True, False):
            if encryption_first is first:
                open_settings(person)
                person.press("space", "Return")
            else:
                ask_at(person)
            after_first = says("localhost") if encryption_first else discover_texts.ENCRYPTED
            left = after_first if first else discover_texts.NOT_ENCRYPTED
            wait_folded(person, left)
        go_and_read(person)
        assert migration.destination_of(person.manifest) == plain


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_everything_fits_when_the_page_and_the_panel_are_fullest(
    open_window: Opens, archive: Path, size: str, free_port: int
) -> None:
    elsewhere = Destination("127.0.0.1", free_port, "NEWPACS").queried_at("query.clinic.example", 104, "QUERYRETRIEVE")
    begin(archive, elsewhere)
    settings.save_destination(elsewhere)
    person = open_window()
    person.window.root.geometry(size)
    person.wait(lambda: discover_texts.UNFINISHED in person.reads(), "the unfinished migration")
    person.settle()
    person.click("saved")
    person.press("Down", "Return")
    person.wait(lambda: says("QUERYRETRIEVE") in person.reads(), "the line")
    person.click("test")
    person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test to fail")
    assert not cut_off(person)
    open_settings(person)
    person.press("space")
    person.wait(lambda: discover_texts.ENCRYPTED_MEANS in person.reads(), "the tick")
    assert [person.find(name).get() for name in ("find_host", "find_port", "find_ae")] == [
        *("query.clinic.example", "104", "QUERYRETRIEVE")
    ]
    expect_all_in_sight(person)
