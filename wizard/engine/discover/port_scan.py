"""Try many ports with a bare TCP connection each, at a limited rate, and probe those that accept it.

There is never more than one connection to an address at a time, never more than `MOST_OPEN` in all, and no more than
`PER_SECOND` are begun in a second. Only the given addresses and ports are contacted.
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
from wizard.engine.events import Events, Progress
from wizard.engine.facts import FoundPort
from wizard.engine.job import Control
from wizard.errors import NameNotResolved

MOST_OPEN = 160
PER_SECOND = 200
CONNECT_SECONDS = 1.25  # for a TCP connection: the second attempt that the system makes after 1 s counts too

_PROBES = 32
_SLICE = 0.05  # seconds between two looks at what is due and at the stop token
_BURST = 10  # connections begun at once

_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EWOULDBLOCK))
_REFUSED = (errno.ECONNREFUSED, getattr(errno, "WSAECONNREFUSED", errno.ECONNREFUSED))
_NOBODY = tuple(
    getattr(errno, name)
    for name in ("ETIMEDOUT", "EHOSTUNREACH", "EHOSTDOWN", "WSAETIMEDOUT", "WSAEHOSTUNREACH", "WSAEHOSTDOWN")
    if hasattr(errno, name)
)

#: Finds out what listens at a port that accepted a connection; called in a thread of its own.
Probe = Callable[[str, int], FoundPort]


@dataclass
class _Attempt:
    """A connection that is being opened."""

    host: _Host
    port: int
    connection: socket.socket
    until: float


class _Host:
    """An address, or a name with one or more addresses, and the ports that are still to be tried."""

    def __init__(self, name: str, ports: Sequence[int]) -> None:
        self.name = name
        self.ports = deque(ports)
        self._addresses: list[tuple[int, tuple[object, ...]]] = []
        self._index = 0

    def look_up(self) -> None:
        """Look a name up, if it is one.

        Raises
        ------
        NameNotResolved
        """
        if not address_ranges.is_address(self.name):
            self.address(self.ports[0])

    def address(self, port: int) -> tuple[int, tuple[object, ...]]:
        """Return the family and socket address for a port; a name is looked up once."""
        if not self._addresses:
            self._addresses = connecting.addresses(Destination(self.name, port, "X"))
        family, address = self._addresses[self._index]
        return family, (address[0], port, *address[2:])

    def has_another(self, port: int) -> bool:
        """Whether the port is to be tried at another address of this name; that one is next then."""
        self._index = (self._index + 1) % max(1, len(self._addresses))
        if self._index:
            self.ports.appendleft(port)
        return self._index > 0


class PortScan:
    """One scan of all ports of all addresses.

    Attributes
    ----------
    counts : dict
        The number of ports so far that rejected the connection ("closed"), did not answer ("silent"), or could not be
        reached from this computer at all ("not_tried").
    found : list of FoundPort
        The results of probing the others, in the order in which they came.
    """

    def __init__(
        self, addresses: Sequence[str], ports: Sequence[int], probe: Probe, control: Control, events: Events
    ) -> None:
        self._probe, self._control, self._events = probe, control, events
        self._total = len(addresses) * len(ports)
        self._waiting = deque(_Host(address, ports) for address in addresses)
        self._probes: dict[Future[FoundPort], _Host] = {}
        self._selector = selectors.DefaultSelector()
        self._allowed, self._counted_at = 0.0, time.monotonic()
        self._began = self._counted_at
        self.counts = {"closed": 0, "silent": 0, "not_tried": 0}
        self.found: list[FoundPort] = []

    def run(self) -> None:
        """Try the ports, until none is left.

        Raises
        ------
        NameNotResolved, Stopped
        """
        with self._selector, ThreadPoolExecutor(_PROBES, "probe") as pool:
            try:
                for host in self._waiting:
                    self._control.check()
                    host.look_up()
                while self._waiting or self._probes or self._attempts():
                    self._control.check()
                    self._begin_attempts()
                    for key, _ in self._selector.select(_SLICE) if self._attempts() else self._pause():
                        self._settle(key.data, pool)
                    self._end_silent()
                    self._collect()
                    self._report()
            finally:
                for attempt in self._attempts():
                    self._end(attempt)

    @property
    def tried(self) -> int:
        """The number of ports that were tried."""
        return sum(self.counts.values()) + len(self.found)

    def _attempts(self) -> list[_Attempt]:
        return [key.data for key in self._selector.get_map().values()]

    def _pause(self) -> Iterator[tuple[selectors.SelectorKey, int]]:
        self._control.wait(_SLICE)
        return iter(())

    def _begin_attempts(self) -> None:
        """Begin as many connections as are due. The addresses take turns, one port at a time."""
        now = time.monotonic()
        self._allowed = min(_BURST, self._allowed + (now - self._counted_at) * PER_SECOND)
        self._counted_at = now
        open_now = len(self._selector.get_map()) + len(self._probes)
        while self._waiting and self._allowed >= 1 and open_now < MOST_OPEN:
            self._allowed -= 1
            open_now += self._begin_attempt(self._waiting.popleft())

    def _begin_attempt(self, host: _Host) -> bool:
        """Begin a connection to the next port of an address, and return whether it is being opened now."""
        port = host.ports.popleft()
        try:
            family, address = host.address(port)
            connection = socket.socket(family, socket.SOCK_STREAM)
        except (OSError, NameNotResolved):
            self._count("not_tried", host, port)
            return False
        connection.setblocking(False)
        attempt = _Attempt(host, port, connection, time.monotonic() + CONNECT_SECONDS)
        self._selector.register(connection, selectors.EVENT_WRITE, attempt)
        code = connection.connect_ex(address)
        if code and code not in _UNDER_WAY:
            self._refused(attempt, code)
            return False
        return True

    def _settle(self, attempt: _Attempt, pool: ThreadPoolExecutor) -> None:
        """Handle a connection that was accepted or refused."""
        code = attempt.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._refused(attempt, code)
            return
        self._end(attempt)
        self._probes[pool.submit(self._probe, attempt.host.name, attempt.port)] = attempt.host

    def _refused(self, attempt: _Attempt, code: int) -> None:
        self._end(attempt)
        self._count(
            "closed" if code in _REFUSED else "silent" if code in _NOBODY else "not_tried", attempt.host, attempt.port
        )

    def _end_silent(self) -> None:
        now = time.monotonic()
        for attempt in self._attempts():
            if now > attempt.until:
                self._end(attempt)
                self._count("silent", attempt.host, attempt.port)

    def _collect(self) -> None:
        for probe in [probe for probe in self._probes if probe.done()]:
            host = self._probes.pop(probe)
            seen = probe.result()
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

    def _end(self, attempt: _Attempt) -> None:
        self._selector.unregister(attempt.connection)
        attempt.connection.close()

    def _report(self) -> None:
        seconds = time.monotonic() - self._began
        counts = {"found": len(self.found), "dicom": sum(seen.dicom for seen in self.found)}
        self._events.state(Progress("scan", self.tried, total=self._total, seconds=seconds, counts=counts))
