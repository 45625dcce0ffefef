"""Write the practice archive: folders like those of an old PACS, with invented patients and a few problem files."""

from __future__ import annotations

import io
import os
import zipfile
from datetime import datetime, timezone
from pathlib import Path
from typing import Iterator

from pydicom.dataset import Dataset
from pydicom.uid import DeflatedExplicitVRLittleEndian as DEFLATED
from pydicom.uid import ExplicitVRBigEndian as BIG_ENDIAN
from pydicom.uid import ExplicitVRLittleEndian as EXPLICIT
from pydicom.uid import ImplicitVRLittleEndian as IMPLICIT
from pydicom.uid import MediaStorageDirectoryStorage
from pydicom.uid import RLELossless as RLE

from wizard.practice.objects import Patient, Series, Study, instance, part10, uid
from wizard.vocabulary import Bucket

ANNA = Patient("PRACTICE-001", "Muster^Anna", "19580214", "F")
ERIK = Patient("PRACTICE-002", "Example^Erik", "19710809", "M")
PAULA = Patient("PRACTICE-003", "Practice^Paula", "19650530", "F")
SIEGFRIED = Patient("PRACTICE-004", "Specimen^Siegfried", "19330117", "M")
TAROU = Patient("PRACTICE-005", "Yamada^Tarou=山田^太郎=やまだ^たろう", "19490323", "M", "\\ISO 2022 IR 87")
ELENI = Patient("PRACTICE-006", "Παράδειγμα^Ελένη", "19880601", "F", "ISO_IR 192")
JOERG = Patient("PRACTICE-007", "Müsterli^Jörg", "19550911", "M")
PRIYA = Patient("PRACTICE-008", "Pretend^Priya", "19921224", "F")
FRANCOIS = Patient("PRACTICE-009", "Fictif^François", "19440708", "M")
SAM = Patient("PRACTICE-010", "Sample^Sam", "19800229", "O")
NORA = Patient("PRACTICE-011", "Nobody^Nora", "20011105", "F")
IDA = Patient("PRACTICE-012", "Imaginary^Ida", "", "F")

STUDIES = (
    Study(1, SIEGFRIED, "20090115", "091500", "Chest", (Series("CR", "Chest", 2, BIG_ENDIAN),)),
    Study(2, JOERG, "20100422", "141000", "Chest", (Series("DX", "Chest", 2),)),
    Study(3, SIEGFRIED, "20110203", "103000", "CT head", (Series("CT", "Head", 12, BIG_ENDIAN),)),
    Study(4, ANNA, "20120302", "084500", "CT trunk", (Series("CT", "Chest", 24), Series("CT", "Abdomen", 24))),
    Study(5, PRIYA, "20130618", "160000", "US abdomen", (Series("US", "Liver", 2),)),
    Study(6, ANNA, "20140617", "112000", "Chest", (Series("CR", "Chest", 2, IMPLICIT),)),
    Study(7, ERIK, "20150302", "093000", "MR head", (Series("MR", "T1", 20, IMPLICIT), Series("MR", "T2", 20))),
    Study(8, PAULA, "20160912", "101500", "Mammography", (Series("MG", "Screening", 4),)),
    Study(9, TAROU, "20171103", "130000", "CT head", (Series("CT", "Head", 24, RLE), Series("SR", "Report", 1))),
    Study(10, PAULA, "20180925", "101500", "Mammography", (Series("MG", "Screening", 4),)),
    Study(11, ELENI, "20190521", "173000", "MR knee", (Series("MR", "PD", 18), Series("MR", "T2", 18))),
    Study(12, SAM, "20200214", "081000", "CT abdomen", (Series("CT", "Abdomen", 30), Series("SR", "Report", 1))),
    Study(13, JOERG, "20210707", "150000", "CT chest", (Series("CT", "Chest", 16, DEFLATED),)),
    Study(14, FRANCOIS, "20210930", "120000", "Letters", (Series("SC", "Photos", 3), Series("PDF", "Letter", 1))),
    Study(15, PRIYA, "20220119", "094000", "US heart", (Series("US", "Heart", 3), Series("SC", "Notes", 1))),
    Study(16, NORA, "20230411", "113000", "MR spine", (Series("MR", "T1", 24),)),
    Study(17, NORA, "20240502", "113000", "MR spine", (Series("MR", "T1", 20), Series("MR", "T2", 20))),
    Study(18, ERIK, "20240502", "160000", "Chest", (Series("DX", "Chest", 2),)),
    Study(19, IDA, "", "", "Chest", (Series("CR", "Chest", 2),)),
    Study(20, ELENI, "20241129", "070500", "US abdomen", (Series("US", "Kidneys", 2),)),
)

# Path below the folder -> the bucket that the file must get in the ledger.
PROBLEM_FILES = {
    "DICOMDIR": Bucket.INDEX,
    "readme.txt": Bucket.NOT_DICOM,
    "2009/01/15/ST0001/IM0003": Bucket.NOT_DICOM,  # empty
    "2011/export 2011.zip": Bucket.NOT_DICOM,
    "2012/03/02/ST0004/IM0049": Bucket.DAMAGED,  # cut off
    "2013/06/18/ST0005/IM0003": Bucket.HELD_BACK,  # no Study Instance UID
    "2014/06/17/ST0006/IM0003": Bucket.CONFLICT,
    "2015/03/02/ST0007/IM0041": Bucket.REFUSED,  # a vendor's private SOP class
    "old export/IMG_0001.DCM": Bucket.DUPLICATE,
    "old export/IMG_0002.DCM": Bucket.CONFLICT,
}

_PRIVATE_CLASS = "1.2.840.113619.4.30"
_LAST_WRITTEN = datetime(2025, 1, 1, 12, tzinfo=timezone.utc).timestamp()


def make_archive(folder: Path) -> int:
    """Write the practice archive into `folder` and return the number of its instances without a problem.

    Every run writes the same bytes and the same times of last change.
    """
    healthy = dict(_healthy())
    for path, content in {**healthy, **_problem_files(healthy)}.items():
        file = folder / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        os.utime(file, (_LAST_WRITTEN, _LAST_WRITTEN))
    return len(healthy)


def _healthy() -> Iterator[tuple[str, bytes]]:
    for study in STUDIES:
        files = 0
        for series_number, series in enumerate(study.series, 1):
            for instance_number in range(1, series.instances + 1):
                files += 1
                dataset = instance(study, series_number, instance_number)
                yield f"{_folder(study)}/IM{files:04d}", part10(dataset, series.transfer_syntax)


def _folder(study: Study) -> str:
    day = f"{study.date[:4]}/{study.date[4:6]}/{study.date[6:]}" if study.date else "undated"
    return f"{day}/ST{study.number:04d}"


def _problem_files(healthy: dict[str, bytes]) -> dict[str, bytes]:
    """Make the content of each of the `PROBLEM_FILES`. Images among them follow the last one of a series."""
    studies = {study.number: study for study in STUDIES}
    cut_off = part10(instance(studies[4], 2, 25), EXPLICIT)
    no_study = instance(studies[5], 1, 3)
    del no_study.StudyInstanceUID
    private_class = instance(studies[7], 2, 21)
    private_class.SOPClassUID = _PRIVATE_CLASS
    first, second = instance(studies[6], 1, 3), instance(studies[6], 1, 3)
    second.ViewPosition = "LL"
    return {
        "DICOMDIR": part10(_directory(), EXPLICIT),
        "readme.txt": b"This archive is invented. So is everybody in it.\r\n",
        "2009/01/15/ST0001/IM0003": b"",
        "2011/export 2011.zip": _zip_file(),
        "2012/03/02/ST0004/IM0049": cut_off[: len(cut_off) // 2],
        "2013/06/18/ST0005/IM0003": part10(no_study, EXPLICIT),
        "2014/06/17/ST0006/IM0003": part10(first, IMPLICIT),
        "2015/03/02/ST0007/IM0041": part10(private_class, EXPLICIT),
        "old export/IMG_0001.DCM": healthy["2012/03/02/ST0004/IM0001"],
        "old export/IMG_0002.DCM": part10(second, IMPLICIT),
    }


def _directory() -> Dataset:
    """Make a DICOMDIR (PS3.3 F) that lists nothing."""
    directory = Dataset()
    directory.SOPClassUID = MediaStorageDirectoryStorage
    directory.SOPInstanceUID = uid("directory")
    directory.FileSetID = "PRACTICE"
    directory.OffsetOfTheFirstDirectoryRecordOfTheRootDirectoryEntity = 0
    directory.OffsetOfTheLastDirectoryRecordOfTheRootDirectoryEntity = 0
    directory.FileSetConsistencyFlag = 0
    directory.DirectoryRecordSequence = []
    return directory


def _zip_file() -> bytes:
    """Make a ZIP file with the same bytes on every system."""
    buffer = io.BytesIO()
    entry = zipfile.ZipInfo("list.txt", (2011, 12, 31, 12, 0, 0))
    entry.create_system = 3
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr(entry, "An invented list.\r\n")
    return buffer.getvalue()
