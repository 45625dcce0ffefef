"""Read the list of studies that a person exported from the old PACS, and compare it with the folders.

If a line cannot be read, the error names the line and nothing is compared: nobody would miss a study that was left out
of the list in silence.
"""

from __future__ import annotations

import itertools
import re
import time
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Sequence

from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.engine.verify import spreadsheet
from wizard.engine.verify.spreadsheet import Row
from wizard.errors import UsageError
from wizard.language.message import Message, Private, together
from wizard.manifest import entries, old_studies
from wizard.manifest.manifest import Manifest
from wizard.manifest.old_studies import OldStudy

_STUDY_UID, _ACCESSION, _IMAGES = "study_uid", "accession", "images"
# The names of the columns, in small letters and with letters and digits alone, or their tags (PS3.6).
_NAMES = {
    _STUDY_UID: re.compile(
        r".*0020000d.*|siuid|(study|studien?|untersuchungs?)(inst(ance|anz)?|i)?(uid|uniqueidentifier)"
        r"|uid(der)?(study|studie|untersuchung)"
    ),
    _ACCESSION: re.compile(
        r".*00080050.*|acc(ession)?(number|nummer|num|no|nr|id)?|auftrag|(auftrags?|anforderungs?|zugangs?)(nummer|nr|id)"
    ),
    _IMAGES: re.compile(
        r".*00201208.*|(number|num|no|nr|nb|count|total|anzahl|anz|of|der|study|studies|related|dicom|sop)*"
        r"(images|instances|objects|bilder|instanzen|objekte)(count|total|anzahl|gesamt|(in|of)study)?"
        r"|(image|instance|object|bild|instanz|objekt)(count|anzahl|zahl)"
    ),
}
# Found also without the name of a column: no date and no address looks so.
_SURELY_A_UID = re.compile(r"[0-2](?:\.\d+){4,}|2\.25\.\d+")
_UID = re.compile(r"(?=.{3,64}$)\d+(?:\.\w+)+", re.ASCII)  # some old PACS have letters in their UIDs
_COUNT = re.compile(r"(\d{1,3}(?:[.,'’\s]\d{3})+|\d+)(?:[.,]0{1,2})?")
_NOTHING = ("", "-", "null", "(null)", "\\n", "n/a")  # spellings of "no value" in exports of databases
_LOOKED_AT = 20  # rows that are searched for the names of the columns
_MENTIONED = 5  # lines with the same mistake that an error names
_EVERY = 5000  # rows between two reports of progress
#: A name for each column that is understood in every language. Two are names of attributes, which are never translated.
_HEADINGS: dict[str, Message | str] = {
    _STUDY_UID: "Study Instance UID",
    _ACCESSION: "Accession Number",
    _IMAGES: Message("Number of images"),
}
_HOW = Message(
    "Put the column names in the first line: “{study_uid}” or “{accession}”, and “{images}”.",
    study_uid=_HEADINGS[_STUDY_UID],
    accession=_HEADINGS[_ACCESSION],
    images=_HEADINGS[_IMAGES],
)


def run(manifest: Manifest, path: Path, control: Control, events: Events) -> old_studies.OldListSummary:
    """Read the list, store it in place of the one before, and compare.

    Raises
    ------
    UsageError
        The list or a line of it cannot be read, or the folders were not read to their end. The list before is kept.
    ManifestError, Stopped
    """
    with manifest.running("old_list"):
        if not entries.read_to_the_end(manifest):
            raise UsageError(
                Message("The source folders were not read completely. Read them first, then compare the list.")
            )
        lines = list(_lines(path, control, events))
        old_studies.keep(manifest, path.name, lines)
    _report_peculiarities(lines, events)
    summary = old_studies.summary(manifest)
    assert summary is not None, "there is a list now"
    return summary


def _report_peculiarities(lines: Sequence[OldStudy], events: Events) -> None:
    """Report peculiarities of the list that are no mistakes."""
    repeated = len(lines) - len({(line.study_uid, "" if line.study_uid else line.accession) for line in lines})
    if all(line.images is None for line in lines):
        events.fact(
            Note(Message("The list does not have the numbers of images of the studies, so these were not compared."))
        )
    elif repeated:
        events.fact(
            Note(
                Message(
                    "{n} line of the list repeats a study. Each study counts once; numbers of images that differ were "
                    "not compared.",
                    "{n} lines of the list repeat a study. Each study counts once; numbers of images that differ were "
                    "not compared.",
                    n=repeated,
                )
            )
        )


class _Columns(NamedTuple):
    """The index of the column of each value; -1 if there is none."""

    study_uid: int
    accession: int
    images: int


def _lines(path: Path, control: Control, events: Events) -> Iterator[OldStudy]:
    """Yield the lines of the list.

    Raises
    ------
    UsageError, Stopped
    """
    rows = spreadsheet.read(path, lambda cell: bool(_role(cell) or _SURELY_A_UID.fullmatch(cell)))
    head = list(itertools.islice(rows, _LOOKED_AT))
    columns, heading = _columns(head, path.name)
    mistakes: dict[_Mistaken, list[int]] = {}
    started, count = time.monotonic(), 0
    for row in itertools.chain(head[heading + 1 :], rows):
        if count % _EVERY == 0:
            control.check()
            events.state(Progress("old_list", count, seconds=time.monotonic() - started))
        if heading >= 0 and row.cells == head[heading].cells:
            continue  # the heading, repeated on another page
        try:
            yield _line(row, columns)
        except _Mistake as mistake:
            mistakes.setdefault(mistake.what, []).append(row.line)
        count += 1
    if mistakes:
        raise UsageError(together(*(what(path.name, lines) for what, lines in mistakes.items())))
    if not count:
        raise UsageError(Message("{name} contains no study. Export the list again.", name=Private(path.name)))


def _columns(head: Sequence[Row], name: str) -> tuple[_Columns, int]:
    """Find the columns of the values, and the row with the names of the columns; -1 if there is none.

    Raises
    ------
    UsageError
        The columns cannot be found.
    """
    for heading, row in enumerate(head):
        roles = [_role(cell) for cell in row.cells]
        if _STUDY_UID in roles or _ACCESSION in roles:
            for role in _NAMES:
                if roles.count(role) > 1:
                    raise UsageError(
                        Message(
                            "{name} has more than one column “{heading}”. Keep only one of them.",
                            name=Private(name),
                            heading=_HEADINGS[role],
                        )
                    )
            return _Columns(*(roles.index(role) if role in roles else -1 for role in _NAMES)), heading
    held = {index for row in head for index, cell in enumerate(row.cells) if _SURELY_A_UID.fullmatch(cell)}
    if len(held) != 1:
        if held:
            what = Message("{name} has more than one column of UIDs, without names.", name=Private(name))
        else:
            what = Message("{name} has no column of Study Instance UIDs or accession numbers.", name=Private(name))
        raise UsageError(together(what, _HOW))
    (study_uid,) = held
    first = head[0].cells[study_uid] if study_uid < len(head[0].cells) else ""
    in_words = re.search(r"[^\W\d_]", first) and not (_UID.fullmatch(first) or spreadsheet.damaged(first))
    return _Columns(study_uid, -1, -1), 0 if in_words else -1


def _role(cell: str) -> str:
    """Return the value that a column of this name holds; "" if it is none of ours."""
    name = re.sub(r"[\W_]", "", cell).casefold()
    return next((role for role, names in _NAMES.items() if names.fullmatch(name)), "")


_Mistaken = Callable[[str, Sequence[int]], Message]
"""Makes the sentence about a mistake for the name of the list and its lines with that mistake."""


class _Mistake(Exception):
    """A mistake in a line."""

    def __init__(self, what: _Mistaken) -> None:
        super().__init__()
        self.what = what


def _line(row: Row, columns: _Columns) -> OldStudy:
    """Read one line of the list.

    Raises
    ------
    _Mistake
    """
    study_uid, accession, images = (_cell(row, index) for index in columns)
    study_uid = re.sub(r"\s", "", study_uid)
    if any(map(spreadsheet.damaged, (study_uid, images, "" if study_uid else accession))):
        raise _Mistake(_rounded)
    if study_uid and not _UID.fullmatch(study_uid):
        raise _Mistake(_no_uid)
    if not (study_uid or accession):
        raise _Mistake(_neither)
    return OldStudy(row.line, study_uid, accession, _count(images))


def _cell(row: Row, index: int) -> str:
    cell = row.cells[index] if 0 <= index < len(row.cells) else ""
    return "" if cell.casefold() in _NOTHING else cell


def _count(cell: str) -> int | None:
    if not cell:
        return None
    match = _COUNT.fullmatch(cell)
    if match is None:
        raise _Mistake(_no_count)
    return int(re.sub(r"\D", "", match.group(1)))


def _rounded(name: str, lines: Sequence[int]) -> Message:
    return Message(
        "{name}, line {lines}: a spreadsheet has rounded a number (like 1.23E+15); its original value is lost. Export "
        "the list again and do not open it in a spreadsheet, or format the column as text there.",
        "{name}, {n} lines ({lines}): a spreadsheet has rounded numbers (like 1.23E+15); their original values are "
        "lost. Export the list again and do not open it in a spreadsheet, or format the column as text there.",
        n=len(lines),
        name=Private(name),
        lines=_first(lines),
    )


def _no_uid(name: str, lines: Sequence[int]) -> Message:
    return Message(
        "{name}, line {lines}: the Study Instance UID is not valid. Correct it.",
        "{name}, {n} lines ({lines}): the Study Instance UIDs are not valid. Correct them.",
        n=len(lines),
        name=Private(name),
        lines=_first(lines),
    )


def _no_count(name: str, lines: Sequence[int]) -> Message:
    return Message(
        "{name}, line {lines}: the number of images is not a number. Correct it.",
        "{name}, {n} lines ({lines}): the numbers of images are not numbers. Correct them.",
        n=len(lines),
        name=Private(name),
        lines=_first(lines),
    )


def _neither(name: str, lines: Sequence[int]) -> Message:
    return Message(
        "{name}, line {lines}: there is neither a Study Instance UID nor an accession number. Add one of them, or "
        "delete the line if it is no study.",
        "{name}, {n} lines ({lines}): there is neither a Study Instance UID nor an accession number. Add one of them "
        "to each line, or delete the lines that are no studies.",
        n=len(lines),
        name=Private(name),
        lines=_first(lines),
    )


def _first(lines: Sequence[int]) -> tuple[str, ...]:
    """Return the numbers of the first lines."""
    return (*map(str, lines[:_MENTIONED]), *(["…"] if len(lines) > _MENTIONED else []))
