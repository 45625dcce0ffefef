"""The walk through all six pages in practice mode: "Next" again and again, and one "Copy N studies".

Used as a test, by keyboard and by mouse, and to make the pictures of the README.
"""

from __future__ import annotations

from typing import Callable, Iterator

from tests.ui.person import Person
from wizard.language import render
from wizard.language.message import Message
from wizard.ui.copy.page import CopyPage
from wizard.ui.export import texts as export_texts
from wizard.ui.export.page import ExportPage
from wizard.ui.shell import texts as shell_texts


def by_keyboard(person: Person) -> Callable[[Message | str], None]:
    """Press the committing button, which has the focus, with Return."""

    def press(label: Message | str) -> None:
        person.sit_down()
        person.wait(lambda: person.focus() == "forward", "the focus on the committing button")
        assert render(label) in person.window.frame.forward.cget("text")
        person.press("Return")

    return press


def by_mouse(person: Person) -> Callable[[Message | str], None]:
    """Click the committing button."""

    def press(label: Message | str) -> None:
        assert render(label) in person.window.frame.forward.cget("text")
        person.click("forward")

    return press


def walk(person: Person, press: Callable[[Message | str], None]) -> Iterator[str]:
    """Walk from Discover to the saved report; yields the name of each page at the moment worth a picture."""
    window = person.window
    person.settle()
    yield "discover"
    press(shell_texts.NEXT)
    person.wait(lambda: window.page.step == "source", "the page Source")
    person.settle()
    press(shell_texts.NEXT)
    person.wait(lambda: window.shared.read, "the folders to be read")
    person.settle()
    yield "source"
    press(shell_texts.NEXT)
    person.wait(lambda: window.page.step == "check", "the page Check")
    person.settle()
    yield "check"
    press(window.page.forward_text())
    person.wait(lambda: window.page.step != "check", "the page Copy")
    person.wait(lambda: window.page.step == "verify" or person.page(CopyPage).share > 0.5, "copying to be half done")
    if window.page.step == "copy":
        yield "copy"
    person.wait(lambda: window.page.step == "verify", "the page Verify")
    person.settle()
    yield "verify"
    press(shell_texts.NEXT)
    person.wait(lambda: window.page.step == "export", "the page Export")
    person.settle()
    press(export_texts.SAVE)
    person.wait(lambda: person.page(ExportPage).saved is not None, "the report to be written")
    person.settle()
    yield "export"
