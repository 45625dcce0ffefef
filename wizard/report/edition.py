"""Describe one edition of the report: whether it shows patients' names, and the files written beside it before."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from wizard.report.names import ALL, Names


class Written(NamedTuple):
    """A file of the export on the disk."""

    name: str
    bytes: int
    sha256: str


@dataclass(frozen=True)
class Edition:
    """One edition; `manifest_sha256` is of the manifest's file before this export began, "" where not measured."""

    names: Names = ALL
    written: tuple[Written, ...] = ()
    manifest_sha256: str = ""
