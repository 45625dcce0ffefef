"""Entries to decide about, and what became of them."""

from __future__ import annotations

from typing import Any

from tests.report.samples import CT, IMPLICIT, PLACE, Sample
from wizard.manifest import decisions, entries
from wizard.manifest.decisions import RULES
from wizard.manifest.entries import SameUid
from wizard.reasons import Reason
from wizard.vocabulary import Bucket

PROBLEMS = {  # what reading calls it -> the topic a person decides about, and the bucket
    **{"broken": ("damaged", "damaged"), "no_picture": ("damaged", "damaged")},
    **{topic: (topic, "held_back") for topic in ("odd_length", "disagree", "unchecked", "rejection_note")},
    **{topic: (topic, "held_back") for topic in ("no_identity", "bad_uid")},
}
LONG = "1." + "2" * 63
REASONS = {  # what reading calls it -> the reason, as it is found in such a file
    "broken": Reason("cut_off", there=12, missing=3),
    "no_picture": Reason("no_picture"),
    "odd_length": Reason("odd_length", bytes=13),
    "disagree": Reason("disagree"),
    "unchecked": Reason("too_many_parts"),
    "rejection_note": Reason("rejection_note", code="113001"),
    "no_identity": Reason("no_uid", missing=("SOP Instance UID",)),
    "bad_uid": Reason("bad_uid", name="SOP Instance UID"),
    "unusual_uid": Reason("unusual_uid", name="SOP Instance UID", how=("12 bytes",)),
}
DECIDABLE = [(topic, action) for topic, rule in RULES.items() if len(rule.actions) > 1 for action in rule.actions]


def image(sample: Sample, bucket: str = "pending", topic: str = "", **fields: Any) -> int:
    """Read one image, with what reading found of it."""
    fields.setdefault("sop_uid", f"1.9.{sample._files + 1}")
    fields.setdefault("kind", (CT, IMPLICIT))
    fields.setdefault("dataset_offset", 132)
    place = fields.pop("place", {})
    if place and "study_uid" not in place:
        place = {"study_uid": f"1.7.{sample._files}", **place}
    fields["place"] = None if place is None else PLACE._replace(**place)
    finding = REASONS[topic] if topic else None
    return sample.file(bucket, reason=finding if topic in PROBLEMS else None, topic=topic, finding=finding, **fields)


def read(sample: Sample) -> None:
    sample.read()
    decisions.apply(sample.manifest)


def conflict(sample: Sample, *ids: int) -> None:
    reason = Reason("conflict", n=len(ids)).stored
    entries.forget_same_uid(sample.manifest)
    entries.sort_out(sample.manifest, [SameUid(Bucket.CONFLICT, *reason, b"%032d" % one, None, one) for one in ids])


def state(sample: Sample, entry: int) -> tuple[str, str, str, int]:
    """Final bucket, code of the reason, its values, lane."""
    sql = "SELECT final_bucket, final_code, final_values, lane FROM ledger WHERE id = ?"
    found = sample.manifest.row(sql, (entry,))
    assert found is not None
    return found[0], found[1], found[2], found[3]


def where(sample: Sample, entry: int) -> tuple[str, int]:
    found = state(sample, entry)
    return found[0], found[3]
