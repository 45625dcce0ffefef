"""Translate sentences of the engine, which are recognised by their English words.

A text is read in each way that the catalogue allows: as a sentence with values in it, as several sentences, as a list,
as a number of something. The reading that leaves the fewest letters untranslated is used. A quotation stays as it is.
"""

from __future__ import annotations

import re
from typing import Callable, Iterator, NamedTuple

from wizard.language.catalogue import ENGINE, Catalogue

_SENTENCES = re.compile(r"(?<=[.!?]) (?=\S)")
_BRACKETS = re.compile(r"(.+) \(([^()]+)\)")
_NUMBER = re.compile(r"(\d{1,3}(?:[,\u00a0\u202f]\d{3})+|\d+)(?:\.(\d+))?(?=\s|$)")  # the engine's format
_ADDED_TO = ("before", "after")
_MOST = 4096  # cached texts


class _Reading(NamedTuple):
    """One way to read a text; the smallest is the best."""

    unknown: int  # letters and digits that stay untranslated
    sentences: int
    words: str


class Interpreter:
    """Translates sentences of the engine.

    Parameters
    ----------
    catalogue : Catalogue
    localised : callable
        Writes a number in the person's language, given its digits before and behind the decimal point.
    """

    def __init__(self, catalogue: Catalogue, localised: Callable[[str, str], str]) -> None:
        self._catalogue, self._localised = catalogue, localised
        self._known: dict[str, _Reading] = {}

    def said(self, text: str) -> str:
        """Translate a text, as far as it is known."""
        return self._read(text).words

    def _read(self, text: str) -> _Reading:
        known = self._known.get(text)
        if known is None:
            if len(self._known) > _MOST:
                self._known.clear()
            known = self._known[text] = min(self._readings(text))
        return known

    def _readings(self, text: str) -> Iterator[_Reading]:
        yield _as_it_is(text)
        yield from self._as_one(text)
        for border in _SENTENCES.finditer(text):
            before = text[: border.start()]
            for first in (_as_it_is(before), *self._as_one(before)):
                yield _joined(" ", [first, self._read(text[border.end() :])])
        if text[:1] in tuple(" ;,"):  # an addition to a sentence
            yield _joined(text[:1], [_as_it_is(""), self._read(text[1:])])
        if ", " in text:
            yield _joined(", ", [self._read(part) for part in text.split(", ")])

    def _as_one(self, text: str) -> Iterator[_Reading]:
        """Read a text as one sentence, or one message of several, that has a translation."""
        translated = self._catalogue.single.get((ENGINE, text))
        if translated is not None:
            yield _Reading(0, 1, translated)
            return
        for template in self._catalogue.templates:
            match = template.pattern.fullmatch(text) if text.startswith(template.begin) else None
            if match is not None:
                values = {
                    name: _Reading(0, 0, value) if name in template.foreign else self._read(value)
                    for name, value in match.groupdict().items()
                }
                words = {name: value.words for name, value in values.items()}
                if template.short and any(values[name].unknown for name in _ADDED_TO if name in values):
                    continue  # hardly a sentence, and no addition to a known one
                inside = _joined("", list(values.values()))
                yield _Reading(inside.unknown, inside.sentences + 1, template.translated.format(**words))
        bracketed = _BRACKETS.fullmatch(text)
        if bracketed is not None:
            inside = self._read(bracketed[2])
            for first in self._as_one(bracketed[1]):
                yield _joined(" ", [first, inside._replace(words=f"({inside.words})")])
        amount = _NUMBER.match(text)
        if amount is not None:
            plain = amount[1].isdigit() and not amount[2]  # a port, a year
            number = amount[0] if plain else self._localised(re.sub(r"\D", "", amount[1]), amount[2] or "")
            rest = text[amount.end() :]
            yield _joined("", [_Reading(0, 2, number), self._read(rest)] if rest else [_Reading(0, 1, number)])


def _as_it_is(text: str) -> _Reading:
    return _Reading(sum(map(str.isalnum, text)), 0, text)


def _joined(separator: str, readings: list[_Reading]) -> _Reading:
    return _Reading(
        sum(reading.unknown for reading in readings),
        sum(reading.sentences for reading in readings),
        separator.join(reading.words for reading in readings),
    )
