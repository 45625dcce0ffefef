from __future__ import annotations

import hashlib
import os
import stat
import sys
from pathlib import Path
from typing import Iterator

import pytest

from tests.links import link
from tests.report.samples import Sample, troubled
from wizard.engine import export
from wizard.engine.events import Events, Fact, NoEvents, Note, Progress
from wizard.engine.export import step as export_step
from wizard.engine.export.step import ExportSettings
from wizard.engine.files import readonly
from wizard.engine.job import Control
from wizard.errors import ExportError, Stopped
from wizard.manifest import audit

TABLES = ["audit.csv", "exceptions.csv", "ledger.csv", "studies.csv"]
REPORT_FILES = ["SHA256SUMS.txt", *TABLES[:3], "report.html", "report.pdf", TABLES[3]]


class Recorder(Events):
    """Keeps what it is told; may stop the job at the first snapshot."""

    def __init__(self, stop: Control | None = None) -> None:
        self.states: list[Progress] = []
        self.notes: list[str] = []
        self._stop = stop

    def state(self, progress: Progress) -> None:
        self.states.append(progress)
        if self._stop is not None:
            self._stop.stop()

    def fact(self, fact: Fact) -> None:
        assert isinstance(fact, Note)
        self.notes.append(str(fact.sentence))


@pytest.fixture
def sample(tmp_path: Path) -> Iterator[Sample]:
    with troubled(tmp_path / "m.sqlite") as sample:
        yield sample


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """A protected source folder."""
    folder = tmp_path / "source"
    folder.mkdir()
    readonly.protect([folder])
    return folder


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def run(
    sample: Sample, folder: Path, events: Events | None = None, wanted: ExportSettings | None = None
) -> tuple[Path, ...]:
    return export.run(sample.manifest, folder, Control(), events or NoEvents(), wanted or ExportSettings())


def test_the_papers_are_written_with_their_sums(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "new" / "export"
    written = run(sample, folder)
    assert [path.parent for path in written] == [folder] * 7
    assert sorted(path.name for path in written) == names(folder) == REPORT_FILES
    lines = (folder / "SHA256SUMS.txt").read_text("utf-8").splitlines()
    sums = {name: said for said, name in (line.split("  ") for line in lines)}
    manifest = sums.pop(sample.manifest.path.name)
    assert sorted(sums) == REPORT_FILES[1:]
    for name, digest in sums.items():
        assert digest == hashlib.sha256((folder / name).read_bytes()).hexdigest()
    sample.manifest.close()
    assert manifest == hashlib.sha256(sample.manifest.path.read_bytes()).hexdigest()


def test_the_report_has_the_sums_of_the_tables_and_of_the_manifest_before(sample: Sample, tmp_path: Path) -> None:
    before = sample.manifest.sha256(lambda: None)
    run(sample, tmp_path / "export")
    report = (tmp_path / "export" / "report.html").read_text("utf-8")
    for name in TABLES:
        assert hashlib.sha256((tmp_path / "export" / name).read_bytes()).hexdigest() in report
    assert before in report


def test_what_was_exported_is_in_the_audit_trail(sample: Sample, tmp_path: Path) -> None:
    run(sample, tmp_path / "export", wanted=ExportSettings(names=False))
    records = list(audit.records(sample.manifest))
    assert [(one.action, one.subject) for one in records[-3:]] == [
        ("began", "export"),
        ("exported", "without names"),
        ("ended", "export"),
    ]
    digest = hashlib.sha256((tmp_path / "export" / "ledger-without-names.csv").read_bytes()).hexdigest()
    assert records[-2].details["files"]["ledger-without-names.csv"] == digest


@pytest.mark.parametrize(
    ("formats", "files"),
    [
        (("csv",), TABLES),
        (("pdf",), [*TABLES, "report.pdf"]),
        (("html",), [*TABLES, "report.html"]),
        (("xml",), ["audit.xml"]),
        (("support",), ["support.zip"]),
        (export_step.FORMATS, [*TABLES, "audit.xml", "report.html", "report.pdf", "support.zip"]),
    ],
)
def test_what_is_wanted_is_written_and_with_a_report_the_tables(
    sample: Sample, tmp_path: Path, formats: tuple[str, ...], files: list[str]
) -> None:
    run(sample, tmp_path / "export", wanted=ExportSettings(formats))
    assert names(tmp_path / "export") == sorted([*files, "SHA256SUMS.txt"])


def test_papers_with_and_without_names_lie_side_by_side(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    for shown in (True, False, True, False):
        events = Recorder()
        run(sample, folder, events, ExportSettings(("csv",), shown))
        assert not any("kept" in note for note in events.notes)
    both = [*TABLES, "SHA256SUMS.txt"]
    assert names(folder) == sorted([*both, *(name.replace(".", "-without-names.", 1) for name in both)])


def test_the_run_is_recorded(sample: Sample, tmp_path: Path) -> None:
    run(sample, tmp_path / "export")
    row = sample.manifest.row("SELECT step, outcome, ended IS NOT NULL FROM run")
    assert row is not None
    assert tuple(row) == ("export", "done", 1)


@pytest.mark.skipif(os.name == "nt", reason="Windows has other rights")
def test_only_this_user_may_read_the_papers(sample: Sample, tmp_path: Path) -> None:
    for path in run(sample, tmp_path / "export"):
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_progress_only_grows_and_ends_at_its_total(sample: Sample, tmp_path: Path) -> None:
    events = Recorder()
    run(sample, tmp_path / "export", events)
    done = [state.done for state in events.states]
    assert done == sorted(done)
    assert events.states[-1].done == events.states[-1].total == 19 + 4


@pytest.mark.parametrize("place", ["", "below", "below/deep"])
def test_a_folder_inside_the_source_is_refused(sample: Sample, source: Path, place: str) -> None:
    for attempt in (lambda: run(sample, source / place), lambda: export_step.check_writable(source / place)):
        with pytest.raises(ExportError, match="inside a source folder"):
            attempt()
    assert names(source) == []


def test_a_link_into_the_source_is_refused_too(sample: Sample, source: Path, tmp_path: Path) -> None:
    link(tmp_path / "link", source)
    with pytest.raises(ExportError, match="inside a source folder"):
        run(sample, tmp_path / "link" / "export")
    assert names(source) == []


def test_a_folder_beside_the_source_is_fine(sample: Sample, source: Path) -> None:
    run(sample, source.with_name("source-export"))
    assert names(source.with_name("source-export")) == REPORT_FILES


@pytest.mark.parametrize("place", ["file", "file/export", "file/export/deep"])
def test_a_folder_that_cannot_be_is_one_sentence_and_leaves_nothing(sample: Sample, tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_bytes(b"kept")
    before = names(tmp_path)
    for attempt in (lambda: run(sample, tmp_path / place), lambda: export_step.check_writable(tmp_path / place)):
        with pytest.raises(ExportError) as caught:
            attempt()
        assert "is not a folder" in str(caught.value)
        assert str(tmp_path) not in caught.value.details
    assert names(tmp_path) == before
    assert (tmp_path / "file").read_bytes() == b"kept"


@pytest.mark.skipif(sys.platform != "linux", reason="this system has no /proc")
@pytest.mark.parametrize("place", ["/proc", "/proc/export"])
def test_a_read_only_folder_is_one_sentence(sample: Sample, place: str) -> None:
    with pytest.raises(ExportError, match=f"The report cannot be saved in {place}:"):
        run(sample, Path(place))


def test_checking_leaves_the_folder_ready_and_empty(tmp_path: Path) -> None:
    export_step.check_writable(tmp_path / "a" / "b")
    assert names(tmp_path / "a" / "b") == []


def test_a_second_export_of_the_same_migration_replaces_the_first(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    run(sample, folder)
    with sample.manifest.writing() as db:
        db.execute("UPDATE entry SET bucket = 'copied' WHERE bucket = 'refused'")
    events = Recorder()
    run(sample, folder, events)
    assert names(folder) == REPORT_FILES
    assert ",refused," not in (folder / "ledger.csv").read_text("utf-8-sig")
    assert events.notes == ["The earlier report files of this migration in this folder were replaced."]


def test_papers_of_another_migration_are_kept_aside(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    with Sample(tmp_path / "other.sqlite") as other:
        run(other, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    events = Recorder()
    run(sample, folder, events)
    (aside,) = [path for path in folder.iterdir() if path.is_dir()]
    assert {path.name: path.read_bytes() for path in aside.iterdir()} == before
    assert names(folder) == sorted([*REPORT_FILES, aside.name])
    assert len(events.notes) == 1
    assert str(aside) in events.notes[0]


def test_a_ledger_that_somebody_worked_on_is_kept_aside(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    for remark in (b"first remark", b"another remark"):
        run(sample, folder)
        (folder / "ledger.csv").write_bytes(remark)
    run(sample, folder)
    kept = {path.read_bytes() for path in folder.glob("earlier-*/ledger.csv")}
    assert kept == {b"first remark", b"another remark"}


def test_stopping_leaves_the_earlier_papers_and_no_half_ones(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    run(sample, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    control = Control()
    with pytest.raises(Stopped):
        export.run(sample.manifest, folder, control, Recorder(stop=control))
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_a_failure_half_way_leaves_the_earlier_papers_and_no_half_ones(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    run(sample, folder)
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    (folder / "studies.csv.part").mkdir()  # the third file cannot be written now
    with pytest.raises(ExportError, match="cannot be saved"):
        run(sample, folder)
    (folder / "studies.csv.part").rmdir()
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == before


def test_what_a_killed_export_left_behind_is_no_hindrance(sample: Sample, tmp_path: Path) -> None:
    folder = tmp_path / "export"
    folder.mkdir()
    (folder / "ledger.csv.part").write_bytes(b"x" * 1_000_000)
    run(sample, folder)
    assert names(folder) == REPORT_FILES
    assert (folder / "ledger.csv").stat().st_size < 100_000
