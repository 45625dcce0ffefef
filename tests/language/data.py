"""The data of a migration: all texts that no catalogue has, as they may be shown."""

from __future__ import annotations

import json
import os
import platform
import re
import sqlite3
from typing import Any, Iterator

from pydicom.uid import UID

from wizard import __version__
from wizard.language.printable import printable
from wizard.manifest import audit
from wizard.manifest.manifest import Manifest
from wizard.report import values

#: What the standard and this computer call things.
_FIXED = (
    *("C-STORE", "C-FIND", "C-GET", "C-MOVE", "C-ECHO", "N-ACTION", "N-EVENT-REPORT", "Study Root", "IMAGE"),
    *("Study Instance UID", "Series Instance UID", "SOP Instance UID", "SOP Class UID", "Transfer Syntax UID"),
)
#: What the text for the PACS administrator names as the standard does.
TECHNICAL_LINES = ("C-ECHO", "C-STORE", "C-FIND", "Verification", "Study Root", "ANY")
_TABLES = (
    *("patient", "study", "series", "kind", "entry", "folder", "root", "attempt", "listed", "setting", "audit"),
    *("proof", "sample", "history"),
)
_TEXT = re.compile(r"\w")


def data_of(manifest: Manifest) -> set[str]:
    """Return all texts of a manifest from outside, and those of this computer that a report names."""
    found = {*_FIXED, __version__, f"Python {platform.python_version()}", platform.platform(), platform.node()}
    found |= {sqlite3.sqlite_version, audit.user(), str(manifest.path), manifest.path.name}
    for table in _TABLES:
        for row in manifest.rows(f"SELECT * FROM {table}"):
            for value in row:
                found.update(_texts(value))
    for row in manifest.rows("SELECT folder.path, entry.name FROM entry JOIN folder ON folder.id = entry.folder"):
        found.update(
            (values.path(bytes(row[0]), bytes(row[1])), os.path.splitext(values.path(bytes(row[1])))[1].lower())
        )
    for row in manifest.rows("SELECT sop_class, transfer_syntax FROM kind"):
        found.update(UID(uid).name for uid in row)
    return {one for one in found if _TEXT.search(one)}


def _texts(value: Any) -> Iterator[str]:
    """Yield the texts of a value: those inside of JSON too, and lists of words with commas between them."""
    if isinstance(value, bytes):
        yield printable(os.fsdecode(value))
    elif isinstance(value, str):
        yield value
        yield printable(value)
        if value[:1] in '{["':
            try:
                yield from _leaves(json.loads(value))
            except ValueError:
                return


def _leaves(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for name, one in value.items():
            if name != "message":
                yield from _leaves(one)
    elif isinstance(value, list):
        for one in value:
            yield from _leaves(one)
    elif isinstance(value, str):
        yield from _texts(value)
