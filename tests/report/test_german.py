"""Test the report in German: the same document, with the same numbers, and nothing of it left in English."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Iterator
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

import pytest

from tests.report.samples import Sample, troubled
from wizard import language
from wizard.report import html, pdf
from wizard.report.edition import Edition
from wizard.report.names import Names

#: Hardly an English sentence is without one of them, and no German one has any.
ENGLISH = re.compile(
    r"\b([Tt]he|of|[Aa]nd|is|[Nn]ot|are|with|it|to|[Nn]o|[Tt]his|be|[Tt]hat|have|has|[Bb]y|files?|images?)\b"
)
#: Quotations, and the name of this computer's system.
QUOTED = re.compile(r"„[^“]*“|\([^)]*glibc[^)]*\)")


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.fixture
def german() -> Iterator[None]:
    language.use("de")
    yield
    language.use(language.ENGLISH)


def document(sample: Sample, names: Names) -> Element:
    return ElementTree.fromstring("".join(html.report(sample.manifest, Edition(names=names))))


def own_texts(element: Element) -> Iterator[str]:
    """Yield the texts of the program itself: no paths, no UIDs, and nothing from elsewhere."""
    if element.tag in ("code", "bdi", "style", "title"):
        return
    yield element.text or ""
    for child in element:
        yield from own_texts(child)
        yield child.tail or ""


def numbers(root: Element) -> list[str]:
    """The numbers of all tables, in order, without what parts their thousands."""
    cells = (" ".join(cell.itertext()) for cell in root.iter("td") if cell.get("class") == "n")
    return [re.sub(r"[.\u202f]", "", cell) for cell in cells]


@pytest.mark.parametrize("shown", [True, False], ids=["with names", "without names"])
def test_nothing_of_it_is_left_in_english(sample: Sample, german: None, shown: bool) -> None:
    root = document(sample, Names(shown))
    said = [words.strip() for words in own_texts(root) if words.strip()]
    assert len(said) > 150
    assert [words for words in said if ENGLISH.search(QUOTED.sub("", words))] == []
    assert root.get("lang") == "de"


def test_its_numbers_are_those_of_the_english_one(sample: Sample) -> None:
    english = numbers(document(sample, Names()))
    language.use("de")
    german = numbers(document(sample, Names()))
    language.use(language.ENGLISH)
    assert german == english and len(english) > 30


def test_what_came_from_elsewhere_stays_as_it_is(sample: Sample, german: None) -> None:
    sample.manifest.put(remarks="Copied. The file and the image")
    assert "Copied. The file and the image" in "".join(document(sample, Names()).itertext())


def test_it_is_drawn_as_pdf(sample: Sample, german: None, tmp_path: Path) -> None:
    path = tmp_path / "report.html"
    path.write_text("".join(html.report(sample.manifest, Edition())), "utf-8")
    assert b"".join(pdf.pages(path, lambda: None)).startswith(b"%PDF")
