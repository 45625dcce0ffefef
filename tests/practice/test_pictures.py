"""Test the pictures of the practice archive in all encodings of pixel data."""

from __future__ import annotations

import struct
import subprocess
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import (
    UID,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)

from tests.practice.conftest import CHEST
from wizard.practice.objects import Series, instance, part10
from wizard.practice.pictures import SIZE, Ellipse, body, in_colour, paint


def a_file(folder: Path, syntax: UID) -> Path:
    dataset = instance(CHEST._replace(series=(Series("CT", "Thin", 3, syntax),)), 1, 1)
    file = folder / "image"
    file.write_bytes(part10(dataset, syntax))
    return file


def test_an_ellipse_is_painted_where_it_belongs() -> None:
    picture = paint((Ellipse(20, 40, 5, 10, 200),))
    inside = [divmod(at, SIZE) for at, grey in enumerate(picture) if grey]
    assert len(picture) == SIZE * SIZE
    assert set(picture) == {0, 200}
    assert (min(inside)[0], max(inside)[0]) == (31, 49)
    assert {column for row, column in inside if row == 40} == set(range(15, 25))


def test_the_slices_of_a_body_differ() -> None:
    assert len({body(number / 24) for number in range(24)}) == 24


def test_colours_can_be_told_apart() -> None:
    assert in_colour(b"\x80\xff") == b"\x80\x60\x40\xff\xbf\x7f"


@pytest.mark.parametrize("syntax", [ImplicitVRLittleEndian, DeflatedExplicitVRLittleEndian, ExplicitVRBigEndian])
def test_the_picture_is_the_same_in_each_transfer_syntax(tmp_path: Path, syntax: UID) -> None:
    order = "<" if syntax.is_little_endian else ">"
    pixels = struct.unpack(f"{order}{SIZE * SIZE}H", dcmread(a_file(tmp_path, syntax)).PixelData)
    assert bytes(pixels) == body(1 / 6)


@pytest.mark.dcmtk
def test_run_lengths_are_decoded_by_dcmtk_to_the_same_picture(tmp_path: Path) -> None:
    subprocess.run(["dcmdrle", str(a_file(tmp_path, RLELossless)), str(tmp_path / "decoded")], check=True)
    decoded = dcmread(tmp_path / "decoded")
    assert decoded.file_meta.TransferSyntaxUID == ExplicitVRLittleEndian
    assert decoded.PixelData == dcmread(a_file(tmp_path, ExplicitVRLittleEndian)).PixelData
