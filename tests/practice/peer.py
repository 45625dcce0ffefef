"""Talk to the practice PACS with pynetdicom, which sends files byte for byte."""

from __future__ import annotations

import socket
from contextlib import contextmanager
from pathlib import Path
from typing import Iterable, Iterator
from unittest import mock

from pydicom.dataset import Dataset
from pydicom.filereader import read_file_meta_info
from pynetdicom import AE, _config
from pynetdicom.association import Association

from wizard.practice.pacs import PracticePacs

VERIFICATION = "1.2.840.10008.1.1"
PATIENT_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.1.1"
STUDY_ROOT_FIND = "1.2.840.10008.5.1.4.1.2.2.1"


@contextmanager
def association(
    pacs: PracticePacs, kinds: Iterable[tuple[str, str]] = (), called: str = "PRACTICE"
) -> Iterator[Association]:
    """Open an association for echo and find, and for these kinds of instances (SOP class, transfer syntax)."""
    entity = AE("TESTER")
    for uid in (VERIFICATION, PATIENT_ROOT_FIND, STUDY_ROOT_FIND):
        entity.add_requested_context(uid)
    for sop_class, transfer_syntax in kinds:
        entity.add_requested_context(sop_class, transfer_syntax)
    made = entity.associate(pacs.address, pacs.port, ae_title=called)
    try:
        if made.is_established:
            assert made.dul.socket is not None and made.dul.socket.socket is not None
            made.dul.socket.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with _answers_left_to_who_asked(made):
            yield made
    finally:
        if made.is_established:
            made.release()


@contextmanager
def _answers_left_to_who_asked(made: Association) -> Iterator[None]:
    """Keep pynetdicom's own thread, which looks for requests of the other side, from taking answers.

    On a busy computer it now and then is quicker than `send_c_store`, which then waits in vain and aborts.
    """
    take = made.dimse.get_msg
    with mock.patch.object(made.dimse, "get_msg", lambda block=False: take(block) if block else (None, None)):
        yield


def send(pacs: PracticePacs, *files: Path) -> list[Dataset]:
    """Send files in the kind of their File Meta Information, and return the answers."""
    metas = [read_file_meta_info(file) for file in files]
    kinds = {(str(meta.MediaStorageSOPClassUID), str(meta.TransferSyntaxUID)) for meta in metas}
    byte_for_byte = mock.patch.object(_config, "STORE_SEND_CHUNKED_DATASET", True)
    with byte_for_byte, association(pacs, sorted(kinds)) as made:
        return [made.send_c_store(file) for file in files]


def find(pacs: PracticePacs, level: str, model: str = STUDY_ROOT_FIND, **keys: str) -> tuple[Dataset, list[Dataset]]:
    """Query, and return the final status and the identifiers before it."""
    identifier = Dataset()
    identifier.QueryRetrieveLevel = level
    for keyword, value in keys.items():
        setattr(identifier, keyword, value)
    with association(pacs) as made:
        *pending, final = made.send_c_find(identifier, model)
    assert all(status.Status == 0xFF00 and found is not None for status, found in pending)
    return final[0], [found for _, found in pending if found is not None]


def data_set(file: Path) -> bytes:
    """Return the bytes after the File Meta Information."""
    return file.read_bytes()[144 + read_file_meta_info(file).FileMetaInformationGroupLength :]
