"""Test the tables in a real spreadsheet: opened and saved again, nothing in them has changed."""

from __future__ import annotations

import csv
import io
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests import find_tool
from tests.report.samples import Sample
from tests.report.test_cells import CHANGED_BY_SPREADSHEETS, FORMULAS, LEFT_ALONE
from wizard.reasons import earlier
from wizard.report import csv_files
from wizard.report.names import ALL

# The languages in which numbers and dates look most unlike those of others.
LANGUAGES = ("en-US", "de-DE", "fr-FR")
_FILTER = "csv:Text - txt - csv (StarCalc):44,34,76,1,,0,false,true"  # comma, quotes, UTF-8; cells as they are shown


def rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline=""), strict=True))


def value(cell: str) -> str:
    """Restore a value, as `wizard.report.cells` documents it."""
    return cell[1:] if cell.startswith("'") else cell


@pytest.mark.slow
@pytest.mark.spreadsheet
@pytest.mark.timeout(400)
@pytest.mark.parametrize("language", LANGUAGES)
def test_nothing_changes_when_a_spreadsheet_opens_the_ledger_and_saves_it(tmp_path: Path, language: str) -> None:
    values = [one for one in (*FORMULAS, *CHANGED_BY_SPREADSHEETS, *LEFT_ALONE) if one.strip() and "\t" not in one]
    values += ["000123", "20190302", "1.2.840.113619.2.55.3.604688119.971.1449132402.455", "12345678901234567890"]
    with Sample(tmp_path / "m.sqlite") as sample:
        for number, one in enumerate(values):
            place: dict[str, Any] = {"name": one, "patient_id": one, "accession": one, "study_description": one}
            place.update(study_uid=f"1.2.{number}.3", series_uid=f"1.2.{number}.3.1", study_date="20190302")
            entry = sample.image(
                **place,
            )
            sample.answered(entry, 0xB000, "copied_with_remark", earlier(one), one)
        sample.read()
        written = "".join(csv_files.ledger_csv(sample.manifest, ALL))
    (tmp_path / "ledger.csv").write_bytes(written.encode("utf-8"))
    office = find_tool("soffice")
    assert office
    profile = f"-env:UserInstallation=file://{tmp_path}/profile-{language}"
    reading = f"--infilter=Text - txt - csv (StarCalc):44,34,76,1,,{_code(language)},false,true"
    command = [office, profile, "--headless", reading, "--convert-to", _FILTER, "--outdir", str(tmp_path / "again")]
    subprocess.run([*command, str(tmp_path / "ledger.csv")], check=True, timeout=300, capture_output=True)
    again = rows((tmp_path / "again" / "ledger.csv").read_text("utf-8-sig"))
    before = rows(written[1:])
    assert again == before
    column = before[0].index("patient ID")
    assert sorted(value(row[column]) for row in again[1:]) == sorted(map(_printable, values))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in again for cell in row)


def _printable(text: str) -> str:
    from wizard.language.printable import printable

    return printable(text)


def _code(language: str) -> str:
    """Return the number of a language in a filter of LibreOffice (its LCID)."""
    return {"en-US": "1033", "de-DE": "1031", "fr-FR": "1036"}[language]
