"""The program on a Windows Python 3.8 under Wine: its engine, real servers, the window, and the self-test."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

import pytest

from tests.windows.wine import WindowsPython, windows_path

pytestmark = [pytest.mark.wine, pytest.mark.timeout(1800)]

ENGINE = ("source", "walk", "readers", "check", "copy", "verify", "export", "migration", "paths", "readonly", "commit")


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


@pytest.mark.parametrize("step", ENGINE)
def test_the_tests_of_the_engine_pass(python: WindowsPython, step: str) -> None:
    done = python.run(
        *("-m", "pytest", "-q", "-m", "not slow", "-p", "no:cacheprovider", "-W", "ignore"),
        f"tests/engine/test_{step}.py",
        timeout=1500,
    )
    print(done.stdout[-2000:])
    assert done.returncode == 0, done.stdout[-4000:]
