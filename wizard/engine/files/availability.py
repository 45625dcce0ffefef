"""Tells a source folder that has gone away, or that hangs, from single files that cannot be read."""

from __future__ import annotations

import os

from wizard.engine.files import paths
from wizard.errors import SourceError, why
from wizard.language.message import NOTHING, Message, Private

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
            Message(
                "The folder {folder} cannot be opened: {why}. Check that the drive or share is connected.",
                folder=Private(os.fsdecode(root)),
                why=why(error),
            ),
            str(error.errno),
        ) from error


def still_there(root: bytes) -> None:
    """Look at a source folder before anything below it is called unreadable.

    Raises
    ------
    SourceError
        It cannot be opened any more, or nothing is in it any more.
    """
    sentence = Message(
        "The folder {folder} disappeared while it was being read. Check that the drive or share is connected, then "
        "continue.",
        folder=Private(os.fsdecode(root)),
    )
    try:
        empty = is_empty(root)
    except SourceError as error:
        raise SourceError(sentence, error.details) from error
    if empty:
        raise SourceError(sentence, "it is empty now")


def silence(folder: bytes, seconds: float) -> Message:
    """The sentence about a folder that has not answered for `seconds`; none until it counts as not answering."""
    if seconds <= SILENCE:
        return NOTHING
    return Message(
        "The folder {folder} has not responded for {seconds} seconds. Waiting. Check that the drive or share is "
        "connected.",
        folder=Private(os.fsdecode(folder)),
        seconds=round(seconds),
    )
