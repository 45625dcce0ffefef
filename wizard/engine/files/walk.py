"""Lists every file and folder below the source; nothing is silently skipped, and memory does not grow with the source.

Links and junctions are not followed; special files are never opened; both are listed. A folder that leads back to one
above it, which a file server may show, is not entered. Paths are bytes, exactly as the system gave them.

When a file or folder cannot be read, the walk looks at the source folder itself first: a share that has gone away is
one error, not a thousand unreadable files.
"""

from __future__ import annotations

import os
from itertools import islice
from stat import S_ISDIR, S_ISLNK, S_ISREG
from typing import Iterator, NamedTuple, Sequence

from wizard.engine.files import availability, paths
from wizard.errors import why
from wizard.language.json_form import values_as_json
from wizard.reasons import Reason

PIECE = 4096
"""The most files of a folder that are held, and given, at a time."""

_LINK, _DEVICE = "link", "device"  # codes of wizard.reasons
_REPARSE_POINT = 0x400  # FILE_ATTRIBUTE_REPARSE_POINT
_NAME_SURROGATE = 0x20000000  # IsReparseTagNameSurrogate: it stands for another path
_NT = os.name == "nt"


class File(NamedTuple):
    """A directory entry that is no folder.

    `oddity` is the code of the reason why it is not opened; `error` has the values of the reason
    "unreadable" as `values_as_json` writes them, if the system gave no status.
    """

    name: bytes
    size: int
    mtime_ns: int
    oddity: str = ""
    error: str = ""


class Folder(NamedTuple):
    """One folder, or a piece of one: its files by name, and why it could not be opened or read to its end."""

    path: bytes
    files: list[File]
    error: Reason | None


class _Inside(NamedTuple):
    """A folder that is walked: its identity, and the names of the folders in it that are still to be walked."""

    path: bytes
    identity: tuple[int, int, int]
    names: Iterator[bytes]


def walk(roots: Sequence[bytes]) -> Iterator[Folder]:
    """Yield every folder below `roots`, each before those inside it.

    A folder of many files comes in several pieces of at most `PIECE` files, each sorted by name; the order of the
    pieces is the system's. An empty folder comes once.

    Raises
    ------
    SourceError
        One of `roots` cannot be opened, or has gone away.
    """
    for root in roots:
        yield from _walk(paths.stored_path(root))


def is_junction(status: os.stat_result) -> bool:
    """Whether this is a link or a junction of Windows.

    Other reparse points (files that are deduplicated, compressed, or moved to slower storage) are files or folders.
    """
    if not getattr(status, "st_file_attributes", 0) & _REPARSE_POINT:
        return False
    return bool(getattr(status, "st_reparse_tag", 0) & _NAME_SURROGATE)


def _walk(root: bytes) -> Iterator[Folder]:
    availability.is_empty(root)
    above: list[_Inside] = []
    path: bytes | None = root
    while path is not None:
        try:
            identity = _identity(path)
            if identity[1] and any(folder.identity == identity for folder in above):
                yield Folder(path, [], Reason("folder_leads_back"))
            else:
                inside = _Names()
                yield from _list(path, root, inside)
                above.append(_Inside(path, identity, iter(inside)))
        except OSError as error:
            availability.still_there(root)
            yield Folder(path, [], Reason("folder_not_opened", why=why(error)))
        path = _next(above)


def _next(above: list[_Inside]) -> bytes | None:
    while above:
        name = next(above[-1].names, None)
        if name is not None:
            return os.path.join(above[-1].path, name)
        above.pop()
    return None


def _list(path: bytes, root: bytes, inside: _Names) -> Iterator[Folder]:
    """Yield the files of one folder in pieces; the names of the folders in it go to `inside`.

    Raises
    ------
    OSError
        It cannot be opened.
    """
    with os.scandir(_system(path)) as entries:
        first = more = True
        while more:
            files: list[File] = []
            folders: list[bytes] = []
            error: Reason | None = None
            try:
                more = _look_at_some(entries, root, files, folders)
            except OSError as trouble:
                availability.still_there(root)
                more, error = False, Reason("folder_not_finished", why=why(trouble))
            inside.add(folders)
            if files or first or error:
                files.sort()
                yield Folder(path, files, error)
            first = False


def _look_at_some(entries: Iterator[os.DirEntry[bytes]], root: bytes, files: list[File], folders: list[bytes]) -> bool:
    """Add the next entries, at most `PIECE`; returns whether there may be more.

    Raises
    ------
    OSError
        The list broke off.
    """
    count = 0
    for entry in islice(entries, PIECE):
        count += 1
        try:
            # Not entry.stat() everywhere: Python 3.8 lets no other thread run until a file server has answered it.
            status = entry.stat(follow_symlinks=False) if _NT else os.lstat(entry.path)
        except OSError as error:
            availability.still_there(root)
            if _is_folder_nonetheless(entry):
                folders.append(entry.name)
            else:
                files.append(File(entry.name, 0, 0, error=values_as_json({"why": why(error)})))
            continue
        mode = status.st_mode
        if _NT and is_junction(status):
            files.append(File(entry.name, status.st_size, status.st_mtime_ns, _LINK))
        elif S_ISREG(mode):
            files.append(File(entry.name, status.st_size, status.st_mtime_ns))
        elif S_ISDIR(mode):
            folders.append(entry.name)
        else:
            oddity = _LINK if S_ISLNK(mode) else _DEVICE
            files.append(File(entry.name, status.st_size, status.st_mtime_ns, oddity))
    return count == PIECE


def _is_folder_nonetheless(entry: os.DirEntry[bytes]) -> bool:
    """Whether the list itself says that an entry is a folder; mostly it does, where `stat` is not allowed."""
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _identity(path: bytes) -> tuple[int, int, int]:
    """A folder's identity, the same by every path to it; the time is for file systems whose numbers mean nothing."""
    status = os.lstat(paths.system_path(path))
    return status.st_dev, status.st_ino, status.st_mtime_ns


def _system(path: bytes) -> bytes:
    """The path for `os.scandir`, which then gives names as bytes, on Windows too."""
    return os.fsencode(paths.system_path(path))


class _Names:
    """Names of folders, sorted in pieces. Packed, since a folder may hold a million: no name has a NUL in it."""

    def __init__(self) -> None:
        self._packed: list[bytes] = []

    def add(self, names: list[bytes]) -> None:
        if names:
            self._packed.append(b"\0".join(sorted(names)))

    def __iter__(self) -> Iterator[bytes]:
        for packed in self._packed:
            yield from packed.split(b"\0")
