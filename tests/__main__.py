"""`python3 -m tests [pytest arguments]`: makes what the tests need, checks the source, and runs the tests.

Without arguments: format, lint, types, layers, then all tests but the slow ones; `--all` runs these too, and
`--quick` only those that need no screen and no program of others. With pytest arguments (`python3 -m tests -k
practice`) only the tests they choose are run. `--windows` runs the tests on a
Windows Python under Wine and nothing else, `--binary` builds the single binaries and runs them. On Debian and Ubuntu,
missing programs are installed if that needs no password; elsewhere the end of the run names what is left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from typing import Mapping, Sequence

from tests import BUILDING_TOOLS, SYSTEM_TOOLS, WINE_TOOLS, find_tool
from wizard.start import bootstrap

PYTHON = sys.executable
WORKERS = 4
CHECKS = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "layers": [PYTHON, "-c", "from importlinter.cli import lint_imports_command as main; main()"],
}
SLOWER = ["slow", "screen", "orthanc", "dcmtk", "namespaces", "syslog", "spreadsheet", "browser", "wine", "binary"]
KINDS = {
    "--quick": (" and ".join(f"not {marker}" for marker in SLOWER), {}),
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
    if failed:
        say(f"FAILED before the tests: {', '.join(failed)}")
    say("tests")
    code = subprocess.call([PYTHON, "-m", "pytest", "-m", marked, *workers(chosen), *chosen], env=environment())
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


def workers(chosen: Sequence[str]) -> list[str]:
    """Return how pytest spreads the tests: over workers, but for what is chosen so that it is done sooner by one.

    Each worker collects the tests anew, which takes seconds for all of them.
    """
    few = any(one in ("-k", "--collect-only", "--co", "--lf") or re.search(r"\.py\b|::", one) for one in chosen)
    return [] if few else ["--numprocesses", str(WORKERS), "--dist", "loadgroup"]


def environment() -> dict[str, str]:
    """Return the environment of the tests, in which what is compiled is kept, away from the source: they start the
    program some two hundred times."""
    kept = {**os.environ, "PYTHONPYCACHEPREFIX": str(bootstrap.cache_folder() / "bytecode")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return kept


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
