"""In which order the studies of a lane are sent: those that a person wants first, then the others, either as the
archive has them or the newest first. Read a page at a time, also when there are a million."""

from __future__ import annotations

from collections import deque
from typing import Iterable, NamedTuple

from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

_PAGE = 500
_FEWEST, _MOST = 2, 50  # images of a study to try: it shows something and is soon copied

# SQLite would go through all that is pending for each study, sort all studies for each page, and 3.35 look for all that
# wait for each page: hence CROSS and "+".
_WAITS = f"""EXISTS (
    SELECT 1 FROM series CROSS JOIN entry
    ON entry.series = series.id AND entry.bucket = '{Bucket.PENDING}' AND entry.lane = ?
    WHERE series.study = +study.id AND series.shown AND series.ticked)"""
_AS_THE_ARCHIVE = f"""
    SELECT turn, '', id FROM study WHERE +turn = ? AND id > ? AND {_WAITS} ORDER BY id LIMIT ?"""
_NEWEST_FIRST = f"""
    SELECT turn, COALESCE(study_date, ''), id FROM study
    WHERE turn = ?1 AND COALESCE(study_date, '') <= ?2 AND (COALESCE(study_date, ''), id) < (?2, ?3)
    AND {_WAITS.replace("?", "?4")} ORDER BY COALESCE(study_date, '') DESC, id DESC LIMIT ?5"""

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
    ORDER BY found.waiting BETWEEN {_FEWEST} AND {_MOST} AND found.usual AND study.study_date IS NOT NULL
             AND NOT COALESCE(found.spoilt, 0) DESC, found.waiting, found.study
    LIMIT 1"""


class OrderPosition(NamedTuple):
    """A study's place in the order."""

    turn: int
    date: str
    study: int


class StudyOrder:
    """The studies that wait in a lane, each once, round the archive from the one behind `after`.

    Parameters
    ----------
    study : int or None
        This one alone.
    after : Place or None
        Where to begin; from the beginning if None.
    """

    def __init__(
        self,
        manifest: Manifest,
        lane: int,
        newest_first: bool = False,
        study: int | None = None,
        after: OrderPosition | None = None,
    ) -> None:
        self._manifest, self._lane, self._newest_first = manifest, lane, newest_first
        self._began_at = after
        self._wrapped = after is None
        self._last = after or self._beginning(0)
        self._page: deque[OrderPosition] = deque()
        self._over = False
        if study is not None:
            self._page.append(OrderPosition(0, "", study))
            self._over = True

    def next(self) -> OrderPosition | None:
        """The next study; None when all had their turn."""
        while not self._page and not self._over:
            self._turn_page()
        return self._page.popleft() if self._page else None

    def _turn_page(self) -> None:
        turn, date, study = self._last
        if self._newest_first:
            rows = self._manifest.rows(_NEWEST_FIRST, (turn, date, study, self._lane, _PAGE))
        else:
            rows = self._manifest.rows(_AS_THE_ARCHIVE, (turn, study, self._lane, _PAGE))
        page = [OrderPosition(*row) for row in rows]
        if page:
            self._last = page[-1]
            self._page.extend(self._until_round(page))
        elif turn == 0:
            self._last = self._beginning(1)
        elif not self._wrapped:
            self._wrapped, self._last = True, self._beginning(0)
        else:
            self._over = True

    def _until_round(self, page: list[OrderPosition]) -> Iterable[OrderPosition]:
        """What of a page comes before the study at which it began, once the end was passed."""
        end = self._began_at
        if end is None or not self._wrapped:
            return page
        for number, place in enumerate(page):
            if self._is_behind(place, end):
                self._over = True
                return page[:number]
        return page

    def _is_behind(self, place: OrderPosition, other: OrderPosition) -> bool:
        if place.turn != other.turn or not self._newest_first:
            return (place.turn, place.study) > (other.turn, other.study)
        return (place.date, place.study) < (other.date, other.study)

    def _beginning(self, turn: int) -> OrderPosition:
        return OrderPosition(turn, "~", 1 << 62) if self._newest_first else OrderPosition(turn, "", 0)


def study_to_try(manifest: Manifest) -> int | None:
    """Return the study that is tried before all others: small, whole, dated, and of the commonest modality.

    Without such a study it is the smallest that waits. One manifest always gives the same study; None when nothing
    waits.
    """
    modality = manifest.value(_COMMONEST)
    found: int | None = manifest.value(_BEST, (modality,))
    return found
