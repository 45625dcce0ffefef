"""Runs the copy step, with short pauses."""

from __future__ import annotations

import sqlite3

from tests.engine.stage import started
from wizard.dicom.destination import Destination
from wizard.engine import copy
from wizard.engine.events import Events, NoEvents
from wizard.engine.job import Control, Job
from wizard.manifest import copy_settings, ledger
from wizard.manifest.manifest import Manifest

SOON = (0.05, 0.05, 0.05)


def run(manifest: Manifest, destination: Destination, events: Events | None = None, **options: object) -> None:
    options.setdefault("pauses", SOON)
    copy_settings.keep(manifest, copy_settings.CopySettings(associations=int(options.pop("associations", 2))))  # type: ignore[call-overload]
    copy.run(manifest, destination, Control(), events or NoEvents(), **options)  # type: ignore[arg-type]


def begun(manifest: Manifest, destination: Destination, events: Events | None = None, associations: int = 2) -> Job:
    copy_settings.keep(manifest, copy_settings.CopySettings(associations=associations))
    return started(
        "copy",
        lambda control, report: copy.run(manifest, destination, control, report, pauses=SOON),
        events,
    )


def row(manifest: Manifest, uid: str) -> sqlite3.Row:
    """The ledger's row of the entry with this SOP Instance UID."""
    (found,) = [found for found in ledger.rows(manifest) if found["sop_uid"] == uid]
    return found
