"""Handle one connection to a client on the side of a fault server: the operations of which behaviours are made."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from typing import Callable, Protocol

from pydicom.dataset import Dataset
from pynetdicom.pdu import A_ASSOCIATE_RQ

from tests.faults.pdus import RELEASE_RP, Gathering, Message, associate_ac, response


class Gone(Exception):
    """The client closed or aborted, or the test is over."""


class Host(Protocol):
    """The parts of a server that its connections use."""

    received: list[Message]
    aborts: list[bytes]
    releases: int
    keep_data: bool
    ending: threading.Event

    def reach(self) -> None: ...

    def await_reached(self) -> None: ...


class Peer:
    """One connection on the server's side. Every method raises `Gone` when the client has closed it."""

    def __init__(self, server: Host, connection: socket.socket) -> None:
        self.server = server
        self.request: A_ASSOCIATE_RQ | None = None
        self.latest: Message
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._stream = connection, connection.makefile("rb", 65536)

    def encrypt(self, context: ssl.SSLContext) -> None:
        """Speak TLS from now on."""
        self._stream.close()
        self._socket = context.wrap_socket(self._socket, server_side=True, do_handshake_on_connect=False)
        self._stream = self._socket.makefile("rb", 65536)
        try:
            self._socket.do_handshake()
        except OSError as error:
            raise Gone from error

    def pdu(self) -> tuple[int, bytes]:
        """Receive the next PDU: type, and bytes after its six-byte header. An A-ABORT is noted, and raises `Gone`."""
        kind, length = struct.unpack(">BxI", self._read(6))
        body = self._read(length)
        if kind == 7:
            self.server.aborts.append(body)
            raise Gone
        return kind, body

    def accept(
        self,
        maximum: int | None = 16384,
        answer: Callable[[str, str], tuple[int, str]] = lambda sop_class, syntax: (0, syntax),
        step: int = 0,
        roles: bool = True,
    ) -> None:
        """Read the request and accept it; `answer` says result and syntax for the class and syntax of a context.

        With `roles` the client is the SCP of the classes that it proposes.
        """
        self.request = A_ASSOCIATE_RQ()
        kind, body = self.pdu()
        self.request.decode(bytes([kind, 0]) + struct.pack(">I", len(body)) + body)
        answers = {
            item.context_id: answer(str(item.abstract_syntax), str(item.transfer_syntax[0]))
            for item in self.request.presentation_context
            if item.context_id is not None
        }
        user_information = self.request.user_information
        served = user_information.role_selection if roles and user_information is not None else ()
        self.send(associate_ac(answers, maximum, served), step)

    def message(self, begun: Callable[[Dataset], None] = lambda command: None) -> Message | None:
        """Receive the next message; None when the client requested a release instead, which is granted.

        `begun` is called in the middle: after the command set, and before the end of the data set.
        """
        incoming, announced = Gathering(self.server.keep_data), False
        while True:
            kind, body = self.pdu()
            if kind == 5:
                self.server.releases += 1
                self.send(RELEASE_RP)
                return None
            assert kind == 4, f"PDU type {kind} where data was due"
            message = incoming.add(body)
            if message is not None:
                self.latest = message
                self.server.received.append(message)
                return message
            if incoming.command is not None and not announced:
                announced = True
                begun(incoming.command)

    def serve(self, status: int = 0, step: int = 0) -> None:
        """Answer everything until the client releases."""
        while True:
            message = self.message()
            if message is None:
                return
            self.send(response(message, status), step)

    def send(self, data: bytes, step: int = 0) -> None:
        """Send at once, or `step` bytes at a time."""
        try:
            for at in range(0, len(data), step or len(data)):
                self._socket.sendall(data[at : at + (step or len(data))])
        except OSError as error:
            raise Gone from error

    def until_gone(self) -> None:
        """Read whatever comes until the client closes."""
        while True:
            self.pdu()

    def hold(self) -> None:
        """Do nothing, and read nothing, until the test is over."""
        self.server.reach()
        self.server.ending.wait()

    def reset(self) -> None:
        """End the connection as a crash does, with a TCP reset."""
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        raise Gone

    def cut(self) -> None:
        try:
            socket.socket.shutdown(self._socket, socket.SHUT_RDWR)  # of TLS, too, it leaves that layer to its thread
        except OSError:
            return  # it is closed already

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _read(self, count: int) -> bytes:
        try:
            data: bytes = self._stream.read(count)
        except (OSError, ValueError) as error:
            raise Gone from error
        if len(data) < count:
            raise Gone
        return data
