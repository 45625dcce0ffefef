"""Storage commitment, for experts: the destination is asked to take over the safekeeping of everything it took.

Study by study; what it reports, over the same association or to our listener, is written down as it comes. What is not
reported in time is "no answer came", and never committed.
"""

from __future__ import annotations

import threading
import time
import uuid
from typing import Mapping

from wizard.dicom.destination import Destination
from wizard.dicom.listener import Listener
from wizard.dicom.storage_commitment import Requests
from wizard.engine.discover.letter import COMMITMENT_PORT
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.errors import AssociationAborted, ManifestError, PeerTimeout
from wizard.manifest import commitments
from wizard.manifest.commitments import Batch
from wizard.manifest.manifest import Manifest

_UNKNOWN_HERE = (
    "Perhaps it does not know this computer for storage commitment: its administrator must register it, see “Text for "
    "the administrator”."
)
_SLICE = 0.1  # seconds; how often who waits looks at what came elsewhere, and whether the person has stopped
_MOST = 200  # images of one transaction: about 30 kB, and a report of as much


def run(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    port: int = COMMITMENT_PORT,
    seconds: float = 60,
) -> commitments.CommitmentSummary:
    """Ask for all that was copied or already there, and wait for the reports.

    `port` is that of this computer where the destination delivers reports; `seconds` may pass without one.

    Raises
    ------
    UsageError
        The port cannot be had.
    DestinationError
        It does not offer storage commitment, or cannot be reached.
    ManifestError, Stopped
    """
    work = _Transactions(manifest, control, events)
    with manifest.running("commitment"), Listener(destination.calling_ae, port, handle_report=work.handle_report):
        requests = work.ask(destination)
        if requests is not None:
            work.wait(requests, seconds)
    return commitments.summary(manifest) or commitments.CommitmentSummary(0, 0, 0, 0)


class _Transactions:
    """What was asked for, and is not reported yet. Reports come in any thread."""

    def __init__(self, manifest: Manifest, control: Control, events: Events) -> None:
        self._manifest, self._control, self._events = manifest, control, events
        self._lock = threading.Lock()
        self._open: dict[str, Batch] = {}
        self._failure: BaseException | None = None
        self._total, self._done = commitments.count(manifest), 0
        self._started = self._heard_at = time.monotonic()

    def ask(self, destination: Destination) -> Requests | None:
        """Ask for everything; reports may come meanwhile. Returns the open association; None if nothing was asked.

        Raises
        ------
        DestinationError, ManifestError, Stopped
        """
        requests: Requests | None = None
        try:
            for batch in commitments.batches(self._manifest, _MOST):
                self._control.check()
                requests = requests or Requests(destination, self.handle_report, lambda: self._control.stopped)
                self._ask(requests, batch)
        except BaseException:
            if requests is not None:
                requests.abort()
            raise
        return requests

    def _ask(self, requests: Requests, batch: Batch) -> None:
        transaction = f"2.25.{uuid.uuid4().int}"
        commitments.asked(self._manifest, transaction, batch)
        with self._lock:
            self._open[transaction] = batch
        try:
            code = requests.request(transaction, batch.entries.values())
        except AssociationAborted as error:
            raise AssociationAborted(f"{error.sentence} {_UNKNOWN_HERE}", error.details) from error
        commitments.answered(self._manifest, transaction, code, batch)
        if code:
            self._settled(transaction)

    def wait(self, requests: Requests, seconds: float) -> None:
        """Until everything is reported, or nothing was for so many seconds.

        Raises
        ------
        ManifestError, Stopped
        """
        self._heard_at = time.monotonic()
        over_there = False
        try:
            while self._open and time.monotonic() - self._heard_at < seconds:
                if over_there:
                    self._control.wait(_SLICE)
                    continue
                try:
                    requests.receive_report(_SLICE)
                except (AssociationAborted, PeerTimeout):  # the rest will come to our listener, or not at all
                    over_there = True
                    requests.abort()
                self._control.check()
        except BaseException:
            requests.abort()
            raise
        if not over_there:
            requests.release()
        if self._failure is not None:
            raise self._failure

    def handle_report(self, transaction: str, stored: set[str], failed: Mapping[str, int]) -> None:
        """A report. One of a transaction that nobody waits for changes nothing."""
        with self._lock:
            batch = self._open.get(transaction)
        if batch is None:
            return
        try:
            commitments.reported(self._manifest, transaction, batch, stored, failed)
        except ManifestError as error:  # it must not end in the listener's thread
            self._failure = error
        self._settled(transaction)

    def _settled(self, transaction: str) -> None:
        with self._lock:
            batch = self._open.pop(transaction, None)
            if batch is None:
                return
            self._heard_at = time.monotonic()
            self._done += len(batch.entries)
            seconds = self._heard_at - self._started
            self._events.state(Progress("commitment", self._done, total=self._total, seconds=seconds))
