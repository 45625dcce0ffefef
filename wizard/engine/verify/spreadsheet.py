"""Read a table that a person has saved as text, in any of the usual encodings and with any of the usual delimiters.

Additions of a spreadsheet program to a cell are removed. A cell that it has damaged is not guessed.
"""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

from wizard.errors import UsageError, why
from wizard.language.message import Message, Private, Size, together

_DELIMITERS = ";,\t|"
_LOOKED_AT = 20  # lines that are read to find the delimiter
_LARGEST = 200_000_000  # bytes; a list with a line for each study of the largest PACS has a tenth of that
#: The first bytes of files that people mistake for such a table, and the sentence for each.
_OTHERS: dict[bytes, Callable[[Private], Message]] = {
    b"PK\x03\x04": lambda name: Message(
        "{name} is a workbook of Excel or a similar program, or a ZIP file.", name=name
    ),
    b"\xd0\xcf\x11\xe0": lambda name: Message("{name} is an Excel workbook.", name=name),
    b"%PDF": lambda name: Message("{name} is a PDF.", name=name),
    b"SQLite": lambda name: Message("{name} is a database.", name=name),
}
_SAVE_AS = Message("Open the file in the program that created it, save it as text (CSV), and select that file.")
_FORMULA = re.compile(r'=\s*"(.*)"', re.DOTALL)  # ="0123" keeps Excel from turning it into a number
_SCIENTIFIC = re.compile(r"[+-]?\d+(?:[.,]\d+)?E[+-]\d+", re.IGNORECASE)


class Row(NamedTuple):
    """One row, and the line of the file on which it begins, from 1."""

    line: int
    cells: list[str]


def read(path: Path, known: Callable[[str], bool]) -> Iterator[Row]:
    """Yield the rows that are not empty, their cells without the additions of a spreadsheet program.

    The delimiter is the one that yields the most cells that are `known` in the first rows, then the most cells.

    Raises
    ------
    UsageError
        The file cannot be read, is no text, or ends within quotation marks.
    """
    text = _text(path)
    before = 0
    marker = re.match(r"sep=([^\r\n])\r?\n?", text, re.IGNORECASE)
    if marker:
        delimiter, before = marker.group(1), 1
        text = text[marker.end() :]
    else:
        delimiter = max(_DELIMITERS, key=lambda one: _count_cells(text, one, known))
    for line, cells in _split(text, delimiter, path.name):
        if any(cells):
            yield Row(line + before, cells)


def damaged(cell: str) -> bool:
    """Whether a spreadsheet program has turned it into a rounded number: 1.23E+15."""
    return _SCIENTIFIC.fullmatch(cell) is not None


def _text(path: Path) -> str:
    try:
        with open(path, "rb") as file:
            size = os.fstat(file.fileno()).st_size
            data = file.read(_LARGEST + 1)
    except OSError as error:
        raise UsageError(
            Message(
                "The list {path} cannot be read: {why}. Check its name, and that you may read it.",
                path=Private(path),
                why=why(error),
            ),
            type(error).__name__,
        ) from error
    if len(data) > _LARGEST:
        raise UsageError(
            Message(
                "{name} is too large to be a list of studies ({size}). Select another file.",
                name=Private(path.name),
                size=Size(size),
            )
        )
    for begin, what in _OTHERS.items():
        if data.startswith(begin):
            raise UsageError(together(what(Private(path.name)), _SAVE_AS))
    wide = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    try:
        text = data.decode("utf-16" if wide else "utf-8-sig")
    except UnicodeDecodeError:
        text = data.decode("cp1252", "replace")
    if "\0" in text:
        raise UsageError(together(Message("{name} is not a text file.", name=Private(path.name)), _SAVE_AS))
    return text


def _count_cells(text: str, delimiter: str, known: Callable[[str], bool]) -> tuple[int, int]:
    """Count the cells of the first rows that are known with this delimiter, and all of them."""
    cells: list[str] = []
    try:
        for (_, more), _ in zip(_split(text, delimiter, ""), range(_LOOKED_AT)):
            cells += more
    except UsageError:
        pass  # the cells until then count; `read` raises the error for the delimiter that is chosen
    return sum(map(known, cells)), len(cells)


def _split(text: str, delimiter: str, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield rows with the line on which they begin.

    Raises
    ------
    UsageError
        A quotation mark is not closed: everything behind it would be one cell.
    """
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, skipinitialspace=True, strict=True)
    line = 1
    try:
        for cells in reader:
            yield line, [_plain(cell) for cell in cells]
            line = reader.line_num + 1
    except csv.Error as error:
        raise UsageError(
            Message(
                "{name} cannot be read from line {line} on: a quotation mark there is not closed, or is inside a text. "
                "Correct that line, or export the list again.",
                name=Private(name),
                line=str(line),
            ),
            str(error),
        ) from error


def _plain(cell: str) -> str:
    """Remove the blanks around a cell, Excel's ="…", and the apostrophe that marks it as text."""
    cell = cell.strip()
    formula = _FORMULA.fullmatch(cell)
    if formula:
        cell = formula.group(1)
    return cell.strip("'").strip()
