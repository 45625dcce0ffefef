"""The findings: what a person should know before copying, one line for each kind, with who needs to act.

A topic has three texts: its sentence, the action that is taken, and why some of its files cannot be sent.
"""

from __future__ import annotations

from dataclasses import dataclass

from wizard.dicom import status
from wizard.errors import PACS_ADMINISTRATOR, YOU
from wizard.manifest import decisions, discs, ledger, queue
from wizard.manifest.decisions import TopicCount
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Action, Bucket, Topic

_MAY_REFUSE = "; the new PACS may refuse them"
_MAY_MIX = "; the new PACS may mix them up"
#: The sentence of each topic, in the order of `decisions.RULES`.
_SENTENCES: dict[str, str] = {
    Topic.DAMAGED: "damaged: cut off or broken inside, or without the picture",
    Topic.ODD_LENGTH: "files with an odd number of bytes inside, at which a PACS may hang up",
    Topic.DISAGREE: "files whose label and content disagree; the new PACS may misread them",
    Topic.UNCHECKED: "files too large or too deep inside; whether they are whole was not checked",
    Topic.REJECTION_NOTE: "rejection notes, which tell a PACS to hide or to delete images",
    Topic.NO_IDENTITY: "files that do not say which image, series or study they are; they cannot be sent",
    Topic.BAD_UID: "files whose identity or form is no valid UID; they cannot be sent",
    Topic.CONFLICT: "files with an identity that another, different file has too; a PACS keeps one of them",
    Topic.LONG_UID: "images with an identity longer than 64 characters" + _MAY_REFUSE,
    Topic.UNUSUAL_UID: "images with an unusual identity (a zero in front, letters, a space behind)" + _MAY_REFUSE,
    Topic.PRIVATE_CLASS: "images of a kind that its maker invented" + _MAY_REFUSE,
    Topic.RETIRED_CLASS: "images of a kind that the standard no longer has" + _MAY_REFUSE,
    Topic.LARGE: "images larger than 1 GiB; they may take long, and the new PACS may refuse them",
    Topic.IDENTITY: "patient IDs stand for patients with different names, birth dates or sexes" + _MAY_MIX,
    Topic.TWO_PATIENTS: "studies belong to two patients at once" + _MAY_MIX,
    Topic.NO_PATIENT_ID: "patients have no real patient ID" + _MAY_MIX,
    Topic.REFERENCES: "reports, marks or plans point to images that are not here",
}
_DONE: dict[str, str] = {Action.LEAVE_OUT: "left out", Action.SEND: "sent", Action.SEND_LAST: "sent last"}
_BEHIND = "{} of them cannot be sent: something that sending needs is missing, or another file has the same identity"


@dataclass(frozen=True)
class Finding:
    """One line of the findings.

    Attributes
    ----------
    count : int
        How many there are: files, images, studies, patients or folders, as `sentence` says.
    sentence : str
        The meaning, in plain words.
    who : str
        Who needs to act.
    topic : str
        The topic, or the bucket where there is no topic.
    action : str
        What is done about it; "" where there is nothing to decide.
    actions : tuple of str
        What may be chosen; empty where there is nothing to decide.
    """

    count: int
    sentence: str
    who: str
    topic: str
    action: str = ""
    actions: tuple[str, ...] = ()

    def __str__(self) -> str:
        who = f" ({self.who})" if self.who else ""
        return f"{self.count:,}: {self.sentence}{who}" + (f" [{self.topic}: {self.done}]" if self.action else "")

    @property
    def done(self) -> str:
        """The action, in words."""
        first = (self.topic, self.action) == (Topic.CONFLICT, Action.SEND)
        return "the first of each is sent" if first else _DONE[self.action]


def read(manifest: Manifest) -> tuple[Finding, ...]:
    """Return all findings as the manifest knows them now, without a question to anybody."""
    counted = decisions.count_topics(manifest)
    found = [_decided(one) for one in counted if one.rule.bucket]
    found += _unsettled(manifest)
    found += _not_taken(manifest)
    found += [_decided(one) for one in counted if not one.rule.bucket]
    found += _for_information(manifest)
    return tuple(finding for finding in found if finding.count)


def _decided(counted: TopicCount) -> Finding:
    sentence = _SENTENCES[counted.rule.topic]
    if counted.left_behind:
        sentence += f"; {_BEHIND.format(counted.left_behind)}"
    return Finding(counted.count, sentence, counted.rule.who, counted.rule.topic, counted.action, counted.rule.actions)


def _unsettled(manifest: Manifest) -> list[Finding]:
    """Entries that are neither copied nor waiting, and about which nothing can be decided here."""
    return [
        Finding(reason.count, _sentence(reason.bucket, reason.reason), reason.who, reason.bucket)
        for reason in ledger.reasons(manifest)
        if reason.bucket not in (Bucket.PENDING, Bucket.CONFLICT) and reason.topic not in ledger.FINDINGS
    ]


def _not_taken(manifest: Manifest) -> list[Finding]:
    """Chosen instances of kinds that the destination refused in the last negotiation, one finding for each reason."""
    counts: dict[int, int] = {}
    for kind in queue.kinds(manifest):
        if kind.result:
            counts[kind.result] = counts.get(kind.result, 0) + kind.count
    return [
        Finding(count, status.CONTEXT_RESULTS[result], PACS_ADMINISTRATOR, "not taken")
        for result, count in sorted(counts.items())
    ]


def _for_information(manifest: Manifest) -> list[Finding]:
    duplicates = manifest.value(f"SELECT COUNT(*) FROM entry WHERE bucket = '{Bucket.DUPLICATE}'")
    folders = manifest.value("SELECT COUNT(*) FROM folder WHERE error IS NOT NULL")
    extensions = ledger.extensions(manifest)
    containers = sum(count for extension, count in extensions.items() if extension in ledger.CONTAINERS)
    return [
        Finding(discs.missing(manifest), "files are listed in a DICOMDIR and are not here", YOU, "dicomdir"),
        Finding(duplicates, "exact duplicates of other files; each image is sent once", "", "duplicates"),
        Finding(folders, "folders could not be opened; what is in them is not known", YOU, "folders"),
        Finding(
            *(containers, "packed archives or disc images; they may hold images, and were not opened"),
            *(YOU, "archives"),
        ),
    ]


def _sentence(bucket: str, reason: str) -> str:
    meaning = ledger.BUCKETS[bucket]
    return f"{meaning} ({reason})" if reason and reason not in meaning else meaning
