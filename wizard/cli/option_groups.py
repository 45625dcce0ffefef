"""The options of the commands, in groups by what they are about; each group is a parent of the parsers that have it."""

from __future__ import annotations

import argparse
from pathlib import Path

from wizard import language as spoken
from wizard.cli import option_types
from wizard.cli.parser_words import Parser
from wizard.cli.spoken import OPTION
from wizard.language import plainly
from wizard.language.message import Message


def _group() -> Parser:
    return Parser(add_help=False)


def language(default: str = argparse.SUPPRESS) -> Parser:
    """The option for the language, which is in use already: `wizard.cli.spoken` reads it first.

    A command has no default of its own, so that what is given before the command holds.
    """
    group = _group()
    group.add_argument(
        OPTION,
        choices=tuple(spoken.LANGUAGES),
        default=default,
        help=plainly(
            Message("language of the output and of the report files (default: en)")
            if default == argparse.SUPPRESS
            else Message("language of the output (default: en), or of the window (default: the one set there)")
        ),
    )
    return group


def migration() -> Parser:
    """Options that choose the migration and the new PACS."""
    group = _group()
    group.add_argument(
        "--source",
        type=Path,
        action="append",
        default=[],
        metavar="DIR",
        help=plainly(Message("a source folder; repeatable")),
    )
    group.add_argument("--to", metavar="HOST:PORT", help=plainly(Message("address of the new PACS")))
    group.add_argument("--called-ae", metavar="AE", help=plainly(Message("AE title of the new PACS")))
    group.add_argument(
        "--calling-ae", metavar="AE", help=plainly(Message("AE title of this computer (default: MIGRATOR)"))
    )
    group.add_argument(
        "--find-to",
        metavar="HOST:PORT",
        help=plainly(Message("address of the system to query (C-FIND), if it is not the one that stores")),
    )
    group.add_argument(
        "--find-ae", metavar="AE", help=plainly(Message("AE title of the system to query, if it is another one"))
    )
    encryption = group.add_mutually_exclusive_group()
    encryption.add_argument("--tls", action="store_true", help=plainly(Message("use encrypted connections only (TLS)")))
    encryption.add_argument(
        "--no-tls", action="store_true", help=plainly(Message("stop using encrypted connections for this migration"))
    )
    group.add_argument(
        "--ca-file",
        default="",
        metavar="FILE",
        help=plainly(Message("CA file to use instead of the certificates that this computer trusts")),
    )
    group.add_argument(
        "--cert",
        default="",
        metavar="FILE",
        help=plainly(Message("client certificate, if the new PACS requires one")),
    )
    group.add_argument(
        "--key",
        default="",
        metavar="FILE",
        help=plainly(Message("key of the client certificate, if it is not in the same file")),
    )
    group.add_argument(
        "--manifest",
        type=Path,
        metavar="FILE",
        help=plainly(Message("migration record (default: in the user data folder)")),
    )
    return group


def output() -> Parser:
    """Options for the output."""
    group = Parser(add_help=False, parents=[language()])
    group.add_argument(
        "--json", action="store_true", help=plainly(Message("print one JSON object at the end, and nothing else"))
    )
    group.add_argument(
        "--quiet", action="store_true", help=plainly(Message("print no progress and no notes, only the result"))
    )
    return group


def discover() -> Parser:
    """Options for the search for the new PACS, and for the text for its administrator."""
    group = _group()
    group.add_argument(
        "--network",
        metavar="RANGE",
        help=plainly(
            Message(
                "search these addresses for the new PACS: 192.0.2.0/28, 192.0.2.10-20 (separated by commas), or “local”"
            )
        ),
    )
    group.add_argument(
        "--ports",
        type=option_types.ports,
        default=(),
        metavar="PORT,PORT",
        help=plainly(Message("ports to search (default: 104,11112,4242,2762,2761)")),
    )
    group.add_argument(
        "--wide", action="store_true", help=plainly(Message("allow more than 1024 addresses in one search"))
    )
    group.add_argument(
        "--letter",
        nargs="?",
        const=spoken.now(),
        choices=tuple(spoken.LANGUAGES),
        help=plainly(Message("print the text for the PACS administrator and exit (en or de; default: as --language)")),
    )
    return group


def check() -> Parser:
    """Options that choose what is copied: the filter, and the decisions about files with a problem."""
    group = _group()
    group.add_argument(
        "--patient",
        default="",
        metavar="TEXT",
        help=plainly(Message("only patients whose name or ID contains TEXT")),
    )
    group.add_argument(
        "--modality",
        type=option_types.modalities,
        default=(),
        metavar="CT,MR",
        help=plainly(Message("only series of these modalities")),
    )
    group.add_argument(
        "--from-date",
        type=option_types.day,
        metavar="YYYY-MM-DD",
        help=plainly(Message("only studies of this day and later")),
    )
    group.add_argument(
        "--to-date",
        type=option_types.day,
        metavar="YYYY-MM-DD",
        help=plainly(Message("only studies of this day and earlier")),
    )
    group.add_argument(
        "--undated",
        choices=("include", "exclude"),
        default="include",
        help=plainly(Message("include or exclude studies without a date (default: include)")),
    )
    group.add_argument(
        "--decide",
        type=option_types.decision,
        action="append",
        default=[],
        metavar="TOPIC=ACTION",
        help=plainly(
            Message(
                "decide about a finding of “check”: send, send-last or leave-out; repeatable; kept in the migration "
                "record"
            )
        ),
    )
    group.add_argument(
        "--send-suspects",
        action="store_true",
        help=plainly(
            Message(
                "also copy files that are or may be damaged, last and unchanged; kept in the migration record like "
                "--decide"
            )
        ),
    )
    return group


def copy() -> Parser:
    """Options for the way of copying."""
    group = _group()
    group.add_argument(
        "--associations",
        type=option_types.associations,
        default=0,
        metavar="N",
        help=plainly(Message("parallel connections: 1 to 16, or auto (default: auto)")),
    )
    group.add_argument(
        "--speed-limit",
        type=option_types.speed,
        default=0.0,
        metavar="MB_PER_S",
        help=plainly(Message("speed limit in MB/s for all connections together (default: none)")),
    )
    group.add_argument(
        "--hours",
        type=option_types.hours,
        metavar="19:00-06:00",
        help=plainly(Message("copy only in this time window, and wait otherwise (default: at any time)")),
    )
    group.add_argument(
        "--newest-first", action="store_true", help=plainly(Message("begin with the studies of the latest date"))
    )
    group.add_argument(
        "--skip-existing",
        action="store_true",
        help=plainly(Message("ask the new PACS about each image first, and skip images that it already has")),
    )
    group.add_argument(
        "--retry-failed",
        action="store_true",
        help=plainly(Message("copy images again that were rejected, or were not found when verifying")),
    )
    return group


def verify() -> Parser:
    """Options for further proof, beyond the query for each image."""
    group = _group()
    group.add_argument(
        "--storage-commitment",
        action="store_true",
        help=plainly(Message("request storage commitment for each image and wait for the report")),
    )
    group.add_argument(
        "--read-back",
        type=option_types.count,
        default=0,
        metavar="N",
        help=plainly(Message("fetch N random images from the new PACS and compare them with the files")),
    )
    group.add_argument(
        "--listen-port",
        type=option_types.port,
        default=11112,
        metavar="PORT",
        help=plainly(
            Message("port of this computer for storage commitment reports and images sent by C-MOVE (default: 11112)")
        ),
    )
    group.add_argument(
        "--old-list",
        type=Path,
        metavar="FILE",
        help=plainly(Message("compare the folders with this list of studies (CSV) from the old PACS")),
    )
    return group


def export() -> Parser:
    """Options for the report: the files, their folder, and the server for audit messages."""
    group = _group()
    group.add_argument(
        "--export", type=Path, required=True, metavar="DIR", help=plainly(Message("folder for the report files"))
    )
    group.add_argument(
        "--formats",
        type=option_types.formats,
        default=("csv", "html", "pdf"),
        metavar="LIST",
        help=plainly(
            Message(
                "separated by commas: html, pdf, csv, xml (audit trail), support (bundle without patient data); html "
                "and pdf also write csv (default: csv,html,pdf)"
            )
        ),
    )
    group.add_argument(
        "--no-names",
        action="store_true",
        help=plainly(Message("omit patient names, IDs and all typed texts from all files")),
    )
    group.add_argument(
        "--operator",
        metavar="NAME",
        help=plainly(
            Message("whoever runs this migration, for the report and the audit trail; kept in the migration record")
        ),
    )
    group.add_argument(
        "--remarks", metavar="TEXT", help=plainly(Message("a text for the report; kept in the migration record"))
    )
    group.add_argument(
        "--syslog",
        metavar="HOST[:PORT]",
        help=plainly(Message("send the audit trail to this syslog server (always encrypted)")),
    )
    group.add_argument(
        "--syslog-ca-file", default="", metavar="FILE", help=plainly(Message("CA file for the syslog server"))
    )
    group.add_argument(
        "--syslog-cert",
        default="",
        metavar="FILE",
        help=plainly(Message("client certificate for the syslog server")),
    )
    group.add_argument(
        "--syslog-key",
        default="",
        metavar="FILE",
        help=plainly(Message("key of the client certificate for the syslog server")),
    )
    return group
