"""Senders of bare Python: `wizard.dicom.association` without the program around it, pynetdicom, and `sendfile` to a
process that discards what it gets. Each returns the seconds it took.
"""

from __future__ import annotations

import multiprocessing
import os
import socket
import threading
import time
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any, Callable, NamedTuple, Sequence

from tests.benchmarks.files import Archive
from wizard.dicom.association import Association
from wizard.dicom.contexts import EXPLICIT_LITTLE_ENDIAN, PresentationKind
from wizard.dicom.destination import Destination
from wizard.dicom.find import FIND
from wizard.dicom.header import read_header
from wizard.dicom.structure import FileBytes

SECONDS = 1800
"""The longest that a run may take."""

_CT = "1.2.840.10008.5.1.4.1.1.2"
_KIND: PresentationKind = (_CT, EXPLICIT_LITTLE_ENDIAN)


def apart(work: Callable[..., float], *arguments: object) -> float:
    """Call one of those below in a fresh process, which is ended if it takes too long."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply_async(work, arguments).get(SECONDS)


class _Image(NamedTuple):
    path: Path
    sop_uid: str
    offset: int
    length: int


def association(associations: int, destination: Destination, archive: Archive) -> float:
    """As many associations in threads; each takes one study after the other. What the manifest knows of the files
    is known here too before the time begins."""
    studies: SimpleQueue[list[_Image]] = SimpleQueue()
    for folder in _studies(archive):
        studies.put([_image(path) for path in folder])
    failures: list[BaseException] = []

    def send() -> None:
        try:
            opened = Association(destination, [_KIND])
            while True:
                try:
                    study = studies.get_nowait()
                except Empty:
                    break
                for image in study:
                    with open(image.path, "rb", buffering=0) as file:
                        file.seek(image.offset)
                        answer = opened.store(_KIND, image.sop_uid, file, image.length)
                    assert answer.status == 0, answer
            opened.release()
        except BaseException as failure:
            failures.append(failure)

    threads = [threading.Thread(target=send) for _ in range(associations)]
    started = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    took = time.monotonic() - started
    if failures:
        raise RuntimeError(repr(failures[0])) from failures[0]  # one that can cross to the process that waits
    return took


def pynetdicom(destination: Destination, archive: Archive) -> float:
    """`send_c_store` of one path after the other, as its documentation has it."""
    from pynetdicom import AE

    entity = AE(ae_title=destination.calling_ae)
    entity.add_requested_context(_CT, EXPLICIT_LITTLE_ENDIAN)
    paths = [path for study in _studies(archive) for path in study]
    started = time.monotonic()
    opened = entity.associate(destination.host, destination.port, ae_title=destination.called_ae)
    assert opened.is_established
    for path in paths:
        answer = opened.send_c_store(path)
        assert answer.Status == 0, answer
    opened.release()
    return time.monotonic() - started


def pynetdicom_find(destination: Destination, series: Sequence[tuple[str, str, frozenset[str]]]) -> float:
    """`send_c_find` for one series after the other, as its documentation has it; all its instances must be named."""
    from pydicom.dataset import Dataset
    from pynetdicom import AE

    entity = AE(ae_title=destination.calling_ae)
    entity.add_requested_context(FIND)
    started = time.monotonic()
    opened = entity.associate(destination.host, destination.port, ae_title=destination.called_ae)
    assert opened.is_established
    for study_uid, series_uid, sop_uids in series:
        question = Dataset()
        question.QueryRetrieveLevel, question.SOPInstanceUID = "IMAGE", ""
        question.StudyInstanceUID, question.SeriesInstanceUID = study_uid, series_uid
        answers = list(opened.send_c_find(question, FIND))
        assert answers[-1][0].Status == 0, answers[-1]
        assert {answer.SOPInstanceUID for _, answer in answers[:-1] if answer is not None} == sop_uids
    opened.release()
    return time.monotonic() - started


def sendfile(archive: Archive) -> float:
    """The physical limit: the same files, through a socket to a process that does nothing with them."""
    paths = [path for study in _studies(archive) for path in study]
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    receiver = spawn.Process(target=_discard, args=(theirs,), daemon=True)
    receiver.start()
    try:
        assert ours.poll(SECONDS)
        with socket.create_connection(("127.0.0.1", ours.recv()), SECONDS) as line:
            started = time.monotonic()
            for path in paths:
                with path.open("rb") as file:
                    line.sendfile(file)
            line.shutdown(socket.SHUT_WR)
            line.recv(1)  # the other side has all of it
            return time.monotonic() - started
    finally:
        receiver.kill()
        receiver.join()


def _discard(pipe: Any) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        pipe.send(listener.getsockname()[1])
        line, _ = listener.accept()
        buffer = bytearray(1 << 20)
        with line:
            while line.recv_into(buffer):
                pass


def _studies(archive: Archive) -> list[list[Path]]:
    return [sorted(folder.iterdir()) for folder in sorted(archive.folder.iterdir())]


def _image(path: Path) -> _Image:
    with path.open("rb", buffering=0) as file:
        size = os.fstat(file.fileno()).st_size
        found = read_header(FileBytes(file.fileno(), size))
    return _Image(path, found.uid("SOPInstanceUID"), found.offset, size - found.offset)
