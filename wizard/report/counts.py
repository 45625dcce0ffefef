"""Write the sections of the report that count: files, studies, open items, warnings, and files that are not DICOM.

Long lists end at a stated number and refer to the CSV files, which hold everything.
"""

from __future__ import annotations

from itertools import islice
from typing import Iterator

from wizard.language import said
from wizard.manifest import ledger, proof
from wizard.manifest.buckets import ARRIVED, EXCEPTIONS
from wizard.manifest.manifest import Manifest
from wizard.report import figures as gathered
from wizard.report import values
from wizard.report.figures import Figures
from wizard.report.markup import Markup, code, cut, element, facts, foreign, lines, note, paragraphs, table, told
from wizard.report.names import Names
from wizard.report.values import amount, number
from wizard.report.verdict import BAD, GOOD, OPEN
from wizard.vocabulary import Bucket, Result

#: How many of each the report lists.
STUDIES_LISTED = 2000
FILES_LISTED = 500
GROUPS_LISTED = 200

_MARKS = {Result.MATCH: GOOD, Result.MISMATCH: BAD, Result.NOT_CHECKED: OPEN}


def balance(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """Count the files of each outcome, and say whether the sum is right."""
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
        closed = islice(ledger.unreadable_folders(manifest), GROUPS_LISTED)
        rows = ((code(names.folder(folder)), foreign(names.text(error))) for folder, error in closed)
        yield from table((("Folder", ""), ("What the computer said", "")), rows)
        yield cut(GROUPS_LISTED, sums.unreadable_folders)


def _buckets(sums: ledger.Balance) -> Iterator[list[object]]:
    for bucket, meaning in ledger.BUCKETS.items():
        count, name = sums.buckets[bucket], bucket.replace("_", " ")
        meaning = meaning[len(name) + 2 :] if meaning.startswith(f"{name}: ") else meaning
        if not count:
            yield [0, "", *(element("span", text, css="zero") for text in (name, meaning))]
            continue
        css = ' class="e"' if bucket in EXCEPTIONS else ""
        bar = Markup(f'<i{css} style="width:{100 * count / sums.entries:.1f}%"></i>')
        yield [count, bar, name, meaning]
    yield [element("b", sum(sums.buckets.values())), "", element("b", "all files"), ""]


def studies(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """List for each study the expected images and those that the new PACS named."""
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
    yield from table(columns, (_study(study, names) for study in _attention_first(manifest)))
    yield cut(STUDIES_LISTED, summary.studies_expected, names.file_name(values.STUDIES))
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


def _attention_first(manifest: Manifest) -> list[proof.StudyProof]:
    """Return the studies to list; those with a MATCH come last."""
    matching: list[proof.StudyProof] = []
    others: list[proof.StudyProof] = []
    for study in proof.studies(manifest):
        which = matching if study.result == Result.MATCH else others
        if len(which) < STUDIES_LISTED:
            which.append(study)
    return (others + matching)[:STUDIES_LISTED]


def _study(study: proof.StudyProof, names: Names) -> list[object]:
    about = " · ".join(part for part in (names.day(study.date) or said("no date"), study.modalities) if part)
    if names.shown:
        accession = f"accession number {study.accession}" if study.accession else ""
        patient = lines(foreign(study.patient_name) or "no name", foreign(study.patient_id))
        of_study = lines(foreign(study.description), foreign(about), told(accession))
    else:
        patient = lines(names.patient(study.patient, ""))
        uid = names.uid(study.study_uid, study.patient_id, study.birth_date, study.accession)
        of_study = lines(foreign(about), foreign(uid))
    return [
        patient,
        of_study,
        *(study.expected, study.found, study.missing, study.not_checked, study.extra),
        lines(element("span", study.result, css=f"tag {_MARKS[study.result]}"), told(study.remark)),
        proof.GRADES[study.grade],
    ]


def exceptions(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """List the open items: by reason, then file by file."""
    not_named = ledger.not_named(manifest)
    count = figures.balance.exceptions + not_named
    if not count:
        yield paragraphs("There are none.")
        return
    groups = ledger.reasons(manifest)
    if not_named:
        groups.insert(0, ledger.Reason(Bucket.COPIED, "", "", not_named))
    yield paragraphs("These files do not count as confirmed or copied. Each line needs a decision.")
    columns = (
        *(("Files", "n"), ("What happened", ""), ("Why", ""), ("Who must act", "")),
        ("Decision, initials", "sign"),
    )
    yield from table(
        columns,
        (
            (
                group.count,
                ledger.what_happened(group.bucket),
                told(names.reason(group.reason)),
                values.who(group.who, group.bucket),
                "",
            )
            for group in groups[:GROUPS_LISTED]
        ),
    )
    yield cut(GROUPS_LISTED, len(groups), names.file_name(values.EXCEPTIONS))
    yield element("h3", "File by file") + "\n"
    files = islice(ledger.exceptions(manifest), FILES_LISTED)
    headings = (("File", "file"), ("Patient and study", "who"), ("What happened", ""), ("Who must act", "act"))
    yield from table(headings, (_file(line, names) for line in files))
    yield cut(FILES_LISTED, count, names.file_name(values.EXCEPTIONS))


def _file(line: ledger.LedgerLine, names: Names) -> list[object]:
    patient_id = names.patient(line.patient, line.patient_id or "")
    patient = " · ".join(part for part in (patient_id, names.day(line.study_date)) if part)
    return [
        code(names.path(line.id, line.folder, line.name)),
        lines(foreign(names.name(line.patient_name or "")), foreign(patient)),
        lines(
            line.final_bucket.replace("_", " "),
            "not named when asked" if line.final_bucket in ARRIVED else "",
            told(names.reason(line.reason)),
            foreign(names.text(line.comment or "")),
        ),
        values.who(line.who, line.final_bucket),
    ]


def remarks(manifest: Manifest, names: Names) -> Iterator[str]:
    """List the warnings of the new PACS about accepted images (PS3.4 B.2.3)."""
    groups = gathered.remarks(manifest)
    if not groups:
        yield paragraphs("On what it took, the new PACS made no remark.")
        return
    yield paragraphs(
        "The new PACS took these images and said something about them: B000 that it changed values, B006 that it "
        "dropped some, others as the standard has it (PS3.4 B.2.3). What exactly it changed only reading an image back "
        "shows; see “Further proof”."
    )
    columns = (("Files", "n"), ("Answer", "s"), ("What it means", ""), ("A comment of it", ""))
    yield from table(
        columns,
        (
            (
                remark.files,
                code(remark.answer),
                told(names.reason(remark.reason)),
                foreign(names.text(remark.comment)),
            )
            for remark in groups[:GROUPS_LISTED]
        ),
    )
    yield cut(GROUPS_LISTED, len(groups), names.file_name(values.LEDGER))


def not_dicom(manifest: Manifest, names: Names) -> Iterator[str]:
    """Count the files that are not DICOM by the end of their names, with containers apart."""
    extensions = ledger.extensions(manifest)
    if not extensions:
        yield paragraphs("Every file was DICOM.")
        return
    yield paragraphs("These files were not copied. They are counted by the end of their names.")
    archives = {end: count for end, count in extensions.items() if end in ledger.CONTAINERS}
    if archives:
        count = amount(sum(archives.values()), "archive")
        yield note(element("b", f"{count} ({', '.join(archives)}) may hold images. No archive was opened."))
    rows = ((count, foreign(names.extension(end, ledger.CONTAINERS)) or "none") for end, count in extensions.items())
    yield from table((("Files", "n"), ("End of the name", "")), islice(rows, GROUPS_LISTED))
    yield cut(GROUPS_LISTED, len(extensions), names.file_name(values.LEDGER))
    known = gathered.why_not_dicom(manifest)
    if known:
        yield element("h3", "What is known of them") + "\n"
        reasons = ((count, told(names.reason(reason))) for reason, count in known[:GROUPS_LISTED])
        yield from table((("Files", "n"), ("", "")), reasons)
        yield cut(GROUPS_LISTED, len(known), names.file_name(values.LEDGER))
