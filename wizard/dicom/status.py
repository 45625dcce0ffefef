"""Map a C-STORE status to the bucket, whether a retry makes sense, and the reason.

The table is PS3.4 B.2.3 (table B.2-1) and PS3.7 Annex C, with the meanings that PACS are known to give them. A status
outside the table is never success: the instance is `unknown` until the destination is queried.
"""

from __future__ import annotations

from typing import NamedTuple

from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Retry


class Meaning(NamedTuple):
    """The meaning of one range of statuses for an instance; `reason` is None for a plain success."""

    bucket: Bucket
    retry: Retry
    reason: Reason | None


SUCCESS = 0x0000
DUPLICATE_INVOCATION = 0x0210


def _explained(code: str, retry: Retry = Retry.NO) -> Meaning:
    reason = Reason(code)
    return Meaning(Bucket(reason.outcome), retry, reason)


# (first status, last status, meaning): the first matching row counts.
_TABLE: tuple[tuple[int, int, Meaning], ...] = (
    (0x0000, 0x0000, Meaning(Bucket.COPIED, Retry.NO, None)),
    (0xB000, 0xB000, _explained("data_changed")),
    (0xB006, 0xB006, _explained("data_discarded")),
    (0xB007, 0xB007, _explained("data_does_not_match")),
    (0xB000, 0xBFFF, _explained("warning")),
    (0x0107, 0x0107, _explained("values_not_recognised")),
    (0x0116, 0x0116, _explained("value_out_of_range")),
    (0xA700, 0xA7FF, _explained("full", Retry.LATER)),
    (0x0213, 0x0213, _explained("full", Retry.LATER)),
    (0xA900, 0xA9FF, _explained("rejected_content")),
    (0xC000, 0xCFFF, _explained("not_understood", Retry.ONCE)),
    (0x0110, 0x0110, _explained("failed", Retry.ONCE)),
    (0x0111, 0x0111, _explained("said_there", Retry.ASK)),
    (0x0105, 0x0106, _explained("value_not_allowed")),
    (0x0112, 0x0112, _explained("type_rejected")),
    (0x0115, 0x0115, _explained("value_not_allowed")),
    (0x0117, 0x0117, _explained("uid_not_allowed")),
    (0x0120, 0x0121, _explained("value_missing")),
    (0x0118, 0x0118, _explained("type_rejected")),
    (0x0119, 0x0119, _explained("rejected_content")),
    (0x0122, 0x0122, _explained("type_rejected")),
    (0x0124, 0x0124, _explained("not_allowed", Retry.STOP)),
    (0x0214, 0x0214, _explained("not_allowed", Retry.STOP)),
    (0x0210, 0x0210, _explained("said_twice", Retry.ASK)),
    (0x0211, 0x0212, _explained("store_not_offered")),
)

UNDEFINED = _explained("status_not_defined", Retry.ASK)
NO_ANSWER = _explained("no_response", Retry.ASK)


def meaning(status: int) -> Meaning:
    """Return the meaning of the destination's answer to a C-STORE."""
    for first, last, row in _TABLE:
        if first <= status <= last:
            return row
    return UNDEFINED


# PS3.8 table 9-21: A-ASSOCIATE-RJ, by (source, reason).
_REJECTIONS = {
    (1, 1): "{who} refused the connection without giving a reason.",
    (1, 2): "{who} does not speak this kind of DICOM (application context not supported).",
    (1, 3): "{who} does not know this computer: its AE title “{calling}” must be entered there.",
    (1, 7): "{who} does not answer to the AE title “{called}”. Ask for the right one.",
    (2, 1): "{who} refused the connection without giving a reason.",
    (2, 2): "{who} does not speak this version of DICOM.",
    (3, 1): "{who} is busy at the moment.",
    (3, 2): "{who} takes no more connections at the moment.",
}


def rejection(source: int, reason: int, called: str, calling: str, who: str = "The new PACS") -> str:
    """Say in a sentence why an association was rejected (PS3.8 9.3.4)."""
    text = _REJECTIONS.get((source, reason), "{who} refused the connection.")
    return text.format(who=who, called=called, calling=calling)


# PS3.8 table 9-18: the reason why a presentation context was not accepted.
CONTEXT_RESULTS = {
    1: "type_unwanted",
    2: "type_without_reason",
    3: "sop_class_rejected",
    4: "transfer_syntax_rejected",
}


def context_reason(result: int) -> Reason:
    """Return the reason of a result that is not acceptance."""
    return Reason(CONTEXT_RESULTS.get(result, CONTEXT_RESULTS[2]))
