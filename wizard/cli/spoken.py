"""Find the language of the command line before its parser is made, so that help and errors have it as well."""

from __future__ import annotations

from typing import Sequence

from wizard.language import LANGUAGES

OPTION = "--language"


def in_arguments(arguments: Sequence[str]) -> str:
    """Return the language that the arguments ask for, "" if they ask for none, or for one that there is not.

    The last one counts, as it does for argparse.
    """
    found = ""
    ours = list(arguments[: arguments.index("--")] if "--" in arguments else arguments)
    for argument, value in zip(ours, [*ours[1:], ""]):
        name, equals, behind = argument.partition("=")
        if name == OPTION:
            found = behind if equals else value
    return found if found in LANGUAGES else ""
