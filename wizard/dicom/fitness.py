"""Judge whether a whole data set can be sent as it is: missing parts, reasons against it, unusual UIDs."""

from __future__ import annotations

import functools
import re
from typing import Mapping, NamedTuple

from wizard.dicom import references, text
from wizard.language.message import Message
from wizard.reasons import Reason
from wizard.vocabulary import Topic

PIXELS = ("PixelData", "FloatPixelData", "DoubleFloatPixelData", "PixelDataProviderURL")

_KEY_OBJECT_SELECTION = "1.2.840.10008.5.1.4.1.1.88.59"
_REJECTION_NOTES = ("113001", "113037", "113038", "113039")  # IHE RAD TF-3 4.66, PS3.16 CID 7011
_ENCAPSULATED = "1.2.840.10008.5.1.4.1.1.104."  # PDF, CDA and models for 3D printers, PS3.4 B.5
_NEEDED = (
    ("SOPClassUID", "SOP Class UID"),
    ("SOPInstanceUID", "SOP Instance UID"),
    ("StudyInstanceUID", "Study Instance UID"),
    ("SeriesInstanceUID", "Series Instance UID"),
)
_UIDS = tuple(keyword for keyword, _ in _NEEDED)
# A UID in a negotiation must be one that PS3.5 9.1 allows, except for leading zeros. The other UIDs may be longer and
# hold letters, as some do: they are only compared, and the destination decides. What no query can hold is not sent.
_NEGOTIABLE = re.compile(r"[0-9.]{1,64}")
_IDENTITY = re.compile(r"[!-\[\]-~]+")
_USUAL = re.compile(rb"(?:0|[1-9][0-9]*)(?:\.(?:0|[1-9][0-9]*))*\0?")
_UNUSUAL = (
    (re.compile(r".{65}"), Message("longer than 64 characters")),
    (re.compile(r"[^0-9.]"), Message("characters other than digits and dots")),
    (re.compile(r"(^|\.)0[0-9]"), Message("a component with a leading zero")),
    (re.compile(r"^\.|\.\.|\.$"), Message("an empty component")),
)


class Problem(NamedTuple):
    """Why a file cannot be sent as it is, and the topic, if it has one."""

    reason: Reason
    topic: Topic | None = None


def is_negotiable(uid: str) -> bool:
    """Whether a UID can stand in a presentation context."""
    return _NEGOTIABLE.fullmatch(uid) is not None


def judge(values: Mapping[str, bytes], transfer_syntax: str, little: bool) -> tuple[Problem | None, Problem | None]:
    """Find the problem that keeps a whole data set from being sent, and else its remark; `values` are raw."""
    usual = all(map(_is_usual, map(values.get, _UIDS)))
    problem = _problem(values, transfer_syntax, little, usual)
    return problem, None if usual or problem else _remark(values)


def _problem(values: Mapping[str, bytes], transfer_syntax: str, little: bool, usual: bool) -> Problem | None:
    sop_class = text.uid(values.get("SOPClassUID", b""))
    if not has_pixels(values) and (values.get("Rows") or sop_class in _image_classes()):
        return Problem(Reason("no_picture"), Topic.NO_PICTURE)
    if sop_class.startswith(_ENCAPSULATED) and "EncapsulatedDocument" not in values:
        return Problem(Reason("no_document"), Topic.NO_PICTURE)
    wrong = None if usual else _identity_problem(values)
    if wrong:
        return wrong
    if not is_negotiable(transfer_syntax):
        return Problem(Reason("bad_uid", name="Transfer Syntax UID"), Topic.BAD_UID)
    if sop_class == _KEY_OBJECT_SELECTION:
        title = values.get("ConceptNameCodeSequence", b"")
        for code in references.values(title, references.CODE_VALUE, little):
            if text.uid(code) in _REJECTION_NOTES:
                return Problem(Reason("rejection_note", code=text.uid(code)), Topic.REJECTION_NOTE)
    return None


def has_pixels(values: Mapping[str, bytes]) -> bool:
    return "PixelData" in values or any(keyword in values for keyword in PIXELS)


@functools.lru_cache(1)
def _image_classes() -> frozenset[str]:
    """The SOP classes that require Pixel Data. pydicom is slow to load, and seldom needed for this."""
    from pydicom._uid_dict import UID_dictionary

    return frozenset(uid for uid, (name, *_) in UID_dictionary.items() if "Image Storage" in name)


def _remark(values: Mapping[str, bytes]) -> Problem | None:
    """Describe what is unusual about the UIDs of a data set that can be sent (PS3.5 9.1). They are never changed."""
    for keyword, name in _NEEDED:
        found = [sentence for pattern, sentence in _UNUSUAL if pattern.search(text.uid(values[keyword]))]
        if values[keyword].endswith(b" "):
            found.append(Message("a space at its end"))
        if found:
            return Problem(Reason("unusual_uid", name=name, how=tuple(found)), Topic.UNUSUAL_UID)
    return None


def _identity_problem(values: Mapping[str, bytes]) -> Problem | None:
    uids = {keyword: text.uid(values.get(keyword, b"")) for keyword, _ in _NEEDED}
    missing = tuple(name for keyword, name in _NEEDED if not uids[keyword])
    if missing:
        return Problem(Reason("no_uid", missing=missing), Topic.NO_IDENTITY)
    for keyword, name in _NEEDED:
        valid = _NEGOTIABLE if keyword == "SOPClassUID" else _IDENTITY
        if not valid.fullmatch(uids[keyword]):
            return Problem(Reason("bad_uid", name=name), Topic.BAD_UID)
    return None


@functools.lru_cache(4096)
def _is_usual(uid: bytes | None) -> bool:
    """Whether a value is a UID as PS3.5 9.1 prescribes."""
    return uid is not None and len(uid) <= 64 and _USUAL.fullmatch(uid) is not None
