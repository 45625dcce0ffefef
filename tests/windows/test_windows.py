"""Run the program on a Windows Python 3.8 under Wine: its engine, real servers, the window, and the self-test."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Iterator

import pytest

from tests.peers import servers
from tests.running import fingerprint, to
from tests.windows.wine import WindowsPython, windows_path
from wizard.practice.archive import make_archive
from wizard.start import bootstrap

pytestmark = [pytest.mark.wine, pytest.mark.timeout(1800)]

ENGINE = sorted(path.name for path in (bootstrap.ROOT / "tests" / "engine").glob("test_*.py"))
"""Each runs in a process of its own: one that hangs or dies does not affect the others."""


@pytest.fixture(scope="module")
def python() -> Iterator[WindowsPython]:
    with WindowsPython().kept_running() as found:
        yield found


def test_it_is_a_windows_7_to_the_program(python: WindowsPython) -> None:
    done = python.run("-c", "import sys; print(sys.version_info[:2], sys.getwindowsversion()[:3])")
    assert done.stdout.split() == ["(3,", "8)", "(6,", "1,", "7601)"]


@pytest.mark.screen
def test_the_self_test_passes(python: WindowsPython) -> None:
    done = python.run("-m", "wizard", "--self-test", timeout=600)
    print(done.stdout)
    assert done.returncode == 0, done.stdout
    assert "window with Tk 8.6.9" in done.stdout


@pytest.mark.screen
def test_a_person_walks_through_the_window(python: WindowsPython, tmp_path: Path) -> None:
    """Through all six pages in practice mode; a picture of each is kept in PICTURES, if that names a folder."""
    folder = Path(os.environ.get("PICTURES", str(tmp_path)))
    done = python.run("-m", "tests.windows.walk", windows_path(folder), timeout=600)
    assert done.returncode == 0, done.stdout
    assert len(list(folder.glob("windows-*.png"))) >= 5


@pytest.mark.orthanc
def test_everything_sent_to_orthanc_is_accounted_for_and_confirmed(python: WindowsPython, tmp_path: Path) -> None:
    source = tmp_path / "source"
    make_archive(source)
    before = fingerprint(source)
    with servers.orthanc(tmp_path / "orthanc") as destination:
        done = python.run(
            *("-m", "wizard", "run", "--source", windows_path(source), *to(destination), "--json", "--quiet"),
            *("--manifest", windows_path(tmp_path / "m.sqlite"), "--export", windows_path(tmp_path / "out")),
            timeout=600,
        )
    assert done.returncode == 3, done.stdout  # the practice archive holds what cannot be copied
    summary = json.loads(done.stdout.splitlines()[-1])
    print(summary["buckets"], summary["instances"])
    assert summary["balanced"] is True
    assert summary["entries"] == len(before)
    assert summary["instances"]["confirmed"] == summary["buckets"]["copied"] >= 300
    assert summary["buckets"]["unknown"] == summary["buckets"]["pending"] == 0
    assert summary["instances"]["not_checked"] == 0
    assert fingerprint(source) == before


@pytest.mark.parametrize("tests", [*(f"engine/{name}" for name in ENGINE), "manifest", "practice"])
def test_the_tests_pass(python: WindowsPython, tests: str) -> None:
    done = python.run(
        *("-m", "pytest", "-q", "-rs", "-m", "not slow", "-p", "no:cacheprovider", "-W", "ignore", f"tests/{tests}"),
        timeout=1500,
    )
    print(done.stdout[-2000:])
    assert done.returncode == 0, done.stdout[-4000:]
