"""Opens and reads one source file, and describes it as an entry of the manifest."""

from __future__ import annotations

import functools
import os
import stat

from wizard.dicom import text
from wizard.dicom.header import Header, read_header
from wizard.dicom.structure import FileBytes
from wizard.engine.files import paths, readonly
from wizard.engine.files.walk import File
from wizard.errors import why
from wizard.language.json_form import values_as_json, values_from_json
from wizard.language.message import Message
from wizard.manifest.entry import Entry, Place
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

_DESCRIBED = (
    *("PatientID", "IssuerOfPatientID", "PatientName", "PatientBirthDate", "PatientSex"),
    *("StudyInstanceUID", "StudyDate", "StudyTime", "AccessionNumber", "StudyDescription", "InstitutionName"),
    *("SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDescription", "SpecificCharacterSet"),
)
"""The attributes that place an instance in the tree; nearly always the same for all of a series."""

# An entry holds plain texts: it may go to another process, and marshal knows no others.
_NOTHING = ("", "", "")
_PENDING, _NOT_DICOM, _UNREADABLE = map(str, (Bucket.PENDING, Bucket.NOT_DICOM, Bucket.UNREADABLE))


def read(folder: int, path: bytes, file: File) -> Entry:
    """Open one file and describe it.

    Parameters
    ----------
    folder : int
        The row number of its folder.
    path : bytes
        The path of the file.
    file : File
        The file as the walk listed it.
    """
    if file.oddity:
        return Entry(folder, file.name, file.size, file.mtime_ns, _NOT_DICOM, file.oddity)
    if file.error:
        return without_status(folder, file)
    try:
        descriptor = readonly.open_source(path)
        try:
            status = os.fstat(descriptor)
            if not stat.S_ISREG(status.st_mode):
                raise OSError(Message("it is not an ordinary file any more"))
            header = read_header(FileBytes(descriptor, status.st_size))
        finally:
            os.close(descriptor)
    except OSError as error:
        return unreadable(folder, file, error)
    return _entry(folder, file, header)


def look(path: bytes, name: bytes) -> File:
    """Look at a file again: its size and time now."""
    try:
        status = os.stat(paths.system_path(path), follow_symlinks=False)
    except OSError as error:
        return File(name, 0, 0, error=values_as_json({"why": why(error)}))
    return File(name, status.st_size, status.st_mtime_ns)


def unreadable(folder: int, file: File, error: OSError) -> Entry:
    """The entry of a file that could not be read."""
    return without_status(folder, file._replace(error=values_as_json({"why": why(error)})))


def without_status(folder: int, file: File) -> Entry:
    """The entry of a file about which the system reported an error."""
    reason = Reason("unreadable", **values_from_json(file.error))
    return Entry(folder, file.name, file.size, file.mtime_ns, _UNREADABLE, *reason.stored)


def _entry(folder: int, file: File, header: Header) -> Entry:
    name, size, mtime_ns = file.name, file.size, file.mtime_ns
    values = header.values
    if header.problem is not None:
        reason = header.problem.reason
        outcome = (str(reason.outcome), *reason.stored)
        found = (str(header.problem.topic), *reason.stored) if header.problem.topic else _NOTHING
        if not values:
            return Entry(
                *(folder, name, size, mtime_ns, *outcome),
                topic=found[0],
                finding_code=found[1],
                finding_values=found[2],
                references=header.references,
            )
    elif header.remark is not None:
        outcome, found = (_PENDING, "", ""), (str(header.remark.topic or ""), *header.remark.reason.stored)
    else:
        outcome, found = (_PENDING, "", ""), _NOTHING
    place, kind = _place(*map(values.get, _DESCRIBED)), (header.uid("SOPClassUID"), header.transfer_syntax)
    sop_uid, number = header.uid("SOPInstanceUID") or None, header.text("InstanceNumber")
    frames = _number(header.text("NumberOfFrames")) if "NumberOfFrames" in values else 1
    of_file = (folder, name, size, mtime_ns, *outcome)
    return Entry(*of_file, place, kind, sop_uid, header.offset, number, frames, *found, header.references)


@functools.lru_cache(1024)
def _place(*raw: bytes | None) -> Place | None:
    """The place of the instance in the tree; None when it names no study or no series."""
    values = {keyword: value or b"" for keyword, value in zip(_DESCRIBED, raw)}
    header = Header(values=values)
    if not (header.uid("StudyInstanceUID") and header.uid("SeriesInstanceUID")):
        return None
    return Place(
        patient_id=header.text("PatientID"),
        issuer=header.text("IssuerOfPatientID"),
        name=text.person_name(header.text("PatientName")),
        birth_date=header.text("PatientBirthDate"),
        sex=header.text("PatientSex"),
        study_uid=header.uid("StudyInstanceUID"),
        study_date=text.day(values["StudyDate"]),
        study_time=header.text("StudyTime"),
        accession=header.text("AccessionNumber"),
        study_description=header.text("StudyDescription"),
        institution=header.text("InstitutionName"),
        series_uid=header.uid("SeriesInstanceUID"),
        modality=header.text("Modality"),
        series_number=header.text("SeriesNumber"),
        series_description=header.text("SeriesDescription"),
    )


def _number(value: str) -> int:
    return int(value) if value.isdecimal() and len(value) < 10 else 1
