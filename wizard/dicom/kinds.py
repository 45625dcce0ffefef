"""List all image types and formats that pydicom knows (PS3.4 B.5, PS3.6 A), to find which ones a destination accepts.

Retired classes and syntaxes, which old PACS hold, are among them; streamed and referenced ones are not.
"""

from __future__ import annotations

import functools
from typing import Iterable

from pydicom._uid_dict import UID_dictionary

from wizard.dicom.contexts import (
    DEFLATED_LITTLE_ENDIAN,
    EXPLICIT_BIG_ENDIAN,
    EXPLICIT_LITTLE_ENDIAN,
    IMPLICIT_LITTLE_ENDIAN,
    UNCOMPRESSED,
    PresentationKind,
)

#: Transfer syntaxes without image compression, and those of PS3.5 A.4 with it.
PLAIN = (IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, DEFLATED_LITTLE_ENDIAN, EXPLICIT_BIG_ENDIAN)
COMPRESSED = tuple(
    f"1.2.840.10008.1.2.{number}"
    for number in (
        *("4.50", "4.51", "4.57", "4.70"),  # JPEG
        *("4.80", "4.81"),  # JPEG-LS
        *("4.90", "4.91", "4.201", "4.202", "4.203"),  # JPEG 2000, and HTJ2K
        *("4.100", "4.101", "4.102", "4.103", "4.104", "4.105", "4.106", "4.107", "4.108"),  # video
        "5",  # RLE
    )
)

#: Names that the oldest pydicom in use does not have yet.
_NEWER = {
    "1.2.840.10008.1.2.4.201": "High-Throughput JPEG 2000 (Lossless Only)",
    "1.2.840.10008.1.2.4.202": "High-Throughput JPEG 2000 with RPCL Options (Lossless Only)",
    "1.2.840.10008.1.2.4.203": "High-Throughput JPEG 2000",
}
_NO_IMAGES = ("Commitment", "Directory", "Stored Print", "Hardcopy")


@functools.lru_cache(None)
def storage_classes() -> tuple[str, ...]:
    """Every Storage SOP class."""
    named = ((uid, str(row[0]), str(row[1])) for uid, row in UID_dictionary.items())
    return tuple(
        sorted(
            uid
            for uid, name, what in named
            if what == "SOP Class" and "Storage" in name and not any(word in name for word in _NO_IMAGES)
        )
    )


def every() -> tuple[PresentationKind, ...]:
    """Every Storage SOP class in every transfer syntax."""
    return tuple((sop_class, syntax) for sop_class in storage_classes() for syntax in (*PLAIN, *COMPRESSED))


def name(uid: str) -> str:
    """Return the standard's name of a class or syntax; the UID itself where it has none."""
    row = UID_dictionary.get(uid)
    return str(row[0]).replace(" Image Compression", "") if row else _NEWER.get(uid, uid)


def classes_of(kinds: Iterable[PresentationKind]) -> list[str]:
    """Return the classes of some kinds, each once."""
    return sorted({sop_class for sop_class, _ in kinds})


def compressed(kinds: Iterable[PresentationKind]) -> list[str]:
    """Return the compressed syntaxes of some kinds, each once."""
    return sorted({syntax for _, syntax in kinds} - UNCOMPRESSED - {DEFLATED_LITTLE_ENDIAN})
