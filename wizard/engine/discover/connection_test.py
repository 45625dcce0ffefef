"""The connection test: six rungs, from the name of the new PACS to its answer to a query.

Nothing is sent and nothing is stored.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Callable, Sequence

from wizard.dicom import certificates, find, status, tls
from wizard.dicom.association import DEFAULT_TIMEOUTS
from wizard.dicom.connecting import addresses, connect
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.discover import probe, supported_kinds, supported_kinds_texts
from wizard.engine.events import Events
from wizard.engine.facts import RUNG_NAMES, SupportedKinds
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
from wizard.language.message import NOTHING, Message, together
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest

RUNGS = tuple(RUNG_NAMES)

_RIGHT_PORT = Message("Check that the port is that of the new PACS.")
_CLOSED_AT_ONCE = Message(
    "The new PACS accepts the connection and closes it at once, and does not use TLS here. Check the port, and whether "
    "this computer must be registered there."
)
_LATER = Message("Try again in a few minutes. If that does not help, ask the PACS administrator.")


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
        self.checks: tuple[Callable[[], tuple[Message, str]], ...] = (
            *(self._resolved, self._reached, self._accepted, self._answered, self._takes_images, self._may_be_asked),
        )

    def _resolved(self) -> tuple[Message, str]:
        found = {str(address[0]) for _, address in addresses(self._destination)}
        if self._destination.host in found:
            return Message("The address is valid."), ""
        return Message("Name resolved: {addresses}.", addresses=tuple(sorted(found))), ""

    def _reached(self) -> tuple[Message, str]:
        if self._destination.tls is not None:
            certificates.context(self._destination.tls)  # a file that is missing is said before anything is connected
        unencrypted = replace(self._destination, tls=None)  # whether it can be encrypted is the next question
        connect(unencrypted, DEFAULT_TIMEOUTS.connect, lambda: self._control.stopped).close()
        return Message("The system at {address} responds.", address=self._destination.address), ""

    def _accepted(self) -> tuple[Message, str]:
        try:
            probe.probe(self._destination, DEFAULT_TIMEOUTS, self._control)
        except AssociationRejected as error:
            if error.congested:
                error.sentence, error.who = together(error.sentence, _LATER), YOU
            raise
        except (AbortedByPeer, NotDicom):
            raise
        except AssociationAborted as error:  # many ports for TLS close so when no TLS is spoken
            if self._destination.tls is None and probe.speaks_tls(self._destination, DEFAULT_TIMEOUTS, self._control):
                raise tls.wanted(error.details) from error
            if self._destination.tls is None:
                raise AssociationAborted(_CLOSED_AT_ONCE, error.details) from error
            raise
        except PeerTimeout as error:
            error.sentence = together(error.sentence, _RIGHT_PORT)
            raise
        sentence = Message(
            "The new PACS accepts this computer as {calling_ae}.", calling_ae=self._destination.calling_ae
        )
        return sentence, ""

    def _answered(self) -> tuple[Message, str]:
        with find.Query(self._destination, find.ECHO) as query, self._control.closing(query.kill):
            code = query.echo()
        if code != status.SUCCESS:
            sentence = Message("The new PACS answers the connection test with an error.")
            raise DestinationError(sentence, f"C-ECHO status {code:04X}")
        return Message("The new PACS answers the connection test."), ""

    def _takes_images(self) -> tuple[Message, str]:
        source_kinds = queue.all_kinds(self._manifest) if self._manifest is not None else []
        asked = tuple(dict.fromkeys([*source_kinds, *self._asked]))
        results = dict(
            supported_kinds.negotiate(self._destination, asked, self._control, self._events, DEFAULT_TIMEOUTS)
        )
        if self._manifest is not None:
            supported_kinds.keep(self._manifest, results)
        self._events.fact(SupportedKinds(results))
        return supported_kinds_texts.sentence(results, source_kinds)

    def _may_be_asked(self) -> tuple[Message, str]:
        keys = {"StudyInstanceUID": "1.2.826.0.1.3680043.8.498.1"}  # a study that nobody has
        asked = self._destination.queried
        elsewhere = (
            NOTHING
            if self._destination.is_same_pacs(asked)
            else Message("Queries go to {called_ae} at {address}.", called_ae=asked.called_ae, address=asked.address)
        )
        try:
            with find.Query(self._destination) as query, self._control.closing(query.kill):
                found = query.find("STUDY", keys, ["StudyInstanceUID"])
        except DestinationError as error:
            error.sentence = together(elsewhere, error.sentence)
            raise
        if found.status != status.SUCCESS:
            failed = Message(
                "The test query was answered with an error. Whether images arrived cannot be checked until queries "
                "(C-FIND) from this computer are allowed."
            )
            raise DestinationError(together(elsewhere, failed), f"C-FIND status {found.status:04X}")
        return together(elsewhere, Message("The test query was answered.")), ""
