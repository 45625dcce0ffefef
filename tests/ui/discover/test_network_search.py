"""The network search at the window: a warning, the answers as they come, and one click fills in the fields."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Callable

import pytest

from tests.engine.sockets import watched
from tests.faults.certificates import Certificates
from tests.faults.server import FaultServer, Peer, associate_rj
from tests.faults.silent import closed, filtered
from tests.peers import servers
from tests.ui.discover.test_page import fill_in
from tests.ui.person import Person, all_below, cut_off, refusal
from wizard import settings
from wizard.dicom.destination import Destination
from wizard.engine.discover import address_ranges
from wizard.language.message import Message
from wizard.practice import ANNOUNCED
from wizard.practice.pacs import PracticePacs
from wizard.ui.discover import network_search
from wizard.ui.discover import texts as discover_texts
from wizard.ui.shell import texts as shell_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
TOO_LONG = refusal(lambda: Destination("x", 104, "A TITLE THAT IS TOO LONG"))


def begin(person: Person, addresses: str, ports: object, title: str = "") -> None:
    """Open the panel, type the addresses, each field reached with Tab, and press Return."""
    person.click("look")
    person.wait(lambda: person.focus() == "look_range", "the panel")
    person.wait(lambda: "11112" in named(person, "look_ports").get(), "what is proposed")
    for name, text in (("look_range", addresses), ("look_ports", str(ports)), ("look_title", title)):
        person.wait(lambda name=name: person.focus() == name, f"the focus on {name}")
        person.press("ctrl+a", "BackSpace")
        if text:
            person.type(text)
        person.press("Tab" if name != "look_title" else "Return")


def look(person: Person, addresses: str, ports: object, title: str = "") -> None:
    begin(person, addresses, ports, title)
    person.wait(lambda: settings.scans() and not person.window.busy, "the end of it")
    person.settle()


def named(person: Person, name: str) -> Any:
    """The widget of that name; only the caller knows of which kind it is."""
    return next(widget for widget in all_below(person.window.root) if widget.winfo_name() == name)


def test_nobody_is_contacted_before_a_warning_was_on_the_screen_and_a_button_pressed(
    open_window: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(address_ranges, "local", lambda: "127.0.0.0/30")
    sockets = watched(monkeypatch)
    person = open_window()
    person.settle()
    person.click("look")
    person.wait(lambda: "127.0.0.0/30" in person.reads(), "what is proposed")
    assert discover_texts.LOOK_WARNING in person.reads()
    assert "104, 11112, 4242, 2762, 2761" in person.reads()
    person.press("Escape")
    person.wait(lambda: person.focus() == "look", "the page")
    assert sockets.contacted == set() and settings.scans() == []


def test_what_is_found_is_listed_and_one_click_fills_in_the_fields(open_window: Opens, tmp_path: Path) -> None:
    def refuse(peer: Peer) -> None:
        peer.pdu()
        peer.send(associate_rj(1, 1, 3))
        peer.until_gone()

    with PracticePacs(tmp_path / "pacs") as pacs, FaultServer(refuse) as other, closed() as shut:
        ports = f"{other.destination.port}, {pacs.port}, {shut}"
        person = open_window()
        person.settle()
        look(person, "127.0.0.1", ports, "PRACTICE")
        words = person.reads()
        assert f"127.0.0.1 {pacs.port} {discover_texts.ANSWERS['accepts']} {ANNOUNCED}" in words
        assert f"127.0.0.1 {other.destination.port} {discover_texts.ANSWERS['refuses']}" in words
        assert f"Vendor: {ANNOUNCED}" in words, "the best one is chosen already"
        assert not person.window.frame.forward.winfo_viewable()
        person.press("Down")
        person.wait(lambda: "MIGRATOR" in named(person, "found_answer").cget("text"), "the other answer")
        person.press("Up")
        person.click("use_it")
        person.wait(lambda: person.find("host").winfo_viewable(), "the page")
        assert [person.find(name).get() for name in ("host", "port", "called_ae", "calling_ae")] == [
            *("127.0.0.1", str(pacs.port), "PRACTICE", "MIGRATOR")
        ]
        person.click("forward")
        person.wait(lambda: person.window.page.step == "source", "the test, and the page Source")


def test_return_on_a_row_uses_it_and_goes_no_further(open_window: Opens, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        person = open_window()
        fill_in(person, "pacs.example", 104, "NEWPACS")
        look(person, "127.0.0.1", pacs.port)
        person.wait(lambda: person.focus() == "found", "the list")
        assert "ANY-SCP" in named(person, "found_answer").cget("text")
        person.press("Return")
        person.settle()
        assert person.window.page.step == "discover" and not person.window.busy
        assert person.find("port").get() == str(pacs.port)
        assert person.find("called_ae").get() == "NEWPACS", "no title was accepted: the one that was typed stays"


@pytest.mark.dcmtk
def test_one_that_is_encrypted_switches_the_encryption_on(
    open_window: Opens, certificates: Certificates, tmp_path: Path
) -> None:
    with servers.storescp(tmp_path, *servers.storescp_tls(certificates.good)) as destination:
        person = open_window()
        person.settle()
        look(person, "127.0.0.1", destination.port)
        assert f"{destination.port} {discover_texts.ANSWERS['encrypted']}" in person.reads()
        person.click("use_it")
        person.wait(lambda: person.reads().has_line(discover_texts.ENCRYPTED), "the encryption")
        assert person.find("port").get() == str(destination.port)


def test_it_shows_how_far_it_is_and_can_be_stopped(open_window: Opens) -> None:
    with filtered() as silent:
        person = open_window()
        person.settle()
        begin(person, "127.5.0.0/22", silent)
        person.wait(lambda: "of 1\u00a0022\u00a0ports" in person.reads(), "how far it is")
        assert named(person, "look_now").instate(["disabled"])
        person.press("Escape")
        assert named(person, "look_range").winfo_viewable(), "it does not go away meanwhile"
        person.click("end")
        person.wait(lambda: shell_texts.STOPPED in person.reads(), "the end")
        assert named(person, "look_now").instate(["!disabled"])
    (kept,) = settings.scans()
    assert kept["stopped"] is True


@pytest.mark.parametrize(
    ("addresses", "ports", "title", "says", "focus"),
    [
        ("10.0.0.0/8", "104", "", refusal(lambda: address_ranges.read("10.0.0.0/8")), "look_range"),
        ("no..such.name", "104", "", "“no..such.name”", "look_range"),
        ("127.0.0.1", "web", "", discover_texts.PORTS_WRONG, "look_ports"),
        ("127.0.0.1", "", "", discover_texts.PORTS_WRONG, "look_ports"),
        ("127.0.0.1", "104", "A TITLE THAT IS TOO LONG", TOO_LONG, "look_title"),
    ],
)
def test_what_cannot_be_is_said_beside_its_field(
    open_window: Opens, addresses: str, ports: str, title: str, says: Message | str, focus: str
) -> None:
    person = open_window()
    person.window.root.geometry("820x560")
    person.settle()
    begin(person, addresses, ports, title)
    person.wait(lambda: says in person.reads() and not person.window.busy, "the complaint")
    assert person.focus() == focus
    assert not cut_off(person)


def test_the_box_names_the_number_that_is_allowed_without_it() -> None:
    assert network_search._USUAL == address_ranges.MOST


def test_more_addresses_are_looked_at_once_it_is_allowed(open_window: Opens) -> None:
    with closed() as shut:
        person = open_window()
        person.settle()
        begin(person, "127.6.0.0/21", shut)
        person.wait(lambda: refusal(lambda: address_ranges.read("127.6.0.0/21")) in person.reads(), "the complaint")
        person.click(named(person, "look_wide"))
        person.click(named(person, "look_now"))
        person.wait(lambda: "of 2\u00a0046\u00a0ports" in person.reads(), "it to begin")
        person.click("end")
        person.wait(lambda: not person.window.busy, "the end")


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_all_fits_when_the_panel_is_fullest(open_window: Opens, tmp_path: Path, size: str) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, closed() as shut:
        person = open_window()
        person.window.root.geometry(size)
        person.settle()
        look(person, "127.0.0.1-127.0.0.9", f"{pacs.port},{shut}", "PRACTICE")
        person.settle()
        assert not cut_off(person)


def test_in_practice_there_is_nothing_to_look_for(open_window: Opens) -> None:
    person = open_window(practice=True)
    person.settle()
    assert discover_texts.LOOK not in person.reads() and discover_texts.SAVED_ONES not in person.reads()
    assert discover_texts.LETTER in person.reads()
