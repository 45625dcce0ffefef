"""Opens source files for reading only, and refuses every change below the source folders by an audit hook.

The hook (PEP 578) sees every file operation of this process, whichever library calls it, and cannot be removed again.
It is a second safety line: nothing in this program tries to write there.
"""

from __future__ import annotations

import os
import sys
from typing import Any, Iterable

from wizard.engine.files import paths
from wizard.errors import WizardError
from wizard.language.message import Message

# The audit events that change files (Python's library reference): for each path among the arguments of an event its
# index, and the index of the descriptor of the folder that it is relative to.
_CHANGES: dict[str, tuple[tuple[int, int | None], ...]] = {
    "os.remove": ((0, 1),),
    "os.rmdir": ((0, 1),),
    "os.mkdir": ((0, 2),),
    "os.rename": ((0, 2), (1, 3)),
    "os.link": ((0, 2), (1, 3)),
    "os.symlink": ((1, 2),),
    "os.chmod": ((0, 2),),
    "os.chown": ((0, 3),),
    "os.utime": ((0, 3),),
    "os.truncate": ((0, None),),
    "os.setxattr": ((0, None),),
    "os.removexattr": ((0, None),),
    "shutil.rmtree": ((0, None),),
    "shutil.move": ((0, None), (1, None)),
    "sqlite3.connect": ((0, None),),
}
_READING = os.O_RDONLY | getattr(os, "O_BINARY", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NOFOLLOW", 0)
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND

_protected: frozenset[str] = frozenset()
_installed = False


class SourceIsReadOnly(WizardError):
    """Something in this process tried to change a file below a source folder; it was refused."""


def protect(folders: Iterable[os.PathLike[str] | str]) -> None:
    """Refuse every write, rename, removal or change of attributes below `folders` from now on."""
    global _protected, _installed
    _protected = _protected | {_plain(os.path.realpath(folder)) for folder in folders}
    if not _installed:
        sys.addaudithook(_refuse_changes)
        _installed = True


def protected() -> frozenset[str]:
    """The folders that are protected in this process."""
    return _protected


def is_protected(path: str) -> bool:
    """Whether a path is a protected folder, or leads to something below one."""
    above, last = os.path.split(path)
    # Both the link itself and its target count.
    for real in (_plain(_real(path)), _plain(os.path.join(_real(above), last))):
        if any(real == root or real.startswith(os.path.join(root, "")) for root in _protected):
            return True
    return False


def open_source(path: bytes) -> int:
    """Open a source file for reading and nothing else; returns its descriptor, which the caller closes.

    It may be a pipe or a device by now: the caller checks before reading.

    Raises
    ------
    OSError
        As the system gave it.
    """
    where = paths.system_path(path)
    try:
        return os.open(where, _READING | getattr(os, "O_NONBLOCK", 0))  # a pipe would wait for a writer
    except BlockingIOError:  # a file server keeps it for a client that writes, and gives it back on request
        return os.open(where, _READING)


def _refuse_changes(event: str, arguments: tuple[Any, ...]) -> None:
    if event == "open":
        path, mode, flags = arguments
        writes = not isinstance(flags, int) or flags & _WRITING or (mode and set(mode) & set("wax+"))
        if writes and not isinstance(path, int):
            _refuse_below(path, None, event)
    elif event in _CHANGES:
        for at, folder in _CHANGES[event]:
            _refuse_below(arguments[at], None if folder is None else arguments[folder], event)


def _refuse_below(path: Any, folder: Any, event: str) -> None:
    name = _name(path)
    if name is None or not _protected:
        return
    if isinstance(folder, int) and folder >= 0:
        name = os.path.join(_name(folder) or "", name)
    if is_protected(name):
        raise SourceIsReadOnly(
            Message(
                "A part of this program tried to change a file in the source folders. This was prevented, and the work "
                "was stopped. Send the technical log to your support contact."
            ),
            event,
        )


def _real(path: str) -> str:
    try:
        return os.path.realpath(path)
    except OSError:  # Windows cannot resolve every path that it can be given
        return os.path.abspath(path)


def _plain(path: str) -> str:
    """The one spelling of a path: on Windows without the prefix, and in lower case."""
    return os.path.normcase(os.fsdecode(paths.stored_path(path)))


def _name(path: Any) -> str | None:
    """The path that an event's argument names, by itself or as an open descriptor."""
    if isinstance(path, (str, bytes, os.PathLike)):
        return os.fsdecode(path)
    try:
        return os.readlink(f"/proc/self/fd/{path}")
    except OSError:  # only Linux has this
        return None
