"""Step 2, Source: every file is in a bucket, and reading again opens only what has changed."""

from __future__ import annotations

import os
import shutil
import socket
from pathlib import Path
from typing import Any, Iterator, Sequence

import pytest

from tests.engine.stage import (
    NOWHERE,
    Watcher,
    again,
    aged,
    buckets,
    copied,
    counted,
    finished,
    image,
    opened,
    read,
    series,
    started,
    the_old_pacs_at_work,
)
from tests.running import fingerprint
from wizard import errors
from wizard.engine import migration
from wizard.engine import source as reading
from wizard.engine.events import Progress
from wizard.engine.files import paths, readonly, walk
from wizard.engine.job import Control
from wizard.errors import SourceError, Stopped
from wizard.language.message import Value
from wizard.manifest import ledger, tree
from wizard.practice.archive import PROBLEM_FILES, make_archive
from wizard.reasons import Reason
from wizard.vocabulary import Who


@pytest.fixture
def opens(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The names of the source files that are opened."""
    names: list[str] = []
    really = readonly.open_source

    def noted(path: bytes) -> int:
        names.append(os.fsdecode(os.path.basename(path)))
        return really(path)

    monkeypatch.setattr(readonly, "open_source", noted)
    yield names


# What is found


def test_everything_in_the_practice_archive_ends_where_it_belongs(tmp_path: Path) -> None:
    folder = tmp_path / "archive"
    healthy = make_archive(folder)
    before = fingerprint(folder)
    watcher = Watcher()
    with opened(folder) as manifest:
        balance = again(manifest, watcher)
        found = buckets(manifest)
        totals = tree.shown(manifest)
    expected = {**PROBLEM_FILES, "2015/03/02/ST0007/IM0041": "pending"}  # only the destination refuses it
    assert {path: found.pop(path) for path in expected} == expected
    assert list(found.values()) == ["pending"] * healthy
    assert balance.balanced
    assert balance.entries == sum(len(files) for _, _, files in os.walk(folder))
    assert totals.images == healthy + 1
    assert fingerprint(folder) == before
    last = watcher.states[-1]
    assert (last.step, last.done, last.counts["files"]) == ("source", balance.entries, balance.entries)
    assert (last.counts["patients"], last.counts["studies"]) == (12, 20)
    assert last.counts["images"] == healthy + 4  # with both of the conflict, the duplicate and the maker's own
    assert last.counts["problems"] == 2


def test_what_is_read_of_an_image_stands_in_the_manifest(source: Path) -> None:
    more: dict[str, Any] = {
        "NumberOfFrames": "12",
        "InstanceNumber": "7",
        "StudyTime": "101500",
        "AccessionNumber": "A-1",
    }
    (source / "a.dcm").write_bytes(image("1.2.3.9", PatientBirthDate="19700101", PatientSex="F", **more))
    with read(source) as manifest:
        (row,) = ledger.rows(manifest)
    status = os.stat(source / "a.dcm")
    assert (row["size"], row["mtime_ns"]) == (status.st_size, status.st_mtime_ns)
    assert (row["sop_uid"], row["study_uid"], row["series_uid"]) == ("1.2.3.9", "1.2.3.1", "1.2.3.1.1")
    assert (row["patient_name"], row["patient_id"], row["birth_date"]) == ("Muster, Anna", "P-4711", "19700101")
    assert (row["study_date"], row["accession"], row["modality"]) == ("20190302", "A-1", "CT")
    assert (row["frames"], row["instance_number"]) == (12, "7")
    assert (source / "a.dcm").read_bytes()[row["dataset_offset"] :][:4] == b"\x08\x00\x16\x00"


@pytest.mark.parametrize("frames", ["", "x", "-1", "1.5", "9" * 12, "²"])
def test_a_number_of_frames_that_is_none_counts_as_one(frames: str, source: Path) -> None:
    content = image("1.2.3.9", NumberOfFrames="123456789012")
    written = frames.encode("utf-8").ljust(12)
    (source / "a.dcm").write_bytes(content.replace(b"123456789012", written))
    with read(source) as manifest:
        assert [row["frames"] for row in ledger.rows(manifest)] == [1]


def test_any_file_name_is_kept_and_found(source: Path) -> None:
    names = [b"-rf", "Ümläut 日本".encode(), b"x" * 255]
    names += [] if os.name == "nt" else [b"\xff\xfe.dcm", b"line\nbreak"]  # which Windows does not take
    for number, name in enumerate(names):
        with open(paths.system_path(os.path.join(os.fsencode(source), name)), "wb") as file:
            file.write(image(f"1.2.3.{number + 1}"))
    with read(source) as manifest:
        assert counted(manifest) == {"pending": len(names)}
        assert {row["file_name"] for row in ledger.rows(manifest)} == set(names)
        assert again(manifest).balanced


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files in its folders")
def test_pipes_sockets_and_links_are_entries_and_are_never_opened(source: Path, opens: list[str]) -> None:
    (source / "real.dcm").write_bytes(image("1.2.3.9"))
    (source / "link.dcm").symlink_to(source / "real.dcm")
    (source / "loop").symlink_to(source, target_is_directory=True)
    os.mkfifo(source / "pipe")
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(os.path.relpath(source / "socket"))
        with read(source) as manifest:
            assert counted(manifest) == {"pending": 1, "not_dicom": 4}
            codes = {row["file_name"]: row["reason_code"] for row in ledger.rows(manifest, "not_dicom")}
            assert codes == {b"link.dcm": "link", b"loop": "link", b"pipe": "device", b"socket": "device"}
    assert opens == ["real.dcm"]


def test_overlapping_folders_are_read_once(source: Path) -> None:
    (source / "inside").mkdir()
    series(source / "inside", 3)
    chosen = [source, source / "inside"]
    with migration.open_migration(chosen, NOWHERE, source.parent / "m.sqlite") as manifest:
        again(manifest)
        assert counted(manifest) == {"pending": 3}


def test_many_batches_add_up(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.engine.source.step._AT_A_TIME", 4)
    monkeypatch.setattr("wizard.engine.source.step._AT_FIRST", 4)
    monkeypatch.setattr("wizard.engine.source.step._WRITTEN", 4)
    for name in ("a", "b", "c"):
        (source / name).mkdir()
        series(source / name, 7, study=f"1.2.3.{ord(name)}")
    watcher = Watcher()
    with opened(source) as manifest:
        again(manifest, watcher)
        assert counted(manifest) == {"pending": 21}
    done = [state.done for state in watcher.states]
    assert done == sorted(done)
    assert done[-1] == 21


def test_the_run_is_recorded(source: Path) -> None:
    with read(source) as manifest:
        row = manifest.row("SELECT step, outcome FROM run")
        assert row is not None
        assert tuple(row) == ("source", "done")


# What cannot be read


def vanishing(names: Sequence[bytes], monkeypatch: pytest.MonkeyPatch) -> None:
    """These files and empty folders vanish when their folder has been listed."""
    really = walk.walk

    def listed(roots: Sequence[bytes]) -> Iterator[walk.Folder]:
        for folder in really(roots):
            for path in (os.path.join(folder.path, name) for name in names):
                if os.path.lexists(path):
                    with the_old_pacs_at_work():
                        (os.rmdir if os.path.isdir(path) else os.remove)(path)
            yield folder

    monkeypatch.setattr(walk, "walk", listed)


def said_of_nothing(path: Path) -> Value:
    """The words for a path that does not exist."""
    with pytest.raises(FileNotFoundError) as caught:
        os.stat(path)
    return errors.why(caught.value)


def test_a_file_that_vanishes_while_the_folder_is_read_is_unreadable_and_the_rest_is_read(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    series(source, 3)
    vanishing([b"001.dcm"], monkeypatch)
    with read(source) as manifest:
        assert buckets(manifest) == {"000.dcm": "pending", "001.dcm": "unreadable", "002.dcm": "pending"}
        (row,) = ledger.rows(manifest, "unreadable")
        reason = Reason("unreadable", why=said_of_nothing(source / "001.dcm"))
        assert (row["reason_code"], row["reason_values"]) == reason.stored


def test_what_could_not_be_read_is_tried_again_the_next_time(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    series(source, 1)
    whole = (source / "000.dcm").read_bytes()
    with opened(source) as manifest:
        with monkeypatch.context() as patched:
            vanishing([b"000.dcm"], patched)
            again(manifest)
        with the_old_pacs_at_work():
            (source / "000.dcm").write_bytes(whole)
        again(manifest)
        assert counted(manifest) == {"pending": 1}


def test_a_folder_that_vanishes_stands_beside_the_ledger(source: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (source / "closed").mkdir()
    series(source, 1)
    vanishing([b"closed"], monkeypatch)
    with opened(source) as manifest:
        balance = again(manifest)
        assert (balance.entries, balance.unreadable_folders, balance.balanced) == (1, 1, True)
        ((path, why),) = ledger.unreadable_folders(manifest)
        assert path == os.fsencode(source / "closed")
        assert why == Reason("folder_not_opened", why=said_of_nothing(source / "closed"))


@pytest.mark.parametrize("gone", ["the only one", "one of two"])
def test_a_source_folder_that_is_gone_is_said_and_nothing_is_changed(gone: str, source: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    series(other, 2, study="1.9")
    series(source, 2)
    chosen = [source] if gone == "the only one" else [other, source]
    with migration.open_migration(chosen, NOWHERE, tmp_path / "m.sqlite") as manifest:
        again(manifest)
        before = (counted(manifest), manifest.value("SELECT COUNT(*) FROM reading"))
        with the_old_pacs_at_work():
            shutil.rmtree(source)
        with pytest.raises(SourceError, match="cannot be opened") as caught:
            again(manifest)
        assert caught.value.sentence.values["folder"] == str(source)
        assert (counted(manifest), manifest.value("SELECT COUNT(*) FROM reading")) == before


# Reading again


def test_reading_again_opens_nothing_that_has_not_changed(source: Path, opens: list[str]) -> None:
    series(source, 3)
    for name, content in (("readme.txt", b"text"), ("empty", b""), ("cut.dcm", image("1.9")[:-2])):
        (source / name).write_bytes(content)
    with read(source) as manifest:
        before = buckets(manifest)
        assert len(opens) == 6
        opens.clear()
        again(manifest)
        assert opens == []
        assert buckets(manifest) == before
        assert ledger.balance(manifest).balanced


@pytest.mark.parametrize("change", ["size", "time"])
def test_a_file_that_has_changed_is_read_again_and_its_attempts_are_kept(
    change: str, source: Path, opens: list[str]
) -> None:
    series(source, 3)
    with read(source) as manifest:
        copied(manifest, "000.dcm", "001.dcm")
        opens.clear()
        with the_old_pacs_at_work():
            if change == "time":
                os.utime(source / "001.dcm", ns=(1, 1))
            else:
                status = os.stat(source / "001.dcm")
                (source / "001.dcm").write_bytes(image("1.2.3.1.1.2", StudyDescription="later"))
                os.utime(source / "001.dcm", ns=(status.st_atime_ns, status.st_mtime_ns))
        again(manifest)
        assert opens == ["001.dcm"]
        assert buckets(manifest) == {"000.dcm": "copied", "001.dcm": "pending", "002.dcm": "pending"}
        assert [row["attempts"] for row in ledger.rows(manifest)] == [1, 1, 0]
        assert ledger.balance(manifest).balanced


def test_what_changed_under_way_is_read_again_even_if_it_looks_the_same(source: Path, opens: list[str]) -> None:
    series(source, 1)
    with read(source) as manifest:
        with manifest.writing() as db:
            db.execute("UPDATE entry SET bucket = 'changed'")
        opens.clear()
        again(manifest)
        assert opens == ["000.dcm"]
        assert counted(manifest) == {"pending": 1}


def test_a_new_file_is_found_and_lies_outside_the_filter_if_it_does(source: Path) -> None:
    series(source, 2)
    with read(source) as manifest:
        tree.set_filter(manifest, tree.Filter(text="muster"))
        with the_old_pacs_at_work():
            (source / "new.dcm").write_bytes(image("1.9.1.1", "1.9", "1.9.1", PatientName="Beispiel^Bernd"))
            (source / "newer.dcm").write_bytes(image("1.8.1.1", "1.8", "1.8.1"))
        again(manifest)
        assert counted(manifest) == {"pending": 3, "left_out": 1}
        assert buckets(manifest)["new.dcm"] == "left_out"


@pytest.mark.parametrize("what", ["a file", "its folder", "a folder above"])
def test_what_is_gone_is_said_to_be_and_may_come_back(what: str, source: Path) -> None:
    deep = source / "2019" / "01"
    deep.mkdir(parents=True)
    series(deep, 2)
    series(source, 1, study="1.9")
    with read(source) as manifest:
        gone = {"a file": deep / "000.dcm", "its folder": deep, "a folder above": source / "2019"}[what]
        aside = source.parent / "aside"
        with the_old_pacs_at_work():
            gone.rename(aside)
        again(manifest)
        lost = 1 if what == "a file" else 2
        assert counted(manifest) == {"pending": 3 - lost, "unreadable": lost}
        assert {row["reason_code"] for row in ledger.rows(manifest, "unreadable")} == {"gone"}
        assert tree.shown(manifest).images == 3 - lost
        with the_old_pacs_at_work():
            aside.rename(gone)
        again(manifest)
        assert counted(manifest) == {"pending": 3}


# Files that are just being written


class Writes(Watcher):
    """Another program appends to a file as soon as there is something to see of the reading."""

    def __init__(self, path: Path, content: bytes) -> None:
        super().__init__()
        self._path, self._content = path, content

    def state(self, progress: Progress) -> None:
        super().state(progress)
        content, self._content = self._content, b""
        if content:
            with the_old_pacs_at_work(), open(self._path, "ab") as file:
                file.write(content)


def test_a_file_that_grows_is_looked_at_again_and_read_when_it_is_done(
    source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.engine.source.step._REPORT", 0)
    content = image("1.2.3.9")
    (source / "a.dcm").write_bytes(content[:300])
    with opened(source) as manifest:
        again(manifest, Writes(source / "a.dcm", content[300:400]))
        (row,) = ledger.rows(manifest)
        assert (row["final_bucket"], row["final_code"], row["final_values"]) == ("changed", "still_being_written", "")
        assert Reason("still_being_written").who == Who.YOU
        with the_old_pacs_at_work():
            (source / "a.dcm").write_bytes(content)
        again(manifest)
        assert counted(manifest) == {"pending": 1}


def test_a_file_of_the_last_two_minutes_is_read_last_and_once(source: Path, opens: list[str]) -> None:
    for number, name in enumerate(("a", "b", "c")):
        (source / name).write_bytes(image(f"1.2.3.{number + 1}"))
        then = os.stat(source / name).st_mtime - 3600 * (name != "a")
        os.utime(source / name, (then, then))
    watcher = Watcher()
    with opened(source) as manifest:
        again(manifest, watcher)
        assert counted(manifest) == {"pending": 3}
        assert opens == ["b", "c", "a"]
        assert manifest.value("SELECT files FROM reading") == 3
        assert manifest.value("SELECT opened FROM reading") == 3
        assert manifest.value("SELECT COUNT(*) FROM history") == 0
    assert (watcher.states[-1].done, watcher.states[-1].counts["problems"]) == (3, 0)


def test_a_young_file_that_is_cut_off_may_not_be_complete_yet(source: Path) -> None:
    for name in ("young", "old"):
        (source / name).write_bytes(image("1.2.3.9")[:-20])
    os.utime(source / "old", (1e9, 1e9))
    with read(source) as manifest:
        found = {line.name: line for line in ledger.lines(manifest)}
        young, old = (found[name].reason for name in (b"young", b"old"))
        assert {line.final_bucket for line in found.values()} == {"damaged"}
        assert old is not None and (old.code, old.who) == ("cut_off_in_value", Who.OLD_PACS)
        assert young is not None and (young.code, young.who) == ("being_written", Who.YOU)
        assert young.values == {"found": old}, "what is wrong with it is said as well"
        stored = {tuple(row) for row in manifest.rows("SELECT finding_code, finding_values FROM entry")}
        assert stored == {old.stored}, "a decision that is taken back restores what was found"


def test_a_folder_that_was_full_and_is_empty_now_is_a_share_that_is_away(source: Path) -> None:
    series(source, 2)
    with read(source) as manifest:
        with the_old_pacs_at_work():
            for path in source.iterdir():
                path.unlink()
        with pytest.raises(SourceError, match="is empty now"):
            again(manifest)
        assert counted(manifest) == {"pending": 2}


def test_what_a_changed_file_was_before_is_kept(source: Path) -> None:
    (source / "a.dcm").write_bytes(image("1.2.3.9"))
    with read(source) as manifest:
        copied(manifest, "a.dcm", sha256=b"h" * 32)
        with the_old_pacs_at_work():
            (source / "a.dcm").write_bytes(image("1.2.3.10"))
        again(manifest)
        row = manifest.row("SELECT bucket, sop_uid, sha256 FROM history")
        assert row is not None
        assert tuple(row) == ("copied", "1.2.3.9", b"h" * 32)
        assert [row["sop_uid"] for row in ledger.rows(manifest)] == ["1.2.3.10"]


# Stopping


class StopsAt(Watcher):
    """Stops the job at the first snapshot after so many files."""

    def __init__(self, control: Control, files: int) -> None:
        super().__init__()
        self._control, self._files = control, files

    def state(self, progress: Progress) -> None:
        super().state(progress)
        if progress.done >= self._files:
            self._control.stop()


def test_a_stop_takes_effect_even_where_there_are_only_folders(source: Path) -> None:
    (source / "empty").mkdir()
    control = Control()
    control.stop()
    with opened(source) as manifest:
        with pytest.raises(Stopped):
            reading.run(manifest, control, Watcher())
        assert manifest.value("SELECT COUNT(*) FROM folder") == 0


def test_a_reading_that_was_stopped_goes_on_where_it_ended(
    source: Path, opens: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("wizard.engine.source.step._AT_A_TIME", 4)
    monkeypatch.setattr("wizard.engine.source.step._AT_FIRST", 4)
    monkeypatch.setattr("wizard.engine.source.step._WRITTEN", 4)
    monkeypatch.setattr("wizard.engine.source.step._REPORT", 0)
    monkeypatch.setattr("wizard.engine.source.thread_pool.PROCESSORS", 1)
    series(source, 200)
    aged(source)
    with opened(source) as manifest:
        job = started("source", lambda control, _: reading.run(manifest, control, StopsAt(control, 8)))
        assert finished(job).outcome == "stopped"
        before = counted(manifest)["pending"]
        assert 8 <= before < 200
        assert manifest.value("SELECT ended FROM reading") is None
        opens.clear()
        again(manifest)
        assert len(opens) == 200 - before
        assert manifest.value("SELECT opened FROM reading ORDER BY id DESC") == 200 - before
        assert counted(manifest) == {"pending": 200}
        assert [row[0] for row in manifest.rows("SELECT outcome FROM run")] == ["stopped", "done"]
