"""The binaries under test: each is built once a run, which takes about ten minutes."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.binary.bare import BareComputer
from tests.windows.wine import WindowsPython
from wizard import bootstrap

NAME = "dicom-pacs-migrator"


@pytest.fixture(scope="session")
def binary() -> Path:
    """The binary of this system, built by the one command; its objects are kept for the next time."""
    folder = bootstrap.cache_folder() / f"built-{sys.implementation.cache_tag}"
    subprocess.run([sys.executable, "build_nuitka.py", str(folder)], cwd=str(bootstrap.ROOT), check=True)
    return folder / NAME


@pytest.fixture
def bare(binary: Path, tmp_path: Path) -> BareComputer:
    root = tmp_path / "bare"
    root.mkdir()
    return BareComputer(root, binary)


@pytest.fixture(scope="session")
def exe() -> Path:
    """The binary for Windows, built under Wine."""
    folder = bootstrap.cache_folder() / "built-windows"
    with WindowsPython().kept_running() as python:
        done = python.build(folder)
    assert done.returncode == 0, done.stdout[-4000:]
    return folder / f"{NAME}.exe"
