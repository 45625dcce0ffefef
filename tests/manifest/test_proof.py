"""The destination confirmed only the instances that its answers name."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.report.samples import Sample
from wizard.manifest import proof, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import Part, ProofSummary, StudyProof
from wizard.reasons import Reason


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


def only(manifest: Manifest) -> StudyProof:
    (study,) = proof.studies(manifest)
    return study


def copied(sample: Sample, count: int, **place: Any) -> list[int]:
    entries = [sample.image(**place) for _ in range(count)]
    for entry in entries:
        sample.answered(entry)
    return entries


# Results


def test_before_anybody_asked_nothing_is_checked(sample: Sample) -> None:
    copied(sample, 2)
    study = only(sample.manifest)
    assert (study.result, study.grade) == ("NOT CHECKED", "E")
    assert (study.expected, study.found, study.missing, study.not_checked) == (2, 0, 0, 2)


@pytest.mark.parametrize(
    ("named", "result", "sums"),
    [
        ((1, 1, 1), "MATCH", (3, 3, 0, 0)),
        ((1, 1, 0), "MISMATCH", (3, 2, 1, 0)),
        ((1, 1, None), "NOT CHECKED", (3, 2, 0, 1)),
        ((1, None, 0), "MISMATCH", (3, 1, 1, 1)),
        ((None, None, None), "NOT CHECKED", (3, 0, 0, 3)),
        ((0, 0, 0), "MISMATCH", (3, 0, 3, 0)),
    ],
)
def test_a_study_matches_only_if_every_image_was_named(
    named: tuple[int | None, ...], result: str, sums: tuple[int, ...], sample: Sample
) -> None:
    sample.verified(dict(zip(copied(sample, 3), named)))
    study = only(sample.manifest)
    assert study.result == result
    assert (study.expected, study.found, study.missing, study.not_checked) == sums


def test_the_grade_of_a_study_is_that_of_its_weakest_image(sample: Sample) -> None:
    first, second = copied(sample, 2)
    sample.verified({first: 1})
    assert only(sample.manifest).grade == "E"
    sample.verified({second: 1}, grade="C")
    assert only(sample.manifest).grade == "C"
    sample.verified({second: 1}, grade="A")
    assert only(sample.manifest).grade == "A"


def test_what_else_the_destination_holds_and_a_remark_are_kept_beside_it(sample: Sample) -> None:
    (entry,) = copied(sample, 1)
    remarks = (Reason("elsewhere", n=2), Reason("some_not_answered"), Reason("other_number", n=4, expected=5))
    sample.verified({entry: 1}, extra=3, remarks=remarks)
    assert (only(sample.manifest).extra, only(sample.manifest).remarks) == (3, remarks)
    assert [remark.code for remark in only(sample.manifest).remarks] == [remark.code for remark in remarks]
    assert only(sample.manifest).result == "MATCH"
    sample.verified({entry: 1})
    assert (only(sample.manifest).extra, only(sample.manifest).remarks) == (0, ())


def test_a_study_is_described_as_it_is_in_the_archive(sample: Sample) -> None:
    copied(sample, 1)
    copied(sample, 1, series_uid="1.2.3.4.1.2", modality="SR")
    study = only(sample.manifest)
    assert (study.study_uid, study.patient_name, study.patient_id) == ("1.2.3.4.1", "Muster, Anna", "P-4711")
    assert (study.date, study.description, study.accession) == ("20190302", "CT thorax", "A-1")
    assert study.modalities == "CT, SR"


# What is expected


@pytest.mark.parametrize(
    "bucket", ["pending", "refused", "unknown", "changed", "unreadable", "damaged", "held_back", "conflict"]
)
def test_whatever_was_chosen_is_expected_even_if_it_did_not_go(bucket: str, sample: Sample) -> None:
    sample.image(bucket)
    assert only(sample.manifest).expected == 1


@pytest.mark.parametrize("bucket", ["duplicate"])
def test_one_image_under_two_names_is_expected_once(bucket: str, sample: Sample) -> None:
    (entry,) = copied(sample, 1, sop_uid="1.2.3")
    sample.image(bucket, sop_uid="1.2.3")
    sample.verified({entry: 1})
    assert (only(sample.manifest).expected, only(sample.manifest).result) == (1, "MATCH")


def test_what_is_no_image_or_has_no_identity_is_not_expected(sample: Sample) -> None:
    for bucket in ("index", "not_dicom", "unreadable", "damaged"):
        sample.file(bucket)
    sample.image("held_back", sop_uid=None)
    assert list(proof.studies(sample.manifest)) == []
    assert proof.summary(sample.manifest) == ProofSummary(0, 0, 0, 0, 0, 0, 0, 0)


@pytest.mark.parametrize("bucket", ["pending", "damaged", "refused", "conflict"])
def test_what_was_left_out_is_not_expected(bucket: str, sample: Sample) -> None:
    sample.image(bucket)
    tree.tick_all(sample.manifest, False)
    assert list(proof.studies(sample.manifest)) == []


@pytest.mark.parametrize("bucket", ["copied", "copied_with_remark", "already_there"])
def test_what_was_copied_stays_expected_when_it_is_unticked_later(bucket: str, sample: Sample) -> None:
    sample.image(bucket)
    tree.tick_all(sample.manifest, False)
    assert only(sample.manifest).expected == 1


# Naming the identity does not say which file it is


def test_what_changed_while_it_was_sent_is_not_confirmed(sample: Sample) -> None:
    (entry,) = copied(sample, 1)
    sample.answered(entry, 0, "changed", Reason("changed_while_sent"))
    sample.verified({entry: 1})
    assert only(sample.manifest).result == "NOT CHECKED"
    assert [row["bucket"] for row in proof.not_arrived(sample.manifest, 1)] == ["changed"]


def test_an_identity_in_conflict_is_never_confirmed(sample: Sample) -> None:
    conflict = [sample.image("conflict", sop_uid="1.2.3") for _ in range(2)]
    sample.verified(dict.fromkeys(conflict, 1))
    study = only(sample.manifest)
    assert (study.expected, study.found, study.missing, study.not_checked) == (1, 0, 0, 1)
    assert study.result == "NOT CHECKED"


@pytest.mark.parametrize("other_study", [False, True])
def test_not_even_if_one_of_the_files_was_copied(other_study: bool, sample: Sample) -> None:
    (entry,) = copied(sample, 1, sop_uid="1.2.3")
    place: dict[str, Any] = {"study_uid": "1.9", "series_uid": "1.9.1"} if other_study else {}
    rival = sample.image("conflict", sop_uid="1.2.3", **place)
    sample.verified({entry: 1, rival: 1})
    assert {study.result for study in proof.studies(sample.manifest)} == {"NOT CHECKED"}
    assert proof.summary(sample.manifest).confirmed == 0


def test_an_identity_in_conflict_that_is_not_there_is_missing(sample: Sample) -> None:
    conflict = [sample.image("conflict", sop_uid="1.2.3") for _ in range(2)]
    sample.verified(dict.fromkeys(conflict, 0))
    study = only(sample.manifest)
    assert (study.result, study.missing, study.not_checked) == ("MISMATCH", 1, 0)


# Sums


def test_the_summary_adds_up_the_studies(sample: Sample) -> None:
    match = copied(sample, 3, study_uid="1.1", series_uid="1.1.1")
    mismatch = copied(sample, 2, study_uid="1.2", series_uid="1.2.1")
    unsure = copied(sample, 4, study_uid="1.3", series_uid="1.3.1", patient_id="X", name="Beispiel, Bernd")
    sample.verified({**dict.fromkeys(match, 1), mismatch[0]: 1, mismatch[1]: 0, unsure[0]: 1})
    assert proof.summary(sample.manifest) == ProofSummary(
        studies_expected=3,
        match=1,
        mismatch=1,
        not_checked_studies=1,
        expected=9,
        confirmed=5,
        missing=1,
        not_checked=3,
    )
    assert [study.study_uid for study in proof.studies(sample.manifest)] == ["1.3", "1.1", "1.2"]


def test_one_study_alone_is_summed_up_without_the_others(sample: Sample) -> None:
    match = copied(sample, 3, study_uid="1.1", series_uid="1.1.1")
    mismatch = copied(sample, 2, study_uid="1.2", series_uid="1.2.1")
    sample.verified({**dict.fromkeys(match, 1), mismatch[0]: 1, mismatch[1]: 0})
    first, second = (study.study for study in proof.studies(sample.manifest))
    assert proof.summary(sample.manifest, first) == ProofSummary(1, 1, 0, 0, 3, 3, 0, 0)
    assert proof.summary(sample.manifest, second) == ProofSummary(1, 0, 1, 0, 2, 1, 1, 0)
    assert [study.study_uid for study in proof.studies(sample.manifest, second)] == ["1.2"]
    assert proof.summary(sample.manifest, 99) == ProofSummary(0, 0, 0, 0, 0, 0, 0, 0)


# Details


def test_the_expected_instances_of_a_study_come_series_by_series(sample: Sample) -> None:
    for series, uid in (("1.1", "1"), ("1.2", "2"), ("1.1", "3")):
        sample.image(study_uid="1", series_uid=series, sop_uid=uid)
    sample.image("index", study_uid="1", series_uid="1.1", sop_uid="4")
    sample.image("duplicate", study_uid="1", series_uid="1.1", sop_uid="1")
    found = proof.instances(sample.manifest, 1)
    assert [(one.series_uid, one.sop_uid, one.bucket, one.named) for one in found] == [
        ("1.1", "1", "pending", None),
        ("1.1", "3", "pending", None),
        ("1.2", "2", "pending", None),
    ]


def test_what_has_not_arrived_is_named_with_its_file_and_the_reason(sample: Sample) -> None:
    arrived, missing, _ = copied(sample, 3)
    sample.image("damaged", path=b"/archive/z/cut", reason=Reason("no_end"))
    rival = sample.image("conflict", path=b"/archive/z/rival", reason=Reason("conflict", n=2))
    sample.verified({arrived: 1, missing: 0, rival: 1})
    found = [
        (
            row["folder_path"] + b"/" + row["file_name"],
            row["bucket"],
            row["reason_code"],
            row["reason_values"],
            row["named"],
        )
        for row in proof.not_arrived(sample.manifest, only(sample.manifest).study)
    ]
    assert found == [
        (b"/archive/000002", "copied", "", "", 0),
        (b"/archive/000003", "copied", "", "", None),
        (b"/archive/z/cut", "damaged", "no_end", "", None),
        (b"/archive/z/rival", "conflict", *Reason("conflict", n=2).stored, 1),
    ]


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1200])
def test_only_what_the_archive_does_not_hold_is_foreign(count: int, sample: Sample) -> None:
    for uid in ("9.0", "9.0", "9.3", "9.600"):  # one of them twice
        sample.image(sop_uid=uid)
    asked = [f"9.{number}" for number in range(count)]
    assert proof.foreign(sample.manifest, asked) == count - len({"9.0", "9.3", "9.600"} & set(asked))


def test_the_parts_by_modality_and_by_year_add_up_to_the_whole(sample: Sample) -> None:
    old = copied(sample, 3, study_uid="1.1", series_uid="1.1.1", study_date="20120302", modality="CT")
    new = copied(sample, 2, study_uid="1.2", series_uid="1.2.1", study_date="", modality="MR")
    sample.verified(dict(zip([*old, *new], (1, 0, None, 1, 1))))
    assert proof.by_modality(sample.manifest) == [Part("CT", 1, 3, 1, 1), Part("MR", 1, 2, 2, 0)]
    assert proof.by_year(sample.manifest) == [Part("", 1, 2, 2, 0), Part("2012", 1, 3, 1, 1)]
    assert [part.not_checked for part in proof.by_modality(sample.manifest)] == [1, 0]
