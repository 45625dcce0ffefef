"""Tells exact duplicates from UID conflicts, among files that have the same SOP Instance UID.

The SHA-256 of their data sets decides; only these files are hashed.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from typing import Callable, Iterator, Sequence

from wizard.engine.files import readonly
from wizard.errors import YOU
from wizard.manifest.buckets import SENT
from wizard.manifest.entries import SameUid
from wizard.vocabulary import Bucket


class Comparer:
    """Compares the files of one group after the other, for one thread."""

    slow = False

    def __init__(self, heartbeat: Callable[[], None]) -> None:
        self._heartbeat = heartbeat

    def work(self, group: Sequence[sqlite3.Row]) -> list[SameUid]:
        return list(outcomes(group, self._heartbeat))

    def hurry(self) -> None:
        """Hashing does not hold the interpreter: threads are enough."""

    def close(self) -> None:
        """There is nothing to close."""


def outcomes(group: Sequence[sqlite3.Row], heartbeat: Callable[[], None]) -> Iterator[SameUid]:
    """Yield the outcomes of the entries of one group; `heartbeat` is called whenever the source has answered."""
    hashes: dict[int, bytes] = {}
    sent_and_gone = False
    for row in group:
        try:
            hashes[row["id"]] = row["sha256"] or data_set_hash(row, heartbeat)
        except OSError as error:
            if row["bucket"] in SENT:
                sent_and_gone = True  # its outcome stays; the others cannot be compared with it
                continue
            reason = f"the computer could not read it: {error.strerror or error}"
            yield SameUid(Bucket.UNREADABLE, reason, YOU, None, None, row["id"])
    readable = [row for row in group if row["id"] in hashes]
    first = {hashes[row["id"]]: row["id"] for row in reversed(readable)}
    first.update({hashes[row["id"]]: row["id"] for row in reversed(readable) if row["bucket"] in SENT})
    sent = {hashes[row["id"]] for row in readable if row["bucket"] in SENT}
    for row in readable:
        digest, identity = hashes[row["id"]], row["id"]
        if row["bucket"] in SENT:
            continue
        if digest in sent or (len(first) == 1 and first[digest] != identity):
            yield SameUid(Bucket.DUPLICATE, "the same image as another file", "", digest, first[digest], identity)
        elif len(first) > 1:
            reason = f"{len(first)} different images claim the same identity"
            yield SameUid(Bucket.CONFLICT, reason, YOU, digest, None, identity)
        elif sent_and_gone:
            reason = "another file with this identity was sent and is gone; whether they are the same is not known"
            yield SameUid(Bucket.CONFLICT, reason, YOU, digest, None, identity)
        else:
            yield SameUid(Bucket.PENDING, "", "", digest, None, identity)


def data_set_hash(row: sqlite3.Row, heartbeat: Callable[[], None]) -> bytes:
    """The SHA-256 of a data set as it lies in the file."""
    digest = hashlib.sha256()
    descriptor = readonly.open_source(os.path.join(row["path"], row["name"]))
    with open(descriptor, "rb", buffering=0) as file:
        file.seek(row["dataset_offset"])
        while True:
            piece = file.read(1 << 20)
            heartbeat()
            if not piece:
                return digest.digest()
            digest.update(piece)
