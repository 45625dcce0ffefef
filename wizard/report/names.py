"""What of the patients' data a paper shows: all of it, or nothing that tells who the patients are.

Left out are names, IDs, birth dates, accession numbers, descriptions, paths, and what the new PACS said in its own
words, which may quote them. A row of the manifest's tables stands in their place ("patient 12", "file 3051"), so that
whoever has the manifest finds the person again. Of a study date the year is left. UIDs stay, but for those that have a
patient's ID, birth date or accession number inside.
"""

from __future__ import annotations

import functools
import os
import re
from dataclasses import dataclass
from typing import Any, Mapping

from wizard.manifest import audit
from wizard.report import values

LEFT_OUT = "(left out)"

# What others said, in quotation marks; and what the system or a library said, which may name a path or quote a value.
_QUOTED = re.compile(r"“.*”", re.DOTALL)
_SYSTEM_MESSAGE = re.compile(r"^(the computer could not read it|whether it is whole was not checked): .*", re.DOTALL)
_LONG_NUMBER = re.compile(r"[0-9]{4,}")  # a shorter number is in many UIDs by chance


@dataclass(frozen=True)
class Names:
    """`shown` says whether patients may be known from the paper."""

    shown: bool = True

    def name(self, name: str) -> str:
        return name if self.shown else ""

    def patient(self, number: int | None, patient_id: str) -> str:
        """A Patient ID; `number` is the patient's row, None without a patient."""
        return patient_id if self.shown or number is None else f"patient {number}"

    def text(self, text: str) -> str:
        """A text that somebody typed: at the scanner, at the new PACS, or here."""
        return text if self.shown or not text else LEFT_OUT

    def reason(self, reason: str) -> str:
        """A sentence of this program; what it quotes is left out."""
        if self.shown or not reason:
            return reason
        return _SYSTEM_MESSAGE.sub(rf"\1 {LEFT_OUT}", _QUOTED.sub(LEFT_OUT, reason))

    def date(self, date: str | None) -> str:
        """A study date, YYYYMMDD."""
        return (date or "") if self.shown else (date or "")[:4]

    def day(self, date: str | None) -> str:
        """A study date as people read it."""
        return values.date(date) if self.shown else (date or "")[:4]

    def uid(self, uid: str, *private: str | None) -> str:
        """A UID, unless digits of the patient's own data are inside."""
        return uid if self.shown or not any(digits in uid for digits in _digits(private)) else LEFT_OUT

    def path(self, number: int, folder: bytes, name: bytes) -> str:
        """Where a file lies; `number` is the row of its entry."""
        return values.path(folder, name) if self.shown else f"file {number}"

    def folder(self, path: bytes) -> str:
        return values.path(path) if self.shown else LEFT_OUT

    def extension(self, end: str, known: tuple[str, ...]) -> str:
        """The end of a file name, which may hold anything."""
        return end if self.shown or not end or end in known else LEFT_OUT

    def details(self, record: audit.Record) -> Mapping[str, Any]:
        """What a record of the audit trail says beyond its subject; what a person typed may name patients."""
        value = record.details.get("value")
        if self.shown or record.action != audit.SET or not value:
            return record.details
        if record.subject == "filter":
            return {"value": {**value, "text": self.text(value["text"])}}
        return {"value": LEFT_OUT} if record.subject in ("remarks", "old_list") else record.details

    def file_name(self, name: str) -> str:
        """What a file of the export is called: one without names says so, whoever holds it."""
        stem, dot, end = name.rpartition(".")
        return name if self.shown else f"{stem}-without-names{dot}{end}"

    def file(self, path: str) -> str:
        """A file of this computer that is no file of the archive: its name is left."""
        return path if self.shown else os.path.basename(path)


@functools.lru_cache(maxsize=64)
def _digits(private: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(digits for one in private for digits in _LONG_NUMBER.findall(one or ""))


ALL = Names()
"""Shows everything."""
