"""The rules of plurals are those of the catalogue: a language with three forms needs no line of code."""

from __future__ import annotations

from pathlib import Path
from typing import Iterator

import polib
import pytest

from wizard import language
from wizard.language import catalogue, render
from wizard.language.message import Message, Private, together

#: As Polish counts: 1 plik, 2 pliki, 5 plików, 22 pliki.
RULE = "nplurals=3; plural=(n==1 ? 0 : n%10>=2 && n%10<=4 && (n%100<12 || n%100>14) ? 1 : 2);"
HEAD = {"Content-Type": "text/plain; charset=UTF-8", "Plural-Forms": RULE}


@pytest.fixture
def polish(tmp_path: Path) -> Iterator[None]:
    file = polib.POFile()
    file.metadata = HEAD
    file.append(polib.POEntry(msgid="Copied.", msgstr="Skopiowano."))
    counted = {0: "{n} plik w {folder}.", 1: "{n} pliki w {folder}.", 2: "{n} plików w {folder}."}
    file.append(
        polib.POEntry(msgid="{n} file in {folder}.", msgid_plural="{n} files in {folder}.", msgstr_plural=counted)
    )
    file.append(polib.POEntry(msgid="Not finished.", msgstr=""))
    file.append(polib.POEntry(msgid="Perhaps.", msgstr="Może.", flags=["fuzzy"]))
    file.append(polib.POEntry(msgid="{n} day", msgid_plural="{n} days", msgstr_plural={0: "", 1: "", 2: ""}))
    file.save(str(tmp_path / "pl.po"))
    language.use(language.ENGLISH, catalogue.read(tmp_path / "pl.po"))
    yield
    language.use(language.ENGLISH)


@pytest.mark.parametrize(
    ("count", "said"),
    [
        *((0, "0 plików"), (1, "1 plik"), (2, "2 pliki"), (4, "4 pliki"), (5, "5 plików"), (12, "12 plików")),
        *((21, "21 plików"), (22, "22 pliki"), (112, "112 plików"), (9_318_102, "9 318 102 pliki")),
    ],
)
def test_each_number_has_the_form_that_the_catalogue_says(polish: None, count: int, said: str) -> None:
    message = Message("{n} file in {folder}.", "{n} files in {folder}.", n=count, folder=Private("/a/{n} pliki"))
    assert render(message) == f"{said} w /a/{{n}} pliki.".replace(" ", "\u00a0", said.count(" "))
    assert render(together(Message("Copied."), message)).startswith(f"Skopiowano. {count:,}".replace(",", "\u00a0"))


@pytest.mark.parametrize(
    ("message", "said"),
    [
        (Message("Copied."), "Skopiowano."),
        (Message("Not finished."), "Not finished."),
        (Message("Perhaps."), "Perhaps."),
        (Message("{n} day", "{n} days", n=2), "2\u00a0days"),
        (Message("Never heard of."), "Never heard of."),
        (Message(""), ""),
    ],
)
def test_what_is_not_translated_or_not_for_sure_stays_in_english(polish: None, message: Message, said: str) -> None:
    assert render(message) == said


def test_the_text_of_a_message_is_english_whatever_is_spoken(polish: None) -> None:
    message = Message("{n} file in {folder}.", "{n} files in {folder}.", n=22_000, folder="/a")
    assert str(message) == f"{message}" == "22,000 files in /a."
