"""A migration in three sentences and a next step: what was copied, what was not, why, and what to do now."""

from __future__ import annotations

from typing import NamedTuple

from wizard.manifest import ledger
from wizard.manifest.manifest import Manifest
from wizard.report import words
from wizard.report.figures import Figures
from wizard.report.verdict import GOOD, verdict
from wizard.report.words import amount, number

_NAMED = 3  # buckets, and reasons


class InShort(NamedTuple):
    """Three sentences, each of them measured, and what a person should do."""

    copied: str
    not_copied: str
    why: str
    next_step: str


def in_short(manifest: Manifest, figures: Figures) -> InShort:
    """For the last page of the window, and the head of the report."""
    return InShort(_copied(figures), _not_copied(figures), _why(manifest, figures), _next_step(manifest, figures))


def _copied(figures: Figures) -> str:
    summary = figures.summary
    files = f"{amount(figures.copied, 'file was', 'files were')} copied or already there"
    if not figures.asked:
        return f"{files}; the new PACS was not asked which images it has."
    return (
        f"{files}; when asked, the new PACS named {number(summary.confirmed)} of the "
        f"{amount(summary.expected, 'image')} that should be there."
    )


def _not_copied(figures: Figures) -> str:
    buckets = figures.balance.buckets
    found = sorted((-buckets[bucket], bucket.replace("_", " ")) for bucket in ledger.EXCEPTIONS if buckets[bucket])
    left = buckets["left_out"]
    stays = f"; {amount(left, 'file stays', 'files stay')} behind by choice" if left else ""
    if not found:
        return f"No file is an exception{stays}."
    named = ", ".join(f"{number(-count)} {bucket}" for count, bucket in found[:_NAMED])
    rest = -sum(count for count, _ in found[_NAMED:])
    more = f", {number(rest)} other" if rest else ""
    return f"{amount(figures.balance.exceptions, 'file was', 'files were')} not copied: {named}{more}{stays}."


def _why(manifest: Manifest, figures: Figures) -> str:
    reasons = [reason for reason in ledger.reasons(manifest) if reason.reason]
    if not reasons:
        return "There is no reason to name." if not figures.balance.exceptions else "They wait to be copied."
    first = reasons[0]
    sentence = first.reason.rstrip(".")
    who = words.who(first.who)
    others = (
        f"; {amount(len(reasons) - 1, 'other reason is', 'other reasons are')} in the report" if reasons[1:] else ""
    )
    return f"Most often ({amount(first.count, 'file')}): {sentence}. {who.capitalize()} must act{others}."


def _next_step(manifest: Manifest, figures: Figures) -> str:
    summary, buckets = figures.summary, figures.balance.buckets
    if not figures.balance.entries or not figures.read_to_the_end:
        return "Go back to Source, and read the folders to their end."
    if buckets["pending"] or buckets["unknown"]:
        waiting = buckets["pending"] + buckets["unknown"]
        return f"Go back to Copy: {amount(waiting, 'image still waits', 'images still wait')}."
    if summary.missing:
        return (
            "Go back to Verify, and copy the missing ones again. If they are still missing then, give this report to "
            "the administrator of the new PACS."
        )
    if figures.copied and summary.confirmed < summary.expected and not figures.balance.exceptions:
        return "Go back to Verify, and ask the new PACS for what is not checked yet."
    if verdict(figures).mark != GOOD:
        return "Give the list of exceptions to those who must act, and have each line decided. Keep the old data."
    return "Print the report, have it signed, and keep it with the tables. Keep the old data until all have signed."
