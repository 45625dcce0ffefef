"""Step 3, Check: ask the new PACS which image types it accepts, and report the findings.

Only the question about the image types needs the network.
"""

from __future__ import annotations

import time

from wizard.dicom.destination import Destination
from wizard.engine.check import findings
from wizard.engine.check.findings import Finding
from wizard.engine.discover import supported_kinds
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.language.message import Message
from wizard.manifest import practice, queue
from wizard.manifest.manifest import Manifest
from wizard.practice import ANNOUNCED

NOT_ASKED = Message("It was not checked which image types the new PACS accepts.")
ASKED_BEFORE = Message("The accepted image types are those of an earlier query; the new PACS was not asked again now.")


def run(manifest: Manifest, destination: Destination, control: Control, events: Events) -> tuple[Finding, ...]:
    """Ask the destination which kinds it accepts, and return all findings.

    Raises
    ------
    DestinationError
        The destination cannot be asked. `findings.read` returns the findings that need no answer.
    ManifestError, Stopped
    """
    started = time.monotonic()
    with manifest.running("check"):
        kinds = queue.all_kinds(manifest)
        results = supported_kinds.negotiate(destination, kinds, control, met=lambda peer: _note(manifest, peer))
        with manifest.writing() as db:
            for (sop_class, syntax), result in results:
                queue.negotiated(db, sop_class, syntax, result)
        found = findings.read(manifest)
        events.state(Progress("check", len(kinds), total=len(kinds), seconds=time.monotonic() - started))
    return found


def _note(manifest: Manifest, peer: str) -> None:
    """Mark the migration if the destination is the practice PACS, which nothing else can tell if it runs by itself."""
    if ANNOUNCED in peer.split():
        practice.mark(manifest)


def not_asked(manifest: Manifest) -> Message:
    """The sentence for a destination that could not be asked now which kinds it accepts."""
    results = [kind.result for kind in queue.kinds(manifest)]
    return ASKED_BEFORE if results and None not in results else NOT_ASKED
