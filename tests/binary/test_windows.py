"""The Windows binary under Wine, which calls itself Windows 7. No proof for a real one."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import time
from pathlib import Path
from typing import Iterator

import pytest

from tests.binary import window
from tests.windows.wine import TRIPLET, WindowsPython

pytestmark = [pytest.mark.binary, pytest.mark.wine, pytest.mark.timeout(3600)]

#: Functions of update KB2533623 or later: a program that imports one by name does not start on a bare Windows 7.
NEWER = (b"AddDllDirectory", b"SetDefaultDllDirectories", b"GetSystemTimePreciseAsFileTime", b"CreateFile2")
#: Of the libraries that something inside asks for, those that every Windows 7 and Server 2008 R2 has.
OF_WINDOWS_7 = {
    *("advapi32", "bcrypt", "comctl32", "comdlg32", "crypt32", "dwrite", "gdi32", "imm32", "iphlpapi", "kernel32"),
    *("msvcrt", "netapi32", "ole32", "oleaut32", "psapi", "rpcrt4", "shell32", "shlwapi", "user32", "userenv"),
    *("usp10", "version", "ws2_32"),
}
OURS = "AppData/Local/dicom-pacs-migrator"


@pytest.fixture
def windows(exe: Path) -> Iterator[WindowsPython]:
    """Provide a Windows on which the binary was never started."""
    with WindowsPython().kept_running() as python:
        shutil.rmtree(python.home / OURS, ignore_errors=True)
        yield python


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def imports(file: Path) -> set[str]:
    """List the libraries that a Windows program or library imports."""
    dump = subprocess.run([f"{TRIPLET}-objdump", "-p", str(file)], stdout=subprocess.PIPE, check=True).stdout
    return {name.decode().lower() for name in re.findall(rb"DLL Name: (\S+)", dump)}


def test_it_passes_its_self_test_and_leaves_only_what_it_unpacked(
    exe: Path, windows: WindowsPython, figures: list[str]
) -> None:
    before = files(windows.home)
    done = windows.start(exe, "--self-test", timeout=600)
    assert done.returncode == 0, done.stdout
    figures.append(f"under Wine: {done.stdout.strip()}")
    assert "compiled" in done.stdout and "window with Tk" in done.stdout
    left = files(windows.home) - before
    assert left and all(file.startswith(f"{OURS}/binary-") for file in left)


@pytest.mark.screen
def test_the_window_shows_and_closes(exe: Path, windows: WindowsPython, figures: list[str], tmp_path: Path) -> None:
    for kind in ("cold", "warm"):
        started = time.monotonic()
        running = windows.begin(exe, "--practice")
        seconds = window.seconds_until_it_shows(started)
        figures.append(f"Windows under Wine, {kind} start to the window: {seconds:.2f} s")
        if kind == "warm":
            window.picture(Path(os.environ.get("PICTURES", str(tmp_path))) / "binary-windows.png")
        assert window.close(running) == 0, running.communicate()


def test_it_is_smaller_than_45_mb(exe: Path) -> None:
    assert exe.stat().st_size < 45e6


def test_it_asks_for_the_rights_of_the_user_alone(exe: Path) -> None:
    content = exe.read_bytes()
    assert b"asInvoker" in content
    assert b"requireAdministrator" not in content


def test_what_starts_first_imports_nothing_newer_than_windows_7(exe: Path) -> None:
    listed = subprocess.run([f"{TRIPLET}-objdump", "-p", str(exe)], stdout=subprocess.PIPE, check=True).stdout
    assert b"KERNEL32" in listed.upper()
    assert [name for name in NEWER if name in listed] == []
    assert imports(exe) <= {f"{name}.dll" for name in OF_WINDOWS_7}


def test_each_library_that_something_inside_asks_for_is_inside_or_comes_with_windows_7(exe: Path) -> None:
    inside = [path for path in exe.with_name("wizard.dist").rglob("*") if path.suffix in (".exe", ".dll", ".pyd")]
    there = {path.name.lower() for path in inside} | {f"{name}.dll" for name in OF_WINDOWS_7}
    assert "vcruntime140.dll" in there
    lacking = {path.name: imports(path) - there for path in inside if not path.name.startswith("api-ms-win-")}
    assert {name: missing for name, missing in lacking.items() if missing} == {}
