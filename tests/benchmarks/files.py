"""Archives for measuring: many equal images, each with an identity of its own, at the size that is asked for."""

from __future__ import annotations

import os
from pathlib import Path

from pydicom.dataset import Dataset
from pydicom.uid import ExplicitVRLittleEndian

from wizard.practice import objects

CT = "1.2.840.10008.5.1.4.1.1.2"
_IMAGES_OF_A_STUDY = 200
_LINE = 512  # bytes


def make(folder: Path, count: int, size: int) -> Path:
    """Write `count` images of about `size` bytes below `folder`, 200 to a study."""
    pixels = os.urandom(size // _LINE * _LINE)
    for number in range(count):
        study = folder / str(number // _IMAGES_OF_A_STUDY)
        study.mkdir(parents=True, exist_ok=True)
        data = _image(number, pixels)
        (study / f"{number:06d}").write_bytes(objects.part10(data, ExplicitVRLittleEndian))
    return folder


def _image(number: int, pixels: bytes) -> Dataset:
    study = number // _IMAGES_OF_A_STUDY
    data = Dataset()
    data.SOPClassUID = CT
    data.SOPInstanceUID = objects.uid("benchmark", number)
    data.StudyInstanceUID = objects.uid("benchmark study", study)
    data.SeriesInstanceUID = objects.uid("benchmark series", study)
    data.PatientID, data.PatientName = f"BENCH{study}", f"Benchmark^Number {study}"
    data.PatientBirthDate, data.PatientSex, data.StudyID = "", "O", "1"
    data.StudyDate, data.StudyTime, data.AccessionNumber = "20200101", "", ""
    data.ReferringPhysicianName, data.Modality = "", "CT"
    data.SeriesNumber, data.InstanceNumber = 1, number + 1
    data.Rows, data.Columns = len(pixels) // _LINE, _LINE // 2
    data.BitsAllocated, data.BitsStored, data.HighBit, data.PixelRepresentation = 16, 16, 15, 0
    data.SamplesPerPixel, data.PhotometricInterpretation = 1, "MONOCHROME2"
    data.PixelData = pixels
    return data
