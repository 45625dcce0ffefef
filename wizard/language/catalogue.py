"""Read the sentences of one language from its gettext catalogue (locale/*.po)."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

#: The context (msgctxt) of the engine's sentences.
ENGINE = "engine"

_FIELD = re.compile(r"\{(\w+)\}")
_FEW = 6  # letters; in a sentence with fewer of its own, a value can only be a number, or "none"
_ANYTHING, _COUNT = ".*?", "[0-9][0-9.,\u00a0\u202f]*|none"
#: Names in braces with a known shape: an AE title (PS3.5 6.2) and HOST:PORT.
_SHAPES = {"called_ae": ".{1,16}?", "address": r"\S+:[0-9]+"}
_QUOTED = re.compile(r"“\{(\w+)\}”")


class Template(NamedTuple):
    """A sentence of the engine with placeholders for its values.

    `begin` is the text that it must begin with; a `short` one has hardly a word of its own. `foreign` are the names of
    the placeholders for texts and names from elsewhere.
    """

    begin: str
    short: bool
    foreign: frozenset[str]
    pattern: re.Pattern[str]
    translated: str


class Catalogue:
    """The sentences of one language; empty for English.

    Attributes
    ----------
    single : dict
        Translations by context and English text. Untranslated sentences are not in it.
    plural : dict
        By the English singular: the form for one, and for any other number.
    templates : list of Template
    """

    def __init__(self, path: Path | None = None) -> None:
        self.single: dict[tuple[str, str], str] = {}
        self.plural: dict[str, tuple[str, str]] = {}
        self.templates: list[Template] = []
        if path is not None:
            self._read(path)

    def _read(self, path: Path) -> None:
        import polib  # English does not need it

        for entry in polib.pofile(str(path), encoding="utf-8").translated_entries():
            if entry.msgid_plural:
                self.plural[entry.msgid] = (entry.msgstr_plural[0], entry.msgstr_plural[1])
            elif entry.msgctxt == ENGINE and _FIELD.search(entry.msgid):
                self.templates.append(_template(entry.msgid, entry.msgstr))
            else:
                self.single[entry.msgctxt or "", entry.msgid] = entry.msgstr


def _template(english: str, translated: str) -> Template:
    parts = _FIELD.split(english)  # text and names in turn
    letters = sum(map(str.isalpha, "".join(parts[::2])))
    value = _ANYTHING if letters >= _FEW or "before" in parts[1::2] else _COUNT
    names: set[str] = set()
    pattern = ""
    for text, name in zip(parts[::2], [*parts[1::2], ""]):
        pattern += re.escape(text)
        if name:
            pattern += f"(?P={name})" if name in names else f"(?P<{name}>{_SHAPES.get(name, value)})"
            names.add(name)
    foreign = frozenset([*_QUOTED.findall(english), *names.intersection(_SHAPES)])
    return Template(parts[0], letters < _FEW, foreign, re.compile(pattern, re.DOTALL), translated)
