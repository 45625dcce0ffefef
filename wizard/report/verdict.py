"""Judge the state of the migration in plain words: a headline and a few sentences, each of them measured."""

from __future__ import annotations

from typing import Iterator, NamedTuple

from wizard.report.figures import Figures
from wizard.report.values import amount, number

GOOD = "good"
OPEN = "open"
BAD = "bad"


class Verdict(NamedTuple):
    """The verdict; `mark` is GOOD (nothing is left to do), OPEN (unfinished or unproven) or BAD (images not found)."""

    mark: str
    headline: str
    sentences: tuple[str, ...]


def verdict(figures: Figures) -> Verdict:
    """Judge by what was measured; an unchecked migration is never GOOD."""
    gaps = tuple(_gaps(figures))
    mark, headline = _headline(figures, bool(gaps))
    sentences = (_arrived(figures), _exceptions(figures)) if figures.balance.entries else ()
    return Verdict(mark, headline, (*sentences, *gaps))


def _headline(figures: Figures, gaps: bool) -> tuple[str, str]:
    balance, summary = figures.balance, figures.summary
    if not balance.entries:
        return OPEN, "Nothing has been read yet"
    if not summary.expected:
        return OPEN, "There was no image to copy"
    if summary.missing:
        return BAD, "Not everything has arrived"
    if not figures.copied:
        return OPEN, "Nothing has been copied yet"
    if not summary.confirmed:
        return OPEN, "Copied in part, not confirmed" if balance.exceptions else "Copied, but not confirmed"
    if summary.confirmed < summary.expected:
        return OPEN, "Not everything is confirmed"
    if figures.contradicted:
        return BAD, "All images to copy are confirmed by name, but further proof speaks against it"
    if balance.exceptions:
        return OPEN, "All images to copy are confirmed, but some files are exceptions"
    if gaps:
        return OPEN, "All images to copy are confirmed, but not everything could be read"
    return GOOD, "Everything chosen has arrived and is confirmed"


def _arrived(figures: Figures) -> str:
    summary = figures.summary
    if not summary.expected:
        return "No image that could be told apart by its UID was chosen."
    if not figures.copied and not figures.asked:
        return f"{amount(summary.expected, 'image is', 'images are')} to be copied."
    if not figures.asked:
        return (
            f"{amount(figures.copied, 'image was', 'images were')} copied or already there. "
            "The new PACS was not asked whether it has them."
        )
    if summary.confirmed == summary.expected:
        images = amount(summary.expected, "image")
        return f"When asked, the new PACS named all of {images}."
    parts = (
        f"it did not name {number(summary.missing)}" if summary.missing else "",
        f"{amount(summary.not_checked, 'is', 'are')} not checked" if summary.not_checked else "",
    )
    return (
        f"When asked, the new PACS named {number(summary.confirmed)} of the {amount(summary.expected, 'image')} that "
        f"should be there; {', '.join(part for part in parts if part)}."
    )


def _exceptions(figures: Figures) -> str:
    exceptions = figures.balance.exceptions
    if not exceptions:
        return "No file is an exception."
    files = amount(exceptions, "file is an exception", "files are exceptions")
    return f"{files}: the list says why, and who must act."


def _gaps(figures: Figures) -> Iterator[str]:
    """Say what the numbers do not cover."""
    balance = figures.balance
    if balance.entries and not figures.read_to_the_end:
        yield "The last reading of the source was not finished: there may be files that nobody has counted."
    if balance.unreadable_folders:
        folders = amount(balance.unreadable_folders, "folder")
        yield f"{folders} could not be opened: what is inside is not part of these numbers."
    if not balance.balanced:
        yield "The sums do not add up. This is a fault of the program: do not rely on these numbers."
