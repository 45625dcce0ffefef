"""Step 5, Verify: ask the destination, study by study, which instances it has, and compare SOP Instance UIDs.

Instances are asked for by name (see `questions`), and before "missing" is said, two more questions are asked: without
the series, and with the instance alone.
"""

from __future__ import annotations

import itertools
import time
from typing import Sequence

from wizard.dicom.destination import Destination
from wizard.dicom.query import Query
from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.engine.questions import Questions, lists
from wizard.manifest import proof, tree
from wizard.manifest.manifest import Manifest


def run(
    manifest: Manifest, destination: Destination, control: Control, events: Events, study: int | None = None
) -> proof.Summary:
    """Ask about everything that is expected, or of one study, and write down what is confirmed, missing or not checked.

    Raises
    ------
    DestinationError
        The destination cannot be asked at all. What was answered before is kept.
    ManifestError, Stopped
    """
    with manifest.running("verify"):
        studies = list(proof.studies(manifest, study))
        total, done, started = sum(one.expected for one in studies), 0, time.monotonic()
        with Query(destination) as query, control.closing(query.kill):
            for one in studies:
                control.check()
                words = tree.study_words(one.patient_name, one.date, one.description)
                _verify_study(manifest, Questions(query, one.study_uid), one.study)
                done += one.expected
                seconds = time.monotonic() - started
                events.state(Progress("verify", done, total=total, seconds=seconds, current=words))
    summary = proof.summary(manifest, study)
    if summary.not_checked:
        events.fact(Note(f"{summary.not_checked:,} images could not be checked."))
    return summary


def _verify_study(manifest: Manifest, ask: Questions, study: int) -> None:
    named: set[str] = set()
    unsure: set[str] = set()
    missing: list[str] = []
    extra = 0
    expected = proof.instances(manifest, study)
    for series_uid, members in itertools.groupby(expected, key=lambda instance: instance.series_uid):
        uids = sorted({instance.sop_uid for instance in members})
        for page in lists(uids):
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


def _ask_again(ask: Questions, missing: Sequence[str]) -> set[str]:
    """Two more questions before "missing" is said."""
    found = (ask.whole_study() or set()) & set(missing)
    for uid in missing:
        if uid not in found and uid in (ask.alone(uid) or set()):
            found.add(uid)
    return found
