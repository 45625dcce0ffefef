"""How large the window is and where, as far as the screen has room for it."""

from __future__ import annotations

import re
import tkinter as tk
from typing import Callable

SIZE, SMALLEST = (1040, 700), (820, 560)
_IN_SIGHT = (200, 100)  # so much of the window must be on the screen, to be taken hold of


def give_size(root: tk.Tk, px: Callable[[float], int]) -> None:
    """The usual size, and the smallest one."""
    screen = (root.winfo_screenwidth(), root.winfo_screenheight())
    width, height = (min(px(side), most) for side, most in zip(SIZE, screen))
    root.minsize(*(min(px(side), most) for side, most in zip(SMALLEST, screen)))
    root.geometry(f"{width}x{height}")


def put_back(root: tk.Tk, place: str) -> None:
    """Put the window where it was ("1040x700+20+30"), unless the screen is another one now."""
    match = re.fullmatch(r"\d+x\d+\+(\d+)\+(\d+)", place)
    if match is None:
        return
    screen = (root.winfo_screenwidth(), root.winfo_screenheight())
    if all(int(at) <= most - some for at, most, some in zip(match.groups(), screen, _IN_SIGHT)):
        root.geometry(place)
