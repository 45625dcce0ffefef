"""Test the report in German: the same document, with the same numbers, and no sentence of it left in English."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tests import messages
from tests.report.samples import Sample, troubled
from wizard import language
from wizard.language.message import Message
from wizard.manifest import samples, tree
from wizard.reasons import Reason
from wizard.report import html, pdf
from wizard.report.edition import Edition
from wizard.report.names import Names
from wizard.vocabulary import ReadBack


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        (copied,) = [row[0] for row in sample.manifest.rows("SELECT MIN(id) FROM entry WHERE bucket = 'copied'")]
        samples.pick(sample.manifest, 2)
        samples.record(sample.manifest, copied, ReadBack.DIFFERENT, Reason("differs", attributes=("Patient’s Name",)))
        tree.tick(sample.manifest, "study", 1, False)
        yield sample


@pytest.fixture
def german() -> Iterator[None]:
    language.use("de")
    yield
    language.use(language.ENGLISH)


def document(sample: Sample, names: Names) -> Element:
    return ElementTree.fromstring("".join(html.report(sample.manifest, Edition(names=names))))


def texts(root: Element) -> list[str]:
    """Every text of the document, each as it stands in its element, and the descriptions of charts."""
    found = [text for element in root.iter() if element.tag != "style" for text in (element.text, element.tail) if text]
    return [" ".join(text.split()) for text in (*found, *(svg.get("aria-label", "") for svg in root.iter("svg")))]


def numbers(root: Element) -> list[str]:
    """The numbers of all tables, in order, without what parts their thousands."""
    cells = (" ".join(cell.itertext()) for cell in root.iter("td") if cell.get("class") == "n")
    return [re.sub(r"[.,\s]", "", cell) for cell in cells]


def english(catalogue: set[str]) -> re.Pattern[str]:
    """A pattern that finds each sentence of more than a word, whatever its values are, and each word alone."""
    parts = []
    for template in catalogue:
        words = ".+".join(re.escape(part) for part in re.split(r"\{[^}]*\}", template))
        parts.append(rf"(?<!\w){words}(?!\w)" if " " in template.strip("{}") else f"^{words}$")
    return re.compile("|".join(sorted(parts, key=len, reverse=True)))


@pytest.mark.parametrize("shown", [True, False], ids=["with names", "without names"])
def test_no_sentence_of_the_catalogue_is_left_in_english(sample: Sample, german: None, shown: bool) -> None:
    said = [text for text in texts(document(sample, Names(shown))) if text]
    assert len(said) > 150
    ours = {text for sentence in messages.sentences() for text in (sentence.one, sentence.many) if text}
    same = {text for text in ours if language.render(text_message(text)) == text}  # as it is in German
    fixed = {text for text in ours - same if re.search(r"[A-Za-z]{3}", re.sub(r"\{[^}]*\}", "", text))}
    pattern = english(fixed)
    assert [text for text in said if pattern.search(text)] == []


def text_message(template: str) -> Message:
    """A message of this template, with each value written as its name in braces."""
    return Message(template, **{name: f"{{{name}}}" for name in messages.fields(template)})


def test_the_document_says_its_language(sample: Sample, german: None) -> None:
    assert document(sample, Names()).get("lang") == "de"


def test_its_numbers_are_those_of_the_english_one(sample: Sample) -> None:
    in_english = numbers(document(sample, Names()))
    language.use("de")
    in_german = numbers(document(sample, Names()))
    language.use(language.ENGLISH)
    assert in_german == in_english and len(in_english) > 30


def test_what_came_from_elsewhere_stays_as_it_is(sample: Sample, german: None) -> None:
    sample.manifest.put(remarks="Copied. The file and the image")
    assert "Copied. The file and the image" in "".join(document(sample, Names()).itertext())


def test_it_is_drawn_as_pdf(sample: Sample, german: None, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("".join(html.report(sample.manifest, Edition())), "utf-8")
    assert b"".join(pdf.pages(path, lambda: None)).startswith(b"%PDF")
