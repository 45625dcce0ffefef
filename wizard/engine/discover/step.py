"""Step 1, Discover: test the connection to the new PACS, rung by rung. Nothing is sent and nothing is stored.

Each rung is reported as soon as it was checked, with its reason when it fails; the rungs above a failed one are not
checked.
"""

from __future__ import annotations

import time
from typing import Callable, Sequence

from wizard.dicom import kinds
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.discover import supported_kinds
from wizard.engine.discover.connection_test import RUNGS, ConnectionTest
from wizard.engine.events import Events
from wizard.engine.facts import Rung
from wizard.engine.job import Control
from wizard.errors import DestinationError
from wizard.language.message import Message
from wizard.manifest.manifest import Manifest


def run(
    destination: Destination,
    control: Control,
    events: Events,
    asked: Sequence[PresentationKind] = supported_kinds.COMMON,
    manifest: Manifest | None = None,
) -> tuple[Rung, ...]:
    """Test the connection; failing rungs are results, not errors.

    The destination is asked whether it accepts the kinds `asked` and those in the manifest. The manifest keeps its
    answers for Check, and `events` tells them as `SupportedKinds`.

    Raises
    ------
    ManifestError, Stopped
    """
    test = ConnectionTest(destination, control, events, asked, manifest)
    rungs: list[Rung] = []
    for name, check in zip(RUNGS, test.checks):
        control.check()
        # Whether it may be asked is worth knowing even when it takes no images.
        below = rungs[:4]
        failed = any(rung.passed is False for rung in below)
        rung = Rung(name, None, Message("Not checked.")) if failed else _checked(name, check)
        rungs.append(rung)
        events.fact(rung)
    return tuple(rungs)


def thoroughly(
    destination: Destination, control: Control, events: Events, manifest: Manifest | None = None
) -> tuple[Rung, ...]:
    """Test the connection as `run` does, and ask about every kind that is known."""
    return run(destination, control, events, kinds.every(), manifest)


def usable(rungs: Sequence[Rung]) -> bool:
    """Whether images can be copied there: every rung up to "takes images" has passed."""
    return len(rungs) == len(RUNGS) and all(rung.passed for rung in rungs[:5])


def summary(rungs: Sequence[Rung]) -> Message:
    """Say in a sentence what the test showed. Copying is spoken of only where every rung for it has passed."""
    images, queries = rungs[4].passed, rungs[5].passed
    if images and queries:
        return Message("The connection test has passed.")
    if images:
        return Message(
            "The new PACS accepts images, but the test query failed. Whether images arrived cannot be checked until "
            "queries work."
        )
    if images is False:
        return Message(
            "The new PACS responds, but the test did not show that it accepts images. Nothing can be copied until that "
            "test passes."
        )
    return Message("The connection to the new PACS does not work yet. Nothing can be copied.")


def why_not(rungs: Sequence[Rung]) -> DestinationError:
    """Return the first failed rung as an error."""
    failed = next(rung for rung in rungs if not rung.passed)
    error = DestinationError(failed.sentence, failed.details)
    error.who, error.code = failed.who or error.who, failed.code or error.code
    return error


def _checked(name: str, check: Callable[[], tuple[Message, str]]) -> Rung:
    started = time.monotonic()
    try:
        sentence, details = check()
        return Rung(name, True, sentence, details, seconds=time.monotonic() - started)
    except DestinationError as error:
        return Rung(name, False, error.sentence, error.details, error.who, time.monotonic() - started, error.code)
