"""The ledger: each entry is in exactly one bucket, the buckets add up, and each line says why and who must act."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import pytest

from tests.report.samples import Sample, troubled
from wizard.language.message import Message
from wizard.manifest import ledger, tree
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason, earlier
from wizard.vocabulary import Who


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.mark.parametrize(
    "damage",
    [
        "DELETE FROM entry WHERE bucket = 'not_dicom'",
        "DELETE FROM entry WHERE id = (SELECT MIN(id) FROM entry WHERE bucket = 'damaged')",
        "INSERT INTO entry (folder, name, size, mtime_ns, reading, bucket) SELECT folder, x'00', size, mtime_ns, "
        "reading, bucket FROM entry LIMIT 1",
        "UPDATE reading SET files = files - 1",
    ],
)
def test_a_row_that_is_lost_or_doubled_shows(damage: str, sample: Sample) -> None:
    assert ledger.balance(sample.manifest).balanced
    with sample.manifest.writing() as db:
        db.execute("PRAGMA defer_foreign_keys = ON")
        db.execute("DELETE FROM attempt")
        db.execute(damage)
    assert not ledger.balance(sample.manifest).balanced


def test_there_is_no_bucket_but_those_of_the_product(sample: Sample) -> None:
    from wizard.errors import ManifestError

    with pytest.raises(ManifestError), sample.manifest.writing() as db:
        db.execute("UPDATE entry SET bucket = 'lost' WHERE bucket = 'copied'")
    assert ledger.balance(sample.manifest).balanced


def test_the_sum_of_a_migration_that_met_one_of_everything(sample: Sample) -> None:
    balance = ledger.balance(sample.manifest)
    assert {bucket: count for bucket, count in balance.buckets.items() if count} == {
        "copied": 4,
        "copied_with_remark": 1,
        "already_there": 1,
        "duplicate": 1,
        "left_out": 1,
        "refused": 1,
        "unknown": 1,
        "conflict": 2,
        "held_back": 1,
        "damaged": 1,
        "unreadable": 1,
        "index": 1,
        "not_dicom": 3,
    }
    assert (balance.entries, balance.counted, balance.exceptions) == (19, 19, 7)
    assert balance.unreadable_folders == 1


def test_an_empty_manifest_balances(tmp_path: Path) -> None:
    with Manifest(tmp_path / "m.sqlite") as manifest:
        assert ledger.balance(manifest).balanced


@pytest.mark.parametrize(
    ("shown", "ticked", "code"), [(1, 0, "unticked"), (0, 1, "outside_filter"), (0, 0, "outside_filter")]
)
def test_what_is_left_out_says_why(shown: int, ticked: int, code: str, sample: Sample) -> None:
    sample.image(study_uid="1.7", series_uid="1.7.1", sop_uid="1.7.1.1")
    with sample.manifest.writing() as db:
        db.execute("UPDATE series SET shown = ?, ticked = ? WHERE series_uid = '1.7.1'", (shown, ticked))
    (row,) = [row for row in ledger.rows(sample.manifest, "left_out") if row["sop_uid"] == "1.7.1.1"]
    assert (row["final_code"], row["final_values"]) == (code, "")
    assert Reason(code).outcome == row["final_bucket"]


def test_what_a_person_decided_to_leave_out_says_so(sample: Sample) -> None:
    entry = sample.image(study_uid="1.7", series_uid="1.7.1")
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET lane = 2 WHERE id = ?", (entry,))
    (row,) = [row for row in ledger.rows(sample.manifest, "left_out") if row["id"] == entry]
    assert (row["final_code"], row["final_values"], row["chosen"]) == ("by_decision", "", 0)
    assert Reason("by_decision").outcome == row["final_bucket"]


def test_only_what_is_pending_can_be_left_out(sample: Sample) -> None:
    before = ledger.balance(sample.manifest).buckets
    tree.tick_all(sample.manifest, False)
    assert ledger.balance(sample.manifest).buckets == before


def test_reasons_are_grouped_with_who_must_act_and_most_first(sample: Sample) -> None:
    reasons = ledger.reasons(sample.manifest)
    assert (reasons[0].bucket, reasons[0].count, reasons[0].who) == ("conflict", 2, "you")
    assert {reason.bucket for reason in reasons} == {
        *("conflict", "refused", "damaged", "held_back", "unknown", "unreadable")
    }


def test_what_reading_found_is_one_line_whatever_the_numbers_in_it(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for missing in (3, 4, 4):
            sample.file("damaged", reason=Reason("cut_off", there=12, missing=missing), topic="broken")
        sample.file("held_back", reason=Reason("odd_length", bytes=13), topic="odd_length")
        sample.file("refused", reason=Reason("failed"), topic="broken")  # it was sent all the same
        found = [(one.bucket, one.code, one.who, one.count, one.topic) for one in ledger.reasons(sample.manifest)]
    assert found == [
        ("damaged", "cut_off", Who.OLD_PACS, 3, "broken"),
        ("held_back", "odd_length", Who.OLD_PACS, 1, "odd_length"),
        ("refused", "failed", Who.PACS_ADMINISTRATOR, 1, ""),
    ]


def test_of_a_reason_with_other_values_one_stands_for_all_as_an_example(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for missing in (3, 4):
            sample.file("damaged", reason=Reason("cut_off", there=12, missing=missing), topic="broken")
        for _ in range(3):
            sample.file("held_back", reason=Reason("odd_length", bytes=13), topic="odd_length")
        alike, example = ledger.reasons(sample.manifest)
    assert (alike.count, alike.alike, alike.sentence) == (3, True, Reason("odd_length", bytes=13))
    assert (example.count, example.alike) == (2, False)
    assert example.sentence == Message("For example: {reason}", reason=Reason("cut_off", there=12, missing=3))
    assert str(example.sentence).startswith("For example: The file is cut off")


def test_where_there_is_no_reason_the_bucket_says_it_all(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image()
        (pending,) = ledger.reasons(sample.manifest)
    assert (pending.code, pending.who, pending.reason, pending.alike) == ("pending", "", None, True)
    assert pending.sentence == ledger.BUCKETS["pending"]


def test_what_can_be_sent_in_spite_of_a_topic_is_no_group_of_its_own(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        remark = Reason("unusual_uid", name="SOP Instance UID", how=("an empty component",))
        sample.file("pending", topic="unusual_uid", finding=remark)
        sample.file("pending")
        found = [(one.bucket, one.code, one.count, one.topic) for one in ledger.reasons(sample.manifest)]
    assert found == [("pending", "pending", 2, "")]


def test_what_was_being_written_when_it_was_found_is_known_by_its_topic_until_it_is_gone(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for _ in range(2):
            sample.file("changed", reason=Reason("set_aside"), topic="young")
        sample.file("unreadable", reason=Reason("gone"), topic="young")
        found = [(one.bucket, one.code, one.count, one.topic) for one in ledger.reasons(sample.manifest)]
    assert found == [("changed", "set_aside", 2, "young"), ("unreadable", "gone", 1, "")]


def test_each_sentence_of_an_earlier_version_is_a_group_unless_reading_found_the_same(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for sentence, who in (("said no", Who.OLD_PACS), ("full", Who.PACS_ADMINISTRATOR), ("full", "")):
            sample.file("refused", reason=earlier(sentence, who))
        for number in (1, 2):
            sample.file("damaged", reason=earlier(f"cut off: {number} byte", Who.OLD_PACS), topic="broken")
        found = [(str(one.reason), one.who, one.count, one.alike) for one in ledger.reasons(sample.manifest)]
    assert found[0] == ("cut off: 1 byte", Who.OLD_PACS, 2, False)
    assert sorted(found[1:]) == sorted(
        [("full", "", 1, True), ("full", Who.PACS_ADMINISTRATOR, 1, True), ("said no", Who.OLD_PACS, 1, True)]
    )


def test_each_row_has_its_last_answer_and_how_often_it_was_sent(sample: Sample) -> None:
    (refused,) = ledger.rows(sample.manifest, "refused")
    assert (refused["attempts"], refused["status"], refused["comment"]) == (2, 0xA900, "no such class")
    (unknown,) = ledger.rows(sample.manifest, "unknown")
    assert (unknown["attempts"], unknown["status"]) == (1, None)
    damaged = next(ledger.rows(sample.manifest, "damaged"))
    assert (damaged["attempts"], damaged["status"]) == (0, None)


def test_rows_come_in_the_order_of_their_paths_and_in_the_buckets_asked_for(sample: Sample) -> None:
    rows = list(ledger.rows(sample.manifest, "not_dicom", "index"))
    assert [row["file_name"] for row in rows] == [b"DICOMDIR", b"readme.txt", b"link", b"old.zip"]


def test_what_is_not_dicom_is_counted_by_extension(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for name in (b"a.TXT", b"b.txt", b"c.tar.gz", b"README", b".hidden", b"d.\xff"):
            sample.file("not_dicom", b"/archive/" + name)
        assert ledger.extensions(sample.manifest) == {"": 2, ".txt": 2, ".gz": 1, ".\N{REPLACEMENT CHARACTER}": 1}


def test_the_papers_list_every_entry_once_in_the_order_of_the_paths(sample: Sample) -> None:
    lines = list(ledger.lines(sample.manifest))
    assert len(lines) == ledger.balance(sample.manifest).entries
    paths = [(line.folder, line.name) for line in lines]
    assert paths == sorted(set(paths))
    (refused,) = [line for line in lines if line.final_bucket == "refused"]
    assert refused.private == ("007", refused.birth_date, refused.accession)


def test_what_the_destination_took_and_does_not_name_is_among_the_exceptions(sample: Sample) -> None:
    before = [line.id for line in ledger.exceptions(sample.manifest)]
    assert ledger.not_named(sample.manifest) == 0
    (copied, *_) = ledger.rows(sample.manifest, "copied")
    sample.verified({copied["id"]: 0})
    assert ledger.not_named(sample.manifest) == 1
    (line,) = [line for line in ledger.exceptions(sample.manifest) if line.id not in before]
    assert (line.id, line.final_bucket) == (copied["id"], "copied")
    assert ledger.what_happened(line.final_bucket) == ledger.NOT_NAMED
    assert ledger.what_happened("refused") == ledger.OUTCOMES["refused"]
