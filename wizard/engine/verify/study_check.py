"""Query one study, from the strongest evidence to the weakest (see `Grade`).

An instance is confirmed only if an answer names it. It is missing only if neither the standard's query names it nor two
more: one without the series, one without the study. Numbers confirm nothing, and deny nothing either.
"""

from __future__ import annotations

import itertools
from typing import Iterable

from wizard.engine.query.session import QuerySession
from wizard.engine.query.study_queries import StudyQueries, There
from wizard.manifest import proof
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import StudyProof
from wizard.reasons import Reason
from wizard.vocabulary import Grade

_UNSURE, _NO_STUDY, _ONLY_EXISTS = Reason("some_not_answered"), Reason("no_study"), Reason("only_study")


def check(manifest: Manifest, session: QuerySession, study: StudyProof) -> None:
    """Query one study, and write the results.

    Raises
    ------
    DestinationError
        The destination cannot be queried any more; nothing was written.
    ManifestError, Stopped
    """
    expected = proof.instances(manifest, study.study)
    series = {
        uid: sorted({instance.sop_uid for instance in members})
        for uid, members in itertools.groupby(expected, key=lambda instance: instance.series_uid)
    }
    checked = _StudyCheck(StudyQueries(session, study.study_uid), study.study_uid, series)
    checked.run()
    extra = proof.foreign(manifest, sorted(checked.others))
    answers = [(*checked.found[instance.sop_uid], instance.entry) for instance in expected]
    proof.record(manifest, study.study, answers, extra, checked.remarks)


class _StudyCheck:
    """The results for the instances of one study.

    Attributes
    ----------
    found : dict
        For each SOP Instance UID: 1 if it was named, 0 if it was not, None if that is not known; and the grade.
    others : set
        The UIDs that the destination has in the study besides them.
    remarks : list of Reason
        What is to be said about the study.
    """

    def __init__(self, queries: StudyQueries, study_uid: str, series: dict[str, list[str]]) -> None:
        self._queries, self._study_uid, self._series = queries, study_uid, series
        self._whole: dict[str, set[str] | None] = {}
        self._counts: dict[str, int | None] | None = None
        self.found: dict[str, tuple[int | None, Grade]] = {}
        self.others: set[str] = set()
        self.remarks: list[Reason] = []

    def run(self) -> None:
        """Send the queries, until the result of every instance is known or no query is left."""
        for series, uids in self._series.items():
            listed = self._queries.listed_until_denied(series, uids)
            self._settle(listed.named, 1, Grade.A)
            self._settle(listed.denied, 0, Grade.A)
            self._settle(listed.unsure, None, Grade.E)
        self._counts = self._queries.counts()
        for series in self._series:
            if self._open(series):
                self._check_series_list(series)
        self._check_missing()
        if any(named is None for named, _ in self.found.values()):
            self._check_numbers()
        self._look_for_others()

    def _settle(self, uids: Iterable[str], named: int | None, grade: Grade) -> None:
        self.found.update(dict.fromkeys(uids, (named, grade)))

    def _open(self, series: str) -> list[str]:
        """Return the instances of a series that are neither confirmed nor denied."""
        return [uid for uid in self._series[series] if self.found[uid][0] is None]

    def _check_series_list(self, series: str) -> None:
        """Find grade B. The list of a series denies an instance that it leaves out, if it is known to be complete."""
        everything = self._whole_series(series)
        if everything is None:
            return
        for uid in self._open(series):
            if uid in everything:
                self.found[uid] = (1, Grade.B)
            elif self._counts is not None and self._counts.get(series) == len(everything):
                self.found[uid] = (0, Grade.B)

    def _check_missing(self) -> None:
        """Send two more queries before an instance is called missing."""
        missing = [uid for uid, (named, _) in self.found.items() if named == 0]
        if missing:
            everything = self._queries.whole_study()
            listed = self._in_other_series() if everything is None else everything
            self._settle(listed.intersection(missing), 1, Grade.B)
            missing = [uid for uid in missing if self.found[uid][0] == 0]
            alone = self._queries.alone(missing) or {}
            self._settle(alone, 1, Grade.A)
            elsewhere = sum(study not in ("", self._study_uid) for study in alone.values())
            if elsewhere:
                self.remarks.append(Reason("elsewhere", n=elsewhere))

    def _in_other_series(self) -> set[str]:
        """List the series of the study that the source does not have: a series may have got another UID."""
        foreign = [series for series in self._counts or () if series not in self._series]
        return set().union(*(self._whole_series(series) or () for series in foreign))

    def _check_numbers(self) -> None:
        """Find grades C and D, for series of which no image could be queried by its UID."""
        self.remarks.append(_UNSURE)
        blank = [series for series, uids in self._series.items() if len(self._open(series)) == len(uids)]
        if self._counts:
            for series in blank:
                if series in self._counts:
                    self._compare(self._counts[series], self._series[series])
                else:  # its list of the series may not be complete
                    self._conclude(self._queries.series(series), self._series[series], Grade.C)
        elif len(blank) == len(self._series):
            answer = self._queries.study()
            self._conclude(answer, list(self.found), Grade.D)
            if answer is not None and not answer.there:
                self.remarks.append(_NO_STUDY)

    def _conclude(self, answer: There | None, uids: list[str], grade: Grade) -> None:
        """Draw conclusions for these instances from an answer about their series or study as a whole."""
        if answer is None:
            return
        if answer.there:
            self._compare(answer.instances, uids)
        else:
            self._settle(uids, 0, grade)

    def _compare(self, count: int | None, uids: list[str]) -> None:
        if count is None:
            self._settle(uids, None, Grade.D)
            if _ONLY_EXISTS not in self.remarks:
                self.remarks.append(_ONLY_EXISTS)
        elif count == len(uids):
            self._settle(uids, None, Grade.C)
            self.remarks.append(Reason("same_number", n=count))
        else:
            self.remarks.append(Reason("other_number", n=count, expected=len(uids)))

    def _look_for_others(self) -> None:
        """Look for other instances, in these series and in others, unless its numbers say that there are none."""
        counts = dict.fromkeys(self._series) if self._counts is None else self._counts
        if len(counts) > 1 and None in counts.values() and self._listed_at_once():
            return
        for series, count in counts.items():
            mine = self._series.get(series, [])
            if mine and len(self._open(series)) == len(mine) and not self._whole.get(series):
                continue  # no query about these is answered
            if count is None or count != sum(self.found[uid][0] == 1 for uid in mine):
                self.others |= (self._whole_series(series) or set()).difference(mine)

    def _listed_at_once(self) -> bool:
        """List the study with one query, in place of one for each series; whether the answer is valid.

        It is not if it leaves out an instance that was named before.
        """
        everything = self._queries.whole_study()
        if everything is None or any(named == 1 and uid not in everything for uid, (named, _) in self.found.items()):
            return False
        self.others |= everything.difference(self.found)
        return True

    def _whole_series(self, series: str) -> set[str] | None:
        if series not in self._whole:
            self._whole[series] = self._queries.whole_series(series)
        return self._whole[series]
