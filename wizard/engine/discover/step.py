"""Step 1, Discover: the ladder of the connection test. Nothing is sent and nothing is stored.

Each rung is reported as it is climbed, with its reason when it fails; the rungs above a failed one are not checked.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Callable, Sequence

from wizard.dicom import find, kinds, status, tls
from wizard.dicom.association import DEFAULT_TIMEOUTS
from wizard.dicom.connecting import addresses, connect
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.discover import probe, supported_kinds
from wizard.engine.events import Events, Fact
from wizard.engine.job import Control
from wizard.errors import (
    YOU,
    AbortedByPeer,
    AssociationAborted,
    AssociationRejected,
    DestinationError,
    NotDicom,
    PeerTimeout,
)
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest

RUNGS = ("resolved", "reached", "accepted", "answered", "takes images", "may be asked")

_RIGHT_PORT = "Check that the port is that of the new PACS."
_WITHOUT_A_WORD = (
    "The new PACS takes the connection, and closes it without a word; it does not speak TLS here either. Check the "
    "port, and whether it lets only computers in that it knows."
)
_LATER = "Try again in a few minutes. If it stays so, ask its administrator."


@dataclass(frozen=True)
class Rung(Fact):
    """One rung of the connection test: `passed` is None for "not checked", and `seconds` is what it took."""

    name: str
    passed: bool | None
    sentence: str
    details: str = ""
    who: str = ""
    seconds: float = 0.0


def run(
    destination: Destination,
    control: Control,
    events: Events,
    asked: Sequence[PresentationKind] = supported_kinds.COMMON,
    manifest: Manifest | None = None,
) -> tuple[Rung, ...]:
    """Climb the ladder; failing rungs are results, not errors.

    It is asked whether it takes the kinds `asked` and those in the manifest. What it says is kept there for Check; and
    told, as `Takes`.

    Raises
    ------
    ManifestError, Stopped
    """
    test = _Test(destination, control, events, asked, manifest)
    climbed: list[Rung] = []
    for name, step in zip(RUNGS, test.steps):
        control.check()
        # Whether it may be asked is worth knowing even when it takes no images.
        below = climbed[:4]
        rung = Rung(name, None, "Not checked.") if any(rung.passed is False for rung in below) else _climb(name, step)
        climbed.append(rung)
        events.fact(rung)
    return tuple(climbed)


def thoroughly(
    destination: Destination, control: Control, events: Events, manifest: Manifest | None = None
) -> tuple[Rung, ...]:
    """The same, and it is asked about every kind that is known."""
    return run(destination, control, events, kinds.every(), manifest)


def usable(rungs: Sequence[Rung]) -> bool:
    """Whether images can be copied there: everything up to "takes images" holds."""
    return len(rungs) == len(RUNGS) and all(rung.passed for rung in rungs[:5])


def why_not(rungs: Sequence[Rung]) -> DestinationError:
    """The first failed rung as an error."""
    failed = next(rung for rung in rungs if not rung.passed)
    error = DestinationError(failed.sentence, failed.details)
    error.who = failed.who
    return error


def _climb(name: str, step: Callable[[], tuple[str, str]]) -> Rung:
    started = time.monotonic()
    try:
        sentence, details = step()
        return Rung(name, True, sentence, details, seconds=time.monotonic() - started)
    except DestinationError as error:
        return Rung(name, False, error.sentence, error.details, error.who, time.monotonic() - started)


class _Test:
    """The steps of one test: each returns a sentence, with details for support, or raises why it failed."""

    def __init__(
        self,
        destination: Destination,
        control: Control,
        events: Events,
        asked: Sequence[PresentationKind],
        manifest: Manifest | None,
    ) -> None:
        self._destination, self._control, self._events = destination, control, events
        self._asked, self._manifest = asked, manifest
        self.steps: tuple[Callable[[], tuple[str, str]], ...] = (
            *(self._resolved, self._reached, self._accepted, self._answered, self._takes_images, self._may_be_asked),
        )

    def _resolved(self) -> tuple[str, str]:
        found = {str(address[0]) for _, address in addresses(self._destination)}
        if self._destination.host in found:
            return "The address is well formed.", ""
        return f"The name is known: {', '.join(sorted(found))}.", ""

    def _reached(self) -> tuple[str, str]:
        connect(self._destination, DEFAULT_TIMEOUTS.connect, lambda: self._control.stopped).close()
        return f"Something answers at {self._destination.address}.", ""

    def _accepted(self) -> tuple[str, str]:
        try:
            probe.probe(self._destination, DEFAULT_TIMEOUTS, self._control)
        except AssociationRejected as error:
            if error.congested:
                error.sentence, error.who = f"{error.sentence} {_LATER}", YOU
            raise
        except (AbortedByPeer, NotDicom):
            raise
        except AssociationAborted as error:  # many ports for TLS close without a word when spoken to in the clear
            if self._destination.tls is None and probe.speaks_tls(self._destination, DEFAULT_TIMEOUTS, self._control):
                raise tls.wanted(error.details) from error
            if self._destination.tls is None:
                raise AssociationAborted(_WITHOUT_A_WORD, error.details) from error
            raise
        except PeerTimeout as error:
            error.sentence = f"{error.sentence} {_RIGHT_PORT}"
            raise
        return f"It accepts this computer as {self._destination.calling_ae}.", ""

    def _answered(self) -> tuple[str, str]:
        with find.Query(self._destination, find.ECHO) as asked, self._control.closing(asked.kill):
            code = asked.echo()
        if code != status.SUCCESS:
            raise DestinationError(
                "It answers, but not with success, to the test question.", f"C-ECHO status {code:04X}"
            )
        return "It answers the test question.", ""

    def _takes_images(self) -> tuple[str, str]:
        archive = queue.all_kinds(self._manifest) if self._manifest is not None else []
        asked = tuple(dict.fromkeys([*archive, *self._asked]))
        results = dict(
            supported_kinds.negotiate(self._destination, asked, self._control, self._events, DEFAULT_TIMEOUTS)
        )
        if self._manifest is not None:
            supported_kinds.keep(self._manifest, results)
        self._events.fact(supported_kinds.Takes(results))
        return supported_kinds.sentence(results, archive)

    def _may_be_asked(self) -> tuple[str, str]:
        keys = {"StudyInstanceUID": "1.2.826.0.1.3680043.8.498.1"}  # a study that nobody has
        asked = self._destination.queried
        elsewhere = not self._destination.is_same_pacs(asked)
        who = f"{asked.called_ae} at {asked.address}" if elsewhere else "It"
        try:
            with find.Query(self._destination) as line, self._control.closing(line.kill):
                found = line.find("STUDY", keys, ["StudyInstanceUID"])
        except DestinationError as error:
            if elsewhere:
                error.sentence = f"{who}: {error.sentence}"
            raise
        if found.status != status.SUCCESS:
            raise DestinationError(
                f"{who} does not let this computer ask which images it has. Copying works; whether everything arrived "
                "cannot be checked until the administrator of the new PACS allows it.",
                f"C-FIND status {found.status:04X}",
            )
        return f"{who} may be asked which images it has.", ""
