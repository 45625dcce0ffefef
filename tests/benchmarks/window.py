"""Whether the window stays usable while images are copied at full speed.

The window is opened on a virtual screen, on the page Copy, in a process of its own. Four associations send to DCMTK's
storescp (its Nagle's algorithm off) while the loop of the window is asked to tick every 50 ms. How long it really is
from one tick to the next is what a person feels: the longest and the 99th percentile of each run are printed, and the
medians of three. The list of the copied files is on show, which changes most.
"""

from __future__ import annotations

import json
import math
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks import files, senders
from tests.benchmarks.files import Archive
from tests.peers import servers
from tests.screen import virtual_screen
from wizard.dicom.destination import Destination
from wizard.manifest import copy_settings
from wizard.manifest.copy_settings import CopySettings
from wizard.manifest.manifest import Manifest
from wizard.start import bootstrap

ROUNDS = 3
ASSOCIATIONS = 4
TICK = 50  # milliseconds
BOUND = 250  # milliseconds: longer, and a person feels that the window hangs
LOADS = {"2 000 of 525 kB": (2000, 524_288), "5 000 of 12 kB": (5000, 11_552)}
_TO_A_STUDY = 100


class Felt(NamedTuple):
    """One run: milliseconds from tick to tick, how many ticks there were, and images a second."""

    longest: float
    percentile: float
    ticks: int
    rate: float


def main() -> None:
    print(f"From tick to tick of the window, {ASSOCIATIONS} associations; at most {BOUND} ms is asked for.")
    with tempfile.TemporaryDirectory() as name, virtual_screen() as environment:
        for title, (count, size) in LOADS.items():
            folder = Path(name) / str(size)
            archive = files.make(folder / "archive", count, size, _TO_A_STUDY)
            senders.read(archive)
            print(f"\n{title}")
            os.sync()  # or it is the disc that is measured
            runs = [_run(folder / f"run{number}", archive, environment) for number in range(ROUNDS)]
            for run in runs:
                _print("run", run)
            median = Felt(*map(statistics.median, zip(*runs)))
            _print("median", median)
            print(f"  {'within' if median.longest <= BOUND else 'OVER'} {BOUND} ms")


def _print(what: str, felt: Felt) -> None:
    print(
        f"  {what:6}  longest {felt.longest:5.0f} ms   99 of 100 within {felt.percentile:5.0f} ms   "
        f"{felt.ticks:5.0f} ticks   {felt.rate:6.0f} images/s",
        flush=True,
    )


def _run(folder: Path, archive: Archive, environment: dict[str, str]) -> Felt:
    """Copy the archive once, in a window of its own."""
    folder.mkdir()
    own = {f"XDG_{kind}_HOME": str(folder / "home") for kind in ("CONFIG", "DATA", "STATE")}
    with servers.storescp(folder, "--ignore", "--fork", environment=senders.NAGLE_OFF) as destination:
        path = _manifest(folder, archive, destination)
        program = f"from tests.benchmarks import window; window.watch({str(path)!r})"
        done = subprocess.run(
            [sys.executable, "-c", program],
            env={**environment, **own},
            cwd=str(bootstrap.ROOT),
            stdout=subprocess.PIPE,
            check=True,
        )
    felt = Felt(**json.loads(done.stdout))
    shutil.rmtree(folder)
    return felt


def _manifest(folder: Path, archive: Archive, destination: Destination) -> Path:
    path = Path(shutil.copy(archive.manifest, folder))
    with Manifest(path) as manifest:
        manifest.put(destination=asdict(destination))
        copy_settings.keep(manifest, CopySettings(associations=ASSOCIATIONS))
    return path


def watch(path: str) -> None:
    """Open the window, copy, and print what was felt."""
    from wizard.ui import steps
    from wizard.ui.app import App

    window = App()
    window.shared.adopt(Path(path))
    window.shared.read = window.shared.checked = True
    buckets = window.root.nametowidget(f"{window.pages[steps.COPY]}.outcomes.buckets_frame.buckets")
    window.root.update()  # the window is there before anything is measured
    window.turn_to(steps.COPY, begin=True)
    started, gaps = time.perf_counter(), []
    last = started

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append(now - last)
        last = now
        if buckets.exists("copied") and buckets.selection() != ("copied",):
            buckets.selection_set("copied")
        if window.page.step == "copy" and window.busy:
            window.root.after(TICK, tick)
        else:
            window.root.quit()

    window.root.after(TICK, tick)
    window.root.mainloop()
    seconds = time.perf_counter() - started
    copied = window.page.manifest.value("SELECT COUNT(*) FROM entry WHERE bucket = 'copied'")
    total = window.page.manifest.value("SELECT COUNT(*) FROM entry")
    assert copied == total, f"{copied} of {total} were copied"
    gaps.sort()
    percentile = gaps[math.ceil(len(gaps) * 0.99) - 1]
    felt = Felt(gaps[-1] * 1000, percentile * 1000, len(gaps), copied / seconds)
    print(json.dumps(felt._asdict()), flush=True)
    window.stop_and_close()
    window.run()
