"""Asking the destination: C-ECHO and C-FIND in the Study Root model (PS3.4 C.4.1), over an association of our own.

Nobody here logs or decodes what was not asked for, every wait can be stopped, and an answer that cannot be read is
an error: it must never look like an image that is missing.
"""

from __future__ import annotations

import functools
import struct
import threading
from typing import NamedTuple, Sequence

from pydicom.datadict import dictionary_VR, tag_for_keyword
from pydicom.tag import BaseTag, Tag

from wizard.dicom import contexts, dimse, structure, text
from wizard.dicom.association import Association, Timeouts
from wizard.dicom.destination import Destination
from wizard.dicom.runs import WantedTags
from wizard.errors import AssociationAborted, NoContext, Stopped

ECHO = "1.2.840.10008.1.1"
FIND = "1.2.840.10008.5.1.4.1.2.2.1"

_PENDING = (0xFF00, 0xFF01)
_CANCELLED = 0xFE00
_SYNTAXES = (contexts.IMPLICIT_LITTLE_ENDIAN, contexts.EXPLICIT_LITTLE_ENDIAN)


class Found(NamedTuple):
    """The answers to one question, and the final status: anything but 0 means "could not check"."""

    answers: list[dict[str, str]]
    status: int


class Query:
    """An association for questions, opened by the first one. Used by one thread; `kill` may come from any.

    What the destination has, the archive is asked that answers questions for it; C-ECHO goes to itself.

    Parameters
    ----------
    seconds : float
        Without an answer, to be accepted and to each question.
    """

    def __init__(self, destination: Destination, sop_class: str = FIND, seconds: float = 30) -> None:
        self._destination, self._sop_class = destination.queried if sop_class == FIND else destination, sop_class
        self._timeouts = Timeouts(accept=seconds, send=seconds, answer=seconds)
        self._association: Association | None = None
        self._killed = threading.Event()

    def __enter__(self) -> Query:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def echo(self) -> int:
        """C-ECHO; returns the status (PS3.7 9.1.5).

        Raises
        ------
        NameNotResolved, Unreachable, AssociationRejected, NoContext, AssociationAborted, Silence, Stopped
        """
        association = self._open()
        response, _ = next(association.ask(_kind(association), dimse.C_ECHO))
        return response.status

    def find(self, level: str, keys: dict[str, str], wanted: Sequence[str], most: int = 1000) -> Found:
        """C-FIND: `keys` are matched, `wanted` are asked for, all by keyword; lists of UIDs are joined by a backslash.

        After more than `most` answers the association is ended, as if the question had been cancelled.

        Raises
        ------
        NameNotResolved, Unreachable, AssociationRejected, NoContext
            It cannot be asked.
        AssociationAborted, Silence, Stopped
            No final answer came.
        """
        association = self._open()
        kind = _kind(association)
        form = structure.form_of(kind[1])
        answers: list[dict[str, str]] = []
        asked = identifier(level, {**dict.fromkeys(wanted, ""), **keys}, kind)
        for response, data in association.ask(kind, dimse.C_FIND, asked):
            if response.status not in _PENDING:
                return Found(answers, response.status)
            try:
                answers.append(_decode(data, wanted, form))
            except structure.Broken as error:
                association.abort()
                raise AssociationAborted("The new PACS sent an answer that is no DICOM.", str(error)) from error
            if len(answers) > most:
                association.abort()
                self._association = None  # the next question opens another one
                return Found(answers, _CANCELLED)
        raise AssertionError("an association gives answers until the last one")

    def close(self) -> None:
        """Release."""
        if self._association is not None:
            self._association.release()
            self._association = None

    def kill(self) -> None:
        """End it from another thread, whatever it waits for."""
        self._killed.set()
        association = self._association
        if association is not None:
            association.kill()

    def _open(self) -> Association:
        if self._killed.is_set():
            raise Stopped
        if self._association is None:
            kinds = [(self._sop_class, syntax) for syntax in _SYNTAXES]
            self._association = Association(self._destination, kinds, self._timeouts, self._killed.is_set)
        if not self._association.accepted:
            raise NoContext("The new PACS does not offer this service to this computer.")
        return self._association


def identifier(level: str, keys: dict[str, str], kind: contexts.PresentationKind) -> bytes:
    """The data set of a question (PS3.4 C.2.2.2), for a context of this kind."""
    return _encode({"QueryRetrieveLevel": level, **keys}, structure.form_of(kind[1]))


def _kind(association: Association) -> contexts.PresentationKind:
    """The first that was accepted."""
    return next(iter(association.accepted))


def _encode(elements: dict[str, str], form: structure.Form) -> bytes:
    """A data set of short texts, little endian."""
    encoded = b""
    for tag, keyword in sorted((_tag(keyword), keyword) for keyword in elements):
        vr = dictionary_VR(tag).encode("ascii")
        value = elements[keyword].encode("ascii", "replace")
        value += (b"\0" if vr == b"UI" else b" ") * (len(value) % 2)
        encoded += structure.tag(tag.group, tag.element)
        encoded += struct.pack("<2sH", vr, len(value)) if form.explicit else struct.pack("<I", len(value))
        encoded += value
    return encoded


def _decode(data: bytes, wanted: Sequence[str], form: structure.Form) -> dict[str, str]:
    """The wanted values of an answer; what it does not have is empty.

    Raises
    ------
    Broken
    """
    if not data:
        raise structure.Broken("an answer without content")
    walker = structure.Walker(structure.MemoryBytes(data), form, _wanted_tags(tuple(wanted)))
    walker.walk(0)
    charset = walker.values.get("SpecificCharacterSet", b"")
    return {keyword: text.decode(walker.values.get(keyword, b""), charset) for keyword in wanted}


@functools.lru_cache(32)
def _wanted_tags(keywords: tuple[str, ...]) -> WantedTags:
    tags = [(_tag(keyword), keyword) for keyword in (*keywords, "SpecificCharacterSet")]
    return WantedTags({(tag.group, tag.element): keyword for tag, keyword in tags}, little=True)


def _tag(keyword: str) -> BaseTag:
    tag = tag_for_keyword(keyword)
    assert tag is not None, f"{keyword} is no keyword of the dictionary"
    return Tag(tag)
