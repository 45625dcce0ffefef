"""Patients and studies that a person wants first: kept with the migration, and copied before all others."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.engine.copying import run
from tests.engine.pacs import Pacs
from tests.engine.stage import again, image, read
from tests.manifest.trees import ANNA, BERND, branch, grow
from tests.report.samples import Sample
from wizard.manifest import queue, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.tree import Filter


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with grow(tmp_path / "m.sqlite") as sample:
        yield sample


def state(manifest: Manifest, *codes: str) -> bool | None:
    return branch(manifest, *codes).goes_first


def test_nothing_goes_first_of_itself(sample: Sample) -> None:
    assert [patient.goes_first for patient in tree.patients(sample.manifest)] == [False] * 4


def test_a_patient_stands_for_all_its_studies_and_for_no_others(sample: Sample) -> None:
    manifest = sample.manifest
    queue.copy_first(manifest, patient=branch(manifest, "A-1").id)
    assert [state(manifest, "A-1"), state(manifest, "A-1", "1.1"), state(manifest, "A-1", "1.2")] == [True] * 3
    assert manifest.value("SELECT COUNT(*) FROM study WHERE turn = 0") == 2
    queue.copy_first(manifest, first=False, patient=branch(manifest, "A-1").id)
    assert manifest.value("SELECT COUNT(*) FROM study WHERE turn = 0") == 0


def test_a_patient_is_one_statement_however_many_studies_it_has(sample: Sample) -> None:
    manifest = sample.manifest
    said: list[str] = []
    patient = branch(manifest, "A-1").id
    with manifest.writing() as db:
        db.executemany(
            """INSERT INTO study (patient, study_uid, study_date, study_time, accession, description)
            VALUES (?, ?, NULL, '', '', '')""",
            [(patient, f"9.{number}") for number in range(2000)],
        )
        db.set_trace_callback(said.append)
    queue.copy_first(manifest, patient=patient)
    assert len([statement for statement in said if statement.startswith("UPDATE")]) == 1
    assert manifest.value("SELECT COUNT(*) FROM study WHERE turn = 0") == 2002


def test_a_patient_of_whom_one_study_goes_first_goes_first_in_part(sample: Sample) -> None:
    manifest = sample.manifest
    queue.copy_first(manifest, [branch(manifest, "A-1", "1.2").id])
    assert (state(manifest, "A-1"), state(manifest, "A-1", "1.1"), state(manifest, "A-1", "1.2")) == (None, False, True)
    assert state(manifest, "B_2") is False
    tree.set_filter(manifest, Filter(modalities=("MR",)))
    assert state(manifest, "A-1") is True, "as far as it is shown"
    tree.set_filter(manifest, Filter(modalities=("CT",)))
    assert state(manifest, "A-1") is False


def test_a_study_of_several_series_counts_once(sample: Sample) -> None:
    queue.copy_first(sample.manifest, [branch(sample.manifest, "A-1", "1.1").id])
    assert branch(sample.manifest, "A-1").first == 1
    assert state(sample.manifest, "A-1", "1.1", "1.1.2") is True


def test_it_is_kept_with_the_migration(tmp_path: Path) -> None:
    with grow(tmp_path / "m.sqlite") as sample:
        queue.copy_first(sample.manifest, patient=branch(sample.manifest, "A-1").id)
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert [state(manifest, code) for code in ("A-1", "B_2")] == [True, False]


PATIENTS = {"A": ANNA, "B": BERND, "C": {"patient_id": "C", "name": "Practice, Paula"}}


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Nine studies with five images each, their files in one folder, of three patients in turns."""
    folder = tmp_path / "source"
    folder.mkdir()
    for study in range(1, 10):
        who = "ABC"[study % 3]
        for number in range(5):
            (folder / f"{number}{study}").write_bytes(
                image(
                    f"1.{study}.1.{number + 1}",
                    f"1.{study}",
                    f"1.{study}.1",
                    PatientID=who,
                    PatientName=PATIENTS[who]["name"].replace(", ", "^"),
                )
            )
    return folder


def study_of(manifest: Manifest, uid: str) -> int:
    return int(manifest.value("SELECT id FROM study WHERE study_uid = ?", (uid,)))


def arrived(pacs: Pacs) -> list[str]:
    """The studies, each once, in the order in which they came; none may have come in pieces."""
    came = [study for study, _ in pacs.kept.values()]
    order = list(dict.fromkeys(came))
    assert came == [study for study in order for _ in range(5)]
    return order


@pytest.mark.parametrize("read_again", [False, True])
def test_the_studies_of_a_patient_and_one_of_another_arrive_before_all_others(source: Path, read_again: bool) -> None:
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        patient = branch(manifest, "C").id
        queue.copy_first(manifest, patient=patient)
        queue.copy_first(manifest, [study_of(manifest, "1.7")])
        wanted = {"1.2", "1.5", "1.8", "1.7"}
        as_the_archive = [row[0] for row in manifest.rows("SELECT study_uid FROM study ORDER BY id")]
        if read_again:
            again(manifest)
        run(manifest, destination, associations=1)
    order = arrived(pacs)
    assert set(order[:4]) == wanted
    assert order[4:] == [study for study in as_the_archive if study not in wanted]
    assert set(as_the_archive[:4]) != wanted, "or the test would show nothing"


def test_what_goes_in_its_turn_again_arrives_as_the_archive_has_it(source: Path) -> None:
    pacs = Pacs()
    with pacs.listening() as destination, read(source, destination) as manifest:
        patient = branch(manifest, "C").id
        queue.copy_first(manifest, patient=patient)
        queue.copy_first(manifest, first=False, patient=patient)
        as_the_archive = [row[0] for row in manifest.rows("SELECT study_uid FROM study ORDER BY id")]
        run(manifest, destination, associations=1)
    assert arrived(pacs) == as_the_archive
