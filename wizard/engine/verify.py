"""Step 5, Verify: ask the destination, study by study, which instances it has, and compare SOP Instance UIDs.

C-FIND in the Study Root model at IMAGE level, with one Study and one Series Instance UID and lists of at most 50
SOP Instance UIDs, which are halved when the final status is not 0000. Anything but 0000 is "could not check", never
"missing"; and before "missing" is said, two more questions are asked: without the series, and with the instance alone.
"""

from __future__ import annotations

import itertools
import time
from typing import Sequence

from wizard.dicom import status
from wizard.dicom.destination import Destination
from wizard.dicom.query import Query
from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.manifest import proof, tree
from wizard.manifest.manifest import Manifest

_LIST = 50


def run(manifest: Manifest, destination: Destination, control: Control, events: Events) -> proof.Summary:
    """Ask about everything that is expected, and write down what is confirmed, missing or not checked.

    Raises
    ------
    DestinationError
        The destination cannot be asked at all. What was answered before is kept.
    ManifestError, Stopped
    """
    with manifest.running("verify"):
        studies = list(proof.studies(manifest))
        total, done, started = sum(study.expected for study in studies), 0, time.monotonic()
        with Query(destination) as query, control.closing(query.kill):
            for study in studies:
                control.check()
                words = tree.study_words(study.patient_name, study.date, study.description)
                _verify_study(manifest, _Questions(query, study.study_uid), study.study)
                done += study.expected
                seconds = time.monotonic() - started
                events.state(Progress("verify", done, total=total, seconds=seconds, current=words))
    summary = proof.summary(manifest)
    if summary.not_checked:
        events.fact(Note(f"{summary.not_checked:,} images could not be checked."))
    return summary


class _Questions:
    """Questions about one study. Each returns the UIDs that were named, or None for "could not check"."""

    def __init__(self, query: Query, study_uid: str) -> None:
        self._query, self._study_uid = query, study_uid

    def listed(self, series_uid: str, uids: Sequence[str]) -> tuple[set[str], set[str]]:
        """Ask for a list: (named, asked without a valid end)."""
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


def _verify_study(manifest: Manifest, ask: _Questions, study: int) -> None:
    named: set[str] = set()
    unsure: set[str] = set()
    missing: list[str] = []
    extra = 0
    expected = proof.instances(manifest, study)
    for series_uid, members in itertools.groupby(expected, key=lambda instance: instance.series_uid):
        uids = sorted({instance.sop_uid for instance in members})
        for start in range(0, len(uids), _LIST):
            page = uids[start : start + _LIST]
            there, could_not = ask.listed(series_uid, page)
            named |= there
            unsure |= could_not
            missing += [uid for uid in page if uid not in there and uid not in could_not]
        everything = ask.whole_series(series_uid)
        if everything is not None:
            extra += proof.foreign(manifest, sorted(everything - set(uids)))
    if missing:
        named |= _ask_again(ask, missing)
    answers: list[tuple[int | None, str, int]] = []
    for instance in expected:
        if instance.sop_uid in named:
            answers.append((1, "A", instance.entry))
        elif instance.sop_uid in unsure:
            answers.append((None, "E", instance.entry))
        else:
            answers.append((0, "A", instance.entry))
    remark = "the new PACS gave no valid answer for some images" if unsure else ""
    proof.record(manifest, study, answers, extra, remark)


def _ask_again(ask: _Questions, missing: Sequence[str]) -> set[str]:
    """Two more questions before "missing" is said."""
    found = (ask.whole_study() or set()) & set(missing)
    for uid in missing:
        if uid not in found and uid in (ask.alone(uid) or set()):
            found.add(uid)
    return found
