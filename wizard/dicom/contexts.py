"""Plan the presentation contexts that a set of instances needs (PS3.8 9.3.2.2), at most 128 to an association.

Each pair of SOP class and transfer syntax in the source has a context of its own with that syntax alone: the acceptor
picks one syntax per context, and a context with several may not get the one that is needed.
"""

from __future__ import annotations

from typing import Iterable, Tuple

LIMIT = 128

IMPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2"
EXPLICIT_LITTLE_ENDIAN = "1.2.840.10008.1.2.1"
DEFLATED_LITTLE_ENDIAN = "1.2.840.10008.1.2.1.99"
EXPLICIT_BIG_ENDIAN = "1.2.840.10008.1.2.2"
UNCOMPRESSED = frozenset([IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN])

PresentationKind = Tuple[str, str]  # (SOP class UID, transfer syntax UID)


def plan(kinds: Iterable[PresentationKind]) -> list[list[PresentationKind]]:
    """Group kinds into lists of at most 128, one list per association.

    A class with uncompressed instances is also proposed in the default syntax (PS3.5 10), in the same list.
    """
    by_class: dict[str, set[str]] = {}
    for sop_class, syntax in kinds:
        by_class.setdefault(sop_class, set()).add(syntax)
    groups: list[list[PresentationKind]] = []
    for sop_class in sorted(by_class):
        syntaxes = by_class[sop_class]
        if syntaxes & UNCOMPRESSED:
            syntaxes.add(IMPLICIT_LITTLE_ENDIAN)
        wanted = [(sop_class, syntax) for syntax in sorted(syntaxes)]
        if not groups or len(groups[-1]) + len(wanted) > LIMIT:
            groups.append([])
        groups[-1].extend(wanted)
    return groups
