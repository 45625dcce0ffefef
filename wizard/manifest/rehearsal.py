"""Which study is tried first, before all others are copied."""

from __future__ import annotations

from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

FEWEST, MOST = 2, 50  # images of a study that shows something and is soon copied

_CHOSEN_PENDING = f"entry.bucket = '{Bucket.PENDING}' AND entry.lane < 2 AND series.shown AND series.ticked"
_COMMONEST = f"""
    SELECT series.modality FROM entry JOIN series ON series.id = entry.series WHERE {_CHOSEN_PENDING}
    GROUP BY series.modality ORDER BY COUNT(*) DESC, series.modality LIMIT 1"""
# `waiting` counts what would be sent; `spoilt` what belongs to the study and would not be, or only last, or is of a
# kind that the destination does not take.
_STUDIES = f"""
    SELECT series.study, SUM({_CHOSEN_PENDING}) AS waiting,
           SUM(entry.bucket <> '{Bucket.DUPLICATE}'
               AND (NOT ({_CHOSEN_PENDING}) OR entry.lane > 0 OR kind.result > 0)) AS spoilt,
           MAX({_CHOSEN_PENDING} AND series.modality = ?) AS usual
    FROM entry JOIN series ON series.id = entry.series LEFT JOIN kind ON kind.id = entry.kind
    GROUP BY series.study HAVING waiting > 0"""
_BEST = f"""
    SELECT found.study FROM ({_STUDIES}) AS found JOIN study ON study.id = found.study
    ORDER BY found.waiting BETWEEN {FEWEST} AND {MOST} AND found.usual AND study.study_date IS NOT NULL
             AND NOT COALESCE(found.spoilt, 0) DESC, found.waiting, found.study
    LIMIT 1"""


def study(manifest: Manifest) -> int | None:
    """The study to try: small, whole, dated, and of the commonest modality; or else the smallest that waits.

    Always the same one of the same manifest; None when nothing waits.
    """
    modality = manifest.value(_COMMONEST)
    found: int | None = manifest.value(_BEST, (modality,))
    return found
