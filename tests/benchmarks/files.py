"""Source folders for measuring: many equal images, each with a UID of its own, of a given size."""

from __future__ import annotations

import math
import os
import struct
from pathlib import Path
from typing import NamedTuple

from pydicom.dataset import Dataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian

from wizard.practice import objects


class Archive(NamedTuple):
    """A folder with a folder for each study; how many images, and the bytes of all their files."""

    folder: Path
    count: int  # type: ignore[assignment]  # a tuple has a method of that name, which nobody needs
    bytes: int

    @property
    def manifest(self) -> Path:
        """Where the manifest of a program that has read it is kept."""
        return self.folder.with_name(self.folder.name + ".sqlite")


def make(folder: Path, count: int, pixel_bytes: int, to_a_study: int, to_a_series: int = 0) -> Archive:
    """Write `count` CT images below `folder`. Their pixels are random and the same in all.

    A study has one series, or as many as there are with `to_a_series` images each.
    """
    columns = int(math.sqrt(pixel_bytes // 2))
    rows = pixel_bytes // 2 // columns
    pixels = os.urandom(1 << 20) * (rows * columns * 2 // (1 << 20) + 1)
    pixels = pixels[: rows * columns * 2]
    # Pixel Data is the last element, and written behind the rest: explicit little endian, OW (PS3.5 7.1.2).
    pixel_data = struct.pack("<HH2s2xI", 0x7FE0, 0x0010, b"OW", len(pixels))
    written = 0
    for number in range(count):
        path = folder / f"{number // to_a_study:04d}" / f"{number:06d}"
        path.parent.mkdir(parents=True, exist_ok=True)
        header = _header(number, number // to_a_study, number // (to_a_series or to_a_study), rows, columns)
        rest = objects.part10(header, ExplicitVRLittleEndian)
        with path.open("wb") as file:
            file.writelines((rest, pixel_data, pixels))
            written += file.tell()
    return Archive(folder, count, written)


def first(archive: Archive, count: int) -> Archive:
    """The first images of an archive as an archive of their own, beside it; the files are the same."""
    if count >= archive.count:
        return archive
    folder = archive.folder.with_name(f"{archive.folder.name}-{count}")
    linked = 0
    for path in sorted(path for path in archive.folder.rglob("*") if path.is_file())[:count]:
        link = folder / path.relative_to(archive.folder)
        if not link.exists():
            link.parent.mkdir(parents=True, exist_ok=True)
            os.link(path, link)
        linked += link.stat().st_size
    return Archive(folder, count, linked)


def _header(number: int, study: int, series: int, rows: int, columns: int) -> Dataset:
    data = Dataset()
    data.SOPClassUID = CTImageStorage
    data.SOPInstanceUID = objects.uid("benchmark", number)
    data.StudyInstanceUID = objects.uid("benchmark study", study)
    data.SeriesInstanceUID = objects.uid("benchmark series", series)
    data.PatientID, data.PatientName = f"BENCH{study}", f"Benchmark^Number {study}"
    data.PatientBirthDate, data.PatientSex, data.StudyID = "", "O", "1"
    data.StudyDate, data.StudyTime, data.AccessionNumber = "20200101", "", ""
    data.ReferringPhysicianName, data.Modality = "", "CT"
    data.SeriesNumber, data.InstanceNumber = 1, number + 1
    data.Rows, data.Columns = rows, columns
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    return data
