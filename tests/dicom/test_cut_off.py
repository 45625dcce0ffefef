"""Test files that are cut off after each of their bytes: the judgement about the end is right.

A cut passes as whole only where it cannot be seen: between two elements of the top level, behind the last required one.
pydicom finds these places, and not our reader.
"""

from __future__ import annotations

from io import BytesIO
from typing import Iterator, NamedTuple

import pytest
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.filereader import data_element_generator
from pydicom.sequence import Sequence
from pydicom.uid import UID as Uid

from tests.dicom.building import CT, REPORT, RLE, SYNTAXES, UID, bucket, compressed, ct, encode, label, read, report
from tests.dicom.bypydicom import written_by_pydicom
from tests.peers.archive import sets
from wizard.dicom.contexts import IMPLICIT_LITTLE_ENDIAN

IDENTITIES = {0x00080016, 0x00080018, 0x0020000D, 0x0020000E}
PIXEL_DATA = 0x7FE00010
SHIPPED = (
    *("ExplVR_LitEndNoMeta.dcm", "ExplVR_BigEndNoMeta.dcm", "SC_rgb_small_odd_big_endian.dcm", "rtdose_1frame.dcm"),
    *("SC_rgb_rle.dcm", "SC_rgb_small_odd_jpeg.dcm", "rtplan.dcm", "reportsi.dcm", "JPEG2000.dcm"),
)


def with_more_behind(syntax: str) -> bytes:
    """An image with sequences, and with elements behind its picture, written by pydicom."""
    item, inner = Dataset(), Dataset()
    item.ReferencedSOPClassUID, item.ReferencedSOPInstanceUID = CT, "1.2.3"
    inner.PurposeOfReferenceCodeSequence = Sequence([item])
    inner.is_undefined_length_sequence_item = True
    image = Dataset()
    image.SOPClassUID, image.SOPInstanceUID = CT, UID
    image.ReferencedStudySequence = Sequence([item])
    image.ReferencedImageSequence = Sequence([inner, item])
    image["ReferencedImageSequence"].is_undefined_length = True
    image.PatientName = "Muster^Anna"
    image.StudyInstanceUID, image.SeriesInstanceUID = UID + ".1", UID + ".2"
    image.Rows = image.Columns = 4
    picture = encapsulate([b"\1" * 20, b"\2" * 12]) if syntax == RLE else bytes(range(1, 33))
    image.add_new(PIXEL_DATA, "OB" if syntax == RLE else "OW", picture)
    image.add_new(0xFFFAFFFA, "SQ", [item])
    image.add_new(0xFFFCFFFC, "OB", bytes(10))
    return written_by_pydicom(image, syntax)


def shipped(name: str) -> bytes:
    (path,) = (path for folder in sets()[:1] for path in folder.rglob(name))
    return path.read_bytes()


SAMPLES = {
    **{f"image {syntax}": with_more_behind(syntax) for syntax in SYNTAXES},
    **{f"report {syntax}": label(syntax, REPORT) + encode(report(), syntax) for syntax in SYNTAXES[:4]},
    **{f"report without a label {syntax}": encode(report(), syntax) for syntax in SYNTAXES[:3]},
    "compressed, no preamble": label(RLE)[132:] + encode(compressed(), RLE),
    "private syntax": label("1.2.840.113619.5.2") + encode(ct(), IMPLICIT_LITTLE_ENDIAN),
    **{name: shipped(name) for name in SHIPPED},
}


def data_set_at(content: bytes) -> int:
    """Find where the data set begins, by the group length of the file meta information."""
    if content[128:132] == b"DICM":
        return 144 + int.from_bytes(content[140:144], "little")
    return 12 + int.from_bytes(content[8:12], "little") if content[:2] == b"\2\0" else 0


class Border(NamedTuple):
    """The end of an element of the top level, and whether a whole file could end there."""

    end: int
    recognised: bool
    enough: bool


def borders(content: bytes) -> Iterator[Border]:
    start = data_set_at(content)
    data, seen, image = content[start:], set(), False
    if is_deflated(content):
        yield Border(len(content), True, True)  # it says itself where it ends
        return
    stream = BytesIO(data)
    for element in data_element_generator(stream, not data[4:6].isalpha(), data[0] == 8):
        seen.add(int(element.tag))
        if element.tag == 0x00080016:
            assert isinstance(element.value, bytes)
            image = "Image Storage" in Uid(element.value.decode().strip("\0")).name
        image = image or element.tag == 0x00280010
        enough = seen >= IDENTITIES and (PIXEL_DATA in seen or not image)
        yield Border(start + stream.tell(), start > 0 or 0x00080016 in seen, enough)


def is_deflated(content: bytes) -> bool:
    return content[data_set_at(content) :][:2] not in (b"\x08\0", b"\0\x08")


@pytest.mark.parametrize("name", SAMPLES)
def test_a_cut_passes_only_where_nobody_can_know(name: str) -> None:
    content = SAMPLES[name]
    passes = [end for end in range(len(content) + 1) if not bucket(content[:end])]
    assert passes == [border.end for border in borders(content) if border.enough]
    assert passes[-1] == len(content)


@pytest.mark.parametrize("name", SAMPLES)
def test_what_ends_inside_an_element_is_said_to_be_broken(name: str) -> None:
    content = SAMPLES[name]
    between = {border.end: border.recognised for border in borders(content)}
    start = data_set_at(content) or next(end for end, recognised in between.items() if recognised)
    if is_deflated(content):  # the last byte may only fill it up to an even length
        between[len(content) - 1] = True
    last = start
    for end in range(start + 1, len(content)):
        last = end if end in between else last
        if content[last:end].strip(b"\0"):  # else it could be filling
            problem = read(content[:end]).problem
            assert problem is not None
            assert (problem.reason.outcome, problem.topic) == ("damaged", "broken"), end
