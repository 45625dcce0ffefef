"""Texts for the administrator of the destination, to be sent: what must be set up there, in English and German."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Dict, Sequence

from wizard.dicom import find, kinds
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.discover import computer
from wizard.engine.discover.letter_texts import ENGLISH, GERMAN, WORDS, LetterTexts

LANGUAGES = (ENGLISH, GERMAN)
"""The first is that of the window."""

COMMITMENT_PORT = 11112
"""Of this computer, where reports of storage commitment are delivered, if nobody wants another one."""

Letter = Dict[str, str]
"""The text in each language."""


def connection(destination: Destination, archive: Sequence[PresentationKind] = ()) -> Letter:
    """What is needed to copy and to ask what arrived; with the kinds of images of the archive, if it was read.

    May wait for the name of the destination to be looked up.
    """
    from_here = computer.towards(destination)
    asked = destination.queried
    letter: Letter = {}
    for language, words in WORDS.items():
        elsewhere = words.asked_elsewhere.format(called_ae=asked.called_ae, address=asked.address)
        letter[language] = _flowing(words.connection).format(
            **_both(destination, from_here, words),
            port=destination.port,
            encryption=words.encrypted if destination.tls else "",
            echo=find.ECHO,
            find=find.FIND,
            asked_elsewhere="" if destination.is_same_pacs(asked) else elsewhere,
            kinds=_kinds(archive, words),
        )
    return letter


def commitment(destination: Destination, port: int = COMMITMENT_PORT) -> Letter:
    """What is needed for storage commitment; `port` is that of this computer. May wait as `connection` does."""
    from_here = computer.towards(destination)
    return {
        language: _flowing(words.commitment).format(**_both(destination, from_here, words), listen_port=port)
        for language, words in WORDS.items()
    }


def _both(destination: Destination, from_here: Sequence[str], words: LetterTexts) -> dict[str, str]:
    """What both texts say: who speaks to whom, and from where."""
    addresses = ", ".join(from_here)
    if not addresses:
        all_of_them = ", ".join(computer.addresses())
        addresses = words.which_unknown.format(all_of_them) if all_of_them else words.unknown
    return {
        "called_ae": destination.called_ae,
        "calling_ae": destination.calling_ae,
        "address": destination.address,
        "name": computer.name(),
        "addresses": addresses,
    }


def _flowing(text: str) -> str:
    """A paragraph as one line, which breaks where the reader's window ends; tables stay as they are."""
    return re.sub(r"(?<=\S)\n(?=\S)", " ", text)


def _kinds(archive: Sequence[PresentationKind], words: LetterTexts) -> str:
    if not archive:
        return _flowing(words.archive_not_read)
    lines = [words.archive, ""]
    for sop_class, of_class in groupby(sorted(archive), key=lambda kind: kind[0]):
        lines.append(f"  {_named(sop_class)}")
        lines += [f"      {_named(syntax)}" for _, syntax in of_class]
    return "\n".join(lines)


def _named(uid: str) -> str:
    name = kinds.name(uid)
    return uid if name == uid else f"{name} ({uid})"
