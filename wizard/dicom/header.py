"""A file -> a Header, or why it is none. Recognised by content, never by file name.

Preamble and DICM (PS3.10 7.1), file meta information without a preamble, and bare data sets in implicit or
explicit little endian or explicit big endian, as old archives hold them.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import NamedTuple

from wizard.dicom import structure, text
from wizard.dicom.contexts import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from wizard.dicom.structure import BIG, EXPLICIT, IMPLICIT, Broken, Bytes, Form, MemoryBytes, part, tag
from wizard.errors import OLD_PACS

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"
KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59"

_WANTED = {
    (0x0008, 0x0005): "SpecificCharacterSet",
    (0x0008, 0x0016): "SOPClassUID",
    (0x0008, 0x0018): "SOPInstanceUID",
    (0x0008, 0x0020): "StudyDate",
    (0x0008, 0x0030): "StudyTime",
    (0x0008, 0x0050): "AccessionNumber",
    (0x0008, 0x0060): "Modality",
    (0x0008, 0x1030): "StudyDescription",
    (0x0008, 0x103E): "SeriesDescription",
    (0x0010, 0x0010): "PatientName",
    (0x0010, 0x0020): "PatientID",
    (0x0010, 0x0021): "IssuerOfPatientID",
    (0x0010, 0x0030): "PatientBirthDate",
    (0x0010, 0x0040): "PatientSex",
    (0x0020, 0x000D): "StudyInstanceUID",
    (0x0020, 0x000E): "SeriesInstanceUID",
    (0x0020, 0x0011): "SeriesNumber",
    (0x0020, 0x0013): "InstanceNumber",
    (0x0028, 0x0008): "NumberOfFrames",
    (0x0028, 0x0010): "Rows",
    (0x0028, 0x7FE0): "PixelDataProviderURL",
    (0x7FE0, 0x0008): "FloatPixelData",
    (0x7FE0, 0x0009): "DoubleFloatPixelData",
    (0x7FE0, 0x0010): "PixelData",
}
_TAGS = {
    little: {tag(group, element, little): keyword for (group, element), keyword in _WANTED.items()}
    for little in (True, False)
}
_PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData", "PixelDataProviderURL")
_META = {
    tag(0x0002, 0x0002): "MediaStorageSOPClassUID",
    tag(0x0002, 0x0003): "MediaStorageSOPInstanceUID",
    tag(0x0002, 0x0010): "TransferSyntaxUID",
}
_MOST_INFLATED = 64 << 20  # bytes


class Problem(NamedTuple):
    """Why a file cannot go as it is: a bucket of the ledger, a sentence, and who must act."""

    bucket: str
    sentence: str
    who: str


@dataclass
class Header:
    """What the manifest needs to know of one file.

    `values` are raw; `offset` is where the data set begins, which is what is sent; `problem` is None when it can go.
    """

    transfer_syntax: str = ""
    offset: int = 0
    values: dict[str, bytes] = field(default_factory=dict)
    problem: Problem | None = None

    def uid(self, keyword: str) -> str:
        return text.uid(self.values.get(keyword, b""))

    def text(self, keyword: str) -> str:
        return text.decode(self.values.get(keyword, b""), self.values.get("SpecificCharacterSet", b""))

    @property
    def kind(self) -> tuple[str, str]:
        """SOP class and transfer syntax."""
        return self.uid("SOPClassUID"), self.transfer_syntax


def read_header(source: Bytes) -> Header:
    """Recognise and read one file, and walk its structure to the end.

    Raises
    ------
    OSError
        The file could not be read.
    """
    header = Header()
    if source.size == 0:
        header.problem = Problem("not_dicom", "the file is empty", "")
        return header
    head = part(source, 0, min(source.size, 256))
    meta_at = _meta_offset(head)
    if meta_at is None:
        form = _guess(head, source.size)
        if form is None or not _plausible_start(head, form):
            header.problem = Problem("not_dicom", "not a DICOM file", "")
            return header
        header.transfer_syntax = _default_syntax(form)
        _walk(source, header, form)
        if header.problem is None and not (header.uid("SOPClassUID") and header.uid("SOPInstanceUID")):
            header.problem = Problem("not_dicom", "not a DICOM file", "")
        _must_be_even(header, source.size)
        return header
    meta, header.offset = _read_meta(source, meta_at)
    header.transfer_syntax = meta.get("TransferSyntaxUID", "")
    if meta.get("MediaStorageSOPClassUID") == MEDIA_STORAGE_DIRECTORY:
        header.problem = Problem("index", "a list of the files on a disc (DICOMDIR), not an image", "")
        return header
    if header.offset >= source.size:
        header.problem = Problem("damaged", "the file is cut off: it has a label and no content", OLD_PACS)
        return header
    _read_data_set(source, header)
    _must_be_even(header, source.size)
    return header


def _read_data_set(source: Bytes, header: Header) -> None:
    """Walk the data set behind the file meta information, in the form that its label names."""
    start = part(source, header.offset, 16)
    guessed = _guess(start, source.size)
    if header.transfer_syntax == DEFLATED_LITTLE_ENDIAN:
        _walk_deflated(source, header)
        return
    if not header.transfer_syntax:
        header.transfer_syntax = _default_syntax(guessed or EXPLICIT)
    form = structure.form_of(header.transfer_syntax)
    private = not header.transfer_syntax.startswith("1.2.840.10008.")
    if private and guessed is not None:
        form = guessed
    if guessed is not None and guessed != form:
        _walk(source, header, guessed)
        header.problem = Problem("held_back", "the label and the content of the file disagree", OLD_PACS)
        return
    _walk(source, header, form)


def _walk(source: Bytes, header: Header, form: Form, at: int | None = None) -> None:
    walker = structure.Walker(source, form, _TAGS[form.little])
    header.values = walker.values
    try:
        walker.walk(header.offset if at is None else at)
    except Broken as error:
        header.problem = Problem("damaged", str(error), OLD_PACS)
        return
    header.problem = _why_held(header)


def _walk_deflated(source: Bytes, header: Header) -> None:
    inflater = zlib.decompressobj(-zlib.MAX_WBITS)
    try:
        content = inflater.decompress(part(source, header.offset, source.size - header.offset), _MOST_INFLATED)
    except zlib.error as error:
        header.problem = Problem("damaged", f"the compressed content is broken ({error})", OLD_PACS)
        return
    if not inflater.eof:
        why = "too large to look into" if inflater.unconsumed_tail else "the file is cut off"
        header.problem = Problem("damaged", f"the compressed content is incomplete: {why}", OLD_PACS)
        return
    _walk(MemoryBytes(content), header, EXPLICIT, at=0)


def _why_held(header: Header) -> Problem | None:
    """What a whole data set still lacks before it can be sent."""
    missing = [name for keyword, name in _NEEDED if not header.uid(keyword)]
    if missing:
        return Problem("held_back", f"the file has no {' and no '.join(missing)}", OLD_PACS)
    if header.values.get("Rows") and not any(keyword in header.values for keyword in _PIXELS):
        return Problem("damaged", "the picture itself is missing", OLD_PACS)
    return None


def _must_be_even(header: Header, size: int) -> None:
    """A message must have an even number of bytes (PS3.8 9.3.1): a destination that is sent an odd one hangs up."""
    if header.problem is None and (size - header.offset) % 2:
        reason = f"the content has an odd number of bytes ({size - header.offset:,})"
        header.problem = Problem("held_back", reason, OLD_PACS)


_NEEDED = (
    ("SOPClassUID", "kind (SOP Class UID)"),
    ("SOPInstanceUID", "identity (SOP Instance UID)"),
    ("StudyInstanceUID", "study (Study Instance UID)"),
    ("SeriesInstanceUID", "series (Series Instance UID)"),
)


def _meta_offset(head: bytes) -> int | None:
    """Where the file meta information begins. "DICM" may stand there by chance: group 2 must follow."""
    if head[128:132] == b"DICM" and head[132:134] == b"\x02\x00":
        return 132
    if head[:2] == b"\x02\x00" and head[4:6] in structure.KNOWN_VRS:
        return 0
    return None


def _read_meta(source: Bytes, at: int) -> tuple[dict[str, str], int]:
    """The file meta information, always explicit little endian; returns it and where the data set begins.

    Its group length is often wrong and is not relied upon.
    """
    meta: dict[str, str] = {}
    while at + 8 <= source.size:
        head = part(source, at, 12)
        if head[:2] != b"\x02\x00":
            break
        if head[4:6] in (b"OB", b"UN", b"OW", b"SQ", b"UT", b"UC", b"UR") and len(head) == 12:
            length, start = struct.unpack_from("<I", head, 8)[0], at + 12
        else:
            length, start = struct.unpack_from("<H", head, 6)[0], at + 8
        if head[:4] in _META:
            meta[_META[head[:4]]] = text.uid(part(source, start, min(length, 128)))
        at = start + length
    return meta, at


def _guess(start: bytes, size: int) -> Form | None:
    """The form of a data set by its first element, or None when it is none of the three."""
    if len(start) < 8:
        return None
    if start[4:6] in structure.KNOWN_VRS:
        return BIG if start[0] == 0 and start[1] != 0 else EXPLICIT
    group, _, length = struct.unpack_from("<HHI", start)
    if 0 < group <= 0x7FE0 and (length <= size or length == 0xFFFFFFFF):
        return IMPLICIT
    return None


def _plausible_start(head: bytes, form: Form) -> bool:
    """Whether a file without any label begins as a data set does: group 8, an element up to (0008,0018)."""
    group, element = struct.unpack_from("<HH" if form.little else ">HH", head)
    if not (group == 0x0008 and element <= 0x0018):
        return False
    return form.explicit or bool(struct.unpack_from("<I", head, 4)[0] <= 256)


def _default_syntax(form: Form) -> str:
    return {
        IMPLICIT: IMPLICIT_LITTLE_ENDIAN,
        EXPLICIT: EXPLICIT_LITTLE_ENDIAN,
        BIG: EXPLICIT_BIG_ENDIAN,
    }[form]
