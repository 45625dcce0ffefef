"""The report files in the language of the proofs: every word of the program is in brackets, whatever is not is data."""

from __future__ import annotations

import csv
import io
import re
from pathlib import Path
from typing import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tests.language.data import data_of
from tests.language.marked import content, marked
from tests.language.pseudo import CLOSE, OPEN, faults, pseudo
from tests.report.samples import Sample, troubled
from wizard.engine import export
from wizard.engine.events import NoEvents
from wizard.engine.export import step as export_step
from wizard.engine.export.step import ExportSettings
from wizard.engine.job import Control
from wizard.report import html
from wizard.report.edition import Edition
from wizard.report.names import Names

__all__ = ["pseudo"]

#: The columns of the tables whose cells are sentences; all others have data, and words for programs.
SENTENCES = ("reason", "action by", "remarks", "outcome", "evidence", "next step")


@pytest.fixture(params=[troubled, marked], ids=["troubled", "marked"])
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sample]:
    with request.param(tmp_path / "manifest.sqlite") as sample:
        yield sample


def own_texts(element: Element) -> Iterator[str]:
    """Yield the texts of a document but for paths, UIDs and what stands in a foreign language there."""
    if element.tag not in ("code", "style"):
        yield element.text or ""
        for child in element:
            yield from own_texts(child)
            yield child.tail or ""


@pytest.mark.parametrize("shown", [True, False], ids=["with names", "without names"])
def test_every_word_of_the_report_is_from_the_catalogue(pseudo: None, sample: Sample, shown: bool) -> None:
    root = ElementTree.fromstring("".join(html.report(sample.manifest, Edition(Names(shown)))))
    texts = [" ".join(text.split()) for text in own_texts(root)]
    assert sum(OPEN in text for text in texts) > 150
    assert faults(texts, data_of(sample.manifest)) == []


@pytest.mark.parametrize("shown", [True, False], ids=["with names", "without names"])
def test_every_sentence_in_a_table_is_from_the_catalogue(
    pseudo: None, sample: Sample, tmp_path: Path, shown: bool
) -> None:
    settings = ExportSettings((export_step.CSV,), shown)
    written = export.run(sample.manifest, tmp_path / "files", Control(), NoEvents(), settings)
    tables = [path for path in written if path.suffix == ".csv" and "audit" not in path.name]
    assert len(tables) == 3
    for path in tables:
        rows = list(csv.DictReader(io.StringIO(path.read_text("utf-8-sig"), newline="")))
        columns = [column for column in rows[0] if column in SENTENCES]
        assert columns and not any(OPEN in "".join(row) for row in rows), "the names of columns are for programs"
        cells = [row[column].lstrip("'") for row in rows for column in columns]
        assert [f"{path.name}: {fault}" for fault in faults(cells, data_of(sample.manifest))] == []


@pytest.mark.pdf
def test_every_word_of_the_pdf_is_from_the_catalogue(pseudo: None, sample: Sample, tmp_path: Path) -> None:
    written = export.run(sample.manifest, tmp_path, Control(), NoEvents(), ExportSettings((export_step.PDF,)))
    (text,) = (content(path).split("%PDF")[0] for path in written if path.suffix == ".pdf")
    opened, closed = text.count(OPEN), text.count(CLOSE)
    assert opened > 150 and opened == closed, "the brackets are drawn"


def test_data_stand_in_the_report_as_they_are(pseudo: None, tmp_path: Path) -> None:
    with troubled(tmp_path / "manifest.sqlite") as sample:
        wild = ["/mnt/Meier, copy", "D:/source, verify", "10.5", "{x} {} {{n}}", "100 %s %(n)d", "Copied. The file"]
        sample.manifest.put(remarks="\n".join(wild), operator=wild[3])
        text = "".join(html.report(sample.manifest, Edition()))
        plain = "".join(ElementTree.fromstring(text).itertext())
        assert [one for one in wild if re.sub(r"\s", "", one) not in re.sub(r"\s", "", plain)] == []
