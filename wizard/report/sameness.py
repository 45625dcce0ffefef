"""Write the sections of the report about files with the same UID, and patients with the same ID."""

from __future__ import annotations

import itertools
from typing import Iterator, Sequence

from wizard.manifest import identities
from wizard.manifest.buckets import SAME_UID
from wizard.manifest.manifest import Manifest
from wizard.report import values
from wizard.report.figures import Figures
from wizard.report.markup import code, cut, element, foreign, lines, paragraphs, table, told
from wizard.report.names import Names
from wizard.report.values import amount

#: How many rows of each the report lists.
LISTED = 200


def files(manifest: Manifest, figures: Figures, names: Names) -> Iterator[str]:
    """List duplicates, and UID conflicts."""
    duplicates, conflicts = (figures.balance.buckets[bucket] for bucket in SAME_UID)
    yield paragraphs(
        f"{amount(duplicates, 'file holds', 'files hold')} exactly the data set of another one (SHA-256); that other "
        "one counts, and is sent once."
        if duplicates
        else "No file holds exactly the data set of another one with the same identity."
    )
    if duplicates:
        rows = (_duplicate(one, names) for one in itertools.islice(identities.duplicates(manifest), LISTED))
        yield from table((("File", "half"), ("Has the data set of", "half")), rows)
        yield cut(LISTED, duplicates, names.file_name(values.LEDGER))
    if not conflicts:
        yield paragraphs("No two different images claim the same identity.")
        return
    yield element("h3", "Different images under one identity") + "\n"
    yield paragraphs(
        f"{amount(conflicts, 'file is', 'files are')} in conflict: the content differs, and the SOP Instance UID is "
        "the same. A PACS keeps one of them. None is sent until a person decides which."
    )
    conflicting = list(itertools.islice(identities.conflicts(manifest), LISTED + 1))
    columns = (("File", "half"), ("SOP Instance UID", ""), ("SHA-256 begins", "s"), ("Where it ended up", ""))
    yield from table(columns, (_conflict(one, names) for one in conflicting[:LISTED]))
    yield cut(LISTED, len(conflicting), names.file_name(values.LEDGER), more=True)


def _duplicate(one: identities.Duplicate, names: Names) -> Sequence[object]:
    known = one.other is not None and one.other_folder is not None and one.other_name is not None
    other = names.path(one.other or 0, one.other_folder or b"", one.other_name or b"") if known else ""
    return code(names.path(one.id, one.folder, one.name)), code(other) if other else "a file that is gone"


def _conflict(one: identities.ConflictingFile, names: Names) -> Sequence[object]:
    return (
        code(names.path(one.id, one.folder, one.name)),
        code(names.uid(one.sop_uid, one.patient_id, one.birth_date, one.accession)),
        code(one.sha256.hex()[:12]) if one.sha256 else "",
        one.bucket.replace("_", " "),
    )


def patients(manifest: Manifest, names: Names) -> Iterator[str]:
    """List Patient IDs with several names, and studies under several Patient IDs."""
    people = list(itertools.islice(identities.same_id(manifest), LISTED + 1))
    studies = list(itertools.islice(identities.two_patients(manifest), LISTED + 1))
    if not people and not studies:
        yield paragraphs(
            "No Patient ID stands for patients with different names, birth dates or sexes, and no study lies under two "
            "Patient IDs, as far as the files say."
        )
        return
    yield paragraphs(
        "The files say so; which of it is right only the clinic knows. A PACS may merge such patients, or show a study "
        "with the wrong one. This program has sent them as they are."
    )
    if people:
        yield element("h3", "One Patient ID, different patients") + "\n"
        columns = (("Patient ID", ""), ("Name", ""), ("Birth date", "s"), ("Sex", "s"), ("Studies", "n"))
        first = {(one.patient_id, one.issuer): one.id for one in reversed(people)}
        rows = (_person(one, first[one.patient_id, one.issuer], names) for one in people[:LISTED])
        yield from table(columns, rows)
        yield cut(LISTED, len(people), more=True)
    if studies:
        yield element("h3", "One study, several Patient IDs") + "\n"
        headings = (("Study Instance UID", ""), ("Date", "s"), ("Patient", ""))
        yield from table(headings, (_study(one, names) for one in studies[:LISTED]))
        yield cut(LISTED, len(studies), more=True)


def _person(one: identities.Person, first: int, names: Names) -> Sequence[object]:
    """Write a patient; `first` is the first one with this Patient ID, and stands for the ID where that is left out."""
    if names.shown:
        known = lines(foreign(one.patient_id), told(f"issued by {one.issuer}" if one.issuer else ""))
        return known, foreign(one.name) or "no name", foreign(one.birth_date), foreign(one.sex), one.studies
    same = "" if one.id == first else f"the same ID as patient {first}"
    return lines(names.patient(one.id, ""), same), "", "", foreign(one.sex), one.studies


def _study(one: identities.TwoPatients, names: Names) -> Sequence[object]:
    return (
        code(names.uid(one.study_uid, one.patient_id, one.birth_date, one.accession)),
        foreign(names.day(one.study_date)),
        lines(foreign(names.name(one.name)), foreign(names.patient(one.patient, one.patient_id))),
    )
