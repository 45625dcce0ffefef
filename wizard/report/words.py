"""The words of the report for outcomes, results, topics and actions, as in the window."""

from __future__ import annotations

from wizard.language.message import Message, Size
from wizard.manifest import ledger
from wizard.manifest.buckets import ARRIVED
from wizard.manifest.decisions import LARGE
from wizard.vocabulary import Action, Bucket, ReadBack, Result, Topic

#: The meaning of each outcome, in the order in which people read them. A report can have any reader.
MEANINGS: dict[str, Message] = {
    **ledger.BUCKETS,
    Bucket.CONFLICT: Message("Different images have the same UID. None of them is copied until somebody decides."),
}
NOT_FOUND = Message("Not found in the new PACS")

RESULTS: dict[str, Message] = {
    Result.MATCH: Message("MATCH"),
    Result.MISMATCH: Message("MISMATCH"),
    Result.NOT_CHECKED: Message("NOT CHECKED"),
}
READ_BACK: dict[str, Message] = {
    ReadBack.IDENTICAL: Message("Identical"),
    ReadBack.SAME_VALUES: Message("Same values, another encoding"),
    ReadBack.DIFFERENT: Message("Different"),
    ReadBack.NOT_CHECKED: Message("Not checked"),
}
TOPICS: dict[str, Message] = {
    Topic.BROKEN: Message("cut off or broken inside"),
    Topic.NO_PICTURE: Message("without pixel data or without its document"),
    Topic.ODD_LENGTH: Message("odd data length"),
    Topic.DISAGREE: Message("file header and content do not match"),
    Topic.UNCHECKED: Message("too large or too deeply nested; not checked for completeness"),
    Topic.REJECTION_NOTE: Message("rejection notes"),
    Topic.NO_IDENTITY: Message("without an image, series or study UID"),
    Topic.BAD_UID: Message("a UID or the format is not valid"),
    Topic.UNUSUAL_UID: Message("unusual UID"),
    Topic.YOUNG: Message("was being written when it was found"),
    Topic.DAMAGED: Message("damaged: cut off, broken inside, or without pixel data"),
    Topic.CONFLICT: Message("same UID as a different file"),
    Topic.LONG_UID: Message("UID longer than 64 characters"),
    Topic.PRIVATE_CLASS: Message("image type of a vendor (private SOP class)"),
    Topic.RETIRED_CLASS: Message("image type retired from the standard"),
    Topic.LARGE: Message("larger than {size}", size=Size(LARGE)),
    Topic.IDENTITY: Message("patient IDs used with different names, birth dates or sexes"),
    Topic.TWO_PATIENTS: Message("studies with two patient IDs"),
    Topic.NO_PATIENT_ID: Message("patients without a real patient ID"),
    Topic.REFERENCES: Message("reports, annotations or plans that refer to images not in the folders"),
}
ACTIONS: dict[str, Message] = {
    Action.LEAVE_OUT: Message("Do not copy"),
    Action.SEND: Message("Copy"),
    Action.SEND_LAST: Message("Copy last"),
}
STEPS: dict[str, Message] = {
    "discover": Message("Discover"),
    "source": Message("Source"),
    "check": Message("Check"),
    "copy": Message("Copy"),
    "verify": Message("Verify"),
    "export": Message("Export"),
    "commitment": Message("storage commitment"),
    "read_back": Message("reading back"),
    "old_list": Message("list of the old PACS"),
}


def outcome(bucket: str) -> Message:
    """Name the outcome of an open item: a file that the new PACS accepted or had is one if it was not found later."""
    return NOT_FOUND if bucket in ARRIVED else ledger.OUTCOMES[bucket]
