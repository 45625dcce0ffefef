"""Measure how the time of some work grows with the length of a text."""

from __future__ import annotations

import time
from typing import Callable

LONG, SHORT = 65_536, 6_554
MOST = 2.0
"""Seconds of the processor that a text of 64 kB may take anywhere: it needs a tenth of them."""
_STEEPEST = 4
"""How much longer each character of the long text may take than one of the short text."""
_NOISE = 0.002  # seconds: shorter times say nothing about how they grow

#: Texts of which a careless program makes much work, as pieces to be repeated.
PIECES = {
    **{"letters": "a", "words": "Muster, Anna ", "digits": "1", "dots": "1.", "spaces": " ", "lines": "a\n"},
    **{"quotes": '"', "apostrophes": "'", "braces": "{x}", "percent": "%s ", "formula": "=", "months": "mar "},
    **{"wide": "\u200f\u05d0", "brackets": "<b>&", "backslashes": "\\", "typed quotes": "“a” "},
}


def repeated(piece: str, length: int) -> str:
    return (piece * (length // len(piece) + 1))[:length]


def assert_linear(work: Callable[[str], object], piece: str) -> None:
    """Do the work with a text of 64 kB and with a tenth of it: it takes its share of the time, and never long."""
    short, long = _best(work, repeated(piece, SHORT)), _best(work, repeated(piece, LONG))
    assert long < MOST, f"{long:.2f} s"
    assert long < _NOISE or long < _STEEPEST * 10 * max(short, _NOISE / 10), f"{short:.4f} s, then {long:.4f} s"


def _best(work: Callable[[str], object], text: str) -> float:
    times = []
    for _ in range(3):
        started = time.process_time()
        work(text)
        times.append(time.process_time() - started)
    return min(times)
