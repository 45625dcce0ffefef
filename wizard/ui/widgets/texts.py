"""The sentences of the widgets, which every page may use."""

from __future__ import annotations

from wizard.language import _, said

DETAILS = _("Details")
CHOOSE_FILE = _("Choose…")


def who_must_act(who: str) -> str:
    return _("Who must act: {who}", who=said(who))


def is_gone(path: str) -> str:
    return _("{path} is not there, or the drive or share is not connected.", path=path)


def cannot_show(path: str) -> str:
    return _("This computer offers no way to open it from here. It is {path}.", path=path)
