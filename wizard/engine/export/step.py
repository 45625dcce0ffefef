"""Step 6, Export: write the report files of a migration, all of them or none.

Each file is written under a provisional name first; only when all of them are complete do they get their final names.
An earlier export of the same migration is replaced. Any other file of the same name, of another migration or a copy
that somebody has changed, is moved into a folder "earlier-…" beside it, and the person is told.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import itertools
import os
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Iterator, NamedTuple, Sequence

from wizard.engine.events import Events, Note, Progress
from wizard.engine.export import support_bundle
from wizard.engine.files import readonly
from wizard.engine.job import Control
from wizard.errors import ExportError, why
from wizard.language.message import Message, Private
from wizard.language.printable import printable
from wizard.manifest import audit, ledger, proof
from wizard.manifest.manifest import Manifest
from wizard.report import audit_xml, csv_files, html, values
from wizard.report.edition import Edition, Written
from wizard.report.names import Names

#: The formats in the order of writing: the report comes after the tables, because it has their SHA-256 sums.
CSV, XML, SUPPORT, HTML, PDF = "csv", "xml", "support", "html", "pdf"
FORMATS = (CSV, XML, SUPPORT, HTML, PDF)
USUAL = (CSV, HTML, PDF)

REPORT, PRINTED, MESSAGES, BUNDLE, SUMS = "report.html", "report.pdf", "audit.xml", "support.zip", "SHA256SUMS.txt"
_EVERY = 1000  # lines between two checks of the stop token


@dataclass(frozen=True)
class ExportSettings:
    """The settings of an export; `names` is whether the files may identify patients.

    A report is written together with the tables, because it refers to them.
    """

    formats: tuple[str, ...] = USUAL
    names: bool = True


class ReportFile(NamedTuple):
    """One file of the export; the progress counts `lines` for it, and `kept` is whether it stays."""

    name: str
    content: Callable[[], Iterator[bytes]]
    lines: int = 0
    kept: bool = True


def run(
    manifest: Manifest, folder: Path, control: Control, events: Events, wanted: ExportSettings = ExportSettings()
) -> tuple[Path, ...]:
    """Write the wanted files and their SHA-256 sums into `folder`, and return their paths.

    Raises
    ------
    ExportError
        The folder lies inside a source folder or cannot be written.
    Stopped
        The person asked to stop; earlier files in the folder are still there.
    """
    check_writable(folder)
    export = _Export(manifest, folder, control, events, wanted)
    try:
        export.measure()
        with manifest.running("export"):
            export.write()
            export.move_into_place()
        export.write_sums()
    except OSError as error:
        raise _cannot_write(folder, error) from error
    finally:
        export.remove_parts()
    return export.paths


def check_writable(folder: Path) -> None:
    """Check that files can be written to `folder`, which is made when it is missing.

    The command line calls this before a long job begins, so that the job does not end without its report files.

    Raises
    ------
    ExportError
        The folder lies inside a source folder or cannot be written.
    """
    if readonly.is_protected(str(folder)):
        raise ExportError(
            Message(
                "The report folder {folder} is inside a source folder, where nothing is ever written. Choose another "
                "folder.",
                folder=_shown(folder),
            )
        )
    probe = folder / f".may-be-written-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.unlink(probe)
    except OSError as error:
        raise _cannot_write(folder, error) from error


class _Export:
    """One export, from the first file to the list of sums."""

    def __init__(
        self, manifest: Manifest, folder: Path, control: Control, events: Events, wanted: ExportSettings
    ) -> None:
        self._manifest, self._folder, self._control, self._events = manifest, folder, control, events
        self._names = Names(wanted.names)
        self._before = ""
        self._written: list[Written] = []
        self._files = list(self._plan(wanted.formats))
        self._sums = self._names.file_name(SUMS)

    @property
    def paths(self) -> tuple[Path, ...]:
        """The files that were written, the list of sums last."""
        return tuple(self._folder / name for name in (*self._kept, self._sums))

    @property
    def _kept(self) -> list[str]:
        return [file.name for file in self._files if file.kept]

    def _plan(self, formats: Sequence[str]) -> Iterator[ReportFile]:
        manifest, names = self._manifest, self._names

        def table(name: str, make: Callable[[Manifest, Names], Iterator[str]], lines: int = 0) -> ReportFile:
            return ReportFile(names.file_name(name), lambda: _encoded(make(manifest, names)), lines)

        report_too = HTML in formats or PDF in formats
        if CSV in formats or report_too:
            yield table(values.LEDGER, csv_files.ledger_csv, ledger.balance(manifest).entries)
            yield table(values.STUDIES, csv_files.studies_csv, proof.summary(manifest).studies_expected)
            yield table(values.EXCEPTIONS, csv_files.exceptions_csv)
            yield table(values.AUDIT, csv_files.audit_csv)
        if XML in formats:
            yield table(MESSAGES, audit_xml.document)
        if SUPPORT in formats:
            yield ReportFile(BUNDLE, lambda: iter([support_bundle.bundle(manifest)]))
        if report_too:
            report = names.file_name(REPORT)
            yield ReportFile(report, lambda: _encoded(html.report(manifest, self._edition)), kept=HTML in formats)
            if PDF in formats:
                yield ReportFile(names.file_name(PRINTED), lambda: self._pages(report))

    def _pages(self, report: str) -> Iterator[bytes]:
        """Yield the report as PDF. Its module takes longest to load of all, so it is imported here."""
        from wizard.report import pdf

        return pdf.pages(_part(self._folder, report), self._control.check)

    @property
    def _edition(self) -> Edition:
        return Edition(self._names, tuple(self._written), self._before)

    def measure(self) -> None:
        """Compute the sum of the manifest, before this export is recorded in it."""
        self._before = self._manifest.sha256(self._control.check)

    def write(self) -> None:
        """Write every file under a provisional name."""
        started = time.monotonic()
        total = sum(one.lines for one in self._files)
        before = 0
        for one in self._files:
            part = _part(self._folder, one.name)
            with open(part, "wb", opener=_private) as file:
                for number, piece in enumerate(one.content()):
                    self._control.check()
                    done = before + min(number * _EVERY, one.lines)
                    seconds = time.monotonic() - started
                    self._events.state(Progress("export", done, total=total, current=one.name, seconds=seconds))
                    file.write(piece)
                file.flush()
                os.fsync(file.fileno())
            self._written.append(Written(one.name, part.stat().st_size, _sha256(part)))
            before += one.lines
        self._events.state(Progress("export", total, total=total, seconds=time.monotonic() - started))

    def move_into_place(self) -> None:
        """Give the files their final names, and record them in the manifest."""
        manifest, folder, kept = self._manifest, self._folder, self._kept
        self._make_room([*kept, self._sums])
        for name in kept:
            os.replace(_part(folder, name), folder / name)
        with manifest.writing():
            exports = manifest.get("exports", {})
            ((place, files),) = _footprint(folder, kept).items()
            manifest.put(exports={**exports, place: {**exports.get(place, {}), **files}})
            sums = {one.name: one.sha256 for one in self._written if one.name in kept}
            manifest.note(audit.EXPORTED, "with names" if self._names.shown else "without names", files=sums)

    def write_sums(self) -> None:
        """Write the list of sums, when the end of the export is recorded in the manifest."""
        sums = [(one.sha256, one.name) for one in self._written if one.name in self._kept]
        whole = self._manifest.sha256(lambda: None)
        record = (
            self._manifest.path.name if self._names.shown else "manifest.sqlite"
        )  # a person may have named the file
        sums += [(whole, record)] if whole else []
        part = _part(self._folder, self._sums)
        with open(part, "wb", opener=_private) as file:
            file.writelines(f"{digest}  {name}\n".encode() for digest, name in sums)
        os.replace(part, self._folder / self._sums)

    def _make_room(self, names: list[str]) -> None:
        """Move the files of these names aside, unless this migration wrote them and nobody changed them since."""
        folder = self._folder
        there = _footprint(folder, names)
        ((place, files),) = there.items()
        if not files:
            return
        ours = self._manifest.get("exports", {}).get(place, {})
        if all(ours.get(name) == what for name, what in files.items() if name != self._sums):
            self._events.fact(Note(Message("The earlier report files of this migration in this folder were replaced.")))
            return
        newest = max(mtime for _, mtime in files.values()) / 1e9
        aside = folder / time.strftime("earlier-%Y-%m-%d-%H%M%S", time.localtime(newest))
        while aside.exists():
            aside = aside.with_name(aside.name + "-again")
        aside.mkdir(mode=0o700)
        for name in files:
            os.replace(folder / name, aside / name)
        self._events.fact(
            Note(
                Message(
                    "This folder contained other files with the names of report files. They were moved to {folder}.",
                    folder=_shown(aside),
                )
            )
        )

    def remove_parts(self) -> None:
        """Remove files that are left under provisional names."""
        for name in (*(file.name for file in self._files), self._sums):
            # If the folder itself is gone, nothing is left to remove, and the first error is the one to raise.
            with contextlib.suppress(OSError):
                _part(self._folder, name).unlink()


def _encoded(lines: Iterator[str]) -> Iterator[bytes]:
    """Yield lines as bytes, `_EVERY` at a time."""
    while True:
        some = "".join(itertools.islice(lines, _EVERY))
        if not some:
            return
        yield some.encode("utf-8")


def _footprint(folder: Path, names: Sequence[str]) -> dict[str, dict[str, list[int]]]:
    """Return size and time of the names that exist, under the real path of the folder."""
    stats = {name: os.stat(folder / name) for name in names if (folder / name).exists()}
    place = printable(os.path.realpath(folder))
    return {place: {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}}


def _part(folder: Path, name: str) -> Path:
    return folder / f"{name}.part"


def _private(path: str, flags: int) -> int:
    """Open a file that only this user may read, on systems with such rights: report files name patients."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _sha256(path: Path) -> str:
    """Return the sum of a file as it is on the disk."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _cannot_write(folder: Path, error: OSError) -> ExportError:
    return ExportError(_why_not(_shown(folder), error), f"{type(error).__name__}, errno {error.errno}")


def _why_not(folder: Private, error: OSError) -> Message:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        return Message(
            "The report cannot be saved in {folder}: the disk is full. Free up space, or choose another folder.",
            folder=folder,
        )
    if error.errno in (errno.EEXIST, errno.ENOTDIR):
        return Message(
            "The report cannot be saved in {folder}: it is not a folder, or it is below a file. Choose another folder.",
            folder=folder,
        )
    if not error.strerror:
        return Message(
            "The report cannot be saved in {folder}. If one of the report files is open in another program, close it, "
            "or choose another folder.",
            folder=folder,
        )
    return Message(
        "The report cannot be saved in {folder}: {why}. If one of the report files is open in another program, close "
        "it, or choose another folder.",
        folder=folder,
        why=why(error),
    )


def _shown(folder: Path) -> Private:
    return Private(printable(str(folder)))
