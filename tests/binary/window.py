"""Wait for a program's window on the virtual screen, and take a picture of it."""

from __future__ import annotations

import contextlib
import os
import subprocess
import time
from pathlib import Path

TITLE = "DICOM PACS Migrator"
_PATIENCE = 60.0


def seconds_until_it_shows(started: float) -> float:
    """Wait for the window; returns the seconds since `started` (of `time.monotonic`)."""
    while time.monotonic() - started < _PATIENCE:
        found = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", TITLE], stdout=subprocess.PIPE)
        if found.stdout.strip():
            return time.monotonic() - started
        time.sleep(0.02)
    raise AssertionError(f"no window within {_PATIENCE:.0f} s")


def close(program: subprocess.Popen[str]) -> int:
    """Press the keys of Windows for it until the program has ended; returns its exit code.

    They are lost on a window that does not listen yet.
    """
    for _ in range(30):
        shown = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", TITLE], stdout=subprocess.PIPE)
        for number in shown.stdout.decode().split()[:1]:
            subprocess.run(["xdotool", "windowfocus", number, "key", "alt+F4"])
        with contextlib.suppress(subprocess.TimeoutExpired):
            return program.wait(2)
    raise AssertionError("the window does not close")


def picture(file: Path) -> None:
    """Save what the screen shows."""
    from PIL import ImageGrab

    time.sleep(1.5)  # for the eye of a person: nothing depends on what has been painted by then
    ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(file)
