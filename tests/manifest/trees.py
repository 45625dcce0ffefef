"""A small archive for the tests of the tree and its filter, and how they find their way in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from tests.report.samples import Sample
from wizard.manifest import tree
from wizard.manifest.manifest import Manifest

ANNA = {"patient_id": "A-1", "name": "Müster, Anna"}
BERND: dict[str, Any] = {"patient_id": "B_2", "name": "Beispiel, Bernd"}
OTTO = {"patient_id": "50%", "name": "Ωmega, Otto\\Öttinger"}
IDA = {"patient_id": "", "name": "Straße, Ida"}


def grow(path: Path) -> Sample:
    """Four patients, six studies, seven series, nine images."""
    sample = Sample(path)
    images(sample, 2, "1.1", "1.1.1", "CT", "20190302", **ANNA)
    images(sample, 1, "1.1", "1.1.2", "SR", "20190302", **ANNA)
    images(sample, 1, "1.2", "1.2.1", "MR", "20200101", **ANNA)
    images(sample, 2, "2.1", "2.1.1", "CT", "20200101", **BERND)
    images(sample, 1, "2.2", "2.2.1", "", None, **BERND)
    images(sample, 1, "3.1", "3.1.1", "MR", "20211231", **OTTO)
    images(sample, 1, "4.1", "4.1.1", "CT", None, **IDA)
    sample.read()
    return sample


def images(
    sample: Sample, count: int, study: str, series: str, modality: str, date: str | None, **patient: Any
) -> None:
    for _ in range(count):
        sample.image(
            study_uid=study, series_uid=series, modality=modality, study_date=date, study_description=study, **patient
        )


def names(manifest: Manifest) -> list[str]:
    return [branch.title for branch in tree.patients(manifest)]


def branch(manifest: Manifest, *codes: str) -> tree.Branch:
    """The branch at the end of a way: patient ID, then Study Instance UID, then Series Instance UID."""
    here = next(one for one in tree.patients(manifest) if one.code == codes[0])
    for level, code in zip((tree.studies, tree.series), codes[1:]):
        here = next(one for one in level(manifest, here.id) if one.code == code)
    return here
