"""Copy the files of pydicom and pydicom-data to real servers: every file is accounted for."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from tests.peers import archive, servers
from tests.running import fingerprint, to, wizard


def expect_all_accounted_for(summary: dict[str, Any], source: Path) -> None:
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
