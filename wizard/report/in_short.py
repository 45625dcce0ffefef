"""Sum up a migration in three sentences and a next step: copied files, other files, the reason, and what to do now."""

from __future__ import annotations

from typing import NamedTuple

from wizard.errors import PACS_ADMINISTRATOR
from wizard.manifest import ledger
from wizard.manifest.buckets import EXCEPTIONS, WAITING
from wizard.manifest.manifest import Manifest
from wizard.report import values
from wizard.report.figures import Figures
from wizard.report.values import amount, number
from wizard.report.verdict import GOOD, verdict
from wizard.vocabulary import Bucket

_NAMED = 3  # buckets, and reasons


class InShort(NamedTuple):
    """Three sentences, each of them measured, and the next step of the person."""

    copied: str
    not_copied: str
    why: str
    next_step: str


def in_short(manifest: Manifest, figures: Figures) -> InShort:
    """Write the summary for the last page of the window."""
    return InShort(_copied(figures), _not_copied(figures), _why(manifest, figures), _next_step(manifest, figures))


def _copied(figures: Figures) -> str:
    summary = figures.summary
    files = f"{amount(figures.copied, 'file', 'files')} copied or already there"
    if not figures.asked:
        return f"{files}; the new PACS was not asked whether it has them."
    return f"{files}; the new PACS named {number(summary.confirmed)} of {amount(summary.expected, 'image')} when asked."


def _not_copied(figures: Figures) -> str:
    buckets = figures.balance.buckets
    called = {Bucket.CONFLICT: "in conflict", Bucket.PENDING: "still to copy", Bucket.UNKNOWN: "without an answer"}
    found = sorted(
        (-buckets[bucket], called.get(bucket, bucket.replace("_", " "))) for bucket in EXCEPTIONS if buckets[bucket]
    )
    left = f"{number(buckets[Bucket.LEFT_OUT])} left out by choice" if buckets[Bucket.LEFT_OUT] else ""
    if not found:
        return f"No file is an exception{f'; {left}' if left else ''}."
    named = ", ".join(f"{number(-count)} {bucket}" for count, bucket in found[:_NAMED])
    rest = -sum(count for count, _ in found[_NAMED:])
    more = f", {number(rest)} other" if rest else ""
    return f"Not copied: {amount(figures.balance.exceptions, 'file')} ({named}{more}){f'; {left}' if left else ''}."


def _why(manifest: Manifest, figures: Figures) -> str:
    reasons = [reason for reason in ledger.reasons(manifest) if reason.reason]
    if not reasons:
        return "They wait to be copied." if figures.balance.exceptions else "So there is no reason to name."
    return f"Most often, because: {reasons[0].reason.rstrip('.')} ({amount(reasons[0].count, 'file')})."


def _next_step(manifest: Manifest, figures: Figures) -> str:
    summary, buckets = figures.summary, figures.balance.buckets
    if not figures.balance.entries or not figures.read_to_the_end:
        return "Go back to Source, and read the folders to their end."
    waiting = sum(buckets[bucket] for bucket in WAITING)
    if waiting:
        return f"Go back to Copy: {amount(waiting, 'image still waits', 'images still wait')}."
    if summary.missing:
        return f"Copy the missing ones again (in Verify). If that fails, give the report to {PACS_ADMINISTRATOR}."
    if figures.copied and summary.confirmed < summary.expected and not figures.balance.exceptions:
        return "Go back to Verify, and ask the new PACS for what is not checked yet."
    if verdict(figures).mark != GOOD:
        who = sorted({values.who(reason.who) for reason in ledger.reasons(manifest)})
        return f"Give the list of exceptions to {', '.join(who) or 'IT'}. Keep the old data."
    return "Print the report, have it signed, and keep it with the tables. Keep the old data until all have signed."
