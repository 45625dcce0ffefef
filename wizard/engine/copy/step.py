"""Step 4, Copy: send what is chosen, write down every answer, and ask about what got none.

Rounds: everything pending is sent; what may or may not have arrived is asked about (C-FIND) and goes back into
the queue only when the destination does not have it; until nothing is left to do. While the destination is full or
silent, a round ends early, and the next one waits. What a person decided to send last has rounds of its own, after all
others.
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
from wizard.manifest import copy_settings, decisions, entries, ledger, queue
from wizard.manifest.manifest import Manifest

#: Seconds to wait before the first, second, … new round for what the destination was too full or busy to take.
PAUSES = (5.0, 30.0, 120.0)
_LONGEST_PAUSE = 60.0
_ASKING = 30.0  # seconds without an answer to a question


def run(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    retry_failed: bool = False,
    study: int | None = None,
    pauses: tuple[float, ...] = PAUSES,
    limits: Timeouts = DEFAULT_TIMEOUTS,
) -> ledger.Balance:
    """Copy what is chosen and not copied yet, the way the manifest's wishes say; of one study alone if it is given.

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
            "The source was not read to its end, so it is not known yet which images are there twice. "
            "Read it again, then copy."
        )
    with manifest.running("copy"), keep_awake.kept():
        if retry_failed:
            queue.retry_failed(manifest)
        desk = Dispatcher(manifest, destination, control, events, limits, study)
        desk.await_hours()
        seconds = min(_ASKING, limits.answer)
        again = resolve_unknown.resolve_unknown(manifest, destination, control, events, seconds, afresh=retry_failed)
        if again or retry_failed:
            decisions.apply(manifest)  # to what has just come back into the queue, too
        if copy_settings.read(manifest).skip_existing:
            existing.leave_out(manifest, destination, control, events, study)
        for lane in queue.LANES:
            waits = _Pauses(pauses)
            while queue.waiting(manifest, lane, study)[0]:
                _round(manifest, desk, lane, study)
                resolve_unknown.resolve_unknown(manifest, destination, control, events, seconds, desk.tell)
                if desk.put_off and queue.waiting(manifest, lane, study)[0]:
                    desk.pause(waits.next())
    return ledger.balance(manifest)


def _round(manifest: Manifest, desk: Dispatcher, lane: int, study: int | None) -> None:
    """Hand out everything that is pending now in a lane, once; one set of presentation contexts after the other."""
    kinds = {(kind.sop_class, kind.transfer_syntax): kind.id for kind in queue.kinds(manifest, lane, study)}
    for group in contexts.plan(kinds):
        held = [kinds[kind] for kind in group if kind in kinds]
        if held and desk.send(group, held, lane):
            break


class _Pauses:
    """Growing pauses: those given, then the last one, but at most a minute, for ever."""

    def __init__(self, pauses: tuple[float, ...]) -> None:
        self._left, self._last = list(pauses), min(_LONGEST_PAUSE, pauses[-1])

    def next(self) -> float:
        return self._left.pop(0) if self._left else self._last
