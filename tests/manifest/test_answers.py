"""Outcomes of instances that were handed out: answers, attempts, queries, and retries."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.manifest.queueing import answer, grow, hand_out, states, studies
from tests.report.samples import Sample
from wizard.manifest import in_flight, ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Outcome
from wizard.reasons import Reason
from wizard.vocabulary import Bucket


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with grow(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.fixture
def manifest(sample: Sample) -> Manifest:
    return sample.manifest


def test_an_answer_is_kept_with_its_attempt(manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 3), "copied_with_remark", 0xB000, Reason("data_changed"))
    (row,) = ledger.rows(manifest, "copied_with_remark")
    assert (row["reason_code"], row["reason_values"], row["sha256"]) == ("data_changed", "", b"x" * 32)
    assert (row["attempts"], row["status"], row["comment"], row["offending"]) == (1, 0xB000, "said", "(0008,0018)")
    (attempt,) = manifest.rows("SELECT * FROM attempt")
    assert (attempt["time"], attempt["association"], attempt["bytes"], attempt["seconds"]) == (1.0, 1001, 868, 0.5)


def test_an_outcome_without_a_hash_keeps_the_one_that_is_known(manifest: Manifest) -> None:
    tickets = hand_out(manifest, 3)
    answer(manifest, tickets, "unknown", None)
    with manifest.writing() as db:
        queue.record(db, [Outcome(Bucket.COPIED, None, None, tickets[0].entry)], [])
    (row,) = ledger.rows(manifest, "copied")
    assert row["sha256"] == b"x" * 32


def test_every_attempt_is_kept(manifest: Manifest) -> None:
    for status in (0xA700, 0xC000, None):
        answer(manifest, hand_out(manifest, 3), "pending", status)
    assert [row["status"] for row in manifest.rows("SELECT status FROM attempt ORDER BY id")] == [0xA700, 0xC000, None]


def test_what_is_answered_is_out_no_more(manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 1), "pending")
    with manifest.writing() as db:
        in_flight.settle(db)
    assert states(manifest)["1.1.1"] == ("pending", 0)
    assert len(hand_out(manifest, 1)) == 3


def test_a_failure_counts_when_the_outcome_says_so_and_at_any_time_later(manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 3), "pending", 0xA700)
    assert states(manifest)["3.1.1"] == ("pending", 0)
    answer(manifest, hand_out(manifest, 3), "pending", 0xA700, counts=1)
    assert states(manifest)["3.1.1"] == ("pending", 1)
    (ticket,) = hand_out(manifest, 3)
    assert ticket.tries == 1
    with manifest.writing() as db:
        queue.count_failures(db, [ticket.entry])
    assert states(manifest)["3.1.1"] == ("pending", 2)


def test_what_is_unknown_says_how_often_it_failed_and_the_last_answer(manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 3), "pending", 0xA700, counts=1)
    answer(manifest, hand_out(manifest, 3), "unknown", 0x0111, counts=1)
    (row,) = queue.unknown(manifest)
    assert (row["tries"], row["status"]) == (2, 0x0111)
    assert (row["study_uid"], row["series_uid"], row["sop_uid"]) == ("3", "3.1", "3.1.1")


def test_where_it_said_that_it_is_full_nothing_arrived_and_no_attempt_counts(manifest: Manifest) -> None:
    for status in (None, 0xA700, 0xA7FF, 0xC000, None):
        answer(manifest, hand_out(manifest, 3), "pending", status)
    answer(manifest, hand_out(manifest, 3), "unknown", 0xA6FF)
    (row,) = queue.unknown(manifest)
    assert row["attempts"] == 4


def test_all_that_is_unknown_is_gone_through_once_even_if_it_changes_meanwhile(tmp_path: Path) -> None:
    with Sample(tmp_path / "many.sqlite") as sample:
        for number in range(1005):
            sample.image(sop_uid=f"9.{number}")
        (study,) = studies(sample.manifest)
        hand_out(sample.manifest, study, limit=2000)
        with sample.manifest.writing() as db:
            in_flight.settle(db)
        seen = []
        for row in queue.unknown(sample.manifest):
            seen.append(row["sop_uid"])
            with sample.manifest.writing() as db:
                queue.record(
                    db, [Outcome(Bucket.COPIED if len(seen) % 2 else Bucket.UNKNOWN, None, None, row["id"])], []
                )
        assert seen == [f"9.{number}" for number in range(1005)]


# Trying again


def test_what_failed_can_be_tried_afresh(manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 1), "refused", 0xA900, Reason("rejected_content"), counts=1)
    answer(manifest, hand_out(manifest, 2, limit=1), "unknown", None, counts=1)
    answer(manifest, hand_out(manifest, 3), "copied", counts=1)
    queue.retry_failed(manifest)
    found = states(manifest)
    assert [found[uid] for uid in ("1.1.1", "1.1.2", "1.1.3")] == [("pending", 0)] * 3
    assert found["2.1.1"] == ("unknown", 0)
    assert found["3.1.1"] == ("copied", 1)
    assert {(row["reason_code"], row["reason_values"], row["put_off"]) for row in ledger.rows(manifest, "pending")} == {
        ("", "", 0)
    }


@pytest.mark.parametrize("bucket", ["copied", "copied_with_remark", "already_there"])
def test_what_the_destination_does_not_have_can_be_sent_again(bucket: str, manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 1), bucket, counts=1)
    with manifest.writing() as db:
        db.execute("UPDATE entry SET named = sop_uid <> '1.1.2', grade = 'A' WHERE bucket = ?", (bucket,))
    answer(manifest, hand_out(manifest, 2), bucket)  # these were not asked about
    assert queue.retry_missing(manifest) == 1
    assert states(manifest)["1.1.2"] == ("pending", 0)
    assert states(manifest)["1.1.1"] == (bucket, 1)
    assert manifest.value("SELECT grade FROM entry WHERE sop_uid = '1.1.2'") == "E"
    assert queue.retry_missing(manifest) == 0


@pytest.mark.parametrize("bucket", ["refused", "damaged", "conflict", "unknown"])
def test_what_was_never_taken_is_not_missing_in_that_sense(bucket: str, manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 1), bucket)
    with manifest.writing() as db:
        db.execute("UPDATE entry SET named = 0 WHERE bucket = ?", (bucket,))
    assert queue.retry_missing(manifest) == 0


@pytest.mark.parametrize("bucket", ["copied", "unknown", "pending"])
def test_an_answer_forgets_what_was_confirmed_before(bucket: str, manifest: Manifest) -> None:
    with manifest.writing() as db:
        db.execute("UPDATE entry SET named = 1, grade = 'A'")
    answer(manifest, hand_out(manifest, 3), bucket)
    (row,) = [row for row in ledger.rows(manifest) if row["sop_uid"] == "3.1.1"]
    assert (row["named"], row["grade"]) == (None, "E")


def test_a_study_can_be_sent_before_all_others_and_in_its_turn_again(manifest: Manifest) -> None:
    queue.copy_first(manifest, [3, 2])
    assert studies(manifest) == [2, 3, 1]
    queue.copy_first(manifest, [2], first=False)
    assert studies(manifest) == [3, 1, 2]
