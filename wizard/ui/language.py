"""The language of the window: its sentences, and how numbers and dates are written in it.

The program thinks, keeps and reports in English: a manifest, a log and a report are the same, whoever made them. The
window speaks the person's language. Its own sentences, all of them in the modules named *texts.py, are marked as
gettext has it, with `_`, `plural` and `noun`. What the engine says, some of it years ago, into a manifest, is known by
its English words when it comes on show: see `said`. Both are in locale/*.po.
"""

from __future__ import annotations

import functools
import importlib
import re
import tkinter as tk
from pathlib import Path
from typing import NamedTuple

from wizard.ui.catalogue import ENGINE, Catalogue


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
_TEXTS = ("texts", "copytexts", "verifytexts", "discovertexts", "exporttexts", "helptexts")
_NUMBER = re.compile(r"(\d{1,3}(?:[,\u00a0\u202f]\d{3})*|\d+)(?:\.(\d+))?(?=\s|$)")  # as the engine writes it
_BRACKETS = re.compile(r"(.+) \(([^()]+)\)")
_BORDER = re.compile(r"(?<=[.!?]) (?=\S)")

_now = ENGLISH
_catalogue = Catalogue()


def now() -> str:
    """The language of the window, a key of `LANGUAGES`."""
    return _now


def use(language: str, root: tk.Tk | None = None) -> None:
    """Speak this language from now on, also in the dialogues of Tk. What is on show already stays as it is."""
    global _now, _catalogue
    if root is not None:
        root.tk.eval(f"package require msgcat; ::msgcat::mclocale {language}")
        root.tk.eval("::msgcat::mcload [file join $::tk_library msgs]")
    if language == _now:
        return
    _now = language
    _catalogue = Catalogue() if language == ENGLISH else Catalogue(_LOCALE / f"{language}.po")
    said.cache_clear()
    for name in _TEXTS:  # their constants are made when they are loaded
        importlib.reload(importlib.import_module(f"wizard.ui.{name}"))


def of_system(root: tk.Tk) -> str:
    """The language of this computer, as Tcl's msgcat finds it on each system; English, if it is none of `LANGUAGES`."""
    root.tk.eval("package require msgcat")
    found = [str(name)[:2] for name in root.tk.splitlist(root.tk.call("::msgcat::mcpreferences"))]
    return next((name for name in found if name in LANGUAGES), ENGLISH)


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


@functools.lru_cache(maxsize=4096)
def said(text: str) -> str:
    """Translate what the engine says: a sentence or several.

    What was put into its sentences (a number, a reason, a path) is translated in turn, if it is known. What is not
    known stays as it is.
    """
    if _now == ENGLISH:
        return text
    borders = [*(match.start() for match in _BORDER.finditer(text)), len(text)]
    for border in reversed(borders):  # as many sentences as are known together
        found = _known(text[:border]) or _with_brackets(text[:border])
        if found is not None:
            break
    else:
        border = borders[0]
        found = text[:border]
    rest = text[border + 1 :]
    return f"{found} {said(rest)}" if rest else found


def _with_brackets(text: str) -> str | None:
    """A sentence with another one in brackets behind it."""
    match = _BRACKETS.fullmatch(text)
    found = _known(match[1]) if match else None
    return None if match is None or found is None else f"{found} ({_value(match[2])})"


def _known(text: str) -> str | None:
    found = _catalogue.single.get((ENGINE, text))
    for template in _catalogue.templates if found is None else ():
        match = template.pattern.fullmatch(text) if text.startswith(template.begin) else None
        if match is not None:
            return template.translated.format(**{name: _value(part) for name, part in match.groupdict().items()})
    return found


def _value(text: str) -> str:
    """What was put into a sentence: a list of things that are known, a sentence, or what nobody translates."""
    own = text.strip(" ;,")
    parts = own.split(", ")
    found = [_part(part) for part in parts]
    listed = all(one != part for one, part in zip(found, parts))
    return text.replace(own, ", ".join(found) if listed else said(own))


def _part(text: str) -> str:
    """One of a list: something, or a number of it."""
    found, match = said(text), _NUMBER.match(text)
    if found != text or match is None:
        return found
    whole = re.sub(r"\D", _FORMATS[_now].thousands, match[1])
    amount = f"{whole}{_FORMATS[_now].decimal}{match[2]}" if match[2] else whole
    return amount + re.sub(r"\S.*", lambda rest: said(rest[0]), text[match.end() :])
