"""Tells failures of a file from failures of the destination.

A file that the destination rejects never slows or stops the others; a destination that is full, busy or away never
costs a file its place. "Out of resources" and no answer at all may be either: such a failure counts against the file
once others pass after it, or when one counted before.
"""

from __future__ import annotations

from wizard.engine.copy.sending.messages import Sent
from wizard.errors import DestinationError
from wizard.language.message import NOTHING, Message
from wizard.manifest.buckets import TAKEN
from wizard.manifest.queue import Outcome
from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Retry

MOST_RETRIES = 3  # of a file for which the destination is out of resources while others pass
_STUDIES = 3  # set aside in a row, without a success: then it is the destination

_FULL = Reason("full")
_SILENT = Message("The new PACS does not respond.")


class RetryPolicy:
    """Judges one answer after the other.

    Attributes
    ----------
    put_off : Message
        The reason why files of this round wait for a pause; none when none do.
    over : bool
        Nothing passes: the round is to end.
    passed : bool
        Whether a file was accepted, since `take_counted` was called.
    out_of_resources : bool
        Whether the destination is out of resources, since `take_counted` was called.
    fatal : DestinationError or None
        The error that ends the whole run: somebody must act first.
    """

    def __init__(self) -> None:
        self._doubtful: set[int] = set()  # however often the destination failed meanwhile, each counts once
        self._counted: list[int] = []
        self._more: set[int] = set()  # counted since the tickets of this round were read
        self.fatal: DestinationError | None = None
        self.begin()

    def begin(self) -> None:
        """Begin a new round."""
        self._more.clear()
        self.put_off: Message = NOTHING
        self.over, self.passed, self.out_of_resources = False, False, False
        self._aside = self._full = 0

    def judge(self, sent: Sent, recalled: bool = False) -> Outcome:
        """The outcome of a file: as answered, or back into the queue.

        `recalled` says that it is of a study that was set aside, and that others have passed since.
        """
        outcome = sent.outcome
        tries = sent.ticket.tries + (outcome.entry in self._more)
        if outcome.bucket in TAKEN:
            self._pass()
        elif sent.retry in (Retry.LATER, Retry.LOST):
            if sent.retry == Retry.LATER:
                outcome = self._put_off(outcome, tries)
            self.put_off = self.put_off or _SILENT
            if tries or recalled:
                return outcome._replace(counts=1)
            self._doubtful.add(outcome.entry)
        elif sent.retry == Retry.ONCE and not tries:
            return outcome._replace(bucket=Bucket.PENDING, counts=1)  # once more, in the next round
        elif sent.retry == Retry.ASK:
            return outcome._replace(counts=1)
        elif sent.retry == Retry.STOP:
            said = f"C-STORE status {sent.attempt.status:04X}" if sent.attempt and sent.attempt.status else ""
            self.fatal = DestinationError(outcome.reason or NOTHING, said)
        return outcome

    def _pass(self) -> None:
        self.passed, self._aside, self._full = True, 0, 0
        if self.put_off == _SILENT:  # it was away for a moment
            self.put_off = NOTHING
        if self._doubtful:
            self._counted += self._doubtful
            self._more.update(self._doubtful)
            self._doubtful.clear()

    def _put_off(self, outcome: Outcome, tries: int) -> Outcome:
        self.put_off = _FULL
        self._full += 1
        self.out_of_resources = self.out_of_resources or self._full > 1
        return outcome._replace(bucket=Bucket.PENDING) if tries < MOST_RETRIES else outcome

    @property
    def may_recall(self) -> bool:
        """Whether files have passed since a study was set aside."""
        return not self._aside

    def set_aside(self) -> None:
        """Note that the files of a study failed one after the other."""
        self._aside += 1
        self.over = self.over or self._aside >= _STUDIES

    def take_counted(self) -> list[int]:
        """Take the entries that failed before a file passed: these failures count now, and a new look begins."""
        counted, self._counted = self._counted, []
        self.passed = self.out_of_resources = False
        return counted
