"""Test the reading of headers: what a file is, and whether it can be sent as it is."""

from __future__ import annotations

import random
import struct
import tracemalloc

import pytest

from tests.dicom.building import (
    CT,
    RLE,
    SYNTAXES,
    UID,
    Element,
    bucket,
    compressed,
    ct,
    deflate,
    encode,
    even,
    label,
    read,
    replaced,
    report,
    without,
)
from wizard.dicom.contexts import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
)
from wizard.dicom.header import read_header
from wizard.language.message import Message
from wizard.reasons import Reason

BARE = (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN)


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_a_file_with_meta_information_can_go(syntax: str) -> None:
    elements = compressed() if syntax == RLE else ct()
    header = read(label(syntax) + encode(elements, syntax))
    assert header.problem is None
    assert header.kind == (CT, syntax)
    assert header.uid("SOPInstanceUID") == UID
    assert header.text("PatientName") == "Muster^Jörg"
    assert header.offset == len(label(syntax))


@pytest.mark.parametrize("syntax", SYNTAXES)
def test_meta_information_without_a_preamble_is_read(syntax: str) -> None:
    elements = compressed() if syntax == RLE else ct()
    header = read(label(syntax)[132:] + encode(elements, syntax))
    assert (header.problem, header.kind, header.offset) == (None, (CT, syntax), len(label(syntax)) - 132)


@pytest.mark.parametrize("syntax", BARE)
def test_a_bare_data_set_is_recognised(syntax: str) -> None:
    header = read(encode(ct(), syntax))
    assert (header.problem, header.kind, header.offset) == (None, (CT, syntax), 0)


@pytest.mark.parametrize("syntax", BARE)
def test_a_preamble_with_nothing_but_a_data_set_behind_it_is_recognised(syntax: str) -> None:
    header = read(bytes(128) + b"DICM" + encode(ct(), syntax))
    assert (header.problem, header.kind, header.offset) == (None, (CT, syntax), 132)


@pytest.mark.parametrize("syntax", BARE)
def test_dicm_may_stand_at_its_place_by_chance(syntax: str) -> None:
    elements = ct()
    before = len(encode(elements[:4], syntax))
    filler = 128 - before - 8
    elements.insert(4, Element(0x00081010, "SH", b" " * filler + b"DICM" + b" " * 4))
    content = encode(elements, syntax)
    assert content[128:132] == b"DICM"
    header = read(content)
    assert (header.problem, header.kind, header.offset) == (None, (CT, syntax), 0)


@pytest.mark.parametrize("content_in", BARE)
def test_without_a_transfer_syntax_the_content_says_it(content_in: str) -> None:
    syntax = struct.pack("<HH2sH", 2, 0x10, b"UI", len(even(EXPLICIT_LITTLE_ENDIAN))) + even(EXPLICIT_LITTLE_ENDIAN)
    unsaid = label().replace(syntax, b"")
    assert len(unsaid) < len(label())
    header = read(unsaid + encode(ct(), content_in))
    assert (header.problem, header.kind) == (None, (CT, content_in))


@pytest.mark.parametrize("group_length", [0, 1, 4, 5000, 0xFFFFFFFF])
def test_a_wrong_group_length_misleads_nobody(group_length: int) -> None:
    right = label()
    wrong = right[:140] + struct.pack("<I", group_length) + right[144:]
    header = read(wrong + encode(ct()))
    assert (header.problem, header.kind, header.offset) == (None, (CT, EXPLICIT_LITTLE_ENDIAN), len(right))


def test_meta_information_written_without_value_representations_is_read() -> None:
    def implicit(element: int, value: bytes) -> bytes:
        return struct.pack("<HHI", 2, element, len(value)) + value

    meta = implicit(1, b"\0\1") + implicit(2, even(CT)) + implicit(3, even(UID)) + implicit(0x10, even(RLE))
    header = read(bytes(128) + b"DICM" + meta + encode(compressed(), RLE))
    assert (header.problem, header.kind) == (None, (CT, RLE))


def test_the_uid_is_that_of_the_data_set_when_the_meta_information_says_another() -> None:
    header = read(label(uid=UID + ".99") + encode(ct()))
    assert header.problem is None
    assert header.uid("SOPInstanceUID") == UID


@pytest.mark.parametrize("inside", [IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN])
def test_an_unknown_element_of_undefined_length_is_a_sequence_however_it_was_written(inside: str) -> None:
    """PS3.5 6.2.2 demands implicit VR; some wrote explicit VR."""
    item = encode([Element(0x00091001, "LO", b"a private value "), Element(0x00091002, "US", b"\1\0")], inside)
    value = b"\xfe\xff\x00\xe0\xff\xff\xff\xff" + item + b"\xfe\xff\x0d\xe0\0\0\0\0" + b"\xfe\xff\xdd\xe0\0\0\0\0"
    unknown = struct.pack("<HH2sxxI", 0x0009, 0x1000, b"UN", 0xFFFFFFFF) + value
    first, rest = encode(ct()[:3]), encode(ct()[3:])
    header = read(label() + first + unknown + rest)
    assert header.problem is None
    assert header.text("PatientID") == "P-4711"


def test_a_thousand_zero_bytes_behind_the_end_are_filling() -> None:
    for syntax in SYNTAXES:
        elements = compressed() if syntax == RLE else ct()
        assert bucket(label(syntax) + encode(elements, syntax) + bytes(1000)) == "", syntax


@pytest.mark.long
def test_a_gigabyte_of_filling_is_not_taken_for_elements() -> None:
    """Eight zero bytes would be an empty element in implicit little endian."""
    source = Sparse(label(IMPLICIT_LITTLE_ENDIAN) + encode(ct(), IMPLICIT_LITTLE_ENDIAN), 1 << 30)
    assert read_header(source).problem is None
    assert source.windows < 100_000


def test_a_private_transfer_syntax_is_walked_as_its_content_is_written() -> None:
    syntax = "1.2.840.113619.5.2"
    for content_in in (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN):
        header = read(label(syntax) + encode(ct(), content_in))
        assert (header.problem, header.kind) == (None, (CT, syntax))


@pytest.mark.parametrize("syntax", ["1.2.840.10008.1.2.4.95", "1.2.840.10008.1.2.4.205"])
def test_the_other_deflated_transfer_syntaxes_are_inflated_too(syntax: str) -> None:
    elements = [*without(ct(), 0x7FE00010), Element(0x00287FE0, "UR", b"http://pixels.example/1 ")]
    header = read(label(syntax) + deflate(encode(elements)))
    assert (header.problem, header.kind) == (None, (CT, syntax))


def test_a_large_deflated_data_set_is_walked_to_its_end_with_memory_for_a_piece() -> None:
    elements, large = ct(), bytes(30 << 20)
    elements.insert(4, Element(0x00091010, "OB", large))
    data = encode([*elements[:-1], Element(0x7FE00010, "OW", large)])
    whole, cut_off = (label(DEFLATED_LITTLE_ENDIAN) + deflate(some) for some in (data, data[:-2]))
    tracemalloc.start()
    try:
        header = read(whole)
        assert (header.problem, header.text("PatientID")) == (None, "P-4711")
        assert bucket(cut_off) == "damaged"
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()


def test_a_deflated_data_set_may_end_just_where_a_piece_of_it_ends() -> None:
    start, chance = without(ct(), 0x7FE00010), random.Random(5)
    before = len(encode([*start, Element(0x7FE00010, "OW", b"")]))
    for inflated in range(65536 - 20, 65536 + 20, 2):
        pixels = bytes(chance.choices(range(7), k=inflated - before))
        packed = deflate(encode([*start, Element(0x7FE00010, "OW", pixels)]))
        assert bucket(label(DEFLATED_LITTLE_ENDIAN) + packed) == "", inflated


# ---------------------------------------------------------------- files that cannot be sent as they are


@pytest.mark.parametrize("said", [IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, RLE])
@pytest.mark.parametrize("content_in", BARE)
def test_meta_information_that_disagrees_with_the_data_set_is_held_back(said: str, content_in: str) -> None:
    agrees = said == content_in or (said, content_in) == (RLE, EXPLICIT_LITTLE_ENDIAN)
    header = read(label(said) + encode(ct(), content_in))
    if agrees:
        assert header.problem is None
    else:
        assert header.problem is not None
        assert (header.problem.reason, header.problem.topic) == (Reason("disagree"), "disagree")
        assert header.problem.reason.outcome == "held_back"
        assert header.uid("SOPInstanceUID") == UID


NAMES = {
    **{0x00080016: "SOP Class UID", 0x00080018: "SOP Instance UID"},
    **{0x0020000D: "Study Instance UID", 0x0020000E: "Series Instance UID"},
}


@pytest.mark.parametrize(
    ("tag", "name"),
    NAMES.items(),
)
@pytest.mark.parametrize("how", ["absent", "empty", "only NULs"])
def test_a_data_set_without_a_uid_is_held_back_also_if_the_meta_information_has_it(
    tag: int, name: str, how: str
) -> None:
    values = {"empty": b"", "only NULs": b"\0\0"}
    elements = without(ct(), tag) if how == "absent" else replaced(ct(), tag, values[how])
    problem = read(label() + encode(elements)).problem
    assert problem is not None
    assert problem.reason == Reason("no_uid", missing=(name,))
    assert (problem.reason.outcome, problem.topic) == ("held_back", "no_identity")


def test_every_uid_that_is_missing_is_named() -> None:
    problem = read(label() + encode(without(ct(), 0x00080018, 0x0020000D))).problem
    assert problem is not None
    assert problem.reason == Reason("no_uid", missing=("SOP Instance UID", "Study Instance UID"))


@pytest.mark.parametrize("tag", NAMES)
@pytest.mark.parametrize("uid", ["1.2.3\\1.2.4 ", "1.2.\n3", "1.2\x003.4", "1.2.3 4.5 ", "1.2.3.é"])
def test_a_uid_that_cannot_be_negotiated_or_queried_is_held_back(tag: int, uid: str) -> None:
    problem = read(label() + encode(replaced(ct(), tag, even_latin(uid)))).problem
    assert problem is not None
    assert problem.reason == Reason("bad_uid", name=NAMES[tag])
    assert (problem.reason.outcome, problem.topic) == ("held_back", "bad_uid")


@pytest.mark.parametrize(
    ("uid", "how"),
    [
        ("1.02.003", ["a component with a leading zero"]),
        ("1.2.abc", ["characters other than digits and dots"]),
        ("1." * 35 + "22", ["longer than 64 characters"]),
        ("1..2", ["an empty component"]),
        ("1..x", ["characters other than digits and dots", "an empty component"]),
    ],
)
def test_an_unusual_uid_can_go_as_it_is(uid: str, how: list[str]) -> None:
    header = read(label() + encode(replaced(ct(), 0x00080018, even(uid))))
    assert header.problem is None
    assert header.uid("SOPInstanceUID") == uid
    assert header.remark is not None
    assert header.remark.reason == Reason("unusual_uid", name="SOP Instance UID", how=tuple(map(Message, how)))
    assert (header.remark.reason.outcome, header.remark.topic) == ("pending", "unusual_uid")


@pytest.mark.parametrize("uid", ["1.2.abc", "1." * 32 + "2"])
def test_a_kind_that_no_negotiation_can_carry_is_held_back(uid: str) -> None:
    assert bucket(label() + encode(replaced(report(), 0x00080016, even(uid)))) == "held_back"
    assert bucket(label(uid) + encode(report())) == "held_back"


def test_an_odd_number_of_bytes_is_held_back() -> None:
    problem = read(label() + encode(replaced(ct(), 0x00100020, b"P-471"))).problem
    assert problem is not None
    elements = encode(replaced(ct(), 0x00100020, b"P-471"))
    assert problem.reason == Reason("odd_length", bytes=len(elements))
    assert (problem.reason.outcome, problem.topic) == ("held_back", "odd_length")


def test_two_odd_values_make_an_even_number_and_can_go() -> None:
    elements = replaced(replaced(ct(), 0x00100020, b"P-471"), 0x00100010, b"Muster^Anna^X")
    assert bucket(label() + encode(elements)) == ""


def test_an_index_is_told_by_its_kind_and_not_by_its_name() -> None:
    assert bucket(label(sop_class="1.2.840.10008.1.3.10") + encode(ct())) == "index"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0",
        bytes(5000),
        b"Dear colleague, thank you for the patient.\n" * 20,
        b"\x08\0\x05\0",
        b"\x08\0\0\0\x02\0\0\0" + bytes(200),  # as many a file of numbers begins
        b"\x89PNG\r\n\x1a\n" + bytes(300),
        b"PK\x03\x04" + bytes(300),
        bytes(128) + b"DICM",
        bytes(128) + b"DICM" + b"words" * 30,
        random.Random(1).getrandbits(8 * 4000).to_bytes(4000, "big"),
    ],
    ids=[
        "empty",
        "one byte",
        "zeros",
        "letter",
        "four bytes",
        "numbers",
        "png",
        "zip",
        "DICM",
        "DICM and words",
        "noise",
    ],
)
def test_other_files_are_no_dicom(content: bytes) -> None:
    assert bucket(content) == "not_dicom"


def test_an_empty_file_says_so() -> None:
    problem = read(b"").problem
    assert problem is not None
    assert (problem.reason.code, problem.topic) == ("empty", None)


def even_latin(uid: str) -> bytes:
    value = uid.encode("latin-1")
    return value + b"\0" * (len(value) % 2)


class Sparse:
    """Some bytes, and zeros behind them."""

    def __init__(self, content: bytes, size: int) -> None:
        self._content, self.size = content, size
        self.windows = 0

    def window(self, offset: int, need: int) -> tuple[bytes, int]:
        self.windows += 1
        return self._content[offset : offset + need].ljust(need, b"\0"), offset


ENCAPSULATED_PDF = "1.2.840.10008.5.1.4.1.1.104.1"


def test_a_document_without_its_content_is_damaged() -> None:
    pdf = replaced(without(ct(), 0x00280010, 0x7FE00010), 0x00080016, even_latin(ENCAPSULATED_PDF))
    problem = read(label(sop_class=ENCAPSULATED_PDF) + encode(pdf)).problem
    assert problem is not None
    assert (problem.reason, problem.topic) == (Reason("no_document"), "no_picture")
    whole = [*pdf, Element(0x00420011, "OB", b"%PDF-1.4")]
    assert bucket(label(sop_class=ENCAPSULATED_PDF) + encode(whole)) == ""
