"""Every file of pydicom and pydicom-data that storescp takes is at the other end byte for byte, suspects included."""

from __future__ import annotations

import hashlib
import os
from collections import Counter
from pathlib import Path

import pytest

from tests.peers import archive, servers
from tests.running import fingerprint
from wizard.dicom.destination import Destination
from wizard.engine import copy, migration, source
from wizard.engine.events import NoEvents
from wizard.engine.job import Control
from wizard.manifest import decisions, ledger
from wizard.vocabulary import Action

FLOOR = 205
"""The fewest files that must have been compared: pydicom 2.4 ships fewer than pydicom 3."""

CANNOT_BE_SENT = {"not_dicom", "index", "held_back"}
UNTAKEN = {"image_dfl.dcm", "rtplan_truncated.dcm"}
"""Data sets of an odd length. `storescp` breaks the association off over them, and keeps nothing."""


@pytest.mark.dcmtk
def test_storescp_writes_every_data_set_as_it_lies_in_its_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    archives = archive.without_conflicts(tmp_path / "source")
    before = fingerprint(tmp_path / "source")
    sent: list[Path] = []
    untaken: set[str] = set()
    with servers.storescp(tmp_path, "+uf") as destination:  # a file name of its own for each
        for folder in archives:
            taken, refused = send(folder, destination, tmp_path / f"{folder.name}.sqlite")
            sent += taken
            untaken |= refused
    received = Counter(digest(path) for path in (tmp_path / "received").iterdir())
    assert [path.name for path in sent if not received[digest(path)]] == [], "not what storescp wrote"
    assert Counter(digest(path) for path in sent) == received
    assert untaken <= UNTAKEN
    assert len(sent) >= FLOOR
    assert fingerprint(tmp_path / "source") == before
    with capsys.disabled():
        print(f"\n{len(sent)} data sets were compared byte for byte with what storescp wrote.")


def send(folder: Path, destination: Destination, path: Path) -> tuple[list[Path], set[str]]:
    """Send all that can be sent; returns the files that were taken, and the names of those that were not."""
    taken, untaken = [], set()
    with migration.open_migration([folder], destination, path) as manifest:
        source.run(manifest, Control(), NoEvents())
        for rule in decisions.RULES.values():
            if rule.bucket and Action.SEND_LAST in rule.actions:
                decisions.decide(manifest, rule.topic, Action.SEND_LAST)
        copy.run(manifest, destination, Control(), NoEvents(), pauses=(0.01, 0.01))
        for row in ledger.rows(manifest):
            file = Path(os.fsdecode(os.path.join(row["folder_path"], row["file_name"])))
            if row["final_bucket"] == "copied":
                taken.append(file)
            elif row["final_bucket"] not in CANNOT_BE_SENT:
                untaken.add(file.name)
            else:
                assert row["topic"] in ("", "no_identity"), f"{file.name} was not sent"
    return taken, untaken


def digest(path: Path) -> bytes:
    return hashlib.sha256(archive.data_set(path)).digest()
