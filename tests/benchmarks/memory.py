"""How much memory the program has resident at most while it copies to `storescp`: one data set of more than 4 GB, and
a queue of a million images.

What is measured is the program as a whole in a process of its own: the kernel's high-water mark of it (VmHWM), read
all the time until it ends. The large data set is a file with holes, and takes no room on the disk. Of the million, the
first ones are real files, and the program is stopped before it comes to the others, of which there are only the rows.
"""

from __future__ import annotations

import contextlib
import multiprocessing
import os
import signal
import sqlite3
import struct
import subprocess
import tempfile
import time
from dataclasses import asdict
from pathlib import Path
from typing import Callable, NamedTuple

from pydicom.dataset import Dataset
from pydicom.uid import UID, CTImageStorage, ExplicitVRLittleEndian, JPEGBaseline8Bit, VLPhotographicImageStorage

from tests.benchmarks import tree
from tests.peers import servers
from tests.running import command, to, wizard
from wizard.dicom.destination import Destination
from wizard.manifest.manifest import Manifest
from wizard.practice import objects

MEGABYTES = 150  # the most that the program may have resident at any time
_GIB = 1 << 30
_FRAGMENTS = 5  # of 1 GiB less a bit: one value alone cannot be longer than 4 GiB (PS3.5 A.4)
_REAL, _ENOUGH = 60_000, 10_000  # files that are there; after so many copied ones it is stopped, three times
_LOOK = 0.02  # seconds between two looks at the process


class Measured(NamedTuple):
    """The most memory that the program had, in kB, and how long it took."""

    peak: int
    seconds: float


def main() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with servers.storescp(folder, "--ignore", "--fork") as destination:
            _print_head()
            _large_data_set(folder, destination)
            _long_queue(folder, destination)


def _large_data_set(folder: Path, destination: Destination) -> None:
    size = make_large(folder / "large" / "1")
    manifest = folder / "large.sqlite"
    read = wizard("source", "--source", folder / "large", *to(destination), "--manifest", manifest, "--json")
    assert read.summary["buckets"]["pending"] == 1, read.stderr
    measured = watched(["copy", "--manifest", manifest, "--quiet"])
    _print_line(f"a data set of {size / 1e9:.1f} GB", f"{size / 1e6 / measured.seconds:.0f} MB/s", measured.peak)


def _long_queue(folder: Path, destination: Destination) -> None:
    manifest = folder / "queue.sqlite"
    apart = multiprocessing.get_context("spawn").Process(target=make_queue, args=[folder, manifest, destination])
    apart.start()
    apart.join()
    assert apart.exitcode == 0
    for associations in ("1", "4", "auto"):
        before = _copied(manifest)
        copy = ["copy", "--manifest", manifest, "--quiet", "--associations", associations]
        measured = watched(copy, enough=lambda enough=before + _ENOUGH: _copied(manifest) >= enough)
        what = f"a queue of {tree.IMAGES:,}, associations: {associations}"
        _print_line(what, f"{_copied(manifest) - before:,} copied, then stopped", measured.peak)


def watched(arguments: list[object], enough: Callable[..., bool] = lambda: False) -> Measured:
    """Run the program and look at its memory until it ends, or is stopped by the book because it has done enough."""
    started = time.monotonic()
    peak = 0
    asked = False
    quiet = subprocess.DEVNULL
    with subprocess.Popen(command(*arguments), stdin=quiet, stdout=quiet, stderr=quiet) as process:
        while process.poll() is None:
            peak = max(peak, _high_water(process.pid))
            if not asked and enough():
                process.send_signal(signal.SIGINT)
                asked = True
            time.sleep(_LOOK)
    assert process.returncode == (130 if asked else 0), arguments
    return Measured(peak, time.monotonic() - started)


def make_large(path: Path) -> int:
    """Write an image of one frame in several fragments, without a picture in it; returns its length in bytes."""
    path.parent.mkdir()
    fragment = _GIB - 8
    with path.open("wb") as file:
        file.write(objects.part10(_image(VLPhotographicImageStorage, "1.2.3.1.1"), JPEGBaseline8Bit))
        file.write(struct.pack("<HH2s2xI", 0x7FE0, 0x0010, b"OB", 0xFFFFFFFF) + _item(0xE000, 0))
        for _ in range(_FRAGMENTS):
            file.write(_item(0xE000, fragment))
            file.seek(fragment, os.SEEK_CUR)
        file.write(_item(0xE0DD, 0))
        return file.tell()


def make_queue(folder: Path, path: Path, destination: Destination) -> None:
    """Write the manifest of a million images; the first of them are links to one small file."""
    archive = folder / "archive"
    archive.mkdir()
    original = folder / "original"
    content = objects.part10(_image(CTImageStorage, "1.2.3.2.1"), ExplicitVRLittleEndian)
    pixels = bytes(10_000)
    original.write_bytes(content + struct.pack("<HH2s2xI", 0x7FE0, 0x0010, b"OW", len(pixels)) + pixels)
    tree.make(path, tree.SHAPES[0])
    status = original.stat()
    with Manifest(path) as manifest:
        with manifest.writing() as db:
            root = os.fsencode(os.path.realpath(archive))
            db.execute("INSERT INTO root (path) VALUES (?)", (root,))
            db.execute("UPDATE folder SET path = CAST(? || '/' || id AS BLOB)", (root.decode(),))
            db.execute("UPDATE kind SET sop_class = ?, transfer_syntax = ?", (CTImageStorage, ExplicitVRLittleEndian))
            db.execute(
                "UPDATE entry SET size = ?, mtime_ns = ?, dataset_offset = ?, sop_uid = '1.2.3.3.' || id",
                (status.st_size, status.st_mtime_ns, content.index(b"\x08\x00\x16\x00")),
            )
            manifest.put(destination=asdict(destination))
        sql = "SELECT path, name FROM entry JOIN folder ON folder.id = entry.folder ORDER BY entry.id LIMIT ?"
        for there, name in manifest.rows(sql, (_REAL,)):
            os.makedirs(there, exist_ok=True)
            os.link(os.fsencode(original), os.path.join(there, name))


def _image(sop_class: UID, uid: str) -> Dataset:
    data = Dataset()
    data.SOPClassUID, data.SOPInstanceUID = sop_class, uid
    data.StudyInstanceUID, data.SeriesInstanceUID = f"{uid}.1", f"{uid}.2"
    data.PatientID, data.PatientName, data.StudyDate, data.Modality = "MEMORY", "Benchmark^Memory", "20200101", "OT"
    data.Rows, data.Columns = 2, 2
    data.BitsAllocated, data.SamplesPerPixel, data.PhotometricInterpretation = 16, 1, "MONOCHROME2"
    return data


def _item(element: int, length: int) -> bytes:
    return struct.pack("<HHI", 0xFFFE, element, length)


def _high_water(pid: int) -> int:
    """The most that a process has had resident, in kB (proc(5), VmHWM); 0 once it has ended."""
    with contextlib.suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text("utf-8").splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1])
    return 0


def _copied(path: Path) -> int:
    db = sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True)
    try:
        return int(db.execute("SELECT COUNT(*) FROM attempt WHERE status = 0").fetchone()[0])
    finally:
        db.close()


def _print_head() -> None:
    print(f"{'what is copied to storescp --ignore':42} {'':>28}  peak resident memory, at most {MEGABYTES} MB")


def _print_line(what: str, done: str, peak: int) -> None:
    megabytes = peak / 1024
    verdict = "within" if megabytes <= MEGABYTES else "OVER"
    print(f"{what:42} {done:>28}  {megabytes:6.0f} MB  {verdict}", flush=True)
