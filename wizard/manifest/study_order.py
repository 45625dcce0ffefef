"""The order in which the studies of one send order are sent, and the study that is tried before all others.

The studies that a person wants first come first; the others follow in the order of the source, or the newest first.
They are read a page at a time, also when there are a million.
"""

from __future__ import annotations

from collections import deque
from typing import Iterable, NamedTuple

from wizard.manifest.manifest import Manifest
from wizard.vocabulary import Bucket

_PAGE = 500
_FEWEST, _MOST = 2, 50  # images of a study to try: it shows something and is soon copied

# Without CROSS and "+", SQLite would read all pending entries for each study and sort all studies for each page, and
# 3.35 would look for all waiting studies for each page.
_WAITS = f"""EXISTS (
    SELECT 1 FROM series CROSS JOIN entry
    ON entry.series = series.id AND entry.bucket = '{Bucket.PENDING}' AND entry.lane = ?
    WHERE series.study = +study.id AND series.shown AND series.ticked)"""
_SOURCE_ORDER = f"""
    SELECT turn, '', id FROM study WHERE +turn = ? AND id > ? AND {_WAITS} ORDER BY id LIMIT ?"""
_NEWEST_FIRST = f"""
    SELECT turn, COALESCE(study_date, ''), id FROM study
    WHERE turn = ?1 AND COALESCE(study_date, '') <= ?2 AND (COALESCE(study_date, ''), id) < (?2, ?3)
    AND {_WAITS.replace("?", "?4")} ORDER BY COALESCE(study_date, '') DESC, id DESC LIMIT ?5"""

_CHOSEN_PENDING = f"entry.bucket = '{Bucket.PENDING}' AND entry.lane < 2 AND series.shown AND series.ticked"
_COMMONEST = f"""
    SELECT series.modality FROM entry JOIN series ON series.id = entry.series WHERE {_CHOSEN_PENDING}
    GROUP BY series.modality ORDER BY COUNT(*) DESC, series.modality LIMIT 1"""
# `waiting` counts the images that would be sent; `spoilt` those of the study that would not be sent, or only last, or
# are of a kind that the destination does not take.
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
    """The position of a study in the order."""

    turn: int
    date: str
    study: int


class StudyOrder:
    """The studies that wait in one send order, each once, from the one behind `after` round to it again.

    Parameters
    ----------
    study : int or None
        The only study, if it is given.
    after : OrderPosition or None
        The position behind which the order begins; None is the beginning.
    """

    def __init__(
        self,
        manifest: Manifest,
        send_order: int,
        newest_first: bool = False,
        study: int | None = None,
        after: OrderPosition | None = None,
    ) -> None:
        self._manifest, self._send_order, self._newest_first = manifest, send_order, newest_first
        self._began_at = after
        self._wrapped = after is None
        self._last = after or self._beginning(0)
        self._page: deque[OrderPosition] = deque()
        self._over = False
        if study is not None:
            self._page.append(OrderPosition(0, "", study))
            self._over = True

    def next(self) -> OrderPosition | None:
        """Return the next study; None at the end."""
        while not self._page and not self._over:
            self._load_page()
        return self._page.popleft() if self._page else None

    def _load_page(self) -> None:
        turn, date, study = self._last
        if self._newest_first:
            rows = self._manifest.rows(_NEWEST_FIRST, (turn, date, study, self._send_order, _PAGE))
        else:
            rows = self._manifest.rows(_SOURCE_ORDER, (turn, study, self._send_order, _PAGE))
        page = [OrderPosition(*row) for row in rows]
        if page:
            self._last = page[-1]
            self._page.extend(self._before_start(page))
        elif turn == 0:
            self._last = self._beginning(1)
        elif not self._wrapped:
            self._wrapped, self._last = True, self._beginning(0)
        else:
            self._over = True

    def _before_start(self, page: list[OrderPosition]) -> Iterable[OrderPosition]:
        """The part of a page before the study at which the order began, once its end was passed."""
        end = self._began_at
        if end is None or not self._wrapped:
            return page
        for number, position in enumerate(page):
            if self._is_behind(position, end):
                self._over = True
                return page[:number]
        return page

    def _is_behind(self, position: OrderPosition, other: OrderPosition) -> bool:
        if position.turn != other.turn or not self._newest_first:
            return (position.turn, position.study) > (other.turn, other.study)
        return (position.date, position.study) < (other.date, other.study)

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
