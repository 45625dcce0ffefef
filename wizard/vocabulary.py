"""Define the words for the outcome of a file and for what is done about it; no other module defines one.

The manifest stores them, JSON prints them and tables hold them, so none of them may change; the texts for people are
kept elsewhere. A member is its own text: it equals the plain text of the same letters, is found in its place in a dict,
and is written like it everywhere. SQLite returns plain text, which need not be converted to be compared or looked up.

The module lies below all others, because `wizard.dicom` uses some of these words and imports no manifest. Their groups
and their SQL are in `wizard.manifest.buckets`.
"""

from __future__ import annotations

from enum import Enum


class Word(str, Enum):
    """A text from a fixed set. `str` and `format` give the plain text in every version of Python."""

    def __str__(self) -> str:
        return str.__str__(self)

    def __format__(self, specification: str) -> str:
        return str.__format__(self, specification)


class Bucket(Word):
    """The outcome of an entry, in the order in which people read it. Each entry has exactly one."""

    COPIED = "copied"
    """The destination answered success."""
    COPIED_WITH_REMARK = "copied_with_remark"
    """The destination answered a warning; its comment is kept."""
    ALREADY_THERE = "already_there"
    """A query found this instance at the destination before it was sent."""
    DUPLICATE = "duplicate"
    """Another entry has the same SOP Instance UID and the same data set, byte for byte; that one is sent."""
    PENDING = "pending"
    """It is chosen, and not sent yet."""
    LEFT_OUT = "left_out"
    """A person excluded it: it is unticked, outside the filter, or excluded by decision. Only the ledger says so; the
    entry itself is pending."""
    REFUSED = "refused"
    """The destination answered a failure, or accepts no presentation context for it."""
    UNKNOWN = "unknown"
    """No valid answer came: it may or may not have arrived."""
    CHANGED = "changed"
    """Its size or time has changed since it was read."""
    CONFLICT = "conflict"
    """Another entry has the same SOP Instance UID and other content; none is sent until a person decides."""
    HELD_BACK = "held_back"
    """It is DICOM, and cannot be sent as it is."""
    DAMAGED = "damaged"
    """It is cut off or broken inside."""
    UNREADABLE = "unreadable"
    """The operating system refused or failed to read it."""
    INDEX = "index"
    """It is a DICOMDIR: a list of files, not an image."""
    NOT_DICOM = "not_dicom"
    """It is anything else."""


class Topic(Word):
    """A remarkable property of an entry: found by reading, or decided about by a person."""

    # Found by reading, decided about as `DAMAGED`
    BROKEN = "broken"
    """It is cut off or broken inside."""
    NO_PICTURE = "no_picture"
    """The picture or the document itself is missing."""

    # Found by reading, decided about under the same word
    ODD_LENGTH = "odd_length"
    """Its data set has an odd number of bytes."""
    DISAGREE = "disagree"
    """Its file meta information and its data set disagree."""
    UNCHECKED = "unchecked"
    """It is too large or too deep inside to be checked to its end."""
    REJECTION_NOTE = "rejection_note"
    """It tells a PACS to hide or to delete images."""
    NO_IDENTITY = "no_identity"
    """It has no UID of its image, series or study."""
    BAD_UID = "bad_uid"
    """One of its UIDs, or its transfer syntax, is no valid UID."""
    UNUSUAL_UID = "unusual_uid"
    """One of its UIDs is unusual, and can be sent all the same."""

    # Found by reading, with nothing to decide
    YOUNG = "young"
    """It was being written when it was found, and is read again later."""

    # Decided about
    DAMAGED = "damaged"
    """It is broken, or without its picture."""
    CONFLICT = "conflict"
    """Different files claim its SOP Instance UID."""
    LONG_UID = "long_uid"
    """One of its UIDs is longer than 64 characters."""
    PRIVATE_CLASS = "private_class"
    """Its SOP class is a vendor's private one."""
    RETIRED_CLASS = "retired_class"
    """The standard has retired its SOP class."""
    LARGE = "large"
    """It is larger than 1 GB."""
    IDENTITY = "identity"
    """Its Patient ID stands for patients with different names, birth dates or sexes."""
    TWO_PATIENTS = "two_patients"
    """Its study belongs to two patients at once."""
    NO_PATIENT_ID = "no_patient_id"
    """Its patient has no real Patient ID."""
    REFERENCES = "references"
    """It refers to images that are not in the source."""


class Action(Word):
    """The decision about the entries of a topic."""

    LEAVE_OUT = "leave_out"
    """They are not sent."""
    SEND = "send"
    """They are sent in the usual order."""
    SEND_LAST = "send_last"
    """They are sent after all others, each alone."""


class Retry(Word):
    """Whether sending an instance again makes sense after its outcome."""

    NO = "no"
    """It does not: the outcome would be the same."""
    LATER = "later"
    """It does after a pause: the destination is full or busy."""
    ONCE = "once"
    """It does once more, at the end: the cause may have been temporary."""
    ASK = "ask"
    """A query asks the destination first whether it has the instance."""
    LOST = "lost"
    """No answer came: the association was lost while the instance was being sent."""
    STOP = "stop"
    """Sending anything is pointless until somebody acts."""
    STOPPED = "stopped"
    """A person stopped while the instance was being sent."""


class Grade(Word):
    """How an instance was verified, from the strongest evidence to the weakest."""

    A = "A"
    """A query named its own SOP Instance UID."""
    B = "B"
    """A query listed its whole series."""
    C = "C"
    """The destination only reported how many instances it has, which confirms none."""
    D = "D"
    """The destination only reported whether it has the study, which confirms no instance."""
    E = "E"
    """There was no query, or no valid answer."""


class Result(Word):
    """The result of verifying one study."""

    MATCH = "MATCH"
    """The answers named every expected instance."""
    MISMATCH = "MISMATCH"
    """The answers did not name at least one of them."""
    NOT_CHECKED = "NOT CHECKED"
    """No instance is known to be missing, and at least one has no usable answer."""


class Who(Word):
    """Who needs to act about a file or an error."""

    YOU = "you"
    """The person at this computer."""
    PACS_ADMINISTRATOR = "pacs_administrator"
    """Whoever administers the new PACS."""
    IT = "it"
    """The IT department: network, names, firewalls."""
    OLD_PACS = "old_pacs"
    """The vendor of the old PACS, whose program wrote the files."""


class ReadBack(Word):
    """The result of comparing an image that was read back from the destination with its file."""

    IDENTICAL = "identical"
    """Their data sets are the same, byte for byte."""
    SAME_VALUES = "same_values"
    """Their values are the same, in another encoding."""
    DIFFERENT = "different"
    """Their values differ."""
    NOT_CHECKED = "not_checked"
    """They could not be compared."""
