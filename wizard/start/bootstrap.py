"""Set up the first run from source: a private environment with the packages that the program needs.

`python3 -m wizard` must work on a computer that has Python and nothing of ours, and must leave the packages of the
system and of the user as they are. So the locked packages are installed into an environment of their own in the user's
cache folder, and the program starts again with the Python of that environment. Where this interpreter has suitable
packages already, and in a compiled binary, nothing is done.

All output goes to standard error. This module imports the standard library only, and nothing of ours.
"""

from __future__ import annotations

import os
import re
import sys
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import Iterator, NoReturn, Sequence

ROOT = Path(__file__).resolve().parent.parent.parent
PROJECT = ROOT / "pyproject.toml"
EXIT_WRONG_USE = 2
EXIT_INTERRUPTED = 130

_FINISHED = "finished"  # the file that is written into an environment last
_ELSEWHERE = ("PIP_TARGET", "PIP_PREFIX", "PIP_ROOT")
_DETAILS = 12  # lines of a failed command that are shown
_WITHOUT_WINDOW = "or use the command line: '{} run --help' describes it"
_REASONS = {  # output of a failed command -> what it means, and what to do
    r"No space left on device": "the disk is full. Free up about 200 MB on it, then start again.",
    r"CERTIFICATE_VERIFY_FAILED|SSLError": "no trusted connection to the package index could be established. Ask IT for"
    " the certificate file of this network, specify it in PIP_CERT, then start again.",
    r"DO NOT MATCH THE HASHES": "a downloaded package failed its integrity check and was not used."
    " Start again; if it happens again, ask IT whether a proxy changes downloads.",
    r"[Cc]onnection(Error)? |Connect(ion)?Timeout|ReadTimeout|ProxyError|NameResolution|Max retries": "the"
    " package index cannot be reached. Connect this computer to the internet (behind a proxy, set HTTPS_PROXY), then"
    " start again.",
    r"No matching distribution found": "there is no ready-made package for this version of Python or this type of"
    " computer. Start the program with another Python, 3.8 to 3.13.",
}


class SetUpFailed(Exception):
    """The private environment could not be made. The person reads the text, support reads `details`."""

    def __init__(self, sentence: str, details: str = "") -> None:
        super().__init__(sentence)
        self.details = details


def prepare(module: str, arguments: Sequence[str], *, extra: str = "", window: bool = False) -> None:
    """Return when this interpreter has all packages that `module` needs; otherwise start again with one that has.

    In the second case this call does not return: the process becomes `python -m module arguments` with the
    Python of the private environment, which is made first if it is missing. When that cannot be done, or
    `window` is required and impossible, one sentence is printed and the process ends with code 2.

    `extra` names a list of further requirements in pyproject.toml.
    """
    if is_compiled() or not PROJECT.is_file():
        return
    folder = _environment_folder(extra)
    ready = _is_this_interpreter(folder) or _has_all(requirements(extra))
    hindrance = obstacle(window=window, set_up=not ready and not _is_finished(folder))
    if hindrance:
        _give_up(hindrance)
    if ready:
        return
    try:
        if not _is_finished(folder):
            _make(folder, _lock_file(extra))
    except SetUpFailed as error:
        _give_up(str(error), error.details)
    except OSError as error:
        _give_up(
            f"The folder {folder.parent} cannot be used: {error.strerror or error}. Make it writable, or specify"
            " another folder in XDG_CACHE_HOME, then start again.",
            str(error),
        )
    except KeyboardInterrupt:
        _say("\nThe setup was interrupted. It will start over next time.")
        sys.exit(EXIT_INTERRUPTED)
    _start_again(_python_of(folder), module, arguments)


def asks_for_window(arguments: Sequence[str]) -> bool:
    """Tell whether a command line opens the window: it names no step, and no option that only prints."""
    quick = ("-h", "--help", "--version", "--self-test")
    before = ["", *arguments]
    return all(
        (argument.startswith("-") and argument not in quick) or option == "--language"
        for option, argument in zip(before, arguments)
    )


def obstacle(*, window: bool, set_up: bool = False) -> str:
    """Say in one sentence why the window, or the set-up, cannot work here; "" if nothing prevents it."""
    missing = []
    if window and not is_compiled() and not (find_spec("tkinter") and find_spec("_tkinter")):
        missing.append(("tkinter", "python3-tk"))
    if set_up and not (find_spec("venv") and find_spec("ensurepip")):
        missing.append(("venv", "python3-venv"))
    if missing:
        names = " and ".join(name for name, _ in missing)
        packages = " ".join(package for _, package in missing)
        of_debian = sys.base_prefix == "/usr" and Path("/etc/debian_version").exists()
        how = f"'sudo apt install {packages}'" if of_debian else "the package manager that installed Python"
        instead = f", {_without_window()}" if names == "tkinter" else ""
        if len(missing) > 1:
            return f"The Python modules {names} are not installed. Install them with {how}{instead}."
        return f"The Python module {names} is not installed. Install it with {how}{instead}."
    if window and sys.platform not in ("win32", "darwin") and not os.environ.get("DISPLAY"):
        return (
            "The window cannot be opened, because no display was found (DISPLAY is not set). Start the program in a"
            f" graphical session, {_without_window()}."
        )
    return ""


def _without_window() -> str:
    return _WITHOUT_WINDOW.format(os.path.basename(sys.argv[0]) if is_compiled() else "python3 -m wizard")


def is_compiled() -> bool:
    """Tell whether this is a compiled binary, which contains all that it needs."""
    return "__compiled__" in globals() or bool(getattr(sys, "frozen", False))


def requirements(extra: str = "") -> list[str]:
    """Return the requirements that pyproject.toml lists for running, and those of `extra`.

    It uses no TOML parser, which Python has from 3.11 on; the lists have one requirement a line.
    """
    text = PROJECT.read_text(encoding="utf-8")
    found: list[str] = []
    for name in ("dependencies", extra) if extra else ("dependencies",):
        block = re.search(rf"^{name} = \[(.*?)^\]", text, re.MULTILINE | re.DOTALL)
        found += re.findall(r'^ *"(.+)",$', block.group(1), re.MULTILINE) if block else []
    return found


def suits(version: str, requirement: str) -> bool:
    """Tell whether a version satisfies a requirement such as `pydicom>=2.4.4,<4`."""
    have = _numbers(version)
    for operator, wanted in re.findall(r"(>=|==|<)([\d.]+)", requirement):
        want = _numbers(wanted)
        fits = {">=": have >= want, "<": have < want, "==": have[: len(want)] == want}
        if not fits[operator]:
            return False
    return True


def _numbers(version: str) -> tuple[int, ...]:
    return tuple(int(number) for number in re.findall(r"\d+", version.split("+")[0])[:3])


def _has_all(wanted: Sequence[str]) -> bool:
    from importlib import metadata

    try:
        return all(suits(metadata.version(re.split(r"[<>=]", line)[0]), line) for line in wanted)
    except metadata.PackageNotFoundError:
        return False


def _lock_file(extra: str) -> Path:
    return ROOT / "requirements" / f"{extra or 'run'}.lock"


def cache_folder() -> Path:
    """Return the folder for files that can be made again, by the system's convention for one user."""
    home = Path.home()
    if sys.platform == "win32":
        base = Path(os.environ.get("LOCALAPPDATA") or home / "AppData" / "Local")
    elif sys.platform == "darwin":
        base = home / "Library" / "Caches"
    else:
        named = os.environ.get("XDG_CACHE_HOME", "")
        base = Path(named) if os.path.isabs(named) else home / ".cache"
    return base / "dicom-pacs-migrator"


def _environment_folder(extra: str) -> Path:
    """Name the environment after its Python and its lock file."""
    from hashlib import sha256

    key = sha256(_lock_file(extra).read_bytes() + os.fsencode(sys.base_prefix)).hexdigest()[:12]
    return cache_folder() / f"{sys.implementation.cache_tag}-{key}"


def _python_of(folder: Path) -> Path:
    return folder / "Scripts" / "python.exe" if sys.platform == "win32" else folder / "bin" / "python"


def _is_this_interpreter(folder: Path) -> bool:
    return folder.is_dir() and os.path.samefile(folder, sys.prefix)


def _is_finished(folder: Path) -> bool:
    return (folder / _FINISHED).is_file() and _python_of(folder).exists()


def _make(folder: Path, lock: Path) -> None:
    """Make the environment at its path; an unfinished one of an interrupted start is replaced."""
    import shutil

    folder.parent.mkdir(parents=True, exist_ok=True)
    progress = _Progress()
    with _alone(folder.with_suffix(".lock"), progress) as handle:
        if not _is_finished(folder):  # another start may have made it in the meantime
            progress.begin("a private environment for the program's packages")
            if folder.exists():
                shutil.rmtree(folder)
            _run([sys.executable, "-I", "-m", "venv", str(folder)], handle, progress)
            # Ready-made packages only: a compiler's messages help nobody here. Without byte code it takes half the
            # time; Python writes it later for the modules that are used.
            pip = [str(_python_of(folder)), "-I", "-m", "pip", "install", "--require-hashes", "--no-compile"]
            pip += ["--only-binary", ":all:", "--progress-bar", "off", "-r", str(lock)]
            _run(pip, handle, progress)
            (folder / _FINISHED).touch()
        progress.end("done")


def _run(command: Sequence[str], handle: int, progress: _Progress) -> None:
    """Run one command of the set-up and show what it fetches. A SetUpFailed holds its last lines."""
    import subprocess

    # The person's settings for pip apply (index, proxy, certificate), except those that install packages elsewhere.
    environment = {name: value for name, value in os.environ.items() if name not in _ELSEWHERE}
    environment.update(PIP_USER="0", PIP_NO_INPUT="1", PIP_DISABLE_PIP_VERSION_CHECK="1")
    # The command holds the lock, too: if this process is killed, no other start begins before the command has ended.
    inherited = () if sys.platform == "win32" else (handle,)
    said: list[str] = []
    with subprocess.Popen(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
        pass_fds=inherited,
    ) as process:
        assert process.stdout is not None
        for line in process.stdout:
            said.append(line.rstrip())
            fetching = re.match(r"Collecting ([\w.-]+)", line)
            if fetching:
                progress.show(f"fetching {fetching.group(1)}")
            elif line.startswith("Installing"):
                progress.show("installing the packages")
    if process.returncode:
        progress.end("failed")
        text = "\n".join(said)
        unknown = "a command failed. Show the lines below to your IT department."
        reason = next((means for pattern, means in _REASONS.items() if re.search(pattern, text)), unknown)
        details = [line for line in said if line and not line.startswith("Ignoring ")][-_DETAILS:]
        raise SetUpFailed(f"The setup of the first run failed: {reason}", "\n".join(details))


@contextmanager
def _alone(path: Path, progress: _Progress) -> Iterator[int]:
    """Let one start at a time set up; yield the handle that holds the lock."""
    with open(path, "ab") as file:
        handle = file.fileno()
        if sys.platform == "win32":
            import errno
            import msvcrt

            while True:
                try:
                    msvcrt.locking(handle, msvcrt.LK_LOCK, 1)
                    break
                except OSError as error:  # LK_LOCK waits for ten seconds only
                    if error.errno != errno.EDEADLK:
                        raise
        else:
            import fcntl

            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                progress.begin("waiting for another instance to finish the setup")
                fcntl.flock(handle, fcntl.LOCK_EX)
        yield handle


def _start_again(python: Path, module: str, arguments: Sequence[str]) -> NoReturn:
    command = [str(python), "-m", module, *arguments]
    if sys.platform == "win32":  # exec would give the prompt back there before the program has ended
        import subprocess

        sys.exit(subprocess.call(command))
    os.execv(python, command)


class _Progress:
    """One line that is overwritten during the set-up; without a terminal, one line at each end."""

    TITLE = "Setting up, first run only: "

    def __init__(self) -> None:
        self._live = sys.stderr is not None and sys.stderr.isatty()

    def begin(self, text: str) -> None:
        if self._live:
            self.show(text)
        else:
            _say(self.TITLE + text)

    def show(self, text: str) -> None:
        if self._live:
            print("\r" + (self.TITLE + text).ljust(79)[:79], end="", file=sys.stderr, flush=True)

    def end(self, text: str) -> None:
        self.begin(text)
        if self._live:
            _say("")


def _say(text: str) -> None:
    if sys.stderr is not None:  # print(file=None) would write to standard output, which is for results
        print(text, file=sys.stderr, flush=True)


def _give_up(sentence: str, details: str = "") -> NoReturn:
    _say(sentence)
    if details:
        _say(f"\nDetails:\n{details}")
    sys.exit(EXIT_WRONG_USE)
