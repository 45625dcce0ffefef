"""Store the instances of the practice PACS: a folder of files, and an index of them in memory.

A file holds the received data set, byte for byte, behind a File Meta Information of our own. Its name is a number of
our own; no value of the data set gets into a file name.
"""

from __future__ import annotations

import itertools
import logging
import os
from io import BytesIO
from pathlib import Path
from threading import Lock
from typing import Collection, Iterable, Mapping

from pydicom.uid import UID

from wizard.practice.part10 import BrokenDataSet, file_elements, file_meta, raw_elements

# An instance of the index: tag -> value, in the bytes of the data set. All values are text, so that the byte order of
# the data set does not matter.
Instance = Mapping[int, bytes]

SPECIFIC_CHARACTER_SET = 0x00080005
SOP_CLASS_UID = 0x00080016
SOP_INSTANCE_UID = 0x00080018
STUDY_INSTANCE_UID = 0x0020000D
SERIES_INSTANCE_UID = 0x0020000E

OUT_OF_RESOURCES = 0xA700
DOES_NOT_MATCH = 0xA900
CANNOT_UNDERSTAND = 0xC000

_REQUIRED = {
    SOP_CLASS_UID: "SOP Class UID",
    SOP_INSTANCE_UID: "SOP Instance UID",
    STUDY_INSTANCE_UID: "Study Instance UID",
    SERIES_INSTANCE_UID: "Series Instance UID",
}

logger = logging.getLogger(__name__)


class Refused(Exception):
    """The data set is rejected, with a status of PS3.4 table B.2-1 and an Error Comment (64 characters)."""

    def __init__(self, status: int, comment: str) -> None:
        super().__init__(comment)
        self.status = status
        self.comment = comment


class Store:
    """The instances in `folder`, which is made if it is missing. Several threads may use it.

    Parameters
    ----------
    folder : Path
        Instances of earlier runs are found again.
    indexed : collection of int
        The tags that are kept in memory for each instance, besides the UIDs and Specific Character Set.

    Raises
    ------
    OSError
        The folder cannot be made or read.
    """

    def __init__(self, folder: Path, indexed: Collection[int]) -> None:
        self._folder = folder
        self._indexed = frozenset(indexed) | frozenset(_REQUIRED) | {SPECIFIC_CHARACTER_SET}
        self._lock = Lock()
        self._studies: dict[str, list[Instance]] = {}
        self._sop_instances: set[str] = set()
        self._number = 0
        folder.mkdir(parents=True, exist_ok=True)
        self._read_folder()

    def add(self, sop_class: str, sop_instance: str, transfer_syntax: UID, data: bytes) -> None:
        """Store a data set. If its SOP Instance UID is already stored, nothing changes: the first one stays.

        Raises
        ------
        Refused
            The data set cannot be read, a UID is missing or differs from that of the command, or the disk is full.
        """
        try:
            instance = self._instance(raw_elements(BytesIO(data), transfer_syntax))
        except BrokenDataSet as broken:
            raise Refused(CANNOT_UNDERSTAND, "The data set cannot be read to its end.") from broken
        for tag, name in _REQUIRED.items():
            if not uid_of(instance, tag):
                raise Refused(DOES_NOT_MATCH, f"No {name} in the data set.")
        for tag, commanded in ((SOP_CLASS_UID, sop_class), (SOP_INSTANCE_UID, sop_instance)):
            if uid_of(instance, tag) != commanded:
                raise Refused(DOES_NOT_MATCH, f"{_REQUIRED[tag]} of command and data set differ.")
        with self._lock:
            if sop_instance not in self._sop_instances:
                try:
                    self._write(file_meta(sop_class, sop_instance, transfer_syntax), data)
                except OSError as error:
                    raise Refused(OUT_OF_RESOURCES, "The image cannot be written to the disk.") from error
                self._remember(instance)

    def instances(self, studies: Iterable[str] = ()) -> list[Instance]:
        """Return the instances of the studies with these Study Instance UIDs, or of all studies without any UID."""
        with self._lock:
            found = [self._studies.get(study, []) for study in studies] or self._studies.values()
            return list(itertools.chain.from_iterable(found))

    def _instance(self, elements: Iterable[tuple[int, bytes]]) -> Instance:
        return {tag: value for tag, value in elements if tag in self._indexed}

    def _remember(self, instance: Instance) -> None:
        self._sop_instances.add(uid_of(instance, SOP_INSTANCE_UID))
        self._studies.setdefault(uid_of(instance, STUDY_INSTANCE_UID), []).append(instance)

    def _write(self, *parts: bytes) -> None:
        """Write the next file, which gets its name only when it is complete."""
        unfinished = self._folder / "unfinished"
        with unfinished.open("wb") as file:
            file.writelines(parts)
        os.replace(unfinished, self._folder / f"{self._number + 1:06d}.dcm")
        self._number += 1

    def _read_folder(self) -> None:
        ours = (path for path in self._folder.glob("*.dcm") if path.stem.isdecimal())
        for path in sorted(ours, key=lambda path: int(path.stem)):
            self._number = int(path.stem)
            try:
                self._remember(self._instance(file_elements(path)))
            except BrokenDataSet:
                # A power cut can leave such a file. It counts as not received, so that the client sends it again.
                logger.warning("file %d of the practice PACS cannot be read and is left out", self._number)


def uid_of(instance: Instance, tag: int) -> str:
    """Return a UID of an instance without its padding; empty if it has none."""
    return instance.get(tag, b"").strip(b" \0").decode("ascii", "replace")
