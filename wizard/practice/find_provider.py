"""Answer C-FIND over the instances of the practice PACS (PS3.4 C.2.2.2 and C.4.1).

Queries are strictly hierarchical, as in many PACS: each unique key above the level must hold one single value.
"""

from __future__ import annotations

import re
from typing import Callable, Mapping, Sequence

from pydicom.charset import convert_encodings, decode_bytes
from pydicom.datadict import dictionary_VR, keyword_for_tag, tag_for_keyword
from pydicom.dataelem import DataElement
from pydicom.dataset import Dataset
from pydicom.valuerep import CUSTOMIZABLE_CHARSET_VR, TEXT_VR_DELIMS, PersonName

from wizard.practice.store import SPECIFIC_CHARACTER_SET, STUDY_INSTANCE_UID, Instance, Store

PATIENT_ROOT = ("PATIENT", "STUDY", "SERIES", "IMAGE")
STUDY_ROOT = ("STUDY", "SERIES", "IMAGE")

_QUERY_RETRIEVE_LEVEL = 0x00080052

# The attributes that are matched and returned at each level; the first is the unique key. A level also has those of the
# levels above it.
_ATTRIBUTES = {
    "PATIENT": ("PatientID", "PatientName", "PatientBirthDate", "PatientSex"),
    "STUDY": (
        "StudyInstanceUID",
        "StudyDate",
        "StudyTime",
        "AccessionNumber",
        "StudyID",
        "StudyDescription",
        "ReferringPhysicianName",
    ),
    "SERIES": ("SeriesInstanceUID", "Modality", "SeriesNumber", "SeriesDescription"),
    "IMAGE": ("SOPInstanceUID", "SOPClassUID", "InstanceNumber"),
}
# The counts of a level on request (PS3.4 C.3.4): the number of different values of that attribute.
_COUNTS = {
    "PATIENT": {
        "NumberOfPatientRelatedStudies": "StudyInstanceUID",
        "NumberOfPatientRelatedSeries": "SeriesInstanceUID",
        "NumberOfPatientRelatedInstances": "SOPInstanceUID",
    },
    "STUDY": {
        "NumberOfStudyRelatedSeries": "SeriesInstanceUID",
        "NumberOfStudyRelatedInstances": "SOPInstanceUID",
    },
    "SERIES": {"NumberOfSeriesRelatedInstances": "SOPInstanceUID"},
    "IMAGE": {},
}


class InvalidIdentifier(Exception):
    """The keys do not fit the query model. The message fits an Error Comment (64 characters)."""


def find(store: Store, identifier: Instance, levels: Sequence[str]) -> list[Dataset]:
    """Return the identifiers of the answers to a query: of its keys, those that the level supports.

    Parameters
    ----------
    identifier : Instance
        The received keys, undecoded.
    levels : sequence of str
        The query model: `PATIENT_ROOT` or `STUDY_ROOT`.

    Raises
    ------
    InvalidIdentifier
        The level is missing or not supported, or a unique key above it has no single value (PS3.4 C.4.1.2.1).
    """
    level = _text(identifier, _QUERY_RETRIEVE_LEVEL)
    if level not in levels:
        raise InvalidIdentifier("The Query/Retrieve Level is missing or not supported.")
    unique = [_tag(_ATTRIBUTES[name][0]) for name in levels[: levels.index(level) + 1]]
    for tag in unique[:-1]:
        if not re.fullmatch(r"[^\\*?]+", _text(identifier, tag)):
            raise InvalidIdentifier(f"{keyword_for_tag(tag)} must hold one single value.")
    entities: dict[tuple[str, ...], list[Instance]] = {}
    studies = _text(identifier, STUDY_INSTANCE_UID).split("\\")
    for instance in store.instances([uid for uid in studies if uid]):
        entities.setdefault(tuple(_text(instance, tag) for tag in unique), []).append(instance)
    supported = _SUPPORTED[level]
    wanted = {tag: _text(identifier, tag) for tag in identifier if tag in supported}
    answers = []
    for entity in entities.values():
        values = {tag: supported[tag](entity) for tag in wanted}
        if all(matches(dictionary_VR(tag), wanted[tag], values[tag]) for tag in wanted):
            answers.append(_answer(level, _text(entity[0], SPECIFIC_CHARACTER_SET), values))
    return answers


def matches(vr: str, wanted: str, value: str) -> bool:
    """Tell whether `value` matches the key `wanted` (PS3.4 C.2.2.2).

    The matching is universal, by single value, list, wildcard or range. Lists are meant for UIDs, but any value may be
    listed. Names match without regard to case, whole or by one of their component groups.
    """
    if not wanted:
        return True
    if vr in ("DA", "TM") and "-" in wanted:
        first, _, last = wanted.partition("-")
        return bool(value) and value >= first and (not last or value[: len(last)] <= last)
    candidates = value.split("\\")
    if vr == "PN":
        candidates += value.split("=")
    return any(_fits(vr, one, candidate) for one in wanted.split("\\") for candidate in candidates)


def _fits(vr: str, wanted: str, value: str) -> bool:
    if vr == "PN":
        wanted, value = wanted.casefold().rstrip("^"), value.casefold().rstrip("^")
    if vr in ("AE", "CS", "LO", "PN", "SH"):
        pattern = re.escape(wanted).replace(r"\*", ".*").replace(r"\?", ".")
        return re.fullmatch(pattern, value, re.DOTALL) is not None
    return wanted == value


def _text(elements: Instance, tag: int) -> str:
    """Decode the value of an element without its padding; empty if there is none."""
    raw, vr = elements.get(tag, b""), dictionary_VR(tag)
    if vr in CUSTOMIZABLE_CHARSET_VR:
        encodings = convert_encodings(_text(elements, SPECIFIC_CHARACTER_SET).split("\\"))
        text = str(PersonName(raw, encodings)) if vr == "PN" else decode_bytes(raw, encodings, TEXT_VR_DELIMS)
    else:
        text = raw.decode("ascii", "replace")
    return text.strip(" \0")


def _answer(level: str, character_set: str, values: Mapping[int, str]) -> Dataset:
    """Build one answer in the character set of its first instance.

    The elements are made without conversion: the values in an old PACS need not be valid.
    """
    answer = Dataset()
    answer.QueryRetrieveLevel = level
    if character_set:
        names = character_set.split("\\")
        answer.add(DataElement(SPECIFIC_CHARACTER_SET, "CS", names, already_converted=True))
    for tag, text in values.items():
        vr = dictionary_VR(tag)
        value = PersonName(text) if vr == "PN" else text
        answer.add(DataElement(tag, vr, value, already_converted=True))
    return answer


def _tag(keyword: str) -> int:
    tag = tag_for_keyword(keyword)
    assert tag is not None, keyword
    return int(tag)


def _first(keyword: str) -> Callable[[Sequence[Instance]], str]:
    return lambda entity: _text(entity[0], _tag(keyword))


def _number_of(keyword: str) -> Callable[[Sequence[Instance]], str]:
    return lambda entity: str(len({_text(instance, _tag(keyword)) for instance in entity}))


def _modalities(entity: Sequence[Instance]) -> str:
    return "\\".join(sorted({_text(instance, _tag("Modality")) for instance in entity}))


def _supported() -> dict[str, dict[int, Callable[[Sequence[Instance]], str]]]:
    """Build the table level -> tag -> function that gets the value from the instances of an entity."""
    table = {}
    attributes: list[str] = []
    for level in PATIENT_ROOT:
        attributes += _ATTRIBUTES[level]
        table[level] = {_tag(keyword): _first(keyword) for keyword in attributes}
        table[level].update({_tag(key): _number_of(counted) for key, counted in _COUNTS[level].items()})
    table["STUDY"][_tag("ModalitiesInStudy")] = _modalities
    return table


_SUPPORTED = _supported()
INDEXED_TAGS = frozenset(_tag(keyword) for keywords in _ATTRIBUTES.values() for keyword in keywords)
