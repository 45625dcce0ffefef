"""The source as a tree of patients, studies and series: the rows that are shown and ticked, and their sums.

Ticks and the filter live on the series, so that ticking a patient of 5 000 images is one statement. A series is
written only when its tick changes or the filter shows or hides it.
"""

from __future__ import annotations

import os
from dataclasses import asdict, dataclass
from typing import NamedTuple, Sequence

from wizard.manifest import audit, ledger
from wizard.manifest.manifest import Manifest

FAR = 5000  # patients read in their order, before those with something to show are found from the series instead

_BRANCH = """
    COUNT(DISTINCT study.id), COUNT(*), TOTAL(series.images), TOTAL(series.bytes), TOTAL(series.problems),
    TOTAL(series.ticked), GROUP_CONCAT(DISTINCT series.modality),
    COUNT(DISTINCT CASE study.turn WHEN 0 THEN study.id END)
    FROM patient JOIN study ON study.patient = patient.id JOIN series ON series.study = study.id
    WHERE series.shown"""
_PATIENT = f"""
    SELECT patient.id, patient.name, patient.patient_id, patient.birth_date, MIN(study.study_date), {_BRANCH}
    AND patient.id = ? GROUP BY patient.id"""
_STUDIES = f"""
    SELECT study.id, study.description, study.study_uid, study.accession, study.study_date, {_BRANCH}
    AND study.patient = ? GROUP BY study.id ORDER BY study.study_date, study.id"""
_SERIES = f"""
    SELECT series.id, series.description, series.series_uid, series.number, study.study_date, {_BRANCH}
    AND series.study = ? GROUP BY series.id ORDER BY CAST(series.number AS INTEGER), series.id"""
_AFTER = """
    (search, id) > (SELECT COALESCE(MAX(search), ''), COALESCE(MAX(id), 0) FROM patient WHERE id = ?1)
    ORDER BY search, id"""
_IN_ORDER = f"""
    SELECT id, EXISTS (SELECT 1 FROM study JOIN series ON series.study = study.id
                       WHERE study.patient = patient.id AND series.shown)
    FROM patient WHERE {_AFTER}"""
_FROM_SERIES = f"""
    SELECT id FROM patient WHERE id IN (
        SELECT study.patient FROM series JOIN study ON study.id = series.study WHERE series.shown)
    AND {_AFTER} LIMIT ?2"""
_SORTED = """
    SELECT patient.id FROM patient JOIN study ON study.patient = patient.id JOIN series ON series.study = study.id
    WHERE series.shown GROUP BY patient.id ORDER BY {} {}, patient.search, patient.id LIMIT ? OFFSET ?"""
#: The orders of patients.
ORDERS = {
    "name": "patient.search",
    "date": "COALESCE(MIN(study.study_date), '')",
    "images": "TOTAL(series.images)",
    "bytes": "TOTAL(series.bytes)",
    "problems": "TOTAL(series.problems)",
}
_TICK = "UPDATE series SET ticked = ?1 WHERE shown AND ticked <> ?1"
_BELOW = {
    "patient": "study IN (SELECT id FROM study WHERE patient = ?2)",
    "study": "study = ?2",
    "series": "id = ?2",
}
_FOLDERS = """
    SELECT DISTINCT folder.path FROM series JOIN entry ON entry.series = series.id
    JOIN folder ON folder.id = entry.folder WHERE series.shown = ?1 AND series.{} ORDER BY folder.path"""
_TOTALS = """
    SELECT COUNT(DISTINCT CASE WHEN images THEN study.patient END), COUNT(DISTINCT CASE WHEN images THEN study.id END),
           COUNT(CASE WHEN images THEN 1 END), TOTAL(images), TOTAL(bytes), TOTAL(problems)
    FROM series JOIN study ON study.id = series.study WHERE shown"""


@dataclass(frozen=True)
class Filter:
    """The conditions for a series to be shown, and so to be sent. Dates are YYYYMMDD; empty means "any"."""

    text: str = ""
    modalities: tuple[str, ...] = ()
    from_date: str = ""
    to_date: str = ""
    undated: bool = True


class Branch(NamedTuple):
    """One row of the tree. `title` and `code` are name and ID, or description and UID; `date` is YYYYMMDD.

    All numbers count only what is shown; `first` counts its studies that are copied before all others.
    """

    id: int
    title: str
    code: str
    extra: str
    date: str | None
    studies: int
    series: int
    images: int
    bytes: int
    problems: int
    ticked: int
    modalities: str
    first: int

    @property
    def state(self) -> bool | None:
        """True: all of it is ticked, False: nothing is, None: a part."""
        return True if self.ticked == self.series else None if self.ticked else False

    @property
    def goes_first(self) -> bool | None:
        """True: all its studies are copied before all others, False: in their turn, None: some are copied first."""
        return True if self.first == self.studies else None if self.first else False


class TreePosition(NamedTuple):
    """The number of `folders` in which files lie, and the folder to look into.

    It holds all of them, itself or below, if `holds_all`; else they lie below several sources, and it is the first.
    """

    folder: bytes
    folders: int
    holds_all: bool


class Totals(NamedTuple):
    """The sums of a choice: images that can be sent, and the patients, studies and series that have such images.

    `problems` counts the files that cannot be sent.
    """

    patients: int
    studies: int
    series: int
    images: int
    bytes: int
    problems: int


def patients(manifest: Manifest, limit: int = 200, after: int | None = None) -> list[Branch]:
    """Return one page of the patients with something to show, by name.

    `after` is the last patient of the page before; None stands for the first page.
    """
    page = _page(manifest, limit, after)
    return [branch for patient in page for branch in _branches(manifest, _PATIENT, (patient,))]


def sorted_patients(
    manifest: Manifest, order: str, descending: bool, limit: int = 200, offset: int = 0
) -> list[Branch]:
    """Return one page of them sorted by one of `ORDERS`, behind the first `offset`. Each call reads all of them."""
    sql = _SORTED.format(ORDERS[order], "DESC" if descending else "ASC")
    page = [row[0] for row in manifest.rows(sql, (limit, offset))]
    return [branch for patient in page for branch in _branches(manifest, _PATIENT, (patient,))]


def studies(manifest: Manifest, patient: int) -> list[Branch]:
    """Return the studies of a patient."""
    return _branches(manifest, _STUDIES, (patient,))


def series(manifest: Manifest, study: int) -> list[Branch]:
    """Return the series of a study."""
    return _branches(manifest, _SERIES, (study,))


def tick(manifest: Manifest, level: str, identity: int, ticked: bool) -> None:
    """Tick or untick all that is shown below one "patient", "study" or "series"."""
    with manifest.writing() as db:
        changed = db.execute(f"{_TICK} AND {_BELOW[level]}", (ticked, identity)).rowcount
        audit.write(db, audit.TICKED if ticked else audit.UNTICKED, f"{level} {identity}", series=changed)


def tick_all(manifest: Manifest, ticked: bool) -> None:
    """Tick or untick everything that is shown."""
    with manifest.writing() as db:
        changed = db.execute(_TICK, (ticked,)).rowcount
        audit.write(db, audit.TICKED if ticked else audit.UNTICKED, "all that is shown", series=changed)


def shown(manifest: Manifest) -> Totals:
    """Return the sums of all that the filter shows, ticked or not."""
    return _totals(manifest, _TOTALS)


def chosen(manifest: Manifest) -> Totals:
    """Return the sums of what is shown and ticked: exactly this is sent."""
    return _totals(manifest, _TOTALS + " AND ticked")


def modalities(manifest: Manifest) -> list[tuple[str, int]]:
    """Return the modalities in the source with the number of their images, most first."""
    sql = "SELECT modality, SUM(images) FROM series GROUP BY modality ORDER BY 2 DESC, 1"
    return [(row[0], row[1]) for row in manifest.rows(sql)]


def place_of(manifest: Manifest, level: str, identity: int) -> TreePosition:
    """Return where the files of one patient, study or series lie, as far as they are shown."""
    folders = [row[0] for row in manifest.rows(_FOLDERS.format(_BELOW[level]), (True, identity))]
    try:
        common = os.path.commonpath(folders)
    except ValueError:  # on two drives
        return TreePosition(folders[0], len(folders), False)
    if any(_lies_in(root, common) for root in ledger.roots(manifest)):
        return TreePosition(common, len(folders), True)
    return TreePosition(folders[0], len(folders), False)


def _lies_in(root: bytes, folder: bytes) -> bool:
    try:
        return os.path.commonpath([root, folder]) == os.path.normpath(root)
    except ValueError:
        return False


def study_words(name: str, date: str | None, description: str) -> str:
    """Return a study as people name it: patient, day and description."""
    day = f"{date[:4]}-{date[4:6]}-{date[6:]}" if date else ""
    return " · ".join(part for part in (name, day, description) if part)


def get_filter(manifest: Manifest) -> Filter:
    stored = dict(manifest.get("filter", {}))
    return Filter(**{**stored, "modalities": tuple(stored.get("modalities", ()))})


def set_filter(manifest: Manifest, filter: Filter) -> None:
    """Show only the series that meet the filter, and store it."""
    condition, values = _condition(filter)
    with manifest.writing() as db:
        db.execute(f"UPDATE series SET shown = NOT shown WHERE shown <> ({condition})", values)
        manifest.put(filter=asdict(filter))


def _condition(filter: Filter) -> tuple[str, Sequence[str]]:
    """Return the SQL condition for a series to be shown, 0 or 1. It reads only the columns that the filter needs."""
    of_study: list[str] = []
    of_series: list[str] = []
    values: list[str] = []
    if filter.from_date or filter.to_date or not filter.undated:
        undated = " OR study_date IS NULL" if filter.undated else ""
        of_study.append(f"(study_date BETWEEN ? AND ?{undated})")
        values += [filter.from_date, filter.to_date or "99999999"]
    if filter.text.strip():
        of_study.append("patient IN (SELECT id FROM patient WHERE instr(search, ?))")
        values.append(filter.text.strip().casefold())
    if of_study:
        of_series.append(f"study IN (SELECT id FROM study WHERE {' AND '.join(of_study)})")
    if filter.modalities:
        of_series.append(f"modality IN ({', '.join('?' * len(filter.modalities))})")
        values += filter.modalities
    return " AND ".join(of_series) or "1", values


def _page(manifest: Manifest, limit: int, after: int | None) -> list[int]:
    """Return the patients of one page. Where few have something to show, they are found from the series instead."""
    found: list[int] = []
    for looked, (patient, shown) in enumerate(manifest.rows(_IN_ORDER, (after,))):
        if looked == FAR:
            return [row[0] for row in manifest.rows(_FROM_SERIES, (after, limit))]
        if shown:
            found.append(patient)
        if len(found) == limit:
            break
    return found


def _branches(manifest: Manifest, sql: str, values: Sequence[int]) -> list[Branch]:
    found = []
    for row in manifest.rows(sql, values):
        images, size, problems, ticked = (int(row[at]) for at in (7, 8, 9, 10))
        sums = (row[5], row[6], images, size, problems, ticked)
        found.append(Branch(row[0], row[1], row[2], row[3], row[4], *sums, modalities=_listed(row[11]), first=row[12]))
    return found


def _listed(modalities: str | None) -> str:
    return ", ".join(sorted(filter(None, (modalities or "").split(","))))


def _totals(manifest: Manifest, sql: str) -> Totals:
    row = manifest.row(sql)
    return Totals(*(int(number) for number in row)) if row is not None else Totals(0, 0, 0, 0, 0, 0)
