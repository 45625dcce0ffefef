"""Tells a source folder that has gone away, or that hangs, from single files that cannot be read."""

from __future__ import annotations

import os

from wizard.engine.files import paths
from wizard.errors import SourceError

SILENCE = 60.0
"""Seconds without an answer, after which the source counts as not answering."""


def is_empty(root: bytes) -> bool:
    """Whether a source folder has no entries, as a share that is not connected looks.

    Raises
    ------
    SourceError
        It cannot be opened.
    """
    try:
        with os.scandir(os.fsencode(paths.system_path(root))) as entries:
            return next(entries, None) is None
    except OSError as error:
        raise SourceError(
            f"The folder {os.fsdecode(root)} cannot be opened: {error.strerror or error}. Check that the drive or "
            "share is connected. Nothing is lost.",
            str(error.errno),
        ) from error


def still_there(root: bytes) -> None:
    """Look at a source folder before anything below it is called unreadable.

    Raises
    ------
    SourceError
        It cannot be opened any more, or nothing is in it any more.
    """
    sentence = (
        f"The folder {os.fsdecode(root)} has gone away while it was being read. Check that the drive or share is "
        "connected, then go on. Nothing is lost."
    )
    try:
        empty = is_empty(root)
    except SourceError as error:
        raise SourceError(sentence, error.details) from error
    if empty:
        raise SourceError(sentence, "it is empty now")


def silence(folder: bytes, seconds: float) -> str:
    """The sentence about a folder that has not answered for `seconds`; "" until it counts as not answering."""
    if seconds <= SILENCE:
        return ""
    return (
        f"The folder {os.fsdecode(folder)} has not answered for {seconds:.0f} seconds. Waiting. "
        "Check that the drive or share is connected."
    )
