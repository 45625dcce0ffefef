"""Write a value as a cell of a CSV file, so that no spreadsheet changes it and none takes it for a formula.

A spreadsheet reads 007 as 7, 12345678901234567 as 1.23E+16, MAR12 as a day in March, and begins to calculate
at = + - and @. Such a text gets an apostrophe in front; so does a text that begins with one itself.

To get the value back, remove one apostrophe from the front of a cell, where there is one. Only unprintable characters
do not come back: they are shown as \\xNN or \\uNNNN (`wizard.language.printable`), and the manifest keeps them.

These values stay as they are: whole numbers of up to eleven digits without a leading zero (so dates stay YYYYMMDD), and
UIDs, which are no number and no date in any language: a date has three parts, and the parts of a number have three
digits each. Numbers that this program counted itself are written as numbers.
"""

from __future__ import annotations

import functools
import re

from wizard.language.printable import printable

# The first three letters of the months in languages that are written in Latin letters.
_MONTHS = (
    "jan|gen|ene|ian|led|sty|tam|jän|feb|fév|fev|úno|lut|hel|mar|mär|mrz|már|maa|bře|apr|avr|abr|ápr|dub|kwi|huh|"
    "may|mai|mei|maj|mag|mái|máj|kvě|tou|jun|jui|giu|iun|jún|čer|cze|kes|jul|lug|iul|júl|lip|hei|aug|aoû|aou|ago|"
    "srp|sie|elo|sep|set|zář|wrz|syy|oct|okt|ott|out|říj|paź|lok|nov|noi|lis|mar|dec|déc|dez|dic|des|pro|gru|jou"
)
_FORMULA = re.compile(r"\s*[=+\-@＝＋－＠]|[\t\r\n]")
_CHANGES = re.compile(
    rf"""'.*                                                      # so that the value can be restored without doubt
    | (?=\D*\d) [\s\d.,:;/\\()%$€£¥'’_e年月日時分秒+-]+ (?:[ap]m?|h)?    # a number, a date, a time
    | [\d\s.,/-]* (?:{_MONTHS}) [^\W\d_]* [\s.,/-]* \d [\d\s.,:/-]*    # MAR12
    | \d [\d\s.,/-]* (?:{_MONTHS}) [^\W\d_]* \.?                       # 12 March
    | true | false | wahr | falsch | vrai | faux | verdadero | falso | vero""",
    re.VERBOSE | re.IGNORECASE | re.DOTALL,
)
_WORD = re.compile(r"[^\W\d_]{3,}")  # the first one counts: before a month there are only numbers
_IN_NUMBERS = "eE年月日時分秒"
_IN_DATES = (*_MONTHS.split("|"), "tru", "fal", "wah", "vra", "fau", "ver", *_IN_NUMBERS)
_UNHARMED = re.compile(r"0 | [1-9]\d{0,10} | [0-2]\.(?!\d{3}\.)\d+(?:\.\d+){2,} | 2\.25\.\d{6,}", re.VERBOSE | re.ASCII)

_LONGEST_DATE = 256  # a longer text is no date in any form, and may be a number
_DIGITS = re.compile(r"[\s\d.,:;/\\()%$€£¥'’_e年月日時分秒+-]+")

_PLAIN = re.compile(r"[A-Za-z0-9._-]+")  # a name that needs no further check


def field(value: str) -> str:
    """Write a text as a cell, quoted by RFC 4180."""
    return _field(value) if len(value) <= 256 else _field.__wrapped__(value)


def uid(value: str) -> str:
    """Write a UID as `field` does; quicker for most UIDs, which do not repeat."""
    return value if not value or _UNHARMED.fullmatch(value) else field(value)


class FolderCells:
    """Writes the cells of files in one folder; quicker than `field` for most names.

    Parameters
    ----------
    folder : str
        Its path, with the separator at the end.
    """

    def __init__(self, folder: str) -> None:
        self._folder = folder
        self._safe = field(folder) == folder and not _may_change(folder)

    def field(self, name: str) -> str:
        """Write the cell of a file's path."""
        return self._folder + name if self._safe and _PLAIN.fullmatch(name) else field(self._folder + name)


@functools.lru_cache(maxsize=4096)  # neighbouring rows share most of their texts; long ones are not worth keeping
def _field(value: str) -> str:
    cell = text(value)
    return '"' + cell.replace('"', '""') + '"' if "," in cell or '"' in cell else cell  # text() shows line ends


def text(value: str) -> str:
    """Write a text as a cell without quotation marks."""
    return "'" + printable(value) if _FORMULA.match(value) or _changes(value) else printable(value)


def _changes(value: str) -> bool:
    """Whether a spreadsheet would read a text as something else, or it begins with an apostrophe itself."""
    if len(value) > _LONGEST_DATE:
        return value[0] == "'" or (_WORD.search(value) is None and _DIGITS.fullmatch(value) is not None)
    return not _UNHARMED.fullmatch(value) and _may_change(value) and _CHANGES.fullmatch(value) is not None


def _may_change(value: str) -> bool:
    """Check quickly whether a value may be a date or a number, before the slow pattern.

    A value with a word that is in no date is none. A value without a word is none if it begins with a letter that
    begins no number.
    """
    word = _WORD.search(value)
    if word is None:
        return not value[:1].isalpha() or value[0] in _IN_NUMBERS
    return value[0] == "'" or word.group().lower().startswith(_IN_DATES)
