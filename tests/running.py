"""Running the program as a person does, from the command line, and looking at a folder before and after."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

from wizard.dicom.destination import Destination


class Ended(NamedTuple):
    """How a command ended; `summary` is its JSON object, or empty."""

    code: int
    summary: dict[str, Any]
    stdout: str
    stderr: str


def command(*arguments: object) -> list[str]:
    return [sys.executable, "-m", "wizard", *map(str, arguments)]


def wizard(*arguments: object) -> Ended:
    """Run the program to its end, in at most two minutes. Where nothing is said of the papers, none is drawn as PDF:
    that costs more than all the rest of a run."""
    if "--export" in arguments and "--formats" not in arguments:
        arguments = (*arguments, "--formats", "csv,html")
    done = subprocess.run(command(*arguments), stdin=subprocess.DEVNULL, capture_output=True, timeout=120)
    stdout, stderr = done.stdout.decode("utf-8", "replace"), done.stderr.decode("utf-8", "replace")
    summary = json.loads(stdout) if "--json" in arguments else {}
    return Ended(done.returncode, summary, stdout, stderr)


def to(destination: Destination) -> list[object]:
    """The arguments that name a destination."""
    return ["--to", destination.address, "--called-ae", destination.called_ae]


def fingerprint(folder: Path) -> dict[str, tuple[int, int, str]]:
    """Size, modification time (ns) and SHA-256 of every file below a folder, by its relative path."""
    found = {}
    for path in sorted(folder.rglob("*")):
        if path.is_file():
            status = os.stat(path)
            digest = hashlib.sha256(path.read_bytes()).hexdigest()
            found[str(path.relative_to(folder))] = (status.st_size, status.st_mtime_ns, digest)
    return found
