"""The language of the person: the sentences of the program, and how numbers and dates are written.

The program thinks and keeps in English: a manifest and a log are the same, whoever made them. The window and the report
speak the person's language. The window's own sentences, all of them in the modules named *texts.py, are marked as
gettext has it, with `_`, `plural` and `noun`. What the engine says, some of it years ago, into a manifest, and what the
report says of it, is known by its English words when it comes on show: see `said`. Both are in locale/*.po.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from wizard.language.catalogue import Catalogue
from wizard.language.interpreter import Interpreter


class _Format(NamedTuple):
    """What parts thousands, the decimal sign, and a date from its year, month and day."""

    thousands: str
    decimal: str
    date: str


ENGLISH = "en"
#: Every language with its own name for itself.
LANGUAGES: dict[str, str] = {ENGLISH: "English", "de": "Deutsch"}
# The English ones are those of ISO 80000 and ISO 8601, which are read in one way on both sides of the Atlantic.
_FORMATS = {ENGLISH: _Format("\u00a0", ".", "{0}-{1}-{2}"), "de": _Format(".", ",", "{2}.{1}.{0}")}

_LOCALE = Path(__file__).with_name("locale")


def _localised(whole: str, rest: str) -> str:
    """A number of these digits before and behind the point."""
    return number(int(whole)) + (f"{_FORMATS[_now].decimal}{rest}" if rest else "")


_now = ENGLISH
_catalogue = Catalogue()
_interpreter = Interpreter(_catalogue, _localised)


def now() -> str:
    """The language of the window, a key of `LANGUAGES`."""
    return _now


def use(language: str) -> None:
    """Speak this language from now on. What has been said already stays as it is."""
    global _now, _catalogue, _interpreter
    _now = language
    _catalogue = Catalogue() if language == ENGLISH else Catalogue(_LOCALE / f"{language}.po")
    _interpreter = Interpreter(_catalogue, _localised)


def _(text: str, context: str = "", **values: object) -> str:
    """Translate a sentence, then put the values into it. `context` tells two meanings of one English word apart."""
    found = _catalogue.single.get((context, text), text)
    return found.format(**values) if values else found


def plural(count: int, one: str, many: str, **values: object) -> str:
    """Translate a sentence with a number, {n}, which never stands alone at the end of a line."""
    return noun(count, one, many).replace("{n} ", "{n}\u00a0").format(n=number(count), **values)


def noun(count: int, one: str, many: str) -> str:
    """The form of a word, or of a sentence, that goes with a number."""
    return _catalogue.plural.get(one, (one, many))[count != 1]


def number(value: int) -> str:
    """`9318` is "9 318"."""
    return f"{value:,}".replace(",", _FORMATS[_now].thousands)


def decimal(text: str) -> str:
    """A number that Python wrote, such as "2.5", with the decimal sign of the language."""
    return text.replace(".", _FORMATS[_now].decimal)


def date(year: str, month: str, day: str) -> str:
    return _FORMATS[_now].date.format(year, month, day)


def said(text: str) -> str:
    """Translate what the engine says, as far as it is known; a name or a path stays as it is."""
    return text if _now == ENGLISH else _interpreter.said(text)
