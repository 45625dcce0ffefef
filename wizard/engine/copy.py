"""Step 4, Copy: send what is chosen, write down every answer, and ask about what got none.

Rounds: everything pending is sent; what may or may not have arrived is asked about (C-FIND) and goes back into
the queue only when the destination does not have it; until nothing is left to do. What a person decided to send last
has rounds of its own, after all others.
"""

from __future__ import annotations

from wizard.dicom import contexts
from wizard.dicom.association import PATIENT, Limits
from wizard.dicom.destination import Destination
from wizard.engine import ask
from wizard.engine.desk import Desk
from wizard.engine.events import Events
from wizard.engine.job import Control
from wizard.errors import PACS_ADMINISTRATOR, UsageError
from wizard.manifest import decisions, entries, ledger, queue, wishes
from wizard.manifest.manifest import Manifest

#: Seconds to wait before the first, second, … new round for what the destination was too full or busy to take.
PAUSES = (5.0, 30.0, 120.0)


def run(
    manifest: Manifest,
    destination: Destination,
    control: Control,
    events: Events,
    retry_failed: bool = False,
    study: int | None = None,
    pauses: tuple[float, ...] = PAUSES,
    limits: Limits = PATIENT,
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
    with manifest.running("copy"):
        if retry_failed:
            queue.retry_failed(manifest)
        ask.resolve_unknown(manifest, destination, control, events)
        decisions.apply(manifest)  # to what has just come back into the queue, too
        desk = Desk(manifest, destination, control, events, wishes.read(manifest).associations or 2, limits)
        for lane in queue.LANES:
            for pause in (0.0, *pauses):
                if not queue.waiting(manifest, lane)[0]:
                    break
                if desk.busy:
                    desk.pause(pause)
                _send(manifest, desk, lane)
                ask.resolve_unknown(manifest, destination, control, events)
            queue.give_up_pending_with_reason(manifest, PACS_ADMINISTRATOR, lane)
    return ledger.balance(manifest)


def _send(manifest: Manifest, desk: Desk, lane: int) -> None:
    """Hand out everything that is pending now in a lane, once; one set of presentation contexts after the other."""
    kinds = {(kind.sop_class, kind.transfer_syntax): kind.id for kind in queue.kinds(manifest, lane)}
    for group in contexts.plan(kinds):
        held = [kinds[kind] for kind in group if kind in kinds]
        if held:
            desk.send(group, held, lane)
