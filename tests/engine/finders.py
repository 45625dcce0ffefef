"""A PACS that answers queries, and habits of such, right or wrong (C-FIND in the Study Root model, PS3.4 C.4.1).

A habit stands between a query and the standard answers, and may change either. It does one thing, so that several can
be combined: `Finder(refusing("IMAGE"), without_counts)`. The first is the nearest to the client.
"""

from __future__ import annotations

import copy
import functools
import itertools
from collections import Counter
from typing import Callable, Iterable, Iterator, Protocol, Sequence

from pydicom.dataset import Dataset

from tests.engine.pacs import Answers, Pacs, Row, listed
from tests.faults.server import Gone

Ask = Callable[[Dataset], Answers]


class Habit(Protocol):
    """Answers a query; `ask` passes it on to the habits behind this one and to the PACS."""

    def __call__(self, keys: Dataset, ask: Ask) -> Answers: ...


UNIQUE = {"STUDY": "StudyInstanceUID", "SERIES": "SeriesInstanceUID", "IMAGE": "SOPInstanceUID"}
COUNTS = {"STUDY": "NumberOfStudyRelatedInstances", "SERIES": "NumberOfSeriesRelatedInstances"}


class Finder(Pacs):
    """Answers at STUDY, SERIES and IMAGE level, relational too (PS3.4 C.4.1.2.2), as far as its habits let it.

    Attributes
    ----------
    habits : sequence of Habit
        May be replaced while it listens.
    """

    def __init__(self, *habits: Habit) -> None:
        super().__init__()
        self.habits: Sequence[Habit] = habits
        self.find = self._find_with_habits

    def _find_with_habits(self, keys: Dataset) -> Answers:
        ask: Ask = self._by_the_book
        for habit in reversed(self.habits):
            ask = functools.partial(habit, ask=ask)
        return ask(keys)

    def _by_the_book(self, keys: Dataset) -> Answers:
        level = level_of(keys)
        depth = list(UNIQUE).index(level) + 1
        paths = Counter((*self.kept[uid], uid)[:depth] for uid in self.matching(keys))
        return Answers([self._row(level, path, count) for path, count in sorted(paths.items())])

    @staticmethod
    def _row(level: str, path: tuple[str, ...], count: int) -> dict[str, bytes]:
        uids = {keyword: uid.encode("ascii") for keyword, uid in zip(UNIQUE.values(), path)}
        counted = {COUNTS[level]: b"%d" % count} if level in COUNTS else {}
        return {"QueryRetrieveLevel": level.encode("ascii"), **uids, **counted}


def level_of(keys: Dataset) -> str:
    return str(keys.QueryRetrieveLevel)


# Queries that it does not answer


def refusing(*levels: str, status: int = 0xA900) -> Habit:
    """Queries at these levels fail."""
    return lambda keys, ask: Answers((), status) if level_of(keys) in levels else ask(keys)


def refusing_lists(longest: int, status: int = 0xC000) -> Habit:
    """Queries for more SOP Instance UIDs than so many fail."""
    return lambda keys, ask: Answers((), status) if len(listed(keys, "SOPInstanceUID")) > longest else ask(keys)


def hierarchical(keys: Dataset, ask: Ask) -> Answers:
    """Each level above must be named by one UID (PS3.4 C.4.1.2.1); other queries fail."""
    above = itertools.takewhile(lambda level: level != level_of(keys), UNIQUE)
    if any(len(listed(keys, UNIQUE[level])) != 1 for level in above):
        return Answers((), 0xA900)
    return ask(keys)


def capped(most: int, status: int = 0) -> Habit:
    """Never more answers than so many; `status` is the final status of answers that are cut."""

    def habit(keys: Dataset, ask: Ask) -> Answers:
        answers = ask(keys)
        rows = list(answers.rows)
        return answers if len(rows) <= most else Answers(rows[:most], status, answers.pending)

    return habit


# Keys that it ignores, and answers that it makes up


def ignoring(keyword: str) -> Habit:
    """It ignores a key: it answers as if the key were empty."""

    def habit(keys: Dataset, ask: Ask) -> Answers:
        keys = copy.deepcopy(keys)
        if keyword in keys:
            keys[keyword].value = None
        return ask(keys)

    return habit


def always_naming(*uids: str) -> Habit:
    """Any query for images has these answers."""

    def habit(keys: Dataset, ask: Ask) -> Answers:
        return Answers(_images(uids)) if level_of(keys) == "IMAGE" else ask(keys)

    return habit


def also_naming(*uids: str) -> Habit:
    """Any query for images has these answers too, behind the others."""

    def habit(keys: Dataset, ask: Ask) -> Answers:
        answers = ask(keys)
        if level_of(keys) != "IMAGE":
            return answers
        return answers._replace(rows=[*answers.rows, *_images(uids)])

    return habit


def counting(count: Callable[[int], int]) -> Habit:
    """It counts instances in a way of its own, given how many there really are."""

    def counted(row: dict[str, bytes]) -> Row:
        return {
            keyword: b"%d" % count(int(value)) if keyword in COUNTS.values() else value
            for keyword, value in row.items()
        }

    return _with_rows(counted)


def _images(uids: Iterable[str]) -> list[Row]:
    return [{"QueryRetrieveLevel": b"IMAGE", "SOPInstanceUID": uid.encode("ascii")} for uid in uids]


# The form of its answers


def _with_rows(change: Callable[[dict[str, bytes]], Row]) -> Habit:
    def habit(keys: Dataset, ask: Ask) -> Answers:
        answers = ask(keys)
        return answers._replace(rows=[None if row is None else change(row) for row in answers.rows])

    return habit


def without(*keywords: str) -> Habit:
    """Its answers do not have these."""
    return _with_rows(lambda row: {keyword: value for keyword, value in row.items() if keyword not in keywords})


def padded(by: bytes) -> Habit:
    """Its UIDs have something behind them, as if they were texts of a fixed length."""
    return _with_rows(lambda row: {key: value + by if key in UNIQUE.values() else value for key, value in row.items()})


def writing(charset: bytes, name: bytes) -> Habit:
    """It tells the patient's name unasked, in bytes that are or are not in the character set that it claims."""
    return _with_rows(lambda row: {**row, "SpecificCharacterSet": charset, "PatientName": name})


def twice(keys: Dataset, ask: Ask) -> Answers:
    """Each answer comes a second time."""
    answers = ask(keys)
    return answers._replace(rows=[row for row in answers.rows for _ in range(2)])


def pending(status: int) -> Habit:
    """Its answers have this status."""
    return lambda keys, ask: ask(keys)._replace(pending=status)


without_counts = without(*COUNTS.values())
without_identifier = _with_rows(lambda row: None)


# Connections that end, pauses, and habits that come and go


def half_way(then: Callable[[], object] = lambda: None, times: int | None = None) -> Habit:
    """In the middle of its answers `then` is called and the connection ends, the first so many times."""
    begun = itertools.count()

    def broken(rows: Sequence[Row]) -> Iterator[Row]:
        yield from rows[: len(rows) // 2]
        then()
        raise Gone

    def habit(keys: Dataset, ask: Ask) -> Answers:
        answers = ask(keys)
        if times is not None and next(begun) >= times:
            return answers
        return answers._replace(rows=broken(list(answers.rows)))

    return habit


def before_each(wait: Callable[[], object]) -> Habit:
    """It calls `wait` before each answer leaves."""

    def slowly(rows: Iterable[Row]) -> Iterator[Row]:
        for row in rows:
            wait()
            yield row

    def habit(keys: Dataset, ask: Ask) -> Answers:
        answers = ask(keys)
        return answers._replace(rows=slowly(answers.rows))

    return habit


def every(turn: int, habit: Habit) -> Habit:
    """It has this habit only at the first query of so many."""
    asked = itertools.count()
    return lambda keys, ask: ask(keys) if next(asked) % turn else habit(keys, ask)
