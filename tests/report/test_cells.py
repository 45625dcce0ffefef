from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from wizard.language.printable import printable
from wizard.report import cells

FORMULAS = ["=1+1", "+49 89", "-5", "@SUM(A1)", "\t=1", "\r=1", " =1+1", "＝1", "=cmd|' /C calc'!A0"]
CHANGED_BY_SPREADSHEETS = [
    *("007", "12345678901234567", "123456789012", "1E5", "12e34", "3/4", "1-2-3", "10:30", "2019-03-02"),
    *("1,5", "1.5", ".5", "(5)", "5 %", "€ 5", "MAR12", "12MAR", "3 Mai 2019", "1-Dez", "10 pm", "TRUE", "falsch"),
    *("1.2.84", "2.999.123.456", "00.1", "٣", "5月3日", "'already", "'"),
]
LEFT_ALONE = [
    *("", "0", "4711", "20190302", "12345678901", "P-4711", "Muster, Anna", "CT thorax", "0x0000", "山田"),
    *("1.2.840.10008.5.1.4.1.1.2", "1.2.3.4", "2.25.329800735698586629295641978511506172918"),
    *("/archive/IM0001", "C:\\PACS\\IM0001", "A-1", "3D MPR", "Name, with comma"),
]


@pytest.mark.parametrize("value", FORMULAS + CHANGED_BY_SPREADSHEETS)
def test_what_a_spreadsheet_would_change_begins_with_an_apostrophe(value: str) -> None:
    assert cells.text(value) == "'" + printable(value)


@pytest.mark.parametrize("value", LEFT_ALONE)
def test_what_no_spreadsheet_changes_stays_as_it_is(value: str) -> None:
    assert cells.text(value) == value


@given(st.text(alphabet=st.characters(blacklist_categories=["Cs", "Cc"]), max_size=30))
def test_taking_one_apostrophe_away_is_the_way_back(value: str) -> None:
    cell = cells.text(value)
    assert (cell[1:] if cell.startswith("'") else cell) == printable(value)


@given(st.text())
def test_no_cell_begins_like_a_formula(value: str) -> None:
    assert cells.text(value).strip()[:1] not in tuple("=+-@＝＋－＠")


DATES = st.text(alphabet="0123456789 .,:;/-+'eEaApPmMhHjJnNrRyYtTuUsS年月日ä", max_size=12)


@given(st.one_of(st.text(max_size=12), DATES))
def test_the_quick_look_overlooks_nothing(value: str) -> None:
    if cells._CHANGES.fullmatch(value):
        assert cells._may_change(value)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("value", ["1" * 100_000 + "x", "jan" * 50_000, "12 " * 50_000 + "mar", " " * 100_000])
def test_a_very_long_value_takes_no_time(value: str) -> None:
    assert cells.text(value).endswith(value)
