"""The files that the program keeps between two starts: their folders, and the saved destinations and scans.

All of them are in the user's own data folder: `migrations/` holds the manifests, `forgotten/` those that are not
offered any more, `destinations.json` the saved destinations, `log/` the technical log. Nothing is ever kept beside the
source.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import sys
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any, Sequence

import platformdirs

from wizard.dicom.destination import Destination
from wizard.errors import UsageError, why
from wizard.language.message import Message, Private
from wizard.start import bootstrap

APP = "dicom-pacs-migrator"

_FORMAT = f"{APP} destinations 1"
_BROKEN = (OSError, ValueError, TypeError, AttributeError, UsageError)
_other_folder: Path | None = None


def live_in(folder: Path) -> None:
    """Keep everything in this folder from now on, and nothing in the user's own; for the self-test."""
    global _other_folder
    _other_folder = folder


def data_folder() -> Path:
    """Return the user's data folder of this program, which is made when it is missing, closed to other users."""
    folder = _place()
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(
            Message("The folder {folder} cannot be created. Check that you may write there.", folder=Private(folder)),
            str(error),
        ) from error
    return folder


def migrations_folder() -> Path:
    """Return the folder of the manifests."""
    folder = data_folder() / "migrations"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def forgotten_folder() -> Path:
    """Return the folder of the manifests that a person did not want to be offered any more."""
    folder = data_folder() / "forgotten"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def practice_folder() -> Path:
    """Return the folder of the practice sessions, which may not exist."""
    return _place() / "practice"


def is_untouched() -> bool:
    """Whether no destination was ever saved here, and no migration was begun, not even a forgotten one."""
    kept = (next(folder().glob("*.sqlite"), None) for folder in (migrations_folder, forgotten_folder))
    return not _destinations().exists() and not any(kept)


def log_folder() -> Path:
    """Return the folder of the technical log."""
    folder = data_folder() / "log"
    folder.mkdir(exist_ok=True)
    return folder


def manifest_path(sources: Sequence[Path], destination: Destination) -> Path:
    """Return the path of the manifest of these folders and that destination; it is always the same."""
    roots = sorted({os.fsencode(os.path.realpath(source)) for source in sources})
    who = f"{destination.host.lower()}:{destination.port}/{destination.called_ae}".encode()
    digest = hashlib.sha256(b"\0".join([*roots, who])).hexdigest()[:16]
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", destination.called_ae)
    return migrations_folder() / f"{readable}-{digest}.sqlite"


def load_destinations() -> list[Destination]:
    """Return the saved destinations, the one used last first. A broken file is reported, never overwritten."""
    path = _destinations()
    try:
        return _restored(json.loads(path.read_text("utf-8")))
    except FileNotFoundError:
        return []
    except _BROKEN as error:
        raise UsageError(
            Message("The saved PACS in {path} cannot be read. Rename that file.", path=Private(path)),
            str(error),
        ) from error


def save_destination(destination: Destination) -> None:
    """Put a destination at the top of the saved ones, in place of the earlier one of this PACS. Its name stays."""
    known = next((saved for saved in load_destinations() if saved.is_same_pacs(destination)), destination)
    _write_destinations([replace(destination, name=destination.name or known.name), *_all_but(destination)])


def change_destination(before: Destination, after: Destination) -> None:
    """Replace a destination by another; any other saved one of the same PACS is removed."""
    others = [saved for saved in load_destinations() if saved.is_same_pacs(before) or not saved.is_same_pacs(after)]
    _write_destinations([after if saved.is_same_pacs(before) else saved for saved in others])


def forget_destination(destination: Destination) -> None:
    """Remove a saved destination."""
    _write_destinations(_all_but(destination))


def export_destinations(path: Path) -> int:
    """Write the saved destinations to a file for another computer, and return their number.

    The file has no secret: it has the paths of certificates and keys, which stay where they are.

    Raises
    ------
    UsageError
    """
    destinations = load_destinations()
    try:
        write(path, {"format": _FORMAT, "destinations": [asdict(destination) for destination in destinations]})
    except OSError as error:
        raise UsageError(
            Message("The file {path} cannot be written: {why}.", path=Private(path), why=why(error)), str(error)
        ) from error
    return len(destinations)


def import_destinations(path: Path) -> int:
    """Add the destinations of such a file, in place of the earlier ones of these PACS, and return their number.

    Raises
    ------
    UsageError
        The file cannot be read, or is of another kind. Nothing is added.
    """
    try:
        stored = json.loads(path.read_text("utf-8"))
        if stored["format"] != _FORMAT:
            raise ValueError(f"format {stored['format']!r}")
        found = _restored(stored["destinations"])
    except OSError as error:
        raise UsageError(
            Message("The file {path} cannot be read: {why}.", path=Private(path), why=why(error)), str(error)
        ) from error
    except (*_BROKEN, KeyError) as error:
        raise UsageError(
            Message("{path} is not a file with saved PACS of this program.", path=Private(path)), str(error)
        ) from error
    others = [saved for saved in load_destinations() if not any(saved.is_same_pacs(one) for one in found)]
    _write_destinations([*found, *others])
    return len(found)


def keep_scan(record: dict[str, Any]) -> None:
    """Append the record of a scan of the network. Earlier records are never changed.

    There may be no migration yet; `scans` returns the record to one that begins later.

    Raises
    ------
    UsageError
    """
    path = _scans()
    try:
        with open(path, "a", encoding="utf-8") as file:
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    except OSError as error:
        raise UsageError(
            Message("The results of the network search cannot be saved in {path}.", path=Private(path)), str(error)
        ) from error


def scans() -> list[dict[str, Any]]:
    """Return the records of all scans of the network from here, the first one first."""
    try:
        return [json.loads(line) for line in _scans().read_text("utf-8").splitlines()]
    except FileNotFoundError:
        return []
    except (OSError, ValueError) as error:
        raise UsageError(
            Message("The earlier network searches in {path} cannot be read. Rename that file.", path=Private(_scans())),
            str(error),
        ) from error


def _place() -> Path:
    if _other_folder is not None:
        return _other_folder
    # On Windows the folder that LOCALAPPDATA names has all files that belong to this computer.
    return bootstrap.cache_folder() if sys.platform == "win32" else Path(platformdirs.user_data_dir(APP))


def _destinations() -> Path:
    return data_folder() / "destinations.json"


def _scans() -> Path:
    return data_folder() / "network-scans.jsonl"


def _restored(stored: list[dict[str, Any]]) -> list[Destination]:
    return [Destination.restored(one) for one in stored]


def _all_but(destination: Destination) -> list[Destination]:
    return [saved for saved in load_destinations() if not saved.is_same_pacs(destination)]


def _write_destinations(destinations: Sequence[Destination]) -> None:
    write(_destinations(), [asdict(destination) for destination in destinations])


def write(path: Path, value: Any) -> None:
    """Replace a file of JSON as a whole, so that after a power cut it is the old one or the new one."""
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(value, indent=1), "utf-8")
    os.replace(temporary, path)
