"""One entry of the manifest, as reading hands it over. It imports no other module, so that it loads in no time."""

from __future__ import annotations

from typing import NamedTuple, Sequence


class Place(NamedTuple):
    """Patient, study and series of an instance; the fields are columns of these tables."""

    patient_id: str
    issuer: str
    name: str
    birth_date: str
    sex: str
    study_uid: str
    study_date: str | None
    study_time: str
    accession: str
    study_description: str
    series_uid: str
    modality: str
    series_number: str
    series_description: str
    institution: str = ""


class Entry(NamedTuple):
    """One file as it was read. `kind` is (SOP class UID, transfer syntax UID); reason and finding are as stored."""

    folder: int
    name: bytes
    size: int
    mtime_ns: int
    bucket: str
    reason_code: str = ""
    reason_values: str = ""
    place: Place | None = None
    kind: tuple[str, str] | None = None
    sop_uid: str | None = None
    dataset_offset: int | None = None
    instance_number: str = ""
    frames: int = 1
    topic: str = ""
    finding_code: str = ""
    finding_values: str = ""
    references: Sequence[str] = ()
