"""A DICOM acceptor on 127.0.0.1 that does what a test tells it, right or wrong.

A behaviour is a function of one `Peer`, called in a thread of its own for each connection; `Peer` has the bricks
of behaviours. Nothing here uses the code that is tested: requests are read with pynetdicom, answers are packed by
hand, so that they may be as wrong as a test wants them.
"""

from __future__ import annotations

import hashlib
import socket
import struct
import threading
from io import BytesIO
from typing import Callable, Iterable, Mapping, NamedTuple

from pydicom.dataset import Dataset
from pynetdicom.dsutils import decode
from pynetdicom.pdu import A_ASSOCIATE_RQ

from wizard.dicom.destination import Destination

RELEASE_RQ, RELEASE_RP, ABORT = (bytes([kind, 0, 0, 0, 0, 4, 0, 0, 0, 0]) for kind in (5, 6, 7))

Behaviour = Callable[["Peer"], None]


class Gone(Exception):
    """The client closed or aborted, or the test is over."""


class Message(NamedTuple):
    """What a client sent: a command set, and the data set behind it. `data` is empty unless the server keeps it."""

    context: int
    command: Dataset
    length: int
    sha256: bytes
    data: bytes
    largest: int
    """The largest length field among its P-DATA-TF PDUs."""


class FaultServer:
    """Listens while it is entered; afterwards no thread and no socket of it is left.

    Attributes
    ----------
    received : list of Message
        In the order of arrival, over all connections.
    aborts : list of bytes
        The four bytes of each A-ABORT that a client sent (PS3.8 9.3.8).
    releases : int
        How many associations the client released.
    """

    def __init__(self, behave: Behaviour, keep_data: bool = True, receive_buffer: int = 0) -> None:
        self.received: list[Message] = []
        self.aborts: list[bytes] = []
        self.releases = 0
        self.keep_data = keep_data
        self.ending = threading.Event()
        self._behave, self._receive_buffer = behave, receive_buffer
        self._reached = threading.Event()
        self._peers: list[Peer] = []
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []

    def __enter__(self) -> FaultServer:
        self._listener = socket.socket()
        if self._receive_buffer:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        self._listener.bind(("127.0.0.1", 0))
        self._listener.listen()
        self._listener.settimeout(0.05)
        self._accepting = threading.Thread(target=self._accept, name="fault-server")
        self._accepting.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.ending.set()
        self._accepting.join()
        for peer in self._peers:
            peer.cut()
        self.settle()
        self._listener.close()
        if self._errors and error is None:
            raise self._errors[0]

    @property
    def destination(self) -> Destination:
        return Destination("127.0.0.1", self._listener.getsockname()[1], "FAULTY", "TESTER")

    def settle(self) -> None:
        """Wait until the behaviours of all connections so far have ended."""
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive(), "a behaviour does not end"

    def reach(self) -> None:
        """Called by a behaviour: it is where the test wants it."""
        self._reached.set()

    def await_reached(self) -> None:
        assert self._reached.wait(20), "the client never came so far"

    def _accept(self) -> None:
        while not self.ending.is_set():
            try:
                connection, _ = self._listener.accept()
            except socket.timeout:
                continue
            peer = Peer(self, connection)
            self._peers.append(peer)
            self._threads.append(threading.Thread(target=self._run, args=[peer], name="fault-peer"))
            self._threads[-1].start()

    def _run(self, peer: Peer) -> None:
        try:
            self._behave(peer)
        except Gone:
            pass  # as most of these conversations end
        except BaseException as error:
            self._errors.append(error)
        finally:
            peer.close()


class Peer:
    """One connection, seen from the server. Every method raises `Gone` when the client is."""

    def __init__(self, server: FaultServer, connection: socket.socket) -> None:
        self.server = server
        self.request: A_ASSOCIATE_RQ | None = None
        connection.settimeout(None)
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket, self._stream = connection, connection.makefile("rb", 65536)

    def pdu(self) -> tuple[int, bytes]:
        """The next PDU: type and what follows the six bytes of its header. An A-ABORT is noted, and ends it."""
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
    ) -> None:
        """Read the request and accept it; `answer` says result and syntax for the class and syntax of a context."""
        self.request = A_ASSOCIATE_RQ()
        kind, body = self.pdu()
        self.request.decode(bytes([kind, 0]) + struct.pack(">I", len(body)) + body)
        answers = {
            item.context_id: answer(str(item.abstract_syntax), str(item.transfer_syntax[0]))
            for item in self.request.presentation_context
        }
        self.send(associate_ac(answers, maximum), step)

    def message(self) -> Message | None:
        """The next message; None when the client asked for release instead, which is granted."""
        command, data, digest, length, largest = b"", [], hashlib.sha256(), 0, 0
        while True:
            kind, body = self.pdu()
            if kind == 5:
                self.server.releases += 1
                self.send(RELEASE_RP)
                return None
            assert kind == 4, f"PDU type {kind} where data was due"
            largest = max(largest, len(body))
            for context, control, value in _values(body):
                if control & 1:
                    assert not data
                    command += value
                else:
                    length += len(value)
                    digest.update(value)
                    data.append(value if self.server.keep_data else b"")
                if control & 2 and not (control & 1 and _announces_data(command)):
                    elements = decode(BytesIO(command), True, True)
                    message = Message(context, elements, length, digest.digest(), b"".join(data), largest)
                    self.server.received.append(message)
                    return message

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
            self._socket.shutdown(socket.SHUT_RDWR)
        except OSError:
            return  # it is closed already

    def close(self) -> None:
        self._stream.close()
        self._socket.close()

    def _read(self, count: int) -> bytes:
        try:
            data = self._stream.read(count)
        except (OSError, ValueError) as error:
            raise Gone from error
        if len(data) < count:
            raise Gone
        return data


def associate_ac(answers: Mapping[int, tuple[int, str]], maximum: int | None = 16384) -> bytes:
    """An A-ASSOCIATE-AC (PS3.8 9.3.3): result and transfer syntax by context ID; without a maximum length if None."""
    contexts = b"".join(
        _item(0x21, bytes([number, 0, result, 0]) + _item(0x40, syntax.encode("ascii")))
        for number, (result, syntax) in answers.items()
    )
    user = _item(0x51, struct.pack(">I", maximum)) if maximum is not None else b""
    user += _item(0x52, b"1.2.3.4") + _item(0x55, b"FAULTY_1")
    titles = b"FAULTY".ljust(16) + b"TESTER".ljust(16) + bytes(32)
    body = b"\0\1\0\0" + titles + _item(0x10, b"1.2.840.10008.3.1.1.1") + contexts + _item(0x50, user)
    return pdu(2, body)


def associate_rj(result: int, source: int, reason: int) -> bytes:
    """An A-ASSOCIATE-RJ (PS3.8 9.3.4)."""
    return pdu(3, bytes([0, result, source, reason]))


def abort(source: int, reason: int) -> bytes:
    """An A-ABORT (PS3.8 9.3.8)."""
    return pdu(7, bytes([0, 0, source, reason]))


def response(
    request: Message,
    status: int,
    extra: Mapping[int, bytes] = {},
    message_id: int | None = None,
    data: bytes | None = None,
) -> bytes:
    """The answer to a message, in one P-DATA-TF, and the data set that belongs to it in another."""
    command = response_command(request, status, extra, message_id, data is not None)
    answer = p_data((request.context, 3, command))
    return answer if data is None else answer + p_data((request.context, 2, data))


def response_command(
    request: Message,
    status: int,
    extra: Mapping[int, bytes] = {},
    message_id: int | None = None,
    has_data: bool = False,
) -> bytes:
    """The command set of an answer; `extra` are values by element number."""
    elements = {
        0x0100: struct.pack("<H", request.command.CommandField | 0x8000),
        0x0120: struct.pack("<H", request.command.MessageID if message_id is None else message_id),
        0x0800: struct.pack("<H", 0x0001 if has_data else 0x0101),
        0x0900: struct.pack("<H", status),
        **extra,
    }
    body = b"".join(
        struct.pack("<HHI", 0, number, len(elements[number])) + elements[number] for number in sorted(elements)
    )
    return struct.pack("<HHII", 0, 0, 4, len(body)) + body


def p_data(*values: tuple[int, int, bytes]) -> bytes:
    """A P-DATA-TF (PS3.8 9.3.5) of (context ID, message control header, fragment)."""
    return pdu(
        4, b"".join(struct.pack(">IBB", len(part) + 2, context, control) + part for context, control, part in values)
    )


def pdu(kind: int, body: bytes) -> bytes:
    return struct.pack(">BxI", kind, len(body)) + body


def _item(kind: int, value: bytes) -> bytes:
    return struct.pack(">BxH", kind, len(value)) + value


def _values(body: bytes) -> Iterable[tuple[int, int, bytes]]:
    at = 0
    while at < len(body):
        length, context, control = struct.unpack_from(">IBB", body, at)
        assert at + 4 + length <= len(body)
        yield context, control, body[at + 6 : at + 4 + length]
        at += 4 + length


def _announces_data(command: bytes) -> bool:
    """Whether a data set follows: Command Data Set Type is not 0101 (PS3.7 E.1-1)."""
    return bool(decode(BytesIO(command), True, True).CommandDataSetType != 0x0101)
