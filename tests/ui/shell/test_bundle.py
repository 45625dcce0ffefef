"""After a bug the bar with its sentence offers a support bundle, which is saved where the person chooses."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from tkinter import filedialog
from typing import Any, Callable

import pytest

from tests.ui.conftest import Mishaps
from tests.ui.person import Person, cut_off
from tests.ui.test_app import start_endless
from tests.ui.walk import by_keyboard, walk
from wizard import settings
from wizard.errors import UsageError
from wizard.language.message import Message, Private
from wizard.ui.shell import texts as shell_texts

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]


def crash(person: Person, mishaps: Mishaps) -> None:
    person.window.root.after(0, lambda: 1 / 0)
    person.wait(lambda: shell_texts.CRASHED in person.reads(), "the sentence")
    mishaps.seen.clear()


@pytest.fixture
def chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[str]:
    """The files that the person chooses in the system's dialogue, one after the other."""
    places = [str(tmp_path / "for support.zip")]
    monkeypatch.setattr(filedialog, "asksaveasfilename", lambda **_: places.pop(0))
    (settings.log_folder() / "technical.log").write_text("window: ZeroDivisionError")
    return places


def summary(path: Path) -> dict[str, Any]:
    with zipfile.ZipFile(path) as bundle:
        assert "ZeroDivisionError" in bundle.read("log/technical.log").decode()
        found: dict[str, Any] = json.loads(bundle.read("summary.json"))
        return found


def test_it_is_saved_and_the_sentence_says_where(
    open_window: Opens, mishaps: Mishaps, chosen: list[str], tmp_path: Path
) -> None:
    person = open_window()
    person.settle()
    path = Path(chosen[0])
    crash(person, mishaps)
    person.click(person.button(shell_texts.SAVE_BUNDLE))
    person.wait(lambda: shell_texts.bundle_saved(Private(path)) in person.reads(), "the bundle to be saved")
    assert summary(path)["manifest"] == "none is open"
    person.click(person.button(shell_texts.DISMISS))
    assert shell_texts.bundle_saved(Private(path)) not in person.reads()


def test_it_tells_of_the_migration_and_names_no_patient_also_while_a_job_runs(
    open_window: Opens, mishaps: Mishaps, chosen: list[str]
) -> None:
    person = open_window(practice=True)
    next(page for page in walk(person, by_keyboard(person)) if page == "source")
    start_endless(person)
    path = Path(chosen[0])
    crash(person, mishaps)
    person.click(person.button(shell_texts.SAVE_BUNDLE))
    person.wait(lambda: shell_texts.bundle_saved(Private(path)) in person.reads(), "the bundle to be saved")
    assert person.window.busy
    told = summary(path)
    assert told["buckets"]["pending"] > 250 and told["balanced"]
    assert not [
        word for word in ("Muster", "Example", str(person.window.shared.folders[0])) if word in json.dumps(told)
    ]


def test_where_it_cannot_be_written_another_place_is_chosen(
    open_window: Opens, mishaps: Mishaps, chosen: list[str], tmp_path: Path
) -> None:
    person = open_window()
    person.settle()
    chosen.insert(0, str(tmp_path / "nowhere" / "bundle.zip"))
    crash(person, mishaps)
    person.click(person.button(shell_texts.SAVE_BUNDLE))
    person.wait(lambda: "cannot be written" in person.reads(), "the refusal")
    person.click(person.button(shell_texts.SAVE_BUNDLE))
    person.wait(lambda: "Saved to" in person.reads(), "the bundle to be saved")
    assert (tmp_path / "for support.zip").exists()


def test_whoever_chooses_no_place_still_reads_the_sentence(
    open_window: Opens, mishaps: Mishaps, chosen: list[str]
) -> None:
    person = open_window()
    person.settle()
    chosen[:] = [""]
    crash(person, mishaps)
    person.click(person.button(shell_texts.SAVE_BUNDLE))
    assert shell_texts.CRASHED in person.reads() and not chosen


def test_nobody_is_asked_to_send_one_where_the_person_can_help_it(open_window: Opens, mishaps: Mishaps) -> None:
    person = open_window()
    person.settle()
    person.window.show_crash(UsageError(Message("The preferences cannot be written.")))
    person.settle()
    assert "The preferences cannot be written." in person.reads()
    assert shell_texts.SAVE_BUNDLE not in person.reads()
    mishaps.seen.clear()


def test_the_sentence_and_its_buttons_fit(open_window: Opens, mishaps: Mishaps) -> None:
    person = open_window()
    crash(person, mishaps)
    for size in ("1040x700", "820x560"):
        person.window.root.geometry(size)
        person.settle()
        assert not cut_off(person)
