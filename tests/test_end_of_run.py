"""What workers hand over is said at the end of the run, and each table has its title once."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import cast

import pytest

from tests import end_of_run
from tests.end_of_run import LEFT_OUT, LEFT_OUT_HERE, TABLE


def begun(**more: object) -> SimpleNamespace:
    config = SimpleNamespace(stash=pytest.Stash(), **more)
    end_of_run.pytest_configure(cast(pytest.Config, config))
    return config


def test_what_workers_counted_and_wrote_arrives() -> None:
    main = begun()
    for title, here in (("Sizes", 1), ("Times", 2)):
        worker = begun(workeroutput={})
        worker.stash[LEFT_OUT]["marked screen"] += 7
        worker.stash[LEFT_OUT_HERE]["without a share"] += here
        worker.stash[TABLE] += [title, f"  {here}", "All", f"  of {here}"]
        end_of_run.pytest_sessionfinish(cast(pytest.Session, SimpleNamespace(config=worker)))
        end_of_run.pytest_testnodedown(SimpleNamespace(config=main, workeroutput=worker.workeroutput))
    assert main.stash[LEFT_OUT] + main.stash[LEFT_OUT_HERE] == Counter({"marked screen": 7, "without a share": 3})
    said = end_of_run.under_one_title(main.stash[TABLE])
    assert said == ["Sizes", "  1", "All", "  of 1", "  of 2", "Times", "  2"]


def test_a_worker_that_died_hands_over_nothing() -> None:
    main = begun()
    end_of_run.pytest_testnodedown(SimpleNamespace(config=main))
    assert (main.stash[LEFT_OUT], main.stash[TABLE]) == (Counter(), [])
