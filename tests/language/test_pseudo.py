"""The language of the proofs: brackets around templates, none around values, and a search for all that has none."""

from __future__ import annotations

from typing import Iterator

import pytest

from tests.language.pseudo import Pseudo, bracketed, faults, outside, pseudo
from wizard import language
from wizard.language import plainly, render
from wizard.language.message import Foreign, Message, Private, Size, together
from wizard.language.printable import printable
from wizard.reasons import Reason

__all__ = ["pseudo"]

#: What people and other programs write, and what looks like something else.
DATA = (
    *("/mnt/Meier, copy", "D:/source, verify", "10.5", "{x}", "{0} {n} {}", "{{}}", "%s %(n)d", "100 %", "$n"),
    *("\u200fשלום\u200e", "\u202eevil.exe", "\u2068Müller\u2069", "⟨a⟩", "Copied.", "the file", "a\nb\tc", "'\"\\"),
)


@pytest.fixture(autouse=True)
def spoken() -> Iterator[None]:
    language.use("en", Pseudo())
    yield
    language.use("en")


@pytest.mark.parametrize(
    ("template", "wanted"),
    [
        ("Copied.", "⟦Copied.⟧"),
        ("The folder {folder} is gone.", "⟦The folder ⟧{folder}⟦ is gone.⟧"),
        ("{n}  ·  {size}", "{n}  ·  {size}"),
        ("{one} {two}", "{one} {two}"),
        ("Braces: {{}} and {n}", "⟦Braces: {{⟧}}⟦ and ⟧{n}"),
        ("%(prog)s: error: %s", "%(prog)s⟦: error: ⟧%s"),
        ("", ""),
    ],
)
def test_only_the_words_of_a_template_are_in_brackets(template: str, wanted: str) -> None:
    assert bracketed(template) == wanted


@pytest.mark.parametrize("data", DATA)
@pytest.mark.parametrize("mark", [str, Private, Foreign])
def test_data_stay_as_they_are_outside_of_the_brackets(data: str, mark: type[str]) -> None:
    message = Message("The folder {folder} cannot be opened: {why}.", folder=mark(data), why=Message("{n} {n}", n=2))
    assert render(message) == f"⟦The folder ⟧{data}⟦ cannot be opened: ⟧2 2."
    assert plainly(message) == f"⟦The folder ⟧{printable(data)}⟦ cannot be opened: ⟧2 2."
    assert outside(render(message), [data]) == []
    nested = together(message, Reason("unreadable", why=mark(data)))
    assert outside(render(nested), [data]) == [] and render(nested).count(data) == 2


def test_numbers_units_and_plurals_have_no_letters_outside() -> None:
    for count in (0, 1, 2, 9318):
        said = render(Message("{n} file, {size}", "{n} files, {size}", n=count, size=Size(4_600_000)))
        assert outside(said) == []
        assert ("file,⟧" if count == 1 else "files,⟧") in said.replace(" ⟧", "⟧")


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Copied.", ["Copied."]),
        ("⟦Copied: ⟧3 of 5", ["3 of 5"]),
        ("⟦Copied.⟧ Verify ⟦now⟧ or never", ["Verify", "or never"]),
        ("⟦MATCH⟧ MATCH 3 MB UID", []),
        ("MATCHING", ["MATCHING"]),
        ("/archive/copy and /archive", ["and"]),
        ("/archives", ["/archives"]),
        ("", []),
        ("1 234 · 5,6 – „“", []),
    ],
)
def test_what_is_outside_is_found(text: str, found: list[str]) -> None:
    assert outside(text, ["/archive", "/archive/copy"]) == found


def test_a_sentence_that_is_put_into_a_message_as_a_text_is_found() -> None:
    said = render(Message("{sentence} Action by: {who}.", sentence="The disk is full.", who="somebody"))
    assert outside(said) == ["The disk is full.", "somebody."]


def test_a_fault_says_where_the_words_may_come_from() -> None:
    (fault,) = faults(["⟦Now: ⟧Two marks say where a text comes from."])
    assert "wizard/language/message.py:" in fault


def test_whatever_language_the_program_is_told_to_speak_it_is_this_one(pseudo: None) -> None:
    language.use("de")
    assert render(Message("Stopped. You can continue later.")) == "⟦Stopped. You can continue later.⟧"
    assert str(Message("Stopped.")) == "Stopped."
