"""Messages with any values, for `hypothesis`; and what they hold."""

from __future__ import annotations

import sys
from typing import Callable, Iterator, Sequence

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from tests.language.templates import all_sentences, names
from tests.messages import Sentence, fields
from wizard.language.message import Day, Duration, Foreign, Message, Private, Size, Value

#: Any text, and often one that looks like a template, a number or a sentence, or turns the direction of writing.
TEXTS = st.text(max_size=40) | st.sampled_from(
    [
        *("", " ", "{", "}", "{}", "{n}", "{0}", "{{}}", "{x.y}", "{x!r:>9}", "%", "%s", "%(n)s", "${n}", "\\", "\0"),
        *(
            "\n",
            "\r\n",
            "a\tb",
            "\u200f",
            "\u202eabc",
            "\u2068",
            "\u00a0",
            "⟦",
            "/mnt/Meier, copy",
            "D:/source, verify",
        ),
        *("10.5", "1,000", "007", "Copied.", "copy", "Stopped. You can continue later.", "“quoted”", "„zitiert“", "😀"),
    ]
)
COUNTS = st.integers(-(10**15), 10**15) | st.sampled_from([0, 1, 2, 5, 999, 1000, 9318])
_FINITE = st.floats(0, 1e15, allow_nan=False)
_DAYS = st.dates().map(lambda date: Day(date.strftime("%Y%m%d").zfill(8))) | st.just(Day(""))
LEAVES: SearchStrategy[Value] = st.one_of(
    *(TEXTS, TEXTS.map(Private), TEXTS.map(Foreign), COUNTS),
    *(_FINITE.map(Size), st.floats(0, 1e7).map(Duration), _FINITE, _DAYS),
)


@st.composite
def messages(draw: st.DrawFn, values: SearchStrategy[Value]) -> Message:
    """Any sentence of the program, with any values of those given."""
    sentence = draw(st.sampled_from(all_sentences()))
    return made(sentence, lambda name: draw(values), draw(COUNTS))


VALUES: SearchStrategy[Value] = st.recursive(
    LEAVES,
    lambda inner: messages(inner) | st.lists(inner, max_size=3).map(lambda parts: tuple(parts)),
    max_leaves=6,
)
MESSAGES = messages(VALUES)


def made(sentence: Sentence, value: Callable[[str], Value], count: int = 2) -> Message:
    """Put a value into each place of a sentence; `count` into that which decides about the plural."""
    given = {name: value(name) for name in names(sentence)}
    return Message(sentence.one, sentence.many, **({**given, "n": count} if sentence.many else given))


def shown(message: Message) -> frozenset[str]:
    """The names of the values that stand in a message: its singular may do without some ("its only image")."""
    return fields(message.many if message.many and message.values["n"] != 1 else message.one)


def leaves(value: Value) -> Iterator[Value]:
    """Yield every value that stands in a message, however deep."""
    if isinstance(value, Message):
        for name in shown(value):
            yield from leaves(value.values[name])
    elif isinstance(value, tuple):
        for part in value:
            yield from leaves(part)
    else:
        yield value


def replaced(value: Value, change: Callable[[Value], Value]) -> Value:
    """Return a value with every leaf changed."""
    if isinstance(value, tuple):
        return tuple(replaced(part, change) for part in value)
    if isinstance(value, Message):
        return Message(value.one, value.many, **{name: replaced(part, change) for name, part in value.values.items()})
    return change(value)


def deep(depth: int, innermost: Value) -> Message:
    """Nest messages in each other."""
    assert depth < sys.getrecursionlimit() // 10
    message: Value = innermost
    for _ in range(depth):
        message = Message("The folder {folder} cannot be opened: {why}.", folder=("a", message), why="b")
    assert isinstance(message, Message)
    return message


def types(value: Value) -> Sequence[object]:
    """Describe a value with the types of all its parts, which `==` does not compare."""
    if isinstance(value, Message):
        return [Message, value.one, value.many, [(name, types(part)) for name, part in value.values.items()]]
    return [tuple, *map(types, value)] if isinstance(value, tuple) else [type(value), value]
