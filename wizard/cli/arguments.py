"""The command line: no arguments open the window; a sub-command does one step, or all six, without it."""

from __future__ import annotations

import argparse
import logging
import logging.handlers
import sys
import warnings
from pathlib import Path
from typing import Sequence

from wizard import __version__, settings
from wizard.cli import option_types
from wizard.errors import UsageError, WizardError
from wizard.start import again, bootstrap, unpacked

STEPS = ("discover", "source", "check", "copy", "verify", "export")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the program; returns its exit code (0, 2, 3, 4, 5, 6 or 130)."""
    try:
        if bootstrap.is_compiled():
            sys.executable = again.command()[0]  # Nuitka names a Python that does not exist
            unpacked.tidy()
        options = _parser().parse_args(arguments)
        _silence_libraries()
        if options.self_test is not None:
            from wizard import selftest

            return selftest.run(Path(options.self_test)) if options.self_test else selftest.main()
        _start_log()
        if options.command is None:
            return window(options.practice)
        from wizard.cli import headless

        return headless.main(options)
    except WizardError as error:
        print(f"{error.sentence}", file=sys.stderr)
        return error.exit_code


def window(practice: bool = False) -> int:
    """Open the window.

    Raises
    ------
    UsageError
        The window cannot open; the sentence says what to install, or to use `run`.
    """
    obstacle = bootstrap.obstacle(window=True)
    if obstacle:
        raise UsageError(obstacle)
    from wizard.ui import app

    return app.run(practice)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="dicom-pacs-migrator",
        description="Copy the images of an old PACS to a new one, and prove that they arrived. Without a command "
        "the window opens. Copy only: nothing on the source is changed or deleted.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.add_argument(
        "--practice", action="store_true", help="open the window on invented images, on this computer only"
    )
    parser.add_argument(
        "--self-test",
        nargs="?",
        const="",
        metavar="FOLDER",
        help="tell whether the program is whole: do everything once on invented images, and clear that away, "
        "or leave it in FOLDER",
    )
    commands = parser.add_subparsers(dest="command", metavar="COMMAND")

    run = commands.add_parser(
        "run",
        help="all six steps",
        parents=[
            _migration_options(),
            _output_options(),
            _check_options(),
            _copy_options(),
            _verify_options(),
            _export_options(),
        ],
    )
    run.add_argument("--practice", action="store_true", help="an invented archive and a practice PACS")
    run.add_argument(
        "--rehearse",
        action="store_true",
        help="try one study first: copy a small one and ask for it; all others wait for the next run",
    )
    run.add_argument("--no-verify", action="store_true", help="leave out asking the new PACS afterwards")

    helps = {
        "discover": "test the connection to the new PACS, or look for it on the network",
        "source": "read the source folders",
        "check": "choose what is copied, and list what stands in the way",
        "copy": "copy what is chosen",
        "verify": "ask the new PACS what has arrived",
        "export": "write the report",
    }
    more = {
        "discover": [_discover_options()],
        "check": [_check_options()],
        "copy": [_copy_options()],
        "verify": [_verify_options()],
        "export": [_export_options()],
    }
    for step in STEPS:
        commands.add_parser(
            step, help=helps[step], parents=[_migration_options(), _output_options(), *more.get(step, [])]
        )

    pacs = commands.add_parser("practice-pacs", help="the practice PACS alone, on this computer only")
    pacs.add_argument("--port", type=option_types.port, required=True, help="where it listens")
    pacs.add_argument("--folder", type=Path, required=True, help="where it keeps what it receives")
    return parser


def _migration_options() -> argparse.ArgumentParser:
    """Options that choose the migration and the new PACS."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument(
        "--source",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help="a source folder; may be repeated",
    )
    parent.add_argument("--to", metavar="HOST:PORT", help="the new PACS")
    parent.add_argument("--called-ae", metavar="AE", help="its AE title")
    parent.add_argument("--calling-ae", metavar="AE", help="the AE title of this computer")
    parent.add_argument("--find-to", metavar="HOST:PORT", help="who answers questions, if not the one that stores")
    parent.add_argument("--find-ae", metavar="AE", help="its AE title, if it is another")
    encryption = parent.add_mutually_exclusive_group()
    encryption.add_argument("--tls", action="store_true", help="encrypted connections only")
    encryption.add_argument("--no-tls", action="store_true", help="not encrypted any more, if it was until now")
    parent.add_argument("--ca-file", default="", metavar="FILE", help="whom to trust, if not whom this computer trusts")
    parent.add_argument("--cert", default="", metavar="FILE", help="the certificate of this computer, if one is wanted")
    parent.add_argument("--key", default="", metavar="FILE", help="its key, if it is not in the same file")
    parent.add_argument("--manifest", type=Path, metavar="FILE", help="the manifest, if not in its usual place")
    return parent


def _discover_options() -> argparse.ArgumentParser:
    """Options for the search for the new PACS, and for the text for its administrator."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument(
        "--network",
        metavar="RANGE",
        help="look for it at these addresses instead: 192.0.2.0/28, 192.0.2.10-20, several with commas, or “local”",
    )
    parent.add_argument(
        "--ports",
        type=option_types.ports,
        default=(),
        metavar="PORT,PORT",
        help="at these ports (104,11112,4242,2762,2761)",
    )
    parent.add_argument("--wide", action="store_true", help="allow more than 1024 addresses at a time")
    parent.add_argument(
        "--letter",
        nargs="?",
        const="en",
        choices=("en", "de"),
        help="print the text for its administrator instead, in English or German",
    )
    return parent


def _output_options() -> argparse.ArgumentParser:
    """Options for the output."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--json", action="store_true", help="print one JSON object at the end, and nothing else")
    parent.add_argument("--quiet", action="store_true", help="no progress on the screen")
    return parent


def _check_options() -> argparse.ArgumentParser:
    """Options that choose what is copied: the filter, and the decisions about files with a problem."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--patient", default="", metavar="TEXT", help="only patients whose name or ID holds this")
    parent.add_argument(
        "--modality", type=option_types.modalities, default=(), metavar="CT,MR", help="only series of these kinds"
    )
    parent.add_argument(
        "--from-date", type=option_types.day, metavar="YYYY-MM-DD", help="only studies from this day on"
    )
    parent.add_argument("--to-date", type=option_types.day, metavar="YYYY-MM-DD", help="only studies up to this day")
    parent.add_argument(
        "--undated",
        choices=("include", "exclude"),
        default="include",
        help="studies without a date (include)",
    )
    parent.add_argument(
        "--decide",
        type=option_types.decision,
        action="append",
        default=[],
        metavar="TOPIC=ACTION",
        help="send, send-last or leave-out what Check lists under a topic; may be repeated, and is kept",
    )
    parent.add_argument(
        "--send-suspects",
        action="store_true",
        help="send what is or may be damaged as well: last, alone and unchanged; is kept like --decide",
    )
    return parent


def _copy_options() -> argparse.ArgumentParser:
    """Options for the way of copying."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument(
        "--associations",
        type=option_types.associations,
        default=0,
        metavar="N",
        help="connections at a time, 1 to 16, or auto (auto)",
    )
    parent.add_argument(
        "--speed-limit",
        type=option_types.speed,
        default=0.0,
        metavar="MB_PER_S",
        help="megabytes a second at most, over all connections (no limit)",
    )
    parent.add_argument(
        "--hours",
        type=option_types.hours,
        metavar="19:00-06:00",
        help="the hours of the day in which it may copy; outside of them it waits (always)",
    )
    parent.add_argument("--newest-first", action="store_true", help="begin with the studies of the latest date")
    parent.add_argument(
        "--skip-existing",
        action="store_true",
        help="ask the new PACS first, image by image, and leave out what it has already",
    )
    parent.add_argument(
        "--retry-failed",
        action="store_true",
        help="send once more what was refused, and what the new PACS did not name when it was asked",
    )
    return parent


def _verify_options() -> argparse.ArgumentParser:
    """Options for further proof, beyond the query for each image."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument(
        "--storage-commitment",
        action="store_true",
        help="ask the new PACS to take over the safekeeping of each image, and wait for its report",
    )
    parent.add_argument(
        "--read-back",
        type=option_types.count,
        default=0,
        metavar="N",
        help="fetch N images picked at random from the new PACS, and compare them with their files",
    )
    parent.add_argument(
        "--listen-port",
        type=option_types.port,
        default=11112,
        metavar="PORT",
        help="port of this computer where the new PACS delivers reports and images for these two (11112)",
    )
    parent.add_argument(
        "--old-list",
        type=Path,
        metavar="FILE",
        help="compare the folders with this list of studies (CSV) from the old PACS",
    )
    return parent


def _export_options() -> argparse.ArgumentParser:
    """Options for the report: the files, their folder, and the server for audit messages."""
    parent = argparse.ArgumentParser(add_help=False)
    parent.add_argument("--export", type=Path, required=True, metavar="DIR", help="folder for the report")
    parent.add_argument(
        "--formats",
        type=option_types.formats,
        default=("csv", "html", "pdf"),
        metavar="LIST",
        help="of html, pdf, csv, xml (audit messages) and support (a bundle without patient data); "
        "with a report come the tables (csv,html,pdf)",
    )
    parent.add_argument("--no-names", action="store_true", help="leave out patient names and IDs, in every file")
    parent.add_argument("--operator", metavar="NAME", help="who runs this, for the report and the audit trail; is kept")
    parent.add_argument("--remarks", metavar="TEXT", help="a text for the report; is kept")
    parent.add_argument("--syslog", metavar="HOST[:PORT]", help="send the audit messages to this server, encrypted")
    parent.add_argument("--syslog-ca-file", default="", metavar="FILE", help="whom to trust there, as --ca-file")
    parent.add_argument("--syslog-cert", default="", metavar="FILE", help="what this computer shows there, as --cert")
    parent.add_argument("--syslog-key", default="", metavar="FILE", help="its key, as --key")
    return parent


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
