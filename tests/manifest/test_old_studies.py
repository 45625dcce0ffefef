"""The list of the old PACS against the folders: every study on which they differ, and none on which they agree."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.report.samples import Sample
from wizard.manifest import old_studies
from wizard.manifest.old_studies import OldListSummary, OldStudy
from wizard.reasons import Reason


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


def study(sample: Sample, uid: str, images: int, accession: str = "", **more: Any) -> None:
    for number in range(images):
        sample.image(study_uid=uid, series_uid=f"{uid}.1", accession=accession, sop_uid=f"{uid}.1.{number}", **more)


def listed(sample: Sample, *lines: tuple[str, str, int | None]) -> OldListSummary:
    old_studies.keep(sample.manifest, "list.csv", [OldStudy(number + 2, *line) for number, line in enumerate(lines)])
    summary = old_studies.summary(sample.manifest)
    assert summary is not None
    return summary


def differences(sample: Sample) -> list[tuple[object, ...]]:
    """Line, Study Instance UID, accession number, listed, in the folders, what."""
    return [
        (row["line"], row["study_uid"], row["accession"], row["listed"], row["images"], row["what"])
        for row in old_studies.differences(sample.manifest)
    ]


def test_without_a_list_there_is_nothing_to_say(sample: Sample) -> None:
    study(sample, "1.1", 2)
    assert old_studies.summary(sample.manifest) is None
    assert list(old_studies.differences(sample.manifest)) == []
    assert old_studies.name(sample.manifest) == ""


def test_a_list_that_agrees_has_no_differences(sample: Sample) -> None:
    study(sample, "1.1", 2)
    study(sample, "1.2", 3)
    assert listed(sample, ("1.1", "", 2), ("1.2", "A-9", 3)) == OldListSummary(2, 2, 0, 0, 0, 0, 0)
    assert differences(sample) == []
    assert old_studies.name(sample.manifest) == "list.csv"


def test_each_difference_is_told_and_what_is_missing_comes_first(sample: Sample) -> None:
    study(sample, "1.1", 2, "A-1", name="Muster, Anna", study_date="20190302")
    study(sample, "1.2", 3)
    study(sample, "1.3", 1, "A-3")
    study(sample, "1.4", 4)
    summary = listed(sample, ("1.2", "", 2), ("1.4", "", 4), ("1.1", "", 5), ("9.9", "A-99", 7))
    assert summary == OldListSummary(listed=4, found=3, fewer=1, more=1, not_in_folders=1, not_in_list=1, uncounted=0)
    assert differences(sample) == [
        (5, "9.9", "A-99", 7, None, "not in the folders"),
        (4, "1.1", "", 5, 2, "fewer"),
        (2, "1.2", "", 2, 3, "more"),
        (None, "1.3", "A-3", None, 1, "not in the list"),
    ]
    fewer = list(old_studies.differences(sample.manifest))[1]
    assert (fewer["patient_name"], fewer["study_date"]) == ("Muster, Anna", "20190302")


def test_a_study_without_a_number_in_the_list_is_found_and_not_counted(sample: Sample) -> None:
    study(sample, "1.1", 2)
    assert listed(sample, ("1.1", "", None), ("9.9", "", None)) == OldListSummary(2, 1, 0, 0, 1, 0, 1)


def test_an_accession_number_stands_for_all_its_studies_together(sample: Sample) -> None:
    study(sample, "1.1", 2, "A-1")
    study(sample, "1.2", 3, "A-1")
    study(sample, "1.3", 1, "A-3")
    assert listed(sample, ("", "A-1", 5), ("", "A-3", 2), ("", "A-4", 1)) == OldListSummary(3, 2, 1, 0, 1, 0, 0)
    assert differences(sample) == [
        (4, "", "A-4", 1, None, "not in the folders"),
        (3, "1.3", "A-3", 2, 1, "fewer"),
    ]
    assert listed(sample, ("", "A-1", 6)) == OldListSummary(1, 1, 1, 0, 0, 1, 0)
    assert differences(sample)[0] == (2, "", "A-1", 6, 5, "fewer")


def test_a_uid_goes_before_an_accession_number(sample: Sample) -> None:
    study(sample, "1.1", 2, "A-1")
    assert listed(sample, ("1.2", "A-1", 2)) == OldListSummary(1, 0, 0, 0, 1, 1, 0)
    assert listed(sample, ("1.1", "A-2", 2)) == OldListSummary(1, 1, 0, 0, 0, 0, 0)


def test_studies_without_an_accession_number_are_not_those_of_a_line_without_one(sample: Sample) -> None:
    study(sample, "1.1", 2, "")
    assert listed(sample, ("1.2", "", 2)) == OldListSummary(1, 0, 0, 0, 1, 1, 0)
    assert listed(sample, ("", "A-1", 2)) == OldListSummary(1, 0, 0, 0, 1, 1, 0)


def test_a_study_that_is_listed_twice_counts_once(sample: Sample) -> None:
    study(sample, "1.1", 2, "A-1")
    study(sample, "1.2", 3, "A-2")
    summary = listed(sample, ("1.1", "", 2), ("1.1", "", None), ("", "A-2", 3), ("", "A-2", 3), ("1.1", "", 2))
    assert summary == OldListSummary(2, 2, 0, 0, 0, 0, 0)


def test_where_the_lines_of_a_study_do_not_agree_its_number_is_not_compared(sample: Sample) -> None:
    study(sample, "1.1", 2)
    assert listed(sample, ("1.1", "", 2), ("1.1", "", 5)) == OldListSummary(1, 1, 0, 0, 0, 0, 1)


def test_one_study_under_two_patients_is_one_study_of_the_list(sample: Sample) -> None:
    study(sample, "1.1", 2, "A-1")
    sample.image(study_uid="1.1", series_uid="1.1.1", accession="A-2", sop_uid="1.1.1.7", patient_id="OTHER")
    assert listed(sample, ("1.1", "", 3)) == OldListSummary(1, 1, 0, 0, 0, 0, 0)
    assert listed(sample, ("", "A-2", 3)) == OldListSummary(1, 1, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("bucket", ["held_back", "damaged", "refused", "copied", "already_there", "unknown", "changed"])
def test_what_cannot_be_sent_or_is_not_chosen_is_in_the_folders_all_the_same(bucket: str, sample: Sample) -> None:
    study(sample, "1.1", 2)
    sample.image(bucket, study_uid="1.1", series_uid="1.1.1", sop_uid="1.1.1.7")
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE series SET ticked = 0, shown = 0")
    assert listed(sample, ("1.1", "", 3)) == OldListSummary(1, 1, 0, 0, 0, 0, 0)


def test_one_instance_in_several_files_counts_once_and_what_is_gone_not_at_all(sample: Sample) -> None:
    study(sample, "1.1", 2)
    for bucket in ("duplicate", "conflict", "conflict"):
        sample.image(bucket, study_uid="1.1", series_uid="1.1.1", sop_uid="1.1.1.0")
    sample.image("unreadable", study_uid="1.1", series_uid="1.1.1", sop_uid="1.1.1.8", reason=Reason("gone"))
    assert listed(sample, ("1.1", "", 2)) == OldListSummary(1, 1, 0, 0, 0, 0, 0)


def test_a_study_of_which_every_file_is_gone_is_not_in_the_folders(sample: Sample) -> None:
    sample.image("unreadable", study_uid="1.1", series_uid="1.1.1", accession="A-1")
    assert listed(sample, ("1.1", "", 1), ("", "A-1", 1)) == OldListSummary(2, 0, 0, 0, 2, 0, 0)


def test_a_new_list_takes_the_place_of_the_one_before(sample: Sample) -> None:
    study(sample, "1.1", 2)
    listed(sample, ("8.8", "", 1), ("9.9", "", 1))
    old_studies.keep(sample.manifest, "newer.csv", [OldStudy(1, "1.1", "", 2)])
    assert old_studies.summary(sample.manifest) == OldListSummary(1, 1, 0, 0, 0, 0, 0)
    assert old_studies.name(sample.manifest) == "newer.csv"
