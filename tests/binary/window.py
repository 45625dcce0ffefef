"""Waiting for a program's window on the virtual screen, and taking a picture of it."""

from __future__ import annotations

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


def close() -> None:
    """Press the keys of Windows for it."""
    shown = subprocess.run(["xdotool", "search", "--onlyvisible", "--name", TITLE], stdout=subprocess.PIPE, check=True)
    number = shown.stdout.split()[0].decode()
    subprocess.run(["xdotool", "windowfocus", "--sync", number, "key", "alt+F4"], check=True)


def picture(file: Path) -> None:
    """Save what the screen shows."""
    from PIL import ImageGrab

    time.sleep(1.5)  # for the eye of a person: nothing depends on what has been painted by then
    ImageGrab.grab(xdisplay=os.environ["DISPLAY"]).save(file)
