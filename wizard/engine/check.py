"""Step 3, Check: what stands in the way of copying, one line for each kind of problem, with who must act."""

from __future__ import annotations

import time
from dataclasses import dataclass

from wizard.dicom import status
from wizard.dicom.destination import Destination
from wizard.engine import discover
from wizard.engine.events import Events, Progress
from wizard.engine.job import Control
from wizard.errors import PACS_ADMINISTRATOR, YOU
from wizard.manifest import ledger, queue
from wizard.manifest.manifest import Manifest


@dataclass(frozen=True)
class Line:
    """How many, what it means in plain words, who must act, and the bucket or topic it belongs to."""

    count: int
    sentence: str
    who: str
    bucket: str


_IDENTITIES = """
    SELECT COUNT(*) FROM (SELECT patient_id FROM patient WHERE patient_id <> '' GROUP BY patient_id, issuer
                          HAVING COUNT(*) > 1)"""
_TWO_PATIENTS = """
    SELECT COUNT(*) FROM (SELECT study_uid FROM study JOIN patient ON patient.id = study.patient GROUP BY study_uid
                          HAVING COUNT(DISTINCT patient_id) > 1)"""
_NO_ID = "SELECT COUNT(*) FROM patient WHERE patient_id IN ('', '0', 'UNKNOWN', 'TEST', 'ANONYMOUS')"


def run(manifest: Manifest, destination: Destination, control: Control, events: Events) -> tuple[Line, ...]:
    """Ask the destination which kinds it takes, and list everything a person should know before copying.

    Raises
    ------
    DestinationError, ManifestError, Stopped
    """
    started = time.monotonic()
    with manifest.running("check"):
        kinds = queue.all_kinds(manifest)
        results = discover.negotiate(destination, kinds, control)
        with manifest.writing() as db:
            for (sop_class, syntax), result in results:
                queue.negotiated(db, sop_class, syntax, result)
        found = lines(manifest)
        events.state(Progress("check", len(kinds), total=len(kinds), seconds=time.monotonic() - started))
    return found


def lines(manifest: Manifest) -> tuple[Line, ...]:
    """The lines as the manifest knows them now, without asking anybody."""
    found = [
        Line(reason.count, _sentence(reason.bucket, reason.reason), reason.who, reason.bucket)
        for reason in ledger.reasons(manifest)
        if reason.bucket != "pending"
    ]
    found += _not_taken(manifest)
    duplicates = manifest.value("SELECT COUNT(*) FROM entry WHERE bucket = 'duplicate'")
    found += [Line(duplicates, "exact duplicates of other files; each image is sent once", "", "duplicate")]
    for sql, sentence in (
        (_IDENTITIES, "patient IDs stand for patients with different names, birth dates or sexes"),
        (_TWO_PATIENTS, "studies belong to two patients at once"),
        (_NO_ID, "patients have no real patient ID"),
    ):
        found.append(Line(manifest.value(sql), f"{sentence}; the new PACS may mix them up", YOU, "identity"))
    folders = manifest.value("SELECT COUNT(*) FROM folder WHERE error IS NOT NULL")
    found.append(Line(folders, "folders could not be opened; what is in them is not known", YOU, "folders"))
    archives = sum(count for extension, count in ledger.extensions(manifest).items() if extension in ledger.ARCHIVES)
    found.append(
        Line(
            archives,
            "packed archives or disc images; they may hold images, and were not opened",
            YOU,
            "archives",
        )
    )
    return tuple(line for line in found if line.count)


def _not_taken(manifest: Manifest) -> list[Line]:
    """Chosen instances of kinds that the destination refused in the last negotiation, a line for each reason."""
    counts: dict[int, int] = {}
    for kind in queue.kinds(manifest):
        if kind.result:
            counts[kind.result] = counts.get(kind.result, 0) + kind.count
    return [
        Line(count, status.CONTEXT_RESULTS[result], PACS_ADMINISTRATOR, "not taken")
        for result, count in sorted(counts.items())
    ]


def _sentence(bucket: str, reason: str) -> str:
    meaning = ledger.BUCKETS[bucket]
    return f"{meaning} ({reason})" if reason and reason not in meaning else meaning
