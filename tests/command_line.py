"""The reference of the command line, written from the parser:

    python3 -m tests.command_line

brings `docs/command-line.md` up to date. What stands above the mark in that file is written by hand and kept; what
stands below is made here. A test holds that it is not out of date.

The parser's actions are read, and not the help that argparse prints: that depends on the width of the terminal and on
the version of Python.
"""

from __future__ import annotations

import argparse
import sys
from typing import Iterator, Sequence

from wizard.start import bootstrap
from wizard.start.bootstrap import ROOT

DOCUMENT = ROOT / "docs" / "command-line.md"
MARK = "<!-- All below is written by `python3 -m tests.command_line` from the parser. Change the parser, not this. -->"
EXIT_CODES = {
    0: "all that was chosen is copied and confirmed (with `--no-verify`: copied; of a single step: it is done)",
    1: "a fault of this program; the technical log says where it arose",
    2: "the command cannot be carried out as it was given, or the report cannot be written",
    3: "finished, with open items that the report lists",
    4: "the new PACS cannot be used",
    5: "the source folders cannot be read",
    6: "the manifest cannot be used",
    130: "interrupted by a person (Ctrl+C)",
}


def text() -> str:
    """The whole document: what is written by hand, the mark, and the reference."""
    by_hand, mark, _ = DOCUMENT.read_text(encoding="utf-8").partition(MARK)
    assert mark, f"{DOCUMENT} has lost its mark"
    return by_hand + MARK + "\n\n" + "\n".join(reference()) + "\n"


def reference() -> Iterator[str]:
    """Its lines: the program, each command, the options by the commands that have them, topics and exit codes."""
    from wizard.cli import parser as program

    parser = program.make()
    commands = next(action for action in parser._actions if isinstance(action, argparse._SubParsersAction))
    helps = {action.dest: action.help or "" for action in commands._choices_actions}
    groups = by_commands(commands.choices)
    yield from ("## The program itself", "", f"`python3 -m wizard [OPTION]`. {parser.description}", "")
    yield from table(action for action in parser._actions if action is not commands)
    yield from ("", "## Commands", "", "`python3 -m wizard COMMAND [OPTION …]`", "")
    yield from ("| command | meaning | its options |", "|---|---|---|")
    for command in commands.choices:
        where = "; ".join(f"[{title(group)}](#{anchor(group)})" for group in groups if command in group)
        yield f"| `{command}` | {helps[command]} | {where} |"
    for group, actions in groups.items():
        yield from ("", f"## Options of {title(group)}", "")
        yield from table(actions)
    yield from ("", "## Topics and actions of `--decide`", "")
    yield from topics()
    yield from ("", "## Exit codes", "", "| code | meaning |", "|---|---|")
    yield from (f"| {code} | {meaning} |" for code, meaning in EXIT_CODES.items())


def by_commands(parsers: dict[str, argparse.ArgumentParser]) -> dict[tuple[str, ...], list[argparse.Action]]:
    """Every option once, by the commands that have it; options of more commands come first."""
    owners: dict[tuple[str, ...], list[str]] = {}
    actions: dict[tuple[str, ...], argparse.Action] = {}
    for command, parser in parsers.items():
        for action in parser._actions:
            key = (*action.option_strings, *cells(action))  # one name with two meanings is two options
            owners.setdefault(key, []).append(command)
            actions[key] = action
    found: dict[tuple[str, ...], list[argparse.Action]] = {}
    for key, commands in owners.items():
        if "--help" not in key:
            found.setdefault(tuple(commands), []).append(actions[key])
    return dict(sorted(found.items(), key=lambda item: -len(item[0])))


def title(commands: Sequence[str]) -> str:
    """The commands of a group, as a heading names them."""
    from wizard.cli import parser

    if set(parser.STEPS).issubset(commands):
        return "all steps" if "practice-pacs" not in commands else "all commands"
    return " and ".join(filter(None, (", ".join(commands[:-1]), commands[-1])))


def anchor(commands: Sequence[str]) -> str:
    """The place of a group's heading in the document, as forges name it."""
    return f"options of {title(commands)}".replace(",", "").replace(" ", "-")


def table(actions: Iterator[argparse.Action] | Sequence[argparse.Action]) -> Iterator[str]:
    yield from ("| option | meaning | default |", "|---|---|---|")
    for action in actions:
        yield "| " + " | ".join(cells(action)) + " |"


def cells(action: argparse.Action) -> tuple[str, str, str]:
    """An option with its value, its meaning, and what holds where it is not given."""
    value = action.metavar or ("\\|".join(map(str, action.choices)) if action.choices else action.dest.upper())
    takes = "" if action.nargs == 0 else f" [{value}]" if action.nargs == "?" else f" {value}"
    said = (action.help or "").replace("|", "\\|")
    if isinstance(action, argparse._HelpAction):
        said = "show this help message and exit"
    elif isinstance(action, argparse._VersionAction):
        said = "print the version and exit"
    default = "**must be given**" if action.required else _default(action)
    return "`" + ", ".join(action.option_strings) + takes + "`", said, default


def _default(action: argparse.Action) -> str:
    value = action.default
    if action.nargs == 0:
        return ""
    if isinstance(value, tuple):
        value = ",".join(map(str, value))
    return f"`{value}`" if value and value != argparse.SUPPRESS else ""


def topics() -> Iterator[str]:
    """What can be decided, as it is typed; the first action is the one without a decision."""
    from wizard.manifest import decisions

    yield from ("The first action holds until another one is decided.", "", "| topic | actions |", "|---|---|")
    for topic, rule in decisions.RULES.items():
        if len(rule.actions) > 1:
            actions = ", ".join(f"`{action.replace('_', '-')}`" for action in rule.actions)
            yield f"| `{topic.replace('_', '-')}` | {actions} |"


def main() -> int:
    bootstrap.prepare("tests.command_line", [])
    DOCUMENT.write_text(text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
