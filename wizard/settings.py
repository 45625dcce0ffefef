"""What the program remembers between two starts, and where its files live.

Everything is below the user's own data folder (platformdirs): `migrations/` holds the manifests, `destinations.json`
the saved destinations, `log/` the technical log. Nothing is ever kept beside the source.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any, Sequence

import platformdirs

from wizard.dicom.destination import Destination
from wizard.errors import UsageError

APP = "dicom-pacs-migrator"

_elsewhere: Path | None = None


def live_in(folder: Path) -> None:
    """From now on keep everything in this folder, and nothing in the user's own; for the self-test."""
    global _elsewhere
    _elsewhere = folder


def data_folder() -> Path:
    """The user's data folder of this program, made when it is missing, closed to other users."""
    folder = _elsewhere or Path(platformdirs.user_data_dir(APP, appauthor=False))
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise UsageError(f"The folder {folder} cannot be made. Check that you may write there.", str(error)) from error
    return folder


def migrations_folder() -> Path:
    folder = data_folder() / "migrations"
    folder.mkdir(mode=0o700, exist_ok=True)
    return folder


def manifest_path(sources: Sequence[Path], destination: Destination) -> Path:
    """Where the manifest of these folders to that destination lives; the same question has the same answer."""
    roots = sorted({os.fsencode(os.path.realpath(source)) for source in sources})
    who = f"{destination.host.lower()}:{destination.port}/{destination.called_ae}".encode()
    digest = hashlib.sha256(b"\0".join([*roots, who])).hexdigest()[:16]
    readable = re.sub(r"[^A-Za-z0-9_-]+", "-", destination.called_ae)
    return migrations_folder() / f"{readable}-{digest}.sqlite"


def load_destinations() -> list[Destination]:
    """The saved destinations, the one used last first. A broken file is reported, never overwritten."""
    path = data_folder() / "destinations.json"
    try:
        stored: list[dict[str, Any]] = json.loads(path.read_text("utf-8"))
        return [Destination.restored(one) for one in stored]
    except FileNotFoundError:
        return []
    except (OSError, ValueError, TypeError, AttributeError, UsageError) as error:
        raise UsageError(f"The saved destinations in {path} cannot be read. Rename that file.", str(error)) from error


def save_destination(destination: Destination) -> None:
    """Put a destination at the top of the saved ones, in place of what was known of this PACS."""
    _write_destinations([destination, *_all_but(destination)])


def forget_destination(destination: Destination) -> None:
    _write_destinations(_all_but(destination))


def _all_but(destination: Destination) -> list[Destination]:
    return [saved for saved in load_destinations() if not saved.is_same_pacs(destination)]


def _write_destinations(destinations: Sequence[Destination]) -> None:
    _write(data_folder() / "destinations.json", [asdict(destination) for destination in destinations])


def _write(path: Path, value: Any) -> None:
    """Replace a file as a whole, so that a power cut leaves the old one or the new one."""
    temporary = path.with_suffix(".new")
    temporary.write_text(json.dumps(value, indent=1), "utf-8")
    os.replace(temporary, path)
