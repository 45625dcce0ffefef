"""Step 5, Verify, against servers with habits: the result, the numbers, the grade and the remark of one study.

The study has two series, of seven and of five images; all twelve were copied. A row of a table says what the server
does, what it has, and what must be said of the study then.
"""

from __future__ import annotations

import contextlib
from pathlib import Path
from typing import Callable, Dict, Iterator, NamedTuple, Tuple

import pytest

from tests.engine.finders import (
    Finder,
    Habit,
    always_naming,
    before_each,
    capped,
    counting,
    half_way,
    hierarchical,
    ignoring,
    padded,
    pending,
    refusing,
    refusing_lists,
    twice,
    without,
    without_counts,
    without_identifier,
    writing,
)
from tests.engine.stage import Watcher
from tests.faults.server import Peer, associate_rj
from tests.report.samples import Sample
from wizard.dicom.destination import Destination
from wizard.engine import verify
from wizard.engine.job import Control
from wizard.errors import AssociationAborted, AssociationRejected, DestinationError, NoContext, PeerTimeout
from wizard.manifest import proof
from wizard.manifest.manifest import Manifest
from wizard.manifest.proof import StudyProof
from wizard.reasons import Reason

STUDY, FIRST, SECOND = "1.2.3.1", "1.2.3.1.1", "1.2.3.1.2"
Place = Tuple[str, str]
#: SOP Instance UID -> Study and Series Instance UID
Kept = Dict[str, Place]
COPIED: Kept = {f"{series}.{n}": (STUDY, series) for series, count in ((FIRST, 7), (SECOND, 5)) for n in range(count)}
LOST = f"{FIRST}.6"
OTHERS = [f"9.9.{number}" for number in range(12)]


@contextlib.contextmanager
def verifying(folder: Path, finder: Finder) -> Iterator[tuple[Manifest, Destination]]:
    """A migration that copied the study to this PACS."""
    with Sample(folder / "m.sqlite") as sample, finder.listening() as destination:
        entries = [
            sample.image(study_uid=study, series_uid=series, sop_uid=uid) for uid, (study, series) in COPIED.items()
        ]
        sample.read()
        for entry in entries:
            sample.answered(entry)
        yield sample.manifest, destination


def only(manifest: Manifest) -> StudyProof:
    (study,) = proof.studies(manifest)
    return study


# What the PACS has


def all_of_it(copied: Kept) -> Kept:
    return copied


def all_but_one(copied: Kept) -> Kept:
    return {uid: place for uid, place in copied.items() if uid != LOST}


def only_the_first_series(copied: Kept) -> Kept:
    return {uid: place for uid, place in copied.items() if place[1] == FIRST}


def nothing(copied: Kept) -> Kept:
    return {}


def others(copied: Kept) -> Kept:
    """As many as were copied, in the same series; but none of them."""
    return dict(zip(OTHERS, copied.values()))


def all_and_others(copied: Kept) -> Kept:
    return {**copied, **dict.fromkeys(OTHERS[:3], (STUDY, SECOND)), OTHERS[3]: (STUDY, "9.9")}


def under_another_study(copied: Kept) -> Kept:
    return {uid: ("9.9", series) for uid, (study, series) in copied.items()}


def under_another_series(copied: Kept) -> Kept:
    return {uid: (study, "9.9") for uid, (study, series) in copied.items()}


def behind_another_study(copied: Kept) -> Kept:
    return {**copied, "1.1": ("1.0", "1.0.1")}


class Row(NamedTuple):
    expectation: str
    habits: tuple[Habit, ...]
    has: Callable[[Kept], Kept]
    result: str
    found: int
    missing: int
    extra: int
    grade: str
    remark: Reason | None = None
    """One of the remarks about the study; None where none matters."""


UNSURE, NO_STUDY, ONLY_STUDY = Reason("some_not_answered"), Reason("no_study"), Reason("only_study")


def elsewhere(n: int) -> Reason:
    return Reason("elsewhere", n=n)


def same(n: int) -> Reason:
    return Reason("same_number", n=n)


def other(n: int, expected: int) -> Reason:
    return Reason("other_number", n=n, expected=expected)


WHOLE = ignoring("SOPInstanceUID")
FIRST_SERIES = (capped(1), ignoring("SeriesInstanceUID"), refusing("IMAGE"))
FIRST_STUDY = (capped(1), ignoring("StudyInstanceUID"), refusing("IMAGE", "SERIES"))

ROWS = [
    # By the book, or nearly
    Row("what it has is a match", (), all_of_it, "MATCH", 12, 0, 0, "A"),
    Row("what it lost is missing", (), all_but_one, "MISMATCH", 11, 1, 0, "A"),
    Row("without the study all is missing", (), nothing, "MISMATCH", 0, 12, 0, "A"),
    Row("without a series that is missing", (), only_the_first_series, "MISMATCH", 7, 5, 0, "A"),
    Row("others of the same number are no match", (), others, "MISMATCH", 0, 12, 12, "A"),
    Row("others beside it are extra", (), all_and_others, "MATCH", 12, 0, 4, "A"),
    Row("hierarchical, what it has is a match", (hierarchical,), all_of_it, "MATCH", 12, 0, 0, "A"),
    Row("hierarchical, what it lost is missing", (hierarchical,), all_but_one, "MISMATCH", 11, 1, 0, "A"),
    Row("one at a time, what it has is a match", (refusing_lists(1),), all_of_it, "MATCH", 12, 0, 0, "A"),
    Row("one at a time, what it lost is missing", (refusing_lists(1),), all_but_one, "MISMATCH", 11, 1, 0, "A"),
    # No question by name is answered, those for a whole series are
    Row("not by name, what it has is a match", (refusing_lists(0),), all_of_it, "MATCH", 12, 0, 0, "B"),
    Row("not by name, what it lost is missing", (refusing_lists(0),), all_but_one, "MISMATCH", 11, 1, 0, "B"),
    # Moved on arrival
    Row("the study UID changed", (), under_another_study, "MATCH", 12, 0, 0, "A", elsewhere(12)),
    Row("the study UID changed, hierarchical", (hierarchical,), under_another_study, "MISMATCH", 0, 12, 0, "A"),
    Row("the series UID changed", (), under_another_series, "MATCH", 12, 0, 0, "B"),
    Row("the series UID changed, hierarchical", (hierarchical,), under_another_series, "MATCH", 12, 0, 0, "B"),
    # Not more answers than so many
    *(
        Row(f"{words}, {which.__name__}", (capped(3, status),), which, result, found, missing, 0, "A")
        for words, status in (("capped with FE00", 0xFE00), ("capped with A700", 0xA700), ("capped silently", 0))
        for which, result, found, missing in ((all_of_it, "MATCH", 12, 0), (all_but_one, "MISMATCH", 11, 1))
    ),
    Row("capped silently at one answer", (capped(1),), all_but_one, "MISMATCH", 11, 1, 0, "A"),
    Row("capped at one answer", (capped(1, 0xFE00),), all_but_one, "MISMATCH", 11, 1, 0, "A"),
    # Lists of UIDs are not looked at
    Row("no lists, what it has is a match", (WHOLE,), all_of_it, "MATCH", 12, 0, 0, "A"),
    Row("no lists, what it lost is missing", (WHOLE,), all_but_one, "MISMATCH", 11, 1, 0, "B"),
    Row("no lists, no counts, it is not missing", (without_counts, WHOLE), all_but_one, "NOT CHECKED", 11, 0, 0, "E"),
    Row("no lists, capped silently", (capped(3), WHOLE), all_of_it, "NOT CHECKED", 6, 0, 0, "E"),
    Row("no lists, capped with FE00", (capped(3, 0xFE00), WHOLE), all_of_it, "NOT CHECKED", 0, 0, 0, "C", same(7)),
    Row("no lists, hierarchical", (hierarchical, WHOLE), all_but_one, "MISMATCH", 11, 1, 0, "B"),
    Row("no lists, others of the same number", (WHOLE,), others, "MISMATCH", 0, 12, 12, "B"),
    Row("whatever is asked, others", (always_naming(*OTHERS),), all_of_it, "NOT CHECKED", 0, 0, 12, "C"),
    Row("whatever is asked, one of them", (always_naming(LOST),), all_of_it, "NOT CHECKED", 1, 0, 0, "E"),
    # No answers about images
    *(
        Row(f"no images {status:04X}", (refusing("IMAGE", status=status),), all_of_it, "NOT CHECKED", 0, 0, 0, "C")
        for status in (0xA900, 0xC000, 0x0122)
    ),
    Row("no images, others", (refusing("IMAGE"),), others, "NOT CHECKED", 0, 0, 0, "C", same(7)),
    Row("no images, one lost", (refusing("IMAGE"),), all_but_one, "NOT CHECKED", 0, 0, 0, "E", other(6, 7)),
    Row("no images, a series lost", (refusing("IMAGE"),), only_the_first_series, "MISMATCH", 0, 5, 0, "C", UNSURE),
    Row("no images, nothing", (refusing("IMAGE"),), nothing, "MISMATCH", 0, 12, 0, "D", NO_STUDY),
    Row("no images, no counts", (without_counts, refusing("IMAGE")), others, "NOT CHECKED", 0, 0, 0, "D", ONLY_STUDY),
    Row("no images, too few", (counting(lambda n: n - 1), refusing("IMAGE")), all_of_it, "NOT CHECKED", 0, 0, 0, "E"),
    Row("no images, too many", (counting(lambda n: 99), refusing("IMAGE")), all_of_it, "NOT CHECKED", 0, 0, 0, "E"),
    Row("no images, not both series", (capped(1), refusing("IMAGE")), all_of_it, "NOT CHECKED", 0, 0, 0, "C", UNSURE),
    Row("no images, always the first series", FIRST_SERIES, all_of_it, "NOT CHECKED", 0, 0, 0, "E", same(7)),
    # Nor about series
    Row(
        "studies only",
        (refusing("IMAGE", "SERIES"),),
        all_of_it,
        "NOT CHECKED",
        0,
        0,
        0,
        "C",
        same(12),
    ),
    Row(
        "studies only, one lost",
        (refusing("IMAGE", "SERIES"),),
        all_but_one,
        "NOT CHECKED",
        0,
        0,
        0,
        "E",
        other(11, 12),
    ),
    Row("studies only, nothing", (refusing("IMAGE", "SERIES"),), nothing, "MISMATCH", 0, 12, 0, "D"),
    Row("studies only, no counts", (without_counts, refusing("IMAGE", "SERIES")), others, "NOT CHECKED", 0, 0, 0, "D"),
    Row("always the first study", FIRST_STUDY, behind_another_study, "NOT CHECKED", 0, 0, 0, "E", UNSURE),
    Row(
        "nothing is answered well",
        (refusing("IMAGE", "SERIES", "STUDY"),),
        all_of_it,
        "NOT CHECKED",
        0,
        0,
        0,
        "E",
        UNSURE,
    ),
    # What the answers look like
    Row("each answer twice", (twice,), all_but_one, "MISMATCH", 11, 1, 0, "A"),
    Row("each answer twice, no lists", (twice, WHOLE), all_but_one, "MISMATCH", 11, 1, 0, "B"),
    Row("padded with NULs", (padded(b"\0\0\0"),), all_of_it, "MATCH", 12, 0, 0, "A"),
    Row("padded with spaces", (padded(b"  "), WHOLE), all_but_one, "MISMATCH", 11, 1, 0, "B"),
    Row("keys not supported (FF01)", (pending(0xFF01),), all_but_one, "MISMATCH", 11, 1, 0, "A"),
    Row("no UIDs", (without("SOPInstanceUID"),), all_of_it, "NOT CHECKED", 0, 0, 0, "C"),
    *(
        Row(f"written {words}", (writing(charset, name),), all_but_one, "MISMATCH", 11, 1, 0, "A")
        for words, charset, name in (
            ("in ISO 2022 IR 87", b"\\ISO 2022 IR 87", b"Yamada^Tarou=\x1b$B;3ED\x1b(B^\x1b$BB@O:\x1b(B"),
            ("in UTF-8", b"ISO_IR 192", "Muster^Zoë".encode()),
            ("in Latin 1 that says it is UTF-8", b"ISO_IR 192", "Muster^Zoë".encode("latin-1")),
            ("in nobody's character set", b"ISO_IR 4711", b"\x1b$)Z\xff\xfe^\x1b"),
        )
    ),
]


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row.expectation)
def test_what_is_said_of_the_study_is_what_the_answers_prove(row: Row, tmp_path: Path) -> None:
    finder = Finder(*row.habits)
    finder.kept = row.has(COPIED)
    watcher = Watcher()
    with verifying(tmp_path, finder) as (manifest, destination):
        summary = verify.run(manifest, destination, Control(), watcher)
        study = only(manifest)
        not_checked = 12 - row.found - row.missing
        said = (study.result, study.found, study.missing, study.not_checked, study.extra, study.grade)
        assert said == (row.result, row.found, row.missing, not_checked, row.extra, row.grade), study.remarks
        assert row.remark is None or row.remark in study.remarks, study.remarks
        assert summary[4:] == (12, row.found, row.missing, not_checked)
        assert UNSURE in study.remarks or not not_checked
        assert len(watcher.notes) == bool(not_checked)
        for note in watcher.notes:
            counted = "1 image was" if not_checked == 1 else f"{not_checked} images were"
            assert note.startswith(f"{counted} not checked: the new PACS gave no usable answer. Action by: ")
    assert finder.kept.keys() == row.has(COPIED).keys()


# No answers, or not to their end


def refused(peer: Peer) -> None:
    peer.pdu()
    peer.send(associate_rj(1, 1, 3))
    peer.until_gone()


def silent(finder: Finder) -> None:
    finder.habits = (half_way(lambda: finder.server.ending.wait()),)


def without_find(finder: Finder) -> None:
    finder.answer = lambda sop_class, syntax: (3, syntax)


def without_associations(finder: Finder) -> None:
    finder.on_open = refused


def with_habit(habit: Habit) -> Callable[[Finder], None]:
    def setting(finder: Finder) -> None:
        finder.habits = (habit,)

    return setting


@pytest.mark.parametrize(
    ("setting", "error", "opened"),
    [
        pytest.param(without_find, NoContext, 1, id="find is not offered"),
        pytest.param(without_associations, AssociationRejected, 1, id="associations for questions are refused"),
        pytest.param(with_habit(half_way()), AssociationAborted, 3, id="each association is lost half way"),
        pytest.param(with_habit(without_identifier), AssociationAborted, 3, id="answers have no identifier"),
        pytest.param(silent, PeerTimeout, 3, id="each answer stops half way"),
    ],
)
def test_without_an_end_of_its_answers_nothing_is_confirmed_and_nothing_missing(
    setting: Callable[[Finder], None], error: type[DestinationError], opened: int, tmp_path: Path
) -> None:
    finder = Finder()
    finder.kept = dict(COPIED)
    setting(finder)
    with verifying(tmp_path, finder) as (manifest, destination):
        with pytest.raises(error):
            verify.run(manifest, destination, Control(), Watcher(), seconds=0.4)
        study = only(manifest)
        assert (study.result, study.found, study.missing, study.not_checked) == ("NOT CHECKED", 0, 0, 12)
        assert study.grade == "E"
        assert finder.opened == opened


@pytest.mark.parametrize("how", ["is lost", "is silent"])
def test_what_breaks_down_once_half_way_is_asked_again(how: str, tmp_path: Path) -> None:
    finder = Finder()
    finder.kept = all_but_one(COPIED)

    def wait() -> None:
        if how == "is silent":
            finder.server.ending.wait()

    finder.habits = (half_way(wait, times=1),)
    with verifying(tmp_path, finder) as (manifest, destination):
        assert verify.run(manifest, destination, Control(), Watcher(), seconds=1).missing == 1
        assert (only(manifest).found, only(manifest).grade) == (11, "A")
        assert finder.opened == 2


def test_a_slow_answer_is_waited_for_as_long_as_something_comes(tmp_path: Path) -> None:
    finder = Finder()
    finder.kept = dict(COPIED)
    finder.habits = (before_each(lambda: finder.server.ending.wait(0.2)),)
    with verifying(tmp_path, finder) as (manifest, destination):
        assert verify.run(manifest, destination, Control(), Watcher(), seconds=1).match == 1
        assert finder.opened == 1
