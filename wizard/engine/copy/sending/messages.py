"""The messages from the senders to the dispatcher, and the outcome of a file as the manifest records it."""

from __future__ import annotations

from typing import NamedTuple, Sequence, Union

from wizard.dicom import status
from wizard.dicom.association import Answer
from wizard.dicom.contexts import PresentationKind
from wizard.errors import PACS_ADMINISTRATOR, YOU
from wizard.manifest.queue import Attempt, Outcome, Ticket
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
    return Outcome(meaning.bucket, _reason(answer, meaning), meaning.who, answer.sha256, ticket.entry)


def _reason(answer: Answer, meaning: status.Meaning) -> str:
    if answer.status == status.SUCCESS:
        return ""
    said = f" It said: “{answer.comment}”." if answer.comment else ""
    return f"{meaning.sentence}{said} (status {answer.status:04X})"


def has_changed(ticket: Ticket, how: str) -> Outcome:
    return Outcome(Bucket.CHANGED, f"{how}; read the source again", YOU, None, ticket.entry)


def unreadable(ticket: Ticket, why: str) -> Outcome:
    return Outcome(Bucket.UNREADABLE, f"the computer could not read it: {why}", YOU, None, ticket.entry)


def kind_refused(ticket: Ticket, result: int) -> Outcome:
    reason = status.CONTEXT_RESULTS.get(result, status.CONTEXT_RESULTS[2])
    return Outcome(Bucket.REFUSED, reason, PACS_ADMINISTRATOR, None, ticket.entry)


def unanswered(ticket: Ticket, sha256: bytes | None = None) -> Outcome:
    """The outcome of a file that may or may not have arrived."""
    return Outcome(Bucket.UNKNOWN, status.NO_ANSWER.sentence, status.NO_ANSWER.who, sha256, ticket.entry)
