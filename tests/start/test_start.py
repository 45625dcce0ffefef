"""Test that a start loads no module that only some of the steps need."""

from __future__ import annotations

import subprocess
import sys


def test_without_a_window_nothing_that_draws_is_loaded_before_it_is_wanted() -> None:
    program = (
        "import sys; import wizard.cli.headless\n"
        "print(sorted(name for name in ('fpdf', 'fontTools', 'uharfbuzz', 'tkinter') if name in sys.modules))"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True)
    assert done.stdout.strip() == "[]", done.stderr
