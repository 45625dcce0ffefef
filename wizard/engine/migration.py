"""Opens a migration: its source folders, its destination, and the manifest that belongs to them."""

from __future__ import annotations

import contextlib
import os
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Iterator, Sequence

from wizard import __version__, settings
from wizard.dicom.destination import Destination
from wizard.engine.files import readonly
from wizard.errors import ManifestError, OtherMigration, SourceError, UsageError, why
from wizard.language.message import Message, Private
from wizard.manifest import audit, ledger, practice
from wizard.manifest.buckets import ARRIVED, SENDABLE
from wizard.manifest.manifest import Manifest


@dataclass(frozen=True)
class Unfinished:
    """A migration that was begun and is not complete, as the first page shows it."""

    path: Path
    sources: list[str]
    destination: Destination
    copied: int
    expected: int


def open_migration(
    sources: Sequence[Path] = (),
    destination: Destination | None = None,
    path: Path | None = None,
    unencrypted: bool = False,
) -> Manifest:
    """Open the manifest of a migration, or begin one, and protect its source folders against writing.

    `path` alone continues an existing one; folders and a destination alone find it or begin it. A connection that
    was encrypted until now stays so, unless `unencrypted` is given: leaving out a word must not turn it off. In the
    same way queries continue to go to another PACS, until the destination names itself for them.

    Raises
    ------
    UsageError
        Too little was given to know which migration is meant.
    SourceError
        A folder is missing or cannot be opened.
    OtherMigration
        The manifest at `path` belongs to other folders or another destination.
    """
    if path is None and not (sources and destination):
        raise UsageError(Message("Specify the migration record, or the source folders and the new PACS."))
    roots = merged(sources)
    if path is None:
        assert destination is not None
        path = settings.manifest_path(roots, destination)
    elif not path.exists() and not (roots and destination):
        raise UsageError(
            Message(
                "There is no migration record at {path}. Check the name, or begin with the step “source”.",
                path=Private(path),
            )
        )
    _must_lie_outside(path, roots)
    manifest = Manifest(path)
    try:
        _settle(manifest, roots, destination, unencrypted)
        if _is_for_practice(manifest):
            practice.mark(manifest)
        readonly.protect(source_folders(manifest))
        manifest.announce(program=f"DICOM PACS Migrator {__version__}")
        _note_scans(manifest)
    except BaseException:
        manifest.close()
        raise
    return manifest


def _note_scans(manifest: Manifest) -> None:
    """Note the scans of the network in the audit trail; mostly they were made before there was a manifest."""
    known = {details.get("began") for details in audit.details_of(manifest, audit.LOOKED)}
    try:
        scans = settings.scans()
    except UsageError as error:  # no reason to refuse a migration, but the audit trail says so
        manifest.note(audit.LOOKED, "not known", why=str(error.sentence))
        return
    for scan in scans:
        if scan["began"] not in known:
            found = [f"{one['host']}:{one['port']}" for one in scan["found"]]
            manifest.note(audit.LOOKED, scan["text"], **{**scan, "found": found})


def merged(sources: Sequence[Path]) -> list[Path]:
    """The real paths of the folders, each once, without those that lie inside another."""
    real = []
    for source in sources:
        try:
            with os.scandir(source):
                real.append(Path(os.path.realpath(source)))
        except OSError as error:
            raise SourceError(
                Message(
                    "The folder {folder} cannot be opened: {why}. Check that it exists, that the drive or share is "
                    "connected, and that you may read it.",
                    folder=Private(source),
                    why=why(error),
                ),
                str(error),
            ) from error
    unique = sorted(set(real))
    return [path for path in unique if not any(other in path.parents for other in unique)]


def source_folders(manifest: Manifest) -> list[Path]:
    return [Path(os.fsdecode(root)) for root in ledger.roots(manifest)]


def destination_of(manifest: Manifest) -> Destination:
    return Destination.restored(manifest.get("destination"))


def unfinished() -> list[Unfinished]:
    """The migrations in the data folder whose images are not all copied, the latest first."""
    found = []
    paths = sorted(settings.migrations_folder().glob("*.sqlite"), key=lambda p: p.stat().st_mtime, reverse=True)
    for path in paths:
        try:
            with Manifest(path) as manifest:
                buckets = ledger.balance(manifest).buckets
                copied = sum(buckets[name] for name in ARRIVED)
                expected = sum(buckets[name] for name in SENDABLE)
                if copied < expected:
                    sources = [str(folder) for folder in source_folders(manifest)]
                    found.append(Unfinished(path, sources, destination_of(manifest), copied, expected))
        except ManifestError:
            continue  # in use, or no manifest: it is not offered, and opening it by name gives the reason
    return found


@contextlib.contextmanager
def opened_for_report(path: Path) -> Iterator[Manifest]:
    """Open an existing migration for its report: no step continues it, and its source folders are protected."""
    with Manifest(path) as manifest:
        readonly.protect(source_folders(manifest))
        yield manifest


def forget(path: Path) -> Path:
    """Offer a migration no longer: its manifest is kept and moved. Returns its new path.

    Raises
    ------
    ManifestInUse
        It is open elsewhere, and stays where it is.
    ManifestError
        It cannot be moved.
    """
    with Manifest(path) as manifest:
        manifest.note(audit.FORGOTTEN)
        return manifest.put_away(settings.forgotten_folder())


def _settle(manifest: Manifest, roots: Sequence[Path], destination: Destination | None, unencrypted: bool) -> None:
    """Write the folders and the destination of a new manifest, or compare them with those of an existing one."""
    known = manifest.get("destination")
    if known is None:
        if not roots or destination is None:
            raise UsageError(
                Message("This migration record is empty. Specify the source folders and the new PACS once.")
            )
        with manifest.writing() as db:
            db.executemany("INSERT INTO root (path) VALUES (?)", [(os.fsencode(root),) for root in roots])
            manifest.put(destination=asdict(destination.normalized), version=__version__)
        return
    if roots and set(roots) != set(source_folders(manifest)):
        raise OtherMigration(
            Message("This migration record belongs to other source folders. Specify another one, or omit the folders.")
        )
    if destination is not None and destination != destination_of(manifest):
        before = destination_of(manifest)
        if not destination.is_same_pacs(before):
            raise OtherMigration(
                Message(
                    "This migration record belongs to another new PACS: {called_ae} at {address}. Specify another "
                    "migration record.",
                    called_ae=before.called_ae,
                    address=before.address,
                )
            )
        tls = destination.tls or (None if unencrypted else before.tls)
        known_now = replace(destination, tls=tls, find=destination.find or before.find)
        manifest.put(destination=asdict(known_now.normalized))


def _is_for_practice(manifest: Manifest) -> bool:
    """Whether the manifest or a source folder lies in the folder of the practice sessions."""
    sessions = Path(os.path.realpath(settings.practice_folder()))
    paths = (Path(os.path.realpath(manifest.path)), *source_folders(manifest))
    return any(sessions in path.parents for path in paths)


def _must_lie_outside(path: Path, roots: Sequence[Path]) -> None:
    real = Path(os.path.realpath(path))
    if any(root in real.parents for root in roots):
        raise UsageError(
            Message("The migration record cannot be inside a source folder: nothing is ever written there.")
        )
