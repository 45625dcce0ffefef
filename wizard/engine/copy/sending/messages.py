"""The messages from the senders to the dispatcher, and the outcome of a file as the manifest records it."""

from __future__ import annotations

from typing import NamedTuple, Sequence, Union

from wizard.dicom import status
from wizard.dicom.association import Answer
from wizard.dicom.contexts import PresentationKind
from wizard.errors import ReadFailed, why
from wizard.manifest.queue import Attempt, Outcome, Ticket
from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Retry


class Sent(NamedTuple):
    """The outcome of one ticket; `attempt` is None when nothing left this computer."""

    ticket: Ticket
    outcome: Outcome
    retry: Retry
    attempt: Attempt | None


class Unsent(NamedTuple):
    """Tickets that never left this computer."""

    tickets: Sequence[Ticket]


class WantsBatch(NamedTuple):
    """A sender wants its next batch."""

    sender: int


class SetAside(NamedTuple):
    """The files of this study failed one after the other: the rest of it waits for the next round."""

    sender: int
    study: int


class AssociationLimit(NamedTuple):
    """The destination accepts no more associations than are at work; this sender ends."""

    sender: int


class SenderEnded(NamedTuple):
    """The last message of a sender; `error` is what ended it, if anything."""

    sender: int
    error: BaseException | None


class Negotiated(NamedTuple):
    """The kinds that a new association accepts and rejects (PS3.8 table 9-18)."""

    accepted: Sequence[PresentationKind]
    refused: Sequence[PresentationKind]
    results: Sequence[int]


SenderMessage = Union[WantsBatch, SetAside, AssociationLimit, SenderEnded, Negotiated]


def answered(ticket: Ticket, answer: Answer, meaning: status.Meaning) -> Outcome:
    """The outcome of a file by the destination's answer."""
    return Outcome(meaning.bucket, meaning.reason, answer.sha256, ticket.entry)


def has_changed(ticket: Ticket, while_sent: bool = False) -> Outcome:
    return Outcome(Bucket.CHANGED, Reason("changed_while_sent" if while_sent else "changed"), None, ticket.entry)


def unreadable(ticket: Ticket, error: OSError | ReadFailed) -> Outcome:
    reason = Reason("unreadable", why=why(error)) if isinstance(error, OSError) else Reason("not_read_to_end")
    return Outcome(Bucket.UNREADABLE, reason, None, ticket.entry)


def kind_refused(ticket: Ticket, result: int) -> Outcome:
    """The outcome of a file whose kind was not accepted; `result` is that of PS3.8 table 9-18."""
    return Outcome(Bucket.REFUSED, status.context_reason(result), None, ticket.entry)


def unanswered(ticket: Ticket, sha256: bytes | None = None) -> Outcome:
    """The outcome of a file that may or may not have arrived."""
    return Outcome(Bucket.UNKNOWN, status.NO_ANSWER.reason, sha256, ticket.entry)
