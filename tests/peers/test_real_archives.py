"""The files of pydicom and pydicom-data, copied to real servers: nothing is lost, nothing is changed."""

from __future__ import annotations

import csv
import os
from pathlib import Path

import pytest

from tests.peers import archive, servers
from tests.running import fingerprint, to, wizard


def expect_all_accounted_for(summary: dict, source: Path) -> None:
    entries = sum(len(files) for _, _, files in os.walk(source))
    assert summary["entries"] == entries
    assert sum(summary["buckets"].values()) == entries
    assert summary["balanced"] is True


@pytest.mark.orthanc
def test_everything_sent_to_orthanc_is_accounted_for_confirmed_and_sent_once(tmp_path: Path) -> None:
    source = archive.all_files(tmp_path / "source")
    before = fingerprint(source)
    with servers.orthanc(tmp_path / "orthanc") as destination:
        job = ["--source", source, *to(destination), "--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out"]
        first = wizard("run", *job, "--json")
        second = wizard("run", *job, "--json")
    assert first.code == 3, first.stderr
    expect_all_accounted_for(first.summary, source)
    assert first.summary["buckets"]["copied"] > 60
    assert first.summary["buckets"]["unknown"] == first.summary["buckets"]["pending"] == 0
    assert first.summary["instances"]["confirmed"] == first.summary["buckets"]["copied"]
    assert first.summary["instances"]["not_checked"] == 0
    assert second.summary["bytes_sent"] == 0
    assert second.summary["buckets"] == first.summary["buckets"]
    assert fingerprint(source) == before


@pytest.mark.dcmtk
def test_everything_sent_to_dcmqrscp_is_accounted_for_and_what_it_names_is_confirmed(tmp_path: Path) -> None:
    source = archive.all_files(tmp_path / "source")
    before = fingerprint(source)
    with servers.dcmqrscp(tmp_path) as destination:
        job = ["--source", source, *to(destination), "--manifest", tmp_path / "m.sqlite", "--export", tmp_path / "out"]
        # Its index is written by one process per association and loses entries when two write at once.
        ended = wizard("run", *job, "--associations", "1", "--json")
    assert ended.code == 3, ended.stderr
    expect_all_accounted_for(ended.summary, source)
    assert ended.summary["buckets"]["copied"] > 45
    assert ended.summary["instances"]["confirmed"] == ended.summary["buckets"]["copied"]
    assert ended.summary["instances"]["not_checked"] == 0
    assert fingerprint(source) == before


@pytest.mark.dcmtk
def test_storescp_receives_every_data_set_byte_for_byte(tmp_path: Path) -> None:
    archives = archive.without_conflicts(tmp_path / "source")
    before = fingerprint(tmp_path / "source")
    sent: list[bytes] = []
    with servers.storescp(tmp_path, "+uf") as destination:  # a file name of its own for each
        for number, source in enumerate(archives):
            job = ["--source", source, *to(destination), "--manifest", tmp_path / f"{number}.sqlite", "--no-verify"]
            ended = wizard("run", *job, "--export", tmp_path / "out", "--json", "--quiet")
            expect_all_accounted_for(ended.summary, source)
            assert ended.summary["buckets"]["conflict"] == 0
            copied = copied_files(tmp_path / "out" / "ledger.csv")
            assert len(copied) == ended.summary["buckets"]["copied"]
            sent += [archive.data_set(path) for path in copied]
        received = [archive.data_set(path) for path in (tmp_path / "received").iterdir()]
    assert len(sent) > 150
    assert sorted(sent) == sorted(received)
    assert fingerprint(tmp_path / "source") == before


def copied_files(ledger: Path) -> list[Path]:
    with open(ledger, encoding="utf-8-sig", newline="") as file:
        return [Path(row["path"]) for row in csv.DictReader(file) if row["bucket"] == "copied"]
