"""Tells exact duplicates from UID conflicts, among files that have the same SOP Instance UID.

The SHA-256 of their data sets decides; only these files are hashed.
"""

from __future__ import annotations

import hashlib
import os
import sqlite3
from typing import Callable, Iterator, Sequence

from wizard.engine.files import readonly
from wizard.errors import why
from wizard.manifest.buckets import SENT
from wizard.manifest.entries import SameUid
from wizard.reasons import Reason
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
            yield _same_uid(Reason("unreadable", why=why(error)), None, None, row["id"])
    readable = [row for row in group if row["id"] in hashes]
    first = {hashes[row["id"]]: row["id"] for row in reversed(readable)}
    first.update({hashes[row["id"]]: row["id"] for row in reversed(readable) if row["bucket"] in SENT})
    sent = {hashes[row["id"]] for row in readable if row["bucket"] in SENT}
    for row in readable:
        digest, identity = hashes[row["id"]], row["id"]
        if row["bucket"] in SENT:
            continue
        if digest in sent or (len(first) == 1 and first[digest] != identity):
            yield _same_uid(Reason("duplicate"), digest, first[digest], identity)
        elif len(first) > 1:
            yield _same_uid(Reason("conflict", n=len(first)), digest, None, identity)
        elif sent_and_gone:
            yield _same_uid(Reason("conflict_with_copied"), digest, None, identity)
        else:
            yield SameUid(Bucket.PENDING, "", "", digest, None, identity)


def _same_uid(reason: Reason, digest: bytes | None, same_as: int | None, entry: int) -> SameUid:
    return SameUid(Bucket(reason.outcome), *reason.stored, digest, same_as, entry)


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
