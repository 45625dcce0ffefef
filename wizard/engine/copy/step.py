"""Step 4, Copy: send the chosen images, record every answer, and query the images without one.

A round sends everything pending. Images that may or may not have arrived are queried (C-FIND) and go back into the
queue only when the destination does not have them. Rounds follow until nothing is left to do. While the destination is
full or silent, a round ends early, and the next one waits. Images that a person decided to send last have rounds of
their own, after all others.
"""

from __future__ import annotations

from wizard.dicom import contexts
from wizard.dicom.association import DEFAULT_TIMEOUTS, Timeouts
from wizard.dicom.destination import Destination
from wizard.engine.copy import existing, keep_awake, resolve_unknown
from wizard.engine.copy.dispatcher import Dispatcher
from wizard.engine.events import Events
from wizard.engine.job import Control
from wizard.errors import UsageError
from wizard.language.message import Message
from wizard.manifest import copy_settings, decisions, entries, ledger, queue
from wizard.manifest.manifest import Manifest

#: Seconds to wait before the first, second, … new round while the destination is full, busy or silent.
PAUSES = (5.0, 30.0, 120.0)
_LONGEST_PAUSE = 60.0
_QUERY_TIMEOUT = 30.0  # seconds without an answer to a query


def run(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    retry_failed: bool = False,
    study: int | None = None,
    pauses: tuple[float, ...] = PAUSES,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
) -> ledger.Balance:
    """Copy the images that are chosen and not copied yet, by the copy settings; of one study alone if it is given.

    Raises
    ------
    UsageError
        The source was never read to its end.
    DestinationError
        The destination cannot be used at all. One that goes away later is waited for instead.
    ManifestError, Stopped
    """
    if not entries.read_to_the_end(manifest):
        raise UsageError(
            Message(
                "The source folders were not read to the end, so it is not known yet which images are there twice. "
                "Read them again, then copy."
            )
        )
    with manifest.running("copy"), keep_awake.kept():
        if retry_failed:
            queue.retry_failed(manifest)
        dispatcher = Dispatcher(manifest, destination, control, events, timeouts, study)
        dispatcher.await_hours()
        seconds = min(_QUERY_TIMEOUT, timeouts.answer)
        again = resolve_unknown.resolve_unknown(manifest, destination, control, events, seconds, afresh=retry_failed)
        if again or retry_failed:
            decisions.apply(manifest)  # to images that have just come back into the queue, too
        if copy_settings.read(manifest).skip_existing:
            existing.leave_out(manifest, destination, control, events, study)
        for send_order in queue.SEND_ORDERS:
            waits = _Pauses(pauses)
            while queue.waiting(manifest, send_order, study)[0]:
                _round(manifest, dispatcher, send_order, study)
                resolve_unknown.resolve_unknown(manifest, destination, control, events, seconds, dispatcher.tell)
                if dispatcher.put_off and queue.waiting(manifest, send_order, study)[0]:
                    dispatcher.pause(waits.next())
    return ledger.balance(manifest)


def _round(manifest: Manifest, dispatcher: Dispatcher, send_order: int, study: int | None) -> None:
    """Send everything that is pending now in one send order once, one set of presentation contexts after the other."""
    kinds = {(kind.sop_class, kind.transfer_syntax): kind.id for kind in queue.kinds(manifest, send_order, study)}
    for group in contexts.plan(kinds):
        held = [kinds[kind] for kind in group if kind in kinds]
        if held and dispatcher.send(group, held, send_order):
            break


class _Pauses:
    """Growing pauses: those given, then the last one again and again, but at most a minute."""

    def __init__(self, pauses: tuple[float, ...]) -> None:
        self._left, self._last = list(pauses), min(_LONGEST_PAUSE, pauses[-1])

    def next(self) -> float:
        return self._left.pop(0) if self._left else self._last
