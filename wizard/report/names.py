"""Show or leave out the patients' data in a report file.

It leaves out names, IDs, birth dates, accession numbers, descriptions, paths, what a person typed, the name and the
user of this computer, and what the new PACS or the system said, which may quote any of them. A row of the manifest's
tables replaces them ("patient 12", "file 3051"), so that a person with the manifest can find the patient. A study date
keeps its year. UIDs stay, except for those that include a patient's ID, birth date or accession number, and for texts
that are no UIDs, although they stand in their place.

In a sentence, the marks of its values say what is left out (`wizard.language.message`). All other texts have a method
here, which returns the text itself or the message that stands for it: `render` says both for people, `str` in English.
"""

from __future__ import annotations

import functools
import re
from dataclasses import dataclass
from typing import Any, Mapping, Union

from wizard.language import render, writing
from wizard.language.message import Message
from wizard.manifest import audit
from wizard.report import values

LEFT_OUT = Message("(omitted)")

Shown = Union[Message, str]
"""A text, or the message that stands for it."""

_UID = re.compile(r"[0-9.]{1,64}", re.ASCII)  # PS3.5 9.1
_LONG_NUMBER = re.compile(r"[0-9]{4,}")  # a shorter number is in many UIDs by chance
_TYPED = ("remarks", "operator", "old_list")  # the settings whose whole value a person typed or named


def patient_row(row: int) -> Message:
    """Name a patient by the row of the manifest's table."""
    return Message("patient {row}", row=str(row))


def file_row(row: int) -> Message:
    """Name a file by the row of its entry."""
    return Message("file {row}", row=str(row))


@dataclass(frozen=True)
class Names:
    """`shown` says whether the report file may identify patients."""

    shown: bool = True

    def said(self, message: Shown) -> str:
        """Say a message in the language in use, without its private and foreign values, however deep they are."""
        return render(message) if self.shown else render(message, hide=_left_out)

    def name(self, name: str) -> str:
        return name if self.shown else ""

    def patient(self, row: int | None, patient_id: str) -> Shown:
        """Write a Patient ID; `row` is that of the patient, None without a patient."""
        return patient_id if self.shown or row is None else patient_row(row)

    def text(self, text: str) -> Shown:
        """Write a text that a person or another program wrote: at the scanner, at the new PACS, or here."""
        return text if self.shown or not text else LEFT_OUT

    def date(self, date: str | None) -> str:
        """Write a study date as YYYYMMDD."""
        return (date or "") if self.shown else (date or "")[:4]

    def day(self, date: str | None) -> str:
        """Write a study date for people."""
        return writing().day(date or "") if self.shown else (date or "")[:4]

    def tells(self, uid: str, *private: str | None) -> bool:
        """Whether a UID must be left out: it is none, or it includes digits of the patient's own data."""
        if self.shown or not uid:
            return False
        return not _UID.fullmatch(uid) or any(digits in uid for digits in _digits(private))

    def uid(self, uid: str, *private: str | None) -> Shown:
        """Write a UID, unless it tells who the patient is."""
        return LEFT_OUT if self.tells(uid, *private) else uid

    def path(self, row: int, folder: bytes, name: bytes) -> Shown:
        """Write the path of a file; `row` is that of its entry."""
        return values.path(folder, name) if self.shown else file_row(row)

    def folder(self, path: bytes) -> Shown:
        return values.path(path) if self.shown else LEFT_OUT

    def extension(self, end: str, known: tuple[str, ...]) -> Shown:
        """Write the end of a file name, which may hold any text."""
        return end if self.shown or not end or end in known else LEFT_OUT

    def details(self, record: audit.Record) -> Mapping[str, Any]:
        """Return the details of a record of the audit trail, for programs: without texts that a person typed."""
        details = record.details
        if self.shown:
            return details
        if record.action == audit.LOOKED and "why" in details:
            return {**details, "why": str(LEFT_OUT)}
        value = details.get("value")
        if record.action != audit.SET or not value:
            return details
        if record.subject in _TYPED:
            return {**details, "value": str(LEFT_OUT)}
        if record.subject == "filter":
            return {**details, "value": {**value, "text": _typed(value.get("text", ""))}}
        if record.subject == "destination":
            tls = value.get("tls")
            files = {name: _typed(path) for name, path in tls.items()} if isinstance(tls, dict) else tls
            return {**details, "value": {**value, "tls": files, "name": _typed(value.get("name", ""))}}
        return details

    def file_name(self, name: str) -> str:
        """Return the name of a file of the export; the name of one without names says so."""
        stem, dot, end = name.rpartition(".")
        return name if self.shown else f"{stem}-without-names{dot}{end}"


def _left_out(_: str) -> str:
    return render(LEFT_OUT)


def _typed(text: str) -> str:
    return str(LEFT_OUT) if text else text


@functools.lru_cache(maxsize=64)
def _digits(private: tuple[str | None, ...]) -> tuple[str, ...]:
    return tuple(digits for one in private for digits in _LONG_NUMBER.findall(one or ""))


ALL = Names()
"""Shows everything."""
