"""Test C-FIND at the practice PACS: matching, returned attributes, rejected queries."""

from __future__ import annotations

import pytest

from tests.practice.conftest import CHEST, HEAD, KNEE
from tests.practice.peer import PATIENT_ROOT_FIND, find
from wizard.practice.find_provider import matches
from wizard.practice.objects import uid
from wizard.practice.pacs import PracticePacs

SUCCESS = 0x0000
REFUSED = 0xA900


def numbers(pacs: PracticePacs, **keys: str) -> list[int]:
    """The numbers of the studies that match these keys, in order."""
    final, found = find(pacs, "STUDY", StudyID="", **keys)
    assert final.Status == SUCCESS
    return sorted(int(study.StudyID) for study in found)


@pytest.mark.parametrize(
    ("keys", "expected"),
    [
        ({}, [1, 2, 3]),
        ({"PatientName": ""}, [1, 2, 3]),
        ({"PatientName": "*"}, [1, 2, 3]),
        ({"PatientName": "Muster^Anna"}, [1]),
        ({"PatientName": "muster*"}, [1]),
        ({"PatientName": "M?ster^*"}, [1]),
        ({"PatientName": "Muster"}, []),
        ({"PatientName": "Y*"}, [3]),
        ({"PatientID": "PRACTICE-00?"}, [1, 2, 3]),
        ({"PatientID": "PRACTICE-001"}, [1]),
        ({"PatientID": "practice-001"}, []),
        ({"StudyDate": "20120302"}, [1]),
        ({"StudyDate": "20120301-20171231"}, [1, 3]),
        ({"StudyDate": "20171103-"}, [2, 3]),
        ({"StudyDate": "-20120302"}, [1]),
        ({"StudyDate": "20130101-20131231"}, []),
        ({"StudyTime": "0800-0845"}, [1]),
        ({"StudyInstanceUID": uid(2)}, [2]),
        ({"StudyInstanceUID": uid(99)}, []),
        ({"StudyInstanceUID": "\\".join((uid(3), uid(99), uid(1)))}, [1, 3]),
        ({"ModalitiesInStudy": "SR"}, [1]),
        ({"ModalitiesInStudy": "CT"}, [1, 3]),
        ({"PatientID": "PRACTICE-001", "StudyDate": "20190521"}, []),
    ],
)
def test_studies_are_found_by(filled: PracticePacs, keys: dict[str, str], expected: list[int]) -> None:
    assert numbers(filled, **keys) == expected


def test_a_name_is_found_in_its_own_script(filled: PracticePacs) -> None:
    assert numbers(filled, SpecificCharacterSet="ISO_IR 192", PatientName="*山田*") == [3]
    assert numbers(filled, SpecificCharacterSet="ISO_IR 192", PatientName="やまだ^たろう") == [3]
    assert numbers(filled, SpecificCharacterSet="ISO_IR 192", PatientName="παράδειγμα*") == [2]


def test_names_come_back_as_they_were_sent(filled: PracticePacs) -> None:
    _, found = find(filled, "STUDY", StudyID="", PatientName="")
    names = {study.StudyID: study.PatientName for study in found}
    assert names == {str(study.number): study.patient.name for study in (CHEST, KNEE, HEAD)}


def test_the_answer_holds_the_keys_of_the_query_and_no_more(filled: PracticePacs) -> None:
    _, (study,) = find(filled, "STUDY", StudyInstanceUID=uid(2), AccessionNumber="", Modality="", BodyPartExamined="")
    assert {element.keyword for element in study} == {
        "SpecificCharacterSet",
        "QueryRetrieveLevel",
        "StudyInstanceUID",
        "AccessionNumber",
    }
    assert (study.StudyInstanceUID, study.AccessionNumber) == (uid(2), "P00002")


def test_what_the_study_level_counts(filled: PracticePacs) -> None:
    _, (study,) = find(
        *(filled, "STUDY"),
        StudyInstanceUID=uid(1),
        NumberOfStudyRelatedSeries="",
        NumberOfStudyRelatedInstances="",
        ModalitiesInStudy="",
    )
    assert (study.NumberOfStudyRelatedSeries, study.NumberOfStudyRelatedInstances) == (2, 4)
    assert study.ModalitiesInStudy == ["CT", "SR"]


def test_the_series_of_a_study(filled: PracticePacs) -> None:
    final, found = find(
        *(filled, "SERIES"),
        StudyInstanceUID=uid(1),
        SeriesInstanceUID="",
        Modality="",
        SeriesNumber="",
        NumberOfSeriesRelatedInstances="",
    )
    assert final.Status == SUCCESS
    assert {
        (series.SeriesInstanceUID, series.Modality, series.SeriesNumber, series.NumberOfSeriesRelatedInstances)
        for series in found
    } == {(uid(1, 1), "CT", 1, 3), (uid(1, 2), "SR", 2, 1)}


def test_the_images_of_a_series(filled: PracticePacs) -> None:
    final, found = find(
        filled, "IMAGE", StudyInstanceUID=uid(1), SeriesInstanceUID=uid(1, 1), SOPInstanceUID="", SOPClassUID=""
    )
    assert final.Status == SUCCESS
    assert {image.SOPInstanceUID for image in found} == {uid(1, 1, number) for number in (1, 2, 3)}
    assert {image.SOPClassUID.name for image in found} == {"CT Image Storage"}


def test_a_list_of_images_of_a_series(filled: PracticePacs) -> None:
    wanted = "\\".join((uid(1, 1, 3), uid(1, 2, 1), uid(99)))
    _, found = find(filled, "IMAGE", StudyInstanceUID=uid(1), SeriesInstanceUID=uid(1, 1), SOPInstanceUID=wanted)
    assert [image.SOPInstanceUID for image in found] == [uid(1, 1, 3)]


@pytest.mark.parametrize(
    ("level", "keys", "comment"),
    [
        ("SERIES", {"SeriesInstanceUID": ""}, "StudyInstanceUID must hold one single value."),
        ("SERIES", {"StudyInstanceUID": ""}, "StudyInstanceUID must hold one single value."),
        ("SERIES", {"StudyInstanceUID": "1.2\\1.3"}, "StudyInstanceUID must hold one single value."),
        ("SERIES", {"StudyInstanceUID": "*"}, "StudyInstanceUID must hold one single value."),
        ("IMAGE", {"SOPInstanceUID": "1.2"}, "StudyInstanceUID must hold one single value."),
        ("IMAGE", {"StudyInstanceUID": "1.2"}, "SeriesInstanceUID must hold one single value."),
        ("PATIENT", {"PatientID": "1"}, "The Query/Retrieve Level is missing or not supported."),
        ("", {"StudyInstanceUID": ""}, "The Query/Retrieve Level is missing or not supported."),
    ],
)
@pytest.mark.filterwarnings("ignore:Invalid value for VR UI")
def test_a_query_that_is_not_hierarchical_is_refused(
    filled: PracticePacs, level: str, keys: dict[str, str], comment: str
) -> None:
    final, found = find(filled, level, **keys)
    assert (final.Status, final.ErrorComment, found) == (REFUSED, comment, [])


def test_patients_and_their_studies_in_the_patient_root(filled: PracticePacs) -> None:
    _, patients = find(
        filled, "PATIENT", PATIENT_ROOT_FIND, PatientID="*", PatientName="", NumberOfPatientRelatedInstances=""
    )
    counts = {patient.PatientID: patient.NumberOfPatientRelatedInstances for patient in patients}
    assert counts == {"PRACTICE-001": 4, "PRACTICE-006": 2, "PRACTICE-005": 1}
    _, (study,) = find(filled, "STUDY", PATIENT_ROOT_FIND, PatientID="PRACTICE-006", StudyInstanceUID="")
    assert study.StudyInstanceUID == uid(2)
    final, _ = find(filled, "STUDY", PATIENT_ROOT_FIND, StudyInstanceUID=uid(2))
    assert final.ErrorComment == "PatientID must hold one single value."


@pytest.mark.parametrize(
    ("vr", "wanted", "value", "expected"),
    [
        ("DA", "20200101-20201231", "", False),
        ("DA", "20200101-20201231", "20201231", True),
        ("TM", "10-12", "125959.5", True),
        ("TM", "10-12", "130000", False),
        ("UI", "1.2*", "1.2.3", False),
        ("LO", "*", "", True),
        ("LO", "?", "", False),
        ("LO", "a.c", "abc", False),
        ("LO", "[a]*", "[a]bc", True),
        ("LO", "CT*", "ct head", False),
        ("PN", "Muster^Anna^^", "Muster^Anna", True),
        ("PN", "MÜSTERLI^*", "Müsterli^Jörg", True),
        ("CS", "SR", "CT\\SR", True),
        ("IS", "1", "12", False),
    ],
)
def test_matching(vr: str, wanted: str, value: str, expected: bool) -> None:
    assert matches(vr, wanted, value) is expected
