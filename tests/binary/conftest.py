"""The binaries under test: each is built once a run, which takes about ten minutes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.binary.bare import BareComputer
from tests.end_of_run import TABLE
from tests.windows.wine import WindowsPython
from wizard.start import bootstrap

NAME = "dicom-pacs-migrator"


@pytest.fixture(scope="session")
def figures(pytestconfig: pytest.Config) -> list[str]:
    """Sizes and times, printed when all is done."""
    return pytestconfig.stash[TABLE]


def built(done: subprocess.CompletedProcess[str], figures: list[str]) -> None:
    """Keep what a build says of its size and time."""
    assert done.returncode == 0, done.stdout[-4000:]
    figures += [line for line in done.stdout.splitlines() if " MB, built in " in line]


@pytest.fixture(scope="session")
def binary(figures: list[str]) -> Path:
    """The binary of this system, built by the one command; its objects are kept for the next time."""
    folder = bootstrap.cache_folder() / f"built-{sys.implementation.cache_tag}"
    command = [sys.executable, "build_nuitka.py", str(folder)]
    piped: dict[str, Any] = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT}
    built(subprocess.run(command, cwd=str(bootstrap.ROOT), encoding="utf-8", errors="replace", **piped), figures)
    return folder / NAME


@pytest.fixture
def bare(binary: Path, tmp_path: Path) -> BareComputer:
    root = tmp_path / "bare"
    root.mkdir()
    return BareComputer(root, binary)


@pytest.fixture(scope="session")
def exe(figures: list[str]) -> Path:
    """The binary for Windows, built under Wine."""
    folder = bootstrap.cache_folder() / "built-windows"
    with WindowsPython().kept_running() as python:
        built(python.build(folder), figures)
    return folder / f"{NAME}.exe"
