"""Test the practice archive: its content is always the same, and the practice PACS accepts what it should."""

from __future__ import annotations

import hashlib
import subprocess
import time
import warnings
from collections import Counter
from pathlib import Path
from typing import Iterator

import pytest
from pydicom import dcmread
from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info

from tests.conftest import Drawn
from tests.practice.peer import data_set, find, send
from wizard.practice import archive as practice_archive
from wizard.practice.archive import PROBLEM_FILES, STUDIES, make_archive
from wizard.practice.pacs import PracticePacs

# Over the names and contents of all files except the deflated ones: there, versions of zlib may differ.
CONTENT = "51770c28808525b2729302f813605fff40b6815a85b25c4d313ed0f6f533a753"


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("archive")
    make_archive(folder)
    return folder


def files(archive: Path) -> dict[str, Path]:
    return {path.relative_to(archive).as_posix(): path for path in sorted(archive.rglob("*")) if path.is_file()}


def healthy(archive: Path) -> list[Path]:
    return [path for name, path in files(archive).items() if name not in PROBLEM_FILES]


def data_sets(archive: Path) -> Iterator[Dataset]:
    return map(dcmread, healthy(archive))


def test_it_says_how_many_healthy_instances_it_holds(tmp_path: Path) -> None:
    assert make_archive(tmp_path) == len(healthy(tmp_path)) == 302
    assert set(PROBLEM_FILES) < set(files(tmp_path))


def test_each_run_writes_the_same_with_the_same_times(
    archive: Path, tmp_path: Path, draw_images: Drawn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(practice_archive, "_healthy", draw_images)
    make_archive(tmp_path)
    first, second = files(archive), files(tmp_path)
    assert list(first) == list(second)
    for name in first:
        assert first[name].read_bytes() == second[name].read_bytes(), name
        assert first[name].stat().st_mtime_ns == second[name].stat().st_mtime_ns, name


def test_every_computer_and_every_version_of_pydicom_writes_the_same(archive: Path) -> None:
    content = hashlib.sha256()
    for name, path in files(archive).items():
        if "ST0013" not in name:
            content.update(name.encode() + b"\0" + hashlib.sha256(path.read_bytes()).digest())
    assert content.hexdigest() == CONTENT


def test_the_files_look_old(archive: Path) -> None:
    assert all(time.time() - path.stat().st_mtime > 120 for path in files(archive).values())


def test_what_is_in_it(archive: Path) -> None:
    found = list(data_sets(archive))
    assert len({one.PatientID for one in found}) == len({str(one.PatientName) for one in found}) == 12
    assert len({one.StudyInstanceUID for one in found}) == 20
    assert len({one.SeriesInstanceUID for one in found}) == sum(len(study.series) for study in STUDIES)
    assert len({one.SOPInstanceUID for one in found}) == 302
    assert {one.Modality for one in found} == {"CT", "MR", "CR", "DX", "MG", "US", "OT", "SR", "DOC"}
    assert Counter(one.file_meta.TransferSyntaxUID.name for one in found) == {
        "Explicit VR Little Endian": 226,
        "RLE Lossless": 24,
        "Implicit VR Little Endian": 22,
        "Deflated Explicit VR Little Endian": 16,
        "Explicit VR Big Endian": 14,
    }
    dates = {one.StudyDate for one in found}
    assert "" in dates
    assert (min(dates - {""})[:4], max(dates)[:4]) == ("2009", "2024")


def test_a_study_lies_in_the_folder_of_its_day(archive: Path) -> None:
    for path in healthy(archive):
        date = dcmread(path, specific_tags=["StudyDate"]).StudyDate
        day = f"{date[:4]}/{date[4:6]}/{date[6:]}" if date else "undated"
        assert path.relative_to(archive).parent.parent.as_posix() == day


def test_pydicom_reads_every_healthy_value_without_a_warning(archive: Path) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert sum(1 for one in data_sets(archive) for _ in one.iterall()) > 302 * 20


def test_every_healthy_data_set_has_an_even_number_of_bytes(archive: Path) -> None:
    assert [path for path in healthy(archive) if len(data_set(path)) % 2] == []


def test_the_japanese_name_is_written_as_in_the_example_of_the_standard(archive: Path) -> None:
    """PS3.5 H.3.1."""
    name = dcmread(archive / "2017/11/03/ST0009/IM0001").get_item("PatientName").value
    assert name == (b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B=\x1b$B$d$^$@\x1b(B^\x1b$B$?$m$&\x1b(B")


def test_the_problem_files_are_what_they_are_said_to_be(archive: Path) -> None:
    trouble = {name: archive / name for name in PROBLEM_FILES}
    assert Counter(PROBLEM_FILES.values()) == {
        "not_dicom": 3,
        "conflict": 2,
        "index": 1,
        "damaged": 1,
        "held_back": 1,
        "refused": 1,
        "duplicate": 1,
    }
    assert trouble["2009/01/15/ST0001/IM0003"].stat().st_size == 0
    assert trouble["2011/export 2011.zip"].read_bytes().startswith(b"PK\x03\x04")
    assert read_file_meta_info(trouble["DICOMDIR"]).MediaStorageSOPClassUID == "1.2.840.10008.1.3.10"
    assert "StudyInstanceUID" not in dcmread(trouble["2013/06/18/ST0005/IM0003"])
    known = {data_set(path): path for path in healthy(archive)}
    assert data_set(trouble["old export/IMG_0001.DCM"]) in known
    one, other = (dcmread(trouble[name]) for name, bucket in PROBLEM_FILES.items() if bucket == "conflict")
    assert one.SOPInstanceUID == other.SOPInstanceUID
    assert one != other
    assert one.SOPInstanceUID not in {known.SOPInstanceUID for known in data_sets(archive)}


@pytest.mark.long
def test_the_practice_pacs_takes_every_healthy_instance_byte_for_byte(archive: Path, pacs: PracticePacs) -> None:
    sent = healthy(archive)
    assert {answer.Status for answer in send(pacs, *sent)} == {0}
    kept = sorted(pacs.folder.iterdir())
    assert [data_set(path) for path in kept] == [data_set(path) for path in sent]
    _, found = find(pacs, "STUDY", StudyInstanceUID="", StudyID="", NumberOfStudyRelatedInstances="")
    assert {int(study.StudyID): study.NumberOfStudyRelatedInstances for study in found} == {
        study.number: sum(series.instances for series in study.series) for study in STUDIES
    }


@pytest.mark.parametrize(
    ("name", "status"), [("2012/03/02/ST0004/IM0049", 0xC000), ("2013/06/18/ST0005/IM0003", 0xA900)]
)
def test_the_practice_pacs_refuses_what_is_damaged_or_cannot_be_filed(
    archive: Path, pacs: PracticePacs, name: str, status: int
) -> None:
    (answer,) = send(pacs, archive / name)
    assert answer.Status == status


def test_the_practice_pacs_does_not_accept_the_private_image_type(archive: Path, pacs: PracticePacs) -> None:
    with pytest.raises(ValueError, match="No presentation context"):
        send(pacs, archive / "2015/03/02/ST0007/IM0041")


@pytest.mark.dcmtk
def test_dcmtk_reads_every_healthy_file(archive: Path) -> None:
    command = ["dcmdump", "-q", *map(str, healthy(archive))]
    done = subprocess.run(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, encoding="utf-8")
    assert (done.returncode, done.stderr) == (0, "")
