"""Listen for what the destination delivers over associations of its own.

These are the reports of storage commitment (N-EVENT-REPORT, PS3.4 J.3.3) and the images of a C-MOVE (PS3.4 C.4.2). The
SCP is pynetdicom's; it listens only while it is needed.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from typing import Any, Callable, NamedTuple

from pydicom._uid_dict import UID_dictionary
from pydicom.dataset import Dataset
from pydicom.uid import UID
from pynetdicom import _config, evt
from pynetdicom.ae import ApplicationEntity
from pynetdicom.presentation import AllStoragePresentationContexts
from pynetdicom.transport import ThreadedAssociationServer

from wizard.dicom import status
from wizard.dicom.storage_commitment import COMMITMENT, ReportHandler, read_report
from wizard.errors import UsageError
from wizard.language.message import Message

# Names and IDs of patients must not reach any log.
_config.LOG_HANDLER_LEVEL = "none"
_config.LOG_REQUEST_IDENTIFIERS = False
_config.LOG_RESPONSE_IDENTIFIERS = False

_VERIFICATION = "1.2.840.10008.1.1"
_SYNTAXES = [UID(uid) for uid, entry in UID_dictionary.items() if entry[1] == "Transfer Syntax"]
_UNCOMPRESSED = ["1.2.840.10008.1.2", "1.2.840.10008.1.2.1"]
_MOST_ASSOCIATIONS = 8
_LARGEST_PDU = 262144
_SECONDS_FOR_A_REQUEST = 10
_SECONDS_OF_SILENCE = 120
_CANNOT_UNDERSTAND = 0xC000


class StoredObject(NamedTuple):
    """A received instance, its data set byte for byte."""

    sop_class: str
    sop_uid: str
    transfer_syntax: str
    data: bytes


#: Handles a received instance; returns the status of the answer.
StoreHandler = Callable[[StoredObject], int]


class Listener:
    """Listens while it is entered. It calls `store` and `handle_report` in threads of its own.

    Parameters
    ----------
    ae_title : str
        Our own; associations that call another one are rejected.
    port : int
        0 takes a free port, whose number `port` then holds.
    address : str
        The address of this computer on which it listens; "" is all of them.

    Raises
    ------
    UsageError
        The port is in use or not allowed.
    """

    def __init__(
        self,
        ae_title: str,
        port: int,
        store: StoreHandler | None = None,
        handle_report: ReportHandler | None = None,
        address: str = "",
    ) -> None:
        self.ae_title, self.port, self._address = ae_title, port, address
        self._store, self._handle_report = store, handle_report
        self._server: ThreadedAssociationServer | None = None

    def __enter__(self) -> Listener:
        entity = ApplicationEntity(self.ae_title)
        entity.require_called_aet = True
        entity.maximum_associations = _MOST_ASSOCIATIONS
        entity.maximum_pdu_size = _LARGEST_PDU
        entity.acse_timeout = _SECONDS_FOR_A_REQUEST
        entity.network_timeout = _SECONDS_OF_SILENCE
        entity.add_supported_context(_VERIFICATION, _UNCOMPRESSED)
        handlers: list[Any] = [(evt.EVT_CONN_OPEN, send_without_delay)]
        if self._handle_report is not None:  # the destination is the SCP, although it opens the association
            entity.add_supported_context(COMMITMENT, _UNCOMPRESSED, scu_role=False, scp_role=True)
            handlers.append((evt.EVT_N_EVENT_REPORT, _receive_report, [self._handle_report]))
        if self._store is not None:
            for context in AllStoragePresentationContexts:
                entity.add_supported_context(str(context.abstract_syntax), _SYNTAXES)
            handlers.append((evt.EVT_C_STORE, _receive_instance, [self._store]))
        try:
            self._server = entity.start_server((self._address, self.port), block=False, evt_handlers=handlers)
        except OSError as error:
            raise UsageError(
                Message(
                    "Port {port} of this computer is in use or blocked, so the new PACS cannot deliver anything there. "
                    "Enter another port, and tell the PACS administrator.",
                    port=str(self.port),
                ),
                f"{type(error).__name__} {error.errno}",
            ) from error
        assert self._server is not None
        self.port = self._server.server_address[1]
        return self

    def __exit__(self, *exc: object) -> None:
        """Stop listening, and end the associations that are still open."""
        server, self._server = self._server, None
        if server is None:
            return
        server.shutdown()  # in half a second at most, in which the last answer leaves
        associations = server.active_associations
        for association in associations:
            cut(association)
        for association in associations:
            association.join(_SECONDS_FOR_A_REQUEST)


def _receive_instance(event: Any, store: StoreHandler) -> int:
    """Answer a C-STORE request (PS3.4 B.2)."""
    request, syntax = event.request, str(event.context.transfer_syntax)
    sop_class, sop_uid = (
        str(uid).strip(" \0") for uid in (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID)
    )
    return store(StoredObject(sop_class, sop_uid, syntax, request.DataSet.getvalue()))


def _receive_report(event: Any, handle_report: ReportHandler) -> tuple[int, Dataset | None]:
    """Answer an N-EVENT-REPORT request (PS3.4 J.3.3)."""
    try:
        report = read_report(event.event_information)
    except Exception:  # pydicom raises many types on bytes that are no data set
        return _CANNOT_UNDERSTAND, None
    handle_report(*report)
    return status.SUCCESS, None


def send_without_delay(event: Any) -> None:
    """Switch Nagle's algorithm off."""
    event.assoc.dul.socket.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


def cut(association: Any) -> None:
    """End an association from another thread, in the middle of any wait; `Association.abort` may wait for ever."""
    connection = association.dul.socket and association.dul.socket.socket
    if connection:
        with contextlib.suppress(OSError):  # the peer has already closed it
            connection.shutdown(socket.SHUT_RDWR)
            if sys.platform == "win32":  # only this is sure to wake a thread that reads from it
                connection.close()
    association.kill()
    association.dul.to_user_queue.put(None)  # wakes a thread that still waits for its association request
