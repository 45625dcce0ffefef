"""Test that the program starts itself again: from source, or as the binary."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

from wizard import __version__
from wizard.start import again, bootstrap


def test_from_source_it_is_the_module_of_this_python() -> None:
    assert again.command() == [sys.executable, "-m", "wizard"]
    said = subprocess.run([*again.command(), "--version"], stdout=subprocess.PIPE, cwd=str(bootstrap.ROOT), check=True)
    assert said.stdout.decode().strip() == __version__


@pytest.mark.skipif(sys.platform != "linux", reason="where it lies is asked in another way")
def test_a_binary_is_what_runs_now_whatever_was_typed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "is_compiled", lambda: True)
    monkeypatch.setattr(sys, "argv", ["migrator"])  # found on the search path
    (program,) = again.command()
    assert os.path.isabs(program)
    assert os.path.samefile(program, sys.executable)
