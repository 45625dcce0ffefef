"""Run a DICOM acceptor on 127.0.0.1 that behaves as a test demands, right or wrong.

A behaviour is a function of one `Peer`, called in a thread of its own for each connection; `Peer` has the operations of
behaviours. Tests import all names of both modules from here. The server does not use the tested code: pynetdicom reads
requests, and answers are packed by hand, so that they may be as wrong as a test wants them.
"""

from __future__ import annotations

import contextlib
import os
import socket
import ssl
import threading
from typing import Callable

from tests.faults.pdus import (
    ABORT,
    RELEASE_RP,
    RELEASE_RQ,
    Message,
    abort,
    associate_ac,
    associate_rj,
    p_data,
    pdu,
    response,
    response_command,
)
from tests.faults.peer import Gone, Peer
from wizard.dicom.destination import Destination

__all__ = [
    "ABORT",
    "RELEASE_RP",
    "RELEASE_RQ",
    "Behaviour",
    "FaultServer",
    "Gone",
    "Message",
    "Peer",
    "abort",
    "associate_ac",
    "associate_rj",
    "p_data",
    "pdu",
    "response",
    "response_command",
]

Behaviour = Callable[[Peer], None]


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

    def __init__(
        self,
        behave: Behaviour,
        keep_data: bool = True,
        receive_buffer: int = 0,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self.received: list[Message] = []
        self.aborts: list[bytes] = []
        self.releases = 0
        self.keep_data = keep_data
        self.ending = threading.Event()
        self._behave, self._receive_buffer, self._tls = behave, receive_buffer, tls
        self._reached = threading.Event()
        self._lock = threading.Lock()
        self._peers: list[Peer] = []
        self._threads: list[threading.Thread] = []
        self._errors: list[BaseException] = []
        self._accepting: threading.Thread | None = None

    def __enter__(self) -> FaultServer:
        self._bind(0)
        self.come_back()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self.ending.set()
        with self._lock:
            self._end_accepting()
            self.cut()
        self.settle()
        self._listener.close()
        if self._errors and error is None:
            raise self._errors[0]

    @property
    def destination(self) -> Destination:
        return Destination("127.0.0.1", self._listener.getsockname()[1], "FAULTY", "TESTER")

    def go_away(self) -> None:
        """Cut all connections, and refuse new ones. The port is kept, so that no other server takes it."""
        with self._lock:
            self._end_accepting()
            self.cut()
            port = self._listener.getsockname()[1]
            self._listener.close()
            self._bind(port)

    def come_back(self) -> None:
        """Listen again, at the same port."""
        with self._lock:
            if self._accepting is None and not self.ending.is_set():
                self._listener.listen()
                self._accepting = threading.Thread(target=self._accept, name="fault-server")
                self._accepting.start()

    def cut(self) -> None:
        """Cut all connections that there are now."""
        for peer in self._peers:
            peer.cut()

    def settle(self) -> None:
        """Wait until the behaviours of all connections so far have ended."""
        for thread in self._threads:
            thread.join(20)
            assert not thread.is_alive(), "a behaviour does not end"

    def reach(self) -> None:
        """Signal from a behaviour that it is at the point that the test waits for."""
        self._reached.set()

    @property
    def reached(self) -> bool:
        return self._reached.is_set()

    def await_reached(self) -> None:
        assert self._reached.wait(20), "the client never came so far"

    def _bind(self, port: int) -> None:
        """Bind without listening: connections are refused."""
        self._listener = socket.socket()
        if os.name == "posix":  # connections that were cut linger at the port
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        if self._receive_buffer:
            self._listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, self._receive_buffer)
        self._listener.bind(("127.0.0.1", port))
        self._listener.settimeout(0.05)

    def _end_accepting(self) -> None:
        accepting, self._accepting = self._accepting, None
        if accepting is not None:
            with contextlib.suppress(OSError):  # wakes it at once, on most systems
                self._listener.shutdown(socket.SHUT_RDWR)
            accepting.join()

    def _accept(self) -> None:
        while self._accepting is threading.current_thread() and not self.ending.is_set():
            try:
                connection, _ = self._listener.accept()
            except OSError:  # nobody came, or it ends
                continue
            peer = Peer(self, connection)
            self._peers.append(peer)
            self._threads.append(threading.Thread(target=self._run, args=[peer], name="fault-peer"))
            self._threads[-1].start()

    def _run(self, peer: Peer) -> None:
        try:
            if self._tls is not None:
                peer.encrypt(self._tls)
            self._behave(peer)
        except Gone:
            pass  # as most of these conversations end
        except BaseException as error:
            self._errors.append(error)
        finally:
            peer.close()
