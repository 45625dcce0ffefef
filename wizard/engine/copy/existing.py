"""Leaves out the images that the new PACS has already (`--skip-existing`): it queries by SOP Instance UID, never by
study."""

from __future__ import annotations

import time
from typing import Sequence

from wizard.dicom.destination import Destination
from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.engine.query.session import QuerySession
from wizard.engine.query.study_queries import StudyQueries
from wizard.errors import DestinationError
from wizard.language.message import NOTHING, Message
from wizard.manifest import already_there, ledger, queue
from wizard.manifest.buckets import ANSWERED, WAITING
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

_WRITE_SECONDS = 0.5  # how often the named images are written, and
_WRITE_AT = 500  # how many of them at most at a time


def leave_out(
    manifest: Manifest, destination: Destination, control: Control, events: Events, study: int | None = None
) -> int:
    """Query all images that wait, or those of one study, and leave out those that are named; returns their number.

    An image without an answer stays as it is; a `Note` gives the number of these.

    Raises
    ------
    ManifestError, Stopped
    """
    progress = _AlreadyThere(manifest, events, already_there.count(manifest, study))
    trouble = NOTHING
    with QuerySession(destination, control) as session:
        try:
            for page in already_there.pages(manifest, study):
                control.check()
                progress.begin_study(page.study)
                found = StudyQueries(session, page.study_uid).listed(page.series_uid, list(page.entries))
                progress.add([page.entries[uid] for uid in found.named], len(page.entries), len(found.unsure))
        except DestinationError as error:
            trouble = error.sentence
        finally:
            progress.write()
    unsure = progress.unsure + (progress.total - progress.asked if trouble else 0)
    if unsure:
        events.fact(
            Note(
                Message(
                    "No query was possible for {unsure} of {total} images. They are copied with unchanged UIDs.",
                    unsure=unsure,
                    total=progress.total,
                ),
                str(trouble),
            )
        )
    return progress.found


class _AlreadyThere:
    """Counts, writes and reports the images that are already there."""

    def __init__(self, manifest: Manifest, events: Events, total: int) -> None:
        self._manifest, self._events, self.total = manifest, events, total
        self._counts = dict(ledger.balance(manifest).buckets)
        self._settled = sum(self._counts[name] for name in ANSWERED)
        self._everything = self._settled + sum(self._counts[name] for name in WAITING)
        self._named: list[int] = []
        self._written = self._started = time.monotonic()
        self._study, self._current = 0, ""
        self.asked = self.found = self.unsure = 0

    def begin_study(self, study: int) -> None:
        if study != self._study:
            self._study, self._current = study, queue.study_words(self._manifest, study)

    def add(self, named: Sequence[int], asked: int, unsure: int) -> None:
        """Count the result of one list."""
        self._named += named
        self.asked += asked
        self.found += len(named)
        self.unsure += unsure
        if len(self._named) >= _WRITE_AT or time.monotonic() - self._written > _WRITE_SECONDS:
            self.write()
        self._report()

    def write(self) -> None:
        if self._named:
            already_there.found(self._manifest, self._named)
        self._named, self._written = [], time.monotonic()

    def _report(self) -> None:
        counts = {**self._counts}
        counts[Bucket.PENDING] -= self.found
        counts[Bucket.ALREADY_THERE] += self.found
        self._events.state(
            Progress(
                "copy",
                done=self._settled + self.found,
                done_before=self._settled,
                total=self._everything,
                seconds=time.monotonic() - self._started,
                current=self._current,
                waiting=Message(
                    "Querying which images the new PACS already has: {asked} of {total}.",
                    asked=self.asked,
                    total=self.total,
                ),
                counts=counts,
            )
        )
