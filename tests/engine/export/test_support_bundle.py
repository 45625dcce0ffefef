"""The support bundle that is saved by itself: with a migration, without one, and where it cannot be written."""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import pytest

from tests.report.samples import troubled
from wizard import __version__, settings
from wizard.engine.export import support_bundle
from wizard.engine.files import readonly
from wizard.errors import ExportError


def told(path: Path) -> dict[str, Any]:
    """The summary in a bundle."""
    with zipfile.ZipFile(path) as bundle:
        assert "log/technical.log" in bundle.namelist()
        found: dict[str, Any] = json.loads(bundle.read("summary.json"))
        return found


@pytest.fixture(autouse=True)
def log() -> None:
    (settings.log_folder() / "technical.log").write_text("step copy: done after 1.0 s")


def test_it_is_that_of_the_export(tmp_path: Path) -> None:
    with troubled(tmp_path / "m.sqlite") as sample:
        support_bundle.save(tmp_path / "bundle.zip", sample.manifest)
        assert told(tmp_path / "bundle.zip") == json.loads(json.dumps(support_bundle.summary(sample.manifest)))


def test_without_a_migration_it_tells_of_the_computer(tmp_path: Path) -> None:
    support_bundle.save(tmp_path / "bundle.zip", None)
    summary = told(tmp_path / "bundle.zip")
    assert summary["program"] == __version__ and summary["libraries"]["pydicom"] != "unknown"
    assert summary["manifest"] == "none is open"


def test_where_the_manifest_is_what_fails_it_says_so_and_is_written_all_the_same(tmp_path: Path) -> None:
    with troubled(tmp_path / "m.sqlite") as sample:
        with sample.manifest.writing() as db:
            db.execute("DROP TABLE attempt")
        support_bundle.save(tmp_path / "bundle.zip", sample.manifest)
    summary = told(tmp_path / "bundle.zip")
    assert summary["manifest"] == "ManifestError" and summary["program"] == __version__


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(ExportError, match="cannot be written"):
        support_bundle.save(tmp_path / "nowhere" / "bundle.zip", None)


def test_nothing_is_written_below_a_source(tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.mkdir()
    readonly.protect([source])
    with pytest.raises(ExportError, match="inside a source folder"):
        support_bundle.save(source / "bundle.zip", None)
    assert list(source.iterdir()) == []
