"""Read and write files with pydicom, and find the values that our reader reads otherwise."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

import pydicom
from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.errors import InvalidDicomError
from pydicom.multival import MultiValue
from pydicom.uid import UID

from wizard.dicom.header import Header

TEXTS = (
    *("PatientName", "PatientID", "IssuerOfPatientID", "PatientBirthDate", "PatientSex"),
    *("StudyDate", "StudyTime", "AccessionNumber", "StudyDescription", "Modality", "SeriesDescription"),
    "InstitutionName",
)
NUMBERS = ("SeriesNumber", "InstanceNumber", "NumberOfFrames")
UIDS = ("SOPClassUID", "SOPInstanceUID", "StudyInstanceUID", "SeriesInstanceUID")
PICTURES = ("PixelData", "FloatPixelData", "DoubleFloatPixelData")
KEYWORDS = frozenset(("SpecificCharacterSet", *TEXTS, *NUMBERS, *UIDS, *PICTURES))
"""The attributes that the manifest stores of every file."""

_BEFORE_3 = int(pydicom.__version__.split(".")[0]) < 3


def by_pydicom(content: bytes) -> Dataset | None:
    """Read a file with pydicom; None if it cannot."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pydicom.dcmread(BytesIO(content), force=True)
        except (InvalidDicomError, EOFError, OSError):
            return None


def written_by_pydicom(dataset: Dataset, syntax: str) -> bytes:
    """Write a whole file. Compressed Pixel Data must be encapsulated already."""
    label = FileMetaDataset()
    label.TransferSyntaxUID = UID(syntax)
    label.MediaStorageSOPClassUID = dataset.SOPClassUID
    label.MediaStorageSOPInstanceUID = dataset.SOPInstanceUID
    dataset.file_meta, dataset.preamble = label, bytes(128)
    buffer = BytesIO()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # values that are against the standard are written all the same
        whole: dict[str, Any] = {"enforce_file_format": True}
        if _BEFORE_3:
            dataset.is_little_endian = label.TransferSyntaxUID.is_little_endian
            dataset.is_implicit_VR = label.TransferSyntaxUID.is_implicit_VR
            whole = {"write_like_original": False}
        pydicom.dcmwrite(buffer, dataset, **whole)
    return buffer.getvalue()


def differences(header: Header, theirs: Dataset) -> list[str]:
    """Find the keywords whose values pydicom reads otherwise. Pictures and sequences only count as present or not."""
    wrong = []
    for keyword in sorted(KEYWORDS.union(header.values)):
        tag = tag_for_keyword(keyword)
        assert tag is not None, f"{keyword} is no keyword of the standard"
        ours = header.values.get(keyword)
        element = theirs.get_item(tag) if tag in theirs else None
        if ours is None or element is None:
            same = ours is None and element is None
        elif keyword in PICTURES or dictionary_VR(tag) == "SQ":
            same = True
        elif keyword == "SpecificCharacterSet":  # which pydicom has decoded already
            same = header.uid(keyword) == displayed(theirs, keyword)
        else:
            same = ours == (element.value or b"")[:4096]
        if not same:
            wrong.append(keyword)
    return wrong


def displayed(theirs: Dataset, keyword: str) -> str:
    """Write a value that pydicom decoded as one text without padding."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = theirs.get(keyword)
    if value is None:
        return ""
    values = value if isinstance(value, (MultiValue, list)) else str(value).split("\\")
    return "\\".join(str(one).strip(" \0") for one in values)
