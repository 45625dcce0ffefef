"""One edition of the report: how much of the patients it shows, and the files that were written beside it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from wizard.report.names import ALL, Names


class Written(NamedTuple):
    """A file of the export, as it lies on the disk."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Edition:
    """`manifest_sha256` is of the manifest's file as it was before this export began, "" where it was not measured."""

    names: Names = ALL
    written: tuple[Written, ...] = ()
    manifest_sha256: str = ""
