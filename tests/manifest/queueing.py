"""Two studies and a bit that wait, and how they are handed out and answered."""

from __future__ import annotations

from pathlib import Path

from tests.report.samples import IMPLICIT, Sample
from wizard.manifest import ledger, queue
from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import Attempt, Outcome, Ticket
from wizard.manifest.study_order import StudyOrder
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

MR = "1.2.840.10008.5.1.4.1.1.4"


def grow(path: Path) -> Sample:
    """Two studies with three images each, of which one is MR, and a third study with one."""
    sample = Sample(path)
    for study in ("1", "2"):
        for number in ("1", "2", "3"):
            sample.image(study_uid=study, series_uid=study + ".1", sop_uid=f"{study}.1.{number}")
    sample.image(study_uid="3", series_uid="3.1", sop_uid="3.1.1", patient_id="X", name="Beispiel, Bernd")
    sample.read()
    with sample.manifest.writing() as db:
        mr = db.execute("INSERT INTO kind (sop_class, transfer_syntax) VALUES (?, ?)", (MR, IMPLICIT)).lastrowid
        db.execute("UPDATE entry SET kind = ? WHERE sop_uid IN ('1.1.3', '2.1.3')", (mr,))
    return sample


def hand_out(
    manifest: Manifest,
    study: int,
    after: Ticket | None = None,
    limit: int = 100,
    *,
    only: str = "",
    send_order: int = 0,
) -> list[Ticket]:
    kinds = [kind.id for kind in queue.kinds(manifest) if only in (kind.sop_class, "")]
    with manifest.writing() as db:
        return queue.hand_out(db, study, after, kinds, limit, send_order)


def uids(tickets: list[Ticket]) -> list[str]:
    return [ticket.sop_uid for ticket in tickets]


def states(manifest: Manifest) -> dict[str, tuple[str, int]]:
    return {row["sop_uid"]: (row["bucket"], row["tries"]) for row in ledger.rows(manifest)}


def studies(manifest: Manifest, send_order: int = 0) -> list[int]:
    turns = StudyOrder(manifest, send_order)
    return [place.study for place in iter(turns.next, None)]


def answer(
    manifest: Manifest,
    tickets: list[Ticket],
    bucket: str,
    status: int | None = 0,
    reason: Reason | None = None,
    counts: int = 0,
) -> None:
    with manifest.writing() as db:
        queue.record(
            db,
            [Outcome(Bucket(bucket), reason, b"x" * 32, ticket.entry, counts) for ticket in tickets],
            [Attempt(ticket.entry, 1.0, 1001, status, "said", "(0008,0018)", 868, 0.5) for ticket in tickets],
        )
