"""Step 3, Check: ask the new PACS which kinds of images it accepts, and report the findings.

Only the question about the kinds needs the network.
"""

from __future__ import annotations

import time

from wizard.dicom.destination import Destination
from wizard.engine.check import findings
from wizard.engine.check.findings import Finding
from wizard.engine.discover import supported_kinds
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest

NOT_ASKED = "Whether the new PACS takes these kinds of images was not checked."
ASKED_BEFORE = "Which kinds of images the new PACS takes is as it said when it was asked last; now it was not."


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
        results = supported_kinds.negotiate(destination, kinds, control)
        with manifest.writing() as db:
            for (sop_class, syntax), result in results:
                queue.negotiated(db, sop_class, syntax, result)
        found = findings.read(manifest)
        events.state(Progress("check", len(kinds), total=len(kinds), seconds=time.monotonic() - started))
    return found


def not_asked(manifest: Manifest) -> str:
    """The sentence for a destination that could not be asked now which kinds it accepts."""
    results = [kind.result for kind in queue.kinds(manifest)]
    return ASKED_BEFORE if results and None not in results else NOT_ASKED
