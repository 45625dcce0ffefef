"""The language of one start (`--language`): it wins over the saved one, is not saved, and ends with a choice."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.ui.person import Person
from tests.ui.shell.test_appearance import choose
from wizard import language
from wizard.cli import arguments
from wizard.language import LANGUAGES
from wizard.start import bootstrap
from wizard.ui import app
from wizard.ui.shell import preferences
from wizard.ui.shell.preferences import Preferences

Opens = Callable[..., Person]


def panel(person: Person) -> None:
    person.click("appearance")
    person.wait(lambda: person.focus() == "language", "the panel")


def end_panel(person: Person) -> None:
    person.click("save_appearance")
    person.wait(lambda: person.window.page.panel is None, "the page")
    person.settle()


@pytest.mark.screen
def test_it_wins_over_the_saved_one_and_is_not_saved(open_window: Opens) -> None:
    preferences.save(Preferences(language="en"))
    person = open_window(asked="de")
    person.settle()
    assert language.now() == "de"
    panel(person)
    assert person.find("language").get() == LANGUAGES["de"]
    choose(person, "text_size", "125\u00a0%")
    end_panel(person)
    assert (language.now(), preferences.load().language, preferences.load().text_size) == ("de", "en", 125)


@pytest.mark.screen
def test_a_choice_in_the_window_ends_it(open_window: Opens) -> None:
    person = open_window(asked="en")
    person.settle()
    panel(person)
    choose(person, "language", LANGUAGES["de"])
    end_panel(person)
    assert (language.now(), preferences.load().language) == ("de", "de")


@pytest.mark.parametrize(("words", "asked"), [(["--language", "de"], "de"), (["--practice"], "")])
def test_the_command_line_hands_it_to_the_window(words: list[str], asked: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[tuple[bool, str]] = []
    monkeypatch.setattr(bootstrap, "obstacle", lambda window: "")

    def run(practice: bool, asked: str) -> int:
        opened.append((practice, asked))
        return 0

    monkeypatch.setattr(app, "run", run)
    assert arguments.main(words) == 0
    assert opened == [("--practice" in words, asked)]
    language.use(language.ENGLISH)
