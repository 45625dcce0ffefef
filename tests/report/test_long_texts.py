"""Test texts of any length: the time grows no faster than the text, and every row of a table stays bounded."""

from __future__ import annotations

import csv
import io
import time
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.report.samples import Sample
from tests.report.test_html import Document
from wizard.language.message import LONGEST_COMMENT, Message, Private
from wizard.reasons import Reason
from wizard.report import cells, csv_files, markup
from wizard.report.names import ALL, Names

#: Texts that are slow for a pattern that tries one thing after the other.
UNITS = ["word ", "1", "jan", "12 mar ", " ", "“", "<&>", "é\u202e", "= "]
PLACES: dict[str, Callable[[str], object]] = {
    "a cell": cells.field,
    "an element": lambda text: markup.element("p", text),
    "a sentence with names": lambda text: Names().said(Message("The {what}.", what=Private(text))),
    "a sentence without names": lambda text: Names(shown=False).said(Message("The {what}.", what=Private(text))),
    "a told sentence": lambda text: markup.told(Message("The {what}.", what=Private(text))),
    "a path": markup.code,
}


def seconds(work: Callable[[str], object], text: str) -> float:
    """The shortest time of several."""
    found = []
    for _ in range(5):
        began = time.process_time()
        work(text)
        found.append(time.process_time() - began)
    return min(found)


@pytest.mark.parametrize("unit", UNITS)
@pytest.mark.parametrize("place", list(PLACES))
def test_ten_times_the_text_takes_about_ten_times_as_long(place: str, unit: str) -> None:
    short, long = ((unit * size)[:size] + "x" for size in (6_400, 64_000))
    assert seconds(PLACES[place], long) < 40 * max(seconds(PLACES[place], short), 2e-5)


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with Sample(tmp_path / "m.sqlite") as sample:
        long = "y" * 65_536
        entry = sample.image(reason=Reason("bad_uid", name=long), name=long, study_description=long, accession=long)
        sample.answered(entry, 0xB000, "copied_with_remark", Reason("bad_uid", name=long), long)
        sample.image("damaged", reason=Reason("bad_uid", name=long), patient_id=long, name=long)
        sample.read()
        sample.verified({entry: 0}, remarks=[Reason("bad_uid", name=long)])
        yield sample


def test_no_cell_of_a_table_in_the_report_is_longer_than_its_bound(sample: Sample) -> None:
    document = Document(sample)
    texts = [text for cell in document.root.iter("td") for text in cell.itertext()]
    longest = max(map(len, texts))
    assert longest == markup.LONGEST
    assert any(text.endswith("…") for text in texts)


def test_sentences_and_comments_in_the_csv_have_a_bound_of_their_own(sample: Sample) -> None:
    for lines in (csv_files.ledger_csv(sample.manifest, ALL), csv_files.exceptions_csv(sample.manifest, ALL)):
        rows = list(csv.DictReader(io.StringIO("".join(lines)[1:], newline="")))
        assert rows
        for row in rows:
            assert len(row["reason"]) == csv_files.LONGEST == 1024
            assert row["reason"].endswith("…")
            assert len(row["comment"]) in (0, LONGEST_COMMENT)
