"""Draw every sign of the window, at four times its size and then made smaller, so that its edges are smooth."""

from __future__ import annotations

import tkinter as tk
from typing import Any, Callable, Sequence, Tuple

from PIL import Image, ImageDraw, ImageTk

from wizard.ui.widgets.palette import LIGHT, Palette

_FINE = 4  # drawn this many times larger

Point = Tuple[float, float]


class Sketch:
    """A square picture whose corner points are (0, 0) and (1, 1)."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._image = Image.new("RGBA", (size * _FINE, size * _FINE))
        self._draw = ImageDraw.Draw(self._image)

    def disc(self, fill: str, edge: str = "", inset: float = 0.02) -> None:
        self._draw.ellipse(self._box(inset), fill=fill, outline=edge or fill, width=self._width(0.07))

    def box(self, fill: str, edge: str, radius: float = 0.16, inset: float = 0.06) -> None:
        self._draw.rounded_rectangle(
            self._box(inset), self._length(radius), fill=fill, outline=edge, width=self._width(0.08)
        )

    def line(self, points: Sequence[Point], colour: str, width: float = 0.11) -> None:
        """A line with round joints and ends."""
        scaled = [(self._length(x), self._length(y)) for x, y in points]
        thick = self._width(width)
        self._draw.line(scaled, fill=colour, width=thick, joint="curve")
        for x, y in scaled:
            self._draw.ellipse((x - thick / 2, y - thick / 2, x + thick / 2, y + thick / 2), fill=colour)

    def shape(self, points: Sequence[Point], fill: str) -> None:
        self._draw.polygon([(self._length(x), self._length(y)) for x, y in points], fill=fill)

    def finished(self) -> Image.Image:
        return self._image.resize((self._size, self._size), Image.Resampling.LANCZOS)

    def _length(self, part: float) -> float:
        return part * self._size * _FINE

    def _width(self, part: float) -> int:
        return max(_FINE, round(self._length(part)))

    def _box(self, inset: float) -> tuple[float, float, float, float]:
        return self._length(inset), self._length(inset), self._length(1 - inset) - 1, self._length(1 - inset) - 1


_TICK = ((0.27, 0.52), (0.44, 0.69), (0.75, 0.33))
_CROSS = (((0.33, 0.33), (0.67, 0.67)), ((0.67, 0.33), (0.33, 0.67)))


def draw_program(size: int, colours: Palette = LIGHT) -> Image.Image:
    """The sign of the program: a stack of pictures, and an arrow to its copy."""
    drawing = Sketch(size)
    drawing.box(colours.primary, colours.primary, radius=0.22, inset=0.02)
    drawing.box(colours.info, colours.ground, radius=0.06, inset=0.17)
    drawing.shape([(0.36, 0.36), (0.9, 0.36), (0.9, 0.9), (0.36, 0.9)], colours.primary)
    drawing.line([(0.44, 0.44), (0.82, 0.44), (0.82, 0.82), (0.44, 0.82), (0.44, 0.44)], colours.ground, 0.07)
    drawing.line([(0.52, 0.64), (0.6, 0.72), (0.75, 0.54)], colours.ground, 0.08)
    return drawing.finished()


def _sign(kind: str, size: int, colours: Palette) -> Image.Image:
    """A round sign: "good" has a tick, "wrong" a cross, "unsure" a bar, "coming" nothing; "caution" is a triangle."""
    drawing = Sketch(size)
    if kind == "good":
        drawing.disc(colours.success)
        drawing.line(_TICK, colours.ground)
    elif kind == "wrong":
        drawing.disc(colours.danger)
        for stroke in _CROSS:
            drawing.line(stroke, colours.ground)
    elif kind == "unsure":
        drawing.disc(colours.secondary)
        drawing.line([(0.3, 0.5), (0.7, 0.5)], colours.ground)
    elif kind == "coming":
        drawing.disc(colours.ground, colours.border, inset=0.06)
    elif kind == "note":
        drawing.disc(colours.info)
        drawing.line([(0.5, 0.46), (0.5, 0.75)], colours.ground)
        drawing.line([(0.5, 0.26), (0.5, 0.27)], colours.ground, 0.12)
    else:
        drawing.shape([(0.5, 0.06), (0.98, 0.92), (0.02, 0.92)], colours.warning)
        drawing.line([(0.5, 0.38), (0.5, 0.62)], colours.ground, 0.09)
        drawing.line([(0.5, 0.77), (0.5, 0.78)], colours.ground, 0.1)
    return drawing.finished()


def _tick(ticked: bool | None, size: int, colours: Palette) -> Image.Image:
    drawing = Sketch(size)
    drawing.box(
        colours.ground if ticked is False else colours.primary, colours.border if ticked is False else colours.primary
    )
    if ticked:
        drawing.line(_TICK, colours.ground)
    elif ticked is None:
        drawing.line([(0.3, 0.5), (0.7, 0.5)], colours.ground)
    return drawing.finished()


def _chevron(opened: bool | None, size: int, colours: Palette) -> Image.Image:
    drawing = Sketch(size)
    if opened is not None:
        down = ((0.25, 0.38), (0.5, 0.63), (0.75, 0.38))
        drawing.line(down if opened else [(y, x) for x, y in down], colours.secondary, 0.1)
    return drawing.finished()


def _lock(size: int, colours: Palette) -> Image.Image:
    """The padlock of "copy only"."""
    drawing = Sketch(size)
    arch = ((0.3, 0.5), (0.3, 0.32), (0.36, 0.18), (0.5, 0.12), (0.64, 0.18), (0.7, 0.32), (0.7, 0.5))
    drawing.line(arch, colours.success, 0.1)
    drawing.shape([(0.18, 0.46), (0.82, 0.46), (0.82, 0.92), (0.18, 0.92)], colours.success)
    drawing.line([(0.5, 0.62), (0.5, 0.76)], colours.ground, 0.1)
    return drawing.finished()


def _step(place: str, size: int, colours: Palette) -> Image.Image:
    """The disc of a step on the rail: "done", "now" or "coming"; the last two carry a number as text."""
    drawing = Sketch(size)
    if place == "done":
        drawing.disc(colours.success)
        drawing.line(_TICK, colours.ground, 0.09)
    elif place == "now":
        drawing.disc(colours.primary)
    else:
        drawing.disc(colours.ground, colours.border)
    return drawing.finished()


def _photo(image: Image.Image, root: tk.Tk) -> ImageTk.PhotoImage:
    make: Any = ImageTk.PhotoImage  # older Pillow has no types
    photo: ImageTk.PhotoImage = make(image, master=root)
    return photo


class Icons:
    """The signs of one window, each drawn once."""

    def __init__(self, root: tk.Tk, px: Callable[[float], int], colours: Palette) -> None:
        self._root, self._px, self._colours = root, px, colours
        self._drawn: dict[tuple[object, ...], ImageTk.PhotoImage] = {}

    def program(self, size: int) -> str:
        return self._kept(("program", size), lambda: draw_program(size))

    def sign(self, kind: str, size: int = 20) -> str:
        """ "good", "wrong", "unsure", "coming", "note" or "caution"."""
        return self._kept(("sign", kind, size), lambda: _sign(kind, self._px(size), self._colours))

    def tick(self, ticked: bool | None) -> str:
        """A box: ticked, empty, or (None) partly ticked."""
        return self._kept(("tick", ticked), lambda: _tick(ticked, self._px(16), self._colours))

    def chevron(self, opened: bool | None) -> str:
        return self._kept(("chevron", opened), lambda: _chevron(opened, self._px(14), self._colours))

    def lock(self) -> str:
        return self._kept(("lock",), lambda: _lock(self._px(20), self._colours))

    def step(self, place: str) -> str:
        return self._kept(("step", place), lambda: _step(place, self._px(24), self._colours))

    def _kept(self, key: tuple[object, ...], draw: Callable[[], Image.Image]) -> str:
        if key not in self._drawn:
            self._drawn[key] = _photo(draw(), self._root)
        return str(self._drawn[key])
