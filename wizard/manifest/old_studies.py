"""The list of studies of the old PACS, compared with the studies in the folders.

The comparison is about the folders, not the copy: images that the filter leaves out or that could not be sent count all
the same. A study is found by its Study Instance UID, where the list has it, and else by its accession number.
"""

from __future__ import annotations

import sqlite3
import time
from typing import Iterable, Iterator, NamedTuple

from wizard.manifest.buckets import sql_list
from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

NOT_IN_FOLDERS, NOT_IN_LIST, FEWER, MORE = "not in the folders", "not in the list", "fewer", "more"

_NO_IMAGE = sql_list((Bucket.DUPLICATE, Bucket.INDEX, Bucket.NOT_DICOM, Bucket.UNREADABLE))
# `here`: the studies in the folders. `wanted`: those of the list, each once; it has no number of images where its lines
# do not agree on it. `numbered`: the images in the folders under one accession number.
_COMPARED = f"""
    WITH here AS (
        SELECT study.study_uid, MIN(study.accession) AS accession, MIN(patient.name) AS patient_name,
               MIN(study.study_date) AS study_date, COUNT(DISTINCT entry.sop_uid) AS images
        FROM study JOIN patient ON patient.id = study.patient
        JOIN series ON series.study = study.id JOIN entry ON entry.series = series.id
        WHERE entry.sop_uid IS NOT NULL AND entry.bucket NOT IN {_NO_IMAGE}
        GROUP BY study.study_uid),
    wanted AS (
        SELECT study_uid, CASE study_uid WHEN '' THEN accession ELSE '' END AS number, MIN(line) AS line,
               MAX(accession) AS accession, CASE WHEN MIN(images) = MAX(images) THEN MIN(images) END AS images
        FROM listed GROUP BY 1, 2),
    numbered AS (
        SELECT other.accession, CASE COUNT(*) WHEN 1 THEN here.study_uid ELSE '' END AS study_uid,
               MIN(here.patient_name) AS patient_name, MIN(here.study_date) AS study_date, SUM(here.images) AS images
        FROM (SELECT DISTINCT study_uid, accession FROM study WHERE accession IN (SELECT number FROM wanted)) AS other
        JOIN here ON here.study_uid = other.study_uid GROUP BY other.accession),
    compared AS (
        SELECT wanted.line, wanted.study_uid, wanted.accession, here.patient_name, here.study_date,
               wanted.images AS listed, here.images
        FROM wanted LEFT JOIN here ON here.study_uid = wanted.study_uid WHERE wanted.study_uid <> ''
        UNION ALL
        SELECT wanted.line, COALESCE(numbered.study_uid, ''), wanted.accession, numbered.patient_name,
               numbered.study_date, wanted.images, numbered.images
        FROM wanted LEFT JOIN numbered ON numbered.accession = wanted.number WHERE wanted.study_uid = ''
        UNION ALL
        SELECT NULL, study_uid, accession, patient_name, study_date, NULL, images
        FROM here WHERE study_uid NOT IN (SELECT study_uid FROM wanted)
        AND study_uid NOT IN (SELECT study_uid FROM study WHERE accession IN (
            SELECT number FROM wanted WHERE number <> ''))),
    told AS (
        SELECT *, CASE WHEN images IS NULL THEN '{NOT_IN_FOLDERS}' WHEN line IS NULL THEN '{NOT_IN_LIST}'
            WHEN images < listed THEN '{FEWER}' WHEN images > listed THEN '{MORE}' ELSE '' END AS what
        FROM compared)"""
_DIFFERENCES = f"""{_COMPARED}
    SELECT * FROM told WHERE what <> ''
    ORDER BY CASE what WHEN '{NOT_IN_FOLDERS}' THEN 0 WHEN '{FEWER}' THEN 1 WHEN '{MORE}' THEN 2 ELSE 3 END,
             line, patient_name, study_date, study_uid"""
_SUMMARY = f"""{_COMPARED}
    SELECT COUNT(line), TOTAL(line IS NOT NULL AND images IS NOT NULL), TOTAL(what = '{FEWER}'),
           TOTAL(what = '{MORE}'), TOTAL(what = '{NOT_IN_FOLDERS}'), TOTAL(what = '{NOT_IN_LIST}'),
           TOTAL(line IS NOT NULL AND images IS NOT NULL AND listed IS NULL)
    FROM told"""


class OldStudy(NamedTuple):
    """One line of the list, by its number in the file, from 1.

    `study_uid` or `accession` may be "", not both; `images` is None where the list has no number.
    """

    number: int
    study_uid: str
    accession: str
    images: int | None


class OldListSummary(NamedTuple):
    """Studies, each counted once however often it is listed.

    Those `listed` are `found` in the folders or not there; `fewer`, `more` and `uncounted` are some of those found:
    with fewer or more images in the folders than listed, and without a number in the list, or with several that differ.
    """

    listed: int
    found: int
    fewer: int
    more: int
    not_in_folders: int
    not_in_list: int
    uncounted: int


def keep(manifest: Manifest, name: str, lines: Iterable[OldStudy]) -> None:
    """Store the list in place of the one before; `name` is that of its file."""
    with manifest.writing() as db:
        db.execute("DELETE FROM listed")
        db.executemany("INSERT INTO listed (line, study_uid, accession, images) VALUES (?, ?, ?, ?)", lines)
        manifest.put(old_list={"name": name, "time": time.time()})


def name(manifest: Manifest) -> str:
    """Return the name of the file from which the list was read; "" without a list."""
    return str(manifest.get("old_list", {"name": ""})["name"])


def summary(manifest: Manifest) -> OldListSummary | None:
    """Return the sums, as of now; None without a list."""
    if not name(manifest):
        return None
    row = manifest.row(_SUMMARY)
    assert row is not None, "sums without a group are one row"
    return OldListSummary(*map(int, row))


def differences(manifest: Manifest) -> Iterator[sqlite3.Row]:
    """Yield each study on which the list and the folders differ, those that are missing first.

    A row has line (NULL: not in the list), study_uid ("": an accession number of no or several studies), accession,
    patient_name and study_date (NULL: not known), listed (NULL: the list has no number), images in the folders (NULL:
    none), and what: NOT_IN_FOLDERS, FEWER, MORE or NOT_IN_LIST.
    """
    return manifest.rows(_DIFFERENCES) if name(manifest) else iter(())
