"""Run the practice PACS: a C-ECHO, C-STORE and C-FIND SCP on 127.0.0.1, for practising and for tests.

It behaves like a careful PACS: it accepts the image types of the standard, rejects private ones and data sets that it
cannot index, and answers queries strictly by the standard.
"""

from __future__ import annotations

import contextlib
import socket
from io import BytesIO
from pathlib import Path
from typing import Any, Iterator

from pydicom._uid_dict import UID_dictionary
from pydicom.dataset import Dataset
from pydicom.uid import UID, ExplicitVRLittleEndian, ImplicitVRLittleEndian
from pynetdicom import evt
from pynetdicom.ae import ApplicationEntity
from pynetdicom.presentation import AllStoragePresentationContexts, PresentationContext
from pynetdicom.transport import ThreadedAssociationServer

from wizard.dicom.listener import cut, send_without_delay
from wizard.errors import UsageError
from wizard.language.message import Message
from wizard.practice import ANNOUNCED
from wizard.practice.find_provider import INDEXED_TAGS, PATIENT_ROOT, STUDY_ROOT, InvalidIdentifier, find
from wizard.practice.part10 import BrokenDataSet, raw_elements
from wizard.practice.store import CANNOT_UNDERSTAND, DOES_NOT_MATCH, Refused, Store

MAXIMUM_ASSOCIATIONS = 16
MAXIMUM_PDU_SIZE = 262144
# On this computer a request follows its connection at once. A connection without one occupies a place for so long.
ASSOCIATION_REQUEST_TIMEOUT = 5  # seconds

SUCCESS = 0x0000
PENDING = 0xFF00

_VERIFICATION = "1.2.840.10008.1.1"
_QUERY_MODELS = {
    "1.2.840.10008.5.1.4.1.2.1.1": PATIENT_ROOT,
    "1.2.840.10008.5.1.4.1.2.2.1": STUDY_ROOT,
}
_QUERY_SYNTAXES = [ExplicitVRLittleEndian, ImplicitVRLittleEndian]
_STORAGE_SYNTAXES = [UID(uid) for uid, entry in UID_dictionary.items() if entry[1] == "Transfer Syntax"]


class PracticePacs:
    """A PACS whose files are in `folder`. Use it as a context manager, or call `start` and `stop`.

    Parameters
    ----------
    folder : Path
        The instances are stored here. The folder is made if it is missing; instances of earlier runs are found again.
    port : int
        The TCP port; 0 takes a free one, which `port` holds after the start.
    ae_title : str
        Associations that call another AE title are rejected.
    """

    address = "127.0.0.1"

    def __init__(self, folder: Path, port: int = 0, ae_title: str = "PRACTICE") -> None:
        self.folder = folder
        self.port = port
        self.ae_title = ae_title
        self._server: ThreadedAssociationServer | None = None

    def start(self) -> None:
        """Begin to listen.

        Raises
        ------
        UsageError
            The port or the folder cannot be used.
        """
        try:
            store = Store(self.folder, INDEXED_TAGS)
        except OSError as error:
            sentence = Message("The folder of the practice PACS cannot be used. Choose another folder.")
            raise UsageError(sentence, f"{type(error).__name__} {error.errno}") from error
        entity = ApplicationEntity(self.ae_title)
        entity.implementation_version_name = ANNOUNCED
        entity.require_called_aet = True
        entity.maximum_associations = MAXIMUM_ASSOCIATIONS
        entity.maximum_pdu_size = MAXIMUM_PDU_SIZE
        entity.acse_timeout = ASSOCIATION_REQUEST_TIMEOUT
        handlers: list[Any] = [
            (evt.EVT_CONN_OPEN, send_without_delay),
            (evt.EVT_C_STORE, _receive_instance, [store]),
            (evt.EVT_C_FIND, _answer_query, [store]),
        ]
        try:
            self._server = entity.start_server(
                (self.address, self.port), block=False, evt_handlers=handlers, contexts=_contexts()
            )
        except OSError as error:
            sentence = Message(
                "Port {port} of this computer is in use or not allowed. Choose another port.", port=str(self.port)
            )
            raise UsageError(sentence, f"{type(error).__name__} {error.errno}") from error
        assert self._server is not None
        self.port = self._server.server_address[1]

    def stop(self) -> None:
        """Stop listening, end the associations, and return when all threads have ended. A second call does nothing."""
        server, self._server = self._server, None
        if server is None:
            return
        if server.socket is not None:
            with contextlib.suppress(OSError):  # on most systems this wakes it, which looks twice a second otherwise
                server.socket.shutdown(socket.SHUT_RDWR)
        server.shutdown()
        associations = server.active_associations
        for association in associations:
            cut(association)
        for association in associations:
            association.join()

    def __enter__(self) -> PracticePacs:
        self.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()


class _SharedContext(PresentationContext):
    """A supported context that is not copied: pynetdicom copies all of them for each association, in 55 ms."""

    def __deepcopy__(self, memo: object) -> _SharedContext:
        return self


def _contexts() -> list[PresentationContext]:
    storage = [str(context.abstract_syntax) for context in AllStoragePresentationContexts]
    return [_context(uid, _STORAGE_SYNTAXES) for uid in storage] + [
        _context(uid, _QUERY_SYNTAXES) for uid in (_VERIFICATION, *_QUERY_MODELS)
    ]


def _context(abstract_syntax: str, transfer_syntaxes: list[UID]) -> PresentationContext:
    context = _SharedContext()
    context.abstract_syntax = UID(abstract_syntax)
    for transfer_syntax in transfer_syntaxes:
        context.add_transfer_syntax(transfer_syntax)
    return context


def _receive_instance(event: Any, store: Store) -> Dataset:
    """Answer a C-STORE request (PS3.4 B.2)."""
    request = event.request
    sop_class, sop_instance = (
        str(uid).strip(" \0") for uid in (request.AffectedSOPClassUID, request.AffectedSOPInstanceUID)
    )
    try:
        store.add(sop_class, sop_instance, event.context.transfer_syntax, request.DataSet.getvalue())
    except Refused as refused:
        return _status(refused.status, refused.comment)
    return _status(SUCCESS)


def _answer_query(event: Any, store: Store) -> Iterator[tuple[Dataset, Dataset | None]]:
    """Answer a C-FIND request (PS3.4 C.4.1)."""
    try:
        stream = BytesIO(event.request.Identifier.getvalue())
        keys = dict(raw_elements(stream, event.context.transfer_syntax))
        matches = find(store, keys, _QUERY_MODELS[event.context.abstract_syntax])
    except BrokenDataSet:
        yield _status(CANNOT_UNDERSTAND, "The identifier cannot be read."), None
        return
    except InvalidIdentifier as invalid:
        yield _status(DOES_NOT_MATCH, str(invalid)), None
        return
    for match in matches:
        yield _status(PENDING), match


def _status(code: int, comment: str = "") -> Dataset:
    status = Dataset()
    status.Status = code
    if comment:
        status.ErrorComment = comment
    return status
