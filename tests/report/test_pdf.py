"""Test the PDF of the report: it has the content of the HTML, in every alphabet, or says what is missing."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path
from typing import Any, Iterator
from xml.etree import ElementTree

import pytest

from tests import find_tool
from tests.report.samples import Sample, troubled
from tests.report.test_html import HOSTILE
from wizard.language.message import Foreign
from wizard.reasons import Reason
from wizard.report import drawing, html, pdf, typefaces
from wizard.report.edition import Edition, Written

pytestmark = [pytest.mark.pdf, pytest.mark.long]

ALPHABETS = {
    **{"Greek": "Παπαδόπουλος, Γιώργος", "Cyrillic": "Иванова, Анна", "Armenian": "Պետրոսյան", "Georgian": "გიორგი"},
    **{"Latin": "Müller, Żółć, Đặng", "Hebrew": "כהן"},
}


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


def printed(sample: Sample, folder: Path) -> str:
    """Return the words of the PDF."""
    report = folder / "report.html"
    written = (Written("ledger.csv", 1234, "ab" * 32),)
    report.write_text(
        "".join(html.report(sample.manifest, Edition(written=written, manifest_sha256="cd" * 32))), "utf-8"
    )
    (folder / "report.pdf").write_bytes(b"".join(pdf.pages(report, lambda: None)))
    return words(folder / "report.pdf")


def words(file: Path) -> str:
    tool = find_tool("pdftotext")
    assert tool
    done = subprocess.run([tool, "-layout", str(file), "-"], capture_output=True, check=True)
    assert done.stderr == b""
    return done.stdout.decode("utf-8")


@pytest.mark.parametrize("length", [1, 12])
def test_spaces_in_a_name_are_kept(length: int) -> None:
    """`pdftotext` shows them as one, so what is drawn is looked at."""
    path = "/archive/a  b/c   d" * length
    cell = ElementTree.fromstring(f"<td><code><bdi>{path}</bdi></code></td>")
    ((text, style),) = pdf._texts(cell, drawing.Style(anywhere=True))
    drawn = drawing.Drawing("", [], []).lines(text, 60.0, style)
    assert "".join(line.text for line in drawn) == pdf._text(cell) == path
    assert (len(drawn) > 1) == (length > 1)


def test_every_word_and_every_number_of_the_html_is_in_the_pdf(sample: Sample, tmp_path: Path) -> None:
    text = re.sub(r"\s+", "", printed(sample, tmp_path))
    body = ElementTree.fromstring((tmp_path / "report.html").read_text("utf-8")).find("body")
    assert body is not None
    missing = [word for word in " ".join(body.itertext()).split() if word not in text and len(word) < 25]
    assert missing == []


def test_pages_are_numbered_and_the_title_is_set(sample: Sample, tmp_path: Path) -> None:
    text = printed(sample, tmp_path)
    count = text.count("\f")
    assert count > 2
    for page in range(1, count + 1):
        assert f"page {page} of {count}" in text
    assert b"Migration report: NEWPACS" in (tmp_path / "report.pdf").read_bytes() or "NEWPACS" in text


@pytest.mark.parametrize("alphabet", list(ALPHABETS))
def test_alphabets_that_come_with_the_program_need_nothing_of_the_computer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, alphabet: str
) -> None:
    monkeypatch.setattr(typefaces, "CANDIDATES", ())
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(name=ALPHABETS[alphabet])
        sample.read()
        text = printed(sample, tmp_path)
    assert "could not be displayed" not in text
    for word in ALPHABETS[alphabet].split():
        assert word.strip(",") in text or word.strip(",")[::-1] in text  # Hebrew is stored as it is drawn


def test_arabic_is_shaped_and_runs_from_right_to_left(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "CANDIDATES", ())
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(name="محمد علي")
        sample.read()
        text = printed(sample, tmp_path)
    assert "could not be displayed" not in text
    assert re.search("[محد]{2,}|[\ufe70-\ufefc]{2,}", text)
    drawn = drawing.Drawing("", [], [])
    joined = drawn.natural("محمد", drawing.Style(10))
    apart = sum(drawn.natural(letter, drawing.Style(10)) for letter in "محمد")
    assert joined < apart - 0.1  # letters in the middle of a word are narrower


@pytest.mark.fonts
@pytest.mark.parametrize("name", ["山田 太郎", "홍길동", "王小明"])
def test_other_alphabets_are_drawn_with_typefaces_of_the_computer(tmp_path: Path, name: str) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(name=name)
        sample.read()
        text = printed(sample, tmp_path)
    assert "could not be displayed" not in text
    assert all(word in text for word in name.split())


def test_what_no_typeface_has_is_marked_and_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "CANDIDATES", ())
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image(name="山田 Taro", patient_id="홍-1")
        sample.read()
        text = " ".join(printed(sample, tmp_path).split())
    assert "3 characters could not be displayed because this computer has no font for them" in text
    assert "(U+5C71, U+7530, U+D64D)" in text
    assert f"{typefaces.MARK}{typefaces.MARK} Taro" in text
    assert f"{typefaces.MARK}-1" in text


def test_marks_of_direction_are_no_missing_characters(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typefaces, "CANDIDATES", ())
    assert typefaces.choose(set("a\u200e\u200f\u2060\ufe0f\U000e0001")).missing == []


def test_hostile_values_make_a_whole_pdf(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for number, value in enumerate(
            [*HOSTILE, "\u200f\u200eabc\u061c", "e\u0301\u0302\u0303", "🩻🧑‍⚕️", "\u0600" * 50]
        ):
            study: dict[str, Any] = {"study_uid": f"1.2.{number}", "series_uid": f"1.2.{number}.1"}
            texts: dict[str, Any] = {
                "name": value,
                "patient_id": value,
                "study_description": value,
                "accession": value,
                "modality": value,
            }
            why = Reason("unreadable", why=Foreign(value))
            damaged = sample.image("damaged", reason=why, **texts, **study)
            remarked = sample.image(**texts, **study)
            sample.answered(remarked, 0xB000, "copied_with_remark", why, value)
            sample.verified({remarked: 1, damaged: 0}, remarks=[why])
        sample.read()
        assert "page 1 of" in printed(sample, tmp_path)


def test_a_very_long_value_is_cut_and_says_so(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image("damaged", name="x" * 10_000)
        sample.manifest.put(remarks="word " * 2000)
        sample.read()
        text = " ".join(printed(sample, tmp_path).split())
    assert "the rest of this" in text
    assert text.count("\f") < 12


def test_an_element_that_it_does_not_know_is_an_error(tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("<html><head><title>t</title></head><body><blink>unknown</blink></body></html>", "utf-8")
    with pytest.raises(KeyError):
        b"".join(pdf.pages(report, lambda: None))


def test_a_long_table_begins_each_page_with_its_heading(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        for number in range(120):
            study: dict[str, Any] = {"study_uid": f"1.2.{number}", "series_uid": f"1.2.{number}.1"}
            sample.image("damaged", reason=Reason("no_content"), **study)
        sample.read()
        pages = printed(sample, tmp_path).split("\f")
    of_files = [page for page in pages if page.count("Damaged") > 3 and "/archive/" in page]
    assert len(of_files) > 2
    assert all("Action by" in page for page in of_files)
