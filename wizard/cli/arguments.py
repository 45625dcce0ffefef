"""The command line: no arguments open the window; a sub-command does one step, or all six, without it."""

from __future__ import annotations

import logging
import logging.handlers
import sys
import warnings
from pathlib import Path
from typing import Sequence

from wizard import __version__, language, output, settings
from wizard.cli import parser, parser_words, spoken
from wizard.errors import UsageError, WizardError
from wizard.language import ENGLISH, plainly
from wizard.language.message import Message
from wizard.start import again, bootstrap, unpacked


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code (0, 2, 3, 4, 5, 6 or 130)."""
    given = sys.argv[1:] if arguments is None else arguments
    asked = spoken.in_arguments(given)
    language.use(asked or ENGLISH)  # before the parser is made: its help and its errors are said, too
    parser_words.install()
    try:
        if bootstrap.is_compiled():
            sys.executable = again.command()[0]  # Nuitka names a Python that does not exist
            unpacked.tidy()
        options = parser.make().parse_args(given)
        _silence_libraries()
        if options.self_test is not None:
            from wizard import selftest

            return selftest.run(Path(options.self_test)) if options.self_test else selftest.main()
        _start_log()
        if options.command is None:
            return window(options.practice, asked)
        from wizard.cli import headless

        return headless.main(options)
    except WizardError as error:
        output.lines(plainly(error.sentence), stream=sys.stderr)
        return error.exit_code


def window(practice: bool = False, asked: str = "") -> int:
    """Open the window, in the language `asked` or, where that is "", in that of the person.

    Raises
    ------
    UsageError
        The window cannot open; the sentence says what to install, or to use `run`.
    """
    obstacle = bootstrap.obstacle(window=True)
    if obstacle:
        raise UsageError(Message("{sentence}", sentence=obstacle))
    from wizard.ui import app

    return app.run(practice, asked)


def _silence_libraries() -> None:
    """Silence the libraries: their messages may hold names, and do not help a person."""
    for library in ("pydicom", "pynetdicom", "fontTools", "fpdf"):
        logging.getLogger(library).handlers = [logging.NullHandler()]
        logging.getLogger(library).propagate = False
    for library in ("pydicom", "fpdf"):
        warnings.filterwarnings("ignore", module=library)


def _start_log() -> None:
    """Open the technical log. It has no names, IDs or paths, so that it may go to support; libraries write nothing."""
    handler = logging.handlers.RotatingFileHandler(
        settings.log_folder() / "technical.log", maxBytes=1_000_000, backupCount=3, encoding="utf-8"
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(threadName)s %(levelname)s %(name)s: %(message)s"))
    log = logging.getLogger("wizard")
    log.setLevel(logging.INFO)
    log.propagate = False
    log.handlers = [handler]
    log.info("version %s, Python %s, %s", __version__, sys.version.split()[0], sys.platform)
