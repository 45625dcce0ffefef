"""Find the folder of a compiled binary, and remove the folders of its earlier versions.

Each version unpacks itself into a folder of its own beside the private environments of starts from source;
build_nuitka.py names it. A folder is in use as long as a process holds one of the lock files in it.
"""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path

from wizard.start import bootstrap
from wizard.start.lock import FileLock

NAME = "binary-"
"""The beginning of the name of a version's folder."""

_IN_USE = "in-use-"
_held: list[FileLock] = []


def tidy() -> None:
    """Lock the folder of this version until the process ends, and remove the unused folders of other versions."""
    if bootstrap.ROOT.name.startswith(NAME):
        with contextlib.suppress(OSError):  # tidying only saves disk space: a failure must not prevent the start
            tidy_beside(bootstrap.ROOT)


def tidy_beside(folder: Path) -> None:
    """Do the same for `folder` as the folder of this version."""
    _held.append(FileLock(folder / f"{_IN_USE}{os.getpid()}"))
    for other in folder.parent.glob(f"{NAME}*"):
        if other.is_dir() and not _in_use(other) and other != folder:
            shutil.rmtree(other, ignore_errors=True)


def _in_use(folder: Path) -> bool:
    """Whether a process holds the folder; lock files of ended processes are removed."""
    used = False
    for lock_file in folder.glob(f"{_IN_USE}*"):
        try:
            FileLock(lock_file).release()
            lock_file.unlink()
        except BlockingIOError:
            used = True
    return used
