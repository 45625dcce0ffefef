"""The Windows binary under Wine, which calls itself Windows 7. No proof for a real one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.windows.wine import WindowsPython

pytestmark = [pytest.mark.binary, pytest.mark.wine, pytest.mark.timeout(3600)]

#: What came with update KB2533623 or later: a program that imports one by name does not start on a bare Windows 7.
NEWER = (b"AddDllDirectory", b"SetDefaultDllDirectories", b"GetSystemTimePreciseAsFileTime", b"CreateFile2")


def test_it_passes_its_self_test(exe: Path) -> None:
    with WindowsPython().kept_running() as python:
        done = python.start(exe, "--self-test", timeout=600)
    print(done.stdout)
    assert done.returncode == 0, done.stdout
    assert "compiled" in done.stdout


def test_it_is_smaller_than_45_mb(exe: Path) -> None:
    assert exe.stat().st_size < 45e6


def test_it_asks_for_the_rights_of_the_user_alone(exe: Path) -> None:
    content = exe.read_bytes()
    assert b"asInvoker" in content
    assert b"requireAdministrator" not in content


def test_what_starts_first_imports_nothing_newer_than_windows_7(exe: Path) -> None:
    import subprocess

    listed = subprocess.run(["x86_64-w64-mingw32-objdump", "-p", str(exe)], stdout=subprocess.PIPE, check=True).stdout
    assert b"KERNEL32" in listed.upper()
    assert [name for name in NEWER if name in listed] == []
