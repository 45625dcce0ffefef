"""Map a C-STORE status to the bucket, whether a retry makes sense, and the reason.

The table is PS3.4 B.2.3 (table B.2-1) and PS3.7 Annex C, with the meanings that PACS are known to give them. A status
outside the table is never success: the instance is `unknown` until the destination is queried.
"""

from __future__ import annotations

from typing import NamedTuple

from wizard.language.message import Message
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


def rejection(source: int, reason: int, called: str, calling: str) -> Message:
    """Say in a sentence why the new PACS rejected an association, by the codes of PS3.8 table 9-21."""
    if (source, reason) in ((1, 1), (2, 1)):
        return Message("The new PACS rejected the connection without giving a reason.")
    if (source, reason) == (1, 2):
        return Message("The new PACS does not support this DICOM application context.")
    if (source, reason) == (1, 3):
        return Message(
            "The new PACS does not know this computer. Our AE title “{calling}” must be registered there.",
            calling=calling,
        )
    if (source, reason) == (1, 7):
        return Message(
            "The new PACS does not recognise the AE title “{called}”. Ask the PACS administrator for the correct one.",
            called=called,
        )
    if (source, reason) == (2, 2):
        return Message("The new PACS does not support this DICOM protocol version.")
    if (source, reason) == (3, 1):
        return Message("The new PACS is busy at the moment.")
    if (source, reason) == (3, 2):
        return Message("The new PACS accepts no more connections at the moment.")
    return Message("The new PACS rejected the connection.")


#: PS3.8 table 9-18: each result of a presentation context that was not accepted, and the code of its reason.
CONTEXT_RESULTS = {
    1: "type_unwanted",
    2: "type_without_reason",
    3: "sop_class_rejected",
    4: "transfer_syntax_rejected",
}


def context_reason(result: int) -> Reason:
    """Return the reason of a result that is not acceptance."""
    return Reason(CONTEXT_RESULTS.get(result, CONTEXT_RESULTS[2]))
