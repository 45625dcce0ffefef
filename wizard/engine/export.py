"""Step 6, export: the papers of a migration, written whole or not at all.

Each paper is written beside its final name first; only when all of them are complete do they take their
places. An earlier export of the same migration is replaced. Anything else that lies there under the same names,
another migration's papers or a copy that somebody worked on, is moved into a folder "earlier-…" beside it, and
the person is told.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

from wizard.engine import readonly
from wizard.engine.events import Events, Note, Progress
from wizard.engine.job import Control
from wizard.errors import ExportError
from wizard.manifest import ledger, proof
from wizard.manifest.manifest import Manifest
from wizard.report import csvfiles, html
from wizard.report.words import printable

SUMS = "SHA256SUMS.txt"
_EVERY = 1000  # lines between two looks at the stop token


class Paper(NamedTuple):
    """One file of the export; `lines` is how many the progress counts for it."""

    name: str
    content: Callable[[Manifest], Iterator[str]]
    lines: int


def run(manifest: Manifest, folder: Path, control: Control, events: Events) -> tuple[Path, ...]:
    """Write the report, the ledger, the studies and their SHA-256 sums into `folder`.

    Raises
    ------
    ExportError
        The folder lies inside a source folder or cannot be written.
    Stopped
        The person asked to stop; what lay in the folder before is still there.
    """
    check_writable(folder)
    papers = (
        Paper("report.html", html.report, 0),
        Paper(csvfiles.LEDGER, csvfiles.ledger_csv, ledger.balance(manifest).entries),
        Paper(csvfiles.STUDIES, csvfiles.studies_csv, proof.summary(manifest).studies_expected),
    )
    names = [*(paper.name for paper in papers), SUMS]
    with manifest.running("export"):
        try:
            _write_all(manifest, folder, papers, control, events)
            _make_room(manifest, folder, names, events)
            for name in names:
                os.replace(_part(folder, name), folder / name)
            manifest.put(exports={**manifest.get("exports", {}), **_footprint(folder, names)})
        except OSError as error:
            raise _cannot_write(folder, error) from error
        finally:
            _remove_parts(folder, names)
    return tuple(folder / name for name in names)


def check_writable(folder: Path) -> None:
    """Make sure that papers can be written to `folder`, which is made when it is missing.

    The command line calls this before a long job begins, so that the job does not end without its papers.

    Raises
    ------
    ExportError
        The folder lies inside a source folder or cannot be written.
    """
    if readonly.is_protected(str(folder)):
        raise ExportError(
            f"The export folder {_shown(folder)} lies inside a source folder, where nothing is ever written. Choose "
            "another folder."
        )
    probe = folder / f".may-be-written-{os.getpid()}"
    try:
        folder.mkdir(parents=True, exist_ok=True)
        os.close(os.open(probe, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        os.unlink(probe)
    except OSError as error:
        raise _cannot_write(folder, error) from error


def _write_all(manifest: Manifest, folder: Path, papers: tuple[Paper, ...], control: Control, events: Events) -> None:
    """Write every paper and the list of their sums under provisional names."""
    started = time.monotonic()
    total = sum(paper.lines for paper in papers)
    before = 0
    sums: list[str] = []
    for paper in papers:
        with open(_part(folder, paper.name), "w", encoding="utf-8", newline="", opener=_private) as file:
            for line, text in enumerate(paper.content(manifest)):
                if line % _EVERY == 0:
                    control.check()
                    done = before + min(line, paper.lines)
                    seconds = time.monotonic() - started
                    events.state(Progress("export", done=done, total=total, current=paper.name, seconds=seconds))
                file.write(text)
            file.flush()
            os.fsync(file.fileno())
        sums.append(f"{_sha256(_part(folder, paper.name))}  {paper.name}\n")
        before += paper.lines
    with open(_part(folder, SUMS), "w", encoding="ascii", newline="", opener=_private) as file:
        file.writelines(sums)
    events.state(Progress("export", done=total, total=total, seconds=time.monotonic() - started))


def _make_room(manifest: Manifest, folder: Path, names: list[str], events: Events) -> None:
    """Move what lies under these names aside, unless this migration wrote it and nobody changed it since."""
    there = _footprint(folder, names)
    ((place, files),) = there.items()
    if not files:
        return
    if manifest.get("exports", {}).get(place) == files:
        events.fact(Note("The earlier papers of this migration in this folder were replaced."))
        return
    newest = max(mtime for _, mtime in files.values()) / 1e9
    aside = folder / time.strftime("earlier-%Y-%m-%d-%H%M%S", time.localtime(newest))
    while aside.exists():
        aside = aside.with_name(aside.name + "-again")
    aside.mkdir(mode=0o700)
    for name in files:
        os.replace(folder / name, aside / name)
    events.fact(Note(f"Other papers lay in this folder. They were kept: they are now in {_shown(aside)}."))


def _footprint(folder: Path, names: list[str]) -> dict[str, dict[str, list[int]]]:
    """Size and time of those of the names that exist, under the real path of the folder."""
    stats = {name: os.stat(folder / name) for name in names if (folder / name).exists()}
    place = printable(os.path.realpath(folder))
    return {place: {name: [stat.st_size, stat.st_mtime_ns] for name, stat in stats.items()}}


def _part(folder: Path, name: str) -> Path:
    return folder / f"{name}.part"


def _private(path: str, flags: int) -> int:
    """Papers name patients: on systems with such rights, only this user may read them."""
    return os.open(path, flags | getattr(os, "O_NOFOLLOW", 0), 0o600)


def _sha256(path: Path) -> str:
    """The sum of a file as it lies on the disk."""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _remove_parts(folder: Path, names: list[str]) -> None:
    for name in names:
        # Where the folder itself has gone nothing is left to remove, and the first error is what counts.
        with contextlib.suppress(OSError):
            _part(folder, name).unlink()


def _cannot_write(folder: Path, error: OSError) -> ExportError:
    if error.errno in (errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)):
        advice = "there is no room left. Make room, or choose another folder"
    elif error.errno in (errno.EEXIST, errno.ENOTDIR):
        advice = "it is not a folder, or lies below a file. Choose another folder"
    else:
        reason = error.strerror or "the system gave no reason"
        advice = f"{reason}. If one of the papers is open in another program, close it; or choose another folder"
    return ExportError(
        f"The export folder {_shown(folder)} cannot be written: {advice}.",
        f"{type(error).__name__}, errno {error.errno}",
    )


def _shown(folder: Path) -> str:
    return printable(str(folder))
