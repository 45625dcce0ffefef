"""Storage commitment, for experts: ask the destination to take over the safekeeping of all images that it accepted.

There are transactions for each study. Its reports come over the same association or to our listener, and are written as
they come. An image that is not reported in time is "no answer came", and never committed.
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
from wizard.language.message import Message, together
from wizard.manifest import commitments
from wizard.manifest.commitments import Batch
from wizard.manifest.manifest import Manifest

_UNKNOWN_HERE = Message(
    "This computer may not be registered for storage commitment: ask the PACS administrator to add it. “For the "
    "administrator…” has the details."
)
_SLICE = 0.1  # seconds between two looks at the reports to the listener and at the stop token
_MOST = 200  # images of one transaction: about 30 kB, and a report of as much


def run(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    port: int = COMMITMENT_PORT,
    seconds: float = 60,
) -> commitments.CommitmentSummary:
    """Ask for all images that were copied or already there, and wait for the reports.

    The destination delivers reports to `port` of this computer; waiting ends when `seconds` pass without one.

    Raises
    ------
    UsageError
        The port cannot be opened.
    DestinationError
        The destination does not offer storage commitment, or cannot be reached.
    ManifestError, Stopped
    """
    work = _Transactions(manifest, control, events)
    with manifest.running("commitment"), Listener(destination.calling_ae, port, handle_report=work.handle_report):
        requests = work.send_requests(destination)
        if requests is not None:
            work.wait(requests, seconds)
    return commitments.summary(manifest) or commitments.CommitmentSummary(0, 0, 0, 0)


class _Transactions:
    """The transactions that are not reported yet. Reports come in any thread."""

    def __init__(self, manifest: Manifest, control: Control, events: Events) -> None:
        self._manifest, self._control, self._events = manifest, control, events
        self._lock = threading.Lock()
        self._open: dict[str, Batch] = {}
        self._failure: BaseException | None = None
        self._total, self._done = commitments.count(manifest), 0
        self._started = self._last_report = time.monotonic()

    def send_requests(self, destination: Destination) -> Requests | None:
        """Send all requests, and return the open association, or None if there was none; reports may come meanwhile.

        Raises
        ------
        DestinationError, ManifestError, Stopped
        """
        requests: Requests | None = None
        try:
            for batch in commitments.batches(self._manifest, _MOST):
                self._control.check()
                requests = requests or Requests(destination, self.handle_report, lambda: self._control.stopped)
                self._send_request(requests, batch)
        except BaseException:
            if requests is not None:
                requests.abort()
            raise
        return requests

    def _send_request(self, requests: Requests, batch: Batch) -> None:
        transaction = f"2.25.{uuid.uuid4().int}"
        commitments.asked(self._manifest, transaction, batch)
        with self._lock:
            self._open[transaction] = batch
        try:
            code = requests.request(transaction, batch.entries.values())
        except AssociationAborted as error:
            raise AssociationAborted(together(error.sentence, _UNKNOWN_HERE), error.details) from error
        commitments.answered(self._manifest, transaction, code, batch)
        if code:
            self._close(transaction)

    def wait(self, requests: Requests, seconds: float) -> None:
        """Wait until everything is reported, or no report came for `seconds`.

        Raises
        ------
        ManifestError, Stopped
        """
        self._last_report = time.monotonic()
        association_ended = False
        try:
            while self._open and time.monotonic() - self._last_report < seconds:
                if association_ended:
                    self._control.wait(_SLICE)
                    continue
                try:
                    requests.receive_report(_SLICE)
                except (AssociationAborted, PeerTimeout):  # the other reports come to our listener, if at all
                    association_ended = True
                    requests.abort()
                self._control.check()
        except BaseException:
            requests.abort()
            raise
        if not association_ended:
            requests.release()
        if self._failure is not None:
            raise self._failure

    def handle_report(self, transaction: str, stored: set[str], failed: Mapping[str, int]) -> None:
        """Write a report. The report of a transaction that nobody waits for changes nothing."""
        with self._lock:
            batch = self._open.get(transaction)
        if batch is None:
            return
        try:
            commitments.reported(self._manifest, transaction, batch, stored, failed)
        except ManifestError as error:  # `wait` raises it, because nobody catches it in the listener's thread
            self._failure = error
        self._close(transaction)

    def _close(self, transaction: str) -> None:
        with self._lock:
            batch = self._open.pop(transaction, None)
            if batch is None:
                return
            self._last_report = time.monotonic()
            self._done += len(batch.entries)
            seconds = self._last_report - self._started
            self._events.state(Progress("commitment", self._done, total=self._total, seconds=seconds))
