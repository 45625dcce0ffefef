"""Request storage commitment, push model (PS3.4 J): the destination takes over the safekeeping of instances.

Its answer to the request commits it to nothing. Its report comes over the same association, before or after that
answer, or over one that it opens itself to our `listener`.
"""

from __future__ import annotations

from io import BytesIO
from typing import Any, Callable, Iterable, Mapping

from pydicom.dataset import Dataset
from pynetdicom.dsutils import decode, encode

from wizard.dicom import contexts, dimse, status
from wizard.dicom.association import DEFAULT_TIMEOUTS, Association
from wizard.dicom.destination import Destination
from wizard.errors import NoContext
from wizard.language.message import Message

COMMITMENT = "1.2.840.10008.1.20.1"

_INSTANCE = "1.2.840.10008.1.20.1.1"  # the well-known one (PS3.4 J.3.5)
_REQUEST = b"\x01\x00"  # action type 1
_SYNTAXES = (contexts.IMPLICIT_LITTLE_ENDIAN, contexts.EXPLICIT_LITTLE_ENDIAN)
_CANNOT_UNDERSTAND, _PROCESSING_FAILURE = 0xC000, 0x0110

#: Handles a report: transaction UID, committed SOP Instance UIDs, and the reason for each one that is not committed.
ReportHandler = Callable[[str, "set[str]", Mapping[str, int]], None]


class Requests:
    """An association for requests, which also receives the reports that come over it. One thread uses it.

    Parameters
    ----------
    cancelled : callable
        Checked while nothing moves.

    Raises
    ------
    NameNotResolved, Unreachable, AssociationRejected, AssociationAborted, PeerTimeout, Stopped
    NoContext
        The destination does not offer storage commitment.
    """

    def __init__(self, destination: Destination, handle_report: ReportHandler, cancelled: Callable[[], bool]) -> None:
        self._handle_report = handle_report
        kinds = [(COMMITMENT, syntax) for syntax in _SYNTAXES]
        self._association = Association(destination, kinds, DEFAULT_TIMEOUTS, cancelled)
        self.kill = self._association.kill
        self.abort = self._association.abort
        self.release = self._association.release
        if not self._association.accepted:
            self.release()
            raise NoContext(Message("The new PACS does not offer storage commitment to this computer."))
        self._kind = next(iter(self._association.accepted))

    def request(self, transaction_uid: str, instances: Iterable[tuple[str, str]]) -> int:
        """N-ACTION (PS3.4 J.3.2) for instances, each by SOP class and instance UID; returns the status of its answer.

        Raises
        ------
        AssociationAborted, PeerTimeout, Stopped
        """
        wanted = Dataset()
        wanted.TransactionUID = transaction_uid
        wanted.ReferencedSOPSequence = [_reference(*instance) for instance in instances]
        encoded = encode(wanted, self._implicit, True)
        assert encoded is not None, "UIDs can be encoded"
        more = {0x1001: dimse.uid(_INSTANCE), 0x1008: _REQUEST}
        message_id = self._association.request(self._kind, dimse.N_ACTION, encoded, more)
        while True:
            message = self._association.receive(DEFAULT_TIMEOUTS.answer)
            if message.field & dimse.ANSWER:
                return dimse.response(message, dimse.N_ACTION, message_id).status
            self._answer(message)

    def receive_report(self, seconds: float) -> None:
        """Receive one report, if one comes over this association within the seconds.

        Raises
        ------
        AssociationAborted, PeerTimeout, Stopped
            The association is over.
        """
        if self._association.hears(seconds):
            self._answer(self._association.receive(DEFAULT_TIMEOUTS.answer))

    def _answer(self, message: dimse.DimseMessage) -> None:
        if message.field != dimse.N_EVENT_REPORT:
            self._association.reply(message, 0x0211)  # unrecognised operation (PS3.7 C.5.13)
            return
        try:
            report = read_report(decode(BytesIO(message.data), self._implicit, True))
        except Exception:  # pydicom raises many types on bytes that are no data set
            self._association.reply(message, _CANNOT_UNDERSTAND)
            return
        self._handle_report(*report)
        self._association.reply(message, status.SUCCESS)

    @property
    def _implicit(self) -> bool:
        return self._kind[1] == contexts.IMPLICIT_LITTLE_ENDIAN


def read_report(found: Dataset) -> tuple[str, set[str], dict[str, int]]:
    """Read an N-EVENT-REPORT (PS3.4 J.3.3): transaction UID, committed instances, and the reason for each other one.

    Each instance counts by the list in which it stands; the event type of the report is not used.

    Raises
    ------
    Exception
        Of many types: the data set is no report.
    """
    stored = {_uid(one) for one in found.get("ReferencedSOPSequence") or []}
    failed = {
        _uid(one): int(one.get("FailureReason") or _PROCESSING_FAILURE) for one in found.get("FailedSOPSequence") or []
    }
    return str(found.TransactionUID), stored - set(failed), failed


def _uid(reference: Any) -> str:
    return str(reference.ReferencedSOPInstanceUID)


def _reference(sop_class: str, sop_uid: str) -> Dataset:
    reference = Dataset()
    reference.ReferencedSOPClassUID, reference.ReferencedSOPInstanceUID = sop_class, sop_uid
    return reference
