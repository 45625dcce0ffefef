"""Tables that people saved as text, in any encoding and with any delimiter."""

from __future__ import annotations

import codecs
from pathlib import Path

import pytest

from wizard.engine.verify import spreadsheet
from wizard.errors import UsageError

ROWS = [["Study", "Patient"], ["1.2.3", "Müster, Anna"], ["1.2.4", "Beispiel; Bernd|"]]


def read(path: Path, data: bytes | str) -> list[list[str]]:
    path.write_bytes(data if isinstance(data, bytes) else data.encode("utf-8"))
    return [row.cells for row in spreadsheet.read(path, lambda cell: cell in ("Study", "1.2.3", "1.2.4"))]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "list.csv"


@pytest.mark.parametrize("delimiter", list(",;\t|"))
@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_it_is_read_whatever_it_was_saved_as(delimiter: str, encoding: str, end: str, path: Path) -> None:
    text = end.join(delimiter.join(f'"{cell}"' for cell in row) for row in ROWS) + end
    assert read(path, text.encode(encoding)) == ROWS


def test_big_endian_text_is_read(path: Path) -> None:
    assert read(path, codecs.BOM_UTF16_BE + "Study;Müller".encode("utf-16-be")) == [["Study", "Müller"]]


def test_what_excel_says_is_between_the_columns_is_believed(path: Path) -> None:
    assert read(path, "sep=_\r\nStudy_a;b\r\n") == [["Study", "a;b"]]
    assert [row.line for row in spreadsheet.read(path, bool)] == [2]


def test_names_with_commas_do_not_hide_what_is_between_the_columns(path: Path) -> None:
    lines = ["a,b,c,d;Study;e,f,g,h", "Muster, A, B, C;1.2.3;x, y, z"]
    assert read(path, "\n".join(lines)) == [line.split(";") for line in lines]


@pytest.mark.parametrize(
    "cell", ['="0123"', '"=""0123"""', "'0123", " 0123 ", '" 0123 "', '= "0123"', "\u00a00123\u00a0", "\"'0123'\""]
)
def test_what_a_spreadsheet_adds_to_a_cell_is_taken_away(cell: str, path: Path) -> None:
    assert read(path, f"{cell};Study") == [["0123", "Study"]]


def test_rows_are_numbered_by_the_line_on_which_they_begin(path: Path) -> None:
    path.write_text('Study;x\n\n1;"two\nlines"\n;;\n2;y\n', "utf-8")
    rows = list(spreadsheet.read(path, bool))
    assert [(row.line, row.cells[0]) for row in rows] == [(1, "Study"), (3, "1"), (6, "2")]


@pytest.mark.parametrize(
    ("text", "line"), [('Study;a\n1.2.3;"b\n1.2.4;c\n1.2.5;d\n', 2), ('Study;a\n1.2.3;b\n1.2.4;"5" scan"\n', 3)]
)
def test_a_quotation_mark_out_of_place_is_said_with_its_line(text: str, line: int, path: Path) -> None:
    with pytest.raises(UsageError, match=f"list.csv cannot be read from line {line} on: a quotation mark"):
        read(path, text)


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"PK\x03\x04...", "is a workbook"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "is an Excel workbook"),
        (b"%PDF-1.4", "is a PDF"),
        (b"SQLite format 3\0", "is a database"),
        (b"\0" * 128 + b"DICM", "is not a text file"),
        (codecs.BOM_UTF16_LE + b"a\0b", "is not a text file"),
    ],
)
def test_what_is_no_text_is_said_to_be_none(data: bytes, says: str, path: Path) -> None:
    with pytest.raises(UsageError, match=says) as caught:
        read(path, data)
    assert "save it as text (CSV)" in str(caught.value)


def test_a_file_that_is_not_there_or_is_no_file_is_named(tmp_path: Path) -> None:
    for path in (tmp_path / "missing.csv", tmp_path):
        with pytest.raises(UsageError, match="cannot be read") as caught:
            list(spreadsheet.read(path, bool))
        assert str(path) in str(caught.value)
        assert str(path) not in caught.value.details


def test_a_file_that_is_far_too_large_is_not_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(spreadsheet, "_LARGEST", 10)
    with pytest.raises(UsageError, match=r"too large to be a list of studies \(12 B\)"):
        read(path, "Study;123456")


@pytest.mark.parametrize(
    ("cell", "damaged"),
    [("1.23E+15", True), ("1,23457E+17", True), ("1E-5", True), ("1.2.3", False), ("12E5", False), ("CT-1E+2", False)],
)
def test_a_number_that_was_rounded_is_recognised(cell: str, damaged: bool) -> None:
    assert spreadsheet.damaged(cell) is damaged
