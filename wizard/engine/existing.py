"""What the new PACS has already is not sent (`--skip-existing`). It is asked by SOP Instance UID, never by study."""

from __future__ import annotations

import contextlib
import time
from typing import Iterable, Sequence

from wizard.dicom.destination import Destination
from wizard.dicom.query import Query
from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.engine.questions import Questions, lists
from wizard.errors import AssociationAborted, DestinationError, Silence
from wizard.manifest import existing, ledger, queue
from wizard.manifest.manifest import Manifest

REASON = "the new PACS named it before it was sent"

_WRITE_SECONDS = 0.5  # how often what was named is written, and
_WRITE_AT = 500  # how much of it at most at a time
_MOST_LOSSES = 3  # associations in a row that ended without an answer


def leave_out(
    manifest: Manifest, destination: Destination, control: Control, events: Events, study: int | None = None
) -> int:
    """Ask about everything that waits, or about one study, and leave out what is named; returns how many that are.

    What cannot be asked about stays as it is, and is said.

    Raises
    ------
    ManifestError, Stopped
    """
    books = _Books(manifest, events, existing.count(manifest, study))
    with contextlib.closing(_Line(destination, control)) as line:
        try:
            _ask(line, books, existing.pages(manifest, study), control)
        finally:
            books.write()
    unsure = books.unsure + (books.total - books.asked if line.lost else 0)
    if unsure:
        events.fact(
            Note(
                f"The new PACS could not be asked about all images whether it has them already: {unsure:,} of "
                f"{books.total:,} are sent without asking; it keeps one of each.",
                line.trouble,
            )
        )
    return books.found


def _ask(line: _Line, books: _Books, pages: Iterable[existing.Page], control: Control) -> None:
    """Ask about one list after the other, to the end or until nobody answers any more."""
    for page in pages:
        books.turn_to(page.study)
        for uids in lists(list(page.entries)):
            control.check()
            named, unsure = line.listed(page.study_uid, page.series_uid, uids)
            books.add([page.entries[uid] for uid in named], len(uids), len(unsure))
            if line.lost:
                return


class _Line:
    """Questions on one association after another. It is `lost` when several in a row were; `trouble` says how."""

    def __init__(self, destination: Destination, control: Control) -> None:
        self._query, self._control = Query(destination), control
        self._losses = 0
        self.trouble = ""

    def listed(self, study_uid: str, series_uid: str, uids: Sequence[str]) -> tuple[set[str], set[str]]:
        """As `Questions.listed`; a lost association is no valid end."""
        try:
            with self._control.closing(self._query.kill):
                answer = Questions(self._query, study_uid).listed(series_uid, uids)
        except DestinationError as error:
            lost = isinstance(error, (AssociationAborted, Silence))  # or else it cannot even be opened
            self._losses += 1 if lost else _MOST_LOSSES
            self.trouble = error.sentence
            self.close()  # the next question opens another association
            return set(), set(uids)
        self._losses = 0
        return answer

    @property
    def lost(self) -> bool:
        return self._losses >= _MOST_LOSSES

    def close(self) -> None:
        with self._control.closing(self._query.kill):  # who was stopped does not wait for the release
            self._query.close()


class _Books:
    """Counts, writes and reports."""

    def __init__(self, manifest: Manifest, events: Events, total: int) -> None:
        self._manifest, self._events, self.total = manifest, events, total
        self._counts = dict(ledger.balance(manifest).buckets)
        self._settled = sum(self._counts[name] for name in ("copied", "copied_with_remark", "already_there", "refused"))
        self._everything = self._settled + self._counts["pending"] + self._counts["unknown"]
        self._named: list[int] = []
        self._written = self._started = time.monotonic()
        self._study, self._current = 0, ""
        self.asked = self.found = self.unsure = 0

    def turn_to(self, study: int) -> None:
        if study != self._study:
            self._study, self._current = study, queue.study_words(self._manifest, study)

    def add(self, named: Sequence[int], asked: int, unsure: int) -> None:
        """What came of one list."""
        self._named += named
        self.asked += asked
        self.found += len(named)
        self.unsure += unsure
        if len(self._named) >= _WRITE_AT or time.monotonic() - self._written > _WRITE_SECONDS:
            self.write()
        self._report()

    def write(self) -> None:
        if self._named:
            existing.found(self._manifest, self._named, REASON)
        self._named, self._written = [], time.monotonic()

    def _report(self) -> None:
        counts = {**self._counts}
        counts["pending"] -= self.found
        counts["already_there"] += self.found
        self._events.state(
            Progress(
                "copy",
                done=self._settled + self.found,
                done_before=self._settled,
                total=self._everything,
                seconds=time.monotonic() - self._started,
                current=self._current,
                waiting=f"Asking the new PACS what it has already: {self.asked:,} of {self.total:,} images.",
                counts=counts,
            )
        )
