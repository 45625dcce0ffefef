"""Read the header of a file, or find why it is not DICOM. Files are recognised by content, never by name.

It reads preamble and DICM (PS3.10 7.1), file meta information without a preamble, and bare data sets in implicit or
explicit little endian or explicit big endian, as old PACS store them.

A file that was cut off is found wherever it was cut, with one exception: at the border of two elements, behind the last
one that is required here. For an image that is the picture itself; a report or a plan does not say where it ends.
"""

from __future__ import annotations

import struct
from typing import Sequence

from wizard.dicom import fitness, references, structure, text
from wizard.dicom.contexts import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from wizard.dicom.deflated import InflatedBytes
from wizard.dicom.fitness import Problem
from wizard.dicom.runs import LONG_VRS, META_RUN, WantedTags
from wizard.dicom.structure import BIG, EXPLICIT, IMPLICIT, Broken, Bytes, Form, Unchecked, part, tag
from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Topic

MEDIA_STORAGE_DIRECTORY = "1.2.840.10008.1.3.10"

_WANTED = {
    (0x0008, 0x0005): "SpecificCharacterSet",
    (0x0008, 0x0016): "SOPClassUID",
    (0x0008, 0x0018): "SOPInstanceUID",
    (0x0008, 0x0020): "StudyDate",
    (0x0008, 0x0030): "StudyTime",
    (0x0008, 0x0050): "AccessionNumber",
    (0x0008, 0x0060): "Modality",
    (0x0008, 0x0080): "InstitutionName",
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
    (0x0042, 0x0011): "EncapsulatedDocument",
    (0x7FE0, 0x0008): "FloatPixelData",
    (0x7FE0, 0x0009): "DoubleFloatPixelData",
    (0x7FE0, 0x0010): "PixelData",
}
_TITLE = {(0x0040, 0xA043): "ConceptNameCodeSequence"}
_WANTED_TAGS = {little: WantedTags({**_WANTED, **_TITLE}, little) for little in (True, False)}
_META_CLASS, _META_SYNTAX = tag(0x0002, 0x0002), tag(0x0002, 0x0010)
_META_USUALLY = 1024  # bytes
_META_MOST = 1000  # elements that are not plain
_DEFLATED = (
    DEFLATED_LITTLE_ENDIAN,
    "1.2.840.10008.1.2.4.95",  # JPIP Referenced Deflate
    "1.2.840.10008.1.2.4.205",  # JPIP HTJ2K Referenced Deflate
)
_MOST_TO_SEARCH = 4 << 20  # bytes of an object without pixels, for what it refers to


class Header:
    """The facts about one file that the manifest stores.

    `values` are raw; the data set, which is sent, begins at `offset`. `problem` is None when it can be sent; `remark`
    says what is unusual about it then. `references` are the UIDs that an object without a picture refers to, or the
    files that a DICOMDIR lists.
    """

    __slots__ = ("offset", "problem", "references", "remark", "transfer_syntax", "values")

    def __init__(
        self,
        transfer_syntax: str = "",
        offset: int = 0,
        values: dict[str, bytes] | None = None,
        problem: Problem | None = None,
    ) -> None:
        self.transfer_syntax, self.offset, self.problem = transfer_syntax, offset, problem
        self.values: dict[str, bytes] = values or {}
        self.remark: Problem | None = None
        self.references: Sequence[str] = ()

    def uid(self, keyword: str) -> str:
        return text.uid(self.values.get(keyword, b""))

    def text(self, keyword: str) -> str:
        return text.decode(self.values.get(keyword, b""), self.values.get("SpecificCharacterSet", b""))

    @property
    def kind(self) -> tuple[str, str]:
        """SOP class and transfer syntax."""
        return self.uid("SOPClassUID"), self.transfer_syntax


def read_header(source: Bytes) -> Header:
    """Recognise one file, read its header, and walk its structure to the end.

    Raises
    ------
    OSError
        The file could not be read.
    """
    head = source.window(0, min(256, source.size))[0]
    meta_at = _meta_offset(head)
    try:
        header = _read_bare(source, head) if meta_at is None else _read_with_meta(source, meta_at)
    except Unchecked as error:
        return Header(problem=Problem(error.reason, Topic.UNCHECKED))
    if header.problem is None and (source.size - header.offset) % 2:
        # A message must have an even number of bytes (PS3.8 E.1): a destination that gets an odd one hangs up.
        header.problem = Problem(Reason("odd_length", bytes=source.size - header.offset), Topic.ODD_LENGTH)
    return header


def _read_bare(source: Bytes, head: bytes) -> Header:
    """Read a data set without file meta information. Other files may begin like one, so it must have a SOP class."""
    for offset in (0, 132) if head[128:132] == b"DICM" else (0,):
        start = head[offset : offset + 16]
        form = _guess(start, source.size)
        if form is not None and _plausible_start(start, form):
            header = Header(_default_syntax(form), offset)
            _walk(source, header, form)
            if fitness.is_negotiable(header.uid("SOPClassUID")):
                return header
    return Header(problem=Problem(Reason("not_dicom" if head else "empty")))


def _read_with_meta(source: Bytes, meta_at: int) -> Header:
    """Read a data set behind file meta information, in the transfer syntax that this names."""
    sop_class, syntax, offset = _read_meta(source, meta_at)
    header = Header(syntax, offset)
    start = part(source, offset, 16)
    if sop_class == MEDIA_STORAGE_DIRECTORY:
        header.problem = Problem(Reason("dicomdir"))
        header.references = references.files(_search_area(source, offset))
    elif not start.strip(b"\0"):
        header.problem = Problem(Reason("no_content"), Topic.BROKEN)
    elif syntax in _DEFLATED:
        _walk(source, header, EXPLICIT)
    else:
        _read_data_set(source, header, _guess(start, source.size))
    return header


def _read_data_set(source: Bytes, header: Header, guessed: Form | None) -> None:
    if not header.transfer_syntax:
        header.transfer_syntax = _default_syntax(guessed or EXPLICIT)
    form = structure.form_of(header.transfer_syntax)
    if guessed is None or guessed == form:
        _walk(source, header, form)
        return
    _walk(source, header, guessed)
    private = not header.transfer_syntax.startswith("1.2.840.10008.")
    if not private and (header.problem is None or header.problem.reason.outcome == Bucket.HELD_BACK):
        header.problem = Problem(Reason("disagree"), Topic.DISAGREE)


def _walk(source: Bytes, header: Header, form: Form) -> None:
    try:
        content, at = source, header.offset
        if header.transfer_syntax in _DEFLATED:
            content, at = InflatedBytes(source, header.offset), 0
        walker = structure.Walker(content, form, _WANTED_TAGS[form.little])
        values = header.values = walker.values
        walker.walk(at)
    except Broken as error:
        header.problem = Problem(error.reason, Topic.BROKEN)
    except Unchecked as error:
        header.problem = Problem(error.reason, Topic.UNCHECKED)
    else:
        header.problem, header.remark = fitness.judge(values, header.transfer_syntax, form.little)
        if not fitness.has_pixels(values):
            header.references = references.instances(_search_area(content, at), form.little)


def _search_area(content: Bytes, at: int) -> bytes:
    """Return the part of a file without a picture that is searched for references: none, if much was read already."""
    try:
        return part(content, at, _MOST_TO_SEARCH)
    except Unchecked:
        return b""


def _meta_offset(head: bytes) -> int | None:
    """Find where the file meta information begins. "DICM" may stand there by chance: group 2 must follow."""
    if head[128:134] == b"DICM\x02\x00":
        return 132
    if head[:2] == b"\x02\x00" and head[4:6] in structure.KNOWN_VRS:
        return 0
    return None


def _read_meta(source: Bytes, at: int) -> tuple[str, str, int]:
    """Read SOP class and transfer syntax from the file meta information, and find where the data set begins.

    It should be explicit little endian; some wrote it implicit. Its group length is often wrong and is not used.
    """
    until = min(at + _META_USUALLY, source.size)
    held, base = source.window(at, until - at)
    plain = META_RUN.findall(held, at - base, until - base)
    found = {key: value[2:] for key, _, value, _ in plain}
    at = until - len(plain[-1][3])
    for _ in range(_META_MOST):
        head = part(source, at, 12)
        if head[:2] != b"\x02\x00" or len(head) < 8:
            break
        # An element that is not plain.
        if head[4:6] not in structure.KNOWN_VRS:
            length, start = struct.unpack_from("<I", head, 4)[0], at + 8
        elif head[4:6] in LONG_VRS and len(head) == 12:
            length, start = struct.unpack_from("<I", head, 8)[0], at + 12
        else:
            length, start = struct.unpack_from("<H", head, 6)[0], at + 8
        found[head[:4]] = part(source, start, min(length, 128))
        at = start + length
    else:
        raise Unchecked(Reason("too_many_header_parts"))
    return text.uid(found.get(_META_CLASS, b"")), text.uid(found.get(_META_SYNTAX, b"")), at


def _guess(start: bytes, size: int) -> Form | None:
    """Guess the encoding of a data set by its first element; None when it is none of the three."""
    if len(start) < 8:
        return None
    if start[4:6] in structure.KNOWN_VRS:
        return BIG if start[0] == 0 and start[1] != 0 else EXPLICIT
    group, _, length = struct.unpack_from("<HHI", start)
    if 0 < group <= 0x7FE0 and (length <= size or length == 0xFFFFFFFF):
        return IMPLICIT
    return None


def _plausible_start(head: bytes, form: Form) -> bool:
    """Whether a file without meta information begins like a data set: group 8, an element up to (0008,0018)."""
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
