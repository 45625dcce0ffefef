"""A sentence as a template and its values, which are put together only where somebody reads it.

A value is data: it is never translated and never altered. A value that is a message is rendered in turn. A count is
written with the separators of the language; what only looks like a number, such as a port or a version, is a text.

Two marks say where a text comes from. `Private` may identify a patient, a person or a place on this computer: a name,
an ID, a path, something typed. `Foreign` was written by somebody else: a PACS, the operating system, a library; it may
quote anything. A report without names leaves out both, wherever they are inside.
"""

from __future__ import annotations

import gettext
from dataclasses import dataclass, field
from typing import Callable, Dict, Mapping, Tuple, Union

from wizard.language.writing import PLAIN_ENGLISH, Writing

#: The most characters of a foreign text that are kept; more is for nobody to read.
LONGEST_FOREIGN = 1024
#: The most characters of a comment of a PACS in a sentence or a table.
LONGEST_COMMENT = 64


class Private(str):
    """A text that may identify a patient, a person or a place on this computer."""


class Foreign(str):
    """A text that a PACS, the operating system or a library wrote; the rest of a very long one is cut off."""

    def __new__(cls, text: str) -> Foreign:
        whole = str(text)
        return super().__new__(cls, whole if len(whole) <= LONGEST_FOREIGN else whole[: LONGEST_FOREIGN - 1] + "…")


def comment_for_people(comment: str) -> Foreign:
    """Return a comment of a PACS for a sentence or a table, cut off at 64 characters; all of it is a technical detail.

    The Error Comment is a text of at most 64 characters (PS3.7 E.1, VR LO).
    """
    return Foreign(comment if len(comment) <= LONGEST_COMMENT else f"{comment[: LONGEST_COMMENT - 1].rstrip()}…")


class Size(float):
    """A number of bytes, written in decimal units: "4.6 GB"."""


class Duration(float):
    """A number of seconds, written as "1 h 05 min 10 s"."""


class Day(str):
    """A date as the standard writes it, YYYYMMDD (PS3.5 6.2, DA)."""


Value = Union[str, int, float, "Message", Tuple["Value", ...]]
"""What may be put into a sentence. The parts of a tuple are listed with commas between them."""


@dataclass(frozen=True, init=False)
class Message:
    """A sentence, or a few words, in English with names in braces for its values.

    Parameters
    ----------
    one : str
        The template. If `many` is given as well, `one` is the singular.
    many : str
        The plural. The value `n` decides which of the two is used; a language may have more forms.
    values
        The values by name.
    """

    one: str
    many: str = ""
    values: Mapping[str, Value] = field(default_factory=dict, hash=False)

    def __init__(self, one: str, many: str = "", /, **values: Value) -> None:
        object.__setattr__(self, "one", one)
        object.__setattr__(self, "many", many)
        object.__setattr__(self, "values", values)

    @property
    def code(self) -> str:
        """The code under which the template stands in a vocabulary; "" for a message that has none."""
        return ""

    def __str__(self) -> str:
        """The sentence in English, whatever language is in use: for logs, the manifest and programs."""
        return written(self, _ENGLISH, PLAIN_ENGLISH)

    def __bool__(self) -> bool:
        return bool(self.one)


Hide = Callable[[str], str]
"""Makes the text that stands for a private or foreign one, for example in a report without names."""
_ENGLISH = gettext.NullTranslations()


class _Written(Dict[str, str]):
    """The values of a sentence. One that a manifest of another version does not have is left open."""

    def __missing__(self, name: str) -> str:
        return "…"


def written(
    value: Value,
    translations: gettext.NullTranslations,
    writing: Writing,
    hide: Hide | None = None,
    show: Callable[[str], str] = str,
) -> str:
    """Write a message, or a value, in a language: with its translations, and in its way to write figures.

    `hide` makes what stands for each private or foreign text, however deep it lies inside; `show` makes what is written
    for every other text that is a value.
    """
    if isinstance(value, Message):
        if not value.one:
            return ""
        template = _template(value, translations, writing)
        values = {name: written(one, translations, writing, hide, show) for name, one in value.values.items()}
        return template.format_map(_Written(values))
    if isinstance(value, tuple):
        return ", ".join(written(part, translations, writing, hide, show) for part in value)
    if isinstance(value, str):
        if isinstance(value, Day):
            return writing.day(value)
        return hide(value) if hide is not None and isinstance(value, (Private, Foreign)) else show(value)
    if isinstance(value, Size):
        return writing.size(value)
    if isinstance(value, Duration):
        return writing.duration(value)
    return writing.fraction(value) if isinstance(value, float) else writing.number(value)


def _template(message: Message, translations: gettext.NullTranslations, writing: Writing) -> str:
    """Return the template in a language, in the form that the number asks for."""
    if not message.many:
        return translations.gettext(message.one)
    count = message.values.get("n")
    form = translations.ngettext(message.one, message.many, count if isinstance(count, int) else 0)
    return form.replace("{n} ", "{n}" + writing.space)  # a number stays on the line of its noun


NOTHING = Message("")
"""No sentence at all."""


def together(*messages: Message) -> Message:
    """Put whole sentences one after the other."""
    said = [message for message in messages if message]
    if len(said) < 2:
        return said[0] if said else NOTHING
    values = {f"sentence{number}": message for number, message in enumerate(said, start=1)}
    return Message(" ".join(f"{{{name}}}" for name in values), **values)
