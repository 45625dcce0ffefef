"""Whatever happens to a manifest and in whatever order, each entry is in exactly one bucket and is handed out once."""

from __future__ import annotations

import itertools
import tempfile
from pathlib import Path

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from tests.manifest.deciding import DECIDABLE
from tests.report.samples import CT, IMPLICIT, PLACE
from wizard.manifest import decisions, entries, in_flight, ledger, proof, queue, tree
from wizard.manifest.entries import SameUid
from wizard.manifest.entry import Entry
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome, Ticket
from wizard.manifest.reading import Reading
from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Grade

FOLDERS = (b"/archive", b"/archive/a", b"/archive/b")
NAMES = (b"1", b"2", b"3")
FILES = tuple(itertools.product(FOLDERS, NAMES))
IMAGES = ("pending", "damaged", "held_back")
READ_AS = (*IMAGES, "index", "not_dicom", "unreadable")
ANSWERED = ("copied", "copied_with_remark", "already_there", "refused", "unknown", "changed", "unreadable", "pending")

# Why an entry is in a bucket.
REASONS = {
    **{"damaged": Reason("cut_off", there=12, missing=3), "held_back": Reason("odd_length", bytes=13)},
    **{"unreadable": Reason("not_read_to_end"), "index": Reason("dicomdir"), "not_dicom": Reason("not_dicom")},
    **{"duplicate": Reason("duplicate"), "conflict": Reason("conflict", n=2), "changed": Reason("changed")},
    **{"copied_with_remark": Reason("warning"), "already_there": Reason("found_before"), "refused": Reason("failed")},
    **{"unknown": Reason("no_response"), "pending": Reason("again_after_query")},
}

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
        self.last: dict[tuple[int, int], Ticket] = {}

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
        self._end_of_copying()
        reading = Reading(self.manifest)
        found = dict(zip(FILES, findings))
        for path in FOLDERS:
            if path == closed:
                reading.folder(path, Reason("folder_leads_back"))
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
        if ends:
            reading.settle()
            reading.end()
            self._sort_out()
            decisions.apply(self.manifest)
            tree.set_filter(self.manifest, tree.get_filter(self.manifest))

    def _entry(self, folder: int, name: bytes, bucket: str, identity: int) -> Entry:
        self.clock += 1
        entry = Entry(folder, name, 1000 + self.clock, self.clock, bucket, *self._why(bucket))
        if bucket not in IMAGES:
            return entry
        place = PLACE._replace(study_uid=f"1.2.{identity % 3}", series_uid=f"1.2.{identity % 3}.1")
        topic = {"damaged": "broken", "held_back": "odd_length"}.get(bucket, "")
        named = entry._replace(place=place, kind=(CT, IMPLICIT), sop_uid=f"1.{identity}", dataset_offset=132)
        if not topic:
            return named
        return named._replace(topic=topic, finding_code=entry.reason_code, finding_values=entry.reason_values)

    def _why(self, bucket: str) -> tuple[str, str]:
        return ("", "") if bucket == "pending" else REASONS[bucket].stored

    def _sort_out(self) -> None:
        entries.forget_same_uid(self.manifest)
        results = []
        for first, *others in entries.same_uid(self.manifest):
            for row in others:
                bucket = "duplicate" if row["id"] % 2 else "conflict"
                results.append(SameUid(Bucket(bucket), *REASONS[bucket].stored, None, first["id"], row["id"]))
        entries.sort_out(self.manifest, results)

    @rule(study=st.integers(1, 3), ticked=st.booleans())
    def tick(self, study: int, ticked: bool) -> None:
        tree.tick(self.manifest, "study", study, ticked)

    @rule(text=st.sampled_from(["", "muster", "nobody"]), undated=st.booleans())
    def filter(self, text: str, undated: bool) -> None:
        tree.set_filter(self.manifest, tree.Filter(text=text, undated=undated))

    @rule(decision=st.sampled_from(DECIDABLE))
    def decide(self, decision: tuple[str, str]) -> None:
        self._end_of_copying()
        decisions.decide(self.manifest, *decision)

    @rule(study=st.integers(1, 3), limit=st.integers(1, 5), send_order=st.integers(0, 1), goes_on=st.booleans())
    def hand_out(self, study: int, limit: int, send_order: int, goes_on: bool) -> None:
        kinds = [kind.id for kind in queue.kinds(self.manifest)]
        waiting = queue.waiting(self.manifest)
        after = self.last.get((study, send_order)) if goes_on else None
        with self.manifest.writing() as db:
            tickets = queue.hand_out(db, study, after, kinds, limit, send_order)
        assert queue.waiting(self.manifest) == waiting
        chosen = {row["id"]: row for row in ledger.rows(self.manifest, "pending")}
        for ticket in tickets:
            assert (ticket.study, chosen[ticket.entry]["lane"]) == (study, send_order)
            assert ticket.tries == chosen[ticket.entry]["tries"]
        self.tickets += tickets
        if tickets:
            self.last[(study, send_order)] = tickets[-1]

    @rule(buckets=st.lists(st.sampled_from(ANSWERED), min_size=1, max_size=5), counts=st.integers(0, 1))
    def answer(self, buckets: list[str], counts: int) -> None:
        answered, self.tickets = self.tickets[: len(buckets)], self.tickets[len(buckets) :]
        pairs = list(zip(answered, buckets))
        before = self._tries()
        with self.manifest.writing() as db:
            queue.record(
                db,
                [Outcome(Bucket(bucket), REASONS.get(bucket), None, ticket.entry, counts) for ticket, bucket in pairs],
                [Attempt(ticket.entry, 1.0, 1001, 0, "", "", 10, 0.1) for ticket, _ in pairs],
            )
        self.attempts += len(pairs)
        assert self._tries() == {**before, **{one.entry: before[one.entry] + counts for one in answered}}

    @rule()
    def others_pass(self) -> None:
        """What is out failed before; now that counts."""
        with self.manifest.writing() as db:
            queue.count_failures(db, [ticket.entry for ticket in self.tickets])

    @rule()
    def settle(self) -> None:
        """Nobody is at work any more, and for some files no answer came."""
        self._end_of_copying()

    @rule()
    def give_back(self) -> None:
        with self.manifest.writing() as db:
            queue.give_back(db, self.tickets)
        self.tickets = []

    @rule()
    def retry_failed(self) -> None:
        queue.retry_failed(self.manifest)

    @rule(study=st.integers(1, 3), named=st.sampled_from([1, 0, None]))
    def verify(self, study: int, named: int | None) -> None:
        answers = [
            (named, Grade.A if named is not None else Grade.E, one.entry)
            for one in proof.instances(self.manifest, study)
        ]
        if answers:
            proof.record(self.manifest, study, answers, 0)

    @rule()
    def retry_missing(self) -> None:
        queue.retry_missing(self.manifest)

    @rule()
    def start_again(self) -> None:
        path, before = self.manifest.path, self._tries()
        self.manifest.close()
        self.manifest = Manifest(path)
        self._are_unknown(before)

    def _end_of_copying(self) -> None:
        before = self._tries()
        with self.manifest.writing() as db:
            in_flight.settle(db)
        self._are_unknown(before)

    def _are_unknown(self, tries: dict[int, int]) -> None:
        """What was out is unknown now and was tried once more; nothing else has changed."""
        out = {ticket.entry for ticket in self.tickets}
        rows = {row["id"]: row for row in ledger.rows(self.manifest, "unknown")}
        assert out <= set(rows)
        assert {(rows[entry]["status"], rows[entry]["reason_code"]) for entry in out} <= {(None, "program_ended")}
        assert self._tries() == {**tries, **{entry: tries[entry] + 1 for entry in out}}
        self.attempts += len(out)
        self.tickets, self.last = [], {}

    def _tries(self) -> dict[int, int]:
        return {row["id"]: row["tries"] for row in ledger.rows(self.manifest)}

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
    def each_reason_explains_the_bucket(self) -> None:
        for line in ledger.lines(self.manifest):
            assert line.reason is None or line.reason.outcome == line.final_bucket, line

    @invariant()
    def only_what_was_sent_and_is_to_be_sent_again_is_put_off(self) -> None:
        for row in ledger.rows(self.manifest):
            assert not row["put_off"] or row["attempts"]

    @invariant()
    def no_attempt_is_ever_forgotten(self) -> None:
        assert sum(row["attempts"] for row in ledger.rows(self.manifest)) == self.attempts

    @invariant()
    def what_is_handed_out_is_out_once_and_pending_until_it_is_answered(self) -> None:
        out = [ticket.entry for ticket in self.tickets]
        assert len(set(out)) == len(out)
        assert {row[0] for row in self.manifest.rows("SELECT entry FROM claim")} == set(out)
        assert {row["bucket"] for row in ledger.rows(self.manifest) if row["id"] in set(out)} <= {"pending"}

    @invariant()
    def what_was_confirmed_is_never_more_than_what_is_expected(self) -> None:
        summary = proof.summary(self.manifest)
        assert min(summary) >= 0
        assert summary.expected == summary.confirmed + summary.missing + summary.not_checked
        assert summary.studies_expected == summary.match + summary.mismatch + summary.not_checked_studies


TestMigration = Migration.TestCase
TestMigration.settings = settings(
    max_examples=100,
    stateful_step_count=25,
    derandomize=True,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
