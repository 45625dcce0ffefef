"""Ask which kinds of images the destination takes, without sending (PS3.8 9.3.3.2), and keep its answers."""

from __future__ import annotations

from typing import Callable, Mapping, Sequence

from wizard.dicom import contexts
from wizard.dicom.association import DEFAULT_TIMEOUTS, Association, Timeouts
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.events import Events, NoEvents, Progress
from wizard.engine.job import Control
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest

#: The commonest kinds, uncompressed: a PACS is asked about them before anything is copied to it.
COMMON = tuple(
    (sop_class, contexts.EXPLICIT_LITTLE_ENDIAN)
    for sop_class in (
        "1.2.840.10008.5.1.4.1.1.2",  # CT
        "1.2.840.10008.5.1.4.1.1.4",  # MR
        "1.2.840.10008.5.1.4.1.1.1",  # CR
        "1.2.840.10008.5.1.4.1.1.1.1",  # DX
        "1.2.840.10008.5.1.4.1.1.6.1",  # US
        "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture
    )
)


def negotiate(
    destination: Destination,
    asked: Sequence[PresentationKind],
    control: Control,
    events: Events | None = None,
    timeouts: Timeouts = DEFAULT_TIMEOUTS,
    met: Callable[[str], None] = lambda peer: None,
) -> list[tuple[PresentationKind, int]]:
    """Ask which kinds the destination takes, in rounds of at most 128.

    Each kind is returned with the result of PS3.8 table 9-18. `met` is called with the implementation class UID and
    version name of the destination for each association.

    Raises
    ------
    DestinationError, Stopped
    """
    results: list[tuple[PresentationKind, int]] = []
    wanted = set(asked)
    groups = contexts.plan(asked)
    for number, group in enumerate(groups):
        control.check()
        (events or NoEvents()).state(Progress("discover", number, total=len(groups)))
        association = Association(destination, group, timeouts, lambda: control.stopped)
        with control.closing(association.kill):
            answers = {**dict.fromkeys(association.accepted, 0), **association.refused}
            association.release()
        met(association.peer)
        results.extend((kind, answers[kind]) for kind in group if kind in wanted)
    return results


def keep(manifest: Manifest, results: Mapping[PresentationKind, int]) -> None:
    """Keep the answers for Check, about kinds that are in the source and about those that may come."""
    with manifest.writing() as db:
        queue.expect(db, results)
