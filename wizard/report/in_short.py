"""Sum up a migration for the last page: copied images, open files, the reason, and what to do now."""

from __future__ import annotations

from typing import NamedTuple

from wizard.language.message import NOTHING, Message, together
from wizard.manifest import ledger, queue
from wizard.manifest.buckets import EXCEPTIONS, WAITING
from wizard.manifest.manifest import Manifest
from wizard.reasons import WHO
from wizard.report import verdict, words
from wizard.report.figures import Figures
from wizard.vocabulary import Who

_NAMED = 3  # outcomes


class InShort(NamedTuple):
    """What was measured, and the next step of the person; `why` is no sentence where there is no reason to name."""

    copied: Message
    not_copied: Message
    why: Message
    next_step: Message


def in_short(manifest: Manifest, figures: Figures) -> InShort:
    """Write the summary for the last page of the window."""
    return InShort(_copied(figures), _not_copied(figures), _why(manifest, figures), _next_step(manifest, figures))


def _copied(figures: Figures) -> Message:
    if not figures.asked:
        return together(verdict.copied(figures), Message("The new PACS was not queried afterwards."))
    return together(verdict.copied(figures), verdict.confirmed(figures))


def _not_copied(figures: Figures) -> Message:
    buckets = figures.balance.buckets
    counts = [(-buckets[bucket], ledger.OUTCOMES[bucket]) for bucket in EXCEPTIONS if buckets[bucket]]
    counts += [(-figures.not_found, words.NOT_FOUND)] if figures.not_found else []
    counts.sort(key=lambda one: one[0])
    rest = -sum(count for count, _ in counts[_NAMED:])
    named = [*counts[:_NAMED], *([(-rest, Message("Other"))] if rest else [])]
    return together(_open(figures, named), *verdict.excluded(figures))


def _open(figures: Figures, named: list[tuple[int, Message]]) -> Message:
    if not named:
        return Message("There are no open items.")
    return Message(
        "Open: {n} file ({outcomes}).",
        "Open: {n} files ({outcomes}).",
        n=figures.open_items,
        outcomes=tuple(Message("{outcome}: {count}", outcome=outcome, count=-count) for count, outcome in named),
    )


def _why(manifest: Manifest, figures: Figures) -> Message:
    groups = ledger.reasons(manifest)
    if not groups or figures.not_found > groups[0].count:
        return NOTHING
    return Message(
        "Most common reason ({n} file): {reason}",
        "Most common reason ({n} files): {reason}",
        n=groups[0].count,
        reason=groups[0].sentence,
    )


def _next_step(manifest: Manifest, figures: Figures) -> Message:
    summary, balance = figures.summary, figures.balance
    if not balance.entries or not figures.read_to_the_end:
        return Message("Go back to “Source” and read the folders completely.")
    waiting = sum(balance.buckets[bucket] for bucket in WAITING)
    if waiting:
        return Message(
            "Go back to “Copy”: {n} image is not copied yet or has no response.",
            "Go back to “Copy”: {n} images are not copied yet or have no response.",
            n=waiting,
        )
    if summary.missing and queue.may_be_copied_again(manifest):
        return Message(
            "Select “Copy missing images again” in “Verify”. If that does not help, give the report to whoever needs "
            "to act. Action by: {who}.",
            who=WHO[Who.PACS_ADMINISTRATOR],
        )
    if figures.copied and summary.confirmed < summary.expected and not balance.exceptions and not summary.missing:
        return Message("Go back to “Verify” and verify again.")
    if figures.open_items:
        return _pass_on(manifest, figures)
    if figures.contradicted:
        return Message("Look at “Additional checks” in the report: one of them found differences. Keep the old data.")
    if balance.unreadable_folders:
        return Message(
            "Check the access to the folders that could not be opened, then go back to “Source” and read the folders "
            "again. Keep the old data."
        )
    if verdict.verdict(figures).mark != verdict.GOOD:
        return Message("Look at the report. Keep the old data.")
    return Message(
        "Print the report, have it signed, and keep it with the tables. Keep the old data until everyone has signed."
    )


def _pass_on(manifest: Manifest, figures: Figures) -> Message:
    who = {group.who for group in ledger.reasons(manifest)}
    if figures.not_found:
        who.add(Who.PACS_ADMINISTRATOR)
    others = [word for word in Who if word in who and word != Who.YOU]
    if not others:
        return Message("Work through the list of open items in the report. Keep the old data.")
    return Message(
        "Pass on the list of open items. Action by: {who}. Keep the old data.",
        who=tuple(WHO[word] for word in others),
    )
