"""The support bundle: the facts that support needs, and nothing that identifies a patient.

It has versions, settings, counts, timings and status codes as JSON, and the technical log, which holds no names, IDs or
paths (see `wizard.cli.arguments`). Nothing else of the manifest is in it.
"""

from __future__ import annotations

import io
import json
import platform
import sqlite3
import sys
import zipfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Sequence

from wizard import __version__, settings
from wizard.engine.files import readonly
from wizard.errors import ExportError, ManifestError, why
from wizard.language.message import Message, Private
from wizard.manifest import commitments, copy_settings, decisions, ledger, old_studies, proof, samples, speed, tree
from wizard.manifest.manifest import Manifest
from wizard.manifest.upgrade import VERSION
from wizard.report import values
from wizard.report.names import Names

_LIBRARIES = ("pydicom", "pynetdicom", "fpdf2", "uharfbuzz", "Pillow", "platformdirs", "ttkbootstrap")
_COUNTS = """
    SELECT (SELECT COUNT(*) FROM patient), (SELECT COUNT(*) FROM study), (SELECT COUNT(*) FROM series),
           (SELECT COUNT(*) FROM root), (SELECT COUNT(*) FROM folder), (SELECT COUNT(*) FROM attempt),
           (SELECT TOTAL(size) FROM entry)"""
_RUNS = "SELECT step, started, ended, outcome FROM run ORDER BY id"
_READINGS = "SELECT started, ended, files, opened FROM reading ORDER BY id"
_ANSWERS = """
    SELECT status, COUNT(*), TOTAL(bytes), TOTAL(seconds), MAX(seconds) FROM attempt GROUP BY status ORDER BY 2 DESC"""
_KINDS = """
    SELECT kind.sop_class, kind.transfer_syntax, kind.result, COUNT(entry.id) FROM kind
    LEFT JOIN entry ON entry.kind = kind.id GROUP BY kind.id ORDER BY 4 DESC"""
_FINDINGS = "SELECT topic, bucket, COUNT(*) FROM entry WHERE topic <> '' GROUP BY 1, 2 ORDER BY 3 DESC"
_GRADES = "SELECT grade, named, COUNT(*) FROM entry WHERE sop_uid IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2"


def save(path: Path, manifest: Manifest | None) -> None:
    """Write the bundle to a file, also if no migration is open or its manifest cannot be read.

    Raises
    ------
    ExportError
        The file lies inside a source folder or cannot be written.
    """
    if readonly.is_protected(str(path)):
        raise ExportError(
            Message(
                "{path} is inside a source folder, where nothing is ever written. Choose another folder.",
                path=Private(path),
            )
        )
    try:
        content = bundle(manifest)
    except ManifestError as error:
        content = bundle(None, type(error).__name__)
    try:
        path.write_bytes(content)
    except OSError as error:
        raise ExportError(
            Message(
                "The file {path} cannot be written: {why}. Choose another folder.",
                path=Private(path),
                why=why(error),
            ),
            f"{type(error).__name__}, errno {error.errno}",
        ) from error


def bundle(manifest: Manifest | None, failed: str = "") -> bytes:
    """Return the bundle as a ZIP file. Without a manifest it describes the computer, and has the error `failed`."""
    found = {**_computer(), "manifest": failed or "none is open"} if manifest is None else summary(manifest)
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as bundle:
        bundle.writestr("summary.json", json.dumps(found, indent=1))
        for log in sorted(settings.log_folder().glob("technical.log*")):
            bundle.write(log, f"log/{log.name}")
    return file.getvalue()


def summary(manifest: Manifest) -> dict[str, Any]:
    """Return the numbers of the migration."""
    balance, chosen = ledger.balance(manifest), tree.get_filter(manifest)
    counts = manifest.row(_COUNTS)
    assert counts is not None, "sums without a group are one row"
    further = {
        "storage_commitment": commitments.summary(manifest),
        "read_back": samples.summary(manifest),
        "old_list": old_studies.summary(manifest),
    }
    return {
        **_computer(),
        "destination": _destination(manifest),
        "wishes": asdict(copy_settings.read(manifest)),
        "filter": {**asdict(chosen), "text": "(typed)" if chosen.text else ""},
        "decisions": {one.rule.topic: [one.count, one.action] for one in decisions.count_topics(manifest)},
        "counts": dict(
            zip(("patients", "studies", "series", "sources", "folders", "attempts", "bytes"), map(int, counts))
        ),
        "buckets": balance.buckets,
        "balanced": balance.balanced,
        "unreadable_folders": balance.unreadable_folders,
        "proof": proof.summary(manifest)._asdict(),
        "further_proof": {name: found and found._asdict() for name, found in further.items()},
        "grades": _rows(manifest, _GRADES),
        "findings": _rows(manifest, _FINDINGS),
        "answers": [
            ["none" if code is None else values.status(code), *rest] for code, *rest in _rows(manifest, _ANSWERS)
        ],
        "kinds": [[_uid(sop_class), _uid(syntax), *rest] for sop_class, syntax, *rest in _rows(manifest, _KINDS)],
        "readings": _rows(manifest, _READINGS),
        "runs": _rows(manifest, _RUNS),
        "copying": [run._asdict() for run in speed.runs(manifest)],
    }


def _computer() -> dict[str, Any]:
    """Return the versions of the program, its libraries and the computer."""
    return {
        "program": __version__,
        "schema": VERSION,
        "python": sys.version,
        "system": platform.platform(),
        "sqlite": sqlite3.sqlite_version,
        "libraries": _versions(),
    }


def _destination(manifest: Manifest) -> dict[str, Any]:
    """Return the destination without the paths of certificates, and without the name that a person gave it."""
    stored = manifest.get("destination") or {}
    return {**stored, "tls": bool(stored.get("tls")), "name": "(typed)" if stored.get("name") else ""}


def _uid(uid: str) -> str:
    """Return a SOP class or a transfer syntax, unless it is no UID: a file may have any text in its place."""
    return str(Names(shown=False).uid(uid))


def _rows(manifest: Manifest, sql: str) -> list[Sequence[Any]]:
    return [tuple(row) for row in manifest.rows(sql)]


def _versions() -> dict[str, str]:
    from importlib import metadata

    found = {}
    for library in _LIBRARIES:
        try:
            found[library] = metadata.version(library)
        except metadata.PackageNotFoundError:  # the single binary has not all of this
            found[library] = "unknown"
    return found
