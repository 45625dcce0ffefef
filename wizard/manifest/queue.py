"""The queue of instances to send, and the outcome of each.

The transaction that hands an entry out makes a row in `claim`, which stays until its outcome is written. If the program
ends in between, the entry is queried before it is sent again.

An entry has a send order, in the column `lane`: 0 is sent in its turn, 1 last and alone because something is wrong with
the file, and 2 is left out by decision.
"""

from __future__ import annotations

import sqlite3
import time
from dataclasses import dataclass
from typing import Iterator, Mapping, NamedTuple, Sequence

from wizard import reasons
from wizard.manifest import audit, bulk, in_flight, tree
from wizard.manifest.buckets import ARRIVED, FAILED, SENDABLE, sql_list
from wizard.manifest.manifest import Manifest
from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Grade

#: Those that are sent, one after the other.
SEND_ORDERS = (0, 1)

_CHOSEN_PENDING = f"""entry.bucket = '{Bucket.PENDING}' AND series.shown AND series.ticked AND entry.lane IN (?, ?)
    AND (? IS NULL OR series.study = ?)"""
_KINDS = f"""
    SELECT kind.id, kind.sop_class, kind.transfer_syntax, kind.result, COUNT(*)
    FROM entry JOIN series ON series.id = entry.series JOIN kind ON kind.id = entry.kind
    WHERE {_CHOSEN_PENDING} GROUP BY kind.id ORDER BY kind.id"""
_SERIES = """
    SELECT id FROM series WHERE study = ? AND id > ? AND shown AND ticked ORDER BY id LIMIT 1"""
_NEXT = f"""
    SELECT entry.id, folder.path, entry.name, entry.size, entry.mtime_ns, entry.dataset_offset, entry.sop_uid,
           kind.sop_class, kind.transfer_syntax, entry.tries, ?, entry.series, entry.put_off
    FROM entry JOIN folder ON folder.id = entry.folder JOIN kind ON kind.id = entry.kind
    WHERE entry.bucket = '{Bucket.PENDING}' AND entry.series = ? AND entry.lane = ? AND entry.id > ?
    AND entry.put_off = ? AND kind.id IN ({{marks}}) AND entry.id NOT IN (SELECT entry FROM claim)
    ORDER BY entry.id LIMIT ?"""
_RECORD = f"""
    UPDATE entry SET named = NULL, grade = '{Grade.E}', (bucket, reason_code, reason_values, sha256, tries, put_off) = (
        SELECT outcome.bucket, outcome.reason_code, outcome.reason_values, COALESCE(outcome.sha256, entry.sha256),
               entry.tries + outcome.counts, outcome.bucket = '{Bucket.PENDING}'
        FROM outcome WHERE outcome.entry = entry.id)
    WHERE id IN (SELECT entry FROM outcome)"""
_UNKNOWN = f"""
    SELECT entry.id, entry.sop_uid, entry.tries, series.series_uid, study.study_uid,
           (SELECT status FROM attempt WHERE attempt.entry = entry.id ORDER BY id DESC LIMIT 1) AS status,
           (SELECT COUNT(*) FROM attempt WHERE attempt.entry = entry.id
            AND (status IS NULL OR status NOT BETWEEN 0xA700 AND 0xA7FF)) AS attempts
    FROM entry JOIN series ON series.id = entry.series JOIN study ON study.id = series.study
    WHERE entry.bucket = '{Bucket.UNKNOWN}' AND entry.id > ? ORDER BY entry.id LIMIT 1000"""

_RETRY_REFUSED = f"""
    UPDATE entry SET bucket = '{Bucket.PENDING}', reason_code = '', reason_values = '', tries = 0, put_off = 0
    WHERE bucket = '{Bucket.REFUSED}'"""
_RETRY_UNKNOWN = f"UPDATE entry SET tries = 0 WHERE bucket = '{Bucket.UNKNOWN}'"
_RETRY_MISSING = f"""
    UPDATE entry SET bucket = '{Bucket.PENDING}', reason_code = '', reason_values = '', tries = 0, put_off = 0,
           named = NULL, grade = '{Grade.E}'
    WHERE named = 0 AND bucket IN {sql_list(ARRIVED)}"""
_CAN_RETRY = f"""
    SELECT EXISTS (SELECT 1 FROM ledger WHERE chosen AND (bucket IN {sql_list(FAILED)}
    OR (named = 0 AND bucket IN {sql_list(ARRIVED)})))"""


@dataclass(frozen=True)
class KindCount:
    """The number of chosen instances of one kind that wait; `result` is that of the last negotiation, or None."""

    id: int
    sop_class: str
    transfer_syntax: str
    result: int | None
    count: int


class Ticket(NamedTuple):
    """One instance, handed out to be sent; `again` is 1 if it was put off before."""

    entry: int
    folder: bytes
    name: bytes
    size: int
    mtime_ns: int
    offset: int
    sop_uid: str
    sop_class: str
    transfer_syntax: str
    tries: int
    study: int
    series: int
    again: int


class Attempt(NamedTuple):
    """One attempt to send; `status` is None when no answer came."""

    entry: int
    time: float
    association: int
    status: int | None
    comment: str
    offending: str
    bytes: int
    seconds: float


class Outcome(NamedTuple):
    """The new bucket of an entry, and why; None keeps its `sha256`, and `counts` is added to its tries."""

    bucket: Bucket
    reason: Reason | None
    sha256: bytes | None
    entry: int
    counts: int = 0


def kinds(manifest: Manifest, send_order: int | None = None, study: int | None = None) -> list[KindCount]:
    """Return the kinds of all chosen instances that wait, in one send order or in both; of one study if it is given."""
    return [KindCount(*row) for row in manifest.rows(_KINDS, _orders_and_study(send_order, study))]


def all_kinds(manifest: Manifest) -> list[tuple[str, str]]:
    """Return every (SOP class, transfer syntax) of instances in the source that can be sent or were."""
    sql = f"""SELECT sop_class, transfer_syntax FROM kind WHERE id IN (SELECT kind FROM entry WHERE bucket IN
        {sql_list(SENDABLE)}) ORDER BY id"""
    return [(row[0], row[1]) for row in manifest.rows(sql)]


def study_words(manifest: Manifest, study: int) -> str:
    """Return a study as people name it, for the screen."""
    row = manifest.row(
        """SELECT patient.name, study.study_date, study.description FROM study
        JOIN patient ON patient.id = study.patient WHERE study.id = ?""",
        (study,),
    )
    return "" if row is None else tree.study_words(*row)


def waiting(manifest: Manifest, send_order: int | None = None, study: int | None = None) -> tuple[int, int]:
    """Count the chosen instances that wait, and their bytes."""
    sql = f"""SELECT COUNT(*), TOTAL(entry.size - entry.dataset_offset)
        FROM entry JOIN series ON series.id = entry.series WHERE {_CHOSEN_PENDING}"""
    row = manifest.row(sql, _orders_and_study(send_order, study))
    return (row[0], int(row[1])) if row is not None else (0, 0)


def waiting_studies(manifest: Manifest) -> int:
    """Count the studies with chosen instances that wait."""
    sql = f"""SELECT COUNT(DISTINCT series.study)
        FROM entry JOIN series ON series.id = entry.series WHERE {_CHOSEN_PENDING}"""
    return int(manifest.value(sql, _orders_and_study(None, None)))


def hand_out(
    db: sqlite3.Connection, study: int, after: Ticket | None, kinds: Sequence[int], limit: int, send_order: int = 0
) -> list[Ticket]:
    """Hand out the next instances of a study, of these kinds and this send order, behind the last one of before.

    Instances that were put off come after all others of the study, because the files themselves may be the cause.
    """
    sql = _NEXT.replace("{marks}", ", ".join("?" * len(kinds)))
    again, series, last = (after.again, after.series, after.entry) if after else (0, 0, 0)
    tickets: list[Ticket] = []
    while len(tickets) < limit:
        if series:
            rows = db.execute(sql, (study, series, send_order, last, again, *kinds, limit - len(tickets)))
            tickets += map(Ticket._make, rows)
        found = db.execute(_SERIES, (study, series)).fetchone() if len(tickets) < limit else None
        if found is not None:
            (series,), last = found, 0
        elif len(tickets) < limit:
            if again:
                break
            again, series, last = 1, 0, 0
    in_flight.begin(db, [ticket.entry for ticket in tickets])
    return tickets


def give_back(db: sqlite3.Connection, tickets: Sequence[Ticket]) -> None:
    """Take back instances that were handed out and not sent."""
    in_flight.end(db, [ticket.entry for ticket in tickets])


def record(db: sqlite3.Connection, outcomes: Sequence[Outcome], attempts: Sequence[Attempt]) -> None:
    """Write the outcomes of entries, and the attempts."""
    rows = [(one.bucket, *reasons.stored(one.reason), *one[2:]) for one in outcomes]
    bulk.insert(db, "outcome (bucket, reason_code, reason_values, sha256, entry, counts)", rows)
    db.execute(_RECORD)
    db.execute("DELETE FROM outcome")
    in_flight.end(db, [outcome.entry for outcome in outcomes])
    bulk.insert(db, "attempt (entry, time, association, status, comment, offending, bytes, seconds)", attempts)


def negotiated(db: sqlite3.Connection, sop_class: str, transfer_syntax: str, result: int) -> None:
    """Store the result of the negotiation of one kind (PS3.8 table 9-18)."""
    db.execute(
        "UPDATE kind SET result = ?, asked = ? WHERE sop_class = ? AND transfer_syntax = ?",
        (result, time.time(), sop_class, transfer_syntax),
    )


def expect(db: sqlite3.Connection, results: Mapping[tuple[str, str], int]) -> None:
    """Store the results of many kinds, also of kinds that are not in the manifest: the source may not be read yet."""
    db.executemany("INSERT OR IGNORE INTO kind (sop_class, transfer_syntax) VALUES (?, ?)", results)
    for kind, result in results.items():
        negotiated(db, *kind, result)


def count_failures(db: sqlite3.Connection, entries: Sequence[int]) -> None:
    """Count a failure of these entries: others passed, so it is not the destination that fails."""
    bulk.with_ids(db, "UPDATE entry SET tries = tries + 1 WHERE id IN", entries)


def retry_failed(manifest: Manifest) -> None:
    """Put refused entries back into the queue; unknown ones may be queried and sent again."""
    with manifest.writing() as db:
        refused = db.execute(_RETRY_REFUSED).rowcount
        unknown = db.execute(_RETRY_UNKNOWN).rowcount
        audit.write(db, audit.RETRIED, "refused and unanswered", files=refused + unknown)


def retry_missing(manifest: Manifest) -> int:
    """Put entries back into the queue that were copied and the destination does not name; return their number."""
    with manifest.writing() as db:
        missing = db.execute(_RETRY_MISSING).rowcount
        audit.write(db, audit.RETRIED, "copied and not named", files=missing)
    return missing


def may_be_copied_again(manifest: Manifest) -> bool:
    """Whether `retry_failed` or `retry_missing` would put an entry back into the queue, or let it be queried."""
    return bool(manifest.value(_CAN_RETRY))


def unknown(manifest: Manifest) -> Iterator[sqlite3.Row]:
    """Yield every entry that may or may not have arrived, a page at a time, so that it may be changed meanwhile."""
    last = 0
    while True:
        page = list(manifest.rows(_UNKNOWN, (last,)))
        if not page:
            return
        yield from page
        last = page[-1]["id"]


def copy_first(manifest: Manifest, studies: Sequence[int] = (), first: bool = True, patient: int | None = None) -> None:
    """Send these studies, or all of a patient, before all others, or in their turn again."""
    with manifest.writing() as db:
        db.executemany("UPDATE study SET turn = ? WHERE id = ?", [(int(not first), study) for study in studies])
        db.execute("UPDATE study SET turn = ?1 WHERE patient = ?2 AND turn <> ?1", (int(not first), patient))
        subjects = [f"study {study}" for study in studies] + ([] if patient is None else [f"patient {patient}"])
        audit.write(db, audit.FIRST if first else audit.IN_TURN, ", ".join(subjects))


def _orders_and_study(send_order: int | None, study: int | None) -> tuple[int | None, ...]:
    return (*((send_order, send_order) if send_order is not None else SEND_ORDERS), study, study)
