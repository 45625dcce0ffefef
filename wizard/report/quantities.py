"""Write sizes and durations for people: the same on the screen and in the report."""

from __future__ import annotations

_SPACE = "\u00a0"  # does not break at the end of a line


def size(byte_count: float) -> str:
    """Write a size in decimal units, which disks and networks use: "4.6 GB"."""
    units = ["B", "kB", "MB", "GB", "TB"]
    while byte_count >= 999.5 and len(units) > 1:
        byte_count /= 1000
        del units[0]
    unit = units[0]
    digits = 0 if unit == "B" or byte_count >= 100 else 1
    return f"{byte_count:.{digits}f}{_SPACE}{unit}"


def took(seconds: float) -> str:
    """Write a duration: "1 h 05 min 10 s"."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    parts = [f"{hours}{_SPACE}h"] if hours else []
    parts += [f"{minutes:02}{_SPACE}min" if hours else f"{minutes}{_SPACE}min"] if hours or minutes else []
    parts += [f"{rest:02}{_SPACE}s" if parts else f"{rest}{_SPACE}s"]
    return " ".join(parts)
