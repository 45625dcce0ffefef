"""A chart of the speed over the time since the start, with a title that says the same in words."""

from __future__ import annotations

import math
import tkinter as tk
from tkinter import font, ttk
from typing import Literal, Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.ui.copy import texts
from wizard.ui.widgets.labels import WrappedLabel
from wizard.ui.widgets.theme import Theme

MOST = 240  # points that are kept; when they are full, each two become one
MEGABYTE = 1_000_000
_SHORTEST = 10.0  # seconds: the time axis is never shorter
#: Seconds between two marks of the time axis, and the unit they are said in.
_MARKS = (
    *((seconds, 1, "s") for seconds in (5, 10, 20, 30)),
    *((minutes * 60, 60, "min") for minutes in (1, 2, 5, 10, 20, 30)),
    *((hours * 3600, 3600, "h") for hours in (1, 2, 3, 6, 12, 24, 48, 96)),
)


class Trace:
    """Bytes per second from the start to now, in a fixed number of points."""

    def __init__(self) -> None:
        self._width = 1.0  # seconds of each point
        self._points: list[float] = []  # bytes in each
        self._at = self._seen = 0.0
        self._bytes_sent: int | None = None

    def add(self, seconds: float, bytes_sent: int, idle: bool = False) -> None:
        """Add a measurement: the bytes sent until so many seconds after the start.

        A file counts when it is answered, so its bytes are spread over the time since the last answer. `idle`:
        nothing was supposed to happen in that time.
        """
        if self._bytes_sent is None:
            self._at, self._bytes_sent = seconds, bytes_sent
        self._seen = seconds
        grown = bytes_sent - self._bytes_sent
        if seconds > self._at and (grown or idle):
            self._spread(self._at, seconds, grown)
            self._at, self._bytes_sent = seconds, bytes_sent

    @property
    def seconds(self) -> float:
        """Seconds since the start; nothing is known yet of the time since the last answer."""
        return self._seen

    @property
    def rates(self) -> list[tuple[float, float]]:
        """Points of the curve: seconds since the start, and bytes a second around then."""
        found = []
        for index, sent in enumerate(self._points):
            begin = index * self._width
            lasts = min(self._width, self._at - begin)
            if lasts >= self._width / 2:  # a shorter time says little
                found.append((begin + lasts / 2, sent / lasts))
        return found

    def _spread(self, begin: float, end: float, bytes_sent: float) -> None:
        while end > MOST * self._width:
            self._points.extend([0.0] * (len(self._points) % 2))
            self._points = [sum(self._points[at : at + 2]) for at in range(0, len(self._points), 2)]
            self._width *= 2
        last = math.ceil(end / self._width)
        self._points.extend([0.0] * (last - len(self._points)))
        for index in range(int(begin / self._width), last):
            overlap = min(end, (index + 1) * self._width) - max(begin, index * self._width)
            self._points[index] += bytes_sent * max(0.0, overlap) / (end - begin)


class Chart(ttk.Frame):
    """A trace, drawn as an area under a line with two axes; it fills the room it gets."""

    def __init__(self, master: tk.Misc, theme: Theme, name: str) -> None:
        super().__init__(master, name=name)
        self._theme = theme
        self._trace = Trace()
        self.columnconfigure(0, weight=1)
        self.rowconfigure(1, weight=1)
        self._title = WrappedLabel(self, texts.NO_SPEED, "Hint.TLabel", name=f"{name}_label")
        self._title.grid(row=0, sticky="ew")
        self._canvas = tk.Canvas(
            self,
            name=f"{name}_canvas",
            width=theme.px(216),
            height=theme.px(84),
            background=self._theme.colours.ground,
            highlightthickness=0,
            takefocus=0,
        )
        self._canvas.grid(row=1, sticky="nsew")
        self._small = font.Font(self, name="Small", exists=True)
        self._area = self._canvas.create_polygon(0, 0, 0, 0, fill=self._theme.colours.selection, outline="")
        self._axes = self._canvas.create_line(0, 0, 0, 0, fill=self._theme.colours.border)
        self._line = self._canvas.create_line(0, 0, 0, 0, fill=self._theme.colours.primary, width=theme.px(2))
        self._canvas.bind("<Configure>", lambda _: self._draw())

    def show(self, trace: Trace, title: Message) -> None:
        """Draw a trace below its title."""
        self._trace = trace
        self._title.say(title)
        self._draw()

    def _draw(self) -> None:
        px, canvas, small = self._theme.px, self._canvas, self._small
        curve = [(seconds, rate / MEGABYTE) for seconds, rate in self._trace.rates]
        top = round_above(max((rate for _, rate in curve), default=0))
        heights = [0.0, top / 2, top] if curve else [0.0]
        left = px(6) + max(small.measure(render(texts.axis_speed(height))) for height in heights)
        above, low = small.metrics("linespace") // 2 + 1, canvas.winfo_height() - small.metrics("linespace") - px(4)
        right = canvas.winfo_width() - px(8)
        span = max(_SHORTEST, self._trace.seconds)

        def x(seconds: float) -> float:
            return left + (right - left) * seconds / span

        def y(rate: float) -> float:
            return low - (low - above) * rate / top

        line = [part for seconds, rate in curve for part in (x(seconds), y(rate))]
        if line:
            line = [x(0), line[1], *line]
        canvas.coords(self._line, *(line or [left, low, left, low]))
        canvas.coords(self._area, *([x(0), low, *line, line[-2], low] if line else [left, low, left, low]))
        canvas.coords(self._axes, left, above, left, low, right, low)
        canvas.delete("mark")
        for height in heights:
            text = render(texts.axis_speed(height))
            canvas.create_line(left - px(3), y(height), left, y(height), fill=self._theme.colours.border, tags="mark")
            self._mark(left - px(5), y(height), text, "e")
        for seconds, text in time_marks(span):
            canvas.create_line(x(seconds), low, x(seconds), low + px(3), fill=self._theme.colours.border, tags="mark")
            room = right + px(8) - small.measure(text) // 2
            self._mark(min(x(seconds), room), low + px(4), text, "n")

    def _mark(self, x: float, y: float, text: str, anchor: Literal["e", "n"]) -> None:
        self._canvas.create_text(
            x, y, text=text, anchor=anchor, fill=self._theme.colours.secondary, font="Small", tags="mark"
        )


def round_above(value: float) -> float:
    """Round up to 1, 2 or 5 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** math.floor(math.log10(value))
    return next(power * part for part in (1, 2, 5, 10) if value <= power * part * (1 + 1e-9))


def time_marks(span: float) -> Sequence[tuple[float, str]]:
    """Give the two or three round times that are written below a time axis, each with its text."""
    step, unit, name = next((mark for mark in _MARKS if span / mark[0] < 4), _MARKS[-1])
    return [(at, render(texts.axis_time(at // unit, name))) for at in range(step, int(span) + 1, step)][-3:]
