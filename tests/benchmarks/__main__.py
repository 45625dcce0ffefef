"""`python -m tests.benchmarks NAME`: run one benchmark in the development environment, and print its table."""

from __future__ import annotations

import importlib
import sys

from wizard import bootstrap

NAMES = ("copy", "source", "tree")


def main(arguments: list[str]) -> int:
    if len(arguments) != 1 or arguments[0] not in NAMES:
        print(f"usage: python -m tests.benchmarks {' | '.join(NAMES)}", file=sys.stderr)
        return 2
    bootstrap.prepare("tests.benchmarks", arguments, extra="dev")
    importlib.import_module(f"tests.benchmarks.{arguments[0]}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
