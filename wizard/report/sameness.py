"""Write the sections of the report about files with the same UID, and patients with the same ID."""

from __future__ import annotations

import itertools
from typing import Iterator, Sequence

from wizard.language.message import Day, Message
from wizard.manifest import identities, ledger
from wizard.manifest.buckets import SAME_UID
from wizard.manifest.manifest import Manifest
from wizard.report import names as shown
from wizard.report import values
from wizard.report.figures import Figures
from wizard.report.markup import Content, code, cut, cut_somewhere, element, foreign, lines, paragraphs, table, told
from wizard.report.names import Names

#: How many rows of each the report lists.
LISTED = 200


def files(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """List duplicates, and UID conflicts."""
    duplicates, conflicts = (figures.balance.buckets[bucket] for bucket in SAME_UID)
    if duplicates:
        yield from _duplicates(manifest, duplicates, names)
    else:
        yield paragraphs(Message("There are no duplicates."))
    if conflicts:
        yield from _conflicts(manifest, conflicts, names)
    else:
        yield paragraphs(Message("There are no UID conflicts."))


def _duplicates(manifest: Manifest, count: int, names: Names) -> Iterator[str]:
    yield paragraphs(
        Message(
            "{n} file is the same image as another file; only the other file is copied.",
            "{n} files are the same images as other files; only the other files are copied.",
            n=count,
        )
    )
    rows = (_duplicate(one, names) for one in itertools.islice(identities.duplicates(manifest), LISTED))
    yield from table(((Message("File"), "half"), (Message("Same image as"), "half")), rows)
    yield cut(LISTED, count, names.file_name(values.LEDGER))


def _conflicts(manifest: Manifest, count: int, names: Names) -> Iterator[str]:
    yield element("h3", Message("Different images with the same UID")) + "\n"
    yield paragraphs(
        Message(
            "{n} file has a UID conflict: its content differs from that of a file with the same SOP Instance UID. A "
            "PACS usually keeps only one of them. None is copied until somebody decides which.",
            "{n} files have a UID conflict: their contents differ, and the SOP Instance UID is the same. A PACS "
            "usually keeps only one of them. None is copied until somebody decides which.",
            n=count,
        )
    )
    conflicting = list(itertools.islice(identities.conflicts(manifest), LISTED + 1))
    columns = (
        *((Message("File"), "half"), (Message("SOP Instance UID"), "")),
        *((Message("SHA-256 (start)"), "s"), (Message("Outcome"), "")),
    )
    yield from table(columns, (_conflict(one, names) for one in conflicting[:LISTED]))
    yield cut_somewhere(LISTED, len(conflicting), names.file_name(values.LEDGER))


def _duplicate(one: identities.Duplicate, names: Names) -> Sequence[Content]:
    file = code(names.path(one.id, one.folder, one.name))
    if one.other is None or one.other_folder is None or one.other_name is None:
        return file, Message("a file that no longer exists")
    return file, code(names.path(one.other, one.other_folder, one.other_name))


def _conflict(one: identities.ConflictingFile, names: Names) -> Sequence[Content]:
    return (
        code(names.path(one.id, one.folder, one.name)),
        code(names.uid(one.sop_uid, one.patient_id, one.birth_date, one.accession)),
        code(one.sha256.hex()[:12]) if one.sha256 else "",
        ledger.OUTCOMES[one.bucket],
    )


def patients(manifest: Manifest, names: Names) -> Iterator[str]:
    """List Patient IDs with several names, and studies under several Patient IDs."""
    people = list(itertools.islice(identities.same_id(manifest), LISTED + 1))
    studies = list(itertools.islice(identities.two_patients(manifest), LISTED + 1))
    if not people and not studies:
        yield paragraphs(
            Message(
                "According to the files, no patient ID is shared by patients with different names, birth dates or "
                "sexes, and no study has two patient IDs."
            )
        )
        return
    yield paragraphs(
        Message(
            "This is what the files say; only the clinic knows what is correct. A PACS may merge such patients or show "
            "a study for the wrong one. This program does not change them."
        )
    )
    if people:
        yield element("h3", Message("One patient ID, different patients")) + "\n"
        columns = (
            *((Message("Patient ID"), ""), (Message("Name"), ""), (Message("Birth date"), "s")),
            *((Message("Sex"), "s"), (Message("Studies"), "n")),
        )
        first = {(one.patient_id, one.issuer): one.id for one in reversed(people)}
        rows = (_person(one, first[one.patient_id, one.issuer], names) for one in people[:LISTED])
        yield from table(columns, rows)
        yield cut_somewhere(LISTED, len(people))
    if studies:
        yield element("h3", Message("One study, several patient IDs")) + "\n"
        headings = ((Message("Study Instance UID"), ""), (Message("Study date"), "s"), (Message("Patient"), ""))
        yield from table(headings, (_study(one, names) for one in studies[:LISTED]))
        yield cut_somewhere(LISTED, len(studies))


def _person(one: identities.Person, first: int, names: Names) -> Sequence[Content]:
    """Write a patient; `first` is the first one with this Patient ID, and stands for the ID where that is left out."""
    if names.shown:
        issuer = told(Message("assigned by {issuer}", issuer=one.issuer)) if one.issuer else ""
        name = foreign(one.name) or Message("no name")
        return lines(foreign(one.patient_id), issuer), name, foreign(_birth(one)), foreign(one.sex), one.studies
    same = Message("the same ID as {patient}", patient=shown.patient_row(first)) if one.id != first else ""
    return lines(shown.patient_row(one.id), same), "", "", foreign(one.sex), one.studies


def _birth(one: identities.Person) -> Message | str:
    """Write a birth date as a date, or as it is if it is none."""
    if len(one.birth_date) == 8 and one.birth_date.isascii() and one.birth_date.isdecimal():
        return Message("{day}", day=Day(one.birth_date))
    return one.birth_date


def _study(one: identities.TwoPatients, names: Names) -> Sequence[Content]:
    return (
        code(names.uid(one.study_uid, one.patient_id, one.birth_date, one.accession)),
        names.day(one.study_date),
        lines(foreign(names.name(one.name)), foreign(names.patient(one.patient, one.patient_id))),
    )
