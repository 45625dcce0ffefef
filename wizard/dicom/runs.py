"""Skip runs of plain elements with the regular expression engine.

Nearly all elements of a header are short: four bytes of tag, perhaps a VR, a length of at most 64 and the value. One
match skips a run of them and captures the wanted values, at a tenth of a microsecond for each; a loop in Python needs
five times as long. An element that is not plain (a sequence, pixels, a long or odd value, garbage) ends the run and is
left to the walker.
"""

from __future__ import annotations

import itertools
import re
import struct
from typing import Mapping, NamedTuple, Pattern, Sequence

SHORT_VRS = frozenset(
    b"AE AS AT CS DA DS DT FD FL IS LO LT PN SH SL SS ST TM UI UL US".split()
)  # 16-bit length, PS3.5 table 7.1-2
LONG_VRS = frozenset(b"OB OD OF OL OV OW SQ SV UC UN UR UT UV".split())  # 32-bit length, table 7.1-1

_LONGEST = 64
_VR = b"(?:A[EST]|CS|D[AST]|F[DL]|IS|L[OT]|PN|S[HLST]|TM|U[ILS])"  # the short ones
_NO_ELEMENT = rb"(?!\xfe\xff|\0\0\0\0)"  # the end of an item, and padding, look like elements without VR


class Runs(NamedTuple):
    """The patterns that skip runs in one encoding.

    `wanted.findall` gives (tag, length and value, b"") for each wanted element, and (b"", b"", rest) where the run
    ends; `any.match` ends where the run does. A value begins behind the `prefix` bytes of its length.
    """

    wanted: Pattern[bytes]
    any: Pattern[bytes]
    prefix: int


class WantedTags:
    """The tags whose values are captured, in one byte order.

    Parameters
    ----------
    tags : mapping
        Group and element, and the keyword.
    little : bool
        Whether the data set is little endian.
    """

    def __init__(self, tags: Mapping[tuple[int, int], str], little: bool) -> None:
        order = "<" if little else ">"
        self.keywords = {struct.pack(order + "HH", *at): keyword for at, keyword in tags.items()}
        self._order = order
        self._runs: dict[bool, Runs] = {}

    def runs(self, explicit: bool) -> Runs:
        """Return the patterns with or without a VR; they are made on first use, which takes a few milliseconds."""
        if explicit not in self._runs:
            guard, vr, length = (b"", _VR, "H") if explicit else (_NO_ELEMENT, b"", "I")
            self._runs[explicit] = _runs(guard, vr, self._order + length, list(self.keywords))
        return self._runs[explicit]


def _runs(guard: bytes, vr: bytes, length: str, tags: Sequence[bytes]) -> Runs:
    values = _values(length)
    chosen = _any_of(tags)
    plain = b"%s.{4}%s(?:%s)" % (guard, vr, values)
    wanted = b"(?:(?!%s)%s)*(?:(%s)%s(%s)|(.+))" % (chosen, plain, chosen, vr, values)
    return Runs(_compiled(wanted), _compiled(b"(?:%s)*" % plain), struct.calcsize(length))


def _any_of(tags: Sequence[bytes]) -> bytes:
    """Build a pattern for any of some tags; tags of one group stand together, which saves comparisons."""
    groups = itertools.groupby(sorted(tags), key=lambda tag: tag[:2])
    each = [re.escape(group) + b"(?:%s)" % b"|".join(re.escape(tag[2:]) for tag in some) for group, some in groups]
    return b"(?:%s)" % b"|".join(each)


def _values(length: str) -> bytes:
    """Build a pattern for a packed length and as many bytes."""
    return b"|".join(re.escape(struct.pack(length, n)) + b".{%d}" % n for n in range(0, _LONGEST + 1, 2))


def _compiled(pattern: bytes) -> Pattern[bytes]:
    return re.compile(pattern, re.DOTALL)


# The file meta information (PS3.10 7.1), whose version, two bytes of OB, is plain as well: (tag, value of an OB, length
# and value of the others, b"").
META_RUN = _compiled(rb"(\x02\0..)(?:OB\0\0\x02\0\0\0(..)|%s(%s))|(.+)" % (_VR, _values("<H")))
