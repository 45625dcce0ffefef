"""Killed in the middle of the copy, the program or the destination: nothing is lost, nothing is counted that was not
answered, and at most half a second's worth is in doubt.

The destination is a recorder in a process of its own, which kills at a moment that was drawn by lot among everything
it receives and answers, and whose journal the manifest is held against.
"""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import subprocess
from collections import Counter
from pathlib import Path
from random import Random
from typing import NamedTuple

import pytest

from tests.engine.copying import begun
from tests.engine.stage import aged, image
from tests.peers.archive import data_set
from tests.peers.recorder import KILLED, Recorder
from tests.ports import free_port
from tests.running import command, to, wizard
from wizard.manifest import ledger
from wizard.manifest.manifest import Manifest

pytestmark = pytest.mark.long

STUDIES, OF_A_STUDY = 4, 75
MOMENTS, SERVER_MOMENTS = 50, 20
BY_DEFAULT, SERVER_BY_DEFAULT = 5, 2
DOUBT = 0.5  # seconds: what was answered longer ago than this is in the manifest
PACE = 0.004  # seconds for each image over all associations, so that a copy lasts some times as long


class Archive(NamedTuple):
    """The copy to disturb: a manifest that has been read, the images that must arrive, and an undisturbed copy."""

    manifest: Path
    port: int
    hashes: dict[str, bytes]
    steps: int
    ledger: set[tuple[bytes, bytes, str]]


class Case(NamedTuple):
    """Where it is killed, as a part of all steps, and how; the destination may not have to answer questions.

    `then` are steps after going on, to be killed a second time; 0 is once only.
    """

    part: float
    associations: int
    questions: bool
    then: int = 0

    def __str__(self) -> str:
        return f"{self.part:.4f}-{self.associations}{'' if self.questions else '-mute'}{'-twice' if self.then else ''}"


def cases(seed: int, count: int, by_default: int, of_the_program: bool = True) -> list[object]:
    """Moments by lot; of the program the first and the last one there are, too, and some more than a single kill."""
    lot = Random(seed)
    found: list[object] = []
    for number in range(count):
        part = float(number) if of_the_program and number < 2 else lot.random()
        questions = not of_the_program or number % 5 != 3
        then = lot.randint(1, 8) if of_the_program and number % 5 == 4 else 0
        case = Case(part, (2, 4, 1)[number % 3], questions, then)
        marks = [pytest.mark.slow] if number >= by_default else []
        found.append(pytest.param(case, marks=marks, id=str(case)))
    return found


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Archive:
    folder = tmp_path_factory.mktemp("killed")
    hashes = make(folder / "archive")
    with Recorder(folder / "undisturbed", free_port()) as recorder:
        read = ["source", "--source", folder / "archive", *to(recorder.destination), "--json"]
        assert wizard(*read, "--manifest", folder / "read.sqlite").summary["buckets"]["pending"] == len(hashes)
        shutil.copy(folder / "read.sqlite", folder / "copied.sqlite")
        assert wizard(*copying(folder / "copied.sqlite", 2)).code == 0
        assert recorder.stored() == hashes
        port = recorder.destination.port
        return Archive(folder / "read.sqlite", port, hashes, recorder.steps(), buckets(folder / "copied.sqlite"))


@pytest.mark.parametrize("case", cases(4, MOMENTS, BY_DEFAULT))
def test_the_program_killed_at_any_moment_goes_on(case: Case, archive: Archive, tmp_path: Path) -> None:
    manifest = tmp_path / "m.sqlite"
    shutil.copy(archive.manifest, manifest)
    with Recorder(tmp_path / "recorder", archive.port, PACE * case.associations, case.questions) as recorder:
        unknown: set[str] = set()
        for steps in [moment(case, archive), *([case.then] if case.then else [])]:
            recorder.arm(steps)
            program = begin(manifest, case)
            recorder.aim(program.pid)
            assert program.wait(60) == KILLED, "it came to its end before it was killed"
            recorder.settle()
            unknown = expect_nothing_unanswered(manifest, recorder, unknown)
        before = len(recorder.events())
        ended = wizard(*copying(manifest, case.associations))
        assert ended.code == 0, ended.stderr
        expect_whole(manifest, recorder, archive)

        if not case.questions:
            assert sent_twice(recorder) <= unknown
            return
        assert not sent_twice(recorder)
        since = {event.uid: event.what for event in reversed(recorder.events()[before:])}
        assert {since.get(uid) for uid in unknown} <= {"asked"}, "it was sent again before it was asked about"


@pytest.mark.parametrize("case", cases(5, SERVER_MOMENTS, SERVER_BY_DEFAULT, of_the_program=False))
def test_the_destination_killed_at_any_moment_is_waited_for(case: Case, archive: Archive, tmp_path: Path) -> None:
    path = tmp_path / "m.sqlite"
    shutil.copy(archive.manifest, path)
    with Recorder(tmp_path / "recorder", archive.port, PACE * case.associations) as recorder:
        recorder.arm(max(1, moment(case, archive)))
        recorder.aim()
        with Manifest(path) as manifest:
            job = begun(manifest, recorder.destination, associations=case.associations)
            try:
                recorder.await_death()
                recorder.start()
                assert job.join(60)
            finally:
                job.control.stop()
                job.join()
        assert job.finished is not None
        assert job.finished.outcome == "done"
        expect_whole(path, recorder, archive)
        assert not sent_twice(recorder)


def moment(case: Case, archive: Archive) -> int:
    return round(case.part * (archive.steps + 1))


def begin(manifest: Path, case: Case) -> subprocess.Popen[bytes]:
    arguments = command(*copying(manifest, case.associations))
    return subprocess.Popen(arguments, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)


def copying(manifest: Path, associations: int) -> list[object]:
    return ["copy", "--manifest", manifest, "--associations", associations, "--json", "--quiet"]


def make(folder: Path) -> dict[str, bytes]:
    """Write images, each tenth of them of several PDUs; returns the SHA-256 of their data sets by SOP Instance UID."""
    hashes = {}
    for number in range(STUDIES * OF_A_STUDY):
        study = f"1.2.3.{number // OF_A_STUDY + 1}"
        path = folder / study / f"{number}"
        path.parent.mkdir(parents=True, exist_ok=True)
        uid = f"{study}.1.{number}"
        path.write_bytes(image(uid, study, f"{study}.1", PixelData=bytes(0 if number % 10 else 100_000) + b"\0\1"))
        hashes[uid] = hashlib.sha256(data_set(path)).digest()
    aged(folder)
    return hashes


def expect_nothing_unanswered(path: Path, recorder: Recorder, unknown_before: set[str]) -> set[str]:
    """Hold the manifest of a program that was just killed against the journal; returns what is unknown in it."""
    expect_sound(path)
    with Manifest(path) as manifest:
        buckets = {row["sop_uid"]: row["final_bucket"] for row in ledger.rows(manifest)}
    copied, unknown, pending = (
        {uid for uid, one in buckets.items() if one == bucket} for bucket in ("copied", "unknown", "pending")
    )
    assert len(copied) + len(unknown) + len(pending) == len(buckets)
    killing, killed = (recorder.events(what)[-1].time for what in ("killing", "killed"))
    answered = {event.uid for event in recorder.events("answering") if event.time < killed}
    assert copied <= answered | recorder.uids("named"), "counted as copied, but not answered"
    assert not recorder.uids("began", "received") & pending, (
        "it was on its way, and would be sent again without a question"
    )
    long_ago = {event.uid for event in recorder.events("answered") if event.time < killing - DOUBT}
    assert long_ago <= copied | unknown_before, "more than half a second's worth is in doubt"
    return unknown


def expect_whole(path: Path, recorder: Recorder, archive: Archive) -> None:
    """Everything has arrived byte for byte, and the ledger is that of an undisturbed copy, each line with its proof."""
    expect_sound(path)
    assert recorder.stored() == archive.hashes
    assert buckets(path) == archive.ledger
    with Manifest(path) as manifest:
        answered = {row["sop_uid"] for row in ledger.rows(manifest, "copied") if row["status"] == 0}
        found = {row["sop_uid"] for row in ledger.rows(manifest, "copied")} - answered
        hashes = {row["sop_uid"]: row["sha256"] for row in ledger.rows(manifest) if row["sha256"]}
    assert answered <= recorder.uids("answering")
    assert found <= recorder.uids("named")
    assert hashes.items() <= archive.hashes.items()


def expect_sound(path: Path) -> None:
    db = sqlite3.connect(str(path))
    assert db.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    db.close()


def sent_twice(recorder: Recorder) -> set[str]:
    """The images that were received whole more than once."""
    times = Counter(event.uid for event in recorder.events("received"))
    return {uid for uid, count in times.items() if count > 1}


def buckets(path: Path) -> set[tuple[bytes, bytes, str]]:
    """Where each file ended up."""
    with Manifest(path) as manifest:
        return {(row["folder_path"], row["file_name"], row["final_bucket"]) for row in ledger.rows(manifest)}
