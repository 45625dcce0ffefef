"""Propose an association, and read what the destination accepts of it (PS3.8 9.3.2, 9.3.3).

pynetdicom's PDU classes encode and decode it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Collection, Iterator, Sequence

from pydicom.uid import UID
from pynetdicom.pdu import A_ASSOCIATE_AC, A_ASSOCIATE_RQ
from pynetdicom.pdu_primitives import (
    A_ASSOCIATE,
    ImplementationClassUIDNotification,
    ImplementationVersionNameNotification,
    MaximumLengthNotification,
    SCP_SCU_RoleSelectionNegotiation,
)
from pynetdicom.presentation import build_context

from wizard.dicom import dimse
from wizard.dicom.contexts import LIMIT, PresentationKind
from wizard.dicom.destination import Destination
from wizard.errors import AssociationAborted

IMPLEMENTATION_UID = "2.25.98204871736650129365178243094210957613"
IMPLEMENTATION_NAME = "PACS_MIGRATOR_1"

_APPLICATION_CONTEXT = "1.2.840.10008.3.1.1.1"
_OUR_MAXIMUM = 16384  # bytes of a received PDU; only answers and their data sets come in
_UNSAID_MAXIMUM = 16384  # of a peer that names no maximum length


@dataclass
class Agreement:
    """The presentation contexts and limits that the destination accepts.

    Attributes
    ----------
    accepted : dict
        The presentation context ID of each accepted kind.
    refused : dict
        For each other kind the result of PS3.8 table 9-18.
    maximum : int
        The longest P-DATA-TF that it accepts, in bytes after the header of the PDU; 0 is without limit.
    peer : str
        Its implementation class UID and version name.
    served : set
        The SOP classes of which this computer may be the SCP.
    """

    maximum: int
    peer: str
    accepted: dict[PresentationKind, int] = field(default_factory=dict)
    served: set[str] = field(default_factory=set)
    refused: dict[PresentationKind, int] = field(default_factory=dict)


def request(destination: Destination, kinds: Sequence[PresentationKind], serves: Collection[str] = ()) -> bytes:
    """Build an A-ASSOCIATE-RQ with one presentation context for each of at most 128 kinds.

    This computer proposes to be the SCP of the SOP classes in `serves` (PS3.7 D.3.3.4).
    """
    assert 0 < len(kinds) <= LIMIT, f"{len(kinds)} presentation contexts"
    primitive = A_ASSOCIATE()
    primitive.application_context_name = UID(_APPLICATION_CONTEXT)
    primitive.calling_ae_title = destination.calling_ae
    primitive.called_ae_title = destination.called_ae
    contexts = [build_context(sop_class, [syntax]) for sop_class, syntax in kinds]
    for number, context in enumerate(contexts):
        context.context_id = _context_id(number)
    primitive.presentation_context_definition_list = contexts
    maximum, implementation, version = (
        MaximumLengthNotification(),
        ImplementationClassUIDNotification(),
        ImplementationVersionNameNotification(),
    )
    maximum.maximum_length_received = _OUR_MAXIMUM
    implementation.implementation_class_uid = UID(IMPLEMENTATION_UID)
    version.implementation_version_name = IMPLEMENTATION_NAME
    primitive.user_information = [maximum, implementation, version, *map(_provider, sorted(serves))]
    pdu = A_ASSOCIATE_RQ()
    pdu.from_primitive(primitive)
    encoded: bytes = pdu.encode()
    return encoded


def read(body: bytes, kinds: Sequence[PresentationKind]) -> Agreement:
    """Read the A-ASSOCIATE-AC that answers the request for these kinds; `body` follows its six-byte header.

    Raises
    ------
    AssociationAborted
        The A-ASSOCIATE-AC is broken.
    """
    try:
        pdu = A_ASSOCIATE_AC()
        pdu.decode(b"\x02\x00" + len(body).to_bytes(4, "big") + body)
        answer = pdu.to_primitive()
        results = {context.context_id: context for context in answer.presentation_context_definition_results_list}
        if not results:
            raise ValueError("no presentation context")
        maximum = answer.maximum_length_received
        agreement = Agreement(_UNSAID_MAXIMUM if maximum is None else maximum, " ".join(_implementation(answer)))
    except Exception as error:  # pynetdicom raises many types on bytes that are no A-ASSOCIATE-AC
        raise AssociationAborted(dimse.NOT_DICOM, repr(error)) from error
    for item in answer.user_information:
        if isinstance(item, SCP_SCU_RoleSelectionNegotiation) and item.scp_role and item.sop_class_uid:
            agreement.served.add(str(item.sop_class_uid))
    for number, kind in enumerate(kinds):
        context = results.get(_context_id(number))
        result = 2 if context is None or context.result is None else int(context.result)
        if context is not None and result == 0 and list(context.transfer_syntax) != [kind[1]]:
            result = 4  # it accepted a syntax that was not proposed
        if result == 0:
            agreement.accepted[kind] = _context_id(number)
        else:
            agreement.refused[kind] = result
    return agreement


def _provider(sop_class: str) -> SCP_SCU_RoleSelectionNegotiation:
    role = SCP_SCU_RoleSelectionNegotiation()
    role.sop_class_uid = UID(sop_class)
    role.scu_role, role.scp_role = False, True
    return role


def _context_id(number: int) -> int:
    """Presentation context IDs are odd: 1, 3, … 255 (PS3.8 9.3.2.2)."""
    return 2 * number + 1


def _implementation(answer: A_ASSOCIATE) -> Iterator[str]:
    """The implementation class UID and version name that the peer gave (PS3.7 D.3.3.2)."""
    for item in answer.user_information:
        for name in ("implementation_class_uid", "implementation_version_name"):
            value = getattr(item, name, None)
            if value:
                yield value.decode("ascii", "replace") if isinstance(value, bytes) else str(value)
