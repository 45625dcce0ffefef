"""Asking the destination: C-ECHO and C-FIND in the Study Root model (PS3.4 C.4.1), over pynetdicom.

A guard around pynetdicom: its logging of identifiers is off, Nagle's algorithm too, sockets have a time-out, and
`kill` ends a question from the side.
"""

from __future__ import annotations

import contextlib
import socket
import threading
from typing import Any, NamedTuple, Sequence

from pydicom.dataset import Dataset
from pydicom.uid import UID
from pynetdicom import _config, evt
from pynetdicom.ae import ApplicationEntity as AE
from pynetdicom.sop_class import (  # type: ignore[attr-defined,unused-ignore]
    StudyRootQueryRetrieveInformationModelFind,
    Verification,
)

from wizard.dicom import association, status
from wizard.dicom.destination import Destination
from wizard.dicom.wire import QUICKACK
from wizard.errors import (
    AssociationAborted,
    AssociationRejected,
    DestinationError,
    NoContext,
    Silence,
    Stopped,
    Unreachable,
)

_config.LOG_HANDLER_LEVEL = "none"
_config.LOG_REQUEST_IDENTIFIERS = False
_config.LOG_RESPONSE_IDENTIFIERS = False

ECHO = str(Verification)
FIND = str(StudyRootQueryRetrieveInformationModelFind)
_PENDING = (0xFF00, 0xFF01)


class Found(NamedTuple):
    """The answers to one question, and the final status: anything but 0 means "could not check"."""

    answers: list[dict[str, str]]
    status: int


class Query:
    """An association for questions. Used by one thread; `kill` may come from any.

    Raises
    ------
    Unreachable, AssociationRejected, NoContext, AssociationAborted, Silence, Stopped
    """

    def __init__(self, destination: Destination, sop_class: str = FIND, seconds: float = 30) -> None:
        self._killed = threading.Event()
        self._opened = False
        ae = AE(ae_title=destination.calling_ae)
        ae.implementation_class_uid = UID(association.IMPLEMENTATION_UID)
        ae.implementation_version_name = association.IMPLEMENTATION_NAME
        ae.connection_timeout = 10
        ae.acse_timeout = seconds
        ae.dimse_timeout = seconds
        ae.network_timeout = seconds
        ae.add_requested_context(sop_class)
        self._association: Any = ae.associate(
            destination.host,
            destination.port,
            ae_title=destination.called_ae,
            evt_handlers=[
                (evt.EVT_CONN_OPEN, self._on_open),
                (evt.EVT_DATA_SENT, _acknowledge_at_once),
                (evt.EVT_DATA_RECV, _acknowledge_at_once),
            ],
        )
        if not self._association.is_established:
            raise self._why_not(destination)

    def __enter__(self) -> Query:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def echo(self) -> int:
        """C-ECHO; returns the status (PS3.7 9.1.5)."""
        return self._status(self._association.send_c_echo())

    def find(self, level: str, keys: dict[str, str], wanted: Sequence[str]) -> Found:
        """C-FIND: `keys` are matched, `wanted` are asked for, all by keyword; lists of UIDs are joined by a backslash.

        Raises
        ------
        AssociationAborted, Silence, Stopped
            No final answer came.
        """
        identifier = Dataset()
        identifier.QueryRetrieveLevel = level
        for keyword, value in keys.items():
            setattr(identifier, keyword, value.split("\\") if "\\" in value else value)
        for keyword in wanted:
            if keyword not in identifier:
                setattr(identifier, keyword, "")
        answers: list[dict[str, str]] = []
        for answer, data in self._association.send_c_find(identifier, FIND):
            code = self._status(answer)
            if code not in _PENDING:
                return Found(answers, code)
            if data is not None:
                answers.append({keyword: _text(data.get(keyword)) for keyword in wanted})
        raise self._lost()

    def close(self) -> None:
        """Release."""
        if self._association.is_established:
            self._association.release()

    def kill(self) -> None:
        """End it from another thread, whatever it waits for."""
        self._killed.set()
        threading.Thread(target=self._association.abort, daemon=True).start()

    def _on_open(self, event: Any) -> None:
        self._opened = True
        connection = event.assoc.dul.socket.socket
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        connection.settimeout(60)

    def _status(self, answer: Dataset) -> int:
        if "Status" not in answer:
            raise self._lost()
        return int(answer.Status)

    def _lost(self) -> Exception:
        if self._killed.is_set():
            return Stopped()
        if self._association.is_aborted or self._association.is_released:
            return AssociationAborted("The new PACS broke off the connection while it was asked.")
        return Silence("The new PACS did not answer the question in time.")

    def _why_not(self, destination: Destination) -> DestinationError:
        """pynetdicom says "aborted" for three different things; they are told apart here."""
        if not self._opened:
            return Unreachable(f"Nothing answers at {destination.address}.")
        answer = self._association.acceptor.primitive
        if self._association.is_rejected and answer is not None:
            source, reason = int(answer.result_source), int(answer.diagnostic)
            sentence = status.rejection(source, reason, destination.called_ae, destination.calling_ae)
            return AssociationRejected(sentence, int(answer.result), source, reason)
        if answer is not None:
            return NoContext("The new PACS does not offer this service to this computer.")
        return AssociationAborted("The new PACS broke off the connection, or did not answer in time.")


def _acknowledge_at_once(event: Any) -> None:
    """The peer answers in two small writes; without this its second one waits 40 ms for our acknowledgement."""
    connection = event.assoc.dul.socket.socket
    if QUICKACK is not None and connection is not None:
        with contextlib.suppress(OSError):  # just closed; the state machine reports it
            connection.setsockopt(socket.IPPROTO_TCP, QUICKACK, 1)


def _text(value: Any) -> str:
    return "" if value is None else str(value).rstrip(" \0")
