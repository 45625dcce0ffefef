"""Map a C-STORE status to the bucket, whether a retry makes sense, who must act, and a sentence.

The table is PS3.4 B.2.3 (table B.2-1) and PS3.7 Annex C, with the meanings that PACS are known to give them. A status
outside the table is never success: the instance is `unknown` until the destination is queried.
"""

from __future__ import annotations

from typing import NamedTuple

from wizard.errors import OLD_PACS, PACS_ADMINISTRATOR, YOU
from wizard.language.message import Message
from wizard.vocabulary import Bucket, Retry


class Meaning(NamedTuple):
    """The meaning of one range of statuses for an instance."""

    bucket: Bucket
    retry: Retry
    who: str
    sentence: str


SUCCESS = 0x0000
DUPLICATE_INVOCATION = 0x0210

_FULL = "The new PACS says that it is full or busy."
_FAILED = "The new PACS could not process this file."
_SETTING = "The new PACS does not take this kind of image."
_FORBIDDEN = "The new PACS does not allow this computer to send."
_FILE = "The new PACS finds this file wrong"


def _remark(sentence: str) -> Meaning:
    return Meaning(Bucket.COPIED_WITH_REMARK, Retry.NO, PACS_ADMINISTRATOR, sentence)


# (first status, last status, meaning): the first matching row counts.
_TABLE: tuple[tuple[int, int, Meaning], ...] = (
    (0x0000, 0x0000, Meaning(Bucket.COPIED, Retry.NO, "", "Copied.")),
    (0xB000, 0xB000, _remark("Copied; the new PACS changed some of its text.")),
    (0xB006, 0xB006, _remark("Copied; the new PACS left out a part of it.")),
    (0xB007, 0xB007, _remark("Copied; the new PACS says that its content does not fit its kind.")),
    (0xB000, 0xBFFF, _remark("Copied; the new PACS made a remark.")),
    (0x0107, 0x0107, _remark("Copied; the new PACS did not know some values.")),
    (0x0116, 0x0116, _remark("Copied; the new PACS finds a value out of range.")),
    (0xA700, 0xA7FF, Meaning(Bucket.REFUSED, Retry.LATER, PACS_ADMINISTRATOR, _FULL)),
    (0x0213, 0x0213, Meaning(Bucket.REFUSED, Retry.LATER, PACS_ADMINISTRATOR, _FULL)),
    (0xA900, 0xA9FF, Meaning(Bucket.REFUSED, Retry.NO, OLD_PACS, f"{_FILE}: its content does not fit its kind.")),
    (0xC000, 0xCFFF, Meaning(Bucket.REFUSED, Retry.ONCE, OLD_PACS, "The new PACS cannot understand this file.")),
    (0x0110, 0x0110, Meaning(Bucket.REFUSED, Retry.ONCE, PACS_ADMINISTRATOR, _FAILED)),
    (
        *(0x0111, 0x0111),
        Meaning(Bucket.UNKNOWN, Retry.ASK, PACS_ADMINISTRATOR, "The new PACS says that it already has this image."),
    ),
    (0x0105, 0x0106, Meaning(Bucket.REFUSED, Retry.NO, OLD_PACS, f"{_FILE}: a value is not allowed.")),
    (0x0112, 0x0112, Meaning(Bucket.REFUSED, Retry.NO, PACS_ADMINISTRATOR, _SETTING)),
    (0x0115, 0x0115, Meaning(Bucket.REFUSED, Retry.NO, OLD_PACS, f"{_FILE}: a value is not allowed.")),
    (0x0117, 0x0117, Meaning(Bucket.REFUSED, Retry.NO, OLD_PACS, f"{_FILE}: its identity is not allowed.")),
    (0x0120, 0x0121, Meaning(Bucket.REFUSED, Retry.NO, OLD_PACS, f"{_FILE}: a required value is missing.")),
    (0x0118, 0x0118, Meaning(Bucket.REFUSED, Retry.NO, PACS_ADMINISTRATOR, _SETTING)),
    (0x0119, 0x0119, Meaning(Bucket.REFUSED, Retry.NO, OLD_PACS, f"{_FILE}: its content does not fit its kind.")),
    (0x0122, 0x0122, Meaning(Bucket.REFUSED, Retry.NO, PACS_ADMINISTRATOR, _SETTING)),
    (0x0124, 0x0124, Meaning(Bucket.REFUSED, Retry.STOP, PACS_ADMINISTRATOR, _FORBIDDEN)),
    (0x0214, 0x0214, Meaning(Bucket.REFUSED, Retry.STOP, PACS_ADMINISTRATOR, _FORBIDDEN)),
    (0x0210, 0x0210, Meaning(Bucket.UNKNOWN, Retry.ASK, YOU, "The new PACS says that this message came twice.")),
    (0x0211, 0x0212, Meaning(Bucket.REFUSED, Retry.NO, PACS_ADMINISTRATOR, "The new PACS does not know how to store.")),
)  # fmt: skip

UNDEFINED = Meaning(
    Bucket.UNKNOWN, Retry.ASK, PACS_ADMINISTRATOR, "The new PACS gave an answer that the standard does not know."
)
NO_ANSWER = Meaning(
    Bucket.UNKNOWN, Retry.ASK, PACS_ADMINISTRATOR, "No answer came for this file: it may or may not have arrived."
)


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
