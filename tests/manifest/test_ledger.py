"""The ledger: whatever happens, each entry is in exactly one bucket and the buckets add up."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path
from typing import Iterator

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.manifest.deciding import DECIDABLE
from tests.report.samples import CT, IMPLICIT, PLACE, Sample, troubled
from wizard.manifest import decisions, entries, ledger, proof, queue, tree
from wizard.manifest.entries import Verdict
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome, Ticket
from wizard.manifest.reading import Entry, Reading

FOLDERS = (b"/archive", b"/archive/a", b"/archive/b")
NAMES = (b"1", b"2", b"3")
FILES = tuple(itertools.product(FOLDERS, NAMES))
IMAGES = ("pending", "damaged", "held_back")
READ_AS = (*IMAGES, "index", "not_dicom", "unreadable")
ANSWERED = ("copied", "copied_with_remark", "already_there", "refused", "unknown", "changed", "unreadable", "pending")

# How a reading finds one file: gone, as it was, or new with this bucket and one of few identities.
Finding = st.one_of(
    st.sampled_from(["gone", "unchanged"]),
    st.tuples(st.sampled_from(READ_AS), st.integers(1, 4)),
)


class Migration(RuleBasedStateMachine):
    """Anything that can happen to a manifest, in any order, in one place of the archive after the other."""

    @initialize()
    def begin(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.manifest = Manifest(Path(self.folder.name) / "m.sqlite")
        self.seen: set[tuple[bytes, bytes]] = set()
        self.attempts = 0
        self.clock = 0
        self.tickets: list[Ticket] = []

    def teardown(self) -> None:
        self.manifest.close()
        self.folder.cleanup()

    @rule(
        findings=st.lists(Finding, min_size=len(FILES), max_size=len(FILES)),
        closed=st.sampled_from([None, None, *FOLDERS]),
        ends=st.booleans(),
    )
    def read(self, findings: list[str | tuple[str, int]], closed: bytes | None, ends: bool) -> None:
        """Read the source as the engine does; perhaps a folder cannot be opened, perhaps it is stopped."""
        reading = Reading(self.manifest)
        found = dict(zip(FILES, findings))
        for path in FOLDERS:
            if path == closed:
                reading.folder(path, "Permission denied")
                continue
            folder = reading.folder(path)
            known = reading.known(folder, NAMES)
            read, unchanged = [], []
            for name in NAMES:
                finding = found[(path, name)]
                if finding == "unchanged" and name in known:
                    unchanged.append((folder, name))
                elif isinstance(finding, tuple):
                    self.seen.add((path, name))
                    read.append(self._entry(folder, name, *finding))
            reading.add(read, unchanged, len(read) + len(unchanged))
        self.tickets = []
        if ends:
            reading.settle()
            reading.end()
            self._sort_out()
            decisions.apply(self.manifest)
            tree.set_filter(self.manifest, tree.get_filter(self.manifest))

    def _entry(self, folder: int, name: bytes, bucket: str, identity: int) -> Entry:
        self.clock += 1
        entry = Entry(folder, name, 1000 + self.clock, self.clock, bucket, "a reason")
        if bucket not in IMAGES:
            return entry
        place = PLACE._replace(study_uid=f"1.2.{identity % 3}", series_uid=f"1.2.{identity % 3}.1")
        return entry._replace(
            **{"place": place, "kind": (CT, IMPLICIT), "sop_uid": f"1.{identity}", "dataset_offset": 132},
            **{"topic": {"damaged": "broken", "held_back": "odd_length"}.get(bucket, ""), "finding": "a reason"},
        )

    def _sort_out(self) -> None:
        entries.forget_verdicts(self.manifest)
        verdicts = []
        for first, *others in entries.same_uid(self.manifest):
            for row in others:
                bucket = "duplicate" if row["id"] % 2 else "conflict"
                verdicts.append(Verdict(bucket, "shared", "you", None, first["id"], row["id"]))
        entries.sort_out(self.manifest, verdicts)

    @rule(study=st.integers(1, 3), ticked=st.booleans())
    def tick(self, study: int, ticked: bool) -> None:
        tree.tick(self.manifest, "study", study, ticked)

    @rule(text=st.sampled_from(["", "muster", "nobody"]), undated=st.booleans())
    def filter(self, text: str, undated: bool) -> None:
        tree.set_filter(self.manifest, tree.Filter(text=text, undated=undated))

    @rule(decision=st.sampled_from(DECIDABLE))
    def decide(self, decision: tuple[str, str]) -> None:
        decisions.decide(self.manifest, *decision)

    @rule(study=st.integers(1, 3), limit=st.integers(1, 5), lane=st.integers(0, 1))
    def claim(self, study: int, limit: int, lane: int) -> None:
        kinds = [kind.id for kind in queue.kinds(self.manifest)]
        with self.manifest.writing() as db:
            self.tickets += queue.claim(db, study, 0, kinds, limit, lane)

    @rule(buckets=st.lists(st.sampled_from(ANSWERED), min_size=1, max_size=5))
    def answer(self, buckets: list[str]) -> None:
        answered, self.tickets = self.tickets[: len(buckets)], self.tickets[len(buckets) :]
        pairs = list(zip(answered, buckets))
        with self.manifest.writing() as db:
            queue.record(
                db,
                [Outcome(bucket, "because", "you", None, ticket.entry) for ticket, bucket in pairs],
                [Attempt(ticket.entry, 1.0, 1001, 0, "", "", 10, 0.1) for ticket, _ in pairs],
            )
        self.attempts += len(pairs)

    @rule()
    def give_back(self) -> None:
        with self.manifest.writing() as db:
            queue.give_back(db, self.tickets)
        self.tickets = []

    @rule()
    def give_up(self) -> None:
        for lane in queue.LANES:
            queue.give_up_pending_with_reason(self.manifest, "you", lane)

    @rule()
    def retry_failed(self) -> None:
        queue.retry_failed(self.manifest)

    @rule(study=st.integers(1, 3), named=st.sampled_from([1, 0, None]))
    def verify(self, study: int, named: int | None) -> None:
        answers = [
            (named, "A" if named is not None else "E", one.entry) for one in proof.instances(self.manifest, study)
        ]
        if answers:
            proof.record(self.manifest, study, answers, 0, "")

    @rule()
    def retry_missing(self) -> None:
        queue.retry_missing(self.manifest)

    @rule()
    def start_again(self) -> None:
        path = self.manifest.path
        self.manifest.close()
        self.manifest = Manifest(path)
        self.tickets = []

    @invariant()
    def every_entry_is_in_one_bucket_and_they_add_up(self) -> None:
        balance = ledger.balance(self.manifest)
        assert balance.balanced, balance
        assert balance.entries == len(self.seen)
        rows = list(ledger.rows(self.manifest))
        assert {(row["folder_path"], row["file_name"]) for row in rows} == self.seen
        assert len(rows) == len(self.seen)
        assert list(balance.buckets) == list(ledger.BUCKETS)
        for bucket, count in balance.buckets.items():
            assert count == sum(row["final_bucket"] == bucket for row in rows)
        assert balance.exceptions == sum(reason.count for reason in ledger.reasons(self.manifest))

    @invariant()
    def no_attempt_is_ever_forgotten(self) -> None:
        assert sum(row["attempts"] for row in ledger.rows(self.manifest)) == self.attempts

    @invariant()
    def what_is_handed_out_is_unknown_until_it_is_answered(self) -> None:
        out = {row["id"] for row in ledger.rows(self.manifest, "unknown")}
        assert {ticket.entry for ticket in self.tickets} <= out

    @invariant()
    def what_was_confirmed_is_never_more_than_what_is_expected(self) -> None:
        summary = proof.summary(self.manifest)
        assert min(summary) >= 0
        assert summary.expected == summary.confirmed + summary.missing + summary.not_checked
        assert summary.studies_expected == summary.match + summary.mismatch + summary.not_checked_studies


TestMigration = Migration.TestCase
TestMigration.settings = settings(
    max_examples=40,
    stateful_step_count=25,
    deadline=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


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
    ("shown", "ticked", "reason"), [(1, 0, "unticked"), (0, 1, "outside the filter"), (0, 0, "outside the filter")]
)
def test_what_is_left_out_says_why(shown: int, ticked: int, reason: str, sample: Sample) -> None:
    sample.image(study_uid="1.7", series_uid="1.7.1", sop_uid="1.7.1.1")
    with sample.manifest.writing() as db:
        db.execute("UPDATE series SET shown = ?, ticked = ? WHERE series_uid = '1.7.1'", (shown, ticked))
    (row,) = [row for row in ledger.rows(sample.manifest, "left_out") if row["sop_uid"] == "1.7.1.1"]
    assert row["final_reason"] == reason


def test_what_a_person_decided_to_leave_out_says_so(sample: Sample) -> None:
    entry = sample.image(study_uid="1.7", series_uid="1.7.1")
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET lane = 2 WHERE id = ?", (entry,))
    (row,) = [row for row in ledger.rows(sample.manifest, "left_out") if row["id"] == entry]
    assert (row["final_reason"], row["chosen"]) == ("left out by decision", 0)


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
        for bucket, topic in (("damaged", "broken"), ("damaged", "broken"), ("held_back", "odd_length")):
            sample.file(bucket, reason=f"{sample._files} bytes", who="somebody", topic=topic)
        sample.file("refused", reason="said so", topic="broken")  # it was sent all the same
        found = [(one.bucket, one.reason, one.who, one.count, one.topic) for one in ledger.reasons(sample.manifest)]
    assert found == [
        ("damaged", "cut off or broken inside", "somebody", 2, "broken"),
        ("held_back", "the content has an odd number of bytes", "somebody", 1, "odd_length"),
        ("refused", "said so", "", 1, ""),
    ]


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
