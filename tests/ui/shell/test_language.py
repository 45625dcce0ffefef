"""The window in the person's language: German, complete, chosen by the computer or by the person."""

from __future__ import annotations

import re
from typing import Callable

import pytest

from tests.ui.person import Person, cut_off, overlaps
from tests.ui.walk import by_keyboard, walk
from wizard import settings
from wizard.dicom import kinds
from wizard.dicom.destination import Destination
from wizard.language import ENGLISH, LANGUAGES, render
from wizard.ui.discover import texts as discover_texts
from wizard.ui.shell import preferences
from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.preferences import Preferences, use_language
from wizard.ui.widgets import formatting

Opens = Callable[..., Person]
EVERY = kinds.every

#: No German sentence has these words, and hardly an English one is without them.
_ENGLISH = re.compile(r"\b(the|of|and|is|not|are|with|it|to|no|this|be|that|have|has)\b")


@pytest.fixture
def german() -> None:
    use_language("de")


def test_numbers_sizes_and_dates_are_written_as_the_person_does(german: None) -> None:
    assert formatting.number(9_318_000) == "9.318.000"
    assert formatting.size(4_630_000_000) == "4,6\u00a0GB"
    assert formatting.date("20190302") == "02.03.2019"
    assert formatting.decimal(2.5) == "2,5"
    assert render(formatting.duration(2 * 3600 + 11 * 60)) == "etwa 2\u00a0Stunden 10 Minuten"
    assert render(discover_texts.copied_so_far(3, 1000)) == "3 von 1.000\u00a0Bildern kopiert"


def test_the_texts_of_the_modules_are_said_in_the_language_in_use(german: None) -> None:
    assert render(shell_texts.NEXT) == "Weiter"
    use_language(ENGLISH)
    assert render(shell_texts.NEXT) == "Next"


@pytest.mark.parametrize("typed", ["31.01.2015", "31.1.2015", "2015-01-31", "20150131"])
def test_a_date_is_read_in_either_form(typed: str) -> None:
    assert formatting.read_date(typed) == "20150131"


def test_a_german_month_means_all_of_its_days() -> None:
    assert (formatting.read_date("02.2016"), formatting.read_date("02.2016", last=True)) == ("20160201", "20160229")


@pytest.mark.screen
@pytest.mark.parametrize("size", ["1040x700", "820x560"])
def test_the_whole_walk_is_in_german_and_no_word_is_cut_off(open_window: Opens, size: str) -> None:
    preferences.save(Preferences(language="de"))
    person = open_window(practice=True)
    person.window.root.geometry(size)
    for page in walk(person, by_keyboard(person)):
        assert not cut_off(person), f"on the page {page}"
        assert not overlaps(person), f"on the page {page}"
        lines = [line for line in person.reads().text.splitlines() if "/" not in line]
        assert not _ENGLISH.findall(" ".join(lines)), page
    assert render(shell_texts.BADGE).startswith("Nur Kopie")


@pytest.mark.screen
@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("used", [False, True], ids=["first start", "used before"])
def test_the_first_page_fits_the_smallest_window(open_window: Opens, used: bool, language: str) -> None:
    preferences.save(Preferences(language=language))
    if used:
        settings.save_destination(Destination("pacs.klinik.example", 104, "NEWPACS"))
    person = open_window()
    person.window.root.geometry("820x560")
    person.settle()
    assert not cut_off(person) and not overlaps(person)


@pytest.mark.screen
@pytest.mark.parametrize("language", LANGUAGES)
def test_panels_fit_the_smallest_window(open_window: Opens, language: str) -> None:
    preferences.save(Preferences(language=language))
    settings.save_destination(Destination("pacs.klinik.example", 104, "NEWPACS"))
    person = open_window()
    person.window.root.geometry("820x560")
    person.settle()
    for name in ("look", "settings", "edit_saved", "appearance", "help"):
        person.click(name)
        person.wait(lambda: person.window.page.panel is not None, f"the panel {name}")
        person.settle()
        assert not cut_off(person) and not overlaps(person), name
        person.window.back()
        person.settle()


@pytest.mark.screen
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_connection_test_fits_the_smallest_window(
    open_window: Opens, monkeypatch: pytest.MonkeyPatch, language: str
) -> None:
    monkeypatch.setattr(kinds, "every", EVERY)  # what a person sees has more to say
    preferences.save(Preferences(language=language))
    person = open_window(practice=True)
    person.window.root.geometry("820x560")
    person.settle()
    person.click("test")
    person.wait(lambda: discover_texts.CONNECTED in person.reads(), "the connection test")
    person.settle()
    assert not cut_off(person)


@pytest.mark.screen
@pytest.mark.parametrize(
    ("computer", "expected"),
    [("de_AT.UTF-8", "Weiter"), ("de", "Weiter"), ("en_GB.UTF-8", "Next"), ("tlh_KX", "Next"), ("C", "Next")],
)
def test_the_window_speaks_as_the_computer_does(
    open_window: Opens, monkeypatch: pytest.MonkeyPatch, computer: str, expected: str
) -> None:
    monkeypatch.setenv("LC_ALL", computer)
    person = open_window()
    person.settle()
    assert person.window.frame.forward.cget("text") == expected


@pytest.mark.screen
def test_a_person_chooses_the_language_in_the_window_and_what_was_typed_stays(open_window: Opens) -> None:
    person = open_window()
    person.settle()
    person.click("host")
    person.type("pacs.clinic.example")
    for chosen, expected in (("Deutsch", "Weiter"), ("English", "Next")):
        person.click("appearance")
        person.wait(lambda: person.focus() == "language", "the panel")
        person.find("language").set(chosen)
        person.click("save_appearance")
        person.wait(
            lambda expected=expected: person.window.frame.forward.cget("text") == expected, "the other language"
        )
        person.settle()
        assert not cut_off(person)
        assert person.find("host").get() == "pacs.clinic.example"
    assert preferences.load().language == "en"
