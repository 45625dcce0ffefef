from __future__ import annotations

import os
import re
from dataclasses import asdict
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, Iterator
from xml.etree import ElementTree

import pytest

from tests.report.samples import Sample, troubled
from wizard.dicom.destination import Destination, Tls
from wizard.language import number, render
from wizard.language.message import Foreign
from wizard.manifest import ledger, proof, tree
from wizard.reasons import Reason
from wizard.report import counts, html, statements
from wizard.report.edition import Edition

HOSTILE = [
    *("<script>alert(1)</script>", "</style><img src=http://x onerror=alert(1)>", '" onclick="x', "' x='", "]]>"),
    *("<!-- ", "&lt;&#60;&", "\x00\x01\x08\x1f\x7f", "\u202eevil\u2066", "\ufffe\uffff", "x" * 10_000, "a\r\nb\tc"),
]


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


class Document:
    """The report, parsed as XML, which forgives nothing."""

    def __init__(self, sample: Sample) -> None:
        self.source = "".join(html.report(sample.manifest, Edition()))
        self.root = ElementTree.fromstring(self.source)
        self.text = " ".join("".join(self.root.find("body").itertext()).split())  # type: ignore[union-attr]

    def tables(self, title: str) -> list[list[list[str]]]:
        """The tables of the section of this title, as texts."""
        found, here = [], False
        for child in self.root.find("body") or []:
            if child.tag == "h2":
                here = title in "".join(child.itertext())
            elif child.tag == "table" and here:
                rows = child.findall("tbody/tr")
                found.append([[" ".join(cell.itertext()) for cell in row] for row in rows])
        return found


def test_every_bucket_shows_the_number_of_the_manifest(sample: Sample) -> None:
    balance = ledger.balance(sample.manifest)
    (rows, folders) = Document(sample).tables("Outcome of every file")
    shown = {row[2]: row[0] for row in rows}
    assert shown.pop("All files") == number(balance.entries)
    assert shown == {str(ledger.OUTCOMES[bucket]): number(count) for bucket, count in balance.buckets.items()}
    assert folders == [["/archive/secret", "The folder could not be opened: Permission denied."]]


def test_the_report_says_whether_the_balance_holds(sample: Sample) -> None:
    assert "The lines add up to 19 files." in Document(sample).text
    assert "The totals match." in Document(sample).text
    with sample.manifest.writing() as db:
        db.execute("UPDATE reading SET files = files + 1")
    assert "The totals match." not in Document(sample).text
    assert "The totals do not match" in Document(sample).text


def test_the_large_numbers_are_those_of_the_proof(sample: Sample) -> None:
    tiles = Document(sample).root.findall("body/section[@class='tiles']/div/b")
    summary = proof.summary(sample.manifest)
    expected = (summary.expected, summary.confirmed, summary.missing, summary.not_checked)
    assert [tile.text for tile in tiles] == [number(value) for value in expected]


def test_every_study_shows_its_numbers_its_result_in_words_and_its_evidence(sample: Sample) -> None:
    rows = Document(sample).tables("Studies")[0]
    studies = list(proof.studies(sample.manifest))
    shown = {tuple(row[2:]) for row in rows}
    for study in studies:
        assert (*map(str, study[8:13]), study.result, str(proof.GRADES[study.grade])) in shown
    assert len(rows) == len(studies)
    assert rows[-1][-2] == "MATCH"  # those that need attention come first


def test_open_items_are_grouped_with_who_needs_to_act_and_listed_file_by_file(sample: Sample) -> None:
    groups, files = Document(sample).tables("Open items")
    reasons = ledger.reasons(sample.manifest)
    said = [
        (str(group.count), f"{render(group.sentence)} {group.reason.next_step}") for group in reasons if group.reason
    ]
    assert [(row[0], row[2]) for row in groups] == said
    assert all(row[3] for row in groups)
    assert len(files) == ledger.balance(sample.manifest).exceptions
    why = f"Damaged {Reason('cut_off', there=900, missing=100)}"
    cut = ["/archive/disc/cut", "Muster, Anna P-4711, 2019-03-02", why, "the vendor of the old PACS"]
    assert cut in [[" ".join(cell.split()) for cell in row] for row in files]


def test_warnings_of_the_new_pacs_are_counted_by_status(sample: Sample) -> None:
    ((row,),) = Document(sample).tables("Warnings and changes by the new PACS")
    assert row == ["1", "0xB000", "The new PACS changed some of the data.", "Name"]


def test_what_is_not_dicom_is_counted_with_containers_and_links_apart(sample: Sample) -> None:
    document = Document(sample)
    extensions, known = document.tables("Files that are not DICOM")
    assert sorted(extensions) == [["1", ".txt"], ["1", ".zip"], ["1", "no extension"]]
    assert known == [["1", "This is a link to another place, and links are not followed."]]
    assert "1 container (.zip) may hold images. It was not unpacked." in document.text


def test_the_source_statement_counts_what_was_compared(sample: Sample) -> None:
    text = Document(sample).text
    assert "The size and the modification time of 7 files that were sent were compared" in text
    assert "Before sending: 8 times. After each response of the new PACS: 7 times." in text


def test_copied_but_not_verified_is_said(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.answered(sample.image())
        sample.read()
        document = Document(sample)
    assert "Copied, but not confirmed" in document.text
    assert "The new PACS was not asked about the images after copying." in document.text
    assert [row[-2:] for row in document.tables("Studies")[0]] == [["NOT CHECKED", "Not checked"]]


def test_the_filter_and_what_it_left_out_are_named(sample: Sample) -> None:
    tree.set_filter(sample.manifest, tree.Filter(text="beispiel", modalities=("CT", "MR"), from_date="20190101"))
    text = Document(sample).text
    assert "patient name or ID contains “beispiel”, modality CT, MR, study date from 2019-01-01," in text
    assert "The image is outside the filter. Images: 1. Studies: 1." in text


@pytest.mark.parametrize(("tls", "says"), [(Tls(), "104, encrypted (TLS) "), (None, "104 ")])
def test_the_report_says_whether_the_connection_is_encrypted(sample: Sample, tls: Tls | None, says: str) -> None:
    sample.manifest.put(destination=asdict(Destination("pacs.clinic.example", 104, "NEWPACS", tls=tls)))
    document = Document(sample)
    assert document.text.count(f"NEWPACS at pacs.clinic.example:{says}") >= 2  # in the head, and in the facts
    assert f"<title>Migration report: NEWPACS at pacs.clinic.example:{says.strip()}</title>" in document.source


def test_the_report_names_the_pacs_that_was_queried_where_it_is_another(sample: Sample) -> None:
    destination = Destination("pacs.clinic.example", 104, "NEWPACS", tls=Tls()).queried_at("fe80::1", called_ae="QUERY")
    sample.manifest.put(destination=asdict(destination))
    said = "NEWPACS at pacs.clinic.example:104, encrypted (TLS); queries go to QUERY at [fe80::1]:104"
    assert str(statements.destination(sample.manifest)) == said
    assert Document(sample).text.count(said) >= 2


def test_every_run_is_listed_with_how_it_ended(sample: Sample) -> None:
    with sample.manifest.running("source"):
        pass
    with pytest.raises(KeyError), sample.manifest.running("copy"):
        raise KeyError
    with sample.manifest.writing() as db:
        db.execute("INSERT INTO run (step, started) VALUES ('verify', 0)")
    with sample.manifest.running("export"):
        rows = Document(sample).tables("This migration")[0]
    assert [(row[0], row[3]) for row in rows] == [
        ("Source", "finished"),
        ("Copy", "failed"),
        ("Verify", "interrupted: end not recorded"),
        ("Export", "creates this report"),
    ]


@pytest.mark.parametrize("value", HOSTILE)
def test_hostile_values_are_text_and_nothing_else(tmp_path: Path, value: str) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        name = os.fsencode(value.replace("\0", "").replace("/", "")[:200])
        remarked = sample.image(path=b"/archive/1" + name, name=value, patient_id=value, accession=value)
        place: dict[str, Any] = dict.fromkeys(("name", "study_description", "modality", "series_uid"), value)
        why = Reason("unreadable", why=Foreign(value))
        sample.image("damaged", b"/archive/2" + name, why, **place)
        sample.file("not_dicom", b"/archive/3." + name, reason=why)
        sample.folder(b"/archive/4" + name, Reason("folder_not_opened", why=Foreign(value)))
        sample.answered(remarked, 0xB000, "copied_with_remark", why, value)
        sample.read()
        sample.verified({remarked: 1}, remarks=[why])
        tree.set_filter(sample.manifest, tree.Filter(modalities=(value,)))
        sample.manifest.put(
            destination={"host": value, "port": 104, "called_ae": value, "calling_ae": value}, version=value
        )
        document = Document(sample)
    Strict().feed(document.source)
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ufffe\uffff]", document.source)


class Strict(HTMLParser):
    """Refuses every element and every attribute that can run or load something."""

    allowed_tags = frozenset(
        [
            *("html", "head", "meta", "title", "style", "body", "header", "section", "h1", "h2", "h3", "p", "div"),
            *("span", "b", "i", "small", "bdi", "code", "ul", "li", "dl", "dt", "dd"),
            *("table", "thead", "tbody", "tr", "th", "td", "svg", "rect", "line", "text"),
        ]
    )
    allowed_attributes = frozenset(
        [
            *("lang", "charset", "name", "content", "http-equiv", "class", "style", "viewbox", "role", "aria-label"),
            *("x", "y", "x1", "y1", "x2", "y2", "width", "height", "fill", "stroke", "font-size", "text-anchor"),
        ]
    )

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        assert tag in self.allowed_tags
        assert {name for name, _ in attrs} <= self.allowed_attributes


def test_nothing_can_be_loaded_or_run(sample: Sample) -> None:
    document = Document(sample)
    Strict().feed(document.source)
    policy = document.root.find("head/meta[@http-equiv='Content-Security-Policy']")
    assert policy is not None
    assert policy.get("content", "").startswith("default-src 'none'; style-src 'unsafe-inline'")
    assert "url(" not in document.source
    assert "@import" not in document.source


@pytest.mark.skipif(os.name == "nt", reason="on Windows file names are Unicode")
def test_a_file_name_that_is_no_utf8_is_shown_as_its_bytes(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.file("damaged", b"/archive/sch\xe4del")
        sample.read()
        assert r"/archive/sch\xe4del" in Document(sample).text


def test_spaces_in_a_name_are_kept(tmp_path: Path) -> None:
    """Where names stand no space is lost on a screen, and so no line may break in what is written there."""
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.file("unreadable", b"/archive/a  b/c   d", reason=Reason("unreadable", why="no"))
        sample.folder(b"/archive/e  f", Reason("folder_not_opened", why="no"))
        sample.read()
        document = Document(sample)
    assert "/archive/a  b/c   d" in document.source and "/archive/e  f" in document.source
    assert "p, li, dd, td, small, code { white-space: pre-wrap; }" in document.source
    kept = [one for name in ("p", "li", "dd", "td", "small", "code") for one in document.root.iter(name)]
    assert [text for one in kept for text in one.itertext() if "\n" in text] == []


def test_long_lists_end_and_say_where_the_rest_is(sample: Sample, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(counts, "STUDIES_LISTED", 2)
    monkeypatch.setattr(counts, "FILES_LISTED", 3)
    document = Document(sample)
    assert len(document.tables("Studies")[0]) == 2
    assert len(document.tables("Open items")[1]) == 3
    assert "Showing the first 2 of 4. All are in studies.csv." in document.text
    assert "Showing the first 3 of 7. All are in exceptions.csv." in document.text


def test_it_never_says_that_the_old_data_may_be_deleted(sample: Sample) -> None:
    text = Document(sample).text
    assert "This report does not authorise anybody to remove anything from the old PACS." in text
    for promise in ("may be deleted", "can be deleted", "safe to", "unmodified", "intact"):
        assert promise not in text


def test_an_empty_manifest_makes_a_report_too(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        assert "No file has been read yet" in Document(sample).text


def test_a_practice_migration_is_said_to_prove_nothing(sample: Sample) -> None:
    assert "proves nothing" not in Document(sample).source
    sample.manifest.put(practice=True)
    document = Document(sample)
    title = document.root.find("head/title")
    assert title is not None and str(title.text).startswith("Practice only, proves nothing")
    body = document.root.find("body")
    assert body is not None
    head, note = body[0], body[1]
    assert "Practice migration report" in "".join(head.itertext())
    assert "This report proves nothing about a real migration." in "".join(note.itertext())


def test_it_says_how_many_files_were_read_and_not_that_all_are_dicom(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        sample.image()
        sample.file("unreadable")
        sample.read()
        text = Document(sample).text
    assert "2 files were found. Not DICOM: 0. Not known, because the file could not be read: 1." in text


def test_copied_images_that_are_not_found_are_no_reason_to_say_that_nothing_is_open(tmp_path: Path) -> None:
    with Sample(tmp_path / "m.sqlite") as sample:
        entry = sample.image()
        sample.answered(entry)
        sample.read()
        sample.verified({entry: 0})
        text = Document(sample).text
    assert "There are no open items." not in text
    assert "There is 1 open item." in text
