"""How fast images are copied: this program (whole, with its manifest, hashes and looking at each file before and after)
beside DCMTK, pynetdicom, its own association alone, and what this computer can move at all.

`python -m tests.benchmarks copy [--part ct | small | large | relay]` makes the files, starts the receivers and prints
a table for each of them, then the bounds that must hold. A slow sender, and Orthanc, are given the first files only;
the table says how many. The senders take turns, so that whatever else the computer does meets all alike. Figures are
medians. "With reading" counts the step before as well: dcmsend's figure includes its own look at the files.
"""

from __future__ import annotations

import argparse
import os
import platform
import shutil
import statistics
import sys
import tempfile
from contextlib import contextmanager
from pathlib import Path
from typing import Callable, ContextManager, Dict, Iterator, NamedTuple

from tests import find_tool
from tests.benchmarks import files, senders
from tests.benchmarks.files import Archive
from tests.benchmarks.senders import AUTOMATIC, Sender
from tests.peers import servers
from tests.ports import free_port
from wizard.dicom.destination import Destination

ROUNDS = 3
_ROOM = 2_000_000_000  # bytes of disc that stay free


class Load(NamedTuple):
    """`count` images in studies of `to_a_study`; `few` of them go to a slow sender, `at_orthanc` to Orthanc."""

    name: str
    count: int  # type: ignore[assignment]  # a tuple has a method of that name, which nobody needs
    pixel_bytes: int
    to_a_study: int
    few: int
    at_orthanc: int = 0


class Receiver(NamedTuple):
    name: str
    open: Callable[[Path], ContextManager[Destination]]
    nagle_off: bool = False


class Rate(NamedTuple):
    """Files a second: median of the sending alone; and with what the program read before, if that was apart."""

    sending: float
    with_reading: float


Rates = Dict[str, Rate]
"""By the name of the sender."""

LOADS = {
    "ct": Load("CT of 525 kB", 2000, 524_288, 100, few=200, at_orthanc=600),
    "small": Load("images of 12 kB", 5000, 11_250, 50, few=200, at_orthanc=2000),
    "large": Load("images of 200 MB", 20, 200_000_000, 1, few=5, at_orthanc=4),
    "relay": Load("images of 12 kB", 2000, 11_250, 50, few=200),
}


@contextmanager
def _storescp(folder: Path, environment: dict[str, str]) -> Iterator[Destination]:
    """As it comes: the tests start it with more options, so that they can look at what it received."""
    port = free_port()
    tool = find_tool("storescp")
    assert tool, "storescp is not installed"
    with servers.running([tool, "--ignore", "--fork", str(port)], port, folder / "storescp.log", environment):
        yield Destination("127.0.0.1", port, "STORESCP")


@contextmanager
def _relay(folder: Path) -> Iterator[Destination]:
    with _storescp(folder, senders.NAGLE_OFF) as destination:
        port = free_port()
        command = [sys.executable, "-m", "tests.benchmarks.delay", str(port), str(destination.port)]
        with servers.running(command, port, folder / "relay.log"):
            yield Destination("127.0.0.1", port, destination.called_ae)


STOCK = Receiver("stock storescp", lambda folder: _storescp(folder, {}))
NAGLE_OFF = Receiver("storescp, Nagle off", lambda folder: _storescp(folder, senders.NAGLE_OFF), nagle_off=True)
ORTHANC = Receiver("Orthanc", servers.orthanc)
RELAY = Receiver("storescp, Nagle off, 25 ms away", _relay, nagle_off=True)


def main(*arguments: str) -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks copy")
    parser.add_argument("--part", choices=LOADS)
    part = parser.parse_args(arguments).part
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, medians of {ROUNDS}", flush=True)
    verdicts = []
    for name in [part] if part else LOADS:
        with tempfile.TemporaryDirectory() as folder:
            verdicts += _part(name, LOADS[name], Path(folder))
    print("\nBounds", *verdicts, sep="\n  ")


def _part(name: str, load: Load, folder: Path) -> list[str]:
    """Print the tables of one load; returns the lines about its bounds."""
    need, free = (load.count + load.at_orthanc) * load.pixel_bytes + _ROOM, shutil.disk_usage(folder).free
    if free < need:
        return [f"LEFT OUT: {load.count} {load.name} need {need / 1e9:.0f} GB of disc, {free / 1e9:.0f} GB are free"]
    os.environ["XDG_DATA_HOME"] = str(folder / "home")  # the program's log stays out of the person's
    archive = files.make(folder / "archive", load.count, load.pixel_bytes, load.to_a_study)
    os.sync()
    verdicts = []
    for receiver in [RELAY] if name == "relay" else [STOCK, NAGLE_OFF, ORTHANC]:
        rates = _table(load, receiver, archive, folder)
        verdicts += [f"{line}; {load.name} to {receiver.name}" for line in _bounds(name, receiver, rates)]
    return verdicts


def _senders(receiver: Receiver) -> list[Sender]:
    if receiver is RELAY:
        return [senders.dcmsend_nagle_off(few=True), senders.ours(AUTOMATIC), senders.ours(8)]
    alone = [senders.association_alone(count) for count in senders.COUNTS]
    ours = [senders.ours(count) for count in (AUTOMATIC, *senders.COUNTS)]
    return [*senders.others(receiver.nagle_off), *ours, *alone, senders.physical_limit()]


def _table(load: Load, receiver: Receiver, archive: Archive, folder: Path) -> Rates:
    """Let all senders take turns, and print what they did."""
    given = files.first(archive, load.at_orthanc if receiver is ORTHANC else load.count)
    few = files.first(given, load.few)
    reading = statistics.median(senders.read(given) for _ in range(ROUNDS))
    competitors = _senders(receiver)
    seconds: dict[str, list[float]] = {sender.name: [] for sender in competitors}
    for _ in range(ROUNDS):
        for sender in competitors:
            with tempfile.TemporaryDirectory(dir=folder) as name, receiver.open(Path(name)) as destination:
                seconds[sender.name].append(sender.send(destination, few if sender.few else given))
    print(f"\n{given.count} {load.name} to {receiver.name}")
    print(f"  {'':30}{'files':>6}{'files/s':>10}{'MB/s':>8}{'ratio':>11}{'with reading':>21}")
    rates = {}
    for sender in competitors:
        used, median = few if sender.few else given, statistics.median(seconds[sender.name])
        rate = Rate(used.count / median, used.count / (median + (reading if sender.reads else 0)))
        rates[sender.name] = rate
        line = f"  {sender.name:30}{used.count:6}{_figure(rate.sending):>10}{used.bytes / median / 1e6:8.0f}"
        line += f"{_figure(rate.sending / rates[competitors[0].name].sending):>9} x"
        print(line + (f"{_figure(rate.with_reading):>13} files/s" if sender.reads else ""), flush=True)
    return rates


def _figure(value: float) -> str:
    return f"{value:.2f}" if value < 10 else f"{value:.1f}" if value < 100 else f"{value:.0f}"


def _bounds(part: str, receiver: Receiver, rates: Rates) -> list[str]:
    """The bounds at this receiver. Beside a large file 40 ms are nothing, so there is no bound on dcmsend there."""
    ours, as_it_comes, nagle_off = senders.ours(AUTOMATIC).name, senders.DCMSEND, senders.DCMSEND_NAGLE_OFF
    lines = []
    if receiver is RELAY:
        lines.append(_at_least(5, rates, ours, nagle_off))
    elif receiver is NAGLE_OFF and part != "large":
        lines.append(_at_least(1.3 if part == "ct" else 1.5, rates, ours, nagle_off))
    elif part != "large":
        lines.append(_at_least(40, rates, ours, as_it_comes))
    for count in senders.COUNTS if receiver is not RELAY else ():
        lines.append(_at_least(0.75, rates, senders.ours(count).name, senders.association_alone(count).name))
    return lines


def _at_least(bound: float, rates: Rates, ours: str, theirs: str) -> str:
    ratio = rates[ours].sending / rates[theirs].sending
    line = f"{'met' if ratio >= bound else 'NOT met':8}{ratio:7.2f} x {theirs:24} at least {bound:<5g} {ours}"
    if theirs.startswith("dcmsend"):  # it looks at the files in the time that is measured
        line += f" (with reading {rates[ours].with_reading / rates[theirs].sending:.2f} x)"
    return line
