"""Write the section of the report about files that are not DICOM, with what was looked at."""

from __future__ import annotations

from itertools import islice
from typing import Iterator

from wizard.language.message import Message
from wizard.manifest import ledger
from wizard.manifest.manifest import Manifest
from wizard.report import figures as gathered
from wizard.report import values
from wizard.report.figures import Figures
from wizard.report.markup import NO_HEADING, cut, element, foreign, note, paragraphs, table, told
from wizard.report.names import Names
from wizard.vocabulary import Bucket

#: How many extensions and reasons the report lists.
LISTED = 200


def section(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """Count the files that are not DICOM by the end of their names, with containers apart."""
    extensions = ledger.extensions(manifest)
    yield paragraphs(_looked_at(figures))
    if not extensions:
        return
    yield paragraphs(Message("These files were not copied. They are counted by file extension."))
    containers = {end: count for end, count in extensions.items() if end in ledger.CONTAINERS}
    if containers:
        yield note(
            element(
                "b",
                Message(
                    "{n} container ({extensions}) may hold images. It was not unpacked.",
                    "{n} containers ({extensions}) may hold images. They were not unpacked.",
                    n=sum(containers.values()),
                    extensions=tuple(containers),
                ),
            )
        )
    rows = (
        (count, foreign(names.extension(end, ledger.CONTAINERS)) or Message("no extension"))
        for end, count in extensions.items()
    )
    yield from table(((Message("Files"), "n"), (Message("File extension"), "")), islice(rows, LISTED))
    yield cut(LISTED, len(extensions), names.file_name(values.LEDGER))
    known = gathered.why_not_dicom(manifest)
    if known:
        yield element("h3", Message("Details")) + "\n"
        found = ((count, told(names.said(reason))) for reason, count in known[:LISTED])
        yield from table(((Message("Files"), "n"), (NO_HEADING, "")), found)
        yield cut(LISTED, len(known), names.file_name(values.LEDGER))


def _looked_at(figures: Figures) -> Message:
    """Say how many files were read, how many of them are not DICOM, and how many could not be read."""
    buckets = figures.balance.buckets
    files, unread = sum(buckets.values()), buckets[Bucket.UNREADABLE]
    return Message(
        "{n} file was found. Not DICOM: {not_dicom}. Not known, because the file could not be read: {unread}.",
        "{n} files were found. Not DICOM: {not_dicom}. Not known, because the file could not be read: {unread}.",
        n=files,
        not_dicom=buckets[Bucket.NOT_DICOM],
        unread=unread,
    )
