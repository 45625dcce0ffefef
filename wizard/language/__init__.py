"""Say the sentences of the program in the person's language, and write figures as that language does.

A sentence is a `Message` until somebody reads it. `render` makes the text, at the four edges alone: the window, the
command line, the report and the tables. The catalogues are locale/*.po, in the form of gettext.

The manifest, the technical log and the names of columns are English, whoever made them: `str` of a message.
"""

from __future__ import annotations

import functools
import gettext
from dataclasses import dataclass
from pathlib import Path

from wizard.language import catalogue
from wizard.language.message import Hide, Message, written
from wizard.language.printable import printable
from wizard.language.writing import PLAIN_ENGLISH, Writing

ENGLISH = "en"
#: Every language with its own name.
LANGUAGES: dict[str, str] = {ENGLISH: "English", "de": "Deutsch"}
# The English ways are those of ISO 80000 and ISO 8601, which British and Americans read in the same way.
_WRITING = {ENGLISH: Writing("\u00a0", ".", "{0}-{1}-{2}"), "de": Writing(".", ",", "{2}.{1}.{0}")}
# For a terminal: every space is that of the keyboard.
_PLAIN = {ENGLISH: PLAIN_ENGLISH, "de": Writing(".", ",", "{2}.{1}.{0}", " ")}
_LOCALE = Path(__file__).with_name("locale")


@dataclass(frozen=True)
class Language:
    """A language that the program speaks: its code, its sentences, and its way to write figures."""

    code: str
    translations: gettext.NullTranslations
    writing: Writing

    def render(self, message: Message | str, hide: Hide | None = None) -> str:
        """Put the values of a message into its sentence; see `render` of this package."""
        return written(message, self.translations, self.writing, hide)


_in_use = Language(ENGLISH, gettext.NullTranslations(), _WRITING[ENGLISH])


def now() -> str:
    """Return the code of the language in use, a key of `LANGUAGES`."""
    return _in_use.code


def use(code: str, translations: gettext.NullTranslations | None = None) -> None:
    """Use this language from now on; `translations` replaces its catalogue. What is rendered stays as it is."""
    global _in_use
    _in_use = _language(code) if translations is None else Language(code, translations, _WRITING[code])


def language(code: str) -> Language:
    """Return a language by its code, whichever is in use: for a text that is shown in a language of its own."""
    return _in_use if code == _in_use.code else _language(code)


@functools.lru_cache(maxsize=None)
def _language(code: str) -> Language:
    translations = gettext.NullTranslations() if code == ENGLISH else catalogue.read(_LOCALE / f"{code}.po")
    return Language(code, translations, _WRITING[code])


def render(message: Message | str, hide: Hide | None = None) -> str:
    """Say a message in the language in use. A plain text is data, and stays as it is.

    Parameters
    ----------
    message : Message or str
        The message; its values are written as they are, or in the way of the language if they are figures.
    hide : callable, optional
        Makes what stands for each private or foreign text, however deep it lies inside.
    """
    return _in_use.render(message, hide)


def plainly(message: Message | str, hide: Hide | None = None) -> str:
    """Say a message as `render` does, for a terminal.

    Numbers and units have spaces that can be typed and found. What a value has of control characters and line breaks is
    shown, and not obeyed by the terminal. A plain text stays as it is.
    """
    if not isinstance(message, Message):
        return message
    return written(message, _in_use.translations, _PLAIN[_in_use.code], hide, printable)


def writing() -> Writing:
    """Return the way in which the language in use writes figures."""
    return _in_use.writing


def number(value: int) -> str:
    """Write a whole number in the language in use: `9318` is "9 318"."""
    return _in_use.writing.number(value)
