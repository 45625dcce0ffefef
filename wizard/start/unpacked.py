"""Where a compiled binary has unpacked itself, and the removal of what its earlier versions left there.

Each version has a folder of its own beside the private environments of those who start from source; build_nuitka.py
says where. A folder is in use as long as a process holds one of the lock files in it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from wizard.start import bootstrap
from wizard.start.lock import FileLock

NAME = "binary-"
"""What the name of the folder of a version begins with."""

_IN_USE = "in-use-"
_held: list[FileLock] = []


def tidy() -> None:
    """Hold the folder of this version until the process ends, and remove those of others that nobody uses."""
    if bootstrap.ROOT.name.startswith(NAME):
        with contextlib.suppress(OSError):  # of use to nobody but the disk: never a reason not to start
            tidy_beside(bootstrap.ROOT)


def tidy_beside(folder: Path) -> None:
    """Do so for the folder of this version."""
    _held.append(FileLock(folder / f"{_IN_USE}{os.getpid()}"))
    for other in folder.parent.glob(f"{NAME}*"):
        if other.is_dir() and not _in_use(other) and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    """Whether a process holds it; the signs of those that have ended are removed."""
    used = False
    for lock_file in folder.glob(f"{_IN_USE}*"):
        try:
            FileLock(lock_file).release()
            lock_file.unlink()
        except BlockingIOError:
            used = True
    return used
