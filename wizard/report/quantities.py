"""Write sizes and durations in the language in use. The report does without; the window is the last to use it."""

from __future__ import annotations

from wizard.language import writing


def size(byte_count: float) -> str:
    """Write a size in decimal units: "4.6 GB"."""
    return writing().size(byte_count)


def took(seconds: float) -> str:
    """Write a duration: "1 h 05 min 10 s"."""
    return writing().duration(seconds)
