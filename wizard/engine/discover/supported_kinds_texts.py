"""The sentence that says which image types the new PACS accepts, and its details for support."""

from __future__ import annotations

from typing import Mapping, Sequence

from wizard.dicom import kinds
from wizard.dicom.contexts import PresentationKind
from wizard.engine.discover.supported_kinds import COMMON
from wizard.errors import NoContext
from wizard.language.message import Message

_NAMED, _LISTED = 2, 8  # kinds not accepted: as many as the sentence names, and as the details list


def sentence(
    results: Mapping[PresentationKind, int], source_kinds: Sequence[PresentationKind] = ()
) -> tuple[Message, str]:
    """Return the sentence that says which kinds the destination accepts, and the others as details for support.

    With `source_kinds`, the kinds of a source that was read, it speaks of these alone.

    Raises
    ------
    NoContext
        The destination accepts none of these kinds.
    """
    asked = source_kinds or tuple(results)
    rejected = {kind: results[kind] for kind in asked if results.get(kind)}
    if len(rejected) == len(asked):
        raise NoContext(_nothing(bool(source_kinds)), _details(rejected))
    if source_kinds:
        return _of_source(len(asked), list(rejected)), _details(rejected)
    if set(asked) != set(COMMON):
        return _of_all_known(results), _details_of_all_known(results)
    if not rejected:
        every = Message(
            "The new PACS accepts the {n} tested image type. No image was sent.",
            "The new PACS accepts all {n} tested image types. No image was sent.",
            n=len(asked),
        )
        return every, ""
    some = Message(
        "The new PACS accepts {accepted} of {all} tested image types. No image was sent.",
        accepted=len(asked) - len(rejected),
        all=len(asked),
    )
    return some, _details(rejected)


def _nothing(of_source: bool) -> Message:
    if of_source:
        return Message(
            "The new PACS accepts none of the images in the folders from this computer. Ask the PACS administrator to "
            "allow storing them."
        )
    return Message(
        "The new PACS accepts no images from this computer. Ask the PACS administrator to allow storing (C-STORE)."
    )


def _of_source(count: int, rejected: Sequence[PresentationKind]) -> Message:
    """An image type in two formats counts twice."""
    if not rejected:
        return Message(
            "The new PACS accepts the {n} combination of image type and format in the folders. No image was sent.",
            "The new PACS accepts all {n} combinations of image type and format in the folders. No image was sent.",
            n=count,
        )
    named = tuple(map(_described, rejected[:_NAMED]))
    if len(rejected) <= _NAMED:
        return Message(
            "The new PACS accepts {accepted} of the {all} combinations of image type and format in the folders. Not "
            "accepted: {named}.",
            accepted=count - len(rejected),
            all=count,
            named=named,
        )
    return Message(
        "The new PACS accepts {accepted} of the {all} combinations of image type and format in the folders. Not "
        "accepted: {named}, and {more} more.",
        accepted=count - len(rejected),
        all=count,
        named=named,
        more=len(rejected) - _NAMED,
    )


def _described(kind: PresentationKind) -> Message:
    """A kind by its names in the standard."""
    sop_class, syntax = kind
    return Message(
        "“{image_type}” in the format “{format}”", image_type=kinds.name(sop_class), format=kinds.name(syntax)
    )


def _of_all_known(results: Mapping[PresentationKind, int]) -> Message:
    accepted = [kind for kind, result in results.items() if result == 0]
    return Message(
        "The new PACS accepts {accepted} of {all} image types, and {compressed} of {formats} compressed formats.",
        accepted=len(kinds.classes_of(accepted)),
        all=len(kinds.classes_of(results)),
        compressed=len(kinds.compressed(accepted)),
        formats=len(kinds.compressed(results)),
    )


def _details_of_all_known(results: Mapping[PresentationKind, int]) -> str:
    accepted = [kind for kind, result in results.items() if result == 0]
    missing = (
        ("Not accepted", set(kinds.classes_of(results)) - set(kinds.classes_of(accepted))),
        ("Not accepted compressed as", set(kinds.compressed(results)) - set(kinds.compressed(accepted))),
    )
    return " ".join(f"{what}: {_some(sorted(map(kinds.name, uids)))}." for what, uids in missing if uids)


def _details(rejected: Mapping[PresentationKind, int]) -> str:
    lines = [f"{kind[0]} in {kind[1]}: result {result}" for kind, result in rejected.items()]
    return _some(lines)


def _some(names: Sequence[str]) -> str:
    """The first of them, and how many more."""
    more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
