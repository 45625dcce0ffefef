"""The pages from Check to Export in each language: no word is cut off and nothing lies outside the smallest window."""

from __future__ import annotations

from pathlib import Path
from typing import Callable

import pytest

from tests.ui.person import Person, cut_off, overlaps
from wizard.language import LANGUAGES
from wizard.ui import steps
from wizard.ui.shell import preferences
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.preferences import Preferences

pytestmark = pytest.mark.screen

Opens = Callable[..., Person]
SIZES = ("1040x700", "820x560")


@pytest.fixture(params=LANGUAGES)
def opens(request: pytest.FixtureRequest, home: Path, open_at: Opens) -> Opens:
    preferences.save(Preferences(language=request.param))
    return open_at


def fits(person: Person) -> None:
    for size in SIZES:
        person.window.root.geometry(size)
        person.settle()
        assert not cut_off(person), size
        assert not overlaps(person), size


def test_check_and_the_settings_of_copying(opens: Opens) -> None:
    person = opens("check")
    fits(person)
    person.click("copy_settings")
    person.wait(lambda: person.focus() == "associations", "the panel")
    fits(person)


def test_copy_with_the_details_of_a_file(opens: Opens) -> None:
    person = opens("verify")
    person.window.turn_to(steps.COPY)
    person.settle()
    fits(person)
    person.find("files").focus_set()
    person.press("Home", "Return")
    person.wait(person.find("file_details").winfo_viewable, "the details")
    fits(person)


def test_verify_with_its_further_evidence(opens: Opens) -> None:
    person = opens("verify")
    fits(person)
    person.click("details")
    person.settle()
    fits(person)
    person.click("more_proof")
    person.wait(lambda: person.focus() == "port", "the panel")
    fits(person)


def test_export_before_and_after_saving(opens: Opens, tmp_path: Path) -> None:
    person = opens("verify")
    person.window.turn_to(steps.EXPORT)
    person.settle()
    fits(person)
    person.click("no_names")
    fits(person)
    person.click("report_folder")
    person.press("ctrl+a")
    person.type(str(tmp_path / "report"))
    person.click("forward")
    person.wait(lambda: shell_texts.OPEN_FOLDER in person.reads(), "the report to be written")
    fits(person)
