"""A language that nobody speaks, to find what does not go through a catalogue.

Its sentences are the English ones, with brackets around the words of each template and none around the values:

    The folder {folder} cannot be opened.    →    ⟦The folder ⟧/archive⟦ cannot be opened.⟧

What is outside of brackets is data, or it is a sentence that somebody put together in another way.
"""

from __future__ import annotations

import ast
import functools
import gettext
import re
import string
import sys
from typing import Callable, Collection, Iterable, Iterator

import pytest

from wizard import language
from wizard.start.bootstrap import ROOT

OPEN, CLOSE = "⟦", "⟧"

#: Words that no language translates: units, the results of verifying, abbreviations of DICOM, and the names of files.
TECHNICAL = (
    *("B", "kB", "MB", "GB", "TB", "h", "min", "s", "UTC"),
    *("MATCH", "MISMATCH", "NOT CHECKED", "COPY-ONLY"),
    *("UID", "SOP", "AE", "PACS", "DICOM", "TLS", "CSV", "HTML", "PDF", "XML", "JSON", "SHA", "DICOM PACS Migrator"),
    *("report.html", "report.pdf", "audit.xml", "support.zip", "SHA256SUMS.txt"),
    *("ledger.csv", "studies.csv", "exceptions.csv", "audit.csv"),
    *("report-without-names.html", "report-without-names.pdf", "audit-without-names.xml"),
    *("ledger-without-names.csv", "studies-without-names.csv", "exceptions-without-names.csv"),
    *("audit-without-names.csv", "SHA256SUMS-without-names.txt"),
)
_BRACKETED = re.compile(f"{OPEN}[^{OPEN}{CLOSE}]*{CLOSE}")
_PERCENT = re.compile(r"(%(?:\(\w+\))?[srd])")  # a place for a value in the words of argparse
_GAP = "\0"


class Pseudo(gettext.NullTranslations):
    """The catalogue of that language."""

    def gettext(self, message: str) -> str:
        return bracketed(message)

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return bracketed(msgid1 if n == 1 else msgid2)


@functools.lru_cache(maxsize=None)
def bracketed(template: str) -> str:
    """Put brackets around the words of a template; its places for values stay as they are."""
    return "".join(map(_part, *zip(*string.Formatter().parse(template)))) if template else ""


def _part(text: str, field: str | None, *_: object) -> str:
    words = "".join(map(_in_brackets, _PERCENT.split(text))).replace("{", "{{").replace("}", "}}")
    return words if field is None else f"{words}{{{field}}}"


def _in_brackets(text: str) -> str:
    return OPEN + text + CLOSE if any(map(str.isalpha, text)) and not _PERCENT.fullmatch(text) else text


def outside(text: str, data: Iterable[str] = ()) -> list[str]:
    """Return what has letters and is outside of brackets, is no technical word and none of the `data`."""
    rest = _without(_BRACKETED.sub(_GAP, text), {*data, *TECHNICAL})
    return [piece.strip() for piece in rest.split(_GAP) if any(map(str.isalpha, piece))]


def _without(text: str, data: Iterable[str]) -> str:
    """Take out the data; the longest first, because one may be a part of another."""
    for one in sorted((one for one in data if one and one in text), key=len, reverse=True):
        edge = r"(?<!\w)" if one[0].isalnum() else "", r"(?!\w)" if one[-1].isalnum() else ""
        text = re.sub(edge[0] + re.escape(one) + edge[1], _GAP, text)
    return text


def faults(texts: Iterable[str], data: Collection[str] = ()) -> list[str]:
    """Describe all that is outside of brackets: the words, and where in the program they may come from."""
    found = {piece: text for text in texts for piece in outside(text, data)}
    return [f"{piece!r} in {_short(text)!r}{_whence(piece)}" for piece, text in found.items()]


def _short(text: str) -> str:
    return text if len(text) <= 200 else text[:199] + "…"


def _whence(piece: str) -> str:
    """Name the places whose texts have this piece, or are a part of it."""
    words = " ".join(piece.split())
    places = [place for text, place in _texts() if words in text or (len(text) > 6 and text in words)]
    return f", perhaps from {', '.join(places[:4])}" if places else ""


@functools.lru_cache(maxsize=1)
def _texts() -> list[tuple[str, str]]:
    """All texts in the code of the program, each with its place."""
    return [
        (" ".join(node.value.split()), f"{path.relative_to(ROOT).as_posix()}:{node.lineno}")
        for path in sorted((ROOT / "wizard").rglob("*.py"))
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and any(map(str.isalpha, node.value))
    ]


@pytest.fixture
def pseudo(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The program speaks this language, whatever language it is told to use."""
    real, speaks = language.use, _always_pseudo(language.use)
    for module in [module for name, module in sys.modules.items() if name.startswith("wizard")]:
        for name, value in list(vars(module).items()):
            if value is real:
                monkeypatch.setattr(module, name, speaks)
    language.use(language.ENGLISH)
    yield
    real(language.ENGLISH)


def _always_pseudo(use: Callable[..., None]) -> Callable[..., None]:
    def speaks(code: str, translations: gettext.NullTranslations | None = None) -> None:
        use(language.ENGLISH, translations or Pseudo())

    return speaks
