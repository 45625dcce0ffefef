"""Write data sets to be compared in different encodings."""

from __future__ import annotations

import copy
import struct
import zlib

from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filebase import DicomBytesIO
from pydicom.filewriter import write_dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
)

from wizard.dicom.comparison import Comparison, compare, read
from wizard.language.message import Value
from wizard.reasons import Reason

EQUAL = Comparison(True, None)
SYNTAXES = [ImplicitVRLittleEndian, ExplicitVRLittleEndian, ExplicitVRBigEndian, DeflatedExplicitVRLittleEndian]


def different(*attributes: Value) -> Comparison:
    """The result of a comparison that finds exactly these attributes to differ."""
    return Comparison(False, Reason("differs", attributes=attributes))


def data_set() -> Dataset:
    made = Dataset()
    made.SpecificCharacterSet = "ISO_IR 100"
    made.SOPInstanceUID = "1.2.3"
    made.PatientName = "Müster^Anna"
    made.StudyDate = "20190302"
    made.PatientWeight = "70.5"
    made.Rows = 2
    made.BitsAllocated = 16
    made.WindowCenter = [40, 50]
    made.add_new(0x00091001, "LO", "private")
    made.add_new(0x00090010, "LO", "MUSTER PRIVATE")
    item = Dataset()
    item.CodeValue, item.CodeMeaning = "T-1", "Bein"
    made.ProcedureCodeSequence = [item, Dataset()]
    made.add_new(0x7FE00010, "OW", bytes(range(8)))
    return made


def encoded(made: Dataset, syntax: str, undefined: bool = False) -> bytes:
    """Write a data set with pydicom; `undefined` says whether its sequences have undefined lengths."""
    out = DicomBytesIO()
    out.is_little_endian, out.is_implicit_VR = syntax != ExplicitVRBigEndian, syntax == ImplicitVRLittleEndian
    copied = copy.deepcopy(made)
    if syntax == ExplicitVRBigEndian and "PixelData" in copied:  # pydicom does not swap the bytes of words
        words = made[0x7FE00010].value
        copied.add_new(0x7FE00010, "OW", b"".join(words[at : at + 2][::-1] for at in range(0, len(words), 2)))
    for element in copied:
        if element.VR == "SQ":
            element.is_undefined_length = undefined
    write_dataset(out, copied)
    data = out.getvalue()
    if syntax == DeflatedExplicitVRLittleEndian:
        deflating = zlib.compressobj(wbits=-zlib.MAX_WBITS)
        data = deflating.compress(data) + deflating.flush()
    return data


def compared(one: Dataset, other: Dataset, syntax: str = ExplicitVRLittleEndian, its: str = "") -> Comparison:
    its = its or syntax
    return compare(read(encoded(one, syntax), syntax), read(encoded(other, its, undefined=True), its))


def compressed(*frames: bytes) -> Dataset:
    made = data_set()
    made.add_new(0x7FE00010, "OB", encapsulate(list(frames)))
    made["PixelData"].is_undefined_length = True
    return made


def element(tag: int, vr: bytes, value: bytes) -> bytes:
    """Encode an element in explicit little endian, of any length."""
    length = struct.pack("<HI", 0, len(value)) if vr in (b"UN", b"OW") else struct.pack("<H", len(value))
    return struct.pack("<HH", tag >> 16, tag & 0xFFFF) + vr + length + value
