"""The findings: what a person should know before copying, one sentence for each kind, with who needs to act.

A finding is identified by a code: the topic that is decided about, the reason, or the outcome where there is no reason.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from wizard.dicom import status
from wizard.engine.check import topics
from wizard.language.message import NOTHING, Message, together
from wizard.manifest import decisions, discs, ledger, queue
from wizard.manifest.decisions import TopicCount
from wizard.manifest.ledger import ReasonCount
from wizard.manifest.manifest import Manifest
from wizard.reasons import WHO, Reason
from wizard.vocabulary import Action, Bucket, Topic, Who

#: The codes of findings that are neither about a topic nor about the outcome of files.
NOT_IN_PLACE, FOLDERS, CONTAINERS = "listed_in_dicomdir", "unreadable_folders", "containers"

_DONE: dict[str, Message] = {
    Action.LEAVE_OUT: Message("do not copy"),
    Action.SEND: Message("copy"),
    Action.SEND_LAST: Message("copy last"),
}
_FIRST_OF_EACH = Message("copy the first of each")


@dataclass(frozen=True)
class Finding:
    """One finding.

    Attributes
    ----------
    code : str
        The topic, the code of the reason, or the outcome (see the module).
    count : int
        How many there are: files, images, studies, patients, patient IDs or folders, as `sentence` says.
    sentence : Message
        The meaning, with the number.
    who : str
        Who needs to act, one of `Who`; "" for nobody.
    action : str
        The action about it, one of `Action`; "" where there is nothing to decide.
    actions : tuple of str
        The actions that may be chosen; empty where there is nothing to decide.
    next_step : Message
        What that person can do, where there is nothing to decide; it names buttons of the window.
    """

    code: str
    count: int
    sentence: Message
    who: str = ""
    action: str = ""
    actions: tuple[str, ...] = ()
    next_step: Message = NOTHING

    def __str__(self) -> str:
        return str(self.line)

    @property
    def line(self) -> Message:
        """The sentence with all that belongs to it, for a screen on which nothing can be selected."""
        parts = [self.sentence]
        if self.who:
            parts.append(Message("Action by: {who}.", who=WHO[self.who]))
        if len(self.actions) > 1:
            parts.append(
                Message(
                    "Planned: {action} (to change this: --decide {topic}=…).",
                    action=self.done,
                    topic=decisions.typed(self.code),
                )
            )
        elif self.action:
            parts.append(Message("Planned: {action}.", action=self.done))
        return together(*parts, self.next_step)

    @property
    def done(self) -> Message:
        """The action in words: what is decided, or what the program proposes."""
        if (self.code, self.action) == (Topic.CONFLICT, Action.SEND):
            return _FIRST_OF_EACH
        return _DONE.get(self.action, NOTHING)

    def as_dict(self) -> dict[str, Any]:
        """Return the finding for a program; its sentence is English."""
        return {
            "code": str(self.code),
            "count": self.count,
            "who": str(self.who),
            "action": str(self.action),
            "sentence": str(self.sentence),
        }


def read(manifest: Manifest) -> tuple[Finding, ...]:
    """Return all findings as the manifest knows them now, without a query."""
    counted = decisions.count_topics(manifest)
    found = [_decided(one) for one in counted if one.rule.bucket]
    found += _unsettled(manifest)
    found += _not_accepted(manifest)
    found += [_decided(one) for one in counted if not one.rule.bucket]
    found += _for_information(manifest)
    return tuple(finding for finding in found if finding.count)


def _decided(counted: TopicCount) -> Finding:
    rule = counted.rule
    sentence = topics.SENTENCES[rule.topic](counted.count)
    if counted.left_behind:
        sentence = together(
            sentence,
            Message(
                "{n} file cannot be copied even so: required data is missing, or another file has the same UID.",
                "{n} files cannot be copied even so: required data is missing, or another file has the same UID.",
                n=counted.left_behind,
            ),
        )
    return Finding(rule.topic, counted.count, sentence, rule.who, counted.action, rule.actions)


def _unsettled(manifest: Manifest) -> list[Finding]:
    """Entries that are neither copied nor waiting, and about which nothing can be decided here."""
    return [
        _of_reason(counted)
        for counted in ledger.reasons(manifest)
        if counted.bucket not in (Bucket.PENDING, Bucket.CONFLICT) and counted.topic not in ledger.FINDINGS
    ]


def _of_reason(counted: ReasonCount) -> Finding:
    bucket, n = counted.bucket, counted.count
    if counted.alike:
        sentence = _with_reason(bucket, n, counted.sentence)
    else:
        sentence = together(_without_reason(bucket, n), counted.sentence)
    next_step = counted.reason.next_step if counted.reason is not None else NOTHING
    return Finding(counted.code, n, sentence, counted.who, next_step=next_step)


def _with_reason(bucket: str, n: int, reason: Message) -> Message:
    """Say how many entries of an outcome have a reason; the sentence of the reason speaks of one of them."""
    if bucket == Bucket.REFUSED:
        return Message(
            "{n} image could not be copied for this reason: {reason}",
            "{n} images could not be copied, each for this reason: {reason}",
            n=n,
            reason=reason,
        )
    if bucket == Bucket.UNKNOWN:
        return Message(
            "The outcome of {n} image is not known for this reason: {reason}",
            "The outcome of {n} images is not known, each for this reason: {reason}",
            n=n,
            reason=reason,
        )
    return Message(
        "{n} file needs attention for this reason: {reason}",
        "{n} files need attention, each for this reason: {reason}",
        n=n,
        reason=reason,
    )


def _without_reason(bucket: str, n: int) -> Message:
    """Say the same where the reason has other values for each of them."""
    if bucket == Bucket.REFUSED:
        return Message("{n} image could not be copied.", "{n} images could not be copied.", n=n)
    if bucket == Bucket.UNKNOWN:
        return Message("The outcome of {n} image is not known.", "The outcome of {n} images is not known.", n=n)
    return Message("{n} file needs attention.", "{n} files need attention.", n=n)


def _not_accepted(manifest: Manifest) -> list[Finding]:
    """Chosen images of types that the destination rejected in the last negotiation, one finding for each reason."""
    counts: dict[int, int] = {}
    for kind in queue.kinds(manifest):
        if kind.result:
            counts[kind.result] = counts.get(kind.result, 0) + kind.count
    return [_of_type(Reason(status.CONTEXT_RESULTS[result]), n) for result, n in sorted(counts.items())]


def _of_type(reason: Reason, n: int) -> Finding:
    sentence = Message(
        "{n} selected image cannot be copied with the present settings of the new PACS: {reason}",
        "{n} selected images cannot be copied with the present settings of the new PACS, each for this reason: "
        "{reason}",
        n=n,
        reason=reason,
    )
    return Finding(reason.code, n, sentence, reason.who, next_step=reason.next_step)


def _for_information(manifest: Manifest) -> list[Finding]:
    listed = discs.missing(manifest)
    duplicates = manifest.value(f"SELECT COUNT(*) FROM entry WHERE bucket = '{Bucket.DUPLICATE}'")
    folders = sum(1 for _ in ledger.unreadable_folders(manifest))
    extensions = ledger.extensions(manifest)
    containers = sum(count for extension, count in extensions.items() if extension in ledger.CONTAINERS)
    return [
        Finding(
            *(NOT_IN_PLACE, listed),
            Message(
                "{n} file is listed in a DICOMDIR and was not found.",
                "{n} files are listed in a DICOMDIR and were not found.",
                n=listed,
            ),
            Who.YOU,
        ),
        Finding(
            *(Bucket.DUPLICATE, duplicates),
            Message(
                "{n} file is a duplicate of another file; each image is copied once.",
                "{n} files are duplicates of other files; each image is copied once.",
                n=duplicates,
            ),
        ),
        Finding(
            *(FOLDERS, folders),
            Message(
                "{n} folder could not be opened; its contents are not known.",
                "{n} folders could not be opened; their contents are not known.",
                n=folders,
            ),
            Who.YOU,
        ),
        Finding(
            *(CONTAINERS, containers),
            Message(
                "{n} container file (such as ZIP or ISO) was not opened; it may contain images.",
                "{n} container files (such as ZIP or ISO) were not opened; they may contain images.",
                n=containers,
            ),
            Who.YOU,
        ),
    ]
