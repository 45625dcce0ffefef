"""The instances that are handed out to be sent, and their order."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.manifest.queueing import MR, answer, grow, hand_out, states, studies, uids
from tests.report.samples import CT, IMPLICIT, Sample
from wizard.manifest import ledger, queue, tree
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with grow(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.fixture
def manifest(sample: Sample) -> Manifest:
    return sample.manifest


def test_a_ticket_holds_all_that_sending_needs(manifest: Manifest) -> None:
    first = hand_out(manifest, 1)[0]
    assert (first.folder, first.name) == (b"/archive", b"000001")
    assert (first.size, first.mtime_ns, first.offset) == (1000, 0, 132)
    assert (first.sop_uid, first.sop_class, first.transfer_syntax, first.tries) == ("1.1.1", CT, IMPLICIT, 0)


def test_a_ticket_says_of_which_study_and_series_it_is(manifest: Manifest) -> None:
    (ticket,) = hand_out(manifest, 3)
    row = manifest.row("SELECT id, study FROM series WHERE series_uid = '3.1'")
    assert row is not None
    assert (ticket.series, ticket.study) == tuple(row)


def test_what_is_handed_out_stays_pending_until_it_is_answered(manifest: Manifest) -> None:
    assert uids(hand_out(manifest, 1, limit=2)) == ["1.1.1", "1.1.2"]
    assert set(states(manifest).values()) == {("pending", 0)}
    assert queue.waiting(manifest) == (7, 7 * 868)


def test_what_was_handed_out_when_the_program_died_is_unknown(sample: Sample) -> None:
    hand_out(sample.manifest, 2)
    sample.manifest.close()
    with Manifest(sample.manifest.path) as again:
        assert [row["sop_uid"] for row in queue.unknown(again)] == ["2.1.1", "2.1.2", "2.1.3"]
        assert ledger.balance(again).buckets["copied"] == 0
        assert queue.waiting(again) == (4, 4 * 868)
        assert hand_out(again, 2) == []


def test_nothing_is_handed_out_twice(manifest: Manifest) -> None:
    first = hand_out(manifest, 1, limit=2)
    assert uids(hand_out(manifest, 1)) == ["1.1.3"]
    assert hand_out(manifest, 1) == []
    answer(manifest, first, "copied")
    assert hand_out(manifest, 1) == []


def test_handing_out_goes_on_behind_the_last_one_over_all_series_of_the_study(sample: Sample) -> None:
    for number in range(5):
        sample.image(study_uid="1", series_uid=f"1.{9 - number}", sop_uid=f"1.9.{number}")
    last, seen = None, []
    while True:
        tickets = hand_out(sample.manifest, 1, last, 2)
        if not tickets:
            break
        last = tickets[-1]
        seen += uids(tickets)
    assert seen == [*(f"1.1.{number}" for number in (1, 2, 3)), *(f"1.9.{number}" for number in range(5))]


def test_what_was_answered_meanwhile_does_not_move_the_place(manifest: Manifest) -> None:
    first = hand_out(manifest, 1, limit=2)
    answer(manifest, first, "copied")
    assert uids(hand_out(manifest, 1, first[-1])) == ["1.1.3"]


@pytest.mark.parametrize("reason", [None, Reason("full")])
def test_what_was_put_off_comes_after_all_others_of_its_study(reason: Reason | None, manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 1, limit=2), "pending", 0xA700, reason)
    first = hand_out(manifest, 1, limit=2)
    assert [(ticket.sop_uid, ticket.again) for ticket in first] == [("1.1.3", 0), ("1.1.1", 1)]
    assert uids(hand_out(manifest, 1, first[-1])) == ["1.1.2"]
    assert hand_out(manifest, 1, first[-1]) == []


def put_off(manifest: Manifest) -> set[str]:
    return {row[0] for row in manifest.rows("SELECT sop_uid FROM entry WHERE put_off")}


def test_only_an_outcome_that_lets_it_wait_puts_an_image_off(manifest: Manifest) -> None:
    first, second, third = hand_out(manifest, 1)
    answer(manifest, [first, second, third], "pending", 0xA700, Reason("full"))
    assert put_off(manifest) == {"1.1.1", "1.1.2", "1.1.3"}
    answer(manifest, [first], "copied")
    answer(manifest, [second], "refused", 0xC000, Reason("not_understood"))
    answer(manifest, [third], "unknown", None, Reason("no_response"))
    assert put_off(manifest) == set()


def test_a_reason_alone_puts_no_image_off(manifest: Manifest) -> None:
    with manifest.writing() as db:
        db.execute("UPDATE entry SET reason_code = 'full' WHERE sop_uid = '1.1.1'")
    assert [(ticket.sop_uid, ticket.again) for ticket in hand_out(manifest, 1)] == [
        *(("1.1.1", 0), ("1.1.2", 0), ("1.1.3", 0)),
    ]


def test_what_is_to_be_copied_again_at_a_persons_wish_is_put_off_no_more(sample: Sample) -> None:
    manifest = sample.manifest
    first, second, third = hand_out(manifest, 1)
    answer(manifest, [first], "refused", 0xC000, Reason("not_understood"))
    answer(manifest, [second], "copied")
    answer(manifest, [third], "pending", 0xA700, Reason("full"))
    sample.verified({second.entry: 0})
    queue.retry_failed(manifest)
    assert queue.retry_missing(manifest) == 1
    assert put_off(manifest) == {"1.1.3"}
    assert uids(hand_out(manifest, 1)) == ["1.1.1", "1.1.2", "1.1.3"]


def test_what_is_not_chosen_is_not_handed_out(manifest: Manifest) -> None:
    tree.tick(manifest, "study", 1, False)
    assert hand_out(manifest, 1) == []
    tree.tick(manifest, "study", 1, True)
    assert len(hand_out(manifest, 1)) == 3


def test_only_the_study_and_the_kinds_that_are_asked_for_are_handed_out(manifest: Manifest) -> None:
    assert uids(hand_out(manifest, 1, only=MR)) == ["1.1.3"]
    assert uids(hand_out(manifest, 2, only=CT)) == ["2.1.1", "2.1.2"]
    assert uids(hand_out(manifest, 2, only="1.2.3")) == []
    with manifest.writing() as db:
        assert queue.hand_out(db, 2, None, [], 10) == []


def test_what_never_left_is_given_back_as_if_it_had_not_been_handed_out(manifest: Manifest) -> None:
    before = states(manifest)
    tickets = hand_out(manifest, 1)
    assert hand_out(manifest, 1) == []
    with manifest.writing() as db:
        queue.give_back(db, tickets)
    assert states(manifest) == before
    assert queue.waiting(manifest) == (7, 7 * 868)
    assert uids(hand_out(manifest, 1)) == ["1.1.1", "1.1.2", "1.1.3"]


def test_studies_come_in_the_order_of_the_archive_and_only_while_something_waits(manifest: Manifest) -> None:
    assert studies(manifest) == [1, 2, 3]
    assert queue.waiting_studies(manifest) == 3
    answer(manifest, hand_out(manifest, 2), "copied")
    assert studies(manifest) == [1, 3]
    tree.tick(manifest, "study", 1, False)
    assert studies(manifest) == [3]
    assert queue.waiting_studies(manifest) == 1


def test_kinds_are_counted_of_what_waits_and_is_chosen(manifest: Manifest) -> None:
    assert {(kind.sop_class, kind.count) for kind in queue.kinds(manifest)} == {(CT, 5), (MR, 2)}
    tree.tick(manifest, "study", 1, False)
    answer(manifest, hand_out(manifest, 3), "copied")
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


def move(manifest: Manifest, send_order: int, *uids: str) -> None:
    with manifest.writing() as db:
        db.executemany("UPDATE entry SET lane = ? WHERE sop_uid = ?", [(send_order, uid) for uid in uids])


def test_each_lane_is_handed_out_by_itself(manifest: Manifest) -> None:
    move(manifest, 1, "1.1.2", "3.1.1")
    assert uids(hand_out(manifest, 1)) == ["1.1.1", "1.1.3"]
    assert uids(hand_out(manifest, 1, send_order=1)) == ["1.1.2"]


def test_what_waits_is_counted_for_one_lane_or_for_both(manifest: Manifest) -> None:
    move(manifest, 1, "1.1.3", "3.1.1")
    assert [queue.waiting(manifest, send_order) for send_order in (None, *queue.SEND_ORDERS)] == [
        (7, 7 * 868),
        (5, 5 * 868),
        (2, 2 * 868),
    ]
    assert [studies(manifest, send_order) for send_order in queue.SEND_ORDERS] == [[1, 2], [1, 3]]
    assert queue.waiting_studies(manifest) == 3
    counts = [
        sum(kind.count for kind in queue.kinds(manifest, send_order)) for send_order in (None, *queue.SEND_ORDERS)
    ]
    assert counts == [7, 5, 2]


def test_what_is_left_out_by_decision_is_in_no_lane(manifest: Manifest) -> None:
    move(manifest, 2, "3.1.1")
    assert queue.waiting(manifest)[0] == 6
    assert [studies(manifest, send_order) for send_order in queue.SEND_ORDERS] == [[1, 2], []]
    assert queue.waiting_studies(manifest) == 2
    assert [hand_out(manifest, 3, send_order=send_order) for send_order in queue.SEND_ORDERS] == [[], []]


def test_what_waits_can_be_counted_for_one_study_alone(manifest: Manifest) -> None:
    move(manifest, 1, "1.1.2")
    assert queue.waiting(manifest, study=1) == (3, 3 * 868)
    assert queue.waiting(manifest, 0, study=1) == (2, 2 * 868)
    assert queue.waiting(manifest, 1, study=3) == (0, 0)
    assert {(kind.sop_class, kind.count) for kind in queue.kinds(manifest, 0, study=1)} == {(CT, 1), (MR, 1)}
    assert [kind.count for kind in queue.kinds(manifest, study=3)] == [1]


def test_what_the_destination_said_of_kinds_is_kept_also_of_such_that_were_not_read(manifest: Manifest) -> None:
    with manifest.writing() as db:
        queue.expect(db, {(MR, IMPLICIT): 3, ("1.2.3", IMPLICIT): 0})
    assert {kind.sop_class: kind.result for kind in queue.kinds(manifest)} == {CT: None, MR: 3}
    with manifest.writing() as db:
        queue.expect(db, {(MR, IMPLICIT): 0})
    results = manifest.rows("SELECT sop_class, result FROM kind WHERE result IS NOT NULL ORDER BY sop_class")
    assert [tuple(row) for row in results] == [("1.2.3", 0), (MR, 0)]


def test_what_may_be_copied_again_is_what_was_refused_or_is_not_named(sample: Sample) -> None:
    manifest = sample.manifest
    assert not queue.may_be_copied_again(manifest)
    tickets = hand_out(manifest, 3)
    answer(manifest, tickets, "refused")
    assert queue.may_be_copied_again(manifest)
    queue.retry_failed(manifest)
    assert not queue.may_be_copied_again(manifest)
    answer(manifest, tickets, "copied")
    sample.verified({tickets[0].entry: 0})
    assert queue.may_be_copied_again(manifest)
