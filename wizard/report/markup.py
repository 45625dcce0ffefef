"""Building blocks of the HTML report. Every value is escaped here, unless it is `Markup` already.

What the program says is said in the person's language; what came from elsewhere (`foreign`, `code`) stays as it is.

The output is valid HTML and well-formed XML at once, so that the strictest parser can prove it whole.
"""

from __future__ import annotations

import html
from typing import Iterable, Iterator, Sequence

from wizard.language import said
from wizard.report.values import number, printable


class Markup(str):
    """A piece of HTML that is safe as it is."""


def escape(value: object) -> Markup:
    """A value as HTML text, or as the value of an attribute."""
    if isinstance(value, Markup):
        return value
    return _as_it_is(said(number(value) if isinstance(value, int) else str(value)))


def _as_it_is(text: str) -> Markup:
    return Markup(html.escape(printable(text)))


def element(name: str, *content: object, css: str = "") -> Markup:
    """`<name class="css">content</name>`, with the content escaped."""
    attribute = f' class="{css}"' if css else ""
    return Markup(f"<{name}{attribute}>{''.join(map(escape, content))}</{name}>")


def foreign(text: str) -> Markup:
    """A text that came from the archive or the destination: its direction of writing stays its own."""
    return Markup(f"<bdi>{_as_it_is(text)}</bdi>") if text else Markup("")


def told(text: str) -> Markup:
    """A sentence of this program that has something foreign in it."""
    return element("bdi", text) if text else Markup("")


def code(text: str) -> Markup:
    """A path, a UID or a number for experts; it may be broken anywhere."""
    return Markup(f"<code><bdi>{_as_it_is(text)}</bdi></code>")


def lines(*parts: object) -> Markup:
    """What is not empty, one under the other; all but the first in a quieter tone."""
    first, *others = [escape(part) for part in parts if part] or [Markup("")]
    return Markup("".join([first, *(element("small", other) for other in others)]))


def paragraphs(*sentences: str) -> Markup:
    return Markup("\n".join(element("p", sentence) for sentence in sentences if sentence))


def note(*content: object) -> Markup:
    """A sentence that stands apart."""
    return Markup(element("p", *content, css="note") + "\n")


def cut(listed: int, count: int, where: str = "", more: bool = False) -> str:
    """Say so when a list is cut, and where the whole of it is; `more`: how many there are is not known."""
    if count <= listed:
        return ""
    of = "" if more else f" of {number(count)}"
    rest = f"; all of them are in {where}" if where else ""
    return note(f"The first {number(listed)}{of} are listed here{rest}.")


def items(sentences: Iterable[object]) -> Markup:
    return Markup("<ul>\n" + "\n".join(element("li", sentence) for sentence in sentences) + "\n</ul>")


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    """A list of names with their values; pairs without a value are left out."""
    rows = (element("dt", name) + element("dd", value) for name, value in pairs if value)
    return Markup("<dl>\n" + "\n".join(rows) + "\n</dl>")


def table(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """A table, row by row. A column is its heading and its class; in the class "n" numbers stand right."""
    heading = "".join(element("th", title, css=css) for title, css in columns)
    yield f"<table>\n<thead><tr>{heading}</tr></thead>\n<tbody>\n"
    for row in rows:
        cells = "".join(element("td", _quiet_zero(cell), css=css) for cell, (_, css) in zip(row, columns))
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody>\n</table>\n"


def _quiet_zero(cell: object) -> object:
    return element("span", cell, css="zero") if isinstance(cell, int) and not cell else cell
