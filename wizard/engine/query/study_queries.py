"""Queries the instances of one study: C-FIND in the Study Root model (PS3.4 C.4.1).

At IMAGE level with one Study and one Series Instance UID and lists of SOP Instance UIDs, which become shorter when the
final status is not 0000. Any status but 0000 means "could not check", and never "not there".
"""

from __future__ import annotations

from typing import NamedTuple, Sequence

from wizard.dicom import status
from wizard.engine.query.session import QuerySession

_MOST_MISSES = 3  # single instances in a row, or series, that got no valid answer
_MOST_FOR_ONE = 20  # answers to a query for one UID; a PACS that ignores the UID may else answer with all it has
_MOST = 200_000  # answers about a study


class Listed(NamedTuple):
    """The result of lists of SOP Instance UIDs: each UID is in one of the three.

    Valid answers did not name those in `denied`. Those in `unsure` got no valid answer, or one that named other
    instances than the query: such an answer denies nothing.
    """

    named: set[str]
    denied: set[str]
    unsure: set[str]


class There(NamedTuple):
    """Whether a series or a study is there, and its number of instances; None where the PACS does not count."""

    there: bool
    instances: int | None


class StudyQueries:
    """Queries for one study. A set has the UIDs that were named, and None is "could not check".

    All raise DestinationError and Stopped, as `QuerySession.find` does.
    """

    def __init__(self, session: QuerySession, study_uid: str) -> None:
        self._session, self._study_uid = session, study_uid
        self._own = ("", study_uid)  # the values of the study in an answer about it

    def listed(self, series_uid: str, uids: Sequence[str]) -> Listed:
        """Query these instances of a series by their UIDs, in lists that the destination answers."""
        named: set[str] = set()
        denied: set[str] = set()
        unsure: set[str] = set()
        rest, length, misses, fruitless = list(uids), self._session.longest, 0, True
        while rest:
            part = rest[:length]
            answer = self._images({"SeriesInstanceUID": series_uid, "SOPInstanceUID": "\\".join(part)})
            if answer is not None:
                named |= answer.intersection(uids)
                if not answer.issubset(part):  # it ignores the list: an instance that it leaves out is not denied
                    unsure |= set(rest) - named
                    break
                denied |= set(part) - answer
                rest, misses, fruitless = rest[len(part) :], 0, False
            elif len(part) > 1 and self._session.fruitless < _MOST_MISSES:
                length = len(part) // 2
            else:
                unsure.add(part[0])
                rest, length, misses = rest[1:], self._session.longest, misses + 1
                if misses >= _MOST_MISSES or len(part) > 1:
                    unsure |= set(rest)
                    break
        if not unsure:
            self._session.longest = length
        self._session.fruitless = self._session.fruitless + 1 if fruitless else 0
        return Listed(named, denied - named, unsure - named)

    def listed_until_denied(self, series_uid: str, uids: Sequence[str]) -> Listed:
        """As `listed`, and again for the instances that were not named, as long as that helps.

        Some PACS never answer more than so many, and do not say so.
        """
        found = again = self.listed(series_uid, uids)
        while found.denied and again.named:
            again = self.listed(series_uid, [uid for uid in uids if uid in found.denied])
            found = Listed(found.named | again.named, again.denied, found.unsure | again.unsure)
            if again.named:
                self._session.longest = min(self._session.longest, len(again.named))
        return found

    def whole_series(self, series_uid: str) -> set[str] | None:
        return self._images({"SeriesInstanceUID": series_uid})

    def whole_study(self) -> set[str] | None:
        """Query the instances of all series: many PACS answer; the standard does not oblige them to (PS3.4 C.4.1.2.1).

        The key of the series is there and empty: without it dcmqrscp answers nothing.
        """
        answers = self._find("IMAGE", {"SeriesInstanceUID": ""}, ["SOPInstanceUID", "StudyInstanceUID"])
        return _uids(answers, [answer for answer in answers or () if answer["StudyInstanceUID"] in self._own])

    def alone(self, uids: Sequence[str]) -> dict[str, str] | None:
        """Query by SOP Instance UID alone, as the PACS may have another study for it. Returns the study of each."""
        rest = list(uids)
        found: dict[str, str] = {}
        while rest:
            part = rest[: self._session.longest]
            keys = {"StudyInstanceUID": "", "SOPInstanceUID": "\\".join(part)}
            answers = self._find("IMAGE", keys, ["SOPInstanceUID", "StudyInstanceUID"], len(part) * _MOST_FOR_ONE)
            if answers is None:
                return found or None
            named = {answer["SOPInstanceUID"]: answer["StudyInstanceUID"] for answer in answers}
            new = {uid: named[uid] for uid in part if uid in named}
            found.update(new)
            rest = [uid for uid in rest if uid not in new] if new else rest[len(part) :]
        return found

    def counts(self) -> dict[str, int | None] | None:
        """The number of instances in each series that it has; None for a series where it does not count."""
        answers = self._find("SERIES", {}, ["SeriesInstanceUID", "NumberOfSeriesRelatedInstances"])
        if answers is None:
            return None
        return {answer["SeriesInstanceUID"]: _number(answer["NumberOfSeriesRelatedInstances"]) for answer in answers}

    def series(self, series_uid: str) -> There | None:
        """Whether it has one series, and the number of instances in it."""
        keys = {"SeriesInstanceUID": series_uid}
        answers = self._find("SERIES", keys, ["SeriesInstanceUID", "NumberOfSeriesRelatedInstances"])
        return _there(answers, "SeriesInstanceUID", series_uid, "NumberOfSeriesRelatedInstances")

    def study(self) -> There | None:
        """Whether it has the study, and the number of instances in it."""
        answers = self._find("STUDY", {}, ["StudyInstanceUID", "NumberOfStudyRelatedInstances"])
        return _there(answers, "StudyInstanceUID", self._study_uid, "NumberOfStudyRelatedInstances")

    def _images(self, keys: dict[str, str]) -> set[str] | None:
        answers = self._find("IMAGE", keys, ["SOPInstanceUID"])
        return _uids(answers, answers or ())

    def _find(
        self, level: str, keys: dict[str, str], wanted: Sequence[str], most: int = _MOST
    ) -> list[dict[str, str]] | None:
        found = self._session.find(level, {"StudyInstanceUID": self._study_uid, **keys}, wanted, most)
        return None if found is None or found.status != status.SUCCESS else found.answers


def _uids(answers: list[dict[str, str]] | None, meant: Sequence[dict[str, str]]) -> set[str] | None:
    """The SOP Instance UIDs of the answers that are meant; None if one has none, or there was no valid answer."""
    if answers is None or not all(answer["SOPInstanceUID"] for answer in answers):
        return None
    return {answer["SOPInstanceUID"] for answer in meant}


def _there(answers: list[dict[str, str]] | None, keyword: str, uid: str, count: str) -> There | None:
    """None also for answers about others only: a PACS that gives these ignores the UID of the query."""
    if answers is None:
        return None
    mine = [answer for answer in answers if answer[keyword] == uid]
    if answers and not mine:
        return None
    return There(bool(mine), _number(mine[0][count]) if mine else None)


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None
