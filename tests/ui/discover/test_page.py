"""Step 1 at the window: a missing answer is named beside its field, and the connection test shows each result."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.engine.pacs import Pacs
from tests.faults.server import FaultServer, Peer
from tests.ui.person import Person, cut_off, refusal
from wizard import settings
from wizard.dicom.destination import Destination
from wizard.engine import migration
from wizard.engine.events import NoEvents
from wizard.engine.facts import RUNG_NAMES
from wizard.engine.job import Control
from wizard.practice.archive import make_archive
from wizard.practice.pacs import PracticePacs
from wizard.ui.discover import texts as discover_texts
from wizard.ui.widgets import texts as widgets_texts
from wizard.vocabulary import Who

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
NO_HOST = refusal(lambda: Destination("", 104, "X"))
NO_PORT = refusal(lambda: Destination("x", 0, "X"))


@pytest.fixture
def pacs(tmp_path: Path) -> Iterator[PracticePacs]:
    with PracticePacs(tmp_path / "pacs") as running:
        yield running


def fill_in(person: Person, host: str, port: int, called_ae: str) -> None:
    """Type the fields the way a person does, from one to the next with Tab."""
    person.click("host")
    person.wait(lambda: person.focus() == "host")
    for name, text in (("port", host), ("called_ae", str(port)), ("calling_ae", called_ae)):
        person.type(text)
        person.press("Tab")
        person.wait(lambda name=name: person.focus() == name, f"the focus on {name}")


def test_next_says_beside_the_field_what_is_missing_and_goes_there(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    assert person.focus() == "host"
    person.click("forward")
    person.wait(lambda: NO_HOST in person.reads())
    assert person.focus() == "host"
    person.type("pacs.example")
    person.press("Return")
    person.wait(lambda: NO_PORT in person.reads())
    assert person.focus() == "port"
    assert NO_HOST not in person.reads()
    assert person.window.page.step == "discover"


def test_a_pacs_that_is_not_there_is_named_with_who_must_act_and_the_page_stays(
    open_window: Opens, free_port: int
) -> None:
    person = open_window()
    fill_in(person, "127.0.0.1", free_port, "NEWPACS")
    person.click("forward")
    person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test to fail")
    assert f"127.0.0.1:{free_port}" in person.reads()
    assert widgets_texts.action_by(Who.PACS_ADMINISTRATOR) in person.reads()
    assert person.window.page.step == "discover"
    assert settings.load_destinations() == []


def test_a_wrong_ae_title_is_told_apart_and_the_right_one_leads_on_and_is_remembered(
    open_window: Opens, pacs: PracticePacs
) -> None:
    person = open_window()
    fill_in(person, "127.0.0.1", pacs.port, "WRONG")
    person.click("test")
    person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test to fail")
    assert "“WRONG”" in person.reads()
    person.click("called_ae")
    person.press("ctrl+a")
    person.type("PRACTICE")
    person.wait(lambda: discover_texts.NOT_CONNECTED not in person.reads(), "the old result to be taken back")
    person.click("test")
    person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the test to succeed")
    assert person.window.page.step == "discover"
    person.click("forward")
    person.wait(lambda: person.window.page.step == "source", "the page Source")
    assert settings.load_destinations() == [Destination("127.0.0.1", pacs.port, "PRACTICE")]


def test_a_test_says_nothing_about_fields_that_were_changed_meanwhile(open_window: Opens, tmp_path: Path) -> None:
    changed = threading.Event()

    def slow(peer: Peer) -> None:
        peer.server.reach()
        assert changed.wait(60)
        peer.accept()
        peer.serve()

    with FaultServer(slow) as server:
        person = open_window()
        fill_in(person, "127.0.0.1", server.destination.port, "FAULTY")
        person.click("forward")
        person.wait(lambda: server.reached, "the test to begin")
        person.click("called_ae")
        person.press("ctrl+a", "BackSpace")
        person.wait(lambda: discover_texts.TESTING not in person.reads(), "the test to be forgotten")
        changed.set()
        person.settle()
    assert person.window.page.step == "discover"
    assert all(question in person.reads() for question in RUNG_NAMES.values())
    assert settings.load_destinations() == []


def test_a_saved_destination_is_offered_and_fills_the_fields(open_window: Opens) -> None:
    settings.save_destination(Destination("pacs.example", 104, "ARCHIVE", "CLINIC"))
    person = open_window()
    person.settle()
    person.click("saved")
    person.press("Down", "Return")
    person.wait(lambda: "pacs.example" in person.reads(), "the fields to be filled in")
    assert person.find("called_ae").get() == "ARCHIVE"
    assert person.find("calling_ae").get() == "CLINIC"


def test_an_unfinished_migration_comes_first_and_can_be_gone_on_with(
    open_window: Opens, tmp_path: Path, pacs: PracticePacs
) -> None:
    make_archive(tmp_path / "archive")
    destination = Destination("127.0.0.1", pacs.port, "PRACTICE")
    begin(tmp_path / "archive", destination)
    person = open_window()
    person.wait(lambda: discover_texts.UNFINISHED in person.reads(), "the unfinished migration")
    assert f"/archive to PRACTICE at 127.0.0.1:{pacs.port} 0 of" in person.reads()
    person.click("go_on")
    person.wait(lambda: person.window.page.step == "source", "the page Source")
    assert str(tmp_path / "archive") in person.reads()
    person.click("acknowledge")  # nobody has, in a migration that was begun without a window
    person.click("forward")
    person.wait(lambda: person.window.shared.read, "the folders to be read")
    person.settle()
    person.click("forward")
    person.wait(lambda: person.window.page.step == "check", "the page Check")
    person.settle()
    assert person.window.frame.forward.cget("text").startswith("Copy")


def test_everything_fits_in_the_smallest_window_when_the_page_is_fullest(
    open_window: Opens, tmp_path: Path, free_port: int
) -> None:
    make_archive(tmp_path / "archive")
    destination = Destination("127.0.0.1", free_port, "NEWPACS")
    begin(tmp_path / "archive", destination)
    settings.save_destination(destination)
    person = open_window()
    person.window.root.geometry("820x560")
    person.wait(lambda: discover_texts.UNFINISHED in person.reads(), "the unfinished migration")
    person.click("saved")
    person.press("Down", "Return")
    person.wait(lambda: person.find("called_ae").get() == "NEWPACS", "the fields to be filled in")
    person.click("test")
    person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test to fail")
    assert not cut_off(person)


def begin(archive: Path, destination: Destination) -> None:
    """A migration whose folders were read and of which nothing was copied."""
    from wizard.engine import source

    with migration.open_migration([archive], destination) as manifest:
        source.run(manifest, Control(), NoEvents())


def test_what_the_pacs_said_that_it_takes_is_in_the_manifest_as_soon_as_there_is_one(
    open_window: Opens, tmp_path: Path
) -> None:
    make_archive(tmp_path / "archive")
    refused = "1.2.840.10008.5.1.4.1.1.4"  # MR
    with Pacs(answer=lambda sop_class, syntax: (3 if sop_class == refused else 0, syntax)).listening() as destination:
        person = open_window()
        fill_in(person, destination.host, destination.port, destination.called_ae)
        person.click("forward")
        person.wait(lambda: person.window.page.step == "source", "the page Source")
        person.type(str(tmp_path / "archive"))
        person.press("Return")
        person.wait(lambda: person.window.shared.folders, "the folder")
        person.click("acknowledge")
        person.click("forward")
        person.wait(lambda: person.window.shared.read, "the folders to be read")
        person.settle()
        sql = "SELECT sop_class, MAX(result) FROM kind WHERE asked GROUP BY 1"
        kept = {row[0]: row[1] for row in person.manifest.rows(sql)}
    assert kept.pop(refused) == 3
    assert len(kept) == 5 and set(kept.values()) == {0}
