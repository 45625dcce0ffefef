"""Test the list of all image types and formats that pydicom knows."""

from __future__ import annotations

from wizard.dicom import contexts, kinds


def test_images_reports_plans_and_retired_ones_are_among_them_and_what_is_no_image_is_not() -> None:
    names = {kinds.name(uid) for uid in kinds.storage_classes()}
    assert {
        *("CT Image Storage", "Basic Text SR Storage", "RT Plan Storage", "Encapsulated PDF Storage"),
        *("Nuclear Medicine Image Storage", "Standalone Overlay Storage", "Raw Data Storage"),
        "Digital X-Ray Image Storage - For Presentation",
    } <= names
    assert not any("Commitment" in name or "Directory" in name for name in names)
    assert len(names) > 150


def test_every_class_comes_uncompressed_and_in_each_compressed_syntax() -> None:
    every = kinds.every()
    assert len(set(every)) == len(every) == len(kinds.storage_classes()) * 25
    assert set(kinds.compressed(every)) == set(kinds.COMPRESSED)
    assert ("1.2.840.10008.5.1.4.1.1.2", contexts.IMPLICIT_LITTLE_ENDIAN) in every
    assert ("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2.4.70") in every


def test_every_one_has_a_name_of_the_standard_whatever_the_library() -> None:
    assert not [uid for uid in (*kinds.storage_classes(), *kinds.PLAIN, *kinds.COMPRESSED) if kinds.name(uid) == uid]
    assert kinds.name("1.2.3") == "1.2.3"


def test_no_more_than_128_go_into_a_round() -> None:
    assert max(map(len, contexts.plan(kinds.every()))) <= 128
