"""A report without names has nothing that came from outside; a report with names has it, so the search can find it."""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Iterator

import pytest

from tests.language.marked import MACHINE_COLUMNS, content, mark, marked, marks, unmarked
from tests.report.samples import Sample
from wizard import language, settings
from wizard.engine import export
from wizard.engine.events import NoEvents
from wizard.engine.export import step as export_step
from wizard.engine.export.step import ExportSettings
from wizard.engine.job import Control
from wizard.language import LANGUAGES

#: Some of what a report with names has, so that the search is known to find it.
SHOWN = [
    *("patientname", "patientpatientid", "accession", "studydescription", "folder", "filename", "comment", "why"),
    *("operator", "remarks", "oldlist", "nested", "listed", "earlier", "foldererror"),
]
TABLES = [one for one in export_step.FORMATS if one != export_step.PDF]


@pytest.fixture(params=LANGUAGES)
def sample(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Sample]:
    language.use(request.param)
    with marked(tmp_path / "manifest.sqlite") as sample:
        yield sample
    language.use(language.ENGLISH)


def exported(sample: Sample, folder: Path, formats: list[str], names: bool) -> dict[str, set[str]]:
    """Return the marks of each file of an export, those of its name included."""
    (settings.log_folder() / "technical.log").write_text("step copy: done after 1.0 s")
    logging.getLogger("wizard.test").warning("nothing")
    written = export.run(sample.manifest, folder, Control(), NoEvents(), ExportSettings(tuple(formats), names))
    assert {path for path in folder.rglob("*") if path.is_file()} == set(written)
    return {path.name: marks(path.name) | marks(content(path)) for path in written}


def test_every_text_of_the_manifest_from_outside_is_marked(sample: Sample) -> None:
    assert set(unmarked(sample.manifest.path)) == MACHINE_COLUMNS


def test_no_file_without_names_has_anything_from_outside(sample: Sample, tmp_path: Path) -> None:
    found = exported(sample, tmp_path / "files", TABLES, names=False)
    assert {name: sorted(seen) for name, seen in found.items() if seen} == {}
    assert len(found) == 8


@pytest.mark.pdf
def test_no_pdf_without_names_has_anything_from_outside(sample: Sample, tmp_path: Path) -> None:
    found = exported(sample, tmp_path / "files", [export_step.PDF], names=False)
    assert {name: sorted(seen) for name, seen in found.items() if seen} == {}
    found = exported(sample, tmp_path / "with names", [export_step.PDF], names=True)
    assert mark("patientname") in found["report.pdf"]


def test_with_names_the_same_search_finds_it(sample: Sample, tmp_path: Path) -> None:
    found = exported(sample, tmp_path / "files", TABLES, names=True)
    everywhere = set().union(*found.values())
    assert [place for place in SHOWN if mark(place) not in everywhere] == []
    assert all(found[name] for name in ("report.html", "ledger.csv", "studies.csv", "exceptions.csv", "audit.csv"))
    assert found["audit.xml"] and not found["support.zip"]
