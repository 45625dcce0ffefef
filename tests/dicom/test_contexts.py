"""Test the plan of presentation contexts: what each kind needs, and at most 128 to an association."""

from __future__ import annotations

from pydicom.uid import JPEG2000, JPEGBaseline8Bit, RLELossless

from wizard.dicom.contexts import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    LIMIT,
    plan,
)

CT = "1.2.840.10008.5.1.4.1.1.2"
PRIVATE = "1.2.840.113619.4.30"


def test_every_kind_is_in_exactly_one_association() -> None:
    kinds = [(f"1.2.{number}", syntax) for number in range(150) for syntax in (EXPLICIT_LITTLE_ENDIAN, JPEG2000)]
    groups = plan(kinds)
    planned = [kind for group in groups for kind in group]
    assert len(planned) == len(set(planned))
    assert set(kinds) <= set(planned)
    assert max(map(len, groups)) <= LIMIT


def test_the_kinds_of_a_class_stay_together() -> None:
    kinds = [(f"1.2.{number}", syntax) for number in range(50) for syntax in (JPEG2000, JPEGBaseline8Bit, RLELossless)]
    groups = plan(kinds)
    for sop_class, _ in kinds:
        assert sum(any(kind[0] == sop_class for kind in group) for group in groups) == 1


def test_an_uncompressed_class_offers_the_default_transfer_syntax_too() -> None:
    for syntax in (EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN, IMPLICIT_LITTLE_ENDIAN):
        assert set(plan([(CT, syntax)])[0]) == {(CT, syntax), (CT, IMPLICIT_LITTLE_ENDIAN)}


def test_a_class_that_is_held_compressed_alone_offers_nothing_else() -> None:
    for syntax in (JPEGBaseline8Bit, DEFLATED_LITTLE_ENDIAN, "1.2.840.113619.5.2"):
        assert plan([(PRIVATE, syntax)]) == [[(PRIVATE, syntax)]]


def test_128_fit_and_129_do_not() -> None:
    kinds = [(f"1.2.{number:03d}", JPEG2000) for number in range(129)]
    assert [len(group) for group in plan(kinds[:128])] == [128]
    assert [len(group) for group in plan(kinds)] == [128, 1]


def test_the_same_kinds_in_any_order_make_the_same_plan() -> None:
    kinds = [(f"1.2.{number}", syntax) for number in range(80) for syntax in (EXPLICIT_LITTLE_ENDIAN, JPEG2000)]
    assert plan(reversed(kinds)) == plan(kinds + kinds)


def test_without_kinds_there_is_nothing_to_associate_for() -> None:
    assert plan([]) == []
