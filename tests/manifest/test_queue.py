"""What is handed out to be sent, and what becomes of it."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import CT, IMPLICIT, Sample
from wizard.manifest import ledger, queue, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome, Ticket

MR = "1.2.840.10008.5.1.4.1.1.4"


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    """Two studies with three images each, of which one is MR, and a third study with one."""
    with Sample(tmp_path / "m.sqlite") as sample:
        for study in ("1", "2"):
            for number in ("1", "2", "3"):
                sample.image(study_uid=study, series_uid=study + ".1", sop_uid=f"{study}.1.{number}")
        sample.image(study_uid="3", series_uid="3.1", sop_uid="3.1.1", patient_id="X", name="Beispiel, Bernd")
        sample.read()
        with sample.manifest.writing() as db:
            mr = db.execute("INSERT INTO kind (sop_class, transfer_syntax) VALUES (?, ?)", (MR, IMPLICIT)).lastrowid
            db.execute("UPDATE entry SET kind = ? WHERE sop_uid IN ('1.1.3', '2.1.3')", (mr,))
        yield sample


@pytest.fixture
def manifest(sample: Sample) -> Manifest:
    return sample.manifest


def claim(
    manifest: Manifest, study: int, after: int = 0, limit: int = 100, *, only: str = "", lane: int = 0
) -> list[Ticket]:
    kinds = [kind.id for kind in queue.kinds(manifest) if only in (kind.sop_class, "")]
    with manifest.writing() as db:
        return queue.claim(db, study, after, kinds, limit, lane)


def uids(tickets: list[Ticket]) -> list[str]:
    return [ticket.sop_uid for ticket in tickets]


def states(manifest: Manifest) -> dict[str, tuple[str, int]]:
    return {row["sop_uid"]: (row["bucket"], row["tries"]) for row in ledger.rows(manifest)}


def answer(manifest: Manifest, tickets: list[Ticket], bucket: str, status: int | None = 0, reason: str = "") -> None:
    with manifest.writing() as db:
        queue.record(
            db,
            [Outcome(bucket, reason, "you", b"x" * 32, ticket.entry) for ticket in tickets],
            [Attempt(ticket.entry, 1.0, 1001, status, "said", "(0008,0018)", 868, 0.5) for ticket in tickets],
        )


# Handing out


def test_a_ticket_holds_all_that_sending_needs(manifest: Manifest) -> None:
    first = claim(manifest, 1)[0]
    assert (first.folder, first.name) == (b"/archive", b"000001")
    assert (first.size, first.mtime_ns, first.offset) == (1000, 0, 132)
    assert (first.sop_uid, first.sop_class, first.transfer_syntax, first.tries) == ("1.1.1", CT, IMPLICIT, 0)


def test_what_is_handed_out_is_unknown_at_once_and_was_tried_once_more(manifest: Manifest) -> None:
    assert uids(claim(manifest, 1, limit=2)) == ["1.1.1", "1.1.2"]
    assert states(manifest)["1.1.1"] == ("unknown", 1)
    assert states(manifest)["1.1.3"] == ("pending", 0)
    row = next(ledger.rows(manifest, "unknown"))
    assert row["reason"] == queue.BEING_SENT
    assert queue.waiting(manifest) == (5, 5 * 868)


def test_what_was_handed_out_when_the_program_died_is_still_unknown(sample: Sample) -> None:
    claim(sample.manifest, 2)
    sample.manifest.close()
    with Manifest(sample.manifest.path) as again:
        assert [row["sop_uid"] for row in queue.unknown(again)] == ["2.1.1", "2.1.2", "2.1.3"]
        assert ledger.balance(again).buckets["copied"] == 0


def test_nothing_is_handed_out_twice(manifest: Manifest) -> None:
    first = claim(manifest, 1, limit=2)
    assert uids(claim(manifest, 1)) == ["1.1.3"]
    assert claim(manifest, 1) == []
    answer(manifest, first, "copied")
    assert claim(manifest, 1) == []


def test_handing_out_goes_on_behind_a_place_so_that_a_round_sends_each_once(manifest: Manifest) -> None:
    first = claim(manifest, 1, limit=2)
    answer(manifest, first, "pending", 0xA700, "full")
    assert uids(claim(manifest, 1, after=first[-1].entry)) == ["1.1.3"]
    assert uids(claim(manifest, 1)) == ["1.1.1", "1.1.2"]


def test_only_the_study_and_the_kinds_that_are_asked_for_are_handed_out(manifest: Manifest) -> None:
    assert uids(claim(manifest, 1, only=MR)) == ["1.1.3"]
    assert uids(claim(manifest, 2, only=CT)) == ["2.1.1", "2.1.2"]
    assert uids(claim(manifest, 2, only="1.2.3")) == []
    with manifest.writing() as db:
        assert queue.claim(db, 2, 0, [], 10) == []


def test_what_never_left_is_given_back_as_if_it_had_not_been_handed_out(manifest: Manifest) -> None:
    before = states(manifest)
    tickets = claim(manifest, 1)
    with manifest.writing() as db:
        queue.give_back(db, tickets)
    assert states(manifest) == before
    assert queue.waiting(manifest) == (7, 7 * 868)
    assert uids(claim(manifest, 1)) == ["1.1.1", "1.1.2", "1.1.3"]


def test_studies_come_in_the_order_of_the_archive_and_only_while_something_waits(manifest: Manifest) -> None:
    assert queue.studies(manifest) == [1, 2, 3]
    answer(manifest, claim(manifest, 2), "copied")
    assert queue.studies(manifest) == [1, 3]
    tree.tick(manifest, "study", 1, False)
    assert queue.studies(manifest) == [3]


def test_kinds_are_counted_of_what_waits_and_is_chosen(manifest: Manifest) -> None:
    assert {(kind.sop_class, kind.count) for kind in queue.kinds(manifest)} == {(CT, 5), (MR, 2)}
    tree.tick(manifest, "study", 1, False)
    answer(manifest, claim(manifest, 3), "copied")
    assert {(kind.sop_class, kind.count) for kind in queue.kinds(manifest)} == {(CT, 2), (MR, 1)}
    assert queue.all_kinds(manifest) == [(CT, IMPLICIT), (MR, IMPLICIT)]


def test_what_cannot_be_sent_makes_no_kind(sample: Sample) -> None:
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET bucket = 'damaged' WHERE sop_uid IN ('1.1.3', '2.1.3')")
    assert queue.all_kinds(sample.manifest) == [(CT, IMPLICIT)]


def test_what_the_destination_said_of_a_kind_is_kept(manifest: Manifest) -> None:
    assert {kind.result for kind in queue.kinds(manifest)} == {None}
    with manifest.writing() as db:
        queue.negotiated(db, MR, IMPLICIT, 3)
        queue.negotiated(db, "1.2.3", IMPLICIT, 4)  # was only offered
    assert {kind.sop_class: kind.result for kind in queue.kinds(manifest)} == {CT: None, MR: 3}


def test_a_study_is_named_as_people_name_it(manifest: Manifest) -> None:
    assert queue.study_words(manifest, 1) == "Muster, Anna · 2019-03-02 · CT thorax"
    assert queue.study_words(manifest, 99) == ""


# Lanes


def move(manifest: Manifest, lane: int, *uids: str) -> None:
    with manifest.writing() as db:
        db.executemany("UPDATE entry SET lane = ? WHERE sop_uid = ?", [(lane, uid) for uid in uids])


def test_each_lane_is_handed_out_by_itself(manifest: Manifest) -> None:
    move(manifest, 1, "1.1.2", "3.1.1")
    assert uids(claim(manifest, 1)) == ["1.1.1", "1.1.3"]
    assert uids(claim(manifest, 1, lane=1)) == ["1.1.2"]


def test_what_waits_is_counted_for_one_lane_or_for_both(manifest: Manifest) -> None:
    move(manifest, 1, "1.1.3", "3.1.1")
    assert [queue.waiting(manifest, lane) for lane in (None, *queue.LANES)] == [
        (7, 7 * 868),
        (5, 5 * 868),
        (2, 2 * 868),
    ]
    assert [queue.studies(manifest, lane) for lane in (None, *queue.LANES)] == [[1, 2, 3], [1, 2], [1, 3]]
    counts = [sum(kind.count for kind in queue.kinds(manifest, lane)) for lane in (None, *queue.LANES)]
    assert counts == [7, 5, 2]


def test_what_is_left_out_by_decision_is_in_no_lane(manifest: Manifest) -> None:
    move(manifest, 2, "3.1.1")
    assert queue.waiting(manifest)[0] == 6
    assert queue.studies(manifest) == [1, 2]
    assert [claim(manifest, 3, lane=lane) for lane in queue.LANES] == [[], []]


# Answers


def test_an_answer_is_kept_with_its_attempt(manifest: Manifest) -> None:
    answer(manifest, claim(manifest, 3), "copied_with_remark", 0xB000, "changed")
    (row,) = ledger.rows(manifest, "copied_with_remark")
    assert (row["reason"], row["who"], row["sha256"]) == ("changed", "you", b"x" * 32)
    assert (row["attempts"], row["status"], row["comment"], row["offending"]) == (1, 0xB000, "said", "(0008,0018)")
    (attempt,) = manifest.rows("SELECT * FROM attempt")
    assert (attempt["time"], attempt["association"], attempt["bytes"], attempt["seconds"]) == (1.0, 1001, 868, 0.5)


def test_an_outcome_without_a_hash_keeps_the_one_that_is_known(manifest: Manifest) -> None:
    tickets = claim(manifest, 3)
    answer(manifest, tickets, "unknown", None)
    with manifest.writing() as db:
        queue.record(db, [Outcome("copied", "", "", None, tickets[0].entry)], [])
    (row,) = ledger.rows(manifest, "copied")
    assert row["sha256"] == b"x" * 32


def test_every_attempt_is_kept(manifest: Manifest) -> None:
    for status in (0xA700, 0xC000, None):
        answer(manifest, claim(manifest, 3), "pending", status)
    assert [row["status"] for row in manifest.rows("SELECT status FROM attempt ORDER BY id")] == [0xA700, 0xC000, None]


def test_what_is_unknown_says_how_often_it_was_tried_and_the_last_answer(manifest: Manifest) -> None:
    answer(manifest, claim(manifest, 3), "pending", 0xA700)
    answer(manifest, claim(manifest, 3), "unknown", 0x0111)
    (row,) = queue.unknown(manifest)
    assert (row["tries"], row["status"]) == (2, 0x0111)
    assert (row["study_uid"], row["series_uid"], row["sop_uid"]) == ("3", "3.1", "3.1.1")


def test_all_that_is_unknown_is_gone_through_once_even_if_it_changes_meanwhile(tmp_path: Path) -> None:
    with Sample(tmp_path / "many.sqlite") as sample:
        for number in range(1005):
            sample.image(sop_uid=f"9.{number}")
        (study,) = queue.studies(sample.manifest)
        claim(sample.manifest, study, limit=2000)
        seen = []
        for row in queue.unknown(sample.manifest):
            seen.append(row["sop_uid"])
            with sample.manifest.writing() as db:
                queue.record(db, [Outcome("copied" if len(seen) % 2 else "unknown", "", "", None, row["id"])], [])
        assert seen == [f"9.{number}" for number in range(1005)]


# Trying again


def test_what_was_put_off_every_time_is_refused_and_the_rest_stays(manifest: Manifest) -> None:
    answer(manifest, claim(manifest, 1, limit=1), "pending", 0xA700, "full")
    answer(manifest, claim(manifest, 2, limit=1), "pending", 0xA700, "full")
    tree.tick(manifest, "study", 2, False)
    queue.give_up_pending_with_reason(manifest, "somebody")
    (refused,) = ledger.rows(manifest, "refused")
    assert (refused["sop_uid"], refused["reason"], refused["who"]) == ("1.1.1", "full", "somebody")
    assert ledger.balance(manifest).buckets["pending"] == 3
    assert ledger.balance(manifest).buckets["left_out"] == 3


def test_one_lane_is_given_up_at_a_time(manifest: Manifest) -> None:
    move(manifest, 1, "1.1.2")
    answer(manifest, claim(manifest, 1, limit=1), "pending", 0xA700, "full")
    answer(manifest, claim(manifest, 1, lane=1), "pending", 0xA700, "full")
    queue.give_up_pending_with_reason(manifest, "somebody", 0)
    assert [row["sop_uid"] for row in ledger.rows(manifest, "refused")] == ["1.1.1"]
    queue.give_up_pending_with_reason(manifest, "somebody", 1)
    assert [row["sop_uid"] for row in ledger.rows(manifest, "refused")] == ["1.1.1", "1.1.2"]


def test_what_failed_can_be_tried_afresh(manifest: Manifest) -> None:
    answer(manifest, claim(manifest, 1), "refused", 0xA900, "wrong")
    answer(manifest, claim(manifest, 2, limit=1), "unknown", None)
    answer(manifest, claim(manifest, 3), "copied")
    queue.retry_failed(manifest)
    found = states(manifest)
    assert [found[uid] for uid in ("1.1.1", "1.1.2", "1.1.3")] == [("pending", 0)] * 3
    assert found["2.1.1"] == ("unknown", 0)
    assert found["3.1.1"] == ("copied", 1)
    assert {(row["reason"], row["who"]) for row in ledger.rows(manifest, "pending")} == {("", "")}


@pytest.mark.parametrize("bucket", ["copied", "copied_with_remark", "already_there"])
def test_what_the_destination_does_not_have_can_be_sent_again(bucket: str, manifest: Manifest) -> None:
    answer(manifest, claim(manifest, 1), bucket)
    with manifest.writing() as db:
        db.execute("UPDATE entry SET named = sop_uid <> '1.1.2', grade = 'A' WHERE bucket = ?", (bucket,))
    answer(manifest, claim(manifest, 2), bucket)  # these were not asked about
    assert queue.retry_missing(manifest) == 1
    assert states(manifest)["1.1.2"] == ("pending", 0)
    assert states(manifest)["1.1.1"] == (bucket, 1)
    assert manifest.row("SELECT named, grade FROM entry WHERE sop_uid = '1.1.2'")["grade"] == "E"
    assert queue.retry_missing(manifest) == 0


@pytest.mark.parametrize("bucket", ["refused", "damaged", "conflict", "unknown"])
def test_what_was_never_taken_is_not_missing_in_that_sense(bucket: str, manifest: Manifest) -> None:
    answer(manifest, claim(manifest, 1), bucket)
    with manifest.writing() as db:
        db.execute("UPDATE entry SET named = 0 WHERE bucket = ?", (bucket,))
    assert queue.retry_missing(manifest) == 0


def test_handing_out_again_forgets_what_was_confirmed_before(manifest: Manifest) -> None:
    with manifest.writing() as db:
        db.execute("UPDATE entry SET named = 1, grade = 'A'")
    claim(manifest, 3)
    (row,) = ledger.rows(manifest, "unknown")
    assert (row["named"], row["grade"]) == (None, "E")
