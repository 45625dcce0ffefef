"""Killed in the middle of the copy: nothing is lost, nothing is counted that was not answered."""

from __future__ import annotations

import sqlite3
import subprocess
from pathlib import Path
from typing import Iterator

import pytest

from tests.peers.relay import Relay
from tests.running import command, to, wizard
from wizard.dicom.destination import Destination
from wizard.practice.archive import make_archive
from wizard.practice.pacs import PracticePacs


@pytest.fixture(scope="module")
def archive(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("killed") / "archive"
    make_archive(folder)
    return folder


@pytest.fixture(scope="module")
def undisturbed(archive: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[int, set[tuple[bytes, bytes, str]]]:
    """How many bytes an undisturbed copy puts on the line, and the ledger it ends with."""
    folder = tmp_path_factory.mktemp("undisturbed")
    with PracticePacs(folder / "pacs") as pacs, Relay(pacs.port) as relay:
        run(archive, relay, folder)
        return relay.passed, ledger(folder / "m.sqlite")


@pytest.mark.parametrize("part", [0.02, 0.3, 0.5, 0.7, 0.9])
def test_a_run_killed_in_the_middle_goes_on_and_ends_with_the_same_ledger(
    part: float, archive: Path, undisturbed: tuple[int, set[tuple[bytes, bytes, str]]], tmp_path: Path
) -> None:
    total, expected = undisturbed
    with PracticePacs(tmp_path / "pacs") as pacs, Relay(pacs.port, limit=int(total * part)) as relay:
        process = subprocess.Popen(command(*job(archive, relay, tmp_path)), stderr=subprocess.DEVNULL)
        assert relay.reached.wait(60)
        process.kill()
        process.wait()
        relay.cut()
        stored = set(stored_uids(pacs))
        assert set(copied_uids(tmp_path / "m.sqlite")) <= stored, "counted as copied, but not answered"
        assert len(stored) < 302, "it was killed too late to tell"

        relay.open()
        ended = run(archive, relay, tmp_path)
        assert ended.summary["balanced"] is True
        assert ledger(tmp_path / "m.sqlite") == expected
        assert ended.summary["instances"]["confirmed"] == 302


def test_a_destination_that_goes_away_in_the_middle_costs_no_file_its_place(
    archive: Path, undisturbed: tuple[int, set[tuple[bytes, bytes, str]]], tmp_path: Path
) -> None:
    total, expected = undisturbed
    with PracticePacs(tmp_path / "pacs") as pacs, Relay(pacs.port, limit=total // 2) as relay:
        process = subprocess.Popen(command(*job(archive, relay, tmp_path)), stderr=subprocess.DEVNULL)
        assert relay.reached.wait(60)
        relay.open()
        relay.cut()  # every connection breaks, then the destination is back
        assert process.wait(60) == 3
    assert ledger(tmp_path / "m.sqlite") == expected


def job(archive: Path, relay: Relay, folder: Path) -> list[object]:
    destination = Destination("127.0.0.1", relay.port, "PRACTICE")
    arguments = ["run", "--source", archive, *to(destination), "--manifest", folder / "m.sqlite"]
    return [*arguments, "--export", folder / "out", "--json", "--quiet"]


def run(archive: Path, relay: Relay, folder: Path):
    return wizard(*job(archive, relay, folder))


def ledger(manifest: Path) -> set[tuple[bytes, bytes, str]]:
    with sqlite3.connect(manifest) as db:
        sql = "SELECT path, name, final_bucket FROM ledger JOIN folder ON folder.id = ledger.folder"
        return set(db.execute(sql).fetchall())


def copied_uids(manifest: Path) -> Iterator[str]:
    with sqlite3.connect(manifest) as db:
        yield from (row[0] for row in db.execute("SELECT sop_uid FROM entry WHERE bucket = 'copied'"))


def stored_uids(pacs: PracticePacs) -> Iterator[str]:
    from tests.peers.archive import sop_uid

    yield from (sop_uid(path) for path in pacs.folder.glob("*.dcm"))
