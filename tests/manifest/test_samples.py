"""The sample that is read back: picked fairly among what arrived, and every image of it accounted for."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any, Iterator

import pytest

from tests.report.samples import Sample
from wizard.manifest import samples
from wizard.manifest.samples import SamplesSummary
from wizard.reasons import Reason
from wizard.vocabulary import ReadBack


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        yield sample


def copied(sample: Sample, count: int, **fields: Any) -> list[int]:
    entries = [sample.image(**fields) for _ in range(count)]
    for entry in entries:
        sample.answered(entry)
    return entries


def test_before_anything_was_read_back_there_is_nothing_to_say(sample: Sample) -> None:
    copied(sample, 2)
    assert samples.summary(sample.manifest) is None
    assert list(samples.results(sample.manifest)) == []


def test_only_what_the_destination_took_or_had_is_picked(sample: Sample) -> None:
    (took,) = copied(sample, 1)
    remarked, there = sample.image(), sample.image("already_there")
    sample.answered(remarked, 0xB007, "copied_with_remark")
    for bucket in ("pending", "duplicate", "conflict", "held_back", "damaged", "refused", "unknown", "changed"):
        sample.image(bucket)
    sample.file()
    assert {one.entry for one in samples.pick(sample.manifest, 100)} == {took, remarked, there}


def test_what_is_needed_to_fetch_and_to_compare_comes_with_it(sample: Sample) -> None:
    (entry,) = copied(sample, 1, path=b"/archive/a/b.dcm", sop_uid="1.2.3", series_uid="1.2", study_uid="1")
    (one,) = samples.pick(sample.manifest, 1)
    sha256 = sample.manifest.value("SELECT sha256 FROM entry")
    assert one == (
        *(entry, b"/archive/a", b"b.dcm", 1000, 0, 132, sha256, "1.2.3"),
        *("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.1.2", "1", "1.2"),
    )


def test_one_file_of_each_identity_is_picked(sample: Sample) -> None:
    copied(sample, 3, sop_uid="1.2.3")
    copied(sample, 2)
    uids = Counter(one.sop_uid for one in samples.pick(sample.manifest, 100))
    assert len(uids) == 3
    assert set(uids.values()) == {1}


def test_each_image_has_the_same_chance(sample: Sample) -> None:
    entries = copied(sample, 10)
    picked: Counter[int] = Counter()
    for _ in range(200):
        sampled = samples.pick(sample.manifest, 3)
        assert len(sampled) == 3
        picked.update(one.entry for one in sampled)
    # 60 of each are expected; that one is beyond 6 standard deviations happens once in a hundred million runs.
    assert set(picked) == set(entries)
    assert max(abs(count - 60) for count in picked.values()) < 40


def test_what_was_not_compared_yet_is_not_checked(sample: Sample) -> None:
    copied(sample, 3)
    one, other, _ = samples.pick(sample.manifest, 3)
    samples.record(sample.manifest, one.entry, ReadBack.IDENTICAL, None)
    samples.record(sample.manifest, other.entry, ReadBack.DIFFERENT, Reason("differs", attributes=("Rows",)))
    assert samples.summary(sample.manifest) == SamplesSummary(3, 1, 0, 1, 1)
    rows = [(row["result"], row["reason_code"], row["reason_values"]) for row in samples.results(sample.manifest)]
    assert rows == [
        ("different", *Reason("differs", attributes=("Rows",)).stored),
        ("not_checked", "not_read_back_yet", ""),
        ("identical", "", ""),
    ]
    assert Reason("not_read_back_yet").outcome == "not_checked"


def test_a_new_sample_replaces_the_one_before(sample: Sample) -> None:
    copied(sample, 5)
    for one in samples.pick(sample.manifest, 5):
        samples.record(sample.manifest, one.entry, ReadBack.SAME_VALUES, None)
    assert samples.summary(sample.manifest) == SamplesSummary(5, 0, 5, 0, 0)
    samples.pick(sample.manifest, 2)
    assert samples.summary(sample.manifest) == SamplesSummary(2, 0, 0, 0, 2)


def test_a_sample_of_nothing_is_one_all_the_same(sample: Sample) -> None:
    sample.image()
    assert samples.pick(sample.manifest, 5) == []
    assert samples.summary(sample.manifest) == SamplesSummary(0, 0, 0, 0, 0)


def test_the_files_are_named(sample: Sample) -> None:
    copied(sample, 1, path=b"/archive/a/\xff.dcm", sop_uid="1.2.3")
    samples.pick(sample.manifest, 1)
    (row,) = samples.results(sample.manifest)
    assert (row["folder_path"], row["file_name"], row["sop_uid"]) == (b"/archive/a", b"\xff.dcm", "1.2.3")
