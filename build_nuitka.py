"""Build the single binary: `python build_nuitka.py [FOLDER]`, for the system it runs on.

Run it in an environment that holds the program's own dependencies (requirements.lock) and what `BUILDERS` names,
without numpy. The result lies in FOLDER (default: dist), with its SHA-256 beside it. On Windows use Python 3.8
x64, the last one for Windows 7 and Server 2008 R2, with MSVC or MinGW64; on Linux `patchelf` must be installed.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from pathlib import Path

from wizard import __version__

ROOT = Path(__file__).resolve().parent
BUILDERS = ("nuitka==4.3.3", "zstandard")
NAME = "dicom-pacs-migrator"
_NOT_FOLLOWED = (
    *("pynetdicom.tests", "pynetdicom.apps", "pynetdicom.benchmarks", "pydicom.benchmarks"),
    *("*.tests", "pkg_resources", "setuptools", "numpy"),
)


def command(folder: Path, platform: str, pydicom: str, msgcat: Path | None) -> list[str]:
    """The arguments of Nuitka.

    Parameters
    ----------
    folder : Path
        Where the binary goes.
    platform : str
        `sys.platform` of the system it is for.
    pydicom : str
        The version of pydicom; from 3.0 on it reads data files of its own at import.
    msgcat : Path or None
        Tcl's msgcat module, which Nuitka leaves out everywhere but on Windows; without it ttkbootstrap cannot start.
    """
    suffix = ".exe" if platform == "win32" else ""
    arguments = [
        *("--mode=onefile", "--enable-plugin=tk-inter", "--assume-yes-for-downloads", "--lto=no"),
        f"--output-dir={folder}",
        f"--output-filename={NAME}{suffix}",
        "--include-package=wizard",
        "--include-package-data=wizard",
        "--include-package=pydicom.encoders",
        *(f"--include-distribution-metadata={name}" for name in ("pydicom", "pynetdicom")),
        f"--nofollow-import-to={','.join(_NOT_FOLLOWED)}",
        *("--product-name=DICOM PACS Migrator", f"--product-version={__version__}", f"--file-version={__version__}"),
        "--company-name=DICOM PACS Migrator contributors",
        "--file-description=Copies the images of an old PACS to a new one",
        # Unpacked once for each version: virus scanners and firewalls then see the same program at every start.
        "--onefile-tempdir-spec={CACHE_DIR}/{COMPANY}/{PRODUCT}/{VERSION}",
        "--onefile-child-grace-time=15000",  # milliseconds; time for the manifest to close
    ]
    if pydicom.split(".")[0] >= "3":
        arguments += ["--include-package-data=pydicom:*.json", "--include-package=pydicom.pixels"]
    if platform == "win32":
        arguments += ["--windows-console-mode=attach"]
    elif msgcat is not None:
        arguments += [f"--include-data-files={msgcat}=tcl8/8.6/"]
    return [*arguments, "--python-flag=-m", str(ROOT / "wizard")]


def tcl_msgcat() -> Path:
    """Where this Python's Tcl keeps its msgcat module."""
    import tkinter

    tcl = tkinter.Tcl()
    version = tcl.eval("package require msgcat")
    script: str = tcl.eval(f"package ifneeded msgcat {version}")
    return Path(tcl.eval(f"lindex {{{script}}} end"))


def main(arguments: list[str]) -> int:
    import pydicom

    folder = Path(arguments[0] if arguments else "dist").resolve()
    msgcat = None if sys.platform == "win32" else tcl_msgcat()
    code = subprocess.call(
        [sys.executable, "-m", "nuitka", *command(folder, sys.platform, pydicom.__version__, msgcat)]
    )
    if code:
        return code
    for binary in folder.glob(f"{NAME}*"):
        if binary.is_file() and binary.suffix in ("", ".exe"):
            digest = hashlib.sha256(binary.read_bytes()).hexdigest()
            binary.with_name(binary.name + ".sha256").write_text(f"{digest}  {binary.name}\n")
            print(f"{binary}: {binary.stat().st_size / 1e6:.1f} MB, SHA-256 {digest}")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
