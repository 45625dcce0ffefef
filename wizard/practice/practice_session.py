"""Set up practice mode: invented images and a PACS that runs inside the program, on this computer only."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from wizard import settings
from wizard.dicom.destination import Destination
from wizard.practice.archive import make_archive
from wizard.practice.pacs import PracticePacs
from wizard.start.lock import FileLock


class PracticeSession:
    """A fresh practice archive, a running practice PACS, and a path for the manifest.

    Each session has a folder of its own in the user's data folder. It stays until the next session begins, so that the
    manifest of the last one can still be opened.
    """

    def __init__(self) -> None:
        settings.data_folder()  # made closed to other users
        home = settings.practice_folder()
        home.mkdir(exist_ok=True)
        _clear(home)
        self.folder = Path(tempfile.mkdtemp(prefix="session-", dir=home))
        self._lock = FileLock(self.folder / "lock")
        self.source = self.folder / "archive"
        self.manifest = self.folder / "practice.sqlite"
        self._pacs: PracticePacs | None = None

    def start(self) -> PracticeSession:
        """Write the images and start the PACS on a free port of 127.0.0.1."""
        make_archive(self.source)
        self._pacs = PracticePacs(self.folder / "new-pacs")
        self._pacs.start()
        return self

    @property
    def destination(self) -> Destination:
        assert self._pacs is not None, "the session was not started"
        return Destination(self._pacs.address, self._pacs.port, self._pacs.ae_title)

    def close(self) -> None:
        """Stop the PACS. A second call does nothing."""
        if self._pacs is not None:
            self._pacs.stop()
        self._lock.release()

    def __enter__(self) -> PracticeSession:
        return self.start()

    def __exit__(self, *exc: object) -> None:
        self.close()


def _clear(home: Path) -> None:
    """Remove the folders of earlier sessions, but not of a session that is running."""
    for old in home.glob("session-*"):
        try:
            FileLock(old / "lock").release()
        except BlockingIOError:
            continue
        shutil.rmtree(old, ignore_errors=True)
