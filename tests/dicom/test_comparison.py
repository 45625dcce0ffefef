"""Test the comparison of two data sets: another encoding is no difference, and each difference is named."""

from __future__ import annotations

import copy
from typing import Callable

import pytest
from pydicom.dataset import Dataset
from pydicom.uid import (
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    JPEG2000Lossless,
    JPEGBaseline8Bit,
)

from tests.dicom.comparing import EQUAL, SYNTAXES, compared, compressed, data_set, different, element, encoded
from wizard.dicom import comparison
from wizard.dicom.comparison import Comparison, compare, read
from wizard.language.message import Message, Value
from wizard.reasons import Reason


def unreadable(name: str) -> Message:
    return Message("{name} (cannot be read)", name=name)


def attributes(found: Comparison) -> tuple[Value, ...]:
    """The attributes that a comparison names."""
    assert found.reason is not None
    named = found.reason.values["attributes"]
    assert isinstance(named, tuple)
    return named


@pytest.mark.parametrize("its", SYNTAXES, ids=lambda uid: uid.name)
@pytest.mark.parametrize("mine", SYNTAXES, ids=lambda uid: uid.name)
def test_another_encoding_is_no_difference(mine: str, its: str) -> None:
    assert compared(data_set(), data_set(), mine, its) == EQUAL


def test_another_character_set_is_no_difference() -> None:
    other = data_set()
    other.SpecificCharacterSet = "ISO_IR 192"
    assert encoded(other, ExplicitVRLittleEndian) != encoded(data_set(), ExplicitVRLittleEndian)
    assert compared(data_set(), other) == EQUAL


def test_padding_and_lengths_are_no_difference() -> None:
    other = data_set()
    other.add_new(0x00080000, "UL", 4711)
    other.add_new(0x00080001, "UL", 4711)
    other.add_new(0xFFFCFFFC, "OB", bytes(64))
    other.PatientName = "Müster^Anna^^^="
    assert compared(data_set(), other) == EQUAL


def test_a_number_that_is_written_otherwise_is_no_difference() -> None:
    other = data_set()
    other.PatientWeight = "70.50"
    assert compared(data_set(), other) == EQUAL
    other.PatientWeight = "70.51"
    assert compared(data_set(), other) == different("Patient's Weight")


def test_a_value_of_odd_length_that_was_made_even_is_no_difference() -> None:
    odd, even = (element(0x00091002, b"UN", value) for value in (b"\1\2\3", b"\1\2\3\0"))
    assert compare(*(read(value, ExplicitVRLittleEndian) for value in (odd, even))) == EQUAL
    shorter = element(0x00091002, b"UN", b"\1\2")
    longer = element(0x00091002, b"UN", b"\1\2\0\0")
    assert compare(*(read(value, ExplicitVRLittleEndian) for value in (shorter, longer))).equal is False


@pytest.mark.parametrize("undefined", [False, True])
def test_what_one_side_does_not_know_is_read_as_what_the_other_says(undefined: bool) -> None:
    item = Dataset()
    item.PatientName = "Muster^Anna"
    known = Dataset()
    known.add_new(0x00090010, "LO", "MUSTER PRIVATE")
    known.add_new(0x00091001, "SQ", [item])
    known.add_new(0x00091002, "DS", ["1.0", "2"])
    for mine, its in ((ImplicitVRLittleEndian, ExplicitVRLittleEndian), (ExplicitVRLittleEndian, ExplicitVRBigEndian)):
        assert compare(read(encoded(known, mine), mine), read(encoded(known, its, undefined), its)) == EQUAL
        assert compare(read(encoded(known, its, undefined), its), read(encoded(known, mine), mine)) == EQUAL
    other = copy.deepcopy(known)
    other[0x00091001].value[0].PatientName = "Muster^Berta"
    mine, its = ImplicitVRLittleEndian, ExplicitVRLittleEndian
    found = compare(read(encoded(known, mine), mine), read(encoded(other, its, undefined), its))
    assert found == different("(0009,1001) 1 > Patient's Name")


# Differences that must never count as equal

in_other_characters = pytest.mark.filterwarnings("ignore:Failed to decode:UserWarning")


def test_a_picture_that_lost_its_zeros_is_different() -> None:
    whole, cut = (element(0x7FE00010, b"OW", value) for value in (bytes(8), bytes(4)))
    found = compare(read(whole, ExplicitVRLittleEndian), read(cut, ExplicitVRLittleEndian))
    assert found == different("Pixel Data")


def test_values_that_moved_up_are_different() -> None:
    one, other = data_set(), data_set()
    one.ImageType, other.ImageType = ["ORIGINAL", "", "AXIAL"], ["ORIGINAL", "AXIAL"]
    assert compared(one, other) == different("Image Type")


def test_a_number_that_changed_its_sign_is_different() -> None:
    one, other = (element(0x00280106, vr, b"\xff\xff") for vr in (b"SS", b"US"))
    found = compare(read(one, ExplicitVRLittleEndian), read(other, ExplicitVRLittleEndian))
    assert found == different("Smallest Image Pixel Value")


def relabelled(data: bytes) -> bytes:
    return data.replace(b"ISO_IR 100", b"ISO_IR 192")


@in_other_characters
@pytest.mark.parametrize("undefined", [False, True])
def test_texts_that_were_declared_to_be_in_other_characters_are_different(undefined: bool) -> None:
    one = data_set()
    one.ProcedureCodeSequence[0].CodeMeaning = "Kopf, natürlich"
    data = encoded(one, ExplicitVRLittleEndian, undefined)
    found = compare(read(data, ExplicitVRLittleEndian), read(relabelled(data), ExplicitVRLittleEndian))
    assert found.equal is False
    for name in ("Patient's Name", "Procedure Code Sequence 1 > Code Meaning"):
        assert unreadable(name) in attributes(found)


@in_other_characters
def test_a_text_that_was_lost_in_conversion_is_different() -> None:
    head = element(0x00080005, b"CS", b"ISO_IR 192")
    broken = element(0x00100010, b"PN", b"M\xfcster")  # not in the characters that it claims to be in
    replaced = element(0x00100010, b"PN", "M\ufffdster".encode() + b" ")
    found = compare(read(head + broken, ExplicitVRLittleEndian), read(head + replaced, ExplicitVRLittleEndian))
    assert found == different(unreadable("Patient's Name"))


def test_a_picture_inside_a_sequence_is_compared_whatever_the_compression_outside() -> None:
    one, other = compressed(b"abcdef"), compressed(b"zz")
    for made, pixels in ((one, b"\1\2"), (other, b"\1\3")):
        icon = Dataset()
        icon.add_new(0x7FE00010, "OB", pixels)
        made.IconImageSequence = [icon]
    found = compared(one, other, JPEGBaseline8Bit, JPEG2000Lossless)
    assert found == Comparison(
        False, Reason("differs_and_other_compression", attributes=("Icon Image Sequence 1 > Pixel Data",))
    )


def test_what_lies_behind_a_compressed_picture_belongs_to_it() -> None:
    one, other = compressed(b"abcdef"), compressed(b"abcdef")
    other.PixelData += b"behind"
    assert compared(one, other, JPEGBaseline8Bit) == different("Pixel Data")


def change_the_name(made: Dataset) -> None:
    made.PatientName = "Muster^Anna"


def change_a_number(made: Dataset) -> None:
    made.Rows = 3


def leave_out_the_date(made: Dataset) -> None:
    del made.StudyDate


def add_an_institution(made: Dataset) -> None:
    made.InstitutionName = "Muster"


def change_inside(made: Dataset) -> None:
    made.ProcedureCodeSequence[0].CodeMeaning = "Arm"


def add_an_item(made: Dataset) -> None:
    made.ProcedureCodeSequence.append(Dataset())


def change_the_private(made: Dataset) -> None:
    made[0x00091001].value = "other"


def change_a_pixel(made: Dataset) -> None:
    made[0x7FE00010].value = bytes(7) + b"\x01"


@pytest.mark.parametrize("its", SYNTAXES, ids=lambda uid: uid.name)
@pytest.mark.parametrize(
    ("change", "attribute"),
    [
        (change_the_name, "Patient's Name"),
        (change_a_number, "Rows"),
        (leave_out_the_date, Message("{name} (missing in the new PACS)", name="Study Date")),
        (add_an_institution, Message("{name} (only in the new PACS)", name="Institution Name")),
        (change_inside, "Procedure Code Sequence 1 > Code Meaning"),
        (add_an_item, Message("{name} (another number of items)", name="Procedure Code Sequence")),
        (change_the_private, "(0009,1001)"),
        (change_a_pixel, "Pixel Data"),
    ],
)
def test_a_difference_is_named_whatever_the_encoding(
    change: Callable[[Dataset], None], attribute: Value, its: str
) -> None:
    other = data_set()
    change(other)
    assert compared(data_set(), other, ImplicitVRLittleEndian, its) == different(attribute)


def test_a_compressed_picture_that_is_cut_otherwise_is_no_difference() -> None:
    one, other = compressed(b"abcdef", b"ghijkl"), compressed(b"abcdefghijkl")
    assert compared(one, other, JPEGBaseline8Bit) == EQUAL
    assert compared(one, compressed(b"abcdef", b"ghijkx"), JPEGBaseline8Bit) == different("Pixel Data")


@pytest.mark.parametrize("its", [ExplicitVRLittleEndian, JPEG2000Lossless])
def test_a_picture_in_another_compression_is_not_compared_and_that_is_said(its: str) -> None:
    other = data_set() if its == ExplicitVRLittleEndian else compressed(b"zz")
    found = compared(compressed(b"abcdef"), other, JPEGBaseline8Bit, its)
    assert found == Comparison(None, Reason("other_compression"))
    other.PatientID = "another"
    found = compared(compressed(b"abcdef"), other, JPEGBaseline8Bit, its)
    assert found.equal is False and found.reason is not None
    assert (found.reason.code, "Patient ID" in str(found.reason)) == ("differs_and_other_compression", True)


def test_many_differences_are_counted() -> None:
    other = Dataset()
    other.SOPInstanceUID = "1.2.3"
    many = data_set()
    for number in range(30):
        many.add_new(0x00111000 + number, "LO", "x")
    *named, more = attributes(compared(many, other))
    assert len(named) == 20
    everything = sum(one.tag not in (0x00080005, 0x00080018) for one in many)  # the character set is no difference
    assert more == Message("{n} more attribute", "{n} more attributes", n=everything - 20)


CUT_OFF = encoded(data_set(), DeflatedExplicitVRLittleEndian)[:99]


@pytest.mark.parametrize("data", [b"\xff" * 9, CUT_OFF])
def test_what_cannot_be_read_is_said(data: bytes) -> None:
    with pytest.raises(ValueError, match="cannot be read"):
        read(data, DeflatedExplicitVRLittleEndian)


def test_what_inflates_without_end_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(comparison, "MOST", 1000)
    with pytest.raises(ValueError, match="cannot be read"):
        read(encoded(compressed(bytes(2000)), DeflatedExplicitVRLittleEndian), DeflatedExplicitVRLittleEndian)
