"""Judge the state of the migration in plain words: a headline and a few sentences, each of them measured."""

from __future__ import annotations

from typing import Iterator, NamedTuple

from wizard.language.message import Message
from wizard.report.figures import Figures
from wizard.vocabulary import Bucket

GOOD = "good"
OPEN = "open"
BAD = "bad"


class Verdict(NamedTuple):
    """The result; `mark` is GOOD (nothing is left to do), OPEN (unfinished or unproven) or BAD (images not found)."""

    mark: str
    headline: Message
    sentences: tuple[Message, ...]


def verdict(figures: Figures) -> Verdict:
    """Judge by what was measured; an unchecked migration is never GOOD."""
    gaps = tuple(_gaps(figures))
    mark, headline = _headline(figures, bool(gaps))
    sentences = (*_images(figures), open_items(figures), *excluded(figures)) if figures.balance.entries else ()
    return Verdict(mark, headline, (*sentences, *gaps))


def _headline(figures: Figures, gaps: bool) -> tuple[str, Message]:
    balance, summary = figures.balance, figures.summary
    if not balance.entries:
        return OPEN, Message("No file has been read yet")
    if not summary.expected:
        return OPEN, Message("No image was selected for copying")
    if summary.missing:
        return BAD, Message("Not all images were found in the new PACS")
    if not figures.copied:
        return OPEN, Message("No image is recorded as copied yet")
    if not summary.confirmed:
        if balance.exceptions:
            return OPEN, Message("Partly copied, not confirmed")
        return OPEN, Message("Copied, but not confirmed")
    if summary.confirmed < summary.expected:
        return OPEN, Message("Not all images are confirmed")
    if figures.contradicted:
        return BAD, Message("All images to copy are confirmed, but an additional check found differences")
    if figures.open_items:
        return OPEN, Message("All images to copy are confirmed, but there are open items")
    if gaps:
        return OPEN, Message("All images to copy are confirmed, but not everything could be read")
    return GOOD, Message("All selected images are confirmed by the new PACS")


def _images(figures: Figures) -> Iterator[Message]:
    summary = figures.summary
    if not summary.expected:
        yield Message("No image with a usable UID was selected for copying.")
    elif not figures.copied and not figures.asked:
        yield Message("{n} image is to be copied.", "{n} images are to be copied.", n=summary.expected)
    elif not figures.asked:
        yield copied(figures)
        yield Message("The new PACS was not queried afterwards.")
    else:
        yield confirmed(figures)


def copied(figures: Figures) -> Message:
    """Count the files that were copied or were already there."""
    return Message(
        "{n} image was copied or was already there.",
        "{n} images were copied or were already there.",
        n=figures.copied,
    )


def confirmed(figures: Figures) -> Message:
    """Count the images that the new PACS confirmed, did not find, or gave no usable answer about."""
    summary = figures.summary
    if summary.confirmed == summary.expected:
        return Message(
            "The new PACS confirmed the only image.", "The new PACS confirmed all {n} images.", n=summary.expected
        )
    return Message(
        "The new PACS confirmed {confirmed} of {n} image. Not found: {missing}. Not checked: {not_checked}.",
        "The new PACS confirmed {confirmed} of {n} images. Not found: {missing}. Not checked: {not_checked}.",
        n=summary.expected,
        confirmed=summary.confirmed,
        missing=summary.missing,
        not_checked=summary.not_checked,
    )


def open_items(figures: Figures) -> Message:
    """Count the open items."""
    if not figures.open_items:
        return Message("There are no open items.")
    return Message(
        "There is {n} open item. The list of open items gives the reason and who needs to act.",
        "There are {n} open items. The list of open items gives the reasons and who needs to act.",
        n=figures.open_items,
    )


def excluded(figures: Figures) -> Iterator[Message]:
    """Count the files that a person excluded, if there are any."""
    files = figures.balance.buckets[Bucket.LEFT_OUT]
    if files:
        yield Message(
            "{n} image was excluded by the filter, by unticking it or by a decision.",
            "{n} images were excluded by the filter, by unticking them or by a decision.",
            n=files,
        )


def _gaps(figures: Figures) -> Iterator[Message]:
    """Say what the numbers do not cover."""
    balance = figures.balance
    if balance.entries and not figures.read_to_the_end:
        yield Message("The source folders were not read completely: some files may not be counted.")
    if balance.unreadable_folders:
        yield Message(
            "{n} folder could not be opened: its contents are not included in these numbers.",
            "{n} folders could not be opened: their contents are not included in these numbers.",
            n=balance.unreadable_folders,
        )
    if not balance.balanced:
        yield Message("The totals do not match. This is a program error: do not rely on these numbers.")
