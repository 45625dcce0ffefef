"""Draw on the pages of a PDF from top to bottom: lines of text in any alphabet, boxes, and charts.

Lengths are millimetres, font sizes points. The module does not depend on the content of the report.
"""

from __future__ import annotations

import re
from typing import Any, NamedTuple, Sequence
from xml.etree.ElementTree import Element

from fpdf import FPDF
from fpdf.enums import WrapMode

from wizard import language
from wizard.language import render
from wizard.language.message import Message
from wizard.report import typefaces

MARGIN, TOP, BOTTOM = 14.0, 15.0, 17.0
WIDTH = 210.0 - 2 * MARGIN
TEXT, GREY, LINE, GROUND = "#1f2a36", "#5a6570", "#d5dbe1", "#f2f5f8"
LONGEST = 14  # lines of one text
CUT = Message("… (the rest of this text is in the HTML file)")

_POINT = 0.3528  # millimetres
_LEADING = 1.36  # height of a line in multiples of the font size
# Text that must be shaped: alphabets that are written from right to left, or whose letters change beside each other.
_SHAPED = re.compile("[\u0300-\u036f\u0590-\u08ff\u0900-\u0dff\u0e00-\u109f\u1780-\u17ff\u200c-\u200f\ufb1d-\ufeff]")


class Style(NamedTuple):
    """The style of a text; `anywhere` allows a line break between any two letters, as for a path."""

    size: float = 9.5
    bold: bool = False
    colour: str = TEXT
    anywhere: bool = False


class TextLine(NamedTuple):
    """One line that fits its width."""

    text: str
    style: Style

    @property
    def height(self) -> float:
        return self.style.size * _POINT * _LEADING


class Drawing:
    """Pages of A4. `y` is the position of the next item; an item that does not fit goes to the next page.

    Parameters
    ----------
    footer : str
        The text at the bottom of each page, before its number.
    files : sequence of Path
        Typefaces in addition to the program's own.
    missing : sequence of str
        Characters that no typeface has.
    """

    def __init__(self, footer: str, files: Sequence[object], missing: Sequence[str]) -> None:
        self._footer = footer
        self._pdf = FPDF(format="A4")
        self._pdf.c_margin = 0
        self._pdf.set_auto_page_break(False)
        self._pdf.set_creator("DICOM PACS Migrator")
        self._pdf.set_line_width(0.2)
        self._pdf.add_font("text", "", str(typefaces.REGULAR))
        self._pdf.add_font("text", "B", str(typefaces.BOLD))
        for number, file in enumerate(files):
            self._pdf.add_font(f"other{number}", "", str(file))
        self._pdf.set_fallback_fonts([f"other{number}" for number in range(len(files))], exact_match=False)
        self._missing = str.maketrans(dict.fromkeys(missing, typefaces.MARK))
        self._pdf.add_page()
        self.y = TOP

    def describe(self, title: str) -> None:
        """Set the title of the document."""
        self._pdf.set_title(title)
        self._pdf.set_lang(language.now())

    def done(self) -> bytes:
        """Number the pages and return the whole document."""
        count = len(self._pdf.pages)
        for page in range(1, count + 1):
            self._pdf.page = page
            self._pdf.set_font("text", "B", 1)  # else the current font counts as set on this page, too
            where = render(Message("page {page} of {count}", page=page, count=count))
            line = TextLine(f"{self._footer} · {where}", Style(7, colour=GREY))
            self.put([line], MARGIN, 297 - BOTTOM + 6, WIDTH)
        return bytes(self._pdf.output())

    # Places

    def room(self, height: float) -> bool:
        """Make sure that an item of this height fits; True when a new page was begun for it."""
        if self.y + height <= 297 - BOTTOM or self.y <= TOP:
            return False
        self._pdf.add_page()
        self.y = TOP
        return True

    # Text

    def lines(self, text: str, width: float, style: Style) -> list[TextLine]:
        """Break a text into lines of at most this width; a very long text is cut, and a note says so."""
        text = text.translate(self._missing).strip()  # inside, a name may have several spaces in a row
        if not text:
            return []
        self._set(text, style)
        if len(text) < 200 and self._pdf.get_string_width(text) <= width:
            return [TextLine(text, style)]
        found: Any = self._pdf.multi_cell(
            w=width,
            text=text[: LONGEST * 120],
            align="L",
            dry_run=True,
            output="LINES",
            wrapmode=WrapMode.CHAR if style.anywhere else WrapMode.WORD,
        )
        if len(found) > LONGEST or len(text) > LONGEST * 120:
            return [*(TextLine(line, style) for line in found[:LONGEST]), *self.lines(render(CUT), width, style)]
        return [TextLine(line, style) for line in found]

    def natural(self, text: str, style: Style) -> float:
        """Measure the width of a text in one line; of a very long text only the beginning is measured."""
        self._set(text[:120], style)
        return float(self._pdf.get_string_width(text[:120].translate(self._missing)))

    def put(self, lines: Sequence[TextLine], x: float, y: float, width: float, align: str = "L") -> float:
        """Draw lines one below the other at a position of this page; return their height."""
        top = y
        for line in lines:
            self._set(line.text, line.style)
            self._pdf.set_text_color(*_rgb(line.style.colour))
            self._pdf.set_xy(x, y)
            self._pdf.cell(width, line.height, line.text, align=align)
            y += line.height
        return y - top

    def flow(self, text: str, style: Style, x: float = MARGIN, width: float = WIDTH, after: float = 1.4) -> None:
        """Draw a text below the last item, over several pages if necessary."""
        for line in self.lines(text, width, style):
            self.room(line.height)
            self.y += self.put([line], x, self.y, width)
        self.y += after

    def _set(self, text: str, style: Style) -> None:
        pdf = self._pdf
        pdf.set_font("text", "B" if style.bold else "", style.size)
        shaped = _SHAPED.search(text) is not None
        if shaped != bool(pdf.text_shaping):
            pdf.set_text_shaping(shaped)

    # Shapes

    def box(self, x: float, y: float, width: float, height: float, fill: str = "", line: str = "") -> None:
        if fill:
            self._pdf.set_fill_color(*_rgb(fill))
        if line:
            self._pdf.set_draw_color(*_rgb(line))
        self._pdf.rect(x, y, width, height, style=("F" if fill else "") + ("D" if line else ""))

    def rule(self, x1: float, y1: float, x2: float, y2: float, colour: str = LINE) -> None:
        self._pdf.set_draw_color(*_rgb(colour))
        self._pdf.line(x1, y1, x2, y2)

    def chart(self, svg: Element) -> None:
        """Draw a chart of `wizard.report.charts` over the whole width."""
        _, _, across, down = map(float, svg.get("viewBox", "0 0 1 1").split())
        scale = WIDTH / across
        self.room(down * scale)
        for shape in svg:
            at = {name: float(shape.get(name, 0)) * scale for name in ("x", "y", "x1", "y1", "x2", "y2")}
            if shape.tag == "rect":
                size = [float(shape.get(name, 0)) * scale for name in ("width", "height")]
                self.box(MARGIN + at["x"], self.y + at["y"], size[0], size[1], fill=shape.get("fill", GREY))
            elif shape.tag == "line":
                ends = (MARGIN + at["x1"], self.y + at["y1"], MARGIN + at["x2"], self.y + at["y2"])
                self.rule(*ends, colour=shape.get("stroke", LINE))
            elif shape.tag == "text":
                line = TextLine("".join(shape.itertext()), Style(7, colour=GREY))
                width = self.natural(line.text, line.style) + 2
                x = MARGIN + at["x"] - (width / 2 if shape.get("text-anchor") == "middle" else 0)
                self.put([line], x, self.y + at["y"] - line.height * 0.8, width)
        self.y += down * scale + 2


def _rgb(colour: str) -> tuple[int, int, int]:
    return int(colour[1:3], 16), int(colour[3:5], 16), int(colour[5:7], 16)
