"""Reading in a process of its own gives the same entries as reading here, whatever happens to the process."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path
from typing import Iterator

import pytest

from tests.engine.stage import aged, counted, image, opened, series
from wizard.engine import source as step
from wizard.engine.events import NoEvents
from wizard.engine.files.read_file import look
from wizard.engine.job import Control
from wizard.engine.source import thread_pool
from wizard.engine.source.readers import FileToRead, Reader
from wizard.practice.archive import make_archive
from wizard.start import again


class Heartbeats:
    def __init__(self) -> None:
        self.count = 0

    def __call__(self) -> None:
        self.count += 1


@pytest.fixture
def reader() -> Iterator[Reader]:
    reader = Reader(Heartbeats())
    yield reader
    reader.close()


def files_below(folder: Path) -> list[FileToRead]:
    paths = sorted(path for path in folder.rglob("*") if path.is_file())
    return [(7, os.fsencode(path), look(os.fsencode(path), os.fsencode(path.name))) for path in paths]


def hurried(reader: Reader) -> subprocess.Popen[bytes]:
    """Its process, when that is up."""
    reader.hurry()
    assert reader._process is not None
    assert reader._ready.wait(20)
    return reader._process


def test_a_process_reads_what_would_be_read_here(reader: Reader, tmp_path: Path) -> None:
    make_archive(tmp_path)
    (tmp_path / "pipe").write_bytes(image("1.2.3.4"))
    files = files_below(tmp_path)
    files.append((7, os.fsencode(tmp_path / "gone"), look(b"/gone", b"gone")))
    here = reader.read(files)
    process = hurried(reader)
    assert reader.read(files) == here
    assert process.poll() is None
    assert {type(word) for entry in here for word in (entry.bucket, entry.topic)} == {str}  # marshal takes no other
    assert {entry.bucket for entry in here} >= {"pending", "damaged", "held_back", "not_dicom", "index", "unreadable"}


def test_what_a_dead_process_was_to_read_is_read_here(reader: Reader, tmp_path: Path) -> None:
    series(tmp_path, 5)
    process = hurried(reader)
    process.kill()
    process.wait()
    assert [entry.bucket for entry in reader.read(files_below(tmp_path))] == ["pending"] * 5
    assert [entry.bucket for entry in reader.read(files_below(tmp_path))] == ["pending"] * 5


def test_where_no_process_can_be_started_the_thread_reads(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series(tmp_path, 5)
    monkeypatch.setattr(again, "command", lambda: [str(tmp_path / "missing")])
    reader.hurry()
    assert [entry.bucket for entry in reader.read(files_below(tmp_path))] == ["pending"] * 5


def test_a_program_that_is_no_reader_is_never_asked(
    reader: Reader, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series(tmp_path, 5)
    monkeypatch.setattr(again, "command", lambda: [sys.executable, "-c", "print('hello')"])
    reader.hurry()
    assert [entry.bucket for entry in reader.read(files_below(tmp_path))] == ["pending"] * 5


def test_closing_ends_the_process_even_while_it_reads(reader: Reader, tmp_path: Path) -> None:
    series(tmp_path, 50)
    process = hurried(reader)
    files = files_below(tmp_path) * 100
    thread = threading.Thread(target=reader.read, args=(files,))
    thread.start()
    reader.close()
    thread.join(20)
    assert not thread.is_alive()
    assert process.poll() is not None


def test_a_reader_ends_when_its_program_is_gone(reader: Reader) -> None:
    process = hurried(reader)
    assert process.stdin is not None
    process.stdin.close()
    assert process.wait(20) == 0


def test_a_few_files_start_no_process(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    series(source, 100)
    aged(source)
    monkeypatch.setattr(Reader, "_start", lambda self: pytest.fail("a process for a hundred files"))
    with opened(source) as manifest:
        step.run(manifest, Control(), NoEvents())
        assert counted(manifest) == {"pending": 100}


def test_many_files_are_read_by_processes_and_none_is_left(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[subprocess.Popen[bytes]] = []
    really = Reader._start

    def noted(self: Reader) -> None:
        really(self)
        assert self._process is not None
        started.append(self._process)
        assert self._ready.wait(20)

    monkeypatch.setattr(Reader, "_start", noted)
    monkeypatch.setattr(thread_pool, "PROCESSORS", 2)
    series(source, 1200)
    aged(source)
    with opened(source) as manifest:
        step.run(manifest, Control(), NoEvents())
        assert counted(manifest) == {"pending": 1200}
    assert len(started) == 2
    assert all(process.poll() is not None for process in started)
