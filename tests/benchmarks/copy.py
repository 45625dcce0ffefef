"""How fast images are copied to DCMTK's storescp: this program (whole, with manifest, hashes and looking at each file
before and after) beside dcmsend as it comes and with Nagle's algorithm off.

A slow sender is given the first few hundred files; the table says how many. Medians of three runs, files a second.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Callable

from tests import find_tool
from tests.benchmarks import files
from tests.peers import servers
from tests.running import to, wizard
from wizard.dicom.destination import Destination

ROUNDS = 3
LOADS = {"CT of 525 kB": (2000, 525_000), "small ones of 12 kB": (5000, 11_500)}
FEW = 200


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for title, (count, size) in LOADS.items():
            archive = files.make(folder / str(size), count, size)
            few = files.make(folder / f"{size}-few", FEW, size)
            with _receiver(folder, {}) as destination:  # it makes dcmsend wait 40 ms a file, whatever dcmsend does
                _table(f"{title}, stock storescp", folder, archive, few, few, destination)
            with _receiver(folder, {"TCP_NODELAY": "1"}) as destination:
                _table(f"{title}, storescp with Nagle off", folder, archive, few, archive, destination)


def _table(title: str, folder: Path, archive: Path, few: Path, for_dcmsend: Path, destination: Destination) -> None:
    count = _count(archive)
    print(f"\n{title}")
    senders: dict[str, tuple[Callable[[], float], int]] = {
        "dcmsend as it comes": (lambda: _dcmsend(few, destination, {}), FEW),
        "dcmsend, Nagle off": (
            lambda: _dcmsend(for_dcmsend, destination, {"TCP_NODELAY": "1"}),
            _count(for_dcmsend),
        ),
        "this program, 1 association": (lambda: _ours(folder, archive, destination, 1), count),
        "this program, 2 associations": (lambda: _ours(folder, archive, destination, 2), count),
    }
    rates = {}
    for name, (send, number) in senders.items():
        rates[name] = statistics.median(number / send() for _ in range(ROUNDS))
    slowest = rates["dcmsend as it comes"]
    for name, rate in rates.items():
        print(f"  {name:<30} {rate:8.0f} files/s  {rate / slowest:6.1f} x  ({senders[name][1]} files)")


def _count(archive: Path) -> int:
    return sum(len(names) for _, _, names in os.walk(archive))


def _receiver(folder: Path, environment: dict[str, str]):
    return servers.storescp(folder / f"receiver{len(environment)}", "--ignore", "--fork", environment=environment)


def _dcmsend(archive: Path, destination: Destination, environment: dict[str, str]) -> float:
    tool = find_tool("dcmsend")
    assert tool, "dcmsend is not installed"
    command = [tool, "-aec", destination.called_ae, "+sd", "+r", destination.host, str(destination.port), str(archive)]
    started = time.monotonic()
    subprocess.run(command, env={**os.environ, **environment}, check=True, stdout=subprocess.DEVNULL)
    return time.monotonic() - started


def _ours(folder: Path, archive: Path, destination: Destination, associations: int) -> float:
    """Seconds of the copy step alone: reading the archive comes before it, as dcmsend's own reading does not."""
    manifest = folder / "m.sqlite"
    for old in folder.glob("m.sqlite*"):
        old.unlink()
    job = ["--source", archive, *to(destination), "--manifest", manifest, "--associations", associations]
    ended = wizard("run", *job, "--export", folder / "out", "--no-verify", "--json", "--quiet")
    assert ended.code == 0, ended.stderr
    return float(ended.summary["seconds"]["source"]) + float(ended.summary["seconds"]["copy"])
