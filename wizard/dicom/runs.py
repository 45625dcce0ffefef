"""Runs of plain elements, taken apart by the regular expression engine.

Nearly all elements of a header are short: four bytes of tag, perhaps a VR, a length of at most 64 and the value. One
`findall` cuts a whole run of them, at a third of a microsecond for two elements; a loop in Python needs ten times as
long. Whatever is not plain (a sequence, pixels, a long or odd value, garbage) ends the run and is left to the walker.
"""

from __future__ import annotations

import re
import struct
from typing import Pattern

SHORT_VRS = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
)  # 16-bit length, PS3.5 table 7.1-2
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())  # 32-bit length, table 7.1-1

_LONGEST = 64
_VR = b"(?:A[EST]|CS|D[AST]|F[DL]|IS|L[OT]|PN|S[HLST]|TM|U[ILS])"  # the short ones
_NO_ELEMENT = rb"(?!\xfe\xff|\xff\xfe|\0\0\0\0)"  # items and their ends, and padding, look like elements without VR


def _values(length: str) -> bytes:
    """A length, as it is packed, and as many bytes."""
    return b"|".join(re.escape(struct.pack(length, n)) + b".{%d}" % n for n in range(0, _LONGEST + 1, 2))


def _run(head: bytes, length: str) -> Pattern[bytes]:
    return re.compile(head + b"(" + _values(length) + b")|(.+)", re.DOTALL)


# Each cuts into (tag, length and value, b""), and at the first element that is not plain (b"", b"", all the rest).
EXPLICIT_RUN = _run(b"(.{4})" + _VR, "<H")
BIG_RUN = _run(b"(.{4})" + _VR, ">H")
IMPLICIT_RUN = _run(_NO_ELEMENT + b"(.{4})", "<I")
# The file meta information (PS3.10 7.1), whose version, two bytes of OB, is plain as well: (tag, value of an OB, length
# and value of the others, b"").
META_RUN = re.compile(rb"(\x02\0..)(?:OB\0\0\x02\0\0\0(..)|" + _VR + b"(" + _values("<H") + b"))|(.+)", re.DOTALL)
