"""Draw column charts as SVG inside the report, with their labels and a legend.

The SVG has only `rect`, `line` and `text`, which `wizard.report.drawing` draws in the PDF.
"""

from __future__ import annotations

from typing import NamedTuple, Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.report.markup import Markup, element, escape

WIDTH, HEIGHT = 1000, 190
FOUND, MISSING, NOT_CHECKED, NEUTRAL = "#1b6e3c", "#b3261e", "#d99a2b", "#0b5cad"

_TOP, _BOTTOM, _LEFT = 22, 24, 4
_GREY, _LINE = "#5a6570", "#8793a0"
_LABEL = 46  # the least width of a label below a column
_WIDEST = 90


class Bar(NamedTuple):
    """One column of a chart. `parts` are stacked from below, each with its amount and colour.

    `label` stands below the column, where there is room; `marked` draws a line on its left, where a new run began.
    """

    label: str
    parts: Sequence[tuple[float, str]]
    marked: bool = False

    @property
    def height(self) -> float:
        return sum(value for value, _ in self.parts)


def columns(about: Message, bars: Sequence[Bar], top: Message, legend: Sequence[tuple[Message, str]] = ()) -> Markup:
    """Draw a chart of columns; `about` describes it for screen readers, `top` is the text for its full height.

    `legend` has the name of each colour.
    """
    highest = max((bar.height for bar in bars), default=0) or 1
    room = min((WIDTH - 2 * _LEFT) / max(len(bars), 1), _WIDEST)
    floor = HEIGHT - _BOTTOM
    every = max(1, round(_LABEL / room + 0.49))
    shapes = [_text(_LEFT, 14, render(top))]
    x = WIDTH - _LEFT
    for name, colour in reversed(legend):
        label = render(name)
        x -= 8 * len(label) + 28
        shapes += [_rect(x, 5, 10, 10, colour), _text(x + 15, 14, label)]
    for number, bar in enumerate(bars):
        left, y = _LEFT + number * room, float(floor)
        for value, colour in bar.parts:
            if value > 0:
                tall = max(value / highest * (floor - _TOP), 1.0)
                y -= tall
                shapes.append(_rect(left + room * 0.1, y, room * 0.8, tall, colour))
        if bar.marked:
            shapes.append(_line(left, _TOP, left, floor))
        if bar.label and number % every == 0:
            shapes.append(_text(left + room / 2, HEIGHT - 8, bar.label, "middle"))
    shapes.append(_line(_LEFT, floor, WIDTH - _LEFT, floor))
    svg = f'<svg viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="{escape(about)}">'
    return Markup(f"{svg}{''.join(shapes)}</svg>\n")


def _rect(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{_LINE}"/>'


def _text(x: float, y: float, label: str, anchor: str = "start") -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="13" fill="{_GREY}"'
    return element("text", label).replace("<text>", f"<text {place}>", 1)
