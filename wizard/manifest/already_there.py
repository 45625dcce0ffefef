"""The instances that wait to be sent, page by page, for querying which of them the destination has already."""

from __future__ import annotations

from typing import Iterator, NamedTuple, Sequence

from wizard.manifest.manifest import Manifest
from wizard.manifest.queue import SEND_ORDERS
from wizard.vocabulary import Bucket

_PAGE = 500
# A UID that another, different file has too is not queried: an answer would not say which of the files is there.
_WAITS = f"""
    entry.bucket = '{Bucket.PENDING}' AND entry.series = series.id AND entry.lane IN (0, 1) AND NOT EXISTS (
        SELECT 1 FROM entry AS other WHERE other.sop_uid = entry.sop_uid AND +other.bucket = '{Bucket.CONFLICT}')"""
_CHOSEN = "series.shown AND series.ticked{}"
_COUNT = f"SELECT COUNT(*) FROM series JOIN entry ON {_WAITS} WHERE {_CHOSEN}"
_SERIES = f"""
    SELECT series.id, series.study, study.study_uid, series.series_uid
    FROM series JOIN study ON study.id = series.study
    WHERE series.id > ? AND {_CHOSEN} AND EXISTS (SELECT 1 FROM entry WHERE {_WAITS})
    ORDER BY series.id LIMIT {_PAGE}"""
_ENTRIES = f"""
    SELECT entry.sop_uid, entry.id FROM series JOIN entry ON {_WAITS}
    WHERE series.id = ? AND entry.lane = ? AND entry.id > ? ORDER BY entry.id LIMIT {_PAGE}"""
_FOUND = f"""
    UPDATE entry SET bucket = '{Bucket.ALREADY_THERE}', reason_code = 'found_before', reason_values = ''
    WHERE id = ? AND bucket = '{Bucket.PENDING}'"""


class WaitingPage(NamedTuple):
    """Instances of one series; `study` is a row, and `entries` has the row of each SOP Instance UID."""

    study: int
    study_uid: str
    series_uid: str
    entries: dict[str, int]


def count(manifest: Manifest, study: int | None = None) -> int:
    """Count the instances to query."""
    which, values = _of(study)
    return int(manifest.value(_COUNT.format(which), values))


def pages(manifest: Manifest, study: int | None = None) -> Iterator[WaitingPage]:
    """Yield the pages of all studies, or of one. Entries of a page may be changed before the next page is taken."""
    which, values = _of(study)
    last = 0
    while True:
        some = list(manifest.rows(_SERIES.format(which), (last, *values)))
        if not some:
            return
        for series, row, study_uid, series_uid in some:
            for entries in _entries(manifest, series):
                yield WaitingPage(row, study_uid, series_uid, entries)
        last = some[-1][0]


def found(manifest: Manifest, entries: Sequence[int]) -> None:
    """Record that the destination has these entries already."""
    with manifest.writing() as db:
        db.executemany(_FOUND, [(entry,) for entry in entries])


def _entries(manifest: Manifest, series: int) -> Iterator[dict[str, int]]:
    for send_order in SEND_ORDERS:
        last = 0
        while True:
            page = {row[0]: row[1] for row in manifest.rows(_ENTRIES, (series, send_order, last))}
            if not page:
                break
            yield page
            last = max(page.values())


def _of(study: int | None) -> tuple[str, tuple[int, ...]]:
    return ("", ()) if study is None else (" AND series.study = ?", (study,))
