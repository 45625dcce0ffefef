"""A module of which too little is run is named, with how much it was."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests import coverage_floors
from wizard.start import bootstrap


@pytest.mark.long
def test_what_falls_below_its_floor_is_named(tmp_path: Path) -> None:
    data = tmp_path / "coverage"
    program = tmp_path / "program.py"
    program.write_text("import wizard.dicom.status", encoding="utf-8")
    run = [sys.executable, "-m", "coverage", "run", "--branch", "--source=wizard.dicom.status", str(program)]
    environment = {**os.environ, "PYTHONPATH": str(bootstrap.ROOT), "COVERAGE_FILE": str(data)}
    subprocess.run(run, cwd=str(bootstrap.ROOT), env=environment, check=True)
    said = coverage_floors.below(data)
    assert len(said) == len(coverage_floors.FLOORS)
    assert any("wizard.engine.verify.study_check: the tests run through 0.00 percent" in sentence for sentence in said)
    (status,) = [sentence for sentence in said if sentence.startswith("wizard.dicom.status")]
    assert " 0.00 " not in status and status.endswith("its floor is 100")
