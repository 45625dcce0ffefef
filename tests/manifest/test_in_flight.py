"""An entry in flight when the program ends, however it ends, is unknown, and has one more attempt."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path
from typing import Iterator

import pytest

from tests.manifest.queueing import answer, grow, hand_out, states
from tests.report.samples import Sample
from wizard.errors import ManifestError
from wizard.manifest import in_flight, ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason

_KILLED = """
import os, signal, sys
from pathlib import Path
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest
manifest = Manifest(Path(sys.argv[1]))
kinds = [kind.id for kind in queue.kinds(manifest)]
with manifest.writing() as db:
    queue.hand_out(db, 1, None, kinds, 2)
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with grow(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.fixture
def manifest(sample: Sample) -> Manifest:
    return sample.manifest


def out(manifest: Manifest) -> list[int]:
    return [row[0] for row in manifest.rows("SELECT entry FROM claim ORDER BY entry")]


def settle(manifest: Manifest) -> None:
    with manifest.writing() as db:
        in_flight.settle(db)


def test_what_is_handed_out_is_out_until_it_is_answered_or_given_back(manifest: Manifest) -> None:
    tickets = hand_out(manifest, 1)
    assert out(manifest) == [ticket.entry for ticket in tickets]
    answer(manifest, tickets[:1], "copied")
    with manifest.writing() as db:
        queue.give_back(db, tickets[1:2])
    assert out(manifest) == [tickets[2].entry]


def test_handing_out_and_claiming_are_one_transaction(manifest: Manifest) -> None:
    kinds = [kind.id for kind in queue.kinds(manifest)]
    with pytest.raises(ZeroDivisionError), manifest.writing() as db:
        assert len(queue.hand_out(db, 1, None, kinds, 2)) == 2
        raise ZeroDivisionError
    assert out(manifest) == []
    assert len(hand_out(manifest, 1)) == 3


def test_nothing_is_out_twice(manifest: Manifest) -> None:
    (entry,) = [ticket.entry for ticket in hand_out(manifest, 3)]
    with pytest.raises(ManifestError), manifest.writing() as db:
        in_flight.begin(db, [entry])
    assert out(manifest) == [entry]


def test_what_is_still_out_when_nobody_is_at_work_is_unknown_and_was_tried_once_more(manifest: Manifest) -> None:
    before = time.time()
    tickets = hand_out(manifest, 1, limit=2)
    settle(manifest)
    assert out(manifest) == []
    found = states(manifest)
    assert [found[uid] for uid in ("1.1.1", "1.1.2", "1.1.3")] == [("unknown", 1), ("unknown", 1), ("pending", 0)]
    rows = list(ledger.rows(manifest, "unknown"))
    assert {(row["reason_code"], row["reason_values"], row["status"], row["attempts"]) for row in rows} == {
        ("program_ended", "", None, 1)
    }
    assert Reason("program_ended").outcome == "unknown"
    attempts = list(manifest.rows("SELECT * FROM attempt ORDER BY entry"))
    assert [row["entry"] for row in attempts] == [ticket.entry for ticket in tickets]
    for row in attempts:
        assert row["time"] >= before
        assert (row["association"], row["bytes"], row["seconds"]) == (0, 0, 0)
        assert row["comment"] == ""


def test_it_is_settled_once(manifest: Manifest) -> None:
    hand_out(manifest, 1)
    settle(manifest)
    settle(manifest)
    assert states(manifest)["1.1.1"] == ("unknown", 1)
    assert manifest.value("SELECT COUNT(*) FROM attempt") == 3


def test_where_nothing_is_out_nothing_is_written(manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 1), "copied")
    before = [tuple(row) for row in ledger.rows(manifest)]
    settle(manifest)
    assert [tuple(row) for row in ledger.rows(manifest)] == before


def test_what_was_named_before_it_was_out_is_not_known_to_be_there_any_more(manifest: Manifest) -> None:
    with manifest.writing() as db:
        db.execute("UPDATE entry SET named = 1, grade = 'A'")
    hand_out(manifest, 3)
    settle(manifest)
    (row,) = ledger.rows(manifest, "unknown")
    assert (row["named"], row["grade"]) == (None, "E")


def test_what_failed_before_is_counted_on(manifest: Manifest) -> None:
    answer(manifest, hand_out(manifest, 3), "pending", None, counts=1)
    hand_out(manifest, 3)
    settle(manifest)
    (row,) = queue.unknown(manifest)
    assert (row["tries"], row["attempts"], row["status"]) == (2, 2, None)


def test_opening_a_manifest_settles_what_was_out_when_it_was_closed(sample: Sample) -> None:
    hand_out(sample.manifest, 2)
    sample.manifest.close()
    for _ in range(2):
        with Manifest(sample.manifest.path) as again:
            assert [row["sop_uid"] for row in queue.unknown(again)] == ["2.1.1", "2.1.2", "2.1.3"]
            assert {row["tries"] for row in queue.unknown(again)} == {1}
            assert out(again) == []


@pytest.mark.skipif(sys.platform == "win32", reason="there is no SIGKILL")
def test_opening_a_manifest_settles_what_was_out_when_the_program_was_killed(sample: Sample, project: Path) -> None:
    sample.manifest.close()
    killed = subprocess.run([sys.executable, "-c", _KILLED, str(sample.manifest.path)], cwd=str(project), check=False)
    assert killed.returncode == -9
    with Manifest(sample.manifest.path) as again:
        assert [row["sop_uid"] for row in queue.unknown(again)] == ["1.1.1", "1.1.2"]
        assert ledger.balance(again).balanced
        assert queue.waiting(again) == (5, 5 * 868)


def test_it_is_told_what_was_sent_since(manifest: Manifest) -> None:
    tickets = hand_out(manifest, 1)
    answer(manifest, tickets[:2], "pending", 0xA700, Reason("full"))
    with manifest.writing() as db:
        before = in_flight.newest_attempt(db)
        assert in_flight.tried_since(db, 0, [ticket.entry for ticket in tickets]) == {
            tickets[0].entry,
            tickets[1].entry,
        }
    answer(manifest, hand_out(manifest, 1, limit=1), "pending", 0xA700, Reason("full"))
    with manifest.writing() as db:
        assert in_flight.tried_since(db, before, [ticket.entry for ticket in tickets]) == {tickets[0].entry}
        assert in_flight.tried_since(db, in_flight.newest_attempt(db), [ticket.entry for ticket in tickets]) == set()


def test_of_a_new_manifest_nothing_was_sent(manifest: Manifest) -> None:
    with manifest.writing() as db:
        assert in_flight.newest_attempt(db) == 0
