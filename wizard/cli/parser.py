"""The parser of the command line: the program itself, its commands, and which options each has.

Its help is said in the language that is in use when the parser is made.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from wizard import __version__
from wizard.cli import option_groups, option_types
from wizard.cli.parser_words import Parser
from wizard.language import plainly
from wizard.language.message import Message

STEPS = ("discover", "source", "check", "copy", "verify", "export")
_HELP: dict[str, Message] = {
    "discover": Message("test the connection to the new PACS, or search the network for it"),
    "source": Message("read the source folders"),
    "check": Message("select what to copy, and list the findings"),
    "copy": Message("copy what is selected"),
    "verify": Message("ask the new PACS about the copied images"),
    "export": Message("write the report files"),
}


def make() -> Parser:
    """Make the parser."""
    parser = Parser(
        prog="dicom-pacs-migrator",
        description=plainly(
            Message(
                "Copy images from the folders of an old PACS to a new PACS and verify them. Without a command, the "
                "window opens. Copy only: nothing on the source is changed or deleted."
            )
        ),
        parents=[option_groups.language("")],
    )
    parser.add_argument(
        "--version", action="version", version=__version__, help=plainly(Message("print the version and exit"))
    )
    parser.add_argument(
        "--practice",
        action="store_true",
        help=plainly(Message("open the window in practice mode (fictitious images, this computer only)")),
    )
    parser.add_argument(
        "--self-test",
        nargs="?",
        const="",
        metavar="FOLDER",
        help=plainly(Message("test this program with fictitious images; what it writes is deleted, or kept in FOLDER")),
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")
    _add_run(commands)
    _add_steps(commands)
    _add_practice_pacs(commands)
    return parser


def _add_run(commands: argparse._SubParsersAction[Parser]) -> None:
    run = commands.add_parser(
        "run",
        help=plainly(Message("all six steps")),
        parents=[
            option_groups.migration(),
            option_groups.output(),
            option_groups.check(),
            option_groups.copy(),
            option_groups.verify(),
            option_groups.export(),
        ],
    )
    run.add_argument(
        "--practice",
        action="store_true",
        help=plainly(Message("use fictitious images and the practice PACS of this program")),
    )
    run.add_argument(
        "--rehearse",
        action="store_true",
        help=plainly(Message("copy and verify one small study only; run again without --rehearse to copy the rest")),
    )
    run.add_argument("--no-verify", action="store_true", help=plainly(Message("do not verify after copying")))


def _add_steps(commands: argparse._SubParsersAction[Parser]) -> None:
    more = {
        "discover": [option_groups.discover()],
        "check": [option_groups.check()],
        "copy": [option_groups.copy()],
        "verify": [option_groups.verify()],
        "export": [option_groups.export()],
    }
    for step in STEPS:
        parents = [option_groups.migration(), option_groups.output(), *more.get(step, [])]
        commands.add_parser(step, help=plainly(_HELP[step]), parents=parents)


def _add_practice_pacs(commands: argparse._SubParsersAction[Parser]) -> None:
    pacs = commands.add_parser(
        "practice-pacs",
        help=plainly(Message("run the practice PACS alone, on this computer only")),
        parents=[option_groups.language()],
    )
    pacs.add_argument(
        "--port", type=option_types.port, required=True, help=plainly(Message("the port on which it listens"))
    )
    pacs.add_argument(
        "--folder", type=Path, required=True, help=plainly(Message("the folder where it keeps what it receives"))
    )
