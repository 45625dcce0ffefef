"""Show the characters of a text that cannot be printed, so that a name neither hides nor changes what is beside it."""

from __future__ import annotations

import re

# Control characters, line separators, overrides of the direction of writing, bytes that are no UTF-8, and
# noncharacters.
UNPRINTABLE = re.compile("[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def printable(text: str) -> str:
    r"""Show unprintable characters as \xNN or \uNNNN, so that nothing is hidden or lost."""
    return text.translate(_VISIBLE) if UNPRINTABLE.search(text) else text


def _visible(code: int) -> str:
    if 0xDC80 <= code <= 0xDCFF:  # a byte that os.fsdecode could not decode
        code -= 0xDC00
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


_VISIBLE = {code: _visible(code) for code in range(0x10000) if UNPRINTABLE.match(chr(code))}
