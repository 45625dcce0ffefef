"""How fast instances are confirmed: this program's Verify step (whole, with its manifest) beside DCMTK's `findscu` and
pynetdicom's, at Orthanc and at `dcmqrscp` holding 20 000 images in 200 studies of 5 series.

`python -m tests.benchmarks verify` makes the images, copies them to both (see `holding`), and prints a table for each.
Who asks takes turns; figures are medians. An instance is confirmed when it was named, and each asker must name all that
it is asked to. This program asks for instances by name, for the numbers of each study, and, where there are none, for
whole series: what else is there. The others ask for one whole series at a time, and for nothing else. DCMTK's takes one
query file for each series over a single association, which is its fast form. pynetdicom's `findscu` asks one question a
process, so that much of its time is the start of Python; hence the same question is also measured in a loop over one
association, as its documentation has it. Who is slow is given the first series only; the table says how many.
"""

from __future__ import annotations

import functools
import itertools
import os
import platform
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, replace
from pathlib import Path
from typing import Callable, NamedTuple, Sequence

from tests import find_tool
from tests.benchmarks import alone, files, holding, senders
from tests.benchmarks.holding import Holder
from wizard.dicom import contexts, find
from wizard.dicom.destination import Destination
from wizard.manifest import copy_settings, proof
from wizard.manifest.manifest import Manifest

IMAGES, TO_A_STUDY, TO_A_SERIES = 20_000, 100, 20
ROUNDS = 3
_PIXEL_BYTES = 128
_FEW, _FEWER = 100, 36  # series
_DCMTK, _PYNETDICOM = "DCMTK findscu as it comes", "pynetdicom findscu, a process each"
_UID = re.compile(rb"\(0008,0018\) UI \[([0-9.]+)\0?\]")  # DCMTK prints the padding


class Series(NamedTuple):
    """A series that is asked about, and the SOP Instance UIDs that must be named."""

    study_uid: str
    series_uid: str
    sop_uids: frozenset[str]


class Asker(NamedTuple):
    """`ask` returns the seconds it took, and fails when not all were named. It gets `series` of those that are there,
    and the manifest that expects them all; this program goes by the manifest."""

    name: str
    ask: Callable[[Destination, Path, Sequence[Series]], float]
    series: int | None = None


def main() -> None:
    print(f"{os.cpu_count()} cores, Python {platform.python_version()}, medians of {ROUNDS}", flush=True)
    with tempfile.TemporaryDirectory() as name:
        os.environ["XDG_DATA_HOME"] = f"{name}/home"  # the program's log stays out of the person's
        archive = files.make(Path(name) / "archive", IMAGES, _PIXEL_BYTES, TO_A_STUDY, TO_A_SERIES)
        for holder in (holding.ORTHANC, holding.DCMQRSCP):
            folder = Path(name) / holder.name
            started = time.monotonic()
            first = holder.fill(folder, archive)
            print(f"\n{IMAGES:,} images at {holder.name}, copied there in {time.monotonic() - started:.0f} s")
            _table(holder, folder, archive.manifest, first)


def _table(holder: Holder, folder: Path, everything: Path, first: Path) -> None:
    """Let all askers take turns, print what they did, and at last ask for everything if they were given a part."""
    askers = (
        Asker(_DCMTK, functools.partial(_findscu, {}), _FEW),
        Asker("DCMTK findscu, Nagle off", functools.partial(_findscu, senders.NAGLE_OFF), _FEW),
        Asker(_PYNETDICOM, _findscu_of_pynetdicom, _FEWER),
        Asker("pynetdicom, one association", _pynetdicom, _FEW),
        _ours(1),
        _ours(senders.AUTOMATIC),
    )
    series = _series(first)
    given = {asker.name: series[: asker.series] for asker in askers}
    seconds: dict[str, list[float]] = {asker.name: [] for asker in askers}
    with holder.open(folder) as destination:
        for _ in range(ROUNDS):
            for asker in askers:
                seconds[asker.name].append(asker.ask(destination, first, given[asker.name]))
        print(f"  {'':36}{'series':>8}{'images':>8}{'images/s':>10}{'x DCMTK':>10}{'x pynetdicom':>14}")
        rates = {name: _images(given[name]) / statistics.median(took) for name, took in seconds.items()}
        for asker in askers:
            _print(asker.name, given[asker.name], rates[asker.name], rates)
        if _images(series) < IMAGES:
            asker, series = askers[-1], _series(everything)
            took = asker.ask(destination, everything, series)
            _print(f"{asker.name}: all, once", series, _images(series) / took, rates)
    assert _images(series) == IMAGES, "not everything was confirmed"


def _print(name: str, series: Sequence[Series], rate: float, rates: dict[str, float]) -> None:
    line = f"  {name:36}{len(series):8,}{_images(series):8,}{rate:10,.0f}"
    print(f"{line}{rate / rates[_DCMTK]:10.2f}{rate / rates[_PYNETDICOM]:14.1f}", flush=True)


def _series(manifest: Path) -> list[Series]:
    """The instances that a manifest expects at the destination, series by series."""
    with Manifest(manifest) as opened:
        return [
            Series(study.study_uid, uid, frozenset(instance.sop_uid for instance in members))
            for study in proof.studies(opened)
            for uid, members in itertools.groupby(
                proof.instances(opened, study.study), key=lambda instance: instance.series_uid
            )
        ]


def _images(series: Sequence[Series]) -> int:
    return sum(len(one.sop_uids) for one in series)


def _ours(associations: int) -> Asker:
    return Asker(f"this program, {associations or 'automatic'}", functools.partial(_verify, associations))


def _verify(associations: int, destination: Destination, manifest: Path, series: Sequence[Series]) -> float:
    """The Verify step, on a fresh copy of the manifest."""
    with tempfile.TemporaryDirectory(dir=manifest.parent) as folder:
        path = Path(shutil.copy(manifest, folder))
        with Manifest(path) as opened:
            opened.put(destination=asdict(destination))
            copy_settings.keep(opened, replace(copy_settings.read(opened), associations=associations))
        summary = senders.wizard("verify", "--manifest", path)
        with Manifest(path) as opened:
            grades = {study.grade for study in proof.studies(opened)}
    expected = _images(series)
    assert summary["instances"] == {"expected": expected, "confirmed": expected, "missing": 0, "not_checked": 0}
    assert grades == {"A"}, grades
    return float(summary["seconds"]["verify"])


def _findscu(environment: dict[str, str], destination: Destination, _: Path, series: Sequence[Series]) -> float:
    """DCMTK's, on one association."""
    path = find_tool("findscu")
    assert path, "findscu is not installed"
    job = [path, "-S", "-aec", destination.called_ae, destination.host, str(destination.port)]
    with tempfile.TemporaryDirectory() as folder:
        job += _query_files(Path(folder), series)
        started = time.monotonic()
        output = _output(job, environment)
        took = time.monotonic() - started
    _all_named(output, series)
    return took


def _findscu_of_pynetdicom(destination: Destination, _: Path, series: Sequence[Series]) -> float:
    """A process for each question."""
    job = [sys.executable, "-m", "pynetdicom", "findscu", "-S", "-aec", destination.called_ae]
    output = b""
    with tempfile.TemporaryDirectory() as folder:
        questions = _query_files(Path(folder), series)
        started = time.monotonic()
        for question in questions:
            output += _output([*job, destination.host, str(destination.port), "-f", question], {})
        took = time.monotonic() - started
    _all_named(output, series)
    return took


def _pynetdicom(destination: Destination, _: Path, series: Sequence[Series]) -> float:
    return alone.apart(alone.pynetdicom_find, destination, list(series))


def _query_files(folder: Path, series: Sequence[Series]) -> list[str]:
    """A query file for each series: data sets without a head, implicit little endian."""
    paths = []
    for number, one in enumerate(series):
        keys = {"StudyInstanceUID": one.study_uid, "SeriesInstanceUID": one.series_uid, "SOPInstanceUID": ""}
        path = folder / f"{number:04d}"
        path.write_bytes(find.identifier("IMAGE", keys, (find.FIND, contexts.IMPLICIT_LITTLE_ENDIAN)))
        paths.append(str(path))
    return paths


def _output(command: list[str], environment: dict[str, str]) -> bytes:
    return subprocess.run(
        command,
        env={**os.environ, **environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=alone.SECONDS,
        check=True,
    ).stdout


def _all_named(output: bytes, series: Sequence[Series]) -> None:
    """Whether the answers that were printed name each instance."""
    named = {uid.decode("ascii") for uid in _UID.findall(output)}
    assert named == frozenset().union(*(one.sop_uids for one in series)), "not all instances were named"
