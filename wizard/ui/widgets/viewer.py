"""Show a folder or a file with the system's own program for it. That changes nothing."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from wizard.errors import UsageError
from wizard.ui.widgets import formatting, texts

_AT_ONCE = 2.0  # seconds within which a program that cannot show it ends; one that can may run for hours


def show_folder(folder: Path) -> None:
    """Show a folder. A share may be slow to answer, so a thread makes this call.

    Raises
    ------
    UsageError
        It is not there, or this computer offers no way to show it.
    """
    if not folder.is_dir():  # a file of this name may be a program
        raise UsageError(texts.is_gone(formatting.path(os.fsencode(folder))))
    show_file(folder)


def show_file(path: Path) -> None:
    """Show a file that this program has written; the call may take a moment as well.

    Raises
    ------
    UsageError
        This computer offers no way to show it.
    """
    try:
        if sys.platform == "win32":
            os.startfile(path)
        else:
            _hand_over([_opener(), str(path)])
    except OSError as error:
        raise UsageError(
            texts.cannot_show(formatting.path(os.fsencode(path))), f"{type(error).__name__}: {error.strerror or error}"
        ) from error


def _opener() -> str:
    return "open" if sys.platform == "darwin" else "xdg-open"


def _hand_over(command: list[str]) -> None:
    """Start a program that runs on without this one.

    Raises
    ------
    OSError
        It cannot be started, or fails at once.
    """
    quiet = subprocess.DEVNULL
    program = subprocess.Popen(command, stdin=quiet, stdout=quiet, stderr=quiet, start_new_session=True)
    try:
        code = program.wait(_AT_ONCE)
    except subprocess.TimeoutExpired:
        return
    if code:
        raise OSError(f"{command[0]} ended with {code}")
