"""Look for a PACS on the network: find the ports that accept a connection, and what listens there.

`port_scan` opens bare TCP connections; `probe` opens associations at ports that accept one. A record is kept.
"""

from __future__ import annotations

import datetime
import time
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Sequence

from wizard import settings
from wizard.dicom import certificates
from wizard.dicom.association import Timeouts
from wizard.dicom.destination import DEFAULT_CALLING_AE, Destination, Tls
from wizard.engine.discover import address_ranges, probe
from wizard.engine.discover.port_scan import CONNECT_SECONDS, PortScan
from wizard.engine.events import Events
from wizard.engine.facts import FoundPort
from wizard.engine.job import Control
from wizard.errors import UsageError
from wizard.language.message import NOTHING, Message, together

PORTS = (104, 11112, 4242, 2762, 2761)
ANY = "ANY-SCP"
"""The AE title for systems whose title is not known; some accept it, or any."""

TIMEOUTS = Timeouts(connect=CONNECT_SECONDS, accept=5, send=5, answer=5, release=1)


@dataclass(frozen=True)
class ScanSettings:
    """The addresses and ports to look at, and the AE titles.

    `titles` are the called AE titles to try, in their order; `tls` has the files for encrypted connections.

    Raises
    ------
    UsageError
    """

    text: str
    addresses: tuple[str, ...]
    ports: tuple[int, ...] = PORTS
    titles: tuple[str, ...] = (ANY,)
    calling_ae: str = DEFAULT_CALLING_AE
    tls: Tls = field(default_factory=Tls)

    def __post_init__(self) -> None:
        for title in self.titles:
            Destination("x", 104, title, self.calling_ae)
        for port in self.ports:
            Destination("x", port, ANY)
        if not (self.ports and self.titles):
            raise UsageError(Message("Enter at least one port and one AE title."))
        certificates.context(self.tls)


@dataclass(frozen=True)
class ScanRecord:
    """The record of one scan for the audit: its time (UTC), calling AE title, addresses and ports, and its results.

    Of `tried` pairs of address and port, `closed` rejected the connection, `silent` did not answer, `not_tried` could
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
    found: tuple[FoundPort, ...]

    def for_programs(self) -> dict[str, Any]:
        """The fields by name, as JSON has them: the sentences are English."""
        return {**asdict(replace(self, found=())), "found": [seen.for_programs() for seen in self.found]}


def settings_from(
    text: str,
    ports: Sequence[int] = PORTS,
    title: str = "",
    calling_ae: str = DEFAULT_CALLING_AE,
    tls: Tls | None = None,
    most: int = address_ranges.MOST,
) -> ScanSettings:
    """Make the settings from the text of a person; `title` is tried before the one that many systems accept.

    Raises
    ------
    UsageError
    """
    titles = tuple(dict.fromkeys((title.strip(), ANY))) if title.strip() else (ANY,)
    return ScanSettings(
        text, address_ranges.read(text, most), tuple(dict.fromkeys(ports)), titles, calling_ae, tls or Tls()
    )


def run(wanted: ScanSettings, control: Control, events: Events) -> ScanRecord:
    """Look at every port of every address, and report each that accepts a connection as a `FoundPort` at once.

    A record of the scan is kept, also if it is stopped (`settings.keep_scan`).

    Raises
    ------
    NameNotResolved
        A name among the addresses cannot be resolved.
    UsageError
        The record cannot be written.
    Stopped
    """

    def look(host: str, port: int) -> FoundPort:
        return probe.look_at(host, port, wanted.titles, wanted.calling_ae, wanted.tls, TIMEOUTS, control)

    began, started = datetime.datetime.now(datetime.timezone.utc), time.monotonic()
    scan = PortScan(wanted.addresses, wanted.ports, look, control, events)
    try:
        scan.run()
    finally:
        record = ScanRecord(
            began=began.isoformat(timespec="seconds"),
            calling_ae=wanted.calling_ae,
            text=wanted.text,
            ports=wanted.ports,
            titles=wanted.titles,
            addresses=len(wanted.addresses),
            seconds=round(time.monotonic() - started, 1),
            stopped=control.stopped,
            tried=scan.tried,
            found=tuple(scan.found),
            **scan.counts,
        )
        settings.keep_scan(record.for_programs())
    return record


def sentence(record: ScanRecord) -> Message:
    """Return what a scan found, in sentences."""
    dicom = sum(seen.dicom for seen in record.found)
    searched = Message(
        "{n} address was searched, ports: {ports}.",
        "{n} addresses were searched, ports: {ports}.",
        n=record.addresses,
        ports=tuple(map(str, record.ports)),
    )
    stopped = Message(
        "The search was stopped after {tried} of {all} ports.",
        tried=record.tried,
        all=record.addresses * len(record.ports),
    )
    results = Message(
        "Answered in DICOM: {dicom}; connected without DICOM: {others}; connection rejected: {closed}; no response: "
        "{silent}.",
        dicom=dicom,
        others=len(record.found) - dicom,
        closed=record.closed,
        silent=record.silent,
    )
    not_tried = Message("Could not be tried from this computer: {count}.", count=record.not_tried)
    return together(
        searched, stopped if record.stopped else NOTHING, results, not_tried if record.not_tried else NOTHING
    )
