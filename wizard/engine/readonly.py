"""Copy only: the one place that opens source files, and a hook that refuses every change below them.

The hook (PEP 578) hears of every file operation of this process, whichever library asks for it, and cannot be
removed again. It is a second safety line: nothing in this program tries to write there.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Iterable

from wizard.errors import WizardError

_CHANGES = frozenset(
    ["os.remove", "os.rmdir", "os.mkdir", "os.rename", "os.chmod", "os.chown", "os.utime", "os.truncate",
     "os.link", "os.symlink", "os.setxattr", "os.removexattr", "shutil.rmtree", "shutil.move"]
)  # fmt: skip
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_protected: frozenset[str] = frozenset()
_installed = False


class SourceIsReadOnly(WizardError):
    """Something in this process tried to change a file below a source folder; it was refused."""


def protect(folders: Iterable[Path]) -> None:
    """From now on refuse every write, rename, removal or change of attributes below `folders`."""
    global _protected, _installed
    _protected = _protected | {os.path.realpath(folder) for folder in folders}
    if not _installed:
        sys.addaudithook(_refuse_changes)
        _installed = True


def protected() -> frozenset[str]:
    """The folders that are protected in this process."""
    return _protected


def open_source(path: bytes) -> int:
    """Open a source file for reading and nothing else; returns its descriptor, which the caller closes.

    Raises
    ------
    OSError
        As the system gave it.
    """
    flags = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
    return os.open(path if os.name != "nt" else os.fsdecode(path), flags)


def _refuse_changes(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = arguments
        if isinstance(flags, int) and not flags & _WRITING and not (mode and set(mode) & set("wax+")):
            return
        _refuse_below([path], event)
    elif event in _CHANGES:
        _refuse_below(arguments[:2], event)


def _refuse_below(paths: Iterable[Any], event: str) -> None:
    if not _protected:
        return
    for path in paths:
        if not isinstance(path, (str, bytes, os.PathLike)):
            continue
        real = os.path.realpath(os.fsdecode(path))
        if any(real == root or real.startswith(os.path.join(root, "")) for root in _protected):
            raise SourceIsReadOnly(
                "Something in this program tried to change a file of the source. It was refused, and the work "
                "stopped: please report this.",
                event,
            )
