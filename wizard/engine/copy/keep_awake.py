"""Keeps the computer awake while it copies: best effort, and nothing of it is left afterwards.

Windows keeps this by thread, and forgets it when the thread ends. Linux and macOS have a program that holds it while
another one runs. That one reads from a pipe that nobody writes to, and ends when the pipe is closed: by this program,
or by the system when it has killed this program.
"""

from __future__ import annotations

import contextlib
import ctypes
import logging
import shutil
import subprocess
import sys
from typing import Iterator

log = logging.getLogger(__name__)

_CONTINUOUS, _SYSTEM_REQUIRED = 0x80000000, 0x00000001  # of SetThreadExecutionState
_HELD = "held"  # printed by the inner program, which starts once the computer is kept awake
_UNTIL_CLOSED = ("sh", "-c", f"echo {_HELD}; exec cat")
_HOLDERS = (
    ("systemd-inhibit", "--what=sleep:idle", "--mode=block", "--who=DICOM PACS Migrator", "--why=It copies images."),
    ("caffeinate", "-i", "-s"),
)
_PATIENCE = 0.5  # seconds for the holder to end by itself


@contextlib.contextmanager
def kept() -> Iterator[None]:
    """Keep this computer awake for the time of the block; the technical log says at its end whether it was.

    Enter and leave it in the same thread. Entering waits for nothing.
    """
    with _by_windows() if sys.platform == "win32" else _by_program():
        yield


@contextlib.contextmanager
def _by_windows() -> Iterator[None]:
    change = vars(ctypes)["windll"].kernel32.SetThreadExecutionState
    held = change(_CONTINUOUS | _SYSTEM_REQUIRED)
    try:
        yield
    finally:
        change(_CONTINUOUS)
        _log(bool(held), "SetThreadExecutionState")


@contextlib.contextmanager
def _by_program() -> Iterator[None]:
    holder = next((command for command in _HOLDERS if shutil.which(command[0])), None)
    child = _started(holder) if holder else None
    try:
        yield
    finally:
        if holder is None or child is None:
            _log(False, "no program for it")
        else:
            _log(_ended(child), holder[0])


def _started(holder: tuple[str, ...]) -> subprocess.Popen[bytes] | None:
    """Start it in a session of its own: it gets no Ctrl+C of ours, and asks for no password on our terminal."""
    try:
        return subprocess.Popen(
            [*holder, *_UNTIL_CLOSED],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        log.info("%s could not be started: %s", holder[0], error.strerror)
        return None


def _ended(child: subprocess.Popen[bytes]) -> bool:
    """End it; returns whether it held until now."""
    lasted = child.poll() is None
    try:
        said, _ = child.communicate(timeout=_PATIENCE)  # closes the pipe
    except subprocess.TimeoutExpired:
        child.kill()
        said, _ = child.communicate()
    return lasted and said.strip() == _HELD.encode("ascii")


def _log(held: bool, means: str) -> None:
    log.info("the computer was %s (%s)", "kept awake" if held else "not kept awake", means)
