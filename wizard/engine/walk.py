"""Every file and folder below the source, in a fixed order, with nothing silently skipped.

Links and junctions are not followed, so loops are impossible; special files are never opened. Both are listed.
Paths are bytes, exactly as the system gave them.
"""

from __future__ import annotations

import os
import stat
from typing import Iterator, NamedTuple, Sequence


class File(NamedTuple):
    """A directory entry that is no folder. `oddity` says why it is not opened; `error` why it cannot be looked at."""

    name: bytes
    size: int
    mtime_ns: int
    oddity: str = ""
    error: str = ""


class Folder(NamedTuple):
    """One folder: its files, or the reason why it could not be opened."""

    path: bytes
    files: list[File]
    error: str | None


def walk(roots: Sequence[bytes]) -> Iterator[Folder]:
    """Yield every folder below `roots`, each before those inside it."""
    waiting = list(roots)[::-1]
    while waiting:
        path = waiting.pop()
        files: list[File] = []
        inside: list[bytes] = []
        try:
            with os.scandir(path) as entries:
                for entry in sorted(entries, key=lambda entry: entry.name):
                    if _is_folder(entry):
                        inside.append(entry.path)
                    else:
                        files.append(_look_at(entry))
        except OSError as error:
            yield Folder(path, [], error.strerror or str(error))
            continue
        yield Folder(path, files, None)
        waiting.extend(reversed(inside))


def is_junction(status: os.stat_result) -> bool:
    """Whether this is a reparse point of Windows: a link or a junction by another name."""
    attributes = getattr(status, "st_file_attributes", 0)
    return bool(attributes & getattr(stat, "FILE_ATTRIBUTE_REPARSE_POINT", 0x400))


def _is_folder(entry: os.DirEntry[bytes]) -> bool:
    try:
        if not entry.is_dir(follow_symlinks=False):
            return False
    except OSError:
        return False  # `_look_at` reports it
    try:
        return not is_junction(entry.stat(follow_symlinks=False))
    except OSError:
        return True  # opening it fails as well, and is reported


def _look_at(entry: os.DirEntry[bytes]) -> File:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError as error:
        return File(entry.name, 0, 0, error=error.strerror or str(error))
    oddity = ""
    if stat.S_ISLNK(status.st_mode) or is_junction(status):
        oddity = "a link to another place; links are not followed"
    elif not stat.S_ISREG(status.st_mode):
        oddity = "not a file but a device or a pipe; it was not opened"
    return File(entry.name, status.st_size, status.st_mtime_ns, oddity)
