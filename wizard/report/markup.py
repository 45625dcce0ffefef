"""Build the HTML of the report. Every value is escaped here, unless it is `Markup` already.

A message is said in the language in use, a number is written in its way, and a plain text is data: it stays as it is.
A message with values that may identify somebody is said by `Names.said` before it comes here.

The output is valid HTML and well-formed XML at once, so that the strictest parser can check it.
"""

from __future__ import annotations

import html
from typing import Iterable, Iterator, Sequence, Union

from wizard.language import number, render
from wizard.language.message import NOTHING, Message
from wizard.language.printable import printable
from wizard.report.values import shortened

#: The most characters of one text from elsewhere, or of one sentence around it; the tables beside the report have more.
LONGEST = 300


class Markup(str):
    """A piece of HTML that needs no escaping."""


Content = Union[Message, str, int]
"""What an element may hold: a message, markup, data, or a number."""


def escape(value: Content) -> Markup:
    """Escape a value for HTML text, or for the value of an attribute."""
    if isinstance(value, Markup):
        return value
    if isinstance(value, int):
        return _as_it_is(number(value))
    return _as_it_is(render(value))


def _as_it_is(text: str) -> Markup:
    return Markup(html.escape(printable(text)))


def element(name: str, *content: Content, css: str = "") -> Markup:
    """Build `<name class="css">content</name>`, with the content escaped."""
    attribute = f' class="{css}"' if css else ""
    return Markup(f"<{name}{attribute}>{''.join(map(escape, content))}</{name}>")


def foreign(text: Message | str, most: int = LONGEST) -> Markup:
    """Write a text from elsewhere, or what stands for it; `bdi` isolates its direction of writing."""
    return element("bdi", shortened(render(text), most)) if text else Markup("")


def told(text: Message | str) -> Markup:
    """Write a sentence of this program that includes a foreign text."""
    return foreign(text)


def code(text: Message | str) -> Markup:
    """Write a path, a UID or a number for experts, in full; a line break may be anywhere in it."""
    return element("code", element("bdi", text))


def lines(*parts: Content) -> Markup:
    """Write the non-empty parts one below the other; all but the first in grey."""
    first, *others = [escape(part) for part in parts if part] or [Markup("")]
    return Markup("".join([first, *(element("small", other) for other in others)]))


def paragraphs(*sentences: Content) -> Markup:
    return Markup("\n".join(element("p", sentence) for sentence in sentences if sentence))


def note(*content: Content) -> Markup:
    """Write a sentence in a box of its own."""
    return Markup(element("p", *content, css="note") + "\n")


def cut(listed: int, count: int, where: str = "") -> str:
    """Say that a list is cut, and in which file the whole list is."""
    if count <= listed:
        return ""
    if not where:
        return note(Message("Showing the first {listed} of {count}.", listed=listed, count=count))
    return note(
        Message("Showing the first {listed} of {count}. All are in {file}.", listed=listed, count=count, file=where)
    )


def cut_somewhere(listed: int, found: int, where: str = "") -> str:
    """Say that a list is cut of which only one more than `listed` was read, so that the whole number is not known."""
    if found <= listed:
        return ""
    if not where:
        return note(Message("Showing the first {listed}; there are more.", listed=listed))
    return note(Message("Showing the first {listed}. All are in {file}.", listed=listed, file=where))


def items(sentences: Iterable[Content]) -> Markup:
    return Markup("<ul>\n" + "\n".join(element("li", sentence) for sentence in sentences) + "\n</ul>")


def facts(pairs: Iterable[tuple[Content, Content]]) -> Markup:
    """Write a list of names with their values; pairs without a value are omitted."""
    rows = (element("dt", name) + element("dd", value) for name, value in pairs if value)
    return Markup("<dl>\n" + "\n".join(rows) + "\n</dl>")


def table(columns: Sequence[tuple[Content, str]], rows: Iterable[Sequence[Content]]) -> Iterator[str]:
    """Yield a table row by row. A column is its heading and its class; the class "n" aligns numbers right."""
    heading = "".join(element("th", title, css=css) for title, css in columns)
    yield f"<table>\n<thead><tr>{heading}</tr></thead>\n<tbody>\n"
    for row in rows:
        cells = "".join(element("td", _quiet_zero(cell), css=css) for cell, (_, css) in zip(row, columns))
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody>\n</table>\n"


def _quiet_zero(cell: Content) -> Content:
    return element("span", cell, css="zero") if isinstance(cell, int) and not cell else cell


NO_HEADING = NOTHING
"""The heading of a column that speaks for itself."""
