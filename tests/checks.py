"""Checks of the source without the tests: format, lint, types and layers, or those that are named.

    python3 -m tests.checks [format] [lint] [types] [layers]

`python3 -m tests` runs them before the tests, and the hooks of `.pre-commit-config.yaml` before a commit.
"""

from __future__ import annotations

import subprocess
import sys
from typing import Sequence

from wizard.start import bootstrap

PYTHON = sys.executable
CHECKS = {
    "format": [PYTHON, "-m", "ruff", "format", "--check", "."],
    "lint": [PYTHON, "-m", "ruff", "check", "."],
    "types": [PYTHON, "-m", "mypy"],
    "layers": [PYTHON, "-c", "from importlinter.cli import lint_imports_command as main; main()"],
}


def failing(names: Sequence[str] = ()) -> list[str]:
    """Run these checks, or all, at once, and print what each says; returns the names of those that failed."""
    running = {
        name: subprocess.Popen(CHECKS[name], stdout=subprocess.PIPE, stderr=subprocess.STDOUT, cwd=str(bootstrap.ROOT))
        for name in names or CHECKS
    }
    failed = []
    for name, process in running.items():
        output, _ = process.communicate()
        say(name)
        sys.stdout.buffer.write(output)
        sys.stdout.flush()
        if process.returncode:
            failed.append(name)
    return failed


def say(text: str) -> None:
    """Print a heading of the run."""
    print(f"== {text}", flush=True)


def main(arguments: Sequence[str]) -> int:
    unknown = sorted(set(arguments) - set(CHECKS))
    if unknown:
        print(f"There is no check {', '.join(unknown)}. Choose from: {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    bootstrap.prepare("tests.checks", arguments, extra="dev")
    return int(bool(failing(arguments)))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
