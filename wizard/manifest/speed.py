"""The speed of copying, over the time in which images were copied: from the attempts that got an answer."""

from __future__ import annotations

import math
from typing import NamedTuple

from wizard.manifest.manifest import Manifest

SLOTS = 60  # as many as make a chart; a few more where there were several runs
_MOST = 240

#: The run of the step Copy to which a time of sending belongs.
OF_RUN = "(SELECT id FROM run WHERE step = 'copy' AND started <= {} ORDER BY id DESC LIMIT 1)"

_RUNS = "SELECT id, started, ended FROM run WHERE step = 'copy' ORDER BY id"
_SENT = """
    SELECT CAST(time / ?1 AS INTEGER), COUNT(*), SUM(bytes) FROM attempt WHERE status IS NOT NULL GROUP BY 1"""
_LAST = "SELECT MAX(time) FROM attempt"
# An attempt belongs to the last run that began before it.
_BY_RUN = f"""
    SELECT {OF_RUN.format("attempt.time")} AS of_run, COUNT(*), TOTAL(bytes) FROM attempt
    WHERE status IS NOT NULL GROUP BY of_run"""


class Slot(NamedTuple):
    """A part of a copying run: its beginning (seconds since 1970), its length, and the answered files and bytes in it.

    `first` marks the first one of a run.
    """

    began: float
    seconds: float
    files: int
    bytes: int
    first: bool


class Copying(NamedTuple):
    """One run of the step, and the answered files and bytes; `ended` is None where no end was recorded."""

    began: float
    ended: float | None
    answers: int
    bytes: int

    @property
    def seconds(self) -> float | None:
        return None if self.ended is None else max(self.ended - self.began, 0.0)


def runs(manifest: Manifest) -> list[Copying]:
    """Return each run of copying, the first one first, with the answers and the bytes that were answered."""
    sent = {row[0]: (row[1], int(row[2])) for row in manifest.rows(_BY_RUN)}
    return [Copying(row[1], row[2], *sent.get(row[0], (0, 0))) for row in manifest.rows(_RUNS)]


def slots(manifest: Manifest) -> list[Slot]:
    """Return the time of copying in slots of one length; the time between two runs is left out."""
    last = manifest.value(_LAST)
    if last is None:
        return []
    spans = [(began, ended or max(last, began)) for _, began, ended in manifest.rows(_RUNS)]
    length = max(1, math.ceil(sum(end - begin for begin, end in spans) / SLOTS))
    sent = {row[0]: (row[1], row[2]) for row in manifest.rows(_SENT, (length,))}
    found: list[Slot] = []
    for begin, end in spans:
        for number in range(int(begin // length), int(end // length) + 1):
            seconds = max(min(end, (number + 1) * length) - max(begin, number * length), 1.0)
            files, size = sent.pop(number, (0, 0))
            found.append(Slot(max(begin, number * length), seconds, files, size, number == int(begin // length)))
    return found[:_MOST]
