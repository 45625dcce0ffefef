"""The files of some buckets for the screen: the right ones, with the last answer, and found without a long search."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample, troubled
from wizard.manifest import files, ledger
from wizard.manifest.manifest import Manifest


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as one:
        yield one


def names(rows: list[sqlite3.Row]) -> set[bytes]:
    return {row["folder_path"] + b"/" + row["file_name"] for row in rows}


@pytest.mark.parametrize("bucket", ledger.BUCKETS)
def test_each_bucket_has_the_files_that_the_ledger_counts_in_it(sample: Sample, bucket: str) -> None:
    rows = files.first(sample.manifest, [bucket], 500)
    assert len(rows) == ledger.balance(sample.manifest).buckets[bucket]
    assert {row["final_bucket"] for row in rows} <= {bucket}


def test_several_buckets_together_and_no_more_than_asked_for(sample: Sample) -> None:
    both = files.first(sample.manifest, ["conflict", "damaged"], 500)
    assert [row["final_bucket"] for row in both].count("conflict") == 2
    assert len(both) == 3
    assert len(files.first(sample.manifest, ["copied", "conflict"], 2)) == 2


def test_the_last_answer_to_a_file_is_given_with_it(sample: Sample) -> None:
    (row,) = files.first(sample.manifest, ["refused"], 500)
    assert (row["status"], row["comment"], row["offending"]) == (0xA900, "no such class", "(0008,0016)")
    assert (row["reason_code"], row["reason_values"]) == ("rejected_content", "")


@pytest.mark.parametrize(
    ("text", "bucket", "found"),
    [
        ("CUT", "damaged", 1),  # its name
        ("disc", "damaged", 1),  # its folder
        ("disc", "conflict", 0),
        ("permission", "unreadable", 1),  # a value of the reason
        ("cut_off", "damaged", 0),  # a code is no text of the file
        ("foreign", "unreadable", 0),  # nor is the mark of a value,
        ("why", "unreadable", 0),  # nor its name
        ("9.77", "conflict", 2),  # the SOP Instance UID
        ("BEISPIEL", "refused", 1),  # the patient
        ("such class", "refused", 1),  # the comment of the new PACS
        ("nobody of this name", "copied", 0),
        ("%", "copied", 0),  # no wildcard
        ("_", "copied", 0),
        ("\\", "copied", 0),
    ],
)
def test_a_text_is_found_in_what_is_known_of_a_file(sample: Sample, text: str, bucket: str, found: int) -> None:
    assert len(files.first(sample.manifest, [bucket], 500, text)) == found


@pytest.mark.parametrize(
    ("codes", "text", "bucket", "found"),
    [
        (["cut_off"], "no such text", "damaged", 1),
        (["cut_off"], "disc", "damaged", 1),  # once, although both are found
        (["full", "conflict"], "no such text", "conflict", 2),
        (["full"], "no such text", "conflict", 0),
        (["full", "rejected_content"], "no such text", "refused", 1),  # the last answer
        (["unticked"], "no such text", "left_out", 1),  # only the ledger says so
        (["found_before"], "no such text", "copied", 0),
    ],
)
def test_a_file_is_found_by_the_code_of_its_reason(
    codes: list[str], text: str, bucket: str, found: int, sample: Sample
) -> None:
    assert len(files.first(sample.manifest, [bucket], 500, text, codes=codes)) == found


def test_a_file_is_found_by_what_was_found_in_its_row(sample: Sample) -> None:
    told = files.told(sample.manifest, ["damaged", "conflict", "left_out", "copied"])
    assert len(set(told)) == len(told) and {one.bucket for one in told} == {"damaged", "conflict", "left_out", "copied"}
    for one in told:
        rows = files.first(sample.manifest, [one.bucket], 500, "no such text", ["cut"], [one])
        assert rows
        for row in rows:
            found = (row["final_bucket"], row["reason_code"] or "", row["reason_values"] or "")
            assert found == tuple(one)
    many = [files.Told("refused", "full", str(number)) for number in range(3000)]
    assert files.first(sample.manifest, ["refused"], 500, "no such text", outcomes=many) == []


def test_a_patient_is_found_in_capital_and_small_letters_of_any_script(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image("damaged", name="Müsterli, Jörg")
        sample.image("damaged", name="Παράδειγμα, Ελένη")
        sample.read()
        assert len(files.first(sample.manifest, ["damaged"], 9, "MÜSTERLI")) == 1
        assert len(files.first(sample.manifest, ["damaged"], 9, "ελένη")) == 1


@pytest.mark.parametrize("text", ["", "muster"])
def test_only_the_files_of_the_bucket_are_looked_at_and_nothing_is_sorted(
    sample: Sample, monkeypatch: pytest.MonkeyPatch, text: str
) -> None:
    plans: list[str] = []
    really = Manifest.rows

    def explain(self: Manifest, sql: str, parameters: tuple[object, ...] = ()) -> Iterator[sqlite3.Row]:
        plans.extend(row[3] for row in really(self, "EXPLAIN QUERY PLAN " + sql, parameters))
        return iter(())

    monkeypatch.setattr(Manifest, "rows", explain)
    files.first(sample.manifest, ["refused", "damaged"], 500, text)
    assert plans[0].startswith("SEARCH") and "entry_by_bucket" in plans[0]
    assert not [plan for plan in plans if plan.startswith("SCAN") or "TEMP B-TREE" in plan]
