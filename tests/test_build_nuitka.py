"""Test the arguments that build the single binary, and the text of the licences."""

from __future__ import annotations

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

import build_nuitka
from wizard import __version__
from wizard.start import bootstrap

FORGOTTEN = ("/tcl8/8.6/*.tm=tcl8/8.6/", "/lib/libz.so.1=libz.so.1")
REPORT = """<nuitka-compilation-report>
  <included_dll name="libssl.so.3" source_path="/usr/lib/x86_64-linux-gnu/libssl.so.3" />
  <included_dll name="tk86t.dll" source_path="C:\\Python38\\DLLs\\tk86t.dll" />
  <distributions><distribution name="pydicom" version="2.4.4" /><distribution name="missing" /></distributions>
</nuitka-compilation-report>"""


def command(platform: str = "linux", pydicom: str = "2.4.4", standalone: bool = False) -> list[str]:
    return build_nuitka.command(Path("dist"), platform, pydicom, FORGOTTEN, standalone)


def test_the_files_that_nuitka_forgets_are_added() -> None:
    assert {f"--include-data-files={files}" for files in FORGOTTEN} < set(command())


@pytest.mark.skipif(sys.platform == "win32", reason="there Nuitka forgets nothing")
def test_the_modules_of_tcl_and_the_libraries_are_found_where_they_lie() -> None:
    pytest.importorskip("tkinter")
    modules, *libraries = build_nuitka.forgotten_files()
    source, _, target = modules.partition("=")
    assert list(Path(source).parent.glob("msgcat-*.tm"))
    assert target == "tcl8/8.6/"
    for library in libraries:
        assert Path(library.split("=")[0]).is_file()
    if sys.platform == "linux":  # a computer without a compiler or a browser may lack the second
        assert {library.split("=")[1] for library in libraries} >= {"libz.so.1", "libstdc++.so.6"}


def test_on_windows_the_binary_is_an_exe_with_an_icon_and_keeps_the_console_for_run() -> None:
    made = command("win32")
    assert "--output-filename=dicom-pacs-migrator.exe" in made
    assert "--windows-console-mode=attach" in made
    (icon,) = (argument.split("=")[1] for argument in made if argument.startswith("--windows-icon-from-ico="))
    assert Path(icon).is_file()


@pytest.mark.parametrize("platform", ["linux", "win32", "darwin"])
def test_nobody_is_asked_for_the_rights_of_an_administrator(platform: str) -> None:
    assert not any("uac" in argument for argument in command(platform))


def test_the_version_has_one_source() -> None:
    made = command()
    assert f"--product-version={__version__}" in made
    assert f"--file-version={__version__}" in made
    assert f"--onefile-tempdir-spec={{CACHE_DIR}}/dicom-pacs-migrator/binary-{__version__}" in made


def test_it_is_unpacked_beside_the_private_environments() -> None:
    assert bootstrap.cache_folder().name == build_nuitka.NAME


def test_a_folder_is_not_unpacked_anywhere() -> None:
    made = command(standalone=True)
    assert "--mode=standalone" in made
    assert not any("tempdir" in argument for argument in made)


def test_the_folder_is_packed_beside_the_single_file_of_the_same_name(tmp_path: Path) -> None:
    single, licences = tmp_path / build_nuitka.NAME, tmp_path / "licences.txt"
    for path in (single, licences):
        path.write_text("kept")
    for _ in range(2):  # an earlier one is replaced
        program = tmp_path / "wizard.dist" / build_nuitka.NAME
        program.parent.mkdir()
        program.touch(0o755)
        with zipfile.ZipFile(build_nuitka.packed(program.parent, licences)) as archive:
            names = {name for name in archive.namelist() if not name.endswith("/")}
            assert names == {f"{build_nuitka.NAME}/{build_nuitka.NAME}", f"{build_nuitka.NAME}/licences.txt"}
    assert single.read_text() == "kept"


@pytest.mark.parametrize(("version", "wanted"), [("2.4.4", False), ("3.0.2", True)])
def test_the_data_files_of_pydicom_are_added_where_it_has_some(version: str, wanted: bool) -> None:
    assert ("--include-package-data=pydicom:*.json" in command(pydicom=version)) is wanted


def test_the_data_files_of_the_program_are_added_whatever_they_are() -> None:
    assert "--include-package-data=wizard" in command()


def test_a_data_file_that_the_build_left_out_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(build_nuitka, "ROOT", tmp_path)
    files = ("ui/locale/de/LC_MESSAGES/wizard.mo", "report/fonts/text.ttf", "cli.py", "__pycache__/cli.cpython-38.pyc")
    for file in files:
        path = tmp_path / "wizard" / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    report = tmp_path / "inside.xml"
    report.write_text("<report><data_file name='wizard\\report\\fonts\\text.ttf' /></report>")
    assert build_nuitka.left_out(report) == ["wizard/ui/locale/de/LC_MESSAGES/wizard.mo"]


def test_the_program_comes_last_and_exists() -> None:
    assert (Path(command()[-1]) / "__main__.py").exists()


def test_the_folder_of_the_helpers_does_not_hide_the_library_of_its_name(project: Path) -> None:
    """The project's root is the first place where Python looks; a folder without `__init__.py` is the last it takes."""
    assert (project / "packaging").is_dir()
    ask = "import packaging.version; print(packaging.__file__)"
    said = subprocess.check_output([sys.executable, "-c", ask], cwd=str(project), encoding="utf-8")
    assert project not in Path(said.strip()).parents


def test_the_header_for_windows_7_lies_where_the_build_looks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(sys, "version_info", (3, 8, 10))
    header = Path(build_nuitka.for_old_windows()[1]["CL"].split('"')[1])
    assert header.is_file()


def test_everything_inside_has_a_licence_or_is_named(tmp_path: Path) -> None:
    report = tmp_path / "report.xml"
    report.write_text(REPORT)
    text = build_nuitka.licences_of(report)
    for expected in (
        "DICOM PACS Migrator",
        "MIT License",
        "Python",
        "DejaVuSansCondensed.ttf",
        "Bitstream Vera",
        "pydicom ",
        "libssl.so.3",
        "tk86t.dll",
        "Microsoft",
    ):
        assert expected in text
    assert "missing" in text
    assert "not known to this build" in text
