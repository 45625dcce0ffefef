"""`python3 -m tests [pytest arguments]`: makes what the tests need, checks the source, and runs the tests.

Without arguments: format, lint, types, layers, then all tests but the slow ones; `--all` runs these too, and
`--quick` only those that need no screen and no server of others. With pytest arguments (`python3 -m tests -k
practice`) only the tests they choose are run. `--windows` runs the tests on a Windows Python under Wine and nothing
else, `--binary` builds the single binaries and runs them. On Debian and Ubuntu, missing programs are installed if that
needs no password; elsewhere the end of the run names what is left out.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Mapping, Sequence

from tests import BUILDING_TOOLS, SYSTEM_TOOLS, WINE_TOOLS, checks, coverage_floors, find_tool
from tests.checks import PYTHON, say
from wizard.start import bootstrap

WORKERS = 4
"""More than a small computer has cores: most of the time a test waits, for a peer that is silent or a window that is
drawn. On two cores the tests want 190 seconds of each, and wait for 900 in all: four workers do both at once. More
would gain seconds, and each takes half a gigabyte of memory."""
ELSEWHERE = ("--windows", "--binary")
SLOWER = (
    "slow or long or screen or orthanc or dcmtk or namespaces or syslog or spreadsheet or browser or wine or binary"
)
KINDS = {
    "--quick": (f"not ({SLOWER})", {}),
    "": ("not slow and not wine and not binary", SYSTEM_TOOLS),
    "--all": ("not wine and not binary", SYSTEM_TOOLS),
    "--windows": ("wine and not binary", {**SYSTEM_TOOLS, **WINE_TOOLS}),
    "--binary": ("binary", {**SYSTEM_TOOLS, **WINE_TOOLS, **BUILDING_TOOLS}),
}


def main(arguments: Sequence[str]) -> int:
    bootstrap.prepare("tests", arguments, extra="dev")
    chosen = [argument for argument in arguments if argument not in KINDS]
    kind = next((argument for argument in arguments if argument in KINDS), "")
    marked, tools = KINDS[kind]
    install_system_tools(tools)
    failed = checks.failing() if not chosen and kind not in ELSEWHERE else []
    if failed:
        say(f"FAILED before the tests: {', '.join(failed)}")
    say("tests")
    command = [PYTHON, "-m", "pytest", "-m", marked, *workers(kind, chosen)]
    with tempfile.TemporaryDirectory() as folder:
        measured = Path(folder) / "coverage"
        options = coverage_floors.options() if kind == "--all" and not chosen else []
        code = subprocess.call([*command, *options, *chosen], env=environment(measured))
        short = coverage_floors.below(measured) if options and measured.exists() else []
    for sentence in short:
        say(f"FAILED after the tests: {sentence}")
    return code or int(bool(failed or short))


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


def workers(kind: str, chosen: Sequence[str]) -> list[str]:
    """Return how pytest spreads the tests: over workers, but for what is chosen so that it is done sooner by one.

    Each worker collects the tests anew, which takes seconds for all of them.
    """
    few = any(one in ("-k", "--collect-only", "--co", "--lf") or re.search(r"\.py\b|::", one) for one in chosen)
    alone = few or kind in ELSEWHERE  # there is one Wine, and one folder for what is built
    return [] if alone else ["--numprocesses", str(WORKERS), "--dist", "loadgroup"]


def environment(measured: Path) -> dict[str, str]:
    """Return the environment of the tests: what is compiled is kept, away from the source, as they start the program
    some two hundred times; what is measured goes to a file."""
    kept = {**os.environ, "PYTHONPYCACHEPREFIX": str(bootstrap.cache_folder() / "bytecode")}
    kept.pop("PYTHONDONTWRITEBYTECODE", None)
    return {**kept, "COVERAGE_FILE": str(measured)}


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
