"""Lay out the files of pydicom and pydicom-data as source folders.

Many of them share a SOP Instance UID. `all_files` has all of them; `without_conflicts` distributes them over several
folders, so that no two different files of one folder have the same UID and each can be sent.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from pathlib import Path

import pydicom

from wizard.dicom.header import read_header
from wizard.dicom.structure import FileBytes


def sets() -> list[Path]:
    """List the folders of pydicom's test files and of pydicom-data."""
    folders = [Path(pydicom.__file__).parent / "data" / "test_files"]
    data = importlib.util.find_spec("data_store")
    assert data is not None and data.origin is not None, "pydicom-data is not installed"
    return [*folders, Path(data.origin).parent / "data"]


def all_files(folder: Path) -> Path:
    """Copy both sets below `folder`."""
    for number, one in enumerate(sets()):
        shutil.copytree(one, folder / str(number), ignore=shutil.ignore_patterns("__pycache__"))
    return folder


def without_conflicts(folder: Path) -> list[Path]:
    """Distribute the files over source folders below `folder`."""
    seen: dict[str, int] = {}
    archives: list[Path] = []
    for one in sets():
        for path in sorted(one.rglob("*")):
            if not path.is_file():
                continue
            uid = sop_uid(path)
            number = seen.get(uid, 0) if uid else 0
            seen[uid] = number + 1
            while len(archives) <= number:
                archives.append(folder / f"archive-{len(archives):02d}")
            target = archives[number] / one.parent.name / path.relative_to(one)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(path, target)
    return archives


def sop_uid(path: Path) -> str:
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return read_header(FileBytes(descriptor, os.fstat(descriptor).st_size)).uid("SOPInstanceUID")
    finally:
        os.close(descriptor)


def data_set(path: Path) -> bytes:
    """Return the part of a file that is sent: everything after the file meta information."""
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        offset = read_header(FileBytes(descriptor, os.fstat(descriptor).st_size)).offset
    finally:
        os.close(descriptor)
    return path.read_bytes()[offset:]
