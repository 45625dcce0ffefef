"""Practice sessions that were begun before: made once by a walk, and restored for each test that starts in the midst.

The folder of such a session always has the same path, as the manifest names it in many places. Its source stays as
it is: once it was chosen, nothing in this process can change it.
"""

from __future__ import annotations

import shutil
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.ui.person import Person
from tests.ui.walk import by_keyboard, walk
from wizard.manifest.manifest import Manifest
from wizard.practice import practice_session
from wizard.practice.archive import make_archive
from wizard.practice.pacs import PracticePacs
from wizard.practice.practice_session import PracticeSession
from wizard.start.lock import FileLock
from wizard.ui import steps

PACS, MANIFEST = "new-pacs", "practice.sqlite"


class Begun:
    """The sessions after the walk, kept below `folder`."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._place = folder / "session"
        make_archive(self._place / "archive")

    def open_at(self, step: str, open_window: Callable[..., Person], close: Callable[[Person], None]) -> Person:
        """Open a window with the practice archive and PACS as they are when a person comes to the page of this step."""
        kept = self.walked_to(step, open_window, close)
        self._put_back(kept)
        with self._sessions_in_one_place():
            person = open_window(practice=True)
            person.settle()
        shared = person.window.shared
        shared.set_destination(person.session.destination)
        shared.open_manifest()
        shared.read = True
        shared.checked = shared.verified = step == "verify"
        person.window.turn_to([page.step for page in steps.ORDER].index(step))
        person.settle()
        return person

    def walked_to(self, step: str, open_window: Callable[..., Person], close: Callable[[Person], None]) -> Path:
        """Give the folder that keeps manifest and PACS as they are then; the first call makes it by a walk."""
        kept = self._folder / step
        if not kept.exists():
            self._put_back(self._folder / "nothing")
            with self._sessions_in_one_place():
                walked = open_window(practice=True)
                next(page for page in walk(walked, by_keyboard(walked)) if page == step)
                walked.settle()
                close(walked)
            shutil.copytree(self._place / PACS, kept / PACS)
            shutil.copyfile(self._place / MANIFEST, kept / MANIFEST)
        return kept

    def _put_back(self, kept: Path) -> None:
        shutil.rmtree(self._place / PACS, ignore_errors=True)
        for old in self._place.glob("*.sqlite*"):
            old.unlink()
        if kept.exists():
            shutil.copytree(kept / PACS, self._place / PACS)
            shutil.copyfile(kept / MANIFEST, self._place / MANIFEST)

    @contextmanager
    def _sessions_in_one_place(self) -> Iterator[None]:
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(practice_session, "PracticeSession", lambda: _InOnePlace(self._place))
            yield


class _InOnePlace(PracticeSession):
    """A session in a certain folder; it resumes what lies there."""

    def __init__(self, place: Path) -> None:
        self.folder = place
        self._lock = FileLock(place / "lock")
        self.source = place / "archive"
        self.manifest = place / MANIFEST
        self._pacs: PracticePacs | None = None

    def start(self) -> PracticeSession:
        self._pacs = PracticePacs(self.folder / PACS)
        self._pacs.start()
        if self.manifest.exists():
            with Manifest(self.manifest) as manifest:  # the port is another one
                manifest.put(destination=asdict(self.destination.normalized))
        return self
