"""The groups of words of the vocabulary, and their spelling in SQL.

A statement names a single word as '{Bucket.PENDING}' and a group as {sql_list(ARRIVED)}, put in where the statement is
made: once, when its module is loaded.
"""

from __future__ import annotations

from typing import Iterable

from wizard.vocabulary import Bucket, Word

#: The destination accepted the image, with or without a warning.
TAKEN = (Bucket.COPIED, Bucket.COPIED_WITH_REMARK)
#: The destination has the image as far as we know; a query may show otherwise.
ARRIVED = (*TAKEN, Bucket.ALREADY_THERE)
#: The destination has answered, and nothing more is sent.
ANSWERED = (*ARRIVED, Bucket.REFUSED)
#: The image was sent, or need not be, whatever the outcome.
SENT = (*ANSWERED, Bucket.UNKNOWN)
#: The image can be sent, or was.
SENDABLE = (Bucket.PENDING, *SENT)
#: The image is still to be sent or to be queried.
WAITING = (Bucket.PENDING, Bucket.UNKNOWN)
#: The image did not arrive, or nobody knows it, and may be tried again.
FAILED = (Bucket.REFUSED, Bucket.UNKNOWN)

#: The results of comparing files with the same SOP Instance UID.
SAME_UID = (Bucket.DUPLICATE, Bucket.CONFLICT)
#: Reading found something wrong inside the file.
FLAWED = (Bucket.DAMAGED, Bucket.HELD_BACK)
#: The file is no candidate when files with the same SOP Instance UID are compared.
UNUSABLE = (*FLAWED, Bucket.UNREADABLE)
#: The file cannot be sent as it is.
PROBLEMS = (Bucket.CONFLICT, Bucket.HELD_BACK, Bucket.DAMAGED, Bucket.UNREADABLE, Bucket.CHANGED)
#: An answer that names the UID does not confirm the file: two files have it, or the file is another one now.
DOUBTFUL = (Bucket.CONFLICT, Bucket.CHANGED)

#: The destination is not expected to have the file, and need not.
NOT_EXPECTED = (Bucket.LEFT_OUT, Bucket.DUPLICATE, Bucket.INDEX, Bucket.NOT_DICOM)
#: Nobody has to look at the file at the end of a migration.
SETTLED = (*ARRIVED, *NOT_EXPECTED)
#: The report lists the file by itself: it is not settled.
EXCEPTIONS = tuple(bucket for bucket in Bucket if bucket not in SETTLED)

#: The buckets in the table of entries. The ledger alone says that an entry is left out, because it knows the choice.
STORED = tuple(bucket for bucket in Bucket if bucket is not Bucket.LEFT_OUT)


def sql_list(words: Iterable[Word]) -> str:
    """Write words as a list for IN."""
    return f"({', '.join(map(sql_text, words))})"


def sql_text(word: Word) -> str:
    """Write one word as a text of SQL."""
    return f"'{word}'"
