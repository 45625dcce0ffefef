"""The texts for the PACS administrator: all of their words are from a catalogue, in each language they are made in."""

from __future__ import annotations

import platform
import re

import pytest
from pydicom.uid import UID

from tests.language.data import TECHNICAL_LINES
from tests.language.pseudo import OPEN, Pseudo, faults
from wizard import language
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination, FindService
from wizard.engine.discover import computer, letter
from wizard.engine.discover.letter import Letter
from wizard.language import LANGUAGES, Language

CT, MR, IMPLICIT, JPEG = (
    *("1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"),
    *("1.2.840.10008.1.2", "1.2.840.10008.1.2.4.70"),
)
KINDS: list[PresentationKind] = [(CT, IMPLICIT), (CT, JPEG), (MR, IMPLICIT)]
PLAIN = Destination("127.0.0.1", 104, "NEWPACS")
ELSEWHERE = Destination("nowhere.invalid", 104, "NEWPACS", find=FindService("127.0.0.2", 105, "FINDER"))
DATA = {
    *(*TECHNICAL_LINES, "127.0.0.1", "127.0.0.2", "nowhere.invalid", "NEWPACS", "FINDER", "MIGRATOR", platform.node()),
    *(UID(uid).name for uid in (CT, MR, IMPLICIT, JPEG)),
}

#: No German text has these words, and hardly an English one is without them.
_ENGLISH = re.compile(r"\b(the|of|and|is|not|are|with|to|no|this|please|your|our|for)\b", re.IGNORECASE)


def letters() -> list[Letter]:
    made = [letter.connection(where, kinds) for where in (PLAIN, ELSEWHERE) for kinds in ([], KINDS)]
    return [*made, letter.commitment(PLAIN), letter.commitment(ELSEWHERE, 4711)]


def test_every_word_of_them_is_from_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    pseudo = Language(language.ENGLISH, Pseudo(), language.writing())
    monkeypatch.setattr(letter, "language", lambda code: pseudo)
    for made in letters():
        for text in made.values():
            assert text.count(OPEN) > 5
            assert faults(text.splitlines(), {*DATA, *computer.addresses()}) == []


def test_they_are_made_in_every_language_whatever_is_spoken() -> None:
    for made in letters():
        assert set(made) == set(LANGUAGES)
        for code, text in made.items():
            assert bool(_ENGLISH.search(text)) is (code == language.ENGLISH), text
