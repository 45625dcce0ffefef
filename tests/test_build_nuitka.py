"""The arguments with which the single binary is built."""

from __future__ import annotations

from pathlib import Path

import pytest

import build_nuitka

MSGCAT = Path("tcl8/8.6/msgcat-1.6.1.tm")


def test_on_linux_the_module_that_nuitka_forgets_is_added() -> None:
    assert f"--include-data-files={MSGCAT}=tcl8/8.6/" in build_nuitka.command(Path("dist"), "linux", "2.4.4", MSGCAT)


def test_on_windows_the_binary_is_an_exe_and_keeps_the_console_for_run() -> None:
    command = build_nuitka.command(Path("dist"), "win32", "2.4.4", None)
    assert "--output-filename=dicom-pacs-migrator.exe" in command
    assert "--windows-console-mode=attach" in command


@pytest.mark.parametrize(("version", "wanted"), [("2.4.4", False), ("3.0.2", True)])
def test_the_data_files_of_pydicom_are_added_where_it_has_some(version: str, wanted: bool) -> None:
    command = build_nuitka.command(Path("dist"), "linux", version, MSGCAT)
    assert ("--include-package-data=pydicom:*.json" in command) is wanted


def test_the_program_comes_last_and_exists() -> None:
    program = Path(build_nuitka.command(Path("dist"), "linux", "2.4.4", MSGCAT)[-1])
    assert (program / "__main__.py").exists()


def test_tcl_says_where_its_module_lies() -> None:
    pytest.importorskip("tkinter")
    assert build_nuitka.tcl_msgcat().name.startswith("msgcat")
    assert build_nuitka.tcl_msgcat().exists()
