"""The folders of the files of a row of the tree, and the one folder that holds all of them."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

import pytest

from tests.manifest.trees import branch
from tests.report.samples import Sample
from wizard.manifest import tree
from wizard.manifest.tree import Filter, TreePosition

pytestmark = pytest.mark.skipif(os.name == "nt", reason="the paths are those of Linux")


def read(sample: Sample, *files: bytes) -> None:
    """One patient; a file of each path, in a study and series named after its folder, CT in those that begin with c."""
    for path in files:
        folder = os.path.basename(os.path.dirname(path)).decode()
        modality = "CT" if folder.startswith("c") else "MR"
        sample.image(path=path, patient_id="P", study_uid=folder, series_uid=f"{folder}.1", modality=modality)
    sample.read()


def place(sample: Sample, *codes: str) -> TreePosition:
    level = ("patient", "study", "series")[len(codes) - 1]
    return tree.place_of(sample.manifest, level, branch(sample.manifest, *codes).id)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


def test_files_of_one_folder_lie_there(sample: Sample) -> None:
    read(sample, b"/archive/p/c1/1", b"/archive/p/c1/2", b"/archive/p/m2/1")
    for codes in (("P", "c1"), ("P", "c1", "c1.1")):
        assert place(sample, *codes) == TreePosition(b"/archive/p/c1", 1, True)


def test_files_of_several_folders_lie_in_the_nearest_one_that_holds_all_of_them(sample: Sample) -> None:
    read(sample, b"/archive/p/c1/1", b"/archive/p/c1/deep/m2/1", b"/archive/p/m3/1")
    assert place(sample, "P") == TreePosition(b"/archive/p", 3, True)


def test_a_folder_above_the_sources_is_none_of_ours_and_the_first_one_is_named(sample: Sample) -> None:
    with sample.manifest.writing() as db:
        db.execute("INSERT INTO root (path) VALUES (?)", (b"/archive2",))
    read(sample, b"/archive/c1/1", b"/archive2/m2/1")
    assert place(sample, "P") == TreePosition(b"/archive/c1", 2, False)


def test_what_the_filter_hides_counts_for_nothing(sample: Sample) -> None:
    read(sample, b"/archive/p/c1/1", b"/archive/p/m2/1")
    tree.set_filter(sample.manifest, Filter(modalities=("MR",)))
    assert place(sample, "P") == TreePosition(b"/archive/p/m2", 1, True)


def test_a_folder_whose_name_is_no_text_is_named_as_the_system_has_it(sample: Sample) -> None:
    read(sample, b"/archive/\xff/c1/1")
    assert place(sample, "P").folder == b"/archive/\xff/c1"
