"""Knocking at many ports, gently: a bare TCP connection each, and a closer look at those that take it.

There is never more than one connection to an address at a time, never more than `MOST_OPEN` in all, and no more than
`PER_SECOND` are begun in a second. Nobody else is contacted than the addresses and ports given.
"""

from __future__ import annotations

import errno
import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Callable, Iterator, Sequence

from wizard.dicom import connecting
from wizard.dicom.destination import Destination
from wizard.engine.discover import address_ranges
from wizard.engine.discover.probe import Seen
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.errors import NameNotResolved

MOST_OPEN = 160
PER_SECOND = 200
PATIENCE = 1.25  # seconds for a TCP connection: the second attempt that the system makes after 1 s counts too

_LOOKERS = 32
_SLICE = 0.05  # seconds; how often it looks for what is due, and whether the person has stopped
_BURST = 10  # connections begun at once

_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EWOULDBLOCK))
_REFUSED = (errno.ECONNREFUSED, getattr(errno, "WSAECONNREFUSED", errno.ECONNREFUSED))
_NOBODY = tuple(
    getattr(errno, name)
    for name in ("ETIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN", "WSAETIMEDOUT", "WSAEHOSTUNREACH", "WSAEHOSTDOWN")
    if hasattr(errno, name)
)

#: Takes a closer look at a port that took a connection; called in a thread of its own.
Look = Callable[[str, int], Seen]


@dataclass
class _Attempt:
    """A connection that is being opened."""

    host: _Host
    port: int
    connection: socket.socket
    until: float


class _Host:
    """An address, or a name, which may have several; and its ports that are still to be tried."""

    def __init__(self, name: str, ports: Sequence[int]) -> None:
        self.name = name
        self.ports = deque(ports)
        self._ways: list[tuple[int, tuple[object, ...]]] = []
        self._at = 0

    def look_up(self) -> None:
        """Look a name up, where it is one.

        Raises
        ------
        NameNotResolved
        """
        if not address_ranges.is_address(self.name):
            self.way(self.ports[0])

    def way(self, port: int) -> tuple[int, tuple[object, ...]]:
        """The family and socket address for a port; a name is looked up once."""
        if not self._ways:
            self._ways = connecting.addresses(Destination(self.name, port, "X"))
        family, address = self._ways[self._at]
        return family, (address[0], port, *address[2:])

    def has_another(self, port: int) -> bool:
        """Whether the port is to be tried at another address of this name, which comes next then."""
        self._at = (self._at + 1) % max(1, len(self._ways))
        if self._at:
            self.ports.appendleft(port)
        return self._at > 0


class PortScan:
    """One round through all ports of all addresses.

    Attributes
    ----------
    counts : dict
        Of the ports so far, how many refused the connection ("closed"), did not answer ("silent"), or could not be
        reached from this computer at all ("not_tried").
    found : list of Seen
        What a closer look at the others has shown, in the order in which it was known.
    """

    def __init__(
        self, addresses: Sequence[str], ports: Sequence[int], look: Look, control: Control, events: Events
    ) -> None:
        self._look, self._control, self._events = look, control, events
        self._total = len(addresses) * len(ports)
        self._waiting = deque(_Host(address, ports) for address in addresses)
        self._looks: dict[Future[Seen], _Host] = {}
        self._selector = selectors.DefaultSelector()
        self._allowed, self._looked = 0.0, time.monotonic()
        self._began = self._looked
        self.counts = {"closed": 0, "silent": 0, "not_tried": 0}
        self.found: list[Seen] = []

    def run(self) -> None:
        """Until nothing is left to be tried.

        Raises
        ------
        NameNotResolved, Stopped
        """
        with self._selector, ThreadPoolExecutor(_LOOKERS, "look") as lookers:
            try:
                for host in self._waiting:
                    self._control.check()
                    host.look_up()
                while self._waiting or self._looks or self._knocks():
                    self._control.check()
                    self._knock_at_some()
                    for key, _ in self._selector.select(_SLICE) if self._knocks() else self._pause():
                        self._settle(key.data, lookers)
                    self._give_up_on_the_silent()
                    self._collect()
                    self._report()
            finally:
                for knock in self._knocks():
                    self._end(knock)

    @property
    def tried(self) -> int:
        """How many ports are done with."""
        return sum(self.counts.values()) + len(self.found)

    def _knocks(self) -> list[_Attempt]:
        return [key.data for key in self._selector.get_map().values()]

    def _pause(self) -> Iterator[tuple[selectors.SelectorKey, int]]:
        self._control.wait(_SLICE)
        return iter(())

    def _knock_at_some(self) -> None:
        """Begin as many connections as are due. The ports of an address are taken one round after the other."""
        now = time.monotonic()
        self._allowed = min(_BURST, self._allowed + (now - self._looked) * PER_SECOND)
        self._looked = now
        open_now = len(self._selector.get_map()) + len(self._looks)
        while self._waiting and self._allowed >= 1 and open_now < MOST_OPEN:
            self._allowed -= 1
            open_now += self._knock(self._waiting.popleft())

    def _knock(self, host: _Host) -> bool:
        """Begin a connection to the next port of an address; whether one is under way now."""
        port = host.ports.popleft()
        try:
            family, address = host.way(port)
            connection = socket.socket(family, socket.SOCK_STREAM)
        except (OSError, NameNotResolved):
            self._count("not_tried", host, port)
            return False
        connection.setblocking(False)
        knock = _Attempt(host, port, connection, time.monotonic() + PATIENCE)
        self._selector.register(connection, selectors.EVENT_WRITE, knock)
        code = connection.connect_ex(address)
        if code and code not in _UNDER_WAY:
            self._refused(knock, code)
            return False
        return True

    def _settle(self, knock: _Attempt, lookers: ThreadPoolExecutor) -> None:
        """A connection was taken, or refused."""
        code = knock.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._refused(knock, code)
            return
        self._end(knock)
        self._looks[lookers.submit(self._look, knock.host.name, knock.port)] = knock.host

    def _refused(self, knock: _Attempt, code: int) -> None:
        self._end(knock)
        self._count(
            "closed" if code in _REFUSED else "silent" if code in _NOBODY else "not_tried", knock.host, knock.port
        )

    def _give_up_on_the_silent(self) -> None:
        now = time.monotonic()
        for knock in self._knocks():
            if now > knock.until:
                self._end(knock)
                self._count("silent", knock.host, knock.port)

    def _collect(self) -> None:
        for look in [look for look in self._looks if look.done()]:
            host = self._looks.pop(look)
            seen = look.result()
            self.found.append(seen)
            self._events.fact(seen)
            self._again(host)

    def _count(self, what: str, host: _Host, port: int) -> None:
        if not host.has_another(port):
            self.counts[what] += 1
        self._again(host)

    def _again(self, host: _Host) -> None:
        if host.ports:
            self._waiting.append(host)

    def _end(self, knock: _Attempt) -> None:
        self._selector.unregister(knock.connection)
        knock.connection.close()

    def _report(self) -> None:
        seconds = time.monotonic() - self._began
        counts = {"found": len(self.found), "dicom": sum(seen.dicom for seen in self.found)}
        self._events.state(Progress("scan", self.tried, total=self._total, seconds=seconds, counts=counts))
