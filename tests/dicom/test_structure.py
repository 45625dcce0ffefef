"""Test the walk over structures: every cut and every fault is found."""

from __future__ import annotations

import os
import random
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.dicom.building import (
    CT,
    RLE,
    SYNTAXES,
    Element,
    Fragments,
    Items,
    bucket,
    compressed,
    ct,
    element_borders,
    encode,
    even,
    label,
    read,
    replaced,
    report,
    without,
)
from tests.dicom.bypydicom import by_pydicom, differences
from wizard.dicom.contexts import DEFLATED_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.header import read_header
from wizard.dicom.structure import FileBytes, part
from wizard.reasons import Reason

BARE = SYNTAXES[:3]

SMALL = {
    **{f"labelled {syntax}": label(syntax) + encode(ct(), syntax) for syntax in SYNTAXES[:4]},
    "compressed": label(RLE) + encode(compressed(), RLE),
    "no preamble": label()[132:] + encode(ct()),
    **{f"bare {syntax}": encode(ct(), syntax) for syntax in BARE},
}


@pytest.mark.parametrize("name", SMALL)
def test_a_file_cut_off_anywhere_never_passes_as_whole(name: str) -> None:
    whole = SMALL[name]
    assert bucket(whole) == ""
    buckets = [bucket(whole[:end]) for end in range(len(whole))]
    assert "" not in buckets
    if DEFLATED_LITTLE_ENDIAN in name:
        assert set(buckets[len(label(DEFLATED_LITTLE_ENDIAN)) : -1]) == {"damaged"}
        assert buckets[-1] == "held_back"  # it is the byte that fills up which is missing
    else:  # a data set that ends before its kind is not recognised as one
        assert set(buckets[whole.rindex(even(CT)) + len(even(CT)) :]) == {"damaged"}


@pytest.mark.parametrize("filled_up", [2, 100, 4096])
def test_an_image_whose_end_was_replaced_by_zeros_never_passes_as_whole(filled_up: int) -> None:
    """As a file system leaves it behind after a crash. Zeros in the midst of a picture are a black picture."""
    for syntax in (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN):
        borders = element_borders(ct(), syntax)
        for end in range(len(label(syntax)), len(label(syntax)) + borders[-2]):
            assert bucket((label(syntax) + encode(ct(), syntax))[:end] + bytes(filled_up)) != "", (syntax, end)


def test_a_report_cut_off_between_two_elements_is_the_one_cut_that_nobody_can_see() -> None:
    """Nothing says where a report ends. Of an image it is known: behind the picture."""
    whole = label() + encode(report())
    borders = [len(label()) + border for border in element_borders(report())]
    unseen = [end for end in range(len(whole) + 1) if bucket(whole[:end]) == ""]
    assert unseen == borders[4:]


def test_meta_information_without_a_data_set_is_damaged() -> None:
    for content in (b"", bytes(1), bytes(16), bytes(100_000)):
        assert bucket(label() + content) == "damaged"


@pytest.mark.parametrize("elements", [without(ct(), 0x7FE00010), without(ct(), 0x7FE00010, 0x00280010)])
def test_an_image_without_a_picture_is_damaged(elements: list[Element]) -> None:
    problem = read(label() + encode(elements)).problem
    assert problem is not None
    assert (problem.reason, problem.topic) == (Reason("no_picture"), "no_picture")


@pytest.mark.parametrize("tag", [0x7FE00008, 0x7FE00009])
def test_pixels_of_floating_point_are_a_picture(tag: int) -> None:
    vr = "OF" if tag == 0x7FE00008 else "OD"
    assert bucket(label() + encode([*without(ct(), 0x7FE00010), Element(tag, vr, bytes(16))])) == ""


def test_a_segmentation_that_has_rows_and_no_pixels_is_damaged() -> None:
    segmentation = replaced(without(ct(), 0x7FE00010), 0x00080016, even("1.2.840.10008.5.1.4.1.1.66.4"))
    assert bucket(label() + encode(segmentation)) == "damaged"
    assert bucket(label() + encode(without(segmentation, 0x00280010))) == ""


def test_a_sequence_without_items_in_it_is_damaged() -> None:
    content = label() + encode(report())
    item, other = b"\xfe\xff\x00\xe0", b"\x08\0\x05\0"
    at = content.rindex(b"\x40\0\x30\xa7SQ\0\0\xff\xff\xff\xff" + item) + 12
    assert bucket(content[:at] + other + content[at + 4 :]) == "damaged"


def test_how_much_is_missing_is_said() -> None:
    problem = read((label() + encode(ct()))[:-10]).problem
    assert problem is not None
    whole = len(label() + encode(ct()))
    assert problem.reason == Reason("cut_off", there=whole - 10, missing=10)


def test_compressed_pictures_need_their_delimiter() -> None:
    content = label(RLE) + encode(compressed(), RLE)
    assert content.endswith(b"\xfe\xff\xdd\xe0\0\0\0\0")
    assert bucket(content[:-8]) == "damaged"
    assert bucket(content[:-8] + encode([Element(0xFFFCFFFC, "OB", bytes(8))])) == "damaged"


def test_a_deflated_data_set_that_is_broken_is_damaged() -> None:
    whole = label(DEFLATED_LITTLE_ENDIAN) + encode(ct(), DEFLATED_LITTLE_ENDIAN)
    broken = bytearray(whole)
    broken[len(label(DEFLATED_LITTLE_ENDIAN))] = 0xFF
    assert bucket(bytes(broken)) == "damaged"


def test_garbage_behind_the_end_is_damage() -> None:
    assert bucket(label() + encode(ct()) + b"garbage!") == "damaged"


def test_sequences_inside_one_another_beyond_all_measure_are_damage_and_no_crash() -> None:
    opening = struct.pack("<HH2sxxI", 0x0008, 0x1111, b"SQ", 0xFFFFFFFF) + b"\xfe\xff\x00\xe0\xff\xff\xff\xff"
    assert bucket(label() + encode(ct()[:3]) + opening * 100_000) == "damaged"


def test_any_part_of_a_file_can_be_had(tmp_path: Path) -> None:
    chance = random.Random(3)
    content = chance.getrandbits(8 * 400_000).to_bytes(400_000, "big")
    (tmp_path / "file").write_bytes(content)
    descriptor = os.open(tmp_path / "file", os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        source = FileBytes(descriptor, len(content))
        for _ in range(500):
            offset, count = chance.randrange(len(content) + 1), chance.choice([0, 1, 12, 4096, 70_000])
            assert part(source, offset, count) == content[offset : offset + count]
    finally:
        os.close(descriptor)


def test_a_file_that_becomes_shorter_while_it_is_read_is_unreadable(tmp_path: Path) -> None:
    file = tmp_path / "image"
    file.write_bytes(label() + encode(ct(pixels=200)))
    size = file.stat().st_size
    for left in (0, 10, 200, size - 300):
        os.truncate(file, left)
        descriptor = os.open(file, os.O_RDONLY | getattr(os, "O_BINARY", 0))
        try:
            with pytest.raises(OSError, match="became shorter"):
                read_header(FileBytes(descriptor, size))
        finally:
            os.close(descriptor)
        file.write_bytes(label() + encode(ct(pixels=200)))


VALUES = st.binary(max_size=12).map(lambda value: value + b"\0" * (len(value) % 2))
PLAIN = st.builds(
    Element,
    st.sampled_from([0x00080008, 0x00090010, 0x00091001, 0x00100030, 0x00181030, 0x00200011, 0x00204000, 0x00331003]),
    st.sampled_from(["LO", "US", "UN", "OB", "UT"]),
    VALUES,
)


def sequences(items: st.SearchStrategy[tuple[Element, ...]]) -> st.SearchStrategy[Element]:
    several = st.lists(items, max_size=3).map(tuple)
    return st.builds(Element, st.just(0x00081140), st.just("SQ"), st.builds(Items, several, st.booleans()))


ITEMS = st.recursive(
    st.lists(PLAIN, max_size=3).map(tuple),
    lambda inner: st.tuples(sequences(inner)) | st.tuples(PLAIN, sequences(inner)),
    max_leaves=6,
)


@st.composite
def files(draw: st.DrawFn) -> tuple[str, bytes]:
    """A transfer syntax, and a whole file in it."""
    syntax = draw(st.sampled_from(SYNTAXES))
    elements = {element.tag: element for element in ct()[:-1]}
    elements.update((element.tag, element) for element in draw(st.lists(PLAIN | sequences(ITEMS), max_size=6)))
    for tag in (0x00100010, 0x00100020, 0x00080060):
        elements[tag] = elements[tag]._replace(value=draw(VALUES))
    if syntax == RLE:
        picture = Element(0x7FE00010, "OB", Fragments(tuple(draw(st.lists(VALUES, min_size=1, max_size=4)))))
    else:
        picture = Element(0x7FE00010, "OW", draw(VALUES) + b"\1\1")
    ordered = [elements[tag] for tag in sorted(elements)]
    return syntax, label(syntax) + encode([*ordered, picture], syntax)


@settings(max_examples=150)
@given(files())
def test_whatever_is_in_it_a_whole_file_is_read_as_pydicom_reads_it(made: tuple[str, bytes]) -> None:
    syntax, content = made
    header = read(content)
    assert header.problem is None
    assert header.transfer_syntax == syntax
    theirs = by_pydicom(content)
    assert theirs is not None
    assert differences(header, theirs) == []


@settings(max_examples=150)
@given(files(), st.data())
def test_whatever_is_in_it_a_file_that_is_cut_off_does_not_pass(made: tuple[str, bytes], data: st.DataObject) -> None:
    _, content = made
    end = data.draw(st.integers(0, len(content) - 1 - content.endswith(b"\0")))
    assert bucket(content[:end]) != ""
