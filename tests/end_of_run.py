"""What the end of the run says: which tests were left out, and why; and the tables that tests want to be read.

A test adds to the lists of its own process. Where several workers run the tests, each hands its lists to the process
that started it.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from _pytest.terminal import TerminalReporter  # pytest itself does not export it on Python 3.8

LEFT_OUT = pytest.StashKey["Counter[str]"]()
"""How many tests are left out for each reason. All workers choose from the same tests, and count the same."""
LEFT_OUT_HERE = pytest.StashKey["Counter[str]"]()
"""The same for what a test finds out only when it runs, in one of the workers."""
TABLE = pytest.StashKey["list[str]"]()
"""Lines of tables: a title, and rows that begin with spaces."""


def pytest_configure(config: pytest.Config) -> None:
    config.stash[LEFT_OUT] = Counter()
    config.stash[LEFT_OUT_HERE] = Counter()
    config.stash[TABLE] = []


def pytest_sessionfinish(session: pytest.Session) -> None:
    output = getattr(session.config, "workeroutput", None)  # a worker has it
    if output is not None:
        stash = session.config.stash
        left_out, here = stash[LEFT_OUT], stash[LEFT_OUT_HERE]
        output["end_of_run"] = [dict(left_out), dict(here), stash[TABLE]]


@pytest.hookimpl(optionalhook=True)  # it is called where pytest-xdist is
def pytest_testnodedown(node: Any) -> None:
    stash = node.config.stash
    # A worker that died hands over nothing; the run fails for that, and says so.
    left_out, here, table = getattr(node, "workeroutput", {}).get("end_of_run", [{}, {}, []])
    stash[LEFT_OUT] = stash[LEFT_OUT] | Counter(left_out)
    stash[LEFT_OUT_HERE] += Counter(here)
    stash[TABLE] += table


def pytest_terminal_summary(terminalreporter: TerminalReporter, config: pytest.Config) -> None:
    for what, count in (config.stash[LEFT_OUT] + config.stash[LEFT_OUT_HERE]).items():
        terminalreporter.write_line(f"LEFT OUT: {count} {what}", red=True, bold=True)
    for line in under_one_title(config.stash[TABLE]):
        terminalreporter.write_line(line)


def under_one_title(lines: list[str]) -> list[str]:
    """Bring together the rows of each title, in the order of the titles; each worker wrote its part of a table."""
    tables: dict[str, list[str]] = {}
    title = ""
    for line in lines:
        if not line.startswith(" "):
            title = line
        rows = tables.setdefault(title, [])
        if line != title:
            rows.append(line)
    return [line for title, rows in tables.items() for line in ([title] if title else []) + rows]
