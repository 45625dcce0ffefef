"""Show or leave out the patients' data in a report file.

It leaves out names, IDs, birth dates, accession numbers, descriptions, paths, and the comments of the new PACS, which
may quote them. A row of the manifest's tables replaces them ("patient 12", "file 3051"), so that a person with the
manifest can find the patient. A study date keeps its year. UIDs stay, except for those that include a patient's ID,
birth date or accession number.
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

# Texts of others, in quotation marks; and messages of the system or a library, which may name a path or quote a value.
_QUOTED = re.compile(r"“.*”", re.DOTALL)
_SYSTEM_MESSAGE = re.compile(r"^(the computer could not read it|whether it is whole was not checked): .*", re.DOTALL)
_LONG_NUMBER = re.compile(r"[0-9]{4,}")  # a shorter number is in many UIDs by chance


@dataclass(frozen=True)
class Names:
    """`shown` says whether the report file may identify patients."""

    shown: bool = True

    def name(self, name: str) -> str:
        return name if self.shown else ""

    def patient(self, number: int | None, patient_id: str) -> str:
        """Write a Patient ID; `number` is the patient's row, None without a patient."""
        return patient_id if self.shown or number is None else f"patient {number}"

    def text(self, text: str) -> str:
        """Write a text that a person typed: at the scanner, at the new PACS, or here."""
        return text if self.shown or not text else LEFT_OUT

    def reason(self, reason: str) -> str:
        """Write a sentence of this program without its quotations."""
        if self.shown or not reason:
            return reason
        return _SYSTEM_MESSAGE.sub(rf"\1 {LEFT_OUT}", _QUOTED.sub(LEFT_OUT, reason))

    def date(self, date: str | None) -> str:
        """Write a study date as YYYYMMDD."""
        return (date or "") if self.shown else (date or "")[:4]

    def day(self, date: str | None) -> str:
        """Write a study date for people."""
        return values.date(date) if self.shown else (date or "")[:4]

    def uid(self, uid: str, *private: str | None) -> str:
        """Write a UID, unless it includes digits of the patient's own data."""
        return uid if self.shown or not any(digits in uid for digits in _digits(private)) else LEFT_OUT

    def path(self, number: int, folder: bytes, name: bytes) -> str:
        """Write the path of a file; `number` is the row of its entry."""
        return values.path(folder, name) if self.shown else f"file {number}"

    def folder(self, path: bytes) -> str:
        return values.path(path) if self.shown else LEFT_OUT

    def extension(self, end: str, known: tuple[str, ...]) -> str:
        """Write the end of a file name, which may hold any text."""
        return end if self.shown or not end or end in known else LEFT_OUT

    def details(self, record: audit.Record) -> Mapping[str, Any]:
        """Return the details of a record of the audit trail; texts that a person typed may name patients."""
        value = record.details.get("value")
        if self.shown or record.action != audit.SET or not value:
            return record.details
        if record.subject == "filter":
            return {"value": {**value, "text": self.text(value["text"])}}
        return {"value": LEFT_OUT} if record.subject in ("remarks", "old_list") else record.details

    def file_name(self, name: str) -> str:
        """Return the name of a file of the export; the name of one without names says so."""
        stem, dot, end = name.rpartition(".")
        return name if self.shown else f"{stem}-without-names{dot}{end}"

    def file(self, path: str) -> str:
        """Write the path of a file outside the source; without `shown`, only its name."""
        return path if self.shown else os.path.basename(path)


@functools.lru_cache(maxsize=64)
def _digits(private: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(digits for one in private for digits in _LONG_NUMBER.findall(one or ""))


ALL = Names()
"""Shows everything."""
