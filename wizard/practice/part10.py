"""Write and read DICOM files (PS3.10 chapter 7): File Meta Information, and the data set after it."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO
from pathlib import Path
from typing import BinaryIO, Iterator

from pydicom.dataelem import RawDataElement
from pydicom.errors import InvalidDicomError
from pydicom.filereader import data_element_generator, read_file_meta_info
from pydicom.uid import UID

IMPLEMENTATION_CLASS_UID = "2.25.162407281230954213675087113286501738229"
IMPLEMENTATION_VERSION_NAME = "PRACTICE"

_UNDEFINED_LENGTH = 0xFFFFFFFF
_DEFLATED = (
    "1.2.840.10008.1.2.1.99",  # Deflated Explicit VR Little Endian
    "1.2.840.10008.1.2.4.95",  # JPIP Referenced Deflate
    "1.2.840.10008.1.2.4.205",  # JPIP HTJ2K Referenced Deflate
)


class BrokenDataSet(Exception):
    """The data set cannot be read to its end."""


def file_meta(sop_class: str, sop_instance: str, transfer_syntax: str) -> bytes:
    """Return preamble, prefix and File Meta Information (PS3.10 7.1) for a data set.

    pydicom does not write it, because the UIDs of old PACS are not always valid and must be kept.
    """
    elements = b"".join(
        (
            struct.pack("<HH2s2xL", 2, 0x0001, b"OB", 2) + b"\x00\x01",
            _uid(0x0002, sop_class),
            _uid(0x0003, sop_instance),
            _uid(0x0010, transfer_syntax),
            _uid(0x0012, IMPLEMENTATION_CLASS_UID),
            _short(0x0013, b"SH", IMPLEMENTATION_VERSION_NAME.encode("ascii")),
        )
    )
    return bytes(128) + b"DICM" + _short(0x0000, b"UL", struct.pack("<L", len(elements))) + elements


def file_elements(path: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the `raw_elements` of the data set of a file that begins with `file_meta`.

    Raises
    ------
    BrokenDataSet
        The file does not begin so, or ends too early.
    """
    try:
        meta = read_file_meta_info(path)
        length, transfer_syntax = meta.FileMetaInformationGroupLength, UID(meta.TransferSyntaxUID)
    except (InvalidDicomError, AttributeError) as error:
        raise BrokenDataSet(type(error).__name__) from error
    with path.open("rb") as stream:
        stream.seek(128 + len(b"DICM") + 12 + length)
        yield from raw_elements(stream, transfer_syntax)


def raw_elements(stream: BinaryIO, transfer_syntax: UID) -> Iterator[tuple[int, bytes]]:
    """Yield tag and undecoded value of each element of a data set, except sequences.

    Raises
    ------
    BrokenDataSet
        The data set ends too early, or its structure is broken. This is certain only after the last element.
    """
    try:
        if transfer_syntax in _DEFLATED:
            stream = BytesIO(zlib.decompress(stream.read(), -zlib.MAX_WBITS))
        implicit, little = transfer_syntax.is_implicit_VR, transfer_syntax.is_little_endian
        for element in data_element_generator(stream, implicit, little):
            if isinstance(element, RawDataElement):
                value = element.value or b""
                if element.length not in (len(value), _UNDEFINED_LENGTH):
                    raise BrokenDataSet("cut off")
                yield int(element.tag), value
    except (EOFError, ValueError, KeyError, NotImplementedError, struct.error, zlib.error) as error:
        raise BrokenDataSet(type(error).__name__) from error


def _uid(element: int, uid: str) -> bytes:
    value = uid.encode("ascii")
    return _short(element, b"UI", value + b"\0" * (len(value) % 2))


def _short(element: int, vr: bytes, value: bytes) -> bytes:
    return struct.pack("<HH2sH", 2, element, vr, len(value)) + value
