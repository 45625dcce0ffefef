"""Test with `--self-test` whether this program is complete on this computer.

A compiled binary may lack a file that is only missed when it is needed. So everything is loaded and used once: all
modules, the window (hidden, where there is a screen), a second process, encryption, the typefaces of the PDF, and the
six steps with the practice images and the practice PACS. The test runs in a process of its own, because a program
protects its source until it ends; the process that started it removes all files.
"""

from __future__ import annotations

import contextlib
import importlib
import os
import pkgutil
import platform
import re
import sqlite3
import ssl
import subprocess
import sys
import tempfile
import time
import traceback
from pathlib import Path
from typing import Callable

import wizard
from wizard import __version__, output, settings
from wizard.dicom import certificates
from wizard.dicom.destination import Tls
from wizard.engine import check, copy, discover, export, migration, source, verify
from wizard.engine.discover import step as discover_step
from wizard.engine.events import NoEvents
from wizard.engine.export import step as export_step
from wizard.engine.files import walk
from wizard.engine.job import Control
from wizard.engine.source.readers import Reader
from wizard.errors import WizardError
from wizard.language import plainly
from wizard.language.json_form import as_json, from_json
from wizard.language.message import Duration, Foreign, Message
from wizard.manifest import ledger, proof
from wizard.practice.practice_session import PracticeSession
from wizard.start import again, bootstrap

ARGUMENT = "--self-test"
_RESULT_FILE = "result.json"
_LIMIT = 300.0  # seconds for the whole test
_START_LIMIT = 60.0  # seconds for a second process to start
_IMAGES = 200  # there are more practice images
_ARABIC = "\u0645\u062b\u0627\u0644"  # "example"
_FACES = {b"DejaVuSansCondensed", b"DejaVuSansCondensedBold"}


class NotWhole(Exception):
    """A part of the program failed the test."""


def main() -> int:
    """Run the test in a process of its own and remove its files; return the exit code, 0 or 1."""
    failed = True
    with tempfile.TemporaryDirectory(prefix="self-test-") as folder:
        result_file = Path(folder) / _RESULT_FILE
        try:
            ended = subprocess.run(
                [*again.command(), ARGUMENT, folder],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,  # not a pipe: a process that it starts may hold that open for longer
                timeout=_LIMIT,
                env={**os.environ, "PYTHONPATH": str(bootstrap.ROOT)},
            )
            failed = ended.returncode != 0
            if result_file.exists():
                result = from_json(result_file.read_text("utf-8"))
            else:
                failed = True
                result = Message("SELF-TEST FAILED: the test ended with exit code {code}.", code=str(ended.returncode))
        except (OSError, subprocess.TimeoutExpired) as error:
            result = Message("SELF-TEST FAILED: the test could not be completed. {why}", why=Foreign(str(error)))
    output.lines(plainly(result), stream=sys.stderr if failed else sys.stdout)
    return int(failed)


def run(folder: Path) -> int:
    """Test everything with all files below `folder`, write the result there, and return the exit code, 0 or 1."""
    settings.live_in(folder / "data")
    started, failed = time.monotonic(), True
    found: list[Message] = []
    part: Callable[[Path], Message]
    try:
        for part in (_modules, _encryption, _window, _typefaces, _steps):
            found.append(part(folder))
    except Exception as error:
        trace = traceback.format_exc()
        result = Message(
            "SELF-TEST FAILED in {part}: {error}\n{trace}",
            part=part.__name__.strip("_"),
            error=Foreign(f"{type(error).__name__}: {error}"),
            trace=trace,
        )
    else:
        failed = False
        result = Message(
            "Self-test passed in {seconds}: version {version}, {kind}, {python}, {system}; {parts}.",
            seconds=Duration(time.monotonic() - started),
            version=__version__,
            kind=Message("compiled") if bootstrap.is_compiled() else Message("from source"),
            python=f"Python {platform.python_version()}",
            system=platform.platform(terse=True),
            parts=tuple(found),
        )
    (folder / _RESULT_FILE).write_text(as_json(result), "utf-8")
    return int(failed)


def _modules(folder: Path) -> Message:
    """Load every module of the program and its dependencies; those of the window where one is possible."""
    left_out = ("wizard.__main__", "wizard.ui" if bootstrap.obstacle(window=True) else "wizard.__main__")
    names = [found.name for found in pkgutil.walk_packages(wizard.__path__, "wizard.")]
    chosen = [name for name in names if not name.startswith(left_out)]
    for name in chosen:
        importlib.import_module(name)
    if "wizard.engine.copy.step" not in chosen:
        raise NotWhole("the modules of the program cannot be listed")
    return Message("{n} module loaded", "{n} modules loaded", n=len(chosen))


def _encryption(folder: Path) -> Message:
    """Prepare an encrypted connection with the authorities that this computer trusts."""
    trusted = len(certificates.context(Tls()).get_ca_certs())
    return Message(
        "{openssl}, {sqlite}, {n} certificate authority trusted",
        "{openssl}, {sqlite}, {n} certificate authorities trusted",
        openssl=ssl.OPENSSL_VERSION.rsplit("  ")[0],
        sqlite=f"SQLite {sqlite3.sqlite_version}",
        n=trusted,
    )


def _window(folder: Path) -> Message:
    """Build the window with its six pages, hidden, and close it."""
    if bootstrap.obstacle(window=True):
        return Message("no window, because there is no display or no Tk")
    from wizard.ui.app import App

    crashes: list[WizardError] = []

    class Watched(App):
        def show_crash(self, error: WizardError) -> None:
            crashes.append(error)

    app = Watched(hidden=True)
    app.root.update()
    version = app.root.tk.call("info", "patchlevel")
    app.close()
    app.run()
    if crashes:
        raise NotWhole(crashes[0].details)
    return Message("window opened with Tk {version}", version=str(version))


def _typefaces(folder: Path) -> Message:
    """Draw a text whose letters must be shaped, such as Arabic, in both typefaces of the program."""
    from wizard.report.drawing import Drawing, Style

    drawing = Drawing("", (), ())
    for bold in (False, True):
        drawing.flow(_ARABIC, Style(bold=bold))
    _embedded(drawing.done())
    return Message("letters shaped")


def _embedded(pdf: bytes) -> None:
    """Make sure that a PDF embeds the program's own typefaces and needs none of the viewer."""
    found = set(re.findall(rb"/FontName /[A-Z]+\+(\w+)", pdf))
    if not found >= _FACES or pdf.count(b"/FontFile2") != pdf.count(b"/FontName"):
        raise NotWhole(f"the typefaces in the PDF are {sorted(found)}")


def _steps(folder: Path) -> Message:
    """Copy the practice images to the practice PACS, verify them, and write the report files."""
    control, events = Control(), NoEvents()
    with PracticeSession() as session, contextlib.closing(
        migration.open_migration([session.source], session.destination, session.manifest)
    ) as manifest:
        if not discover_step.usable(discover.run(session.destination, control, events)):
            raise NotWhole("the practice PACS does not answer")
        _read_in_second_process(session.source)
        source.run(manifest, control, events)
        check.run(manifest, session.destination, control, events)
        copy.run(manifest, session.destination, control, events)
        verify.run(manifest, session.destination, control, events)
        report_files = export.run(
            manifest, folder / "report", control, events, export_step.ExportSettings(export_step.FORMATS)
        )
        balance, proved = ledger.balance(manifest), proof.summary(manifest)
    if not balance.balanced:
        raise NotWhole(f"the ledger does not balance: {balance}")
    if proved.confirmed < _IMAGES or proved.not_checked:
        raise NotWhole(f"too little is confirmed: {proved}")
    empty = [file.name for file in report_files if not file.stat().st_size]
    if empty:
        raise NotWhole(f"nothing was written to {', '.join(empty)}")
    _embedded((folder / "report" / export_step.PRINTED).read_bytes())
    return Message(
        "{entries} files read, {confirmed} of {expected} images confirmed, the totals match, {files} report files "
        "written",
        entries=balance.entries,
        confirmed=proved.confirmed,
        expected=proved.expected,
        files=len(report_files),
    )


def _read_in_second_process(archive: Path) -> None:
    """Let a second process of this program read one file, as for a large source."""
    image = next(folder for folder in walk.walk([os.fsencode(archive)]) if folder.files)
    reader = Reader(lambda: None)
    try:
        reader.hurry()
        deadline = time.monotonic() + _START_LIMIT
        while not reader.is_up:
            if time.monotonic() > deadline:
                raise NotWhole("a second process of the program does not come up")
            time.sleep(0.02)
        entries = reader.read([(1, os.path.join(image.path, file.name), file) for file in image.files])
        if not reader.is_up or len(entries) != len(image.files):
            raise NotWhole("a second process of the program does not read")
    finally:
        reader.close()
