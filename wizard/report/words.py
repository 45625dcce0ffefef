"""The words of the report for outcomes, results, topics and actions, as in the window."""

from __future__ import annotations

from wizard.language.message import Message
from wizard.manifest.buckets import ARRIVED
from wizard.manifest.ledger import ReasonCount
from wizard.vocabulary import Action, Bucket, ReadBack, Result, Topic

#: The outcome of a file, and its meaning, in the order in which people read them.
OUTCOMES: dict[str, tuple[Message, Message]] = {
    Bucket.COPIED: (Message("Copied"), Message("the new PACS reported success")),
    Bucket.COPIED_WITH_REMARK: (Message("Copied with a warning"), Message("the new PACS returned a warning")),
    Bucket.ALREADY_THERE: (Message("Already there"), Message("found in the new PACS beforehand; not copied")),
    Bucket.DUPLICATE: (Message("Duplicate"), Message("the same image as another file; it is copied once")),
    Bucket.PENDING: (Message("Still to copy"), Message("selected, not copied yet")),
    Bucket.LEFT_OUT: (Message("Excluded"), Message("unticked, filtered out, or by decision")),
    Bucket.REFUSED: (Message("Rejected"), Message("the new PACS did not accept it")),
    Bucket.UNKNOWN: (Message("No response"), Message("no valid response: it may or may not have arrived")),
    Bucket.CHANGED: (Message("Changed since it was read"), Message("changed, or gone; it is not copied in that form")),
    Bucket.CONFLICT: (Message("UID conflict"), Message("different images with the same UID; one has to be chosen")),
    Bucket.HELD_BACK: (Message("On hold"), Message("an image that cannot be copied as it is")),
    Bucket.DAMAGED: (Message("Damaged"), Message("cut off, broken inside, or without pixel data")),
    Bucket.UNREADABLE: (Message("Unreadable"), Message("the file could not be read")),
    Bucket.INDEX: (Message("DICOMDIR"), Message("a list of files, not an image")),
    Bucket.NOT_DICOM: (Message("Not DICOM"), Message("not a DICOM file")),
}
NOT_FOUND = Message("Not found in the new PACS")

RESULTS: dict[str, Message] = {
    Result.MATCH: Message("MATCH"),
    Result.MISMATCH: Message("MISMATCH"),
    Result.NOT_CHECKED: Message("NOT CHECKED"),
}
READ_BACK: dict[str, Message] = {
    ReadBack.IDENTICAL: Message("Identical"),
    ReadBack.SAME_VALUES: Message("The same values in another encoding"),
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
    Topic.LARGE: Message("larger than 1 GiB"),
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
    return NOT_FOUND if bucket in ARRIVED else OUTCOMES[bucket][0]


def why(group: ReasonCount) -> Message | str:
    """Return the reason that open items share; "" if there is none to name."""
    return group.reason or TOPICS.get(group.topic, "")
