"""Report the evidence beyond queries: storage commitment, images that were read back, the record of the old PACS.

Each is one sentence, for the window, the command line and the report, which also lists the failures.
"""

from __future__ import annotations

from itertools import islice
from typing import Iterator, NamedTuple, Sequence

from wizard import reasons
from wizard.language.message import Message
from wizard.manifest import commitments, old_studies, samples
from wizard.manifest.manifest import Manifest
from wizard.report.markup import Content, code, element, foreign, note, paragraphs, table, told
from wizard.report.names import Names
from wizard.report.verdict import BAD, GOOD, OPEN
from wizard.report.words import READ_BACK
from wizard.vocabulary import ReadBack

LISTED = 500
_DIFFERENCES: dict[str, Message] = {
    old_studies.NOT_IN_FOLDERS: Message("not in the folders"),
    old_studies.NOT_IN_LIST: Message("not in the list"),
    old_studies.FEWER: Message("fewer images in the folders"),
    old_studies.MORE: Message("more images in the folders"),
}


class Sentence(NamedTuple):
    """One result; `mark` is GOOD, OPEN (something is not known) or BAD."""

    mark: str
    words: Message


def sentences(manifest: Manifest) -> list[Sentence]:
    """Return the result of each further proof that was requested."""
    committed, read, listed = commitments.summary(manifest), samples.summary(manifest), old_studies.summary(manifest)
    return [
        *([] if committed is None else [_commitment(committed)]),
        *([] if read is None else [_read_back(read)]),
        *([] if listed is None else [_old_list(listed)]),
    ]


def section(manifest: Manifest, names: Names) -> Iterator[str]:
    """Write the section of the report."""
    found = sentences(manifest)
    if not found:
        yield paragraphs(Message("No additional checks were requested."))
        return
    yield "\n".join(element("p", sentence.words, css=sentence.mark) for sentence in found) + "\n"
    failures: list[Sequence[Content]] = [
        [code(names.path(row["id"], row["folder_path"], row["file_name"])), commitments.reason(row["reason"])]
        for row in islice(commitments.failures(manifest), LISTED)
    ]
    yield from _list(Message("Images without storage commitment"), (Message("File"), Message("Reason")), failures)
    yield from _list(
        Message("Images that are not identical when read back"),
        (Message("File"), Message("Result"), Message("Reason")),
        _differing(manifest, names),
    )
    differences: list[Sequence[Content]] = [
        [
            foreign(names.name(row["patient_name"] or "")),
            names.day(row["study_date"]),
            code(names.text(row["study_uid"] or row["accession"])),
            "" if row["listed"] is None else row["listed"],
            "" if row["images"] is None else row["images"],
            _DIFFERENCES[row["what"]],
        ]
        for row in islice(old_studies.differences(manifest), LISTED)
    ]
    columns = (
        *(Message("Patient"), Message("Study date"), Message("Study"), Message("In the list")),
        *(Message("In the folders"), Message("Difference")),
    )
    yield from _list(Message("Where the list of the old PACS and the folders differ"), columns, differences)


def _differing(manifest: Manifest, names: Names) -> list[Sequence[Content]]:
    rows = (row for row in samples.results(manifest) if row["result"] != ReadBack.IDENTICAL)
    return [
        [
            code(names.path(row["id"], row["folder_path"], row["file_name"])),
            READ_BACK[row["result"]],
            told(names.said(reasons.read(row["reason_code"], row["reason_values"]) or "")),
        ]
        for row in islice(rows, LISTED)
    ]


def _list(heading: Message, columns: Sequence[Message], rows: Sequence[Sequence[Content]]) -> Iterator[str]:
    if rows:
        yield element("h3", heading) + "\n"
        yield from table([(column, "") for column in columns], rows)
        if len(rows) == LISTED:
            yield note(Message("At most {listed} are listed.", listed=LISTED))


def _commitment(found: commitments.CommitmentSummary) -> Sentence:
    if not found.asked:
        return Sentence(OPEN, Message("Storage commitment: there are no copied images to ask about."))
    if found.committed == found.asked:
        return Sentence(
            GOOD,
            Message(
                "Storage commitment: the new PACS committed to the only image.",
                "Storage commitment: the new PACS committed to all {n} images.",
                n=found.asked,
            ),
        )
    return Sentence(
        BAD if found.failed else OPEN,
        Message(
            "Storage commitment for {n} image. Committed: {committed}. Rejected: {failed}. No response: {unanswered}.",
            "Storage commitment for {n} images. Committed: {committed}. Rejected: {failed}. No response: {unanswered}.",
            n=found.asked,
            committed=found.committed,
            failed=found.failed,
            unanswered=found.unanswered,
        ),
    )


def _read_back(found: samples.SamplesSummary) -> Sentence:
    if not found.asked:
        return Sentence(OPEN, Message("Read back: there are no copied images to read back."))
    if found.identical == found.asked:
        return Sentence(
            GOOD,
            Message(
                "Read back: {n} image was chosen at random, fetched from the new PACS, and is identical to its file.",
                "Read back: {n} images were chosen at random, fetched from the new PACS, and are identical to their "
                "files.",
                n=found.asked,
            ),
        )
    return Sentence(
        BAD if found.different else OPEN if found.not_checked else GOOD,
        Message(
            "Read back: {n} image was chosen at random to be compared with its file. Identical: {identical}. Same "
            "values, another encoding: {same_values}. Different: {different}. Not checked: {not_checked}.",
            "Read back: {n} images were chosen at random to be compared with their files. Identical: {identical}. "
            "Same values, another encoding: {same_values}. Different: {different}. Not checked: {not_checked}.",
            n=found.asked,
            identical=found.identical,
            same_values=found.same_values,
            different=found.different,
            not_checked=found.not_checked,
        ),
    )


def _old_list(found: old_studies.OldListSummary) -> Sentence:
    if not (found.not_in_folders or found.fewer or found.more or found.not_in_list):
        if found.uncounted:
            return Sentence(
                GOOD,
                Message(
                    "List of the old PACS: {n} study, the same as in the folders. Without a number of images to "
                    "compare: {uncounted}.",
                    "List of the old PACS: {n} studies, the same as in the folders. Without a number of images to "
                    "compare: {uncounted}.",
                    n=found.listed,
                    uncounted=found.uncounted,
                ),
            )
        return Sentence(
            GOOD,
            Message(
                "List of the old PACS: {n} study, the same as in the folders and with as many images.",
                "List of the old PACS: {n} studies, the same as in the folders and with as many images.",
                n=found.listed,
            ),
        )
    return Sentence(
        BAD if found.not_in_folders or found.fewer else OPEN,
        Message(
            "List of the old PACS: {n} study. Not in the folders: {not_in_folders}. With fewer images in the folders: "
            "{fewer}. With more images in the folders: {more}. In the folders, but not in the list: {not_in_list}.",
            "List of the old PACS: {n} studies. Not in the folders: {not_in_folders}. With fewer images in the "
            "folders: {fewer}. With more images in the folders: {more}. In the folders, but not in the list: "
            "{not_in_list}.",
            n=found.listed,
            not_in_folders=found.not_in_folders,
            fewer=found.fewer,
            more=found.more,
            not_in_list=found.not_in_list,
        ),
    )
