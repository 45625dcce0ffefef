"""Report the evidence beyond queries: storage commitment, images that were read back, the record of the old PACS.

Each is one sentence, for the window, the command line and the report, which also lists the failures.
"""

from __future__ import annotations

from itertools import islice
from typing import Iterator, NamedTuple, Sequence

from wizard.manifest import commitments, old_studies, samples
from wizard.manifest.manifest import Manifest
from wizard.report.markup import code, element, foreign, note, paragraphs, table, told
from wizard.report.names import Names
from wizard.report.values import amount, number
from wizard.report.verdict import BAD, GOOD, OPEN
from wizard.vocabulary import ReadBack

LISTED = 500
_SAMPLE: dict[str, str] = {
    ReadBack.IDENTICAL: "identical",
    ReadBack.SAME_VALUES: "the same values in another encoding",
    ReadBack.DIFFERENT: "different",
    ReadBack.NOT_CHECKED: "not checked",
}


class Sentence(NamedTuple):
    """One result; `mark` is GOOD, OPEN (something is not known) or BAD."""

    mark: str
    words: str


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
        yield paragraphs("No further proof was asked for.")
        return
    yield "\n".join(element("p", sentence.words, css=sentence.mark) for sentence in found) + "\n"
    failures = [
        [code(names.path(row["id"], row["folder_path"], row["file_name"])), commitments.reason(row["reason"])]
        for row in islice(commitments.failures(manifest), LISTED)
    ]
    yield from _list("Images that the new PACS did not commit itself to", ("File", "Why"), failures)
    differing = [
        [
            code(names.path(row["id"], row["folder_path"], row["file_name"])),
            _SAMPLE[row["result"]],
            told(names.reason(row["details"])),
        ]
        for row in samples.results(manifest)
        if row["result"] != ReadBack.IDENTICAL
    ][:LISTED]
    yield from _list("Images that are not identical when read back", ("File", "Result", "What differs"), differing)
    differences = [
        [
            foreign(names.name(row["patient_name"] or "")),
            foreign(names.day(row["study_date"])),
            code(names.text(row["study_uid"] or row["accession"])),
            "" if row["listed"] is None else row["listed"],
            row["images"],
            row["what"],
        ]
        for row in islice(old_studies.differences(manifest), LISTED)
    ]
    columns = ("Patient", "Study date", "Study", "In the list", "In the folders", "Difference")
    yield from _list("Where the list of the old PACS and the folders differ", columns, differences)


def _list(heading: str, columns: Sequence[str], rows: Sequence[Sequence[object]]) -> Iterator[str]:
    if rows:
        yield element("h3", heading) + "\n"
        yield from table([(column, "") for column in columns], rows)
        if len(rows) == LISTED:
            yield note(f"The first {number(LISTED)} are listed.")


def _commitment(found: commitments.CommitmentSummary) -> Sentence:
    if not found.asked:
        return Sentence(OPEN, "Storage commitment: there was no copied image to ask about.")
    if found.committed == found.asked:
        images = amount(found.asked, "image")
        return Sentence(GOOD, f"Storage commitment: the new PACS has taken over the safekeeping of all {images}.")
    return Sentence(
        BAD if found.failed else OPEN,
        f"Storage commitment: of {amount(found.asked, 'image')}, the new PACS has taken over the safekeeping of "
        f"{number(found.committed)} and refused it for {number(found.failed)}; no answer came for "
        f"{number(found.unanswered)}.",
    )


def _read_back(found: samples.SamplesSummary) -> Sentence:
    if not found.asked:
        return Sentence(OPEN, "Read back: there was no copied image to read back.")
    images = amount(found.asked, "image was", "images were")
    if found.identical == found.asked:
        return Sentence(
            GOOD, f"Read back: {images} picked at random, fetched from the new PACS, and found identical to the files."
        )
    parts = (
        (found.identical, "identical"),
        (found.same_values, "with the same values in another encoding"),
        (found.different, "different"),
        (found.not_checked, "not checked"),
    )
    counts = ", ".join(f"{number(count)} {what}" for count, what in parts if count)
    mark = BAD if found.different else OPEN if found.not_checked else GOOD
    return Sentence(mark, f"Read back: {images} picked at random, to be compared with the files: {counts}.")


def _old_list(found: old_studies.OldListSummary) -> Sentence:
    studies = amount(found.listed, "study", "studies")
    parts = (
        (found.not_in_folders, "of them not in the folders"),
        (found.fewer, "with fewer images in the folders than listed"),
        (found.more, "with more images in the folders than listed"),
        (found.not_in_list, "in the folders that the list does not have"),
    )
    counts = ", ".join(f"{number(count)} {what}" for count, what in parts if count)
    if not counts:
        return Sentence(GOOD, f"List of the old PACS: its {studies} and those in the folders agree.")
    mark = BAD if found.not_in_folders or found.fewer else OPEN
    return Sentence(mark, f"List of the old PACS: {studies}; {counts}.")
