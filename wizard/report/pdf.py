"""Write the report as PDF: it draws the HTML file, so that both have the same content.

The document is read again piece by piece, so that memory holds one piece at a time. An unknown element is an error; it
is never left out.
"""

from __future__ import annotations

from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Sequence
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from wizard.language import render
from wizard.report import typefaces
from wizard.report.drawing import GREY, GROUND, LINE, MARGIN, TEXT, WIDTH, Drawing, Style, TextLine

_COLOURS = {"good": "#1b6e3c", "open": "#8a5300", "bad": "#b3261e"}
_GROUNDS = {"good": "#f1f8f4", "open": "#fdf7ee", "bad": "#fdf3f2"}
_PRIMARY, _STRONG = "#0b5cad", "#8793a0"
_BODY, _CELL, _SMALL, _CODE = Style(), Style(8), Style(7, colour=GREY), Style(7, anywhere=True)
_GAP = 2.4  # millimetres between two columns
_PAD = 1.0  # above and below a row
_MEASURED = 150  # rows that are measured for the width of a column
_NARROWEST = 11.0
_BAR = 24.0
_TERMS = 36.0  # the names of a list of facts


def pages(report: Path, heartbeat: Callable[[], None]) -> Iterator[bytes]:
    """Yield the HTML file `report` as PDF; `heartbeat` is called between two pieces of work."""
    chosen = typefaces.choose(set(report.read_text("utf-8")))
    drawn: _Pages | None = None
    above: list[Element] = []
    for event, element in ElementTree.iterparse(str(report), events=("start", "end")):
        if event == "start":
            above.append(element)
            continue
        above.pop()
        if element.tag == "title":
            drawn = _Pages("".join(element.itertext()), chosen, heartbeat)
        if len(above) == 2 and above[1].tag == "body":
            assert drawn is not None, "a document has a title, and it comes before what it is of"
            drawn.put(element)
            element.clear()
            heartbeat()
    assert drawn is not None, "a document has a title"
    yield drawn.done()


class _Cell(NamedTuple):
    """The content of a cell: texts below each other, or a bar (its share of the column, and its colour)."""

    texts: Sequence[tuple[str, Style]] = ()
    bar: tuple[float, str] | None = None
    right: bool = False


class _Pages:
    """Draws the elements of the report one after the other."""

    def __init__(self, title: str, chosen: typefaces.Chosen, heartbeat: Callable[[], None]) -> None:
        self._drawing = Drawing(title, chosen.files, chosen.missing)
        self._drawing.describe(title)
        self._missing, self._heartbeat = chosen.missing, heartbeat
        self._draw: dict[str, Callable[[Element], None]] = {
            **{"header": self._header, "section": self._section, "h2": self._h2, "h3": self._h3, "p": self._p},
            **{"ul": self._ul, "dl": self._dl, "table": self._table, "svg": self._drawing.chart},
        }

    def put(self, element: Element) -> None:
        self._draw[element.tag](element)

    def done(self) -> bytes:
        return self._drawing.done()

    def _header(self, element: Element) -> None:
        drawing = self._drawing
        product, heading, about = element
        drawing.flow(_text(product), Style(9.5, bold=True, colour=_PRIMARY), after=0.4)
        drawing.flow(_text(heading), Style(20, bold=True), after=0.4)
        drawing.flow(_text(about), Style(9.5, colour=GREY), after=3)
        if self._missing:
            self._not_drawn()

    def _not_drawn(self) -> None:
        """Say which characters the PDF does not show."""
        self._note(render(typefaces.not_displayed(self._missing)))

    def _section(self, element: Element) -> None:
        kind, _, mark = (element.get("class") or "").partition(" ")
        if kind == "verdict":
            self._verdict(element, mark)
        elif kind == "tiles":
            self._tiles(element)
        elif kind == "signatures":
            self._signatures(element)
        else:
            raise ValueError(kind)

    def _verdict(self, element: Element, mark: str) -> None:
        drawing, width = self._drawing, WIDTH - 12
        lines = drawing.lines(_text(element[0]), width, Style(13, bold=True, colour=_COLOURS[mark]))
        for sentence in element[1:]:
            lines += drawing.lines(_text(sentence), width, _BODY)
        height = sum(line.height for line in lines) + 8
        drawing.room(height)
        drawing.box(MARGIN, drawing.y, WIDTH, height, _GROUNDS[mark])
        drawing.box(MARGIN, drawing.y, 1.6, height, _COLOURS[mark])
        drawing.put(lines, MARGIN + 6, drawing.y + 4, width)
        drawing.y += height + 4

    def _tiles(self, element: Element) -> None:
        drawing, width = self._drawing, (WIDTH - 9) / 4
        drawing.room(18)
        for position, tile in enumerate(element):
            x = MARGIN + position * (width + 3)
            drawing.box(x, drawing.y, width, 16, line=LINE)
            lines = [TextLine(_text(tile[0]), Style(16, bold=True)), TextLine(_text(tile[1]), Style(7.5, colour=GREY))]
            drawing.put(lines, x + 3.5, drawing.y + 2, width - 4)
        drawing.y += 20

    def _h2(self, element: Element) -> None:
        drawing = self._drawing
        number, title = _text(element[0]), (element[0].tail or "").strip()
        if not drawing.room(34):
            drawing.y += 4
        drawing.rule(MARGIN, drawing.y, MARGIN + WIDTH, drawing.y)
        drawing.y += 3
        drawing.put([TextLine(number, Style(13, colour=GREY))], MARGIN, drawing.y, 9)
        drawing.flow(title, Style(13, bold=True), MARGIN + 9, WIDTH - 9, after=1.6)

    def _h3(self, element: Element) -> None:
        self._drawing.room(36)
        self._drawing.y += 2
        self._drawing.flow(_text(element), Style(10, bold=True), after=1.2)

    def _p(self, element: Element) -> None:
        css = element.get("class", "")
        if css == "note":
            self._note(_text(element))
        else:
            small = len(element) == 1 and element[0].tag == "small"
            self._drawing.flow(_text(element), _SMALL if small else _BODY._replace(colour=_COLOURS.get(css, TEXT)))

    def _note(self, text: str) -> None:
        drawing = self._drawing
        lines = drawing.lines(text, WIDTH - 8, Style(9))
        height = sum(line.height for line in lines) + 4
        drawing.room(height)
        drawing.box(MARGIN, drawing.y, WIDTH, height, GROUND)
        drawing.put(lines, MARGIN + 4, drawing.y + 2, WIDTH - 8)
        drawing.y += height + 2

    def _ul(self, element: Element) -> None:
        for item in element:
            self._drawing.room(6)
            self._drawing.put([TextLine("•", _BODY)], MARGIN + 1.5, self._drawing.y, 4)
            self._drawing.flow(_text(item), _BODY, MARGIN + 5.5, WIDTH - 5.5, after=1)

    def _dl(self, element: Element) -> None:
        drawing, width = self._drawing, WIDTH - _TERMS
        for term, value in zip(element[::2], element[1::2]):
            texts = _texts(value, _BODY._replace(size=9))
            lines = [line for text, style in texts for line in drawing.lines(text, width, style)]
            drawing.room(sum(line.height for line in lines[:8]))
            name = drawing.lines(_text(term), _TERMS - 2, Style(9, colour=GREY))
            least = drawing.y + drawing.put(name, MARGIN, drawing.y, _TERMS)
            for line in lines:
                if drawing.room(line.height):
                    least = drawing.y
                drawing.y += drawing.put([line], MARGIN + _TERMS, drawing.y, width)
            drawing.y = max(drawing.y, least) + 1

    def _signatures(self, element: Element) -> None:
        drawing, width = self._drawing, (WIDTH - 16) / 3
        for start in range(0, len(element), 4):
            role, *fields = element[start : start + 4]
            drawing.room(26)
            drawing.y += drawing.put([TextLine(_text(role), Style(9.5, bold=True))], MARGIN, drawing.y, WIDTH) + 13
            for position, field in enumerate(fields):
                x = MARGIN + position * (width + 8)
                drawing.rule(x, drawing.y, x + width, drawing.y, TEXT)
                drawing.put([TextLine(_text(field), _SMALL)], x, drawing.y + 1, width)
            drawing.y += 9

    # Tables

    def _table(self, element: Element) -> None:
        heading = [_cell(cell, Style(7.5, bold=True, colour=GREY)) for cell in element[0][0]]
        kinds = [cell.get("class", "") for cell in element[0][0]]
        rows = [[_cell(cell, _CELL) for cell in row] for row in element[1]]
        widths = self._widths(kinds, heading, rows)
        self._row(heading, widths, _STRONG, 20)
        for number, row in enumerate(rows):
            self._row(row, widths, LINE, heading=heading)
            if number % 50 == 0:
                self._heartbeat()
        self._drawing.y += 3

    def _row(
        self,
        cells: Sequence[_Cell],
        widths: Sequence[float],
        rule: str,
        more: float = 0.0,
        heading: Sequence[_Cell] = (),
    ) -> None:
        """Draw one row, and the heading again where a new page begins; `more` must fit below it on the same page."""
        drawing = self._drawing
        laid = [
            [line for text, style in cell.texts for line in drawing.lines(text, width, style)]
            for cell, width in zip(cells, widths)
        ]
        height = max((sum(line.height for line in lines) for lines in laid), default=0) + 2 * _PAD
        if drawing.room(min(height + more, 240)) and heading:
            self._row(heading, widths, _STRONG)
        x, top, bottom = MARGIN, drawing.y, drawing.y + height
        for cell, width, lines in zip(cells, widths, laid):
            if cell.bar:
                share, colour = cell.bar
                drawing.box(x, top + _PAD + 0.9, max(width * share, 0.5), 2, colour)
            drawing.put(lines, x, top + _PAD, width, "R" if cell.right else "L")
            x += width + _GAP
        drawing.rule(MARGIN, bottom, MARGIN + WIDTH, bottom, rule)
        drawing.y = bottom

    def _widths(self, kinds: Sequence[str], heading: Sequence[_Cell], rows: Sequence[Sequence[_Cell]]) -> list[float]:
        """Compute the widths of columns: as needed, where they fit; else breakable columns share the rest."""
        natural = []
        for column, kind in enumerate(kinds):
            cells = [row[column] for row in rows[:_MEASURED]]
            texts = [text for cell in cells for text in cell.texts]
            words = [(word, style) for text, style in heading[column].texts for word in text.split()]
            whole = [*texts, *(words if kind == "n" else heading[column].texts)]
            widest = max((self._drawing.natural(*text) for text in whole), default=0) + 0.6
            natural.append(_BAR if kind == "bar" else 30.0 if kind == "sign" else max(widest, _NARROWEST))
        room = WIDTH - _GAP * (len(kinds) - 1)
        fixed = sum(width for width, kind in zip(natural, kinds) if kind in ("n", "s", "bar", "sign"))
        free = [width for width, kind in zip(natural, kinds) if kind not in ("n", "s", "bar", "sign")]
        if not free or fixed + sum(free) <= room or fixed > room * 0.8:
            scale = min(room / sum(natural), 1) if fixed > room * 0.8 or not free else 1
            return [width * scale for width in natural]
        shares = _shared(free, room - fixed)
        return [width if kind in ("n", "s", "bar", "sign") else shares.pop(0) for width, kind in zip(natural, kinds)]


def _shared(wanted: Sequence[float], room: float) -> list[float]:
    """Share the width: a column that needs less than an equal part gets all it needs."""
    given = [0.0] * len(wanted)
    left, waiting = room, sorted(range(len(wanted)), key=wanted.__getitem__)
    for position, index in enumerate(waiting):
        given[index] = min(wanted[index], left / (len(waiting) - position))
        left -= given[index]
    return given


def _text(element: Element) -> str:
    return "".join(element.itertext()).strip()


def _cell(element: Element, style: Style) -> _Cell:
    """Read a cell of a table. Its grey lines are `small`, a bar is an `i` with a width in percent."""
    if len(element) == 1 and element[0].tag == "i":
        bar = element[0]
        share = float(bar.get("style", "width:0%")[len("width:") : -1]) / 100
        return _Cell(bar=(share, _COLOURS["open"] if bar.get("class") == "e" else _PRIMARY))
    return _Cell(_texts(element, style), right=element.get("class") == "n")


def _texts(element: Element, style: Style) -> list[tuple[str, Style]]:
    """Read the texts of an element, one below the other: its own text, then that of each block inside."""
    found: list[tuple[str, Style]] = []
    inline = element.text or ""
    own = style
    for child in element:
        if child.tag in ("small", "div"):
            found += [(inline.strip(), own)] if inline.strip() else []
            inline = ""
            inside = style if child.tag == "div" else _SMALL
            found += _texts(child, inside)
        else:
            own = _styled(child, style)
            inline += "".join(child.itertext())
        inline += child.tail or ""
    return [*found, (inline.strip(), own)] if inline.strip() else found


def _styled(element: Element, style: Style) -> Style:
    """Return the style of the text in an inline element."""
    css = element.get("class", "").split()
    if element.tag == "b":
        return style._replace(bold=True)
    if element.tag == "code":
        return _CODE
    if "zero" in css:
        return style._replace(colour=GREY)
    if "tag" in css:
        return style._replace(size=7, bold=True, colour=_COLOURS[css[-1]])
    return style
