"""Forms the batches that are handed out: the studies in their order, each to one sender at a time."""

from __future__ import annotations

import sqlite3
import time
from typing import Sequence

from wizard.manifest import in_flight, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Ticket
from wizard.manifest.study_order import OrderPosition, StudyOrder

BATCH_SECONDS = 0.25
_LARGEST_BATCH = 512
_FIRST_BATCH = 8


class Batches:
    """The images of some kinds that wait in one send order, and how far each sender has come in its study.

    Attributes
    ----------
    last : OrderPosition or None
        The study that was taken last: the next round may begin behind it.
    empty : bool
        Whether every study has been begun.
    recalled : set of int
        Studies that were set aside while others passed: now they are sent to their end.
    """

    def __init__(
        self,
        manifest: Manifest,
        kinds: Sequence[int],
        send_order: int,
        newest_first: bool = False,
        study: int | None = None,
        after: OrderPosition | None = None,
    ) -> None:
        self._manifest, self._kinds, self._send_order, self._study = manifest, kinds, send_order, study
        self._newest_first = newest_first
        self._order = StudyOrder(manifest, send_order, newest_first, study, after)
        self._returned: list[tuple[int, Ticket | None]] = []
        self._at: dict[int, tuple[int, Ticket | None]] = {}
        self._handed_out: dict[int, tuple[int, float]] = {}  # how often, and when last
        self._sizes: dict[int, int] = {}
        self._aside: list[int] = []
        with manifest.writing() as db:
            self._attempts_before = in_flight.newest_attempt(db)
        self.recalled: set[int] = set()
        self.last: OrderPosition | None = None
        self.empty = False

    def order(self, newest_first: bool) -> None:
        """Hand out the studies in this order from now on."""
        if newest_first != self._newest_first:
            self._newest_first = newest_first
            self._order = StudyOrder(self._manifest, self._send_order, newest_first, self._study)
            self.last, self.empty = None, False

    def next(self, db: sqlite3.Connection, sender: int) -> list[Ticket]:
        """The next batch for a sender, perhaps of several small studies; empty when nothing is left.

        A ticket that was handed out before and put off waits for the next round.
        """
        size = self._adapted(sender)
        batch: list[Ticket] = []
        while len(batch) < size:
            study, after = self._at.pop(sender) if sender in self._at else self._new()
            if not study:
                break
            found = queue.hand_out(db, study, after, self._kinds, size - len(batch), self._send_order)
            if found:
                self._at[sender] = (study, found[-1])
                again = [ticket.entry for ticket in found if ticket.again]
                tried = in_flight.tried_since(db, self._attempts_before, again)
                in_flight.end(db, list(tried))
                batch += [ticket for ticket in found if ticket.entry not in tried]
        return batch

    def put_back(self, sender: int) -> None:
        """Give back the study of a sender that has ended: another one continues it."""
        if sender in self._at:
            self._returned.append(self._at.pop(sender))

    def set_aside(self, sender: int, study: int) -> None:
        """Hand out nothing more of this study, unless it is recalled."""
        self._aside.append(study)
        if self._at.get(sender, (0, None))[0] == study:
            del self._at[sender]

    def recall(self) -> None:
        """Hand out the studies that were set aside: files have passed since, so it was not the destination."""
        self._returned = [(study, None) for study in self._aside] + self._returned
        self.recalled.update(self._aside)
        self._aside = []

    def _new(self) -> tuple[int, Ticket | None]:
        held = {study for study, _ in self._at.values()}
        while True:
            position = self._order.next()
            if position is None:
                self.empty = not self._returned
                return self._returned.pop() if self._returned else (0, None)
            if position.study not in held:  # another order begins anew
                self.last = position
                return position.study, None

    def _adapted(self, sender: int) -> int:
        """The size of a sender's next batch, to keep one at about `BATCH_SECONDS`; each sender has two at a time."""
        now = time.monotonic()
        times, before = self._handed_out.get(sender, (0, now))
        self._handed_out[sender] = (times + 1, now)
        size = self._sizes.get(sender, _FIRST_BATCH)
        if times > 1:  # it asks for its second batch when it takes up the first
            if now - before < BATCH_SECONDS / 4:
                size = min(_LARGEST_BATCH, size * 2)
            elif now - before > BATCH_SECONDS:
                size = max(1, size // 2)
        self._sizes[sender] = size
        return size
