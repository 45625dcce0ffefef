"""The connection test: six rungs, from the name of the new PACS to its answer to a query.

Nothing is sent and nothing is stored.
"""

from __future__ import annotations

from typing import Callable, Sequence

from wizard.dicom import find, status, tls
from wizard.dicom.association import DEFAULT_TIMEOUTS
from wizard.dicom.connecting import addresses, connect
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.discover import probe, supported_kinds, supported_kinds_texts
from wizard.engine.events import Events
from wizard.engine.facts import SupportedKinds
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


class ConnectionTest:
    """The checks of one connection test.

    Parameters
    ----------
    asked : sequence of PresentationKind
        The kinds that the destination is asked about, besides those in the manifest.
    manifest : Manifest or None
        It keeps the answers about the kinds for Check.

    Attributes
    ----------
    checks : tuple of callable
        One for each of `RUNGS`. A check returns a sentence and details for support, or raises a `DestinationError`.
    """

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
        self.checks: tuple[Callable[[], tuple[str, str]], ...] = (
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
        except AssociationAborted as error:  # many ports for TLS close so when no TLS is spoken
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
        with find.Query(self._destination, find.ECHO) as query, self._control.closing(query.kill):
            code = query.echo()
        if code != status.SUCCESS:
            raise DestinationError(
                "It answers, but not with success, to the test question.", f"C-ECHO status {code:04X}"
            )
        return "It answers the test question.", ""

    def _takes_images(self) -> tuple[str, str]:
        source_kinds = queue.all_kinds(self._manifest) if self._manifest is not None else []
        asked = tuple(dict.fromkeys([*source_kinds, *self._asked]))
        results = dict(
            supported_kinds.negotiate(self._destination, asked, self._control, self._events, DEFAULT_TIMEOUTS)
        )
        if self._manifest is not None:
            supported_kinds.keep(self._manifest, results)
        self._events.fact(SupportedKinds(results))
        return supported_kinds_texts.sentence(results, source_kinds)

    def _may_be_asked(self) -> tuple[str, str]:
        keys = {"StudyInstanceUID": "1.2.826.0.1.3680043.8.498.1"}  # a study that nobody has
        asked = self._destination.queried
        elsewhere = not self._destination.is_same_pacs(asked)
        who = f"{asked.called_ae} at {asked.address}" if elsewhere else "It"
        try:
            with find.Query(self._destination) as query, self._control.closing(query.kill):
                found = query.find("STUDY", keys, ["StudyInstanceUID"])
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
