"""`python -m tests.benchmarks NAME`: run one benchmark in the development environment, and print its table."""

from __future__ import annotations

import importlib
import sys

from wizard.start import bootstrap

NAMES = ("check", "copy", "export", "memory", "source", "tree", "verify", "window")


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in NAMES or (len(arguments) > 1 and arguments[0] != "copy"):
        print(
            f"usage: python -m tests.benchmarks {' | '.join(NAMES).replace('copy', 'copy [--part PART]')}",
            file=sys.stderr,
        )
        return 2
    bootstrap.prepare("tests.benchmarks", arguments, extra="dev")
    importlib.import_module(f"tests.benchmarks.{arguments[0]}").main(*arguments[1:])
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
