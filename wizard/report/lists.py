"""The sections of the report that count: every file, every study, the exceptions, the remarks, what is not DICOM.

Long lists end at a stated number and point to the CSV files, which hold everything.
"""

from __future__ import annotations

from itertools import islice
from typing import Iterator

from wizard.errors import YOU
from wizard.manifest import ledger, proof
from wizard.manifest.manifest import Manifest
from wizard.report import figures as ask
from wizard.report import words
from wizard.report.csvfiles import LEDGER, STUDIES
from wizard.report.figures import Figures
from wizard.report.markup import Markup, code, element, facts, foreign, lines, paragraphs, table
from wizard.report.verdict import BAD, GOOD, OPEN
from wizard.report.words import amount

#: How many of each the report lists.
STUDIES_LISTED = 2000
FILES_LISTED = 500
GROUPS_LISTED = 200

_VERDICTS = {"MATCH": GOOD, "MISMATCH": BAD, "NOT CHECKED": OPEN}


def balance(manifest: Manifest, figures: Figures) -> Iterator[str]:
    balance = figures.balance
    total = sum(balance.buckets.values())
    yield paragraphs(
        "Each file found below the source folders is counted once, in exactly one line.",
    )
    columns = (("Files", "n"), ("", "bar"), ("Where they ended up", "s"), ("What that means", ""))
    yield from table(columns, _buckets(balance))
    counted = (
        f"The lines add up to {amount(total, 'file')}. While the source was read, {amount(balance.counted, 'file')} "
        "were counted independently of this list, files that only an earlier reading saw included."
    )
    agree = (
        "Both numbers agree." if balance.balanced else "These numbers do not agree: a fault of the program."
    )
    yield (
        element("p", counted, " ", element("b", agree, css=GOOD if balance.balanced else BAD), css="note")
        + "\n"
    )
    if balance.unreadable_folders:
        yield element("h3", "Folders that could not be opened") + "\n"
        yield paragraphs(
            f"{amount(balance.unreadable_folders, 'folder')}; what is inside is in no number of this report."
        )
        folders = islice(ledger.unreadable_folders(manifest), GROUPS_LISTED)
        yield from table(
            (("Folder", ""), ("What the computer said", "")),
            ((code(words.path(folder)), error) for folder, error in folders),
        )
        yield _only_first(GROUPS_LISTED, balance.unreadable_folders, "")


def _buckets(balance: ledger.Balance) -> Iterator[list[object]]:
    for bucket, meaning in ledger.BUCKETS.items():
        count = balance.buckets[bucket]
        cells: list[object] = [count, "", bucket.replace("_", " "), meaning]
        if count:
            css = ' class="e"' if bucket in ledger.EXCEPTIONS else ""
            cells[1] = Markup(f'<i{css} style="width:{100 * count / balance.entries:.1f}%"></i>')
            yield cells
        else:
            yield [element("span", cell, css="zero") for cell in cells]
    yield [element("b", sum(balance.buckets.values())), "", element("b", "all files"), ""]


def studies(manifest: Manifest, figures: Figures) -> Iterator[str]:
    summary = figures.summary
    if not summary.studies_expected:
        yield paragraphs("No study was to be copied.")
        return
    yield paragraphs(
        f"{amount(summary.studies_expected, 'study', 'studies')}: {words.number(summary.match)} match, "
        f"{words.number(summary.mismatch)} do not match, {words.number(summary.not_checked_studies)} are not checked. "
        "Those that need attention come first.",
        "MATCH: the new PACS named every expected image. MISMATCH: at least one it did not name. NOT CHECKED: at "
        "least one was not asked about, or the answer proves nothing. “More there” counts images that the new PACS "
        "has in the study and these folders have not; that is no error.",
    )
    columns = (
        *(
            ("Patient", ""),
            ("Study", ""),
            ("To copy", "n"),
            ("Found", "n"),
            ("Missing", "n"),
            ("Not checked", "n"),
        ),
        *(("More there", "n"), ("Result", ""), ("Proof", "")),
    )
    yield from table(columns, (_study(study) for study in islice(_attention_first(manifest), STUDIES_LISTED)))
    yield _only_first(STUDIES_LISTED, summary.studies_expected, STUDIES)
    yield element("h3", "How strong the proof is") + "\n"
    yield facts(
        [
            ("Image by image", "the new PACS was asked for every image by its UID"),
            ("Series list", "the new PACS listed the images of each series, and their UIDs were compared"),
            (
                "Numbers only",
                "only the number of images was compared, which does not prove that they are the same",
            ),
            ("The study exists", "the new PACS only said that it knows the study"),
            ("Not checked", "the new PACS was not asked, or gave no usable answer"),
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
        lines(foreign(study.description) or about, about if study.description else "", foreign(accession)),
        *(study.expected, study.found, study.missing, study.not_checked, study.extra),
        lines(element("span", study.verdict, css=f"tag {_VERDICTS[study.verdict]}"), foreign(study.remark)),
        proof.GRADES[study.grade],
    ]


def exceptions(manifest: Manifest, figures: Figures) -> Iterator[str]:
    if not figures.balance.exceptions:
        yield paragraphs("There are none.")
        return
    groups = ledger.reasons(manifest)
    yield paragraphs(
        "These files are not at the new PACS, or nobody knows whether they are. Each needs a decision."
    )
    columns = (
        ("Files", "n"),
        ("What happened", ""),
        ("Why", ""),
        ("Who must act", ""),
        ("Decision, initials", "sign"),
    )
    yield from table(
        columns,
        (
            (group.count, ledger.BUCKETS[group.bucket], foreign(group.reason), _who(group.who), "")
            for group in groups[:GROUPS_LISTED]
        ),
    )
    yield _only_first(GROUPS_LISTED, len(groups), LEDGER)
    yield element("h3", "File by file") + "\n"
    files = islice(ledger.rows(manifest, *ledger.EXCEPTIONS), FILES_LISTED)
    yield from table(
        (("File", ""), ("Patient and study", ""), ("What happened", "")),
        (
            (
                code(words.path(row["folder_path"], row["file_name"])),
                lines(
                    foreign(row["patient_name"] or ""),
                    foreign(row["patient_id"] or ""),
                    words.date(row["study_date"]),
                ),
                lines(
                    row["final_bucket"].replace("_", " "),
                    foreign(row["final_reason"]),
                    foreign(row["comment"] or ""),
                ),
            )
            for row in files
        ),
    )
    yield _only_first(FILES_LISTED, figures.balance.exceptions, LEDGER)


def _who(who: str) -> str:
    return "whoever runs this migration" if who in ("", YOU) else who


def _only_first(listed: int, count: int, where: str) -> str:
    """Say so when a list is cut, and where the whole of it is."""
    if count <= listed:
        return ""
    rest = f"; all of them are in {where}" if where else ""
    return (
        element(
            "p", f"The first {words.number(listed)} of {words.number(count)} are listed{rest}.", css="note"
        )
        + "\n"
    )


def remarks(manifest: Manifest) -> Iterator[str]:
    groups = ask.remarks(manifest)
    if not groups:
        yield paragraphs("On what it took, the new PACS made no remark.")
        return
    yield paragraphs(
        "The new PACS took these images and said something about them, for example that it changed a text."
    )
    columns = (("Files", "n"), ("Answer", "s"), ("What it means", ""), ("Its first comment", ""))
    yield from table(
        columns,
        (
            (remark.files, _status(remark.status), foreign(remark.reason), foreign(remark.comment))
            for remark in groups[:GROUPS_LISTED]
        ),
    )
    yield _only_first(GROUPS_LISTED, len(groups), LEDGER)


def _status(status: int | None) -> Markup:
    """The answer to a C-STORE (PS3.7 annex C)."""
    return code(f"0x{status:04X}") if status is not None else Markup("")


def not_dicom(manifest: Manifest) -> Iterator[str]:
    extensions = ledger.extensions(manifest)
    if not extensions:
        yield paragraphs("Every file was DICOM.")
        return
    yield paragraphs(
        "These files are no images of this kind and were not copied, counted by the end of their names."
    )
    archives = {extension: count for extension, count in extensions.items() if extension in ledger.ARCHIVES}
    if archives:
        kinds = ", ".join(archives)
        text = (
            f"{amount(sum(archives.values()), 'archive')} ({kinds}) may hold images. No archive was opened."
        )
        yield element("p", element("b", text), css="note") + "\n"
    columns = (("Files", "n"), ("End of the name", ""))
    rows = ((count, foreign(extension) or "none") for extension, count in extensions.items())
    yield from table(columns, islice(rows, GROUPS_LISTED))
    yield _only_first(GROUPS_LISTED, len(extensions), LEDGER)
    known = ask.why_not_dicom(manifest)
    if known:
        yield element("h3", "What is known of them") + "\n"
        rows = ((count, foreign(reason)) for reason, count in known[:GROUPS_LISTED])
        yield from table((("Files", "n"), ("", "")), rows)
        yield _only_first(GROUPS_LISTED, len(known), LEDGER)
