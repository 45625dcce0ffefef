"""Build the HTML of the report. Every value is escaped here, unless it is `Markup` already.

Sentences of the program are translated; texts from elsewhere (`foreign`, `code`) stay as they are.

The output is valid HTML and well-formed XML at once, so that the strictest parser can check it.
"""

from __future__ import annotations

import html
from typing import Iterable, Iterator, Sequence

from wizard.language import said
from wizard.report.values import number, printable


class Markup(str):
    """A piece of HTML that needs no escaping."""


def escape(value: object) -> Markup:
    """Escape a value for HTML text, or for the value of an attribute."""
    if isinstance(value, Markup):
        return value
    return _as_it_is(said(number(value) if isinstance(value, int) else str(value)))


def _as_it_is(text: str) -> Markup:
    return Markup(html.escape(printable(text)))


def element(name: str, *content: object, css: str = "") -> Markup:
    """Build `<name class="css">content</name>`, with the content escaped."""
    attribute = f' class="{css}"' if css else ""
    return Markup(f"<{name}{attribute}>{''.join(map(escape, content))}</{name}>")


def foreign(text: str) -> Markup:
    """Write a text of the old or the new PACS; `bdi` isolates its direction of writing."""
    return Markup(f"<bdi>{_as_it_is(text)}</bdi>") if text else Markup("")


def told(text: str) -> Markup:
    """Write a sentence of this program that includes a foreign text."""
    return element("bdi", text) if text else Markup("")


def code(text: str) -> Markup:
    """Write a path, a UID or a number for experts; a line break may be anywhere in it."""
    return Markup(f"<code><bdi>{_as_it_is(text)}</bdi></code>")


def lines(*parts: object) -> Markup:
    """Write the non-empty parts one below the other; all but the first in grey."""
    first, *others = [escape(part) for part in parts if part] or [Markup("")]
    return Markup("".join([first, *(element("small", other) for other in others)]))


def paragraphs(*sentences: str) -> Markup:
    return Markup("\n".join(element("p", sentence) for sentence in sentences if sentence))


def note(*content: object) -> Markup:
    """Write a sentence in a box of its own."""
    return Markup(element("p", *content, css="note") + "\n")


def cut(listed: int, count: int, where: str = "", more: bool = False) -> str:
    """Say that a list is cut, and where the whole list is; with `more`, the total is not known."""
    if count <= listed:
        return ""
    of = "" if more else f" of {number(count)}"
    rest = f"; all of them are in {where}" if where else ""
    return note(f"The first {number(listed)}{of} are listed here{rest}.")


def items(sentences: Iterable[object]) -> Markup:
    return Markup("<ul>\n" + "\n".join(element("li", sentence) for sentence in sentences) + "\n</ul>")


def facts(pairs: Iterable[tuple[str, object]]) -> Markup:
    """Write a list of names with their values; pairs without a value are omitted."""
    rows = (element("dt", name) + element("dd", value) for name, value in pairs if value)
    return Markup("<dl>\n" + "\n".join(rows) + "\n</dl>")


def table(columns: Sequence[tuple[str, str]], rows: Iterable[Sequence[object]]) -> Iterator[str]:
    """Yield a table row by row. A column is its heading and its class; the class "n" aligns numbers right."""
    heading = "".join(element("th", title, css=css) for title, css in columns)
    yield f"<table>\n<thead><tr>{heading}</tr></thead>\n<tbody>\n"
    for row in rows:
        cells = "".join(element("td", _quiet_zero(cell), css=css) for cell, (_, css) in zip(row, columns))
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody>\n</table>\n"


def _quiet_zero(cell: object) -> object:
    return element("span", cell, css="zero") if isinstance(cell, int) and not cell else cell
