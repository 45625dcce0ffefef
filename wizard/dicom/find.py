"""Query the destination: C-ECHO and C-FIND in the Study Root model (PS3.4 C.4.1), over an association of our own.

Attributes that were not asked for are neither logged nor decoded, and every wait can be stopped. An unreadable answer
is an error: it must never look like an image that was not found.
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
from wizard.language.message import Message
from wizard.reasons import Reason

ECHO = "1.2.840.10008.1.1"
FIND = "1.2.840.10008.5.1.4.1.2.2.1"

_NOT_OFFERED = {
    ECHO: Message("The new PACS does not offer the connection test (C-ECHO) to this computer."),
    FIND: Message("The new PACS does not offer queries (C-FIND) to this computer."),
}
_PENDING = (0xFF00, 0xFF01)
_CANCELLED = 0xFE00
_SYNTAXES = (contexts.IMPLICIT_LITTLE_ENDIAN, contexts.EXPLICIT_LITTLE_ENDIAN)


class Found(NamedTuple):
    """The answers to one query, and the final status: anything but 0 means "not checked"."""

    answers: list[dict[str, str]]
    status: int


class Query:
    """An association for queries, opened by the first one. One thread uses it; any thread may call `kill`.

    A C-FIND goes to the PACS that answers queries for the destination, a C-ECHO to the destination itself.

    Parameters
    ----------
    seconds : float
        Without an answer, to the association request and to each query.
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
        NameNotResolved, Unreachable, AssociationRejected, NoContext, AssociationAborted, PeerTimeout, Stopped
        """
        association = self._open()
        response, _ = next(association.ask(_kind(association), dimse.C_ECHO))
        return response.status

    def find(self, level: str, keys: dict[str, str], wanted: Sequence[str], most: int = 1000) -> Found:
        """C-FIND: `keys` are matched, `wanted` are returned, all by keyword; lists of UIDs are joined by a backslash.

        After more than `most` answers the association is ended, and the status is that of a cancelled query.

        Raises
        ------
        NameNotResolved, Unreachable, AssociationRejected, NoContext
            The PACS cannot be queried.
        AssociationAborted, PeerTimeout, Stopped
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
                raise AssociationAborted(dimse.NOT_DICOM, str(error)) from error
            if len(answers) > most:
                association.abort()
                self._association = None  # the next query opens another one
                return Found(answers, _CANCELLED)
        raise AssertionError("an association gives answers until the last one")

    def close(self) -> None:
        """Release the association."""
        if self._association is not None:
            self._association.release()
            self._association = None

    def kill(self) -> None:
        """End the association from another thread, in the middle of any wait."""
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
            raise NoContext(_NOT_OFFERED[self._sop_class])
        return self._association


def identifier(level: str, keys: dict[str, str], kind: contexts.PresentationKind) -> bytes:
    """Build the identifier of a query (PS3.4 C.2.2.2) for a presentation context of this kind."""
    return _encode({"QueryRetrieveLevel": level, **keys}, structure.form_of(kind[1]))


def _kind(association: Association) -> contexts.PresentationKind:
    """The first accepted kind."""
    return next(iter(association.accepted))


def _encode(elements: dict[str, str], form: structure.Form) -> bytes:
    """Encode a data set of short texts, little endian."""
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
    """Read the wanted values of an answer; a value that it does not have is empty.

    Raises
    ------
    Broken
    """
    if not data:
        raise structure.Broken(Reason("no_content"))
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
