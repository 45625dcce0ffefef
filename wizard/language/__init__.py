"""Translate the sentences of the program, and write numbers and dates in the person's language.

The manifest and the log are in English, independent of the person's language. The window and the report are translated.
The window's own sentences, all of them in the modules named *texts.py, are marked as for gettext, with `_`, `plural`
and `noun`. The sentences of engine and report, some of them stored in a manifest years ago, are recognised by their
English words when they are shown: see `said`. Both are in locale/*.po.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from wizard.language.catalogue import Catalogue
from wizard.language.interpreter import Interpreter


class _Format(NamedTuple):
    """The separator of thousands, the decimal sign, and the template of a date from year, month and day."""

    thousands: str
    decimal: str
    date: str


ENGLISH = "en"
#: Every language with its own name.
LANGUAGES: dict[str, str] = {ENGLISH: "English", "de": "Deutsch"}
# The English formats are those of ISO 80000 and ISO 8601, which British and Americans read in the same way.
_FORMATS = {ENGLISH: _Format("\u00a0", ".", "{0}-{1}-{2}"), "de": _Format(".", ",", "{2}.{1}.{0}")}

_LOCALE = Path(__file__).with_name("locale")


def _localised(whole: str, rest: str) -> str:
    """Write a number with these digits before and behind the decimal point."""
    return number(int(whole)) + (f"{_FORMATS[_now].decimal}{rest}" if rest else "")


_now = ENGLISH
_catalogue = Catalogue()
_interpreter = Interpreter(_catalogue, _localised)


def now() -> str:
    """Return the language of the window, a key of `LANGUAGES`."""
    return _now


def use(language: str) -> None:
    """Use this language from now on. Texts that were translated before stay as they are."""
    global _now, _catalogue, _interpreter
    _now = language
    _catalogue = Catalogue() if language == ENGLISH else Catalogue(_LOCALE / f"{language}.po")
    _interpreter = Interpreter(_catalogue, _localised)


def _(text: str, context: str = "", **values: object) -> str:
    """Translate a sentence, then insert the values. `context` distinguishes two meanings of one English word."""
    found = _catalogue.single.get((context, text), text)
    return found.format(**values) if values else found


def plural(count: int, one: str, many: str, **values: object) -> str:
    """Translate a sentence with a number, {n}; a no-break space follows the number."""
    return noun(count, one, many).replace("{n} ", "{n}\u00a0").format(n=number(count), **values)


def noun(count: int, one: str, many: str) -> str:
    """Return the form of a word, or of a sentence, for a number."""
    return _catalogue.plural.get(one, (one, many))[count != 1]


def number(value: int) -> str:
    """Write a whole number: `9318` is "9 318"."""
    return f"{value:,}".replace(",", _FORMATS[_now].thousands)


def decimal(text: str) -> str:
    """Write a number of Python, such as "2.5", with the decimal sign of the language."""
    return text.replace(".", _FORMATS[_now].decimal)


def date(year: str, month: str, day: str) -> str:
    return _FORMATS[_now].date.format(year, month, day)


def said(text: str) -> str:
    """Translate a sentence of the engine, as far as it is known; a name or a path stays as it is."""
    return text if _now == ENGLISH else _interpreter.said(text)
