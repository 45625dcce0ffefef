"""Decode texts of a data set for people to read; never for sending.

Character sets follow PS3.3 C.12.1.1.2 and code extensions PS3.5 6.1.2.5, with the tables of pydicom. Its own decoder is
not used because it issues warnings: their filters belong to the whole process, and several threads decode texts.
Characters that cannot be decoded become U+FFFD.
"""

from __future__ import annotations

import datetime
import functools
import re

_MARK = "\N{REPLACEMENT CHARACTER}"
_ESCAPE = b"\x1b"
_SHIFTING = ("iso2022_jp", "iso2022_jp_2")  # Python's codecs want the escape sequence of these


def _plain(name: str) -> str:
    """Normalise a character set's name, which is often misspelled: "ISO_IR 100" and "ISO IR-100" are the same."""
    return re.sub(r"[^A-Z0-9]", "", name.upper())


@functools.lru_cache(1)
def _tables() -> tuple[dict[str, str], dict[bytes, str]]:
    """Return Python's codecs by the names of character sets, and by escape sequences. pydicom is slow to load."""
    from pydicom.charset import CODES_TO_ENCODINGS, python_encoding

    return {_plain(name): encoding for name, encoding in python_encoding.items()}, CODES_TO_ENCODINGS


@functools.lru_cache(4096)
def decode(raw: bytes, charset: bytes = b"") -> str:
    """Decode a text value in the Specific Character Set `charset` (the raw value of (0008,0005))."""
    if raw.isascii() and _ESCAPE not in raw:
        return _clean(raw.decode("ascii"))
    first_name = _plain(charset.decode("ascii", "replace").partition("\\")[0])
    first = _tables()[0].get(first_name, "ascii")
    # Each piece that begins with an escape sequence is in the character set that the sequence names.
    pieces = re.findall(rb"^[^\x1b]+|\x1b[^\x1b]*", raw)
    return _clean("".join(_piece(piece, first) for piece in pieces))


def _piece(piece: bytes, first: str) -> str:
    if not piece.startswith(_ESCAPE):
        return piece.decode(first, "replace")
    length = 4 if piece[1:3] in (b"$(", b"$)") else 3
    encoding = _tables()[1].get(piece[:length])
    if encoding is None:
        return piece.decode("ascii", "replace")
    if encoding in _SHIFTING:
        return piece.decode(encoding, "replace")
    # A delimiter of a person's name goes back to the first character set.
    until = re.match(rb"[^\^=]*", piece[length:])
    assert until is not None
    end = length + until.end()
    return piece[length:end].decode(encoding, "replace") + piece[end:].decode(first, "replace")


def person_name(value: str) -> str:
    """Write a person's name for people: "Yamada, Tarou (山田, 太郎)" (PS3.5 6.2.1)."""
    groups = [", ".join(part.strip() for part in group.split("^") if part.strip()) for group in value.split("=")]
    first, *others = groups
    written = [group for group in others[:1] if group]
    if not first:
        return next((group for group in groups if group), "")
    return f"{first} ({written[0]})" if written else first


@functools.lru_cache(4096)  # the UIDs of class, study and series repeat
def uid(raw: bytes) -> str:
    """Decode a UID for comparisons and commands: surrounding spaces and NULs are removed, nothing else is changed."""
    return raw.decode("ascii", "replace").strip(" \0")


def day(raw: bytes) -> str | None:
    """Decode a date as YYYYMMDD, or None when it is empty or no date; the old form 2019.03.04 is accepted."""
    digits = re.fullmatch(rb"\s*(\d{4})\.?(\d{2})\.?(\d{2})[\s\0]*", raw)
    if digits is None:
        return None
    year, month, of_month = (int(part) for part in digits.groups())
    try:
        datetime.date(year, month, of_month)
    except ValueError:
        return None
    return f"{year:04d}{month:02d}{of_month:02d}"


def _clean(text: str) -> str:
    """Remove padding; white space becomes a space, and other unprintable characters become U+FFFD."""
    text = text.strip(" \0")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else " " if c.isspace() else _MARK for c in text).strip()
