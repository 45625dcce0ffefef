"""Compare the lists of the DICOMDIRs in the source with the files that are there."""

from __future__ import annotations

import itertools
import os
import sqlite3

from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

_DISCS = f"""
    SELECT entry.id, folder.path FROM entry JOIN folder ON folder.id = entry.folder
    WHERE entry.bucket = '{Bucket.INDEX}' AND EXISTS (SELECT 1 FROM reference WHERE reference.entry = entry.id)"""
_LISTED = "SELECT target FROM reference WHERE entry = ? ORDER BY target"
_BELOW = "SELECT id, path FROM folder WHERE path = ? OR (path > ? AND path < ?)"
_NAMES = "SELECT name FROM entry WHERE folder = ?"


def missing(manifest: Manifest) -> int:
    """Count the files that the DICOMDIRs list and that are not there.

    A DICOMDIR names its files in capitals and from its own folder on (PS3.10 8.2, 8.5); a copy of a disc often has
    them in small letters, so capital and small letters count as the same.
    """
    return sum(_missing(manifest, disc) for disc in manifest.rows(_DISCS))


def _missing(manifest: Manifest, disc: sqlite3.Row) -> int:
    """Count them for one DICOMDIR. One of its folders at a time is held in memory."""
    folders = _folders(manifest, disc)
    count = 0
    listed = (row[0] for row in manifest.rows(_LISTED, (disc["id"],)))
    for folder, targets in itertools.groupby(listed, key=lambda target: target.rpartition("/")[0]):
        here = {
            _folded(row[0])
            for identity in folders.get(_folded(folder), ())
            for row in manifest.rows(_NAMES, (identity,))
        }
        count += sum(_folded(target.rpartition("/")[2]) not in here for target in targets)
    return count


def _folders(manifest: Manifest, disc: sqlite3.Row) -> dict[bytes, list[int]]:
    """The folders in which a DICOMDIR lists files: path below its own, folded -> their row numbers in the manifest."""
    wanted = {_folded(row[0].rpartition("/")[0]) for row in manifest.rows(_LISTED, (disc["id"],))}
    base, separator = disc["path"], os.sep.encode()
    below = base.rstrip(separator) + separator
    found: dict[bytes, list[int]] = {}
    for identity, path in manifest.rows(_BELOW, (base, below, below[:-1] + bytes([below[-1] + 1]))):
        inside = _folded(path[len(below) :].replace(separator, b"/"))
        if inside in wanted:
            found.setdefault(inside, []).append(identity)
    return found


def _folded(name: str | bytes) -> bytes:
    """Fold a name of a disc, which is ASCII: capital and small letters become the same."""
    return (name if isinstance(name, bytes) else name.encode("utf-8", "surrogateescape")).lower()
