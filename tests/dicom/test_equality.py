"""Test that our reader and pydicom agree on every value and text of any data set that pydicom writes."""

from __future__ import annotations

import string
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydicom.config import IGNORE
from pydicom.datadict import DicomDictionary, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.encaps import encapsulate
from pydicom.sequence import Sequence

from tests.dicom.building import CT, REPORT, RLE, SYNTAXES, UID, read
from tests.dicom.bypydicom import KEYWORDS, TEXTS, UIDS, by_pydicom, differences, displayed, written_by_pydicom

ASCII = "".join(set(map(chr, range(32, 127))) - {"\\"})
LONG = (0, 8, 4088, 4104, 16376, 16384, 16392, 65528, 65536, 65544, 70_000)  # about a read, and 16 bits of length


def text(most: int, alphabet: str = ASCII) -> st.SearchStrategy[str]:
    return st.text(alphabet, max_size=most)


def integers(bits: int, signed: bool = False) -> st.SearchStrategy[int]:
    return st.integers(-(1 << bits - 1), (1 << bits - 1) - 1) if signed else st.integers(0, (1 << bits) - 1)


def one_or_more(values: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return values | st.lists(values, min_size=2, max_size=4)


LONG_TEXTS = text(40) | st.sampled_from(LONG).map(lambda size: "x" * size)
BINARY = st.binary(max_size=5).map(lambda value: value * 8) | st.sampled_from(LONG).map(lambda size: b"\xfe" * size)
DATES = st.dates(date(1900, 1, 1)).map(lambda day: f"{day:%Y%m%d}")
VALUES: dict[str, st.SearchStrategy[Any]] = {
    "AE": text(16),
    "AS": st.sampled_from(["018M", "045Y"]),
    "AT": one_or_more(integers(32)),
    "CS": one_or_more(text(16, string.ascii_uppercase + "_ ")),
    "DA": DATES,
    "DS": one_or_more(st.sampled_from(["0", "-1.5", "3.14159", "1e-7 "])),
    "DT": DATES.map(lambda day: day + "120000.5+0100"),
    "FD": one_or_more(st.floats()),
    "FL": one_or_more(st.floats(width=32)),
    "IS": one_or_more(st.integers(-(1 << 31), (1 << 31) - 1).map(str)),
    "LO": one_or_more(text(64)) | LONG_TEXTS,
    "LT": LONG_TEXTS,
    "PN": one_or_more(text(64)),
    "SH": one_or_more(text(16)),
    "SL": one_or_more(integers(32, signed=True)),
    "SS": one_or_more(integers(16, signed=True)),
    "ST": LONG_TEXTS,
    "SV": one_or_more(integers(64, signed=True)),
    "TM": st.sampled_from(["07", "235959.999999"]),
    "UC": one_or_more(LONG_TEXTS),
    "UI": one_or_more(st.sampled_from([UID, UID + ".1", "1.2.840.10008.1.2"])),
    "UL": one_or_more(integers(32)),
    "UR": LONG_TEXTS,
    "US": one_or_more(integers(16)),
    "UT": LONG_TEXTS,
    "UV": one_or_more(integers(64)),
    **dict.fromkeys(("OB", "OD", "OF", "OL", "OV", "OW", "UN"), BINARY),
}
OUR_TAGS = {tag_for_keyword(keyword) for keyword in (*KEYWORDS, "Rows", "PixelDataProviderURL")}
TAGS: dict[str, list[int]] = {
    vr: [tag for tag, (its, *_) in DicomDictionary.items() if its == vr and tag >= 0x00080000 and tag not in OUR_TAGS]
    for vr in (*VALUES, "SQ")
}
"""The tags of the standard's dictionary, by value representation."""


@st.composite
def elements(draw: st.DrawFn, depth: int = 2) -> DataElement:
    """Draw any element, standard or private, empty or not."""
    vr = draw(st.sampled_from(sorted(VALUES) + ["SQ"] * 6 * (depth > 0)))
    private = 0x00091000 + draw(st.integers(0, 0xFF))
    tag = draw(st.sampled_from(TAGS[vr])) if bool(TAGS[vr]) and draw(st.booleans()) else private
    if vr == "SQ":
        element = DataElement(tag, vr, Sequence(draw(st.lists(items(depth - 1), max_size=3))))
        element.is_undefined_length = draw(st.booleans())
        return element
    return DataElement(tag, vr, draw(st.none() | VALUES[vr]), validation_mode=IGNORE)


@st.composite
def items(draw: st.DrawFn, depth: int) -> Dataset:
    """Draw an item of a sequence. Tags that are wanted at the top level may be in it, and do not count there."""
    item = Dataset()
    for element in draw(st.lists(elements(depth), max_size=3)):
        item.add(element)
    if draw(st.booleans()):
        item.PatientID, item.SOPInstanceUID, item.StudyInstanceUID = "inside", "1.9", "1.9.1"
        item.add_new(0x7FE00010, "OW", b"icon")
    item.is_undefined_length_sequence_item = draw(st.booleans())
    return item


@st.composite
def data_sets(draw: st.DrawFn, syntax: str) -> Dataset:
    """Draw an image or a report, with anything in it that a transfer syntax can hold."""
    dataset = Dataset()
    if draw(st.booleans()):
        dataset.add_new(0x00090010, "LO", "TESTS")
    for element in draw(st.lists(elements(), max_size=5)):
        dataset.add(element)
    for keyword in draw(st.sets(st.sampled_from([*TEXTS, "SeriesNumber", "InstanceNumber", "NumberOfFrames"]))):
        tag = tag_for_keyword(keyword)
        assert tag is not None
        vr = DicomDictionary[tag][0]
        dataset[tag] = DataElement(tag, vr, draw(st.none() | VALUES[vr]), validation_mode=IGNORE)
    dataset.SOPInstanceUID, dataset.StudyInstanceUID, dataset.SeriesInstanceUID = UID, UID + ".1", UID + ".2"
    dataset.SOPClassUID = CT
    if syntax == RLE:
        pieces = [piece + b"\1\1" for piece in draw(st.lists(BINARY, min_size=1, max_size=3))]
        dataset.add_new(0x7FE00010, "OB", encapsulate(pieces, has_bot=draw(st.booleans())))
    elif draw(st.booleans()):
        dataset.add_new(0x7FE00010, "OW", draw(BINARY) + b"\1\1")
    else:
        dataset.SOPClassUID = REPORT
    return dataset


@pytest.mark.long
@pytest.mark.parametrize("syntax", SYNTAXES)
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_whatever_pydicom_writes_is_read_as_pydicom_reads_it(syntax: str, data: st.DataObject) -> None:
    dataset = data.draw(data_sets(syntax))
    content = written_by_pydicom(dataset, syntax)
    header, theirs = read(content), by_pydicom(content)
    assert theirs is not None
    assert header.problem is None
    assert header.kind == (dataset.SOPClassUID, syntax)
    assert header.offset == 144 + theirs.file_meta.FileMetaInformationGroupLength
    assert differences(header, theirs) == []
    assert {keyword: header.uid(keyword) for keyword in UIDS} == {keyword: dataset[keyword].value for keyword in UIDS}
    shown = [keyword for keyword in TEXTS if keyword in theirs and len(header.values[keyword]) < 4096]
    ours = {word: "\\".join(value.strip(" ") for value in header.text(word).split("\\")) for word in shown}
    assert ours == {word: displayed(theirs, word) for word in shown}  # which pads no value of several


def characters(codec: str, first: int, last: int, template: bytes) -> str:
    """List the letters of a character set of two bytes, without those that a set of one byte also has."""
    pairs = ((high, low) for high in range(first, last) for low in range(first, last))
    decoded = (template.replace(b"??", bytes(pair)).decode(codec, "ignore") for pair in pairs)
    return "".join(character for character in decoded if character.isalpha() and character > "\xff")


JAPANESE = characters("iso2022_jp", 0x21, 0x7F, b"\x1b$B??\x1b(B")
KOREAN = characters("euc_kr", 0xA1, 0xFF, b"??")
CHINESE = characters("gb2312", 0xA1, 0xFF, b"??")
WESTERN = "".join(map(chr, (*range(0xC0, 0xD7), *range(0xD8, 0xF7), *range(0xF8, 0x100))))
CHARACTER_SETS = {
    "ISO_IR 100": WESTERN,
    "ISO_IR 192": WESTERN + CHINESE + KOREAN + "Ωλдж𠮷",
    "GB18030": CHINESE + "ΩλджÄé𠮷",
    "\\ISO 2022 IR 87": JAPANESE,
    "\\ISO 2022 IR 149": KOREAN,
}


@pytest.mark.parametrize("character_set", CHARACTER_SETS)
@settings(max_examples=100)
@given(data=st.data())
def test_what_was_written_in_a_character_set_is_shown_as_it_was_written(
    character_set: str, data: st.DataObject
) -> None:
    letters = text(8, CHARACTER_SETS[character_set] + string.ascii_letters)
    latin, person = text(8, string.ascii_letters), "{}^{}={}^{}=".format
    dataset = Dataset()
    dataset.SpecificCharacterSet = character_set.split("\\")
    dataset.SOPClassUID, dataset.SOPInstanceUID = REPORT, UID
    dataset.StudyInstanceUID, dataset.SeriesInstanceUID = UID + ".1", UID + ".2"
    dataset.PatientName = person(*(data.draw(part) for part in (latin, latin, letters, letters))) + data.draw(letters)
    dataset.StudyDescription, dataset.SeriesDescription = data.draw(letters), data.draw(letters) + " 1"
    dataset.PatientID = data.draw(letters)
    written = {word: displayed(dataset, word) for word in ("PatientName", "StudyDescription", "SeriesDescription")}
    content = written_by_pydicom(dataset, data.draw(st.sampled_from(SYNTAXES[:4])))
    header, theirs = read(content), by_pydicom(content)
    assert theirs is not None
    assert {word: header.text(word) for word in written} == written
    assert {word: displayed(theirs, word) for word in written} == written
