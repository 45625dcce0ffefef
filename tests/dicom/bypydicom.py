"""What pydicom reads of a file, and where our reader reads otherwise."""

from __future__ import annotations

import warnings
from io import BytesIO

import pydicom
from pydicom.dataset import Dataset
from pydicom.errors import InvalidDicomError

from wizard.dicom.header import _WANTED, Header


def by_pydicom(content: bytes) -> Dataset | None:
    """What pydicom reads of a file; None if it cannot."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            return pydicom.dcmread(BytesIO(content), force=True)
        except (InvalidDicomError, EOFError, OSError):
            return None


def differences(header: Header, theirs: Dataset) -> list[str]:
    """The keywords whose values pydicom reads otherwise. Of a picture, only whether there is one."""
    wrong = []
    for tag, keyword in _WANTED.items():
        ours = header.values.get(keyword)
        element = theirs.get_item(tag) if tag in theirs else None
        if ours is None or element is None:
            same = ours is element
        elif "PixelData" in keyword:
            same = True
        elif keyword == "SpecificCharacterSet":  # which pydicom has decoded already
            value = theirs.SpecificCharacterSet
            decoded = value if isinstance(value, str) or value is None else "\\".join(value)
            same = header.uid(keyword) == (decoded or "")
        else:
            same = ours == (element.value or b"")[:4096]
        if not same:
            wrong.append(keyword)
    return wrong
