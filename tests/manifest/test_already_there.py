"""The queries before sending have all that waits, page by page, while the pages before are changed."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample
from wizard.manifest import already_there, tree
from wizard.reasons import Reason


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.mark.parametrize("changed", [False, True])
def test_every_page_is_short_and_every_instance_is_on_one_of_them(changed: bool, sample: Sample) -> None:
    ids = {sample.image(series_uid="1.2.3.1" if number < 510 else f"1.2.{number}") for number in range(1030)}
    sample.read()
    seen: list[int] = []
    for page in already_there.pages(sample.manifest):
        assert len(page.entries) <= 500
        assert set(page.entries) == {
            row[0]
            for entry in page.entries.values()
            for row in sample.manifest.rows(
                "SELECT sop_uid FROM entry JOIN series ON series.id = series WHERE entry.id = ? AND series_uid = ?",
                (entry, page.series_uid),
            )
        }
        seen += page.entries.values()
        if changed:
            already_there.found(sample.manifest, list(page.entries.values()))
    assert set(seen) == ids and len(seen) == 1030
    assert already_there.count(sample.manifest) == (0 if changed else 1030)


def test_only_what_waits_and_is_chosen_is_asked_about(sample: Sample) -> None:
    waiting = sample.image()
    for bucket in ("damaged", "held_back", "conflict", "duplicate", "refused", "copied", "unknown", "changed"):
        sample.image(bucket)
    unticked = sample.image(study_uid="1.9", series_uid="1.9.1")
    last, never = sample.image(), sample.image()
    doubtful = sample.image(sop_uid="1.5")
    sample.image("conflict", sop_uid="1.5")
    sample.read()
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET lane = 1 WHERE id = ?", (last,))
        db.execute("UPDATE entry SET lane = 2 WHERE id = ?", (never,))
    study = sample.manifest.value("SELECT id FROM study WHERE study_uid = '1.9'")
    tree.tick(sample.manifest, "study", study, False)
    found = [entry for page in already_there.pages(sample.manifest) for entry in page.entries.values()]
    assert found == [waiting, last]
    assert already_there.count(sample.manifest) == 2
    assert doubtful not in found and unticked not in found
    tree.tick(sample.manifest, "study", study, True)
    assert [list(page.entries.values()) for page in already_there.pages(sample.manifest, study)] == [[unticked]]
    assert already_there.count(sample.manifest, study) == 1


def test_it_is_written_why_the_image_is_not_copied(sample: Sample) -> None:
    already_there.found(sample.manifest, [sample.image()])
    (row,) = sample.manifest.rows("SELECT bucket, reason_code, reason_values FROM entry")
    assert tuple(row) == ("already_there", "found_before", "")
    assert Reason("found_before").outcome == row["bucket"]


def test_what_does_not_wait_any_more_is_left_as_it_is(sample: Sample) -> None:
    entry = sample.image("unknown")
    already_there.found(sample.manifest, [entry])
    assert sample.manifest.value("SELECT bucket FROM entry WHERE id = ?", (entry,)) == "unknown"


def test_a_page_is_found_through_the_index(sample: Sample) -> None:
    sample.read()
    with sample.manifest.writing() as db:
        plan = " / ".join(row[3] for row in db.execute(f"EXPLAIN QUERY PLAN {already_there._ENTRIES}", (1, 0, 0)))
    assert "entry_by_bucket (bucket=? AND series=? AND lane=? AND rowid>?)" in plan, plan
    assert "TEMP B-TREE" not in plan, "sorting would read all of a series for every page"
