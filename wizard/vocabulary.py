"""The words that stand for what became of a file, and for what is done about it: each is defined here, and only here.

They are what is stored in the manifest, printed as JSON and written into tables, so none of them may change; what a
person reads for them is kept elsewhere. A member is its own text: it equals the plain text of the same letters, is
found in its place in a dict, and is written like it everywhere. What comes back from SQLite is plain text, and need
not be converted to be compared or looked up.

The module lies below all others, because the reading of DICOM gives some of these words and knows no manifest. Which of
them belong together, and how SQL spells them, is in `wizard.manifest.buckets`.
"""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """A text out of a fixed set. `str` and `format` give the plain text in every version of Python."""

    def __str__(self) -> str:
        return str.__str__(self)

    def __format__(self, specification: str) -> str:
        return str.__format__(self, specification)


class Bucket(Word):
    """Where an entry ended up, in the order in which people read it. Each entry is in exactly one."""

    COPIED = "copied"
    """The destination answered success."""
    COPIED_WITH_REMARK = "copied_with_remark"
    """The destination answered a warning; its remark is kept."""
    ALREADY_THERE = "already_there"
    """The destination named this instance before it was sent."""
    DUPLICATE = "duplicate"
    """Another entry has the same SOP Instance UID and the same data set, byte for byte; that one is sent."""
    PENDING = "pending"
    """It is chosen, and not sent yet."""
    LEFT_OUT = "left_out"
    """A person left it out: it is unticked, outside the filter, or left out by decision. Only the ledger says so; the
    entry itself is pending."""
    REFUSED = "refused"
    """The destination answered a failure, or takes no presentation context for it."""
    UNKNOWN = "unknown"
    """No valid answer came: it may or may not have arrived."""
    CHANGED = "changed"
    """Its size or time has changed since it was read."""
    CONFLICT = "conflict"
    """Another entry has the same SOP Instance UID and other content; none is sent until a person decides."""
    HELD_BACK = "held_back"
    """It is DICOM, and cannot go as it is."""
    DAMAGED = "damaged"
    """It is cut off or broken inside."""
    UNREADABLE = "unreadable"
    """The operating system refused or failed to read it."""
    INDEX = "index"
    """It is a DICOMDIR: a list of files, not an image."""
    NOT_DICOM = "not_dicom"
    """It is anything else."""


class Topic(Word):
    """What is remarkable about an entry: as reading found it, or as a person decides about it."""

    # Found by reading, and decided about as `DAMAGED`
    BROKEN = "broken"
    """It is cut off or broken inside."""
    NO_PICTURE = "no_picture"
    """The picture or the document itself is missing."""

    # Found by reading, and decided about under the same word
    ODD_LENGTH = "odd_length"
    """Its data set has an odd number of bytes."""
    DISAGREE = "disagree"
    """Its file meta information and its data set disagree."""
    UNCHECKED = "unchecked"
    """It is too large or too deep inside to be checked to its end."""
    REJECTION_NOTE = "rejection_note"
    """It tells a PACS to hide or to delete images."""
    NO_IDENTITY = "no_identity"
    """It does not say which image, series or study it is."""
    BAD_UID = "bad_uid"
    """One of its UIDs, or its transfer syntax, is no valid UID."""
    UNUSUAL_UID = "unusual_uid"
    """One of its UIDs is unusual, and can go all the same."""

    # Found by reading, and settled by it
    YOUNG = "young"
    """It was being written when it was seen, and is looked at again later."""

    # Decided about
    DAMAGED = "damaged"
    """It is broken, or without its picture."""
    CONFLICT = "conflict"
    """Different files claim its SOP Instance UID."""
    LONG_UID = "long_uid"
    """One of its UIDs is longer than 64 characters."""
    PRIVATE_CLASS = "private_class"
    """Its SOP class is one that its vendor invented."""
    RETIRED_CLASS = "retired_class"
    """Its SOP class is one that the standard no longer has."""
    LARGE = "large"
    """It is larger than 1 GiB."""
    IDENTITY = "identity"
    """Its Patient ID stands for patients with different names, birth dates or sexes."""
    TWO_PATIENTS = "two_patients"
    """Its study belongs to two patients at once."""
    NO_PATIENT_ID = "no_patient_id"
    """Its patient has no real Patient ID."""
    REFERENCES = "references"
    """It points to images that are not here."""


class Action(Word):
    """What is done about the entries of a topic."""

    LEAVE_OUT = "leave_out"
    """They are not sent."""
    SEND = "send"
    """They are sent in their turn."""
    SEND_LAST = "send_last"
    """They are sent after all others, each alone."""


class Retry(Word):
    """Whether sending an instance again makes sense, after what came of it."""

    NO = "no"
    """It does not: the same would come of it."""
    LATER = "later"
    """It does after a pause: the destination is full or busy."""
    ONCE = "once"
    """It does once more, at the end: what was wrong may have been the moment."""
    ASK = "ask"
    """The destination is asked first whether it has the instance."""
    LOST = "lost"
    """No answer came: the association was lost while the instance was under way."""
    STOP = "stop"
    """Sending anything is pointless until somebody acts."""
    STOPPED = "stopped"
    """A person stopped while the instance was under way."""


class Grade(Word):
    """How an instance was asked about, from the strongest evidence to the weakest."""

    A = "A"
    """It was asked about by its own SOP Instance UID."""
    B = "B"
    """It was looked for in the list of its whole series."""
    C = "C"
    """The destination says only how many instances it has, which confirms none."""
    D = "D"
    """The destination says only whether it has the study, which confirms no instance."""
    E = "E"
    """It was not asked about, or no valid answer came."""


class Result(Word):
    """What verifying came to for one study."""

    MATCH = "MATCH"
    """The destination named every expected instance."""
    MISMATCH = "MISMATCH"
    """The destination answered without naming at least one of them."""
    NOT_CHECKED = "NOT CHECKED"
    """None is known to be missing, and about at least one there is no usable answer."""


class ReadBack(Word):
    """What comparing an image that was read back from the destination with its file came to."""

    IDENTICAL = "identical"
    """Their data sets are the same, byte for byte."""
    SAME_VALUES = "same_values"
    """Their values are the same, in another encoding."""
    DIFFERENT = "different"
    """Their values differ."""
    NOT_CHECKED = "not_checked"
    """They could not be compared."""
