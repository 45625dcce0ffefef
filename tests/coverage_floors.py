"""How much of the modules that decide what is true the tests must run through.

`python3 -m tests --all` measures it, and fails where a module falls below its floor.
"""

from __future__ import annotations

import json
import tempfile
from importlib.util import find_spec
from pathlib import Path

FLOORS = {
    "wizard.manifest.ledger": 100,
    "wizard.manifest.queue": 100,
    "wizard.manifest.proof": 100,
    "wizard.dicom.status": 100,
    "wizard.engine.copy.retry_policy": 100,
    "wizard.engine.verify.study_check": 100,
}
"""Module -> percent of its lines and branches, as coverage.py counts them: what was measured, rounded down."""


def options() -> list[str]:
    """Return the options with which pytest measures these modules."""
    return [*(f"--cov={module}" for module in FLOORS), "--cov-branch", "--cov-report=term-missing"]


def below(data_file: Path) -> list[str]:
    """Say of each module that fell below its floor how much of it was run, from the data that pytest left."""
    from coverage import Coverage

    measured = Coverage(data_file=str(data_file))
    measured.load()
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.json"
        measured.json_report(outfile=str(report))
        files = json.loads(report.read_text("utf-8"))["files"]
    percent = {Path(name).resolve(): found["summary"]["percent_covered"] for name, found in files.items()}
    found = {module: percent.get(_file(module), 0.0) for module in FLOORS}
    return [
        f"{module}: the tests run through {found[module]:.2f} percent of it; its floor is {floor}"
        for module, floor in FLOORS.items()
        if found[module] < floor
    ]


def _file(module: str) -> Path:
    spec = find_spec(module)
    assert spec is not None and spec.origin is not None, f"{module} is not there"
    return Path(spec.origin).resolve()
