"""The sentences of the widgets, which every page may use."""

from __future__ import annotations

from wizard.language.message import Message, Private
from wizard.reasons import WHO

DETAILS = Message("Details")
CHOOSE_FILE = Message("Choose…")


def action_by(who: str) -> Message:
    """Name who needs to act, one of `Who`."""
    return Message("Action by: {who}", who=WHO[who])


def is_gone(path: Private) -> Message:
    return Message("{path} was not found, or its drive or share is not connected.", path=path)


def cannot_show(path: Private) -> Message:
    return Message("It cannot be opened from here. The path is {path}.", path=path)
