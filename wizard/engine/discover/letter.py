"""Write the texts for the administrator of the destination, with what to set up there, in English and German."""

from __future__ import annotations

import re
from itertools import groupby
from typing import Dict, Sequence

from wizard.dicom import find, kinds
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.discover import computer
from wizard.engine.discover.letter_texts import ENGLISH, GERMAN, TEXTS, LetterTexts

LANGUAGES = (ENGLISH, GERMAN)
"""The first is that of the window."""

COMMITMENT_PORT = 11112
"""The usual port of this computer to which reports of storage commitment are delivered."""

Letter = Dict[str, str]
"""The text in each language."""


def connection(destination: Destination, source_kinds: Sequence[PresentationKind] = ()) -> Letter:
    """Write the set-up for storing and queries; it lists the kinds of images of the source, if it was read.

    It may wait for a lookup of the name of the destination.
    """
    from_here = computer.towards(destination)
    asked = destination.queried
    letter: Letter = {}
    for language, texts in TEXTS.items():
        elsewhere = texts.asked_elsewhere.format(called_ae=asked.called_ae, address=asked.address)
        letter[language] = _flowing(texts.connection).format(
            **_both(destination, from_here, texts),
            port=destination.port,
            encryption=texts.encrypted if destination.tls else "",
            echo=find.ECHO,
            find=find.FIND,
            asked_elsewhere="" if destination.is_same_pacs(asked) else elsewhere,
            kinds=_kinds(source_kinds, texts),
        )
    return letter


def commitment(destination: Destination, port: int = COMMITMENT_PORT) -> Letter:
    """Write the set-up for storage commitment; `port` is that of this computer. It may wait as `connection` does."""
    from_here = computer.towards(destination)
    return {
        language: _flowing(texts.commitment).format(**_both(destination, from_here, texts), listen_port=port)
        for language, texts in TEXTS.items()
    }


def _both(destination: Destination, from_here: Sequence[str], texts: LetterTexts) -> dict[str, str]:
    """Return the values that both texts have: AE titles, and the addresses of both computers."""
    addresses = ", ".join(from_here)
    if not addresses:
        all_of_them = ", ".join(computer.addresses())
        addresses = texts.which_unknown.format(all_of_them) if all_of_them else texts.unknown
    return {
        "called_ae": destination.called_ae,
        "calling_ae": destination.calling_ae,
        "address": destination.address,
        "name": computer.name(),
        "addresses": addresses,
    }


def _flowing(text: str) -> str:
    """Join a paragraph to one line, which breaks where the reader's window ends; tables stay as they are."""
    return re.sub(r"(?<=\S)\n(?=\S)", " ", text)


def _kinds(source_kinds: Sequence[PresentationKind], texts: LetterTexts) -> str:
    if not source_kinds:
        return _flowing(texts.archive_not_read)
    lines = [texts.archive, ""]
    for sop_class, of_class in groupby(sorted(source_kinds), key=lambda kind: kind[0]):
        lines.append(f"  {_named(sop_class)}")
        lines += [f"      {_named(syntax)}" for _, syntax in of_class]
    return "\n".join(lines)


def _named(uid: str) -> str:
    name = kinds.name(uid)
    return uid if name == uid else f"{name} ({uid})"
