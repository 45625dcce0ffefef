"""Test the removal of unpacked versions: a binary keeps its own and those that still run."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Iterator

import pytest

from wizard.start import bootstrap, unpacked

OTHER = """
import sys
from pathlib import Path
from wizard.start import unpacked
unpacked.tidy_beside(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


@pytest.fixture(autouse=True)
def let_go() -> Iterator[None]:
    """Release the locks that a test held in this process."""
    yield
    release()


def release() -> None:
    while unpacked._held:
        unpacked._held.pop().release()


@pytest.fixture
def versions(tmp_path: Path) -> dict[str, Path]:
    """Folders as three versions and a private environment would leave them, each with a file inside."""
    found = {}
    for name in ("binary-0.1.0", "binary-0.2.0", "binary-1.0.0", "cpython-38-abc"):
        found[name] = tmp_path / name
        found[name].mkdir()
        (found[name] / "program").write_text("x")
    return found


def test_earlier_versions_are_removed_and_nothing_else(versions: dict[str, Path]) -> None:
    unpacked.tidy_beside(versions["binary-1.0.0"])
    assert [name for name, folder in versions.items() if folder.exists()] == ["binary-1.0.0", "cpython-38-abc"]
    assert (versions["binary-1.0.0"] / "program").exists()


def test_a_version_that_runs_is_kept_until_it_has_ended(versions: dict[str, Path]) -> None:
    running = subprocess.Popen(
        [sys.executable, "-c", OTHER, str(versions["binary-0.1.0"])], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert running.stdout is not None
    assert running.stdout.readline() == b"held\n"
    versions["binary-1.0.0"].mkdir(exist_ok=True)  # the one that runs has removed what nobody held
    unpacked.tidy_beside(versions["binary-1.0.0"])
    assert versions["binary-0.1.0"].exists()
    running.communicate()
    release()
    unpacked.tidy_beside(versions["binary-1.0.0"])
    assert not versions["binary-0.1.0"].exists()


def test_the_signs_of_those_that_have_ended_are_removed(versions: dict[str, Path]) -> None:
    old = versions["binary-1.0.0"] / "in-use-999999"
    old.touch()
    unpacked.tidy_beside(versions["binary-1.0.0"])
    assert sorted(path.name for path in versions["binary-1.0.0"].glob("in-use-*")) == [f"in-use-{os.getpid()}"]


def test_what_was_not_unpacked_removes_nothing(versions: dict[str, Path], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "ROOT", versions["cpython-38-abc"])
    unpacked.tidy()
    assert all(folder.exists() for folder in versions.values())
    monkeypatch.setattr(bootstrap, "ROOT", versions["binary-0.2.0"])
    unpacked.tidy()
    assert not versions["binary-0.1.0"].exists()
