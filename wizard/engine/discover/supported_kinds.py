"""What the destination takes, asked without sending (PS3.8 9.3.3.2), and the same in a sentence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

from wizard.dicom import contexts, kinds
from wizard.dicom.association import DEFAULT_TIMEOUTS, Association, Timeouts
from wizard.dicom.contexts import PresentationKind
from wizard.dicom.destination import Destination
from wizard.engine.events import Events, Fact, NoEvents, Progress
from wizard.engine.job import Control
from wizard.errors import NoContext
from wizard.manifest import queue
from wizard.manifest.manifest import Manifest

#: What a PACS is asked to take before it is copied to: the commonest kinds, uncompressed.
COMMON = tuple(
    (sop_class, contexts.EXPLICIT_LITTLE_ENDIAN)
    for sop_class in (
        "1.2.840.10008.5.1.4.1.1.2",  # CT
        "1.2.840.10008.5.1.4.1.1.4",  # MR
        "1.2.840.10008.5.1.4.1.1.1",  # CR
        "1.2.840.10008.5.1.4.1.1.1.1",  # DX
        "1.2.840.10008.5.1.4.1.1.6.1",  # US
        "1.2.840.10008.5.1.4.1.1.7",  # Secondary Capture
    )
)
_NAMED, _LISTED = 2, 8  # exceptions that a sentence names, and that the details do
_SENT = "Nothing was sent."


@dataclass(frozen=True)
class Takes(Fact):
    """What the destination was asked to take, without sending: for each (SOP class, transfer syntax) the result of
    PS3.8 table 9-18, 0 for accepted."""

    results: Mapping[tuple[str, str], int]


def negotiate(
    destination: Destination,
    asked: Sequence[PresentationKind],
    control: Control,
    events: Events | None = None,
    limits: Timeouts = DEFAULT_TIMEOUTS,
) -> list[tuple[PresentationKind, int]]:
    """Ask which kinds the destination takes, in rounds of at most 128: each with the result of PS3.8 table 9-18.

    Raises
    ------
    DestinationError, Stopped
    """
    results: list[tuple[PresentationKind, int]] = []
    wanted = set(asked)
    groups = contexts.plan(asked)
    for number, group in enumerate(groups):
        control.check()
        (events or NoEvents()).state(Progress("discover", number, total=len(groups)))
        association = Association(destination, group, limits, lambda: control.stopped)
        with control.closing(association.kill):
            answers = {**dict.fromkeys(association.accepted, 0), **association.refused}
            association.release()
        results.extend((kind, answers[kind]) for kind in group if kind in wanted)
    return results


def keep(manifest: Manifest, results: Mapping[PresentationKind, int]) -> None:
    """Keep what the destination takes for Check, of kinds that are in the archive and of those that may come."""
    with manifest.writing() as db:
        queue.expect(db, results)


def sentence(results: Mapping[PresentationKind, int], archive: Sequence[PresentationKind] = ()) -> tuple[str, str]:
    """What it takes, in words, and the exceptions for support; of the archive, once it was read.

    Raises
    ------
    NoContext
        It takes nothing of what matters.
    """
    asked = archive or tuple(results)
    refused = {kind: results[kind] for kind in asked if results.get(kind)}
    if len(refused) == len(asked):
        of = " of this archive" if archive else ""
        raise NoContext(
            f"It takes no images{of} from this computer. Ask the administrator of the new PACS to allow storing.",
            _details(refused),
        )
    if archive:
        return _of_archive(len(asked), refused), _details(refused)
    if set(asked) != set(COMMON):
        return _of_everything(results), _details_of_everything(results)
    taken = len(asked) - len(refused)
    how_many = f"all {taken}" if not refused else f"{taken} of the {len(asked)}"
    return f"It takes {how_many} kinds of images it was asked about. {_SENT}", _details(refused)


def described(kind: PresentationKind) -> str:
    """A kind by its names in the standard."""
    sop_class, syntax = kind
    return f"{kinds.name(sop_class)} in {kinds.name(syntax)}"


def _of_archive(count: int, refused: Mapping[PresentationKind, int]) -> str:
    if not refused:
        return f"It takes all kinds of images in this archive ({count}). {_SENT}"
    named = "; ".join(described(kind) for kind in list(refused)[:_NAMED])
    more = f"; and {len(refused) - _NAMED} more" if len(refused) > _NAMED else ""
    return f"It takes {count - len(refused)} of the {count} kinds of images in this archive, but not {named}{more}."


def _of_everything(results: Mapping[PresentationKind, int]) -> str:
    taken = [kind for kind, result in results.items() if result == 0]
    classes = _share(len(kinds.classes_of(taken)), len(kinds.classes_of(results)))
    forms = _share(len(kinds.compressed(taken)), len(kinds.compressed(results)))
    return f"It takes {classes} kinds of images, and {forms} compressed forms."


def _share(taken: int, asked: int) -> str:
    return f"all {asked}" if taken == asked else f"{taken or 'none'} of {asked}"


def _details_of_everything(results: Mapping[PresentationKind, int]) -> str:
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
