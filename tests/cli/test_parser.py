"""The parser: whole names of options alone, and every word of it in the language that was asked for."""

from __future__ import annotations

import argparse
import ast
import inspect
import re
from typing import Iterator

import pytest

from wizard import language
from wizard.cli import arguments, option_groups, parser, parser_words, spoken
from wizard.language import LANGUAGES
from wizard.language.message import Message

COMMANDS = ("run", *parser.STEPS, "practice-pacs")

#: The words of argparse that only whoever writes a parser can see, or that have no letters; of Python 3.8 to 3.13.
NOT_FOR_PERSONS = {
    *(" (default: %(default)s)", "%(heading)s:", "subcommands", "%(prog)s: warning: %(message)s\n"),
    *("conflicting subparser: %s", "conflicting subparser alias: %s", "show program's version number and exit"),
    *("command '%(parser_name)s' is deprecated", "option '%(option)s' is deprecated"),
    *("argument '%(argument_name)s' is deprecated", "mutually exclusive arguments must be optional"),
    *('argument "-" with mode %r', "can't open '%(filename)s': %(error)s", "unexpected option string: %s"),
    *("cannot merge actions - two groups are named %r", "'required' is an invalid argument for positionals"),
    "invalid option string %(option)r: must start with a character %(prefix_chars)r",
    *("dest= is required for options like %r", "invalid conflict_resolution value: %r", ".__call__() not defined"),
    *("cannot have multiple subparser arguments", "%r is not callable"),
}


def complaint(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    """The last line of what is said about wrong use."""
    with pytest.raises(SystemExit, match="2"):
        arguments.main(words)
    said = capsys.readouterr()
    assert said.out == ""
    return said.err.strip().splitlines()[-1]


def every_parser() -> Iterator[tuple[str, argparse.ArgumentParser]]:
    whole = parser.make()
    yield "", whole
    for action in whole._actions:
        if isinstance(action, argparse._SubParsersAction):
            yield from action.choices.items()


# Whole names


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_no_option_can_be_shortened(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    known = dict(every_parser())
    names = [name for action in known[command]._actions for name in action.option_strings if name.startswith("--")]
    assert len(names) > 3
    for name in names:
        for length in range(3, len(name)):
            shortened = name[:length]
            if shortened not in names:
                _, left = known[command].parse_known_args([*needed(command), shortened])
                assert left == [shortened]


def needed(command: str) -> list[str]:
    return {"run": ["--export", "out"], "export": ["--export", "out"]}.get(
        command, ["--port", "104", "--folder", "received"] if command == "practice-pacs" else []
    )


def test_a_shortened_option_is_said_to_be_unknown(capsys: pytest.CaptureFixture[str]) -> None:
    assert complaint(capsys, "check", "--from", "2019-12-31").endswith("unrecognized arguments: --from 2019-12-31")


# The language


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (["run"], ""),
        (["--language", "de"], "de"),
        (["run", "--language=de", "--quiet"], "de"),
        (["--language", "de", "run", "--language", "en"], "en"),
        (["run", "--language", "fr"], ""),
        (["run", "--language"], ""),
        (["run", "--", "--language", "de"], ""),
        ([], ""),
    ],
)
def test_the_language_is_found_before_anything_is_parsed(words: list[str], expected: str) -> None:
    assert spoken.in_arguments(words) == expected


@pytest.mark.parametrize("before", [True, False])
@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_takes_the_language_before_and_behind_its_name(command: str, before: bool) -> None:
    words = [command, *needed(command)]
    option = ["--language", "de"]
    options = parser.make().parse_args([*option, *words] if before else [*words, *option])
    assert options.language == "de"


def test_without_the_option_it_is_english_whatever_was_in_use(capsys: pytest.CaptureFixture[str]) -> None:
    language.use("de")
    assert "error: unrecognized arguments: --from" in complaint(capsys, "check", "--from")
    assert language.now() == language.ENGLISH


def test_every_word_of_argparse_that_a_person_can_see_is_known() -> None:
    """Holds on every version of Python with which the tests run; each has a few words of its own."""
    said = set()
    for node in ast.walk(ast.parse(inspect.getsource(argparse))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "_":
            said |= {part.value for part in ast.walk(node.args[0]) if isinstance(part, ast.Constant)}
    words = {text for text in said if (isinstance(text, str) and " " in text) or text in ("options", "usage: ")}
    assert {"usage: ", "unrecognized arguments: %s", "expected one argument"} <= words
    assert words - NOT_FOR_PERSONS - {"title", "description"} <= set(parser_words.WORDS)
    assert not NOT_FOR_PERSONS & set(parser_words.WORDS)


def test_every_word_of_argparse_has_a_translation_with_the_same_values() -> None:
    values = re.compile(r"%(?:\(\w+\))?[rs]")
    for code in LANGUAGES:
        language.use(code)
        for word, message in parser_words.WORDS.items():
            assert values.findall(language.plainly(message)) == values.findall(word)
            assert code == language.ENGLISH or language.plainly(message) != word


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["check", "--bogus"], "dicom-pacs-migrator: Fehler: unbekannte Argumente: --bogus"),
        (["copy", "--hours"], "dicom-pacs-migrator copy: Fehler: Argument --hours: ein Wert fehlt"),
        (
            ["check", "--undated", "perhaps"],
            "dicom-pacs-migrator check: Fehler: Argument --undated: ungültige Auswahl: 'perhaps' (möglich: ",
        ),
        (["run"], "dicom-pacs-migrator run: Fehler: diese Argumente fehlen: --export"),
        (["migrate"], "dicom-pacs-migrator: Fehler: Argument COMMAND: ungültige Auswahl: 'migrate' (möglich: "),
        (["copy", "--tls", "--no-tls"], "Fehler: Argument --no-tls: nicht zusammen mit dem Argument --tls erlaubt"),
        (["copy", "--quiet=yes"], "dicom-pacs-migrator copy: Fehler: Argument --quiet: der Wert 'yes' ist hier nicht"),
        (["check", "--from-date", "gestern"], "Argument --from-date: „gestern“ ist kein Datum; geben Sie zum"),
        (["copy", "--associations", "17"], "Argument --associations: „17“ ist weder eine Zahl von 1 bis 16 noch auto"),
        (["copy", "--speed-limit", "viel"], "„viel“ ist keine Geschwindigkeit in MB/s; geben Sie zum Beispiel 5 oder"),
        (["verify", "--read-back", "x"], "„x“ ist keine Anzahl von Bildern; geben Sie zum Beispiel 20 ein"),
        (["verify", "--listen-port", "0"], "„0“ ist keine Zahl von 1 bis 65535"),
        (["export", "--export", "x", "--formats", "docx"], "„docx“ ist keine Liste aus: html, pdf, csv, xml, support"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_wrong_use_is_said_in_german(words: list[str], says: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert says in complaint(capsys, *words, "--language", "de")


def german_help(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    with pytest.raises(SystemExit, match="0"):
        arguments.main([*words, "--language", "de", "--help"])
    return capsys.readouterr().out


def test_every_help_is_a_sentence_of_the_catalogue(monkeypatch: pytest.MonkeyPatch) -> None:
    """In a language that puts each sentence into brackets nothing stands outside them."""

    def bracketed(message: Message | str) -> str:
        return f"[{message.one}]" if isinstance(message, Message) else message

    monkeypatch.setattr(parser, "plainly", bracketed)
    monkeypatch.setattr(option_groups, "plainly", bracketed)
    for _, one in every_parser():
        for action in one._actions:
            if not isinstance(action, (argparse._HelpAction, argparse._SubParsersAction)):
                assert action.help and action.help.startswith("[") and action.help.endswith("]"), action.option_strings


@pytest.mark.parametrize("command", ["", *COMMANDS])
def test_the_german_help_has_no_english_words(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    text = german_help(capsys, *([command] if command else []))
    assert text.startswith("Aufruf: ")
    assert re.findall(r"(?<![-\w])(the|of|and|not|with|this|only|folder|error|usage|options)\b", text) == []
