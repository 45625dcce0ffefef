"""Which words of the vocabulary belong together, and how SQL spells them.

A statement names a single word as '{Bucket.PENDING}' and a group as {sql_list(ARRIVED)}, put in where the statement is
made: once, when its module is loaded.
"""

from __future__ import annotations

from typing import Iterable

from wizard.vocabulary import Bucket, Word

#: What the destination took, just as it was sent.
TAKEN = (Bucket.COPIED, Bucket.COPIED_WITH_REMARK)
#: What is at the destination as far as we know; being asked, it may say otherwise.
ARRIVED = (*TAKEN, Bucket.ALREADY_THERE)
#: What the destination has given its last word on.
ANSWERED = (*ARRIVED, Bucket.REFUSED)
#: What was sent, or need not be, whatever came of it.
SENT = (*ANSWERED, Bucket.UNKNOWN)
#: What can be sent, or was.
SENDABLE = (Bucket.PENDING, *SENT)
#: What is still to be sent or to be asked about.
WAITING = (Bucket.PENDING, Bucket.UNKNOWN)
#: What did not arrive, or nobody knows it, and may be tried again.
FAILED = (Bucket.REFUSED, Bucket.UNKNOWN)

#: What comparing files with the same SOP Instance UID makes of them.
SAME_UID = (Bucket.DUPLICATE, Bucket.CONFLICT)
#: What has something wrong inside, as reading found it.
FLAWED = (Bucket.DAMAGED, Bucket.HELD_BACK)
#: What is no candidate for being one of several files with the same SOP Instance UID.
UNUSABLE = (*FLAWED, Bucket.UNREADABLE)
#: What reading found that cannot go as it is.
PROBLEMS = (Bucket.CONFLICT, Bucket.HELD_BACK, Bucket.DAMAGED, Bucket.UNREADABLE, Bucket.CHANGED)
#: What naming its UID does not confirm: two files claim it, or the file is another one now.
DOUBTFUL = (Bucket.CONFLICT, Bucket.CHANGED)

#: What the destination is not expected to have, and need not.
NOT_EXPECTED = (Bucket.LEFT_OUT, Bucket.DUPLICATE, Bucket.INDEX, Bucket.NOT_DICOM)
#: What is fine at the end of a migration.
SETTLED = (*ARRIVED, *NOT_EXPECTED)
#: What the report lists one by one: all that is not settled.
EXCEPTIONS = tuple(bucket for bucket in Bucket if bucket not in SETTLED)

#: What the table of entries holds: that an entry is left out is said by the ledger, which knows what is chosen.
STORED = tuple(bucket for bucket in Bucket if bucket is not Bucket.LEFT_OUT)


def sql_list(words: Iterable[Word]) -> str:
    """Some words as SQL's IN takes them."""
    return f"({', '.join(map(sql_text, words))})"


def sql_text(word: Word) -> str:
    """One word as a text of SQL."""
    return f"'{word}'"
