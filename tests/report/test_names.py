"""Test leaving out names and IDs: no report file identifies the patients."""

from __future__ import annotations

import logging
import platform
from pathlib import Path
from typing import Iterator

import pytest

from tests.report.private import COMPUTER, PRIVATE, USER, content, private
from tests.report.samples import Sample
from wizard import language, settings
from wizard.engine import export
from wizard.engine.events import NoEvents
from wizard.engine.export import step as export_step
from wizard.engine.export.step import ExportSettings
from wizard.engine.job import Control
from wizard.language.message import Foreign, Message, Private
from wizard.manifest import audit
from wizard.report.names import LEFT_OUT, Names

WITHOUT = Names(shown=False)


@pytest.fixture
def sample(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Sample]:
    monkeypatch.setattr(platform, "node", lambda: COMPUTER)
    monkeypatch.setattr(audit, "user", lambda: USER)
    with private(tmp_path / "m.sqlite") as sample:
        yield sample


def report_files(sample: Sample, folder: Path, names: bool) -> dict[str, str]:
    """Return the content of each file of an export, except the sums, which are numbers only."""
    formats = [one for one in export_step.FORMATS if one != "pdf"]
    written = export.run(sample.manifest, folder, Control(), NoEvents(), ExportSettings(tuple(formats), names))
    return {path.name: content(path) for path in written}


def test_nothing_private_is_in_any_report_file_without_names(sample: Sample, tmp_path: Path) -> None:
    (settings.log_folder() / "technical.log").write_text("step copy: done after 1.0 s")
    for name, text in report_files(sample, tmp_path / "papers", names=False).items():
        assert [one for one in PRIVATE if one in text] == [], name
        assert name == "support.zip" or "-without-names" in name


@pytest.mark.pdf
def test_nothing_private_is_in_the_pdf_without_names(sample: Sample, tmp_path: Path) -> None:
    for shown in (True, False):
        wanted = ExportSettings(("pdf",), names=shown)
        written = export.run(sample.manifest, tmp_path / "papers", Control(), NoEvents(), wanted)
        (text,) = (content(path) for path in written if path.suffix == ".pdf")
        found = [one for one in PRIVATE if one in text]
        assert bool(found) is shown, found


def test_with_names_the_same_search_finds_them(sample: Sample, tmp_path: Path) -> None:
    found = report_files(sample, tmp_path / "papers", names=True)
    together = "\n".join(found.values())
    unsaid = ["unbekanntes krankenhaus"]  # no report file has this at all
    assert [one for one in PRIVATE if one not in together] == unsaid
    assert all(any(one in text for one in PRIVATE) for name, text in found.items() if name.endswith((".csv", ".html")))


def test_the_support_bundle_tells_nothing_of_patients_even_with_names(sample: Sample, tmp_path: Path) -> None:
    logging.getLogger("wizard.test").warning("nothing")
    bundle = report_files(sample, tmp_path / "papers", names=True)["support.zip"]
    assert [one for one in PRIVATE if one in bundle] == []
    for known in ('"buckets"', '"0xa700"', '"answers"', '"runs"', '"wishes"', "pydicom", "newpacs"):
        assert known in bundle


def test_patients_and_files_are_told_apart_by_their_rows(sample: Sample, tmp_path: Path) -> None:
    found = report_files(sample, tmp_path / "papers", names=False)
    assert "patient 1" in found["report-without-names.html"]
    assert "patient 2" in found["ledger-without-names.csv"]
    assert "file 3," in found["ledger-without-names.csv"]
    assert "names, ids, birth dates, accession numbers" in found["report-without-names.html"]


def test_what_is_private_or_foreign_is_left_out_of_a_sentence_at_any_depth() -> None:
    inner = Message("cannot open {path}: {why}", path=Private("/a/b"), why=Foreign("no such file"))
    outer = Message("{n} file: {reasons} on {host}", n=1000, reasons=(inner, Private("x")), host="pacs:104")
    assert WITHOUT.said(outer) == "1\u00a0000 file: cannot open (omitted): (omitted), (omitted) on pacs:104"
    assert Names().said(outer) == "1\u00a0000 file: cannot open /a/b: no such file, x on pacs:104"


def test_what_stands_for_it_is_in_the_language_in_use() -> None:
    message = Message("{text}", text=Private("Gerda"))
    language.use("de")
    try:
        assert WITHOUT.said(message) == language.render(LEFT_OUT) == "(weggelassen)"
        assert str(WITHOUT.text("Gerda")) == "(omitted)"  # for programs
    finally:
        language.use(language.ENGLISH)


def test_a_uid_is_left_out_if_it_tells_who_the_patient_is() -> None:
    assert WITHOUT.uid("1.2.19310417.5", "4711-B", "19310417", "") == LEFT_OUT
    assert WITHOUT.uid("1.2.840.5", "1.2", "", None) == "1.2.840.5"  # in every UID by chance
    assert Names().uid("1.2.19310417.5", "19310417") == "1.2.19310417.5"
