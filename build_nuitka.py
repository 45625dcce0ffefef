"""Build the single binary, for the system and the kind of Python it runs on:

    python build_nuitka.py [FOLDER] [--standalone] [-- OPTIONS OF NUITKA]

The needed packages are fetched into an environment of their own, as on the first start of the program. FOLDER (default:
dist) then holds the binary, its SHA-256, the list of its content and the licences, and the binary has passed its own
`--self-test`. With `--standalone` the result is a folder, packed as a zip file, for computers whose virus scanner
distrusts a file that unpacks itself. On Windows use Python 3.8 x64, the last one for Windows 7 and Server 2008 R2, with
MSVC or MinGW64; on Linux `patchelf` must be installed.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import re
import runpy
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Sequence
from xml.etree import ElementTree

from wizard import __version__
from wizard.start import bootstrap, unpacked

ROOT = Path(__file__).resolve().parent
ASSETS = ROOT / "assets"
PACKAGING = ROOT / "packaging"
NAME = "dicom-pacs-migrator"
_NOT_FOLLOWED = (
    *("pynetdicom.tests", "pynetdicom.apps", "pynetdicom.benchmarks", "pydicom.benchmarks"),
    *("*.tests", "pkg_resources", "setuptools"),
    *("numpy", "cryptography", "lxml"),  # optional for the packages that we use
    *("readline", "curses"),  # for typing at a console; the library of the first is under the GPL
)
# Compiling these would take most of the time and gain nothing: the program spends little time in them.
_AS_BYTECODE = (
    "pydicom",
    "pynetdicom",
    "PIL",
    "fpdf",
    "fontTools",
    "ttkbootstrap",
    "defusedxml",
    "platformdirs",
    "ifaddr",
    "polib",
    "tkinterdnd2",
)
_UCRT = "Windows Kits/10/Redist/*/ucrt/DLLs/x64"  # of the Windows SDK, for computers that lack update KB2999226


def command(
    folder: Path, platform: str, pydicom: str, forgotten: Sequence[str] = (), standalone: bool = False
) -> list[str]:
    """Return the arguments of Nuitka.

    Parameters
    ----------
    folder : Path
        The folder for the binary.
    platform : str
        `sys.platform` of the target system.
    pydicom : str
        The version of pydicom; from 3.0 on it reads data files of its own at import.
    forgotten : sequence of str
        The result of `forgotten_files`.
    standalone : bool
        Build a folder and not one file.
    """
    suffix = ".exe" if platform == "win32" else ""
    arguments = [
        f"--mode={'standalone' if standalone else 'onefile'}",
        *("--enable-plugin=tk-inter", "--assume-yes-for-downloads", "--lto=no"),
        *(f"--output-dir={folder}", f"--output-filename={NAME}{suffix}", f"--report={folder / NAME}.inside.xml"),
        *("--include-package=wizard", "--include-package-data=wizard", "--include-package-data=fpdf"),
        "--include-package=pydicom.encoders",
        *(f"--include-distribution-metadata={name}" for name in ("pydicom", "pynetdicom")),
        f"--nofollow-import-to={','.join(_NOT_FOLLOWED)}",
        *(f"--noinclude-custom-mode={name}:bytecode" for name in _AS_BYTECODE),
        *("--product-name=DICOM PACS Migrator", f"--product-version={__version__}", f"--file-version={__version__}"),
        "--company-name=DICOM PACS Migrator contributors",
        "--file-description=Copies the images of an old PACS to a new one",
        "--copyright=MIT licence",
    ]
    if not standalone:
        arguments += [
            # It unpacks once for each version: virus scanners and firewalls then see the same program at every start.
            f"--onefile-tempdir-spec={{CACHE_DIR}}/{NAME}/{unpacked.NAME}{__version__}",
            "--onefile-child-grace-time=15000",  # milliseconds; time for the manifest to close
        ]
    if pydicom.split(".")[0] >= "3":
        arguments += ["--include-package-data=pydicom:*.json", "--include-package=pydicom.pixels"]
    if platform == "win32":
        # `run` prints on the console from which it was started; without one, none appears. No --windows-uac-admin: the
        # binary runs with the rights of the person who starts it (asInvoker).
        arguments += ["--windows-console-mode=attach", f"--windows-icon-from-ico={ASSETS / 'icon.ico'}"]
    arguments += [f"--include-data-files={files}" for files in forgotten]
    return [*arguments, "--python-flag=-m", str(ROOT / "wizard")]


def forgotten_files() -> list[str]:
    """Find the files that Nuitka leaves out everywhere but on Windows, each as `source=target`.

    These are Tcl's modules, of which ttkbootstrap needs one (msgcat) to start, and two libraries that Nuitka expects on
    every Linux: zlib, and the C++ library, which the shaping of letters in the PDF needs.
    """
    if sys.platform == "win32":
        return []
    import tkinter
    import zlib

    import uharfbuzz

    tcl = tkinter.Tcl()
    script: str = tcl.eval("package ifneeded msgcat [package require msgcat]")
    found = [f"{Path(tcl.eval(f'lindex {{{script}}} end')).parent}/*.tm=tcl8/8.6/"]
    loaded = Path("/proc/self/maps")
    if loaded.exists():
        libraries = re.findall(r"(/\S*/(lib(?:z|stdc\+\+)\.so\.\d+)\S*)$", loaded.read_text(), re.MULTILINE)
        found += [f"{library}={name}" for library, name in sorted(set(libraries))]
    assert zlib.ZLIB_RUNTIME_VERSION and uharfbuzz.__version__  # loaded, and their libraries with them
    return found


def for_old_windows() -> tuple[list[str], dict[str, str]]:
    """Return what a binary for Windows 7 and Server 2008 R2 needs in addition: arguments of Nuitka, and environment."""
    if sys.platform != "win32" or sys.version_info >= (3, 9):
        return [], {}
    header = PACKAGING / "windows7.h"
    environment = {"CFLAGS": f"-include {header.as_posix()} {os.environ.get('CFLAGS', '')}", "CL": f'/FI"{header}"'}
    found = sorted(Path(os.environ.get("PROGRAMFILES(X86)", "C:/Program Files (x86)")).glob(_UCRT))
    return ([f"--include-raw-dir={found[-1]}=."] if found else []), environment


def left_out(report: Path) -> list[str]:
    """Find the data files below wizard/ that a build lacks, by the report that Nuitka wrote of it."""
    inside = {node.attrib["name"].replace("\\", "/") for node in ElementTree.parse(report).getroot().iter("data_file")}
    files = [path.relative_to(ROOT).as_posix() for path in (ROOT / "wizard").rglob("*") if path.is_file()]
    return sorted(file for file in files if not file.endswith((".py", ".pyc")) and file not in inside)


def licences_of(report: Path) -> str:
    """Collect the licences of all parts of a build, by the report that Nuitka wrote of it.

    The helper is run by its path. An import of `packaging` finds the library of that name, which pytest needs.
    """
    text: str = runpy.run_path(str(PACKAGING / "licences.py"))["text"](report)
    return text


def main(arguments: list[str]) -> int:
    bootstrap.prepare("build_nuitka", arguments, extra="build")
    import pydicom

    at = arguments.index("--") if "--" in arguments else len(arguments)
    own, more = arguments[:at], arguments[at + 1 :]
    parser = argparse.ArgumentParser(description="Build the single binary.")
    parser.add_argument("folder", nargs="?", default="dist", type=Path)
    parser.add_argument("--standalone", action="store_true", help="a folder, packed as a zip file")
    options = parser.parse_args(own)
    folder = options.folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)

    started = time.monotonic()
    extra, environment = for_old_windows()
    made = command(folder, sys.platform, pydicom.__version__, forgotten_files(), options.standalone)
    nuitka = [sys.executable, "-m", "nuitka", *made[:-2], *extra, *more, *made[-2:]]
    code = subprocess.call(nuitka, env={**os.environ, **environment}, stdin=subprocess.DEVNULL)
    if code:
        return code
    minutes = (time.monotonic() - started) / 60
    lost = left_out(folder / f"{NAME}.inside.xml")
    if lost:
        print(f"The build left out {', '.join(lost)}.", file=sys.stderr)
        return 1

    suffix = ".exe" if sys.platform == "win32" else ""
    binary = (folder / "wizard.dist" if options.standalone else folder) / f"{NAME}{suffix}"
    licences = folder / f"{NAME}.licences.txt"
    licences.write_text(licences_of(folder / f"{NAME}.inside.xml"), encoding="utf-8")
    code = subprocess.call([str(binary), "--self-test"], stdin=subprocess.DEVNULL)
    artefact = packed(binary.parent, licences) if options.standalone else binary
    digest = hashlib.sha256(artefact.read_bytes()).hexdigest()
    artefact.with_name(artefact.name + ".sha256").write_bytes(f"{digest}  {artefact.name}\n".encode())
    print(f"{artefact}: {artefact.stat().st_size / 1e6:.1f} MB, built in {minutes:.1f} minutes, SHA-256 {digest}")
    return code


def packed(folder: Path, licences: Path) -> Path:
    """Pack the folder of the program under its own name, which the single file beside it also has."""
    apart = folder.with_name("packed")
    if apart.exists():
        shutil.rmtree(apart)
    apart.mkdir()
    folder.rename(apart / NAME)
    shutil.copy(licences, apart / NAME)
    return Path(shutil.make_archive(str(folder.with_name(NAME)), "zip", str(apart), NAME))


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
