"""The window under test. Any exception in a Tk callback, any crash on show and any logged error fails the test."""

from __future__ import annotations

import logging
import os
import sys
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.ui.begun import Begun
from tests.ui.person import Person, take_the_hand_off
from wizard.dicom import kinds
from wizard.engine.discover import supported_kinds
from wizard.errors import WizardError
from wizard.language import ENGLISH
from wizard.ui import app
from wizard.ui.app import App
from wizard.ui.shell.preferences import use_language


class Mishaps(logging.Handler):
    """The errors of the program that no test asked for. A test that asks for one clears the list.

    What a library logs reaches nobody in the program, and the server of an earlier test may still be ending.
    """

    def __init__(self) -> None:
        super().__init__(logging.ERROR)
        self.seen: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.name.startswith("wizard"):
            self.seen.append(record.getMessage())


@pytest.fixture
def mishaps(monkeypatch: pytest.MonkeyPatch) -> Iterator[Mishaps]:
    handler = Mishaps()
    logging.getLogger().addHandler(handler)
    show = App.show_crash

    def show_and_note(window: App, error: WizardError) -> None:
        handler.seen.append(f"{error.sentence} {error.details}")
        show(window, error)

    monkeypatch.setattr(App, "show_crash", show_and_note)
    yield handler
    logging.getLogger().removeHandler(handler)
    assert not handler.seen


@pytest.fixture(autouse=True)
def few_kinds(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection test asks about some kinds of images, and not all that are known: that takes a second or two."""
    monkeypatch.setattr(kinds, "every", lambda: supported_kinds.COMMON)


@pytest.fixture(autouse=True)
def english(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A computer that speaks no language in particular, and a window that speaks English again after the test."""
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    yield
    use_language(ENGLISH)


@pytest.fixture(autouse=True)
def polls_often(monkeypatch: pytest.MonkeyPatch) -> None:
    """The window shows the end of a job at once: most of the time of these tests was spent between two polls."""
    monkeypatch.setattr(app, "POLL_EVERY", app.POLL_SOON)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home of the test's own, for the report's default folder."""
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    return tmp_path / "home"


class Viewer:
    """Stands in for the system's way to show a file or a folder (xdg-open): writes down the paths."""

    def __init__(self, folder: Path) -> None:
        self._said = folder / "shown"
        self.program = folder / "xdg-open"
        folder.mkdir()
        self.program.write_text(f'#!/bin/sh\nprintf "%s\\n" "$1" >> "{self._said}"\n')
        self.program.chmod(0o755)

    def fail(self) -> None:
        """Fail from now on, as on a computer that has no program for it."""
        self.program.write_text("#!/bin/sh\nexit 3\n")

    @property
    def shown(self) -> list[Path]:
        return [Path(line) for line in self._said.read_text().splitlines()] if self._said.exists() else []


@pytest.fixture
def viewer(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Viewer:
    one = Viewer(tmp_path / "viewer")
    monkeypatch.setenv("PATH", f"{one.program.parent}{os.pathsep}{os.environ['PATH']}")
    return one


@pytest.fixture
def open_window(mishaps: Mishaps, home: Path) -> Iterator[Callable[..., Person]]:
    """Open the window and sit down in front of it; it is closed at the end, whatever runs."""
    before = sys.getswitchinterval()
    opened: list[Person] = []

    def open_one(practice: bool = False, asked: str = "") -> Person:
        take_the_hand_off()
        person = Person(App(practice, asked=asked))
        opened.append(person)
        return person

    yield open_one
    for person in opened:
        close(person)
    sys.setswitchinterval(before)


@pytest.fixture(scope="session")
def begun(tmp_path_factory: pytest.TempPathFactory) -> Begun:
    """The sessions for tests that start in the midst."""
    return Begun(tmp_path_factory.mktemp("begun"))


@pytest.fixture
def open_at(begun: Begun, open_window: Callable[..., Person]) -> Callable[[str], Person]:
    """Open the window in practice mode where a person has come to "check" or to "verify"."""
    return lambda step: begun.open_at(step, open_window, close)


def close(person: Person) -> None:
    """Close the window and wait until every thread of it is gone."""
    window = person.window
    if not window.closed:
        window.close()
        if window.busy:
            window.stop_and_close()
        person.wait(lambda: window.closed, "the window to close")
