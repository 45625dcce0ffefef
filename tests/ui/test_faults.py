"""Faults around a migration, at the window: the network breaks, the disk is full, the clock is changed, another
program has the manifest.

The window shows each in its place and keeps running, and in the end the ledger is that of an undisturbed copy.
"""

from __future__ import annotations

import datetime
import re
import subprocess
import sys
import time
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Callable, Iterator, Set, Tuple

import pytest

from tests.peers.relay import Relay
from tests.ui.begun import MANIFEST, Begun
from tests.ui.conftest import Mishaps, close
from tests.ui.discover.test_page import begin, fill_in
from tests.ui.person import Person
from tests.ui.verify.test_page import lose_an_image
from wizard.dicom.destination import Destination
from wizard.engine.copy import dispatcher
from wizard.engine.events import TRYING_AGAIN
from wizard.manifest import copy_settings, ledger, proof
from wizard.manifest.manifest import Manifest
from wizard.practice.archive import make_archive
from wizard.practice.pacs import PracticePacs
from wizard.ui.discover import texts as discover_texts
from wizard.ui.discover.page import DiscoverPage
from wizard.ui.export.page import ExportPage
from wizard.ui.shell import texts as shell_texts
from wizard.ui.verify import texts as verify_texts

pytestmark = [pytest.mark.screen, pytest.mark.usefixtures("the_pacs_may_complain")]

Opens = Callable[..., Person]
Ledger = Set[Tuple[bytes, bytes, str]]
"""Folder, name and bucket of each file."""
IN_THE_MIDST = 400_000  # bytes of the 3 MB of the practice archive
SOON = 20.0  # seconds: far less than any time-out of the network, however slow this computer is
NEGATIVE = re.compile(r"(?<![\w-])[-−]\s?\d")
OF_THE_PACS = ("The received PDU is shorter than expected", "Network timeout reached")
HOLD = "import sys; from pathlib import Path; from wizard.manifest.manifest import Manifest\n"
HOLD += "with Manifest(Path(sys.argv[1])): print('open', flush=True); sys.stdin.read()"


@pytest.fixture
def the_pacs_may_complain(mishaps: Mishaps) -> Iterator[None]:
    """The practice PACS may log a connection that was cut, or a clock that was changed."""
    yield
    mishaps.seen[:] = [one for one in mishaps.seen if not one.startswith(OF_THE_PACS)]


def where_all_is(manifest: Manifest) -> Ledger:
    return {(row["folder_path"], row["file_name"], row["final_bucket"]) for row in ledger.rows(manifest)}


@pytest.fixture
def undisturbed(begun: Begun, open_window: Opens) -> Ledger:
    """The ledger of the practice archive after a copy that nothing disturbed."""
    with Manifest(begun.walked_to("verify", open_window, close) / MANIFEST) as manifest:
        return where_all_is(manifest)


@contextmanager
def through(person: Person, limit: int | None = None) -> Iterator[Relay]:
    """Put a line before the practice PACS that can be cut; it passes on so many bytes and is silent then."""
    shared = person.window.shared
    with Relay(person.session.destination.port, limit) as line:
        assert shared.destination is not None
        shared.destination = replace(shared.destination, port=line.port)
        yield line


@contextmanager
def away(person: Person, line: Relay) -> Iterator[None]:
    """The PACS is gone meanwhile, with all its connections."""
    session = person.session
    port = session.destination.port
    assert session._pacs is not None
    session._pacs.stop()
    line.cut()
    yield
    line.open()
    session._pacs = PracticePacs(session.folder / "new-pacs", port)
    session._pacs.start()


def manifest_of(person: Person) -> Manifest:
    found = person.window.shared.manifest
    assert found is not None
    return found


def copy_and_verify(person: Person) -> None:
    person.wait(lambda: person.window.page.step == "verify", "the page Verify")
    person.settle()


# The network


def test_discover_says_that_nobody_answers_and_tries_again_when_asked(open_window: Opens, tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs, Relay(pacs.port, 100) as line:
        person = open_window()
        fill_in(person, "127.0.0.1", line.port, "PRACTICE")
        person.click("test")
        person.wait(line.reached.is_set, "the line to fall silent")
        line.cut()
        person.wait(lambda: discover_texts.NOT_CONNECTED in person.reads(), "the failure")
        person.settle()
        assert person.window.page.step == "discover"
        line.open()
        person.click("test")
        person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the test")


def test_check_says_that_the_pacs_could_not_be_asked_and_all_can_be_chosen_and_asked_again(open_at: Opens) -> None:
    person = open_at("check")
    before = person.window.frame.forward.cget("text")
    with through(person) as line:
        with away(person, line):
            person.window.shared.checked = False
            person.window.turn_to(person.window.now)
            person.wait(lambda: person.window.page.notice.sentence, "the failure")
            person.settle()
            assert "Action by" in person.reads()
            assert person.window.frame.forward.cget("text") == before
        person.click(person.button(shell_texts.TRY_AGAIN))
        person.wait(lambda: person.window.shared.checked, "the answer")
        assert not person.window.page.notice.sentence


def test_copying_waits_while_the_line_is_cut_and_ends_as_if_nothing_had_been(
    open_at: Opens, undisturbed: Ledger
) -> None:
    person = open_at("check")
    with through(person, IN_THE_MIDST) as line:
        person.click("forward")
        person.wait(line.reached.is_set, "half of the images")
        with away(person, line):
            person.wait(lambda: TRYING_AGAIN in person.reads(), "the sentence")
            assert person.window.busy
        copy_and_verify(person)
        assert where_all_is(manifest_of(person)) == undisturbed


@pytest.mark.parametrize("silent", [True, False], ids=["silent", "away"])
def test_stop_ends_a_copy_at_once_whatever_the_line_does_and_it_goes_on_later(
    silent: bool, open_at: Opens, undisturbed: Ledger
) -> None:
    person = open_at("check")
    with through(person, IN_THE_MIDST) as line:
        person.click("forward")
        person.wait(line.reached.is_set, "half of the images")
        if silent:
            stop(person)
            line.cut()
            line.open()
        else:
            with away(person, line):
                person.wait(lambda: TRYING_AGAIN in person.reads(), "the sentence")
                stop(person)
        person.settle()
        person.click("forward")
        copy_and_verify(person)
        assert where_all_is(manifest_of(person)) == undisturbed


def stop(person: Person) -> None:
    began = time.monotonic()
    person.click("end")
    person.wait(lambda: not person.window.busy, "the end of copying", timeout=SOON)
    print(f"stopped after {time.monotonic() - began:.2f} s")


def test_verify_says_that_it_could_not_ask_and_asks_again(open_at: Opens, undisturbed: Ledger) -> None:
    person = open_at("verify")
    with through(person) as line:
        with away(person, line):
            person.click("check_again")
            person.wait(lambda: person.window.page.notice.sentence, "the failure")
            person.settle()
            assert "Action by" in person.reads()
            assert verify_texts.CHECK_AGAIN in person.reads()
        person.click("check_again")
        person.wait(lambda: not person.window.busy and not person.window.page.notice.sentence, "the answer")
        assert where_all_is(manifest_of(person)) == undisturbed


def test_the_report_is_written_without_a_network(open_at: Opens, tmp_path: Path) -> None:
    person = open_at("verify")
    person.session.close()
    person.click("forward")
    person.settle()
    person.click("forward")
    person.wait(lambda: person.page(ExportPage).saved is not None, "the report to be written")


# The disk


def test_a_disk_that_is_full_ends_the_copy_in_place_and_it_goes_on_when_there_is_room(
    open_at: Opens, undisturbed: Ledger
) -> None:
    person = open_at("check")
    manifest = manifest_of(person)
    with manifest.writing() as db:
        pages = db.execute("PRAGMA page_count").fetchone()[0]
    manifest._writer.execute(f"PRAGMA max_page_count = {pages + 2}")
    person.click("forward")
    person.wait(lambda: person.window.page.notice.sentence, "the failure")
    person.settle()
    assert "The disk of the migration record is full. Free some space, then continue." in person.reads()
    assert person.window.page.step == "copy"
    manifest._writer.execute("PRAGMA max_page_count = 1000000")
    person.window.turn_to(person.window.now)
    person.settle()
    person.click("forward")
    copy_and_verify(person)
    assert where_all_is(manifest_of(person)) == undisturbed


# The clock


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0], ids=["back", "forward"])
def test_a_clock_that_is_changed_in_the_midst_changes_nothing_but_times_of_day(
    jump: float, open_at: Opens, undisturbed: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = open_at("check")
    now = time.time
    said: list[str] = []
    with through(person, IN_THE_MIDST) as line:
        person.click("forward")
        person.wait(line.reached.is_set, "half of the images")
        monkeypatch.setattr(time, "time", lambda: now() + jump)
        line.cut()
        line.open()

        def verified() -> bool:
            if person.window.page.step == "copy":
                said.append(person.reads().text)
            return person.window.page.step == "verify"

        person.wait(verified, "the page Verify")
        person.settle()
    assert not [one for one in said if NEGATIVE.search(one)]
    manifest = manifest_of(person)
    assert where_all_is(manifest) == undisturbed
    summary = proof.summary(manifest)
    assert (summary.confirmed, summary.not_checked) == (302, 0)
    assert manifest.value("SELECT MIN(seconds) FROM attempt") >= 0
    person.click("forward")
    person.settle()
    person.click("forward")
    person.wait(lambda: person.page(ExportPage).saved is not None, "the report to be written")
    saved = person.page(ExportPage).saved
    assert saved is not None
    html = (saved / "report.html").read_text("utf-8")
    assert not re.findall(r"[-−]\d+(?:\.\d+)?\s?(?:s|min|h|seconds|minutes|MB/s)\b", html)


def test_the_hours_are_those_of_the_clock_as_it_stands_now(
    open_at: Opens, undisturbed: Ledger, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = [datetime.datetime(2026, 3, 2, 20, 0)]
    clock = SimpleNamespace(datetime=SimpleNamespace(now=lambda: shown[0]))
    monkeypatch.setattr(dispatcher, "datetime", clock)
    person = open_at("check")
    copy_settings.keep(manifest_of(person), copy_settings.CopySettings(hours="19:00-06:00"))
    with through(person, IN_THE_MIDST) as line:
        person.click("forward")
        person.wait(line.reached.is_set, "half of the images")
        shown[0] = datetime.datetime(2026, 3, 2, 12, 0)
        person.wait(lambda: "Outside the time window" in person.reads(), "the sentence")
        line.cut()
        line.open()
        assert "Copying continues at 19:00." in person.reads()
        shown[0] = datetime.datetime(2026, 3, 2, 21, 0)
        copy_and_verify(person)
    assert where_all_is(manifest_of(person)) == undisturbed


@pytest.mark.parametrize("jump", [-86_400.0, 86_400.0], ids=["back", "forward"])
def test_check_again_asks_of_every_study_although_the_clock_was_changed_since(
    jump: float, open_at: Opens, monkeypatch: pytest.MonkeyPatch
) -> None:
    person = open_at("verify")
    manifest = manifest_of(person)
    before = proof.summary(manifest).confirmed
    lose_an_image(person.session)
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + jump)
    person.click("check_again")
    person.settle()
    assert proof.summary(manifest).confirmed == before - 1


# Another program


def test_a_migration_that_another_program_has_open_is_said_so_and_can_be_gone_on_with_afterwards(
    open_window: Opens, tmp_path: Path
) -> None:
    make_archive(tmp_path / "archive")
    with PracticePacs(tmp_path / "pacs") as pacs:
        begin(tmp_path / "archive", Destination("127.0.0.1", pacs.port, "PRACTICE"))
        person = open_window()
        person.wait(lambda: discover_texts.UNFINISHED in person.reads(), "the unfinished migration")
        person.settle()
        path = person.page(DiscoverPage)._unfinished._begun[0].path
        command = [sys.executable, "-c", HOLD, str(path)]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as other:
            assert other.stdout is not None and other.stdout.readline() == b"open\n"
            person.click("go_on")
            person.wait(lambda: "open in another window or program. Close it there first." in person.reads(), "it")
            person.settle()
            assert person.window.page.step == "discover"
            fill_in(person, "127.0.0.1", pacs.port, "PRACTICE")  # something else can be done meanwhile
            person.click("test")
            person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the test")
            other.communicate(timeout=60)
        person.click("go_on")
        person.wait(lambda: person.window.page.step == "source", "the page Source")
