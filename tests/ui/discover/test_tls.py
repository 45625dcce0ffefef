"""Encrypted connections at the window: never in the clear by accident, and a complaint stands where it is mended."""

from __future__ import annotations

from pathlib import Path
from tkinter import filedialog
from typing import Callable

import pytest

from tests.cli.test_tls import WRONG
from tests.dicom.sending import well_behaved
from tests.faults.certificates import Certificates, server_context
from tests.faults.overheard import Overheard
from tests.faults.server import FaultServer
from tests.peers import servers
from tests.ui.conftest import Mishaps
from tests.ui.discover.test_page import begin, fill_in
from tests.ui.person import Person, cut_off, refusal
from wizard import settings
from wizard.dicom.certificates import context
from wizard.dicom.destination import Destination, Tls
from wizard.engine import migration
from wizard.language.message import Message
from wizard.practice.archive import make_archive
from wizard.practice.pacs import PracticePacs
from wizard.ui.discover import texts as discover_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
HANDSHAKE = 0x16  # the first byte of a connection that is encrypted (RFC 8446 5.1)


@pytest.fixture
def archive(tmp_path: Path) -> Path:
    make_archive(tmp_path / "archive")
    return tmp_path / "archive"


def open_settings(person: Person) -> None:
    """As a person does who has no mouse and has just filled in the fields."""
    if person.focus() == "calling_ae":
        person.press("Tab")
    else:
        person.find("settings").focus_set()
    person.wait(lambda: person.focus() == "settings", "the focus on “More settings”")
    person.press("space")
    person.wait(lambda: person.focus() == "encrypted", "the panel")


def name_files(person: Person, *files: object) -> None:
    """Type the files into the fields, in their order, each reached with Tab."""
    for name, file in zip(("ca_file", "certificate", "key"), files):
        person.press(*(["Tab"] if name == "ca_file" else ["Tab", "Tab"]))  # past the button “Choose…”
        person.wait(lambda name=name: person.focus() == name, f"the focus on {name}")
        person.press("ctrl+a", "BackSpace")
        if file:
            person.type(str(file))


def encrypt(person: Person, *files: object) -> None:
    """Open the settings, tick the box, name the files and save, all by keyboard."""
    open_settings(person)
    person.press("space")
    person.wait(lambda: discover_texts.ENCRYPTED_MEANS in person.reads(), "the tick")
    name_files(person, *files)
    person.press("Return")


def wait_folded(person: Person, says: Message) -> None:
    person.wait(lambda: person.focus() == "settings" and says in person.reads(), f"the settings to close: {says}")


def choose_saved(person: Person) -> None:
    person.settle()
    person.click("saved")
    person.press("Down", "Return")
    person.wait(lambda: person.reads().has_line(discover_texts.ENCRYPTED), "the saved settings")


def switch_off(person: Person) -> None:
    """Take the tick out."""
    open_settings(person)
    person.press("space")
    person.wait(lambda: discover_texts.NOT_ENCRYPTED_MEANS in person.reads(), "what it means")
    person.press("Return")
    wait_folded(person, discover_texts.NOT_ENCRYPTED)


def go_and_read(person: Person, *folders: Path) -> None:
    """Press Next on the page Discover, and read the folders, and those named before, on the page Source."""
    person.click("forward")
    person.wait(lambda: person.window.page.step == "source", "the test in the clear, and the page Source")
    for folder in folders:
        person.type(str(folder))
        person.press("Return")
    person.wait(lambda: person.window.shared.folders, "the folder")
    person.click("acknowledge")
    person.click("forward")
    person.wait(lambda: person.window.shared.read, "the folders to be read")
    person.settle()


@pytest.mark.dcmtk
def test_by_keyboard_the_window_connects_to_storescp_and_not_one_byte_goes_in_the_clear(
    open_window: Opens, certificates: Certificates, tmp_path: Path
) -> None:
    options = servers.storescp_tls(certificates.good, certificates.authority)
    with servers.storescp(tmp_path, *options) as destination, Overheard(destination.port) as line:
        person = open_window()
        fill_in(person, "127.0.0.1", line.port, "STORESCP")
        encrypt(person, certificates.authority, certificates.client.certificate, certificates.client.key)
        wait_folded(person, discover_texts.ENCRYPTED)
        person.find("test").focus_set()
        person.press("Return")
        person.wait(lambda: discover_texts.NO_QUERIES in person.reads(), "the test")  # it cannot be asked
        assert line.sent[0] == HANDSHAKE
        assert line.only_tls()
        person.click("forward")
        person.wait(lambda: person.window.page.step == "source", "the page Source")
        used = Tls(str(certificates.authority), str(certificates.client.certificate), str(certificates.client.key))
        reached = Destination("127.0.0.1", line.port, "STORESCP", tls=used)
        assert person.window.shared.destination == reached
        assert settings.load_destinations() == [reached]


@pytest.mark.parametrize(("which", "says"), [(which, says) for which, says, _ in WRONG])
def test_a_wrong_certificate_is_said_in_the_connection_test_and_nothing_goes_in_the_clear(
    open_window: Opens, certificates: Certificates, which: str, says: str
) -> None:
    server = FaultServer(well_behaved, tls=server_context(getattr(certificates, which)))
    with server, Overheard(server.destination.port) as line:
        settings.save_destination(Destination("127.0.0.1", line.port, "FAULTY", tls=Tls(str(certificates.authority))))
        person = open_window()
        choose_saved(person)
        person.click("forward")
        person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test to fail")
        assert says in person.reads()
        assert line.sent[0] == HANDSHAKE
        assert line.only_tls()
    assert person.window.page.step == "discover"


def test_a_pacs_without_tls_is_never_talked_to_in_the_clear_instead(
    open_window: Opens, mishaps: Mishaps, tmp_path: Path
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, Overheard(pacs.port) as line:
        person = open_window()
        fill_in(person, "127.0.0.1", line.port, "PRACTICE")
        encrypt(person)
        wait_folded(person, discover_texts.ENCRYPTED)
        person.click("test")
        person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test to fail")
        assert line.only_tls()
        switch_off(person)
        person.click("test")
        person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the test without encryption")
    mishaps.seen.clear()  # of the practice PACS, about bytes that are no DICOM


@pytest.mark.parametrize(
    ("files", "field"),
    [
        (["{folder}/none.pem"], "ca_file"),
        (["{folder}/client.key"], "ca_file"),
        (["", "{folder}/client.key", ""], "certificate"),
        (["", "{folder}/client.pem", ""], "certificate"),
        (["", "", "{folder}/client.key"], "certificate"),
        (["", "{folder}/client.pem", "{folder}/good.key"], "key"),
        (["", "{folder}/client.pem", "{folder}/locked.key"], "key"),
    ],
)
@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_a_wrong_file_is_said_beside_its_field_before_anybody_is_connected_to(
    open_window: Opens, certificates: Certificates, files: list[str], field: str, size: str
) -> None:
    paths = [file.format(folder=certificates.authority.parent) for file in files]
    person = open_window()
    person.window.root.geometry(size)
    person.settle()
    encrypt(person, *paths)
    complaint = refusal(lambda: context(Tls(*paths)))
    person.wait(lambda: complaint in person.reads(), "the complaint")
    assert person.focus() == field
    expect_all_in_sight(person)
    person.press("Escape")
    wait_folded(person, discover_texts.NOT_ENCRYPTED)


def expect_all_in_sight(person: Person) -> None:
    assert not cut_off(person)
    body, save = person.window.frame.body, person.find("save_settings")
    assert save.winfo_rooty() + save.winfo_height() <= body.winfo_rooty() + body.winfo_height()


def test_a_complaint_is_taken_back_when_the_other_file_was_the_wrong_one(
    open_window: Opens, certificates: Certificates
) -> None:
    person = open_window()
    person.settle()
    encrypt(person, "", certificates.client.certificate, certificates.good.key)
    wrong = Tls("", str(certificates.client.certificate), str(certificates.good.key))
    person.wait(lambda: refusal(lambda: context(wrong)) in person.reads(), "the complaint")
    person.find("certificate").focus_set()
    person.press("ctrl+a")
    person.type(str(certificates.good.certificate))
    person.press("Return")
    wait_folded(person, discover_texts.ENCRYPTED)


def test_a_file_that_is_gone_since_it_was_saved_is_said_in_the_settings(
    open_window: Opens, tmp_path: Path, free_port: int
) -> None:
    gone = tmp_path / "gone.pem"
    settings.save_destination(Destination("127.0.0.1", free_port, "NEWPACS", tls=Tls(str(gone))))
    person = open_window()
    choose_saved(person)
    person.click("forward")
    person.wait(lambda: refusal(lambda: context(Tls(str(gone)))) in person.reads(), "the complaint")
    assert person.focus() == "ca_file"
    assert person.find("ca_file").get() == str(gone)


@pytest.mark.parametrize("way", ["cancel", "escape"])
def test_cancel_and_escape_change_nothing(open_window: Opens, way: str) -> None:
    person = open_window()
    person.settle()
    open_settings(person)
    person.press("space")
    person.wait(lambda: discover_texts.ENCRYPTED_MEANS in person.reads(), "the tick")
    assert not person.window.frame.forward.winfo_viewable()
    if way == "cancel":
        person.click("cancel_settings")
    else:
        person.press("Escape")
    wait_folded(person, discover_texts.NOT_ENCRYPTED)
    assert person.window.frame.forward.winfo_viewable()
    open_settings(person)
    assert discover_texts.NOT_ENCRYPTED_MEANS in person.reads()


def test_a_file_can_be_chosen(open_window: Opens, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    chosen = [str(tmp_path / "our certificate.pem"), ""]
    monkeypatch.setattr(filedialog, "askopenfilename", lambda **_: chosen.pop(0))
    person = open_window()
    person.settle()
    open_settings(person)
    person.press("space")
    for _ in range(2):  # the second time it is cancelled
        person.click("choose_certificate")
        assert person.find("certificate").get() == str(tmp_path / "our certificate.pem")
    assert not chosen


@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_everything_fits_folded_and_open_when_the_page_is_fullest(
    open_window: Opens, certificates: Certificates, archive: Path, size: str
) -> None:
    with FaultServer(well_behaved, tls=server_context(certificates.other_name)) as server:
        tls = Tls(str(certificates.authority), str(certificates.client.certificate), str(certificates.client.key))
        destination = Destination("127.0.0.1", server.destination.port, "FAULTY", tls=tls)
        begin(archive, destination)
        settings.save_destination(destination)
        person = open_window()
        person.window.root.geometry(size)
        person.wait(lambda: discover_texts.UNFINISHED in person.reads(), "the unfinished migration")
        choose_saved(person)
        person.click("test")
        person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test to fail")
        assert person.reads().has_line(discover_texts.ENCRYPTED)
        assert not cut_off(person)
        open_settings(person)
        assert [person.find(name).get() for name in ("ca_file", "certificate", "key")] == [
            *(tls.ca_file, tls.certificate, tls.key)
        ]
        expect_all_in_sight(person)


def test_an_unfinished_migration_goes_on_encrypted_until_the_tick_is_taken_out(
    open_window: Opens, archive: Path, tmp_path: Path
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        encrypted = Destination("127.0.0.1", pacs.port, "PRACTICE", tls=Tls())
        begin(archive, encrypted)
        person = open_window()
        person.wait(lambda: discover_texts.UNFINISHED in person.reads(), "the unfinished migration")
        person.click("go_on")
        person.wait(lambda: person.window.page.step == "source", "the page Source")
        assert person.window.shared.destination == encrypted
        person.click("back")
        person.wait(lambda: person.reads().has_line(discover_texts.ENCRYPTED), "the page Discover")
        switch_off(person)
        go_and_read(person)
        assert person.window.shared.destination == Destination("127.0.0.1", pacs.port, "PRACTICE")
        assert migration.destination_of(person.manifest) == person.window.shared.destination


def test_a_migration_that_was_encrypted_stays_so_when_its_pacs_is_typed_without_a_word_of_it(
    open_window: Opens, mishaps: Mishaps, archive: Path, tmp_path: Path
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        encrypted = Destination("127.0.0.1", pacs.port, "PRACTICE", tls=Tls())
        begin(archive, encrypted)
        person = open_window()
        fill_in(person, "127.0.0.1", pacs.port, "PRACTICE")
        go_and_read(person, archive)
        assert person.window.shared.destination == encrypted
        person.click("back")
        person.wait(lambda: person.reads().has_line(discover_texts.ENCRYPTED), "the page Discover to say so")
        person.click("forward")
        person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the test, now encrypted")
    mishaps.seen.clear()  # of the practice PACS, about bytes that are no DICOM


def test_that_one_pacs_needs_no_encryption_does_not_hold_for_another(
    open_window: Opens, archive: Path, tmp_path: Path
) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        encrypted = Destination("127.0.0.1", pacs.port, "PRACTICE", tls=Tls())
        begin(archive, encrypted)
        person = open_window()
        fill_in(person, "pacs.clinic.example", 104, "ARCHIVE")
        encrypt(person)
        wait_folded(person, discover_texts.ENCRYPTED)
        switch_off(person)
        for name, text in (("host", "127.0.0.1"), ("port", str(pacs.port)), ("called_ae", "PRACTICE")):
            person.find(name).focus_set()
            person.press("ctrl+a")
            person.type(text)
        go_and_read(person, archive)
        assert person.window.shared.destination == encrypted
