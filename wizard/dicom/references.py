"""Find the references of an object that is no image: UIDs of other instances, or the files of a DICOMDIR.

The search is for the bytes of a tag at any depth of sequences: such objects are small, and hold no pixels in which the
same bytes could stand by chance.
"""

from __future__ import annotations

import re
import struct
from typing import Iterator

from wizard.dicom import text
from wizard.dicom.structure import tag

REFERENCED_INSTANCE = (0x0008, 0x1155)  # Referenced SOP Instance UID
CODE_VALUE = (0x0008, 0x0100)
_FILE_ID = (0x0004, 0x1500)  # Referenced File ID, PS3.3 F.3.2.2

_INSTANCE_UID = re.compile(r"[0-9.]{1,64}")


def instances(content: bytes, little: bool = True) -> list[str]:
    """Find the SOP Instance UIDs that an object refers to, each once, in their order."""
    uids = (text.uid(value) for value in values(content, REFERENCED_INSTANCE, little))
    return list(dict.fromkeys(uid for uid in uids if _INSTANCE_UID.fullmatch(uid)))


def files(content: bytes) -> list[str]:
    """Find the files that a DICOMDIR lists, as "A/B/C" below its own folder (PS3.10 8.2)."""
    names = (value.rstrip(b" \0").decode("ascii", "replace") for value in values(content, _FILE_ID))
    return list(dict.fromkeys("/".join(part.strip() for part in name.split("\\")) for name in names if name))


def values(content: bytes, wanted: tuple[int, int], little: bool = True) -> Iterator[bytes]:
    """Yield the short text values of one tag at any place, in either VR encoding (PS3.5 7.1)."""
    order = "<" if little else ">"
    for match in re.finditer(re.escape(tag(*wanted, little)) + b"(?=(.{4}))", content, re.DOTALL):
        head = match.group(1)
        if head[:2].isalpha() and head[:2].isupper():
            (length,) = struct.unpack_from(order + "H", head, 2)
        else:
            (length,) = struct.unpack(order + "I", head)
        value = content[match.end() + 4 : match.end() + 4 + length]
        if 0 < length <= 1024 and len(value) == length:
            yield value
