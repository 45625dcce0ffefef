"""Write the sections of the report that count: files, studies, open items, and warnings.

Long lists end at a stated number and refer to the CSV files, which hold everything.
"""

from __future__ import annotations

from itertools import islice
from typing import Iterator

from wizard.language.message import Message, comment_for_people
from wizard.manifest import ledger, proof
from wizard.manifest.buckets import ARRIVED, EXCEPTIONS
from wizard.manifest.manifest import Manifest
from wizard.report import figures as gathered
from wizard.report import values, words
from wizard.report.figures import Figures
from wizard.report.markup import (
    NO_HEADING,
    Content,
    Markup,
    code,
    cut,
    element,
    facts,
    foreign,
    lines,
    note,
    paragraphs,
    table,
    told,
)
from wizard.report.names import Names
from wizard.report.verdict import BAD, GOOD, OPEN
from wizard.vocabulary import Bucket, Grade, Result

#: How many of each the report lists.
STUDIES_LISTED = 2000
FILES_LISTED = 500
GROUPS_LISTED = 200

_MARKS = {Result.MATCH: GOOD, Result.MISMATCH: BAD, Result.NOT_CHECKED: OPEN}


def balance(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """Count the files of each outcome, and say whether the sum is right."""
    sums = figures.balance
    yield paragraphs(Message("Each file in the source folders is counted exactly once."))
    columns = (
        *((Message("Files"), "n"), (NO_HEADING, "bar")),
        *((Message("Outcome"), "s"), (Message("Meaning"), "")),
    )
    yield from table(columns, _buckets(sums))
    if sums.balanced:
        agree = element("b", Message("The totals match."), css=GOOD)
    else:
        agree = element("b", Message("The totals do not match: a program error."), css=BAD)
    yield note(
        Message("The lines add up to {n} file.", "The lines add up to {n} files.", n=sum(sums.buckets.values())),
        " ",
        Message(
            "Independently of this list, {n} file was counted while the folders were read, including those that only "
            "an earlier reading saw.",
            "Independently of this list, {n} files were counted while the folders were read, including those that only "
            "an earlier reading saw.",
            n=sums.counted,
        ),
        " ",
        agree,
    )
    if sums.unreadable_folders:
        yield element("h3", Message("Folders that could not be opened")) + "\n"
        yield paragraphs(
            Message(
                "{n} folder: its contents are not included in any number of this report.",
                "{n} folders: their contents are not included in any number of this report.",
                n=sums.unreadable_folders,
            )
        )
        closed = islice(ledger.unreadable_folders(manifest), GROUPS_LISTED)
        rows = ((code(names.folder(folder)), told(names.said(reason))) for folder, reason in closed)
        yield from table(((Message("Folder"), ""), (Message("Reason"), "")), rows)
        yield cut(GROUPS_LISTED, sums.unreadable_folders)


def _buckets(sums: ledger.Balance) -> Iterator[list[Content]]:
    for bucket, meaning in words.MEANINGS.items():
        count, name = sums.buckets[bucket], ledger.OUTCOMES[bucket]
        if not count:
            yield [0, "", element("span", name, css="zero"), element("span", meaning, css="zero")]
            continue
        css = ' class="e"' if bucket in EXCEPTIONS else ""
        bar = Markup(f'<i{css} style="width:{100 * count / sums.entries:.1f}%"></i>')
        yield [count, bar, name, meaning]
    yield [element("b", sum(sums.buckets.values())), "", element("b", Message("All files")), ""]


def studies(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """List for each study the expected images and those that the new PACS confirmed."""
    summary = figures.summary
    if not summary.studies_expected:
        yield paragraphs(Message("No study was selected for copying."))
        return
    yield paragraphs(
        Message(
            "{n} study: {match} MATCH, {mismatch} MISMATCH, {not_checked} NOT CHECKED. Studies that need attention "
            "come first.",
            "{n} studies: {match} MATCH, {mismatch} MISMATCH, {not_checked} NOT CHECKED. Studies that need attention "
            "come first.",
            n=summary.studies_expected,
            match=summary.match,
            mismatch=summary.mismatch,
            not_checked=summary.not_checked_studies,
        ),
        Message(
            "MATCH: the new PACS confirmed every expected image. MISMATCH: at least one was not found. NOT CHECKED: "
            "there was no usable answer about at least one. “Extra” counts images of the study that the new PACS has "
            "and the folders do not; this is not an error."
        ),
    )
    columns = (
        *((Message("Patient"), "who"), (Message("Study"), ""), (Message("To copy"), "n"), (Message("Found"), "n")),
        *((Message("Not found"), "n"), (Message("Not checked"), "n"), (Message("Extra"), "n")),
        *((Message("Result"), ""), (Message("Evidence"), "s")),
    )
    yield from table(columns, (_study(study, names) for study in _attention_first(manifest)))
    yield cut(STUDIES_LISTED, summary.studies_expected, names.file_name(values.STUDIES))
    yield element("h3", Message("Strength of the evidence")) + "\n"
    yield facts(
        [
            (proof.GRADES[Grade.A], Message("The new PACS was asked about each image by its UID.")),
            (
                proof.GRADES[Grade.B],
                Message("The new PACS listed the images of each series, and their UIDs were compared."),
            ),
            (
                proof.GRADES[Grade.C],
                Message("Only numbers of images were compared. This does not prove that the images are the same."),
            ),
            (proof.GRADES[Grade.D], Message("The new PACS reported only whether it has the study.")),
            (
                proof.GRADES[Grade.E],
                Message("The new PACS was not asked about all of the study, or gave no usable answer."),
            ),
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


def _study(study: proof.StudyProof, names: Names) -> list[Content]:
    about = (names.day(study.date) or Message("no date"), *([study.modalities] if study.modalities else []))
    when = Message("{about}", about=about)
    if names.shown:
        accession = told(Message("accession number {number}", number=study.accession)) if study.accession else ""
        patient = lines(foreign(study.patient_name) or Message("no name"), foreign(study.patient_id))
        of_study = lines(foreign(study.description), foreign(when), accession)
    else:
        patient = lines(names.patient(study.patient, ""))
        uid = names.uid(study.study_uid, study.patient_id, study.birth_date, study.accession)
        of_study = lines(foreign(when), foreign(uid))
    return [
        patient,
        of_study,
        *(study.expected, study.found, study.missing, study.not_checked, study.extra),
        lines(
            element("span", words.RESULTS[study.result], css=f"tag {_MARKS[study.result]}"),
            *(told(names.said(remark)) for remark in study.remarks),
        ),
        proof.GRADES[study.grade],
    ]


def exceptions(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """List the open items: by reason, then file by file."""
    if not figures.open_items:
        yield paragraphs(Message("There are no open items."))
        return
    groups = ledger.reasons(manifest)
    if figures.not_found:
        groups.insert(0, ledger.ReasonCount(Bucket.COPIED, None, figures.not_found))
    yield paragraphs(Message("These files are not confirmed. Each line needs a decision."))
    columns = (
        *((Message("Files"), "n"), (Message("Outcome"), ""), (Message("Reason"), ""), (Message("Action by"), "")),
        (Message("Decision, initials"), "sign"),
    )
    yield from table(columns, (_group(group, names) for group in groups[:GROUPS_LISTED]))
    yield cut(GROUPS_LISTED, len(groups), names.file_name(values.EXCEPTIONS))
    yield element("h3", Message("File by file")) + "\n"
    files = islice(ledger.exceptions(manifest), FILES_LISTED)
    headings = (
        *((Message("File"), "file"), (Message("Patient and study"), "who")),
        *((Message("Outcome"), ""), (Message("Action by"), "act")),
    )
    yield from table(headings, (_file(line, names) for line in files))
    yield cut(FILES_LISTED, figures.open_items, names.file_name(values.EXCEPTIONS))


def _group(group: ledger.ReasonCount, names: Names) -> list[Content]:
    found = group.bucket in ARRIVED
    return [
        group.count,
        words.outcome(group.bucket),
        "" if found else lines(told(names.said(group.sentence)), group.reason.next_step if group.reason else ""),
        values.action_by(group.who, group.bucket),
        "",
    ]


def _file(line: ledger.LedgerLine, names: Names) -> list[Content]:
    patient = (names.patient(line.patient, line.patient_id or ""), names.day(line.study_date))
    known = Message("{patient}", patient=tuple(part for part in patient if part)) if any(patient) else ""
    reason = line.reason
    return [
        code(names.path(line.id, line.folder, line.name)),
        lines(foreign(names.name(line.patient_name or "")), foreign(known)),
        lines(
            words.outcome(line.final_bucket),
            told(names.said(reason)) if reason else "",
            foreign(names.text(comment_for_people(line.comment or ""))),
        ),
        values.action_by(reason.who if reason else "", line.final_bucket),
    ]


def remarks(manifest: Manifest, names: Names) -> Iterator[str]:
    """List the warnings of the new PACS about accepted images (PS3.4 B.2.3)."""
    groups = gathered.remarks(manifest)
    if not groups:
        if gathered.sendings(manifest).answered:
            yield paragraphs(Message("The new PACS returned no warnings."))
        else:
            yield paragraphs(Message("The new PACS has not answered about any image yet."))
        return
    yield paragraphs(
        Message(
            "The new PACS accepted these images with a warning: with B000 it changed values, with B006 it discarded "
            "some; PS3.4 B.2.3 has the others. Only reading an image back shows exactly what was changed; see "
            "“Additional checks”."
        )
    )
    columns = (
        *((Message("Files"), "n"), (Message("Status code"), "s")),
        *((Message("Meaning"), ""), (Message("Example comment"), "")),
    )
    yield from table(columns, (_remark(remark, names) for remark in groups[:GROUPS_LISTED]))
    yield cut(GROUPS_LISTED, len(groups), names.file_name(values.LEDGER))


def _remark(remark: gathered.Remark, names: Names) -> list[Content]:
    return [
        remark.files,
        code(remark.answer),
        told(names.said(remark.reason)) if remark.reason else "",
        foreign(names.text(comment_for_people(remark.comment))),
    ]
