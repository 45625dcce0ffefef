"""Checks of the source without the tests: format, lint, types and layers, or those that are named.

    python3 -m tests.checks [format] [lint] [types] [layers]

The hooks of `.pre-commit-config.yaml` call it.
"""

from __future__ import annotations

import sys
from typing import Sequence

from tests.__main__ import CHECKS, passes
from wizard.start import bootstrap


def main(arguments: Sequence[str]) -> int:
    unknown = sorted(set(arguments) - set(CHECKS))
    if unknown:
        print(f"There is no check {', '.join(unknown)}. Choose from: {', '.join(CHECKS)}.", file=sys.stderr)
        return 2
    bootstrap.prepare("tests.checks", arguments, extra="dev")
    failed = [name for name in arguments or CHECKS if not passes(name, CHECKS[name])]
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
