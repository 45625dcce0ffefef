"""Step 1, Discover: the ladder of the connection test. Nothing is sent and nothing is stored.

Each rung is reported as it is climbed, with its reason when it fails; the rungs above a failed one are not checked.
"""

from __future__ import annotations

from typing import Callable, Sequence

from wizard.dicom import contexts, query, status
from wizard.dicom.association import PATIENT, Association
from wizard.dicom.connecting import addresses, connect
from wizard.dicom.contexts import Kind
from wizard.dicom.destination import Destination
from wizard.engine.events import Events, Rung
from wizard.engine.job import Control
from wizard.errors import DestinationError

RUNGS = ("resolved", "reached", "accepted", "answered", "takes images", "may be asked")

#: What a PACS is asked to take before the archive has been read: the commonest kinds, uncompressed.
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


def run(destination: Destination, control: Control, events: Events, kinds: Sequence[Kind] = COMMON) -> tuple[Rung, ...]:
    """Climb the ladder; failing rungs are results, not errors.

    Raises
    ------
    Stopped
    """
    climbed: list[Rung] = []
    steps: Sequence[Callable[[Destination, Control, Sequence[Kind]], str]] = (
        *(_resolved, _reached, _accepted, _answered, _takes_images, _may_be_asked),
    )
    for name, step in zip(RUNGS, steps):
        control.check()
        # Whether it may be asked is worth knowing even when it takes no images.
        below = climbed[:4]
        if any(rung.passed is False for rung in below):
            rung = Rung(name, None, "Not checked.")
        else:
            rung = _climb(name, step, destination, control, kinds)
        climbed.append(rung)
        events.fact(rung)
    return tuple(climbed)


def usable(rungs: Sequence[Rung]) -> bool:
    """Whether images can be copied there: everything up to "takes images" holds."""
    return len(rungs) == len(RUNGS) and all(rung.passed for rung in rungs[:5])


def why_not(rungs: Sequence[Rung]) -> DestinationError:
    """The first failed rung as an error."""
    failed = next(rung for rung in rungs if not rung.passed)
    error = DestinationError(failed.sentence, failed.details)
    error.who = failed.who
    return error


def negotiate(destination: Destination, kinds: Sequence[Kind], control: Control) -> list[tuple[Kind, int]]:
    """Ask which kinds the destination takes, sending nothing (PS3.8 9.3.3.2): each with the result of table 9-18.

    Raises
    ------
    DestinationError, Stopped
    """
    results: list[tuple[Kind, int]] = []
    wanted = set(kinds)
    for group in contexts.plan(kinds):
        association = Association(destination, group, PATIENT, lambda: control.stopped)
        with control.closing(association.kill):
            answers = {**dict.fromkeys(association.accepted, 0), **association.refused}
            association.release()
        results.extend((kind, answers[kind]) for kind in group if kind in wanted)
    return results


def _climb(
    name: str,
    step: Callable[[Destination, Control, Sequence[Kind]], str],
    destination: Destination,
    control: Control,
    kinds: Sequence[Kind],
) -> Rung:
    try:
        return Rung(name, True, step(destination, control, kinds))
    except DestinationError as error:
        return Rung(name, False, error.sentence, error.details, error.who)


def _resolved(destination: Destination, control: Control, kinds: Sequence[Kind]) -> str:
    found = {str(address[0]) for _, address in addresses(destination)}
    if destination.host in found:
        return "The address is well formed."
    return f"The name is known: {', '.join(sorted(found))}."


def _reached(destination: Destination, control: Control, kinds: Sequence[Kind]) -> str:
    connect(destination, PATIENT.connect, lambda: control.stopped).close()
    return f"Something answers at {destination.address}."


def _accepted(destination: Destination, control: Control, kinds: Sequence[Kind]) -> str:
    verification = [(query.ECHO, contexts.IMPLICIT_LITTLE_ENDIAN)]
    association = Association(destination, verification, PATIENT, lambda: control.stopped)
    with control.closing(association.kill):
        association.release()
    return f"It accepts this computer as {destination.calling_ae}."


def _answered(destination: Destination, control: Control, kinds: Sequence[Kind]) -> str:
    with query.Query(destination, query.ECHO) as asked, control.closing(asked.kill):
        code = asked.echo()
    if code != status.SUCCESS:
        raise DestinationError("It answers, but not with success, to the test question.", f"C-ECHO status {code:04X}")
    return "It answers the test question (C-ECHO)."


def _takes_images(destination: Destination, control: Control, kinds: Sequence[Kind]) -> str:
    results = negotiate(destination, kinds, control)
    taken = sum(result == 0 for _, result in results)
    if not taken:
        raise DestinationError(
            "It takes no images from this computer. Ask the administrator of the new PACS to allow storing.",
            ", ".join(f"{sop_class}: {result}" for (sop_class, _), result in results),
        )
    if taken < len(results):
        return f"It takes {taken} of the {len(results)} kinds of images it was asked about. Nothing was sent."
    return f"It takes all {taken} kinds of images it was asked about. Nothing was sent."


def _may_be_asked(destination: Destination, control: Control, kinds: Sequence[Kind]) -> str:
    keys = {"StudyInstanceUID": "1.2.826.0.1.3680043.8.498.1"}  # a study that nobody has
    asked = destination.asked
    elsewhere = not destination.is_same_pacs(asked)
    who = f"{asked.called_ae} at {asked.address}" if elsewhere else "It"
    try:
        with query.Query(destination) as line, control.closing(line.kill):
            found = line.find("STUDY", keys, ["StudyInstanceUID"])
    except DestinationError as error:
        if elsewhere:
            error.sentence = f"{who}: {error.sentence}"
        raise
    if found.status != status.SUCCESS:
        raise DestinationError(
            f"{who} does not let this computer ask which images it has. Copying works; whether everything arrived "
            "cannot be checked until the administrator of the new PACS allows it.",
            f"C-FIND status {found.status:04X}",
        )
    return f"{who} may be asked which images it has (C-FIND)."
