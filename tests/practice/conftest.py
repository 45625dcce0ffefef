"""Provide a practice PACS, empty and filled."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.practice.peer import send
from wizard.practice.archive import ANNA, ELENI, TAROU
from wizard.practice.objects import Series, Study, instance, part10
from wizard.practice.pacs import PracticePacs

CHEST = Study(1, ANNA, "20120302", "084500", "Chest", (Series("CT", "Thin", 3), Series("SR", "Report", 1)))
KNEE = Study(2, ELENI, "20190521", "173000", "Knee", (Series("MR", "T1", 2),))
HEAD = Study(3, TAROU, "20171103", "130000", "Head", (Series("CT", "Head", 1),))


@pytest.fixture
def pacs(tmp_path: Path) -> Iterator[PracticePacs]:
    with PracticePacs(tmp_path / "pacs") as running:
        yield running


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PracticePacs]:
    """Fill a PACS with the three studies above, of 4, 2 and 1 instances. It is for queries only."""
    folder = tmp_path_factory.mktemp("filled")
    files = []
    for study in (CHEST, KNEE, HEAD):
        for number, series in enumerate(study.series, 1):
            for one in range(1, series.instances + 1):
                files.append(folder / f"{study.number}-{number}-{one}")
                files[-1].write_bytes(part10(instance(study, number, one), series.transfer_syntax))
    with PracticePacs(folder / "pacs") as running:
        assert [answer.Status for answer in send(running, *files)] == [0] * 7
        yield running
