"""Say argparse's own words in the language in use: usage, headings of its help, and its errors.

argparse looks its words up with two names of its module, `_` and `ngettext`, which are those of gettext's one catalogue
for the whole process. This program has catalogues of its own, so it puts another `_` in their place. `ngettext` stays:
its words are for options with several values, and this program has none.

Two words are not looked up in every Python: "argument NAME: …" is a plain text before 3.11, so it is said here; and the
help of `--version` before 3.13, so `wizard.cli.arguments` gives a help of its own.
"""

from __future__ import annotations

import argparse
import sys
from typing import Any, NoReturn

from wizard import output
from wizard.language import plainly
from wizard.language.message import Message
from wizard.language.printable import printable

_ARGUMENT = Message("argument %(argument_name)s: %(message)s")

#: The words that a person can see, by themselves; they are those of Python 3.8 to 3.13.
WORDS: dict[str, Message] = {
    message.one: message
    for message in (
        _ARGUMENT,
        Message("usage: "),
        Message("positional arguments"),
        Message("optional arguments"),  # before 3.10
        Message("options"),
        Message("show this help message and exit"),
        Message("%(prog)s: error: %(message)s\n"),
        Message("unrecognized arguments: %s"),
        Message("the following arguments are required: %s"),
        Message("one of the arguments %s is required"),
        Message("not allowed with argument %s"),
        Message("expected one argument"),
        Message("expected at most one argument"),
        Message("expected at least one argument"),
        Message("ignored explicit argument %r"),
        Message("ambiguous option: %(option)s could match %(matches)s"),
        Message("invalid choice: %(value)r (choose from %(choices)s)"),
        Message("invalid %(type)s value: %(value)r"),
        Message("unknown parser %(parser_name)r (choices: %(choices)s)"),
    )
}


class Parser(argparse.ArgumentParser):
    """A parser that takes whole names of options alone, and so do the parsers of its commands.

    A shortened name is a trap: `--from` would be `--from-date`, and a script would mean something else as soon as
    another option begins in the same way.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **{"allow_abbrev": False, **options})

    def error(self, message: str) -> NoReturn:
        """Print the usage and what is wrong, which quotes what was typed."""
        super().error(printable(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        """Print what argparse prints: help, usage, errors, and the version."""
        if message:
            output.write(message, file or sys.stderr)


def install() -> None:
    """Let argparse say its words in the language that is in use when it needs them."""
    argparse._ = _said  # type: ignore[attr-defined]
    argparse.ArgumentError.__str__ = _error  # type: ignore[assignment, method-assign]


def _said(text: str) -> str:
    return plainly(WORDS.get(text, text))


def _error(error: argparse.ArgumentError) -> str:
    """What argparse itself does from Python 3.11 on."""
    if error.argument_name is None:
        return str(error.message)
    return plainly(_ARGUMENT) % {"argument_name": error.argument_name, "message": error.message}
