"""All templates of the program, what each becomes in a language, and values that could stand in them.

    python3 -m tests.language.templates

prints every sentence with such values, in all languages, to be read.
"""

from __future__ import annotations

import functools
from pathlib import Path
from typing import Iterator, Mapping, NamedTuple

import polib

from tests.language.likely import ELSEWHERE, LIKELY
from tests.messages import LOCALE, Sentence, fields, sentences
from wizard import language
from wizard.language import ENGLISH, LANGUAGES
from wizard.language.message import Message, Value


class Translation(NamedTuple):
    """One entry of a catalogue: `texts` has the plural forms in order, or the one text."""

    one: str
    many: str
    texts: tuple[str, ...]
    fuzzy: bool
    file: str


def catalogue_files(name: str) -> list[Path]:
    """The files that the catalogue of a language consists of."""
    return [LOCALE / f"{name}.po", *sorted(LOCALE.glob(f"{name}-*.po"))]


@functools.lru_cache(maxsize=None)
def translations(name: str) -> tuple[Translation, ...]:
    """All entries of a language."""
    return tuple(
        Translation(
            entry.msgid,
            entry.msgid_plural,
            tuple(text for _, text in sorted(entry.msgstr_plural.items())) or (entry.msgstr,),
            entry.fuzzy,
            path.name,
        )
        for path in catalogue_files(name)
        for entry in polib.pofile(str(path), encoding="utf-8")
        if not entry.obsolete and not entry.msgctxt
    )


@functools.lru_cache(maxsize=1)
def all_sentences() -> tuple[Sentence, ...]:
    return tuple(sentences())


def in_use(name: str) -> list[Translation]:
    """The entries of a language that the program says."""
    found = {(one.one, one.many): one for one in translations(name)}
    return [found[one.one, one.many] for one in all_sentences() if (one.one, one.many) in found]


def names(sentence: Sentence) -> list[str]:
    return sorted(fields(sentence.one) | fields(sentence.many))


def filled(sentence: Sentence, count: int = 5) -> Message:
    """Put likely values into a sentence; `count` is its number, where a number decides about its form."""
    special: Mapping[str, Value] = next((values for part, values in ELSEWHERE.items() if part in sentence.one), {})
    values: dict[str, Value] = {name: special.get(name, LIKELY.get(name, name)) for name in names(sentence)}
    return Message(sentence.one, sentence.many, **({**values, "n": count} if sentence.many else values))


def counts(sentence: Sentence) -> tuple[int, ...]:
    return (1, 5, 9318) if sentence.many else (5,)


def spoken(name: str) -> Iterator[tuple[Sentence, str]]:
    """Yield each sentence with what it becomes in a language; the language stays in use only while one reads."""
    language.use(name)
    try:
        for sentence in all_sentences():
            for count in counts(sentence):
                yield sentence, language.render(filled(sentence, count))
    finally:
        language.use(ENGLISH)


if __name__ == "__main__":
    for said in zip(*(list(spoken(name)) for name in LANGUAGES)):
        print(said[0][0].place, *(text for _, text in said), sep="\n    ")
