"""The study that is tried first shows something, is soon copied, and has nothing odd about it."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.report.samples import PLACE, Sample
from wizard.manifest import queue, study_order, tree


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


def study(sample: Sample, uid: str, count: int, **place: Any) -> list[int]:
    return [sample.image(study_uid=uid, series_uid=f"{uid}.1", **place) for _ in range(count)]


def tried(sample: Sample) -> str | None:
    """The Study Instance UID of the one that is tried; always the same."""
    found = {study_order.study_to_try(sample.manifest) for _ in range(3)}
    (row,) = found
    uid: str | None = sample.manifest.value("SELECT study_uid FROM study WHERE id = ?", (row,))
    return uid


def usual(sample: Sample) -> None:
    """Something to be preferred: a small, whole, dated study; CT is the commonest, whatever a test adds."""
    study(sample, "1.30", 30)
    study(sample, "1.10", 10)
    study(sample, "1.20", 20)


def test_the_smallest_of_the_ordinary_ones_is_tried(sample: Sample) -> None:
    usual(sample)
    sample.read()
    assert tried(sample) == "1.10"


@pytest.mark.parametrize(
    ("count", "place"),
    [(1, {}), (51, {}), (5, {"modality": "US"}), (5, {"study_date": None})],
    ids=["one image", "many images", "another modality", "no date"],
)
def test_others_are_passed_over_while_there_is_an_ordinary_one(
    count: int, place: dict[str, Any], sample: Sample
) -> None:
    study(sample, "1.1", count, **place)
    usual(sample)
    sample.read()
    assert tried(sample) == "1.10"
    for uid in ("1.10", "1.20", "1.30"):
        row = sample.manifest.value("SELECT id FROM study WHERE study_uid = ?", (uid,))
        tree.tick(sample.manifest, "study", row, False)
    assert tried(sample) == "1.1", "but it is better than none"


@pytest.mark.parametrize("bucket", ["damaged", "held_back", "conflict", "copied", "refused", "unknown", "changed"])
def test_a_study_with_anything_else_in_it_is_passed_over(bucket: str, sample: Sample) -> None:
    study(sample, "1.1", 5)
    sample.image(bucket, study_uid="1.1", series_uid="1.1.2")
    usual(sample)
    sample.read()
    assert tried(sample) == "1.10"


def test_a_file_that_is_there_twice_spoils_nothing(sample: Sample) -> None:
    study(sample, "1.1", 5)
    sample.image("duplicate", study_uid="1.1", series_uid="1.1.1")
    usual(sample)
    sample.read()
    assert tried(sample) == "1.1"


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE series SET ticked = 0 WHERE series_uid = '1.1.2'",
        "UPDATE series SET shown = 0 WHERE series_uid = '1.1.2'",
        "UPDATE entry SET lane = 1 WHERE sop_uid = '1.1.2.1'",
        "UPDATE entry SET lane = 2 WHERE sop_uid = '1.1.2.1'",
    ],
)
def test_a_study_that_does_not_go_as_a_whole_is_passed_over(sql: str, sample: Sample) -> None:
    study(sample, "1.1", 5)
    sample.image(study_uid="1.1", series_uid="1.1.2", sop_uid="1.1.2.1")
    usual(sample)
    sample.read()
    assert tried(sample) == "1.1"
    with sample.manifest.writing() as db:
        db.execute(sql)
    assert tried(sample) == "1.10"


def test_a_study_of_a_kind_that_the_new_pacs_does_not_take_is_passed_over(sample: Sample) -> None:
    kind = ("1.3.12.2.1107.5.9.1", "1.2.840.10008.1.2")
    place = PLACE._replace(study_uid="1.1", series_uid="1.1.1")
    for number in range(3):
        sample.file("pending", place=place, kind=kind, sop_uid=f"1.1.1.{number}", dataset_offset=132)
    usual(sample)
    sample.read()
    assert tried(sample) == "1.1"
    with sample.manifest.writing() as db:
        queue.negotiated(db, *kind, 3)
    assert tried(sample) == "1.10"


def test_where_nothing_waits_there_is_nothing_to_try(sample: Sample) -> None:
    assert tried(sample) is None
    sample.image("copied")
    sample.image("damaged", study_uid="1.8", series_uid="1.8.1")
    sample.image(study_uid="1.9", series_uid="1.9.1")
    sample.read()
    tree.tick_all(sample.manifest, False)
    assert tried(sample) is None
