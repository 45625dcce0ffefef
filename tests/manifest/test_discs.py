"""The files that DICOMDIRs list are compared with those that are there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.report.samples import Sample
from wizard.manifest import discs


def native(path: bytes) -> bytes:
    """A path as the walk gives it on this system."""
    return path.replace(b"/", os.sep.encode())


def disc(sample: Sample, *listed: str, path: bytes = b"/archive/cd/DICOMDIR") -> None:
    sample.file("index", native(path), references=listed)


@pytest.mark.parametrize(
    "here", [b"IMAGES/S1/IM1", b"images/s1/im1", b"Images/s1/Im1"], ids=["as listed", "small", "mixed"]
)
def test_a_listed_file_is_found_in_capital_or_small_letters(here: bytes, tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        disc(sample, "IMAGES/S1/IM1")
        sample.image(path=native(b"/archive/cd/" + here))
        assert discs.missing(sample.manifest) == 0


def test_what_is_listed_and_not_below_the_folder_of_the_dicomdir_is_counted(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        disc(sample, "IM1", "IMAGES/IM1", "IMAGES/IM2", "OTHER/IM1")
        disc(sample, "IM1", "IMAGES/IM1", path=b"/archive/cd2/DICOMDIR")
        sample.image(path=native(b"/archive/cd/im1"))
        sample.image(path=native(b"/archive/cd/images/im1"))
        sample.image(path=native(b"/archive/cd/images2/im2"))  # its name goes on
        sample.image(path=native(b"/archive/cdx/OTHER/IM1"))
        sample.file("not_dicom", native(b"/archive/cd2/images/IM1"))  # it is here, whatever it is
        assert discs.missing(sample.manifest) == 2 + 1


def test_a_dicomdir_at_the_root_of_a_drive_counts_what_is_below_the_root(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        disc(sample, "A/IM1", "A/IM2", path=b"/x/DICOMDIR")
        sample.image(path=native(b"/a/im1"))
        with sample.manifest.writing() as db:
            db.execute("UPDATE folder SET path = ? WHERE path = ?", (native(b"/"), native(b"/x")))
        assert discs.missing(sample.manifest) == 1


def test_names_that_are_no_text_are_no_obstacle(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        disc(sample, "IMAGES/IM1", path=b"/archive/\xff/DICOMDIR")
        sample.image(path=native(b"/archive/\xff/images/im\xff"))
        assert discs.missing(sample.manifest) == 1


def test_without_a_dicomdir_nothing_is_listed(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.file("index", b"/archive/DICOMDIR")  # cut off: it lists nothing
        sample.file("pending", references=("1.2.3",))
        assert discs.missing(sample.manifest) == 0
