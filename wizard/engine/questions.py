"""Questions about the instances of one study: C-FIND in the Study Root model at IMAGE level (PS3.4 C.4.1).

One Study and one Series Instance UID and lists of at most 50 SOP Instance UIDs, which are halved when the final status
is not 0000. Anything but 0000 is "could not check", and never "not there".
"""

from __future__ import annotations

from typing import Iterator, Sequence

from wizard.dicom import status
from wizard.dicom.query import Query

_LIST = 50


def lists(uids: Sequence[str]) -> Iterator[Sequence[str]]:
    """The same in lists that are short enough to be asked for."""
    for start in range(0, len(uids), _LIST):
        yield uids[start : start + _LIST]


class Questions:
    """Questions about one study. Each returns the UIDs that were named, or None for "could not check".

    All raise DestinationError and Stopped, as `Query.find` does.
    """

    def __init__(self, query: Query, study_uid: str) -> None:
        self._query, self._study_uid = query, study_uid

    def listed(self, series_uid: str, uids: Sequence[str]) -> tuple[set[str], set[str]]:
        """Ask for one list: (named of it, asked without a valid end)."""
        named = self._ask({"SeriesInstanceUID": series_uid, "SOPInstanceUID": "\\".join(uids)})
        if named is not None:
            return named & set(uids), set()
        if len(uids) == 1:
            return set(), set(uids)
        half = len(uids) // 2
        first, second = self.listed(series_uid, uids[:half]), self.listed(series_uid, uids[half:])
        return first[0] | second[0], first[1] | second[1]

    def whole_series(self, series_uid: str) -> set[str] | None:
        return self._ask({"SeriesInstanceUID": series_uid})

    def whole_study(self) -> set[str] | None:
        """Without a series: many PACS answer; the standard does not oblige them to (PS3.4 C.4.1.2.1)."""
        return self._ask({})

    def alone(self, uid: str) -> set[str] | None:
        """By SOP Instance UID alone: the PACS may have put it into another study."""
        return self._ask({"StudyInstanceUID": "", "SOPInstanceUID": uid})

    def _ask(self, keys: dict[str, str]) -> set[str] | None:
        found = self._query.find("IMAGE", {"StudyInstanceUID": self._study_uid, **keys}, ["SOPInstanceUID"])
        if found.status != status.SUCCESS:
            return None
        return {answer["SOPInstanceUID"] for answer in found.answers}
