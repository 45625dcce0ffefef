"""Files of some buckets, as a list for the screen: the first few, or the first few in which a text is found.

The query follows the order of the index on the bucket and ends at the last file shown, so it is as quick with a million
files in the manifest as with a thousand.
"""

from __future__ import annotations

import sqlite3
from typing import NamedTuple, Sequence

from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

MOST_TOLD = 5000
"""The most different outcomes that `told` returns."""
_MOST_FOUND = 400  # parameters of the list of outcomes; SQLite before 3.32 takes 999 in all


class Told(NamedTuple):
    """What a row of the list says of a file: its outcome, and the reason as the manifest has it ("" for none)."""

    bucket: str
    code: str
    values: str


_FILES = """
    SELECT ledger.id, ledger.name AS file_name, folder.path AS folder_path, ledger.final_bucket,
           ledger.final_code AS reason_code, ledger.final_values AS reason_values, ledger.sop_uid,
           patient.name AS patient_name, study.study_date,
           attempt.status, attempt.comment, attempt.offending, attempt.time AS sent_time
    FROM ledger JOIN folder ON folder.id = ledger.folder
    LEFT JOIN series ON series.id = ledger.series LEFT JOIN study ON study.id = series.study
    LEFT JOIN patient ON patient.id = study.patient
    LEFT JOIN attempt ON attempt.id = (SELECT MAX(id) FROM attempt WHERE attempt.entry = ledger.id)
    WHERE ledger.bucket IN ({stored}) AND ledger.final_bucket IN ({wanted}) {found} LIMIT {limit:d}"""
_FOUND = """
    AND (CAST(ledger.name AS TEXT) LIKE ?1 ESCAPE '\\' OR CAST(folder.path AS TEXT) LIKE ?1 ESCAPE '\\'
    OR (ledger.final_values <> '' AND words_of(ledger.final_values) LIKE ?1 ESCAPE '\\')
    OR ledger.final_code IN ({codes})
    OR (ledger.final_bucket || ' ' || COALESCE(ledger.final_code, '') || ' ' || COALESCE(ledger.final_values, ''))
       IN ({told})
    OR ledger.sop_uid LIKE ?1 ESCAPE '\\' OR patient.search LIKE ?2 ESCAPE '\\'
    OR attempt.comment LIKE ?1 ESCAPE '\\')"""

_TOLD = """
    SELECT DISTINCT ledger.final_bucket, COALESCE(ledger.final_code, ''), COALESCE(ledger.final_values, '')
    FROM ledger WHERE ledger.bucket IN ({stored}) AND ledger.final_bucket IN ({wanted}) LIMIT {limit:d}"""


def first(
    manifest: Manifest,
    buckets: Sequence[str],
    limit: int,
    text: str = "",
    codes: Sequence[str] = (),
    outcomes: Sequence[Told] = (),
) -> list[sqlite3.Row]:
    """Return the first files of these buckets, at most `limit`, with the last answer to each that was sent.

    `text` is searched in the name and folder of the file, the values of its reason, the SOP Instance UID, the patient
    and the destination's own comment; the case of letters does not matter. `codes` are those of the reasons, and
    `outcomes` those of `told`, in whose words it was found.
    """
    stored = _stored(buckets)
    parameters = [*stored, *buckets]
    count = len(parameters)
    if text:
        parameters += [_pattern(text), _pattern(text.casefold())]  # names of patients are kept case folded
        parameters += [*codes, *(" ".join(one) for one in outcomes[:_MOST_FOUND])]
    found = _FOUND.replace("?1", f"?{count + 1}").replace("?2", f"?{count + 2}")
    places = [f"?{number}" for number in range(count + 3, len(parameters) + 1)]
    found = found.format(codes=", ".join(places[: len(codes)]), told=", ".join(places[len(codes) :]))
    sql = _FILES.format(
        stored=", ".join("?" * len(stored)),
        wanted=", ".join("?" * len(buckets)),
        found=found if text else "",
        limit=limit,
    )
    return list(manifest.rows(sql, parameters))


def told(manifest: Manifest, buckets: Sequence[str]) -> list[Told]:
    """Return the different outcomes of the files of these buckets, each with its reason, at most `MOST_TOLD`."""
    stored = _stored(buckets)
    sql = _TOLD.format(stored=", ".join("?" * len(stored)), wanted=", ".join("?" * len(buckets)), limit=MOST_TOLD)
    return [Told(*row) for row in manifest.rows(sql, [*stored, *buckets])]


def _stored(buckets: Sequence[str]) -> list[str]:
    return sorted({Bucket.PENDING if bucket == Bucket.LEFT_OUT else bucket for bucket in buckets})


def _pattern(text: str) -> str:
    """Make the pattern for LIKE; wildcards in the text are escaped."""
    for sign in "\\%_":
        text = text.replace(sign, "\\" + sign)
    return f"%{text}%"
