"""The reference of the command line is that of the parser, on every Python and at every width of the terminal."""

from __future__ import annotations

import argparse
import re
from typing import Iterator

import pytest

from tests import command_line
from wizard import errors
from wizard.cli import parser


def parsers() -> Iterator[argparse.ArgumentParser]:
    whole = parser.make()
    yield whole
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.values()


def exit_codes(error: type[errors.WizardError]) -> Iterator[int]:
    yield error.exit_code
    for below in error.__subclasses__():
        yield from exit_codes(below)


def test_the_document_is_up_to_date() -> None:
    written = command_line.DOCUMENT.read_text(encoding="utf-8")
    assert written == command_line.text(), "python3 -m tests.command_line brings it up to date"


def test_the_reference_does_not_depend_on_the_terminal(monkeypatch: pytest.MonkeyPatch) -> None:
    wide = list(command_line.reference())
    monkeypatch.setenv("COLUMNS", "20")
    assert list(command_line.reference()) == wide


def test_every_option_of_the_parser_is_in_the_reference_with_a_meaning() -> None:
    rows = [line.split(" | ") for line in command_line.reference() if line.startswith("| `")]
    meanings = {row[0].strip("| `").split("`")[0]: row[1] for row in rows}
    named = {word for row in meanings for word in re.split(r"[, ]+", row)}
    for one in parsers():
        assert {option for action in one._actions for option in action.option_strings} <= named
    assert [option for option, meaning in meanings.items() if not meaning.strip()] == []


def test_what_must_be_given_and_what_holds_otherwise_is_said() -> None:
    parser = argparse.ArgumentParser(add_help=False)
    parser.add_argument("--port", type=int, required=True, help="where")
    parser.add_argument("--listen", type=int, default=11112, metavar="N", help="here")
    parser.add_argument("--formats", default=("csv", "pdf"), metavar="LIST", help="which")
    parser.add_argument("--quiet", action="store_true", help="no word")
    parser.add_argument("--letter", nargs="?", choices=("en", "de"), help="a text")
    assert [command_line.cells(action) for action in parser._actions] == [
        ("`--port PORT`", "where", "**must be given**"),
        ("`--listen N`", "here", "`11112`"),
        ("`--formats LIST`", "which", "`csv,pdf`"),
        ("`--quiet`", "no word", ""),
        ("`--letter [en\\|de]`", "a text", ""),
    ]


def test_an_option_with_another_meaning_elsewhere_is_listed_twice() -> None:
    one, other = (argparse.ArgumentParser(add_help=False) for _ in range(2))
    one.add_argument("--practice", help="a window")
    other.add_argument("--practice", help="a run")
    groups = command_line.by_commands({"one": one, "other": other})
    assert {commands: [action.help for action in actions] for commands, actions in groups.items()} == {
        ("one",): ["a window"],
        ("other",): ["a run"],
    }


def test_every_exit_code_of_an_error_has_a_meaning() -> None:
    of_errors = set(exit_codes(errors.WizardError))
    assert {*of_errors, 0, 3} == set(command_line.EXIT_CODES)
