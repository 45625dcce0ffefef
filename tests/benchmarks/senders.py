"""Who sends, in the benchmark of copying: this program as a whole, its association alone, DCMTK and pynetdicom.

Each is run to its end in a process of its own and returns the seconds it took, or raises when anything went wrong.
"""

from __future__ import annotations

import functools
import json
import os
import shutil
import subprocess
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable, NamedTuple

from tests import find_tool
from tests.benchmarks import alone
from tests.benchmarks.files import Archive
from tests.running import command, to
from wizard.dicom.destination import Destination
from wizard.manifest.manifest import Manifest

AUTOMATIC = 0
COUNTS = (1, 2, 4)
"""Associations at a time of this program and of its association alone."""

NAGLE_OFF = {"TCP_NODELAY": "1"}
"""The environment in which DCMTK does without Nagle's algorithm."""

DCMSEND, DCMSEND_NAGLE_OFF = "dcmsend as it comes", "dcmsend, Nagle off"
_NOBODY = Destination("127.0.0.1", 104, "NOBODY")


class Sender(NamedTuple):
    """`few`: it is slow at this receiver, and gets the first files only. `reads`: its reading was a step before."""

    name: str
    send: Callable[[Destination, Archive], float]
    few: bool = False
    reads: bool = False


def ours(associations: int) -> Sender:
    return Sender(f"this program, {associations or 'automatic'}", functools.partial(_ours, associations), reads=True)


def association_alone(associations: int) -> Sender:
    return Sender(
        f"association.py alone, {associations}", functools.partial(alone.apart, alone.association, associations)
    )


def others(nagle_off: bool) -> list[Sender]:
    """The programs of other makers; `nagle_off` tells whether it is at the receiver. Where it is on at either end,
    they wait 40 ms for each file."""
    return [
        Sender(DCMSEND, functools.partial(_dcmtk, "dcmsend", {}), few=True),
        dcmsend_nagle_off(few=not nagle_off),
        Sender("storescu as it comes", functools.partial(_dcmtk, "storescu", {}), few=True),
        Sender("storescu, Nagle off", functools.partial(_dcmtk, "storescu", NAGLE_OFF), few=not nagle_off),
        Sender("pynetdicom", functools.partial(alone.apart, alone.pynetdicom), few=True),
    ]


def dcmsend_nagle_off(few: bool) -> Sender:
    return Sender(DCMSEND_NAGLE_OFF, functools.partial(_dcmtk, "dcmsend", NAGLE_OFF), few)


def physical_limit() -> Sender:
    """The same files to a process that discards them, whatever the receiver is."""
    return Sender("physical limit (sendfile)", lambda destination, archive: alone.sendfile(archive))


def read(archive: Archive) -> float:
    """Seconds in which this program reads an archive into a new manifest, which is kept beside it."""
    for old in archive.manifest.parent.glob(archive.manifest.name + "*"):
        old.unlink()
    job = ["--source", archive.folder, *to(_NOBODY), "--manifest", archive.manifest]
    return float(wizard("source", *job)["seconds"]["source"])


def _ours(associations: int, destination: Destination, archive: Archive) -> float:
    """The copy step, on a fresh copy of the manifest of an archive that was read."""
    with tempfile.TemporaryDirectory(dir=archive.folder.parent) as folder:
        path = Path(shutil.copy(archive.manifest, folder))
        with Manifest(path) as manifest:
            manifest.put(destination=asdict(destination))
        summary = wizard("copy", "--manifest", path, "--associations", associations or "auto")
    assert summary["buckets"]["copied"] == archive.count, summary
    return float(summary["seconds"]["copy"])


def wizard(*arguments: object) -> dict[str, Any]:
    """Run the program to its end, which must be a good one; returns its JSON object."""
    done = subprocess.run(command(*arguments, "--json", "--quiet"), stdout=subprocess.PIPE, timeout=alone.SECONDS)
    assert done.returncode == 0, done.stdout.decode("utf-8", "replace")
    summary: dict[str, Any] = json.loads(done.stdout)
    return summary


def _dcmtk(tool: str, environment: dict[str, str], destination: Destination, archive: Archive) -> float:
    """The whole run of `dcmsend` or `storescu`, with its own look at the files."""
    path = find_tool(tool)
    assert path, f"{tool} is not installed"
    job = [path, "-aec", destination.called_ae, "+sd", "+r", destination.host, str(destination.port)]
    started = time.monotonic()
    subprocess.run(
        [*job, str(archive.folder)],
        env={**os.environ, **environment},
        stdout=subprocess.DEVNULL,
        timeout=alone.SECONDS,
        check=True,
    )
    return time.monotonic() - started
