"""`python3 -m tests [pytest arguments]`: makes what the tests need, checks the source, and runs the tests.

Without arguments: format, lint, types, layers, then all tests but the slow ones; `--all` runs these too. With
pytest arguments (`python3 -m tests -k practice`) only the tests they choose are run. `--windows` runs the tests on a
Windows Python under Wine and nothing else, `--binary` builds the single binaries and runs them. On Debian and Ubuntu,
missing programs are installed if that needs no password; elsewhere the end of the run names what is left out.
"""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import contextmanager
from typing import Iterator, Mapping, Sequence

from tests import BUILDING_TOOLS, SYSTEM_TOOLS, WINE_TOOLS, find_tool
from wizard.start import bootstrap

PYTHON = sys.executable
CHECKS = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "layers": [PYTHON, "-c", "from importlinter.cli import lint_imports_command as main; main()"],
}
KINDS = {
    "": ("not slow and not wine and not binary", SYSTEM_TOOLS),
    "--all": ("not wine and not binary", SYSTEM_TOOLS),
    "--windows": ("wine and not binary", {**SYSTEM_TOOLS, **WINE_TOOLS}),
    "--binary": ("binary", {**SYSTEM_TOOLS, **WINE_TOOLS, **BUILDING_TOOLS}),
}


def main(arguments: Sequence[str]) -> int:
    bootstrap.prepare("tests", arguments, extra="dev")
    chosen = [argument for argument in arguments if argument not in KINDS]
    marked, tools = KINDS[next((argument for argument in arguments if argument in KINDS), "")]
    install_system_tools(tools)
    checked = not chosen and "not wine" in marked
    failed = [name for name, command in CHECKS.items() if not passes(name, command)] if checked else []
    which = ["-m", marked]
    if failed:
        say(f"FAILED before the tests: {', '.join(failed)}")
    with virtual_screen() as environment:
        keep_byte_code(environment)
        say("tests")
        code = subprocess.call([PYTHON, "-m", "pytest", *which, *chosen], env=environment)
    return code or int(bool(failed))


def say(text: str) -> None:
    print(f"== {text}", flush=True)


def passes(name: str, command: Sequence[str]) -> bool:
    say(name)
    return subprocess.call(command, cwd=str(bootstrap.ROOT)) == 0


def install_system_tools(tools: Mapping[str, str]) -> None:
    """Install the missing programs (by name -> package) where apt-get needs no password for it."""
    missing = sorted({package for tool, package in tools.items() if not find_tool(tool)})
    if not missing or not find_tool("apt-get"):
        return
    as_root = [] if os.geteuid() == 0 else ["sudo", "-n"]
    if as_root and (not find_tool("sudo") or subprocess.call([*as_root, "true"], stderr=subprocess.DEVNULL)):
        return
    apt = [*as_root, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "--quiet", "--yes"]
    install = [*apt, "install", "--no-install-recommends", *missing]
    say(f"installing {', '.join(missing)}")
    if subprocess.call(install):  # an old list of packages, or none yet
        subprocess.call([*apt, "update"])
        subprocess.call(install)


def keep_byte_code(environment: dict[str, str]) -> None:
    """Let what is compiled be kept, away from the source: the tests start the program some two hundred times."""
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    environment["PYTHONPYCACHEPREFIX"] = str(bootstrap.cache_folder() / "bytecode")


@contextmanager
def virtual_screen() -> Iterator[dict[str, str]]:
    """Start a screen that nobody sees; yields the environment for programs that are to use it.

    Where Xvfb is missing there is no screen at all: the keys a test presses must never reach a person's work.
    """
    environment = dict(os.environ)
    if sys.platform in ("win32", "darwin"):
        yield environment
        return
    environment.pop("WAYLAND_DISPLAY", None)
    environment.pop("DISPLAY", None)
    xvfb = find_tool("Xvfb")
    if not xvfb:
        yield environment
        return
    reading, writing = os.pipe()
    command = [xvfb, "-displayfd", str(writing), "-screen", "0", "2200x1500x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        try:
            os.close(writing)
            with open(reading, encoding="ascii") as numbers:
                number = numbers.readline().strip()  # comes when the screen is ready, or never
            if number:
                environment["DISPLAY"] = f":{number}"
            yield environment
        finally:
            server.terminate()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
