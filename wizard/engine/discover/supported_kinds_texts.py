"""The sentence that says which kinds of images the new PACS takes, and its details for support."""

from __future__ import annotations

from typing import Mapping, Sequence

from wizard.dicom import kinds
from wizard.dicom.contexts import PresentationKind
from wizard.engine.discover.supported_kinds import COMMON
from wizard.errors import NoContext

_NAMED, _LISTED = 2, 8  # kinds not taken: as many as the sentence names, and as the details list
_SENT = "Nothing was sent."


def sentence(results: Mapping[PresentationKind, int], source_kinds: Sequence[PresentationKind] = ()) -> tuple[str, str]:
    """Return the sentence that says which kinds the destination takes, and the others as details for support.

    With `source_kinds`, the kinds of a source that was read, it speaks of these alone.

    Raises
    ------
    NoContext
        The destination takes none of these kinds.
    """
    asked = source_kinds or tuple(results)
    refused = {kind: results[kind] for kind in asked if results.get(kind)}
    if len(refused) == len(asked):
        of = " of this archive" if source_kinds else ""
        raise NoContext(
            f"It takes no images{of} from this computer. Ask the administrator of the new PACS to allow storing.",
            _details(refused),
        )
    if source_kinds:
        return _of_source(len(asked), refused), _details(refused)
    if set(asked) != set(COMMON):
        return _of_all_known(results), _details_of_all_known(results)
    taken = len(asked) - len(refused)
    how_many = f"all {taken}" if not refused else f"{taken} of the {len(asked)}"
    return f"It takes {how_many} kinds of images it was asked about. {_SENT}", _details(refused)


def _described(kind: PresentationKind) -> str:
    """A kind by its names in the standard."""
    sop_class, syntax = kind
    return f"{kinds.name(sop_class)} in {kinds.name(syntax)}"


def _of_source(count: int, refused: Mapping[PresentationKind, int]) -> str:
    if not refused:
        return f"It takes all kinds of images in this archive ({count}). {_SENT}"
    named = "; ".join(_described(kind) for kind in list(refused)[:_NAMED])
    more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
    return f"It takes {count - len(refused)} of the {count} kinds of images in this archive, but not {named}{more}."


def _of_all_known(results: Mapping[PresentationKind, int]) -> str:
    taken = [kind for kind, result in results.items() if result == 0]
    classes = _share(len(kinds.classes_of(taken)), len(kinds.classes_of(results)))
    forms = _share(len(kinds.compressed(taken)), len(kinds.compressed(results)))
    return f"It takes {classes} kinds of images, and {forms} compressed forms."


def _share(taken: int, asked: int) -> str:
    return f"all {asked}" if taken == asked else f"{taken or 'none'} of {asked}"


def _details_of_all_known(results: Mapping[PresentationKind, int]) -> str:
    taken = [kind for kind, result in results.items() if result == 0]
    missing = (
        ("Not taken", set(kinds.classes_of(results)) - set(kinds.classes_of(taken))),
        ("Not taken compressed as", set(kinds.compressed(results)) - set(kinds.compressed(taken))),
    )
    return " ".join(f"{what}: {_some(sorted(map(kinds.name, uids)))}." for what, uids in missing if uids)


def _details(refused: Mapping[PresentationKind, int]) -> str:
    lines = [f"{kind[0]} in {kind[1]}: result {result}" for kind, result in refused.items()]
    return _some(lines)


def _some(names: Sequence[str]) -> str:
    """The first of them, and how many more."""
    more = f", and {len(names) - _LISTED} more" if len(names) > _LISTED else ""
    return ", ".join(names[:_LISTED]) + more
