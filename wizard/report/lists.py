"""The sections of the report that count: files, studies, exceptions, remarks, and what is not DICOM.

Long lists end at a stated number and point to the CSV files, which hold everything.
"""

from __future__ import annotations

import sqlite3
from itertools import islice
from typing import Iterator

from wizard.errors import YOU
from wizard.manifest import ledger, proof
from wizard.manifest.manifest import Manifest
from wizard.report import figures as ask
from wizard.report import words
from wizard.report.csvfiles import LEDGER, STUDIES
from wizard.report.figures import Figures
from wizard.report.markup import Markup, code, element, facts, foreign, lines, note, paragraphs, table
from wizard.report.verdict import BAD, GOOD, OPEN
from wizard.report.words import amount, number

#: How many of each the report lists.
STUDIES_LISTED = 2000
FILES_LISTED = 500
GROUPS_LISTED = 200

_VERDICTS = {"MATCH": GOOD, "MISMATCH": BAD, "NOT CHECKED": OPEN}


def balance(manifest: Manifest, figures: Figures) -> Iterator[str]:
    """Where every file ended up, and whether that adds up."""
    sums = figures.balance
    yield paragraphs("Each file found below the source folders is counted once, in exactly one line.")
    columns = (("Files", "n"), ("", "bar"), ("Where they ended up", "s"), ("What that means", ""))
    yield from table(columns, _buckets(sums))
    total = sum(sums.buckets.values())
    agree = "Both numbers agree." if sums.balanced else "These numbers do not agree: a fault of the program."
    yield note(
        f"The lines add up to {amount(total, 'file')}. While the source was read, "
        f"{amount(sums.counted, 'file was', 'files were')} counted independently of this list, those that only "
        "an earlier reading saw included. ",
        element("b", agree, css=GOOD if sums.balanced else BAD),
    )
    if sums.unreadable_folders:
        yield element("h3", "Folders that could not be opened") + "\n"
        folders = amount(sums.unreadable_folders, "folder")
        yield paragraphs(f"{folders}: what is inside is in no number of this report.")
        rows = ((code(words.path(folder)), foreign(error)) for folder, error in ledger.unreadable_folders(manifest))
        yield from table((("Folder", ""), ("What the computer said", "")), islice(rows, GROUPS_LISTED))
        yield _cut(GROUPS_LISTED, sums.unreadable_folders)


def _buckets(sums: ledger.Balance) -> Iterator[list[object]]:
    for bucket, meaning in ledger.BUCKETS.items():
        count, name = sums.buckets[bucket], bucket.replace("_", " ")
        meaning = meaning[len(name) + 2 :] if meaning.startswith(f"{name}: ") else meaning
        if not count:
            yield [0, "", *(element("span", text, css="zero") for text in (name, meaning))]
            continue
        css = ' class="e"' if bucket in ledger.EXCEPTIONS else ""
        bar = Markup(f'<i{css} style="width:{100 * count / sums.entries:.1f}%"></i>')
        yield [count, bar, name, meaning]
    yield [element("b", sum(sums.buckets.values())), "", element("b", "all files"), ""]


def studies(manifest: Manifest, figures: Figures) -> Iterator[str]:
    """What was expected of each study, and what the new PACS named."""
    summary = figures.summary
    if not summary.studies_expected:
        yield paragraphs("No study was to be copied.")
        return
    yield paragraphs(
        f"{amount(summary.studies_expected, 'study', 'studies')}: {number(summary.match)} MATCH, "
        f"{number(summary.mismatch)} MISMATCH, {number(summary.not_checked_studies)} NOT CHECKED. "
        "Those that need attention come first.",
        "MATCH: the new PACS named every expected image. MISMATCH: at least one it did not name. NOT CHECKED: at "
        "least one was not asked about, or the answer proves nothing. “More there” counts images that the new "
        "PACS has in the study and these folders have not; that is no error.",
    )
    columns = (
        *(("Patient", "who"), ("Study", ""), ("To copy", "n"), ("Found", "n"), ("Missing", "n")),
        *(("Not checked", "n"), ("More there", "n"), ("Result", ""), ("Proof", "s")),
    )
    yield from table(columns, (_study(study) for study in islice(_attention_first(manifest), STUDIES_LISTED)))
    yield _cut(STUDIES_LISTED, summary.studies_expected, STUDIES)
    yield element("h3", "How strong the proof is") + "\n"
    yield facts(
        [
            ("Image by image", "the new PACS was asked for every image by its UID"),
            ("Series list", "the new PACS listed the images of each series, and their UIDs were compared"),
            ("Numbers only", "only numbers of images were compared, which does not prove that they are the same"),
            ("The study exists", "the new PACS only said that it knows the study"),
            ("Not checked", "the new PACS was not asked about all of it, or gave no usable answer"),
        ]
    )


def _attention_first(manifest: Manifest) -> Iterator[proof.StudyProof]:
    yield from (study for study in proof.studies(manifest) if study.verdict != "MATCH")
    yield from (study for study in proof.studies(manifest) if study.verdict == "MATCH")


def _study(study: proof.StudyProof) -> list[object]:
    about = " · ".join(part for part in (words.date(study.date) or "no date", study.modalities) if part)
    accession = f"accession number {study.accession}" if study.accession else ""
    return [
        lines(foreign(study.patient_name) or "no name", foreign(study.patient_id)),
        lines(foreign(study.description), foreign(about), foreign(accession)),
        *(study.expected, study.found, study.missing, study.not_checked, study.extra),
        lines(element("span", study.verdict, css=f"tag {_VERDICTS[study.verdict]}"), foreign(study.remark)),
        proof.GRADES[study.grade],
    ]


def exceptions(manifest: Manifest, figures: Figures) -> Iterator[str]:
    """What is not settled: by reason, then file by file."""
    count = figures.balance.exceptions
    if not count:
        yield paragraphs("There are none.")
        return
    groups = ledger.reasons(manifest)
    yield paragraphs("These files do not count as copied. Each line needs a decision.")
    columns = (
        *(("Files", "n"), ("What happened", ""), ("Why", ""), ("Who must act", "")),
        ("Decision, initials", "sign"),
    )
    yield from table(
        columns,
        (
            (group.count, ledger.BUCKETS[group.bucket], foreign(group.reason), _who(group.who), "")
            for group in groups[:GROUPS_LISTED]
        ),
    )
    yield _cut(GROUPS_LISTED, len(groups), LEDGER)
    yield element("h3", "File by file") + "\n"
    files = islice(ledger.rows(manifest, *ledger.EXCEPTIONS), FILES_LISTED)
    headings = (("File", "file"), ("Patient and study", "who"), ("What happened", ""))
    yield from table(headings, (_file(row) for row in files))
    yield _cut(FILES_LISTED, count, LEDGER)


def _who(who: str) -> str:
    """ "You" is clear on the screen; on paper it is whoever holds it."""
    return "whoever runs this migration" if who in ("", YOU) else who


def _file(row: sqlite3.Row) -> list[object]:
    patient = " · ".join(part for part in (row["patient_id"], words.date(row["study_date"])) if part)
    return [
        code(words.path(row["folder_path"], row["file_name"])),
        lines(foreign(row["patient_name"] or ""), foreign(patient)),
        lines(
            *(row["final_bucket"].replace("_", " "), foreign(row["final_reason"]), foreign(row["comment"] or "")),
        ),
    ]


def _cut(listed: int, count: int, where: str = "") -> str:
    """Say so when a list is cut, and where the whole of it is."""
    if count <= listed:
        return ""
    rest = f"; all of them are in {where}" if where else ""
    return note(f"The first {number(listed)} of {number(count)} are listed here{rest}.")


def remarks(manifest: Manifest) -> Iterator[str]:
    """What the new PACS said about images that it took (warnings, PS3.4 B.2.3)."""
    groups = ask.remarks(manifest)
    if not groups:
        yield paragraphs("On what it took, the new PACS made no remark.")
        return
    yield paragraphs("The new PACS took these images and said something about them.")
    columns = (("Files", "n"), ("Answer", "s"), ("What it means", ""), ("Its first comment", ""))
    yield from table(
        columns,
        (
            (remark.files, code(remark.answer), foreign(remark.reason), foreign(remark.comment))
            for remark in groups[:GROUPS_LISTED]
        ),
    )
    yield _cut(GROUPS_LISTED, len(groups), LEDGER)


def not_dicom(manifest: Manifest) -> Iterator[str]:
    """The rest, by the end of the file name, with the archives apart."""
    extensions = ledger.extensions(manifest)
    if not extensions:
        yield paragraphs("Every file was DICOM.")
        return
    yield paragraphs("These files were not copied. They are counted by the end of their names.")
    archives = {end: count for end, count in extensions.items() if end in ledger.ARCHIVES}
    if archives:
        count = amount(sum(archives.values()), "archive")
        yield note(element("b", f"{count} ({', '.join(archives)}) may hold images. No archive was opened."))
    rows = ((count, foreign(end) or "none") for end, count in extensions.items())
    yield from table((("Files", "n"), ("End of the name", "")), islice(rows, GROUPS_LISTED))
    yield _cut(GROUPS_LISTED, len(extensions), LEDGER)
    known = ask.why_not_dicom(manifest)
    if known:
        yield element("h3", "What is known of them") + "\n"
        reasons = ((count, foreign(reason)) for reason, count in known[:GROUPS_LISTED])
        yield from table((("Files", "n"), ("", "")), reasons)
        yield _cut(GROUPS_LISTED, len(known), LEDGER)
