"""The command line in the language of the proofs: every word it prints is in brackets, but data and what is typed."""

from __future__ import annotations

import argparse
import os
import platform
import re
from pathlib import Path
from typing import Callable, Iterator

import pytest

from tests.language.data import TECHNICAL_LINES, data_of
from tests.language.pseudo import OPEN, faults, pseudo
from wizard import settings
from wizard.cli import arguments, parser
from wizard.dicom.destination import Destination
from wizard.engine.export.step import FORMATS
from wizard.manifest.manifest import Manifest
from wizard.practice.pacs import PracticePacs
from wizard.vocabulary import Action, Topic

__all__ = ["pseudo"]

Runs = Callable[..., "list[str]"]

#: What a person types or reads in a manual, and no language translates.
TYPED = ("python3 -m wizard", "wizard", "--version", "-h", "--help", "pytest")


@pytest.fixture
def lines(capsys: pytest.CaptureFixture[str], pseudo: None) -> Runs:
    """Run the program here; returns all lines that it prints."""

    def run(*typed: object, code: int) -> list[str]:
        capsys.readouterr()
        try:
            ended = arguments.main(list(map(str, typed)))
        except SystemExit as error:
            ended = int(error.code or 0)
        printed = capsys.readouterr()
        assert ended == code, printed.err
        return [line for text in (printed.out, printed.err) for line in text.splitlines() if line.strip()]

    return run


def options() -> Iterator[str]:
    """All names of commands and options, and of what stands behind them."""
    whole = parser.make()
    commands = next(one for one in whole._actions if isinstance(one, argparse._SubParsersAction))
    yield from commands.choices
    for each in (whole, *commands.choices.values()):
        yield each.prog
        for action in each._actions:
            yield from action.option_strings
            yield from map(str, action.choices or ())
            yield str(action.metavar or action.dest)
            yield action.dest
    for word in (*Topic, *Action):
        yield from (word, word.replace("_", "-"))
    yield from FORMATS


@pytest.mark.long
def test_a_whole_run(lines: Runs, tmp_path: Path) -> None:
    manifest, export = tmp_path / "manifest.sqlite", tmp_path / "Meier, copy"
    formats = ("--formats", "csv,html,xml,support")
    proofs = ("--storage-commitment", "--read-back", 3)
    printed = lines(
        *("run", "--practice", "--manifest", manifest, "--export", export, *formats, *proofs),
        *("--operator", "{x} %s", "--decide", "damaged=send-last"),
        code=3,
    )
    with Manifest(manifest) as opened:
        data = {*data_of(opened), *options(), "{x} %s", str(export), *(path.name for path in export.iterdir())}
        data |= {Destination.restored(opened.get("destination")).address}
    assert sum(OPEN in line for line in printed) > 30
    found = faults(printed, data)
    assert found == [], "\n".join(found)
    assert any(str(export) in line for line in printed), "a path is printed as it is"


@pytest.mark.long
def test_one_study_first_and_then_again(lines: Runs, tmp_path: Path) -> None:
    manifest, export = tmp_path / "manifest.sqlite", tmp_path / "out"
    typed = ("run", "--practice", "--manifest", manifest, "--export", export, "--formats", "csv")
    printed = lines(*typed, "--rehearse", code=0)
    with Manifest(manifest) as opened:
        data = {*data_of(opened), *options(), str(export)}
    found = faults(printed, data)
    assert found == [], "\n".join(found)


@pytest.mark.parametrize(
    "typed",
    [
        ("run",),
        ("run", "--to", "pacs"),
        ("run", "--practice", "--export", "{tmp}/a", "--to", "pacs:104", "--called-ae", "NEW"),
        ("run", "--practice", "--export", "{tmp}/a", "--rehearse", "--no-verify"),
        ("run", "--practice", "--export", "{tmp}/a", "--associations", "many"),
        ("run", "--practice", "--export", "{tmp}/a", "--hours", "10.5"),
        ("run", "--practice", "--export", "{tmp}/a", "--speed-limit", "0"),
        ("run", "--practice", "--export", "{tmp}/a", "--from-date", "copy"),
        ("run", "--practice", "--export", "{tmp}/a", "--decide", "copy=verify"),
        ("run", "--practice", "--export", "{tmp}/a", "--read-back", "x"),
        ("run", "--practice", "--export", "{tmp}/a", "--formats", "docx"),
        ("run", "--practice", "--export", "{tmp}/file/below"),
        ("check", "--manifest", "{tmp}/file"),
        ("source", "--source", "{tmp}/Meier, copy", "--to", "pacs:104", "--called-ae", "NEW"),
        ("discover", "--to", "127.0.0.1:1", "--called-ae", "NEW"),
        ("discover", "--to", "nowhere.invalid:104", "--called-ae", "NEW"),
        ("discover", "--to", "pacs:104", "--called-ae", "NEW", "--tls", "--ca-file", "{tmp}/none.pem"),
        ("discover", "--network", "10.5"),
        ("nothing",),
        ("--nothing",),
        ("--language", "xx"),
    ],
    ids=" ".join,
)
def test_a_mistake(lines: Runs, tmp_path: Path, typed: tuple[str, ...]) -> None:
    (tmp_path / "file").write_text("no manifest")
    given = [one.replace("{tmp}", str(tmp_path)) for one in typed]
    printed: list[str] = []
    for code in (2, 4, 5, 6):
        try:
            printed = lines(*given, code=code)
            break
        except AssertionError:
            continue
    assert printed and any(OPEN in line for line in printed)
    paths = {str(path) for one in given for path in (Path(one), *Path(one).parents)}
    assert (
        faults(
            printed,
            {
                *given,
                *options(),
                *TYPED,
                *paths,
                *(part for one in given for part in re.split("[=:]", one)),
                os.strerror(2),
            },
        )
        == []
    )


@pytest.mark.parametrize(
    "command", ["", *("run", "discover", "source", "check", "copy", "verify", "export", "practice-pacs")]
)
def test_the_help(lines: Runs, command: str) -> None:
    printed = lines(*filter(None, [command]), "--help", code=0)
    assert any(OPEN in line for line in printed)
    whole = " ".join(" ".join(printed).split())
    assert faults([whole], {*options(), *TYPED}) == []


def test_what_answers_on_the_network(lines: Runs, tmp_path: Path) -> None:
    with PracticePacs(tmp_path) as pacs:
        printed = lines("discover", "--network", "127.0.0.1", "--ports", pacs.port, code=0)
        to = ("--to", f"127.0.0.1:{pacs.port}", "--called-ae", pacs.ae_title)
        printed += lines("discover", *to, code=0) + lines("discover", *to, "--letter", "en", code=0)
    data = {*options(), *TECHNICAL_LINES, pacs.ae_title, "ANY-SCP", "127.0.0.1", "MIGRATOR", platform.node()}
    data.add(str(settings.data_folder()))
    found = faults(printed, data)
    assert found == [], "\n".join(found)
