"""Looking for a PACS on the network, gently: which ports of the addresses given take a connection, and what answers.

First a bare TCP connection, many at a time because most addresses are silent; then, where one was taken, a first word
in DICOM (`greet`). There is never more than one connection to an address at a time, never more than `MOST_OPEN` in
all, and no more than `PER_SECOND` are begun in a second. Nobody else is contacted than the addresses and ports given.
"""

from __future__ import annotations

import datetime
import errno
import selectors
import socket
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import asdict, dataclass
from typing import Iterator, Sequence

from wizard import settings
from wizard.dicom import certificates, connecting
from wizard.dicom.association import Limits
from wizard.dicom.destination import DEFAULT_CALLING_AE, Destination, Tls
from wizard.engine import greet, ranges
from wizard.engine.events import Events, Progress, Seen
from wizard.engine.job import Control
from wizard.errors import NameNotResolved, UsageError

PORTS = (104, 11112, 4242, 2762, 2761)
ANY = "ANY-SCP"
"""The AE title to call a system by whose title is not known; many take it, or any."""

MOST_OPEN = 160
PER_SECOND = 200
PATIENCE = 1.25  # seconds for a TCP connection: the second attempt that the system makes after 1 s counts too
WORDS = Limits(connect=PATIENCE, accept=5, send=5, answer=5, release=1)

_SPEAKERS = 32
_SLICE = 0.05  # seconds; how often it looks for what is due, and whether the person has stopped
_BURST = 10  # connections begun at once

_UNDER_WAY = (errno.EINPROGRESS, errno.EWOULDBLOCK, getattr(errno, "WSAEWOULDBLOCK", errno.EWOULDBLOCK))
_NOBODY = (errno.ETIMEDOUT, errno.EHOSTUNREACH, errno.EHOSTDOWN)


@dataclass(frozen=True)
class Wanted:
    """What to look at, and how to introduce oneself.

    `titles` are AE titles to call a system by, in their order; `tls` is what encrypted connections need.

    Raises
    ------
    UsageError
    """

    text: str
    addresses: tuple[str, ...]
    ports: tuple[int, ...] = PORTS
    titles: tuple[str, ...] = (ANY,)
    calling_ae: str = DEFAULT_CALLING_AE
    tls: Tls = Tls()

    def __post_init__(self) -> None:
        for title in self.titles:
            Destination("x", 104, title, self.calling_ae)
        for port in self.ports:
            Destination("x", port, ANY)
        if not (self.ports and self.titles):
            raise UsageError("Type at least one port and one AE title.")
        certificates.context(self.tls)


@dataclass(frozen=True)
class ScanRecord:
    """What was done, for the audit: when (UTC), on whose behalf, what was looked at, and what was found.

    Of `tried` pairs of address and port, `closed` refused the connection, `silent` did not answer, `not_tried` could
    not be reached from this computer at all, and `found` took a connection.
    """

    began: str
    calling_ae: str
    text: str
    ports: tuple[int, ...]
    titles: tuple[str, ...]
    addresses: int
    seconds: float
    stopped: bool
    tried: int
    closed: int
    silent: int
    not_tried: int
    found: tuple[Seen, ...]


def wanted(
    text: str,
    ports: Sequence[int] = PORTS,
    title: str = "",
    calling_ae: str = DEFAULT_CALLING_AE,
    tls: Tls | None = None,
    most: int = ranges.MOST,
) -> Wanted:
    """Read what a person typed; `title` is tried before the one that many systems take.

    Raises
    ------
    UsageError
    """
    titles = tuple(dict.fromkeys((title.strip(), ANY))) if title.strip() else (ANY,)
    return Wanted(text, ranges.read(text, most), tuple(dict.fromkeys(ports)), titles, calling_ae, tls or Tls())


def run(wanted: Wanted, control: Control, events: Events) -> ScanRecord:
    """Look at every port of every address; each that takes a connection is told as a `Seen` as soon as it is known.

    Whether it ends or is stopped, a record of it is kept (`settings.keep_scan`).

    Raises
    ------
    UsageError
        A record cannot be kept.
    Stopped
    """
    scan = _Scan(wanted, control, events)
    try:
        scan.work()
    finally:
        record = scan.record()
        settings.keep_scan(asdict(record))
    return record


@dataclass
class _Knock:
    """A connection that is being opened."""

    host: _Host
    port: int
    connection: socket.socket
    until: float


class _Host:
    """An address, and its ports that are still to be tried."""

    def __init__(self, name: str, ports: Sequence[int]) -> None:
        self.name = name
        self.ports = deque(ports)
        self.ways: list[tuple[int, tuple[object, ...]]] = []

    def way(self, port: int) -> tuple[int, tuple[object, ...]]:
        """The family and socket address for a port; a name is looked up once."""
        if not self.ways:
            self.ways = connecting.addresses(Destination(self.name, port, ANY))
        family, address = self.ways[0]
        return family, (address[0], port, *address[2:])


class _Scan:
    def __init__(self, wanted: Wanted, control: Control, events: Events) -> None:
        self._wanted, self._control, self._events = wanted, control, events
        self._waiting = deque(_Host(address, wanted.ports) for address in wanted.addresses)
        self._words: dict[Future[Seen], _Host] = {}
        self._selector = selectors.DefaultSelector()
        self._allowed, self._looked = 0.0, time.monotonic()
        self._began, self._utc = self._looked, datetime.datetime.now(datetime.timezone.utc)
        self._counts = {"closed": 0, "silent": 0, "not_tried": 0}
        self._found: list[Seen] = []

    def work(self) -> None:
        """Until nothing is left to be tried."""
        with self._selector, ThreadPoolExecutor(_SPEAKERS, "look") as speakers:
            try:
                while self._waiting or self._words or self._knocks():
                    self._control.check()
                    self._knock_at_some()
                    for key, _ in self._selector.select(_SLICE) if self._knocks() else self._pause():
                        self._settle(key.data, speakers)
                    self._give_up_on_the_silent()
                    self._collect()
                    self._report()
            finally:
                for knock in self._knocks():
                    self._end(knock)

    def record(self) -> ScanRecord:
        wanted = self._wanted
        return ScanRecord(
            began=self._utc.isoformat(timespec="seconds"),
            calling_ae=wanted.calling_ae,
            text=wanted.text,
            ports=wanted.ports,
            titles=wanted.titles,
            addresses=len(wanted.addresses),
            seconds=round(time.monotonic() - self._began, 1),
            stopped=self._control.stopped,
            tried=self._done,
            found=tuple(self._found),
            **self._counts,
        )

    @property
    def _done(self) -> int:
        return sum(self._counts.values()) + len(self._found)

    def _knocks(self) -> list[_Knock]:
        return [key.data for key in self._selector.get_map().values()]

    def _pause(self) -> Iterator[tuple[selectors.SelectorKey, int]]:
        self._control.wait(_SLICE)
        return iter(())

    def _knock_at_some(self) -> None:
        """Begin as many connections as are due. The ports of an address are taken one round after the other."""
        now = time.monotonic()
        self._allowed = min(_BURST, self._allowed + (now - self._looked) * PER_SECOND)
        self._looked = now
        open_now = len(self._selector.get_map()) + len(self._words)
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
            self._count("not_tried", host)
            return False
        connection.setblocking(False)
        knock = _Knock(host, port, connection, time.monotonic() + PATIENCE)
        self._selector.register(connection, selectors.EVENT_WRITE, knock)
        code = connection.connect_ex(address)
        if code and code not in _UNDER_WAY:
            self._refused(knock, code)
            return False
        return True

    def _settle(self, knock: _Knock, speakers: ThreadPoolExecutor) -> None:
        """A connection was taken, or refused."""
        code = knock.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if code:
            self._refused(knock, code)
            return
        self._end(knock)
        wanted = self._wanted
        who = (knock.host.name, knock.port, wanted.titles, wanted.calling_ae, wanted.tls)
        self._words[speakers.submit(greet.look_at, *who, WORDS, self._control)] = knock.host

    def _refused(self, knock: _Knock, code: int) -> None:
        self._end(knock)
        self._count(
            "closed" if code == errno.ECONNREFUSED else "silent" if code in _NOBODY else "not_tried", knock.host
        )

    def _give_up_on_the_silent(self) -> None:
        now = time.monotonic()
        for knock in self._knocks():
            if now > knock.until:
                self._end(knock)
                self._count("silent", knock.host)

    def _collect(self) -> None:
        for words in [words for words in self._words if words.done()]:
            host = self._words.pop(words)
            seen = words.result()
            self._found.append(seen)
            self._events.fact(seen)
            self._again(host)

    def _count(self, what: str, host: _Host) -> None:
        self._counts[what] += 1
        self._again(host)

    def _again(self, host: _Host) -> None:
        if host.ports:
            self._waiting.append(host)

    def _end(self, knock: _Knock) -> None:
        self._selector.unregister(knock.connection)
        knock.connection.close()

    def _report(self) -> None:
        total = len(self._wanted.addresses) * len(self._wanted.ports)
        seconds = time.monotonic() - self._began
        counts = {"found": len(self._found), "dicom": sum(seen.dicom for seen in self._found)}
        self._events.state(Progress("scan", self._done, total=total, seconds=seconds, counts=counts))
