"""Test the practice PACS over the network: associations, C-STORE, start and stop."""

from __future__ import annotations

import shutil
import socket
import subprocess
import threading
from contextlib import ExitStack
from pathlib import Path

import pytest
from pydicom import dcmread
from pydicom.uid import (
    UID,
    CTImageStorage,
    DeflatedExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    ExplicitVRLittleEndian,
    ImplicitVRLittleEndian,
    RLELossless,
)
from pynetdicom import ALL_TRANSFER_SYNTAXES, AllStoragePresentationContexts

from tests.practice.conftest import CHEST
from tests.practice.peer import association, data_set, find, send
from wizard.errors import UsageError
from wizard.practice.objects import Series, encode, instance, part10
from wizard.practice.pacs import MAXIMUM_ASSOCIATIONS, PracticePacs
from wizard.practice.part10 import file_meta

SYNTAXES = (
    ImplicitVRLittleEndian,
    ExplicitVRLittleEndian,
    ExplicitVRBigEndian,
    DeflatedExplicitVRLittleEndian,
    RLELossless,
)


def write(file: Path, number: int = 1, syntax: UID = ExplicitVRLittleEndian, data: bytes = b"") -> Path:
    """Write a file of one CT image, or of this data set behind file meta information."""
    dataset = instance(CHEST._replace(series=(Series("CT", "Thin", 3, syntax),)), 1, number)
    label = file_meta(dataset.SOPClassUID, dataset.SOPInstanceUID, syntax)
    file.write_bytes(label + (data or encode(dataset, syntax)))
    return file


def stored(pacs: PracticePacs) -> list[str]:
    return sorted(file.name for file in pacs.folder.iterdir())


def test_echo_is_answered(pacs: PracticePacs) -> None:
    with association(pacs) as made:
        assert made.send_c_echo().Status == 0


def test_another_called_ae_title_is_rejected_with_the_reason(pacs: PracticePacs) -> None:
    with association(pacs, called="OTHER") as made:
        answer = made.acceptor.primitive
        assert answer is not None
        assert (answer.result, answer.result_source, answer.diagnostic) == (1, 1, 7)


def test_only_this_computer_can_reach_it(pacs: PracticePacs) -> None:
    # A listener on all addresses of the computer would answer at these two as well.
    for other in ("127.0.0.2", "::1"):
        with pytest.raises(OSError):
            socket.create_connection((other, pacs.port), timeout=5).close()


def test_every_image_type_of_the_standard_is_accepted(pacs: PracticePacs) -> None:
    classes = [str(context.abstract_syntax) for context in AllStoragePresentationContexts]
    for some in (classes[:100], classes[100:]):
        with association(pacs, [(uid, ImplicitVRLittleEndian) for uid in some]) as made:
            assert made.rejected_contexts == []


def test_every_transfer_syntax_is_accepted(pacs: PracticePacs) -> None:
    for syntax in ALL_TRANSFER_SYNTAXES:
        with association(pacs, [(CTImageStorage, syntax)]) as made:
            assert made.rejected_contexts == [], syntax


@pytest.mark.parametrize(
    ("sop_class", "syntax", "result"),
    [
        ("1.2.840.113619.4.30", ImplicitVRLittleEndian, 3),  # abstract syntax not supported
        (CTImageStorage, "1.2.840.113619.5.2", 4),  # transfer syntaxes not supported
    ],
)
def test_a_private_image_type_or_format_is_refused_in_the_negotiation(
    pacs: PracticePacs, sop_class: str, syntax: str, result: int
) -> None:
    with association(pacs, [(sop_class, syntax)]) as made:
        assert [context.result for context in made.rejected_contexts] == [result]


def test_one_association_too_many_is_told_to_come_later(pacs: PracticePacs) -> None:
    with ExitStack() as stack:
        for _ in range(MAXIMUM_ASSOCIATIONS):
            assert stack.enter_context(association(pacs)).is_established
        answer = stack.enter_context(association(pacs)).acceptor.primitive
        assert answer is not None
        assert (answer.result, answer.result_source, answer.diagnostic) == (2, 3, 2)


def test_nagles_algorithm_is_off(pacs: PracticePacs) -> None:
    with association(pacs):
        assert pacs._server is not None
        (accepted,) = pacs._server.active_associations
        assert accepted.dul.socket is not None and accepted.dul.socket.socket is not None
        assert accepted.dul.socket.socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
def test_a_data_set_is_kept_byte_for_byte(pacs: PracticePacs, tmp_path: Path, syntax: UID) -> None:
    sent = write(tmp_path / "sent", syntax=syntax)
    (answer,) = send(pacs, sent)
    assert answer.Status == 0
    assert stored(pacs) == ["000001.dcm"]
    assert data_set(pacs.folder / "000001.dcm") == data_set(sent)
    kept = dcmread(pacs.folder / "000001.dcm")
    assert kept.file_meta.TransferSyntaxUID == syntax
    assert kept.file_meta.MediaStorageSOPInstanceUID == kept.SOPInstanceUID
    assert kept.PatientName == "Muster^Anna"


@pytest.mark.filterwarnings("ignore:Found unknown escape sequence")
def test_values_that_no_library_would_write_are_kept_and_found(pacs: PracticePacs, tmp_path: Path) -> None:
    """An odd length, a date that is none, and bytes that are no text."""
    data = encode(instance(CHEST, 1, 1), ExplicitVRLittleEndian)
    data = data.replace(b"\x08\0\x20\0DA\x08\x0020120302", b"\x08\0\x20\0DA\x05\0never")
    data = data.replace(b"Muster^Anna ", b"\x1b$B?\xff^=^=x^ ")
    (answer,) = send(pacs, write(tmp_path / "sent", data=data))
    assert answer.Status == 0
    assert data_set(pacs.folder / "000001.dcm") == data
    final, found = find(pacs, "STUDY", StudyInstanceUID="", StudyDate="", PatientName="")
    assert (final.Status, len(found)) == (0, 1)


def test_the_same_instance_again_succeeds_and_the_first_stays(pacs: PracticePacs, tmp_path: Path) -> None:
    other = instance(CHEST, 1, 1)
    other.PatientName = "Other^Olaf"
    first = write(tmp_path / "first")
    second = write(tmp_path / "second", data=encode(other, ExplicitVRLittleEndian))
    assert [answer.Status for answer in send(pacs, first, second)] == [0, 0]
    assert stored(pacs) == ["000001.dcm"]
    assert data_set(pacs.folder / "000001.dcm") == data_set(first)


@pytest.mark.parametrize(
    ("missing", "comment"),
    [
        ("SOPClassUID", "No SOP Class UID in the data set."),
        ("SOPInstanceUID", "No SOP Instance UID in the data set."),
        ("StudyInstanceUID", "No Study Instance UID in the data set."),
        ("SeriesInstanceUID", "No Series Instance UID in the data set."),
    ],
)
def test_a_data_set_without_a_uid_is_refused(pacs: PracticePacs, tmp_path: Path, missing: str, comment: str) -> None:
    dataset = instance(CHEST, 1, 1)
    delattr(dataset, missing)
    (answer,) = send(pacs, write(tmp_path / "sent", data=encode(dataset, ExplicitVRLittleEndian)))
    assert (answer.Status, answer.ErrorComment) == (0xA900, comment)
    assert stored(pacs) == []


def test_a_data_set_of_another_instance_is_refused(pacs: PracticePacs, tmp_path: Path) -> None:
    other = encode(instance(CHEST, 1, 2), ExplicitVRLittleEndian)
    (answer,) = send(pacs, write(tmp_path / "sent", data=other))
    assert answer.Status == 0xA900
    assert answer.ErrorComment == "SOP Instance UID of command and data set differ."
    assert stored(pacs) == []


@pytest.mark.parametrize("syntax", SYNTAXES, ids=lambda syntax: syntax.name)
@pytest.mark.parametrize("end", ["in the header", "in the picture"])
def test_a_data_set_that_is_cut_off_is_refused(pacs: PracticePacs, tmp_path: Path, syntax: UID, end: str) -> None:
    file = write(tmp_path / "sent", syntax=syntax)
    data = data_set(file)
    cut = data[:101] if end == "in the header" else data[:-10]
    (answer,) = send(pacs, write(file, syntax=syntax, data=cut))
    assert (answer.Status, answer.ErrorComment) == (0xC000, "The data set cannot be read to its end.")
    assert stored(pacs) == []


def test_two_who_send_the_same_at_the_same_time_leave_one_of_each(pacs: PracticePacs, tmp_path: Path) -> None:
    files = [write(tmp_path / str(number), number) for number in range(1, 31)]
    answers: list[int] = []
    senders = [
        threading.Thread(target=lambda: answers.extend(one.Status for one in send(pacs, *files))) for _ in range(2)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert answers == [0] * 60
    assert stored(pacs) == [f"{number:06d}.dcm" for number in range(1, 31)]
    assert {data_set(pacs.folder / name) for name in stored(pacs)} == {data_set(file) for file in files}


def test_a_disk_that_cannot_be_written_to_is_told_and_the_next_try_works(pacs: PracticePacs, tmp_path: Path) -> None:
    file = write(tmp_path / "sent")
    shutil.rmtree(pacs.folder)
    (answer,) = send(pacs, file)
    assert (answer.Status, answer.ErrorComment) == (0xA700, "The image cannot be written to the disk.")
    pacs.folder.mkdir()
    (answer,) = send(pacs, file)
    assert answer.Status == 0
    assert stored(pacs) == ["000001.dcm"]


def test_what_an_earlier_run_kept_is_found_again(tmp_path: Path) -> None:
    with PracticePacs(tmp_path / "pacs") as pacs:
        send(pacs, *(write(tmp_path / str(number), number) for number in (1, 2)))
        before = find(pacs, "STUDY", StudyInstanceUID="", PatientName="", NumberOfStudyRelatedInstances="")
    with PracticePacs(tmp_path / "pacs") as pacs:
        assert before[1][0].NumberOfStudyRelatedInstances == 2
        assert before == find(pacs, "STUDY", StudyInstanceUID="", PatientName="", NumberOfStudyRelatedInstances="")
        send(pacs, tmp_path / "2", write(tmp_path / "3", 3))
        assert stored(pacs) == ["000001.dcm", "000002.dcm", "000003.dcm"]


@pytest.mark.parametrize("left", [0, 100, 3000])
def test_a_file_that_a_power_cut_left_unfinished_is_not_counted(tmp_path: Path, left: int) -> None:
    file = write(tmp_path / "sent")
    (tmp_path / "pacs").mkdir()
    (tmp_path / "pacs" / "000007.dcm").write_bytes(file.read_bytes()[:left])
    with PracticePacs(tmp_path / "pacs") as pacs:
        assert find(pacs, "STUDY", StudyInstanceUID="")[1] == []
        send(pacs, file)
        assert data_set(pacs.folder / "000008.dcm") == data_set(file)


def test_other_files_in_its_folder_are_left_alone(tmp_path: Path) -> None:
    file = write(tmp_path / "notes.dcm")
    write(tmp_path / "1st.dcm", 2)
    with PracticePacs(tmp_path) as pacs:
        assert find(pacs, "STUDY", StudyInstanceUID="")[1] == []
        send(pacs, file)
    assert stored(pacs) == ["000001.dcm", "1st.dcm", "notes.dcm"]


def test_stop_ends_every_thread_whatever_the_peers_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("wizard.practice.pacs.ASSOCIATION_REQUEST_TIMEOUT", 3600)
    before = set(threading.enumerate())
    pacs = PracticePacs(tmp_path / "pacs")
    pacs.start()
    with socket.create_connection((pacs.address, pacs.port)), association(pacs) as made:
        with socket.create_connection((pacs.address, pacs.port)) as half:
            half.sendall(b"\x01\x00\x00\x00\x00\xff half a request")
            assert made.send_c_echo().Status == 0
            mine = set(threading.enumerate()) - before
            pacs.stop()
            left = {thread.name for thread in mine if thread.is_alive() and thread not in (made, made.dul)}
            assert left == set()
        with pytest.raises(OSError):
            socket.create_connection((pacs.address, pacs.port), timeout=5).close()
    pacs.stop()


def test_a_port_in_use_is_told_in_one_sentence(pacs: PracticePacs, tmp_path: Path) -> None:
    # Not by the address alone: SO_REUSEADDR would allow it for a port that nobody listens on.
    with pytest.raises(UsageError, match=f"Port {pacs.port} of this computer is in use"):
        PracticePacs(tmp_path / "other", pacs.port).start()


def test_a_folder_that_is_a_file_is_told_in_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(UsageError, match="folder of the practice PACS cannot be used") as caught:
        PracticePacs(tmp_path / "file").start()
    assert str(tmp_path) not in caught.value.details


@pytest.mark.dcmtk
def test_dcmtk_can_echo_store_and_find_and_no_log_names_a_patient(
    pacs: PracticePacs, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    to = ["-aec", "PRACTICE", pacs.address, str(pacs.port)]
    files = [write(tmp_path / f"{number}.dcm", number) for number in (1, 2, 3)]
    subprocess.run(["echoscu", *to], check=True)
    subprocess.run(["storescu", "-xe", *to, *map(str, files)], check=True)
    keys = ["QueryRetrieveLevel=STUDY", "PatientName=muster*", "PatientID", "NumberOfStudyRelatedInstances"]
    key_options = [option for key in keys for option in ("-k", key)]
    subprocess.run(["findscu", "-S", "-X", "-od", str(tmp_path), *key_options, *to], check=True)
    found = dcmread(tmp_path / "rsp0001.dcm")
    assert (found.PatientName, found.NumberOfStudyRelatedInstances) == ("Muster^Anna", 3)
    assert [data_set(pacs.folder / name) for name in stored(pacs)] == [data_set(file) for file in files]
    assert caplog.records
    assert "Muster" not in caplog.text.title()
    assert "PRACTICE-001" not in caplog.text


@pytest.mark.dcmtk
def test_dcmtk_is_told_why_a_query_is_refused(pacs: PracticePacs) -> None:
    query = ["-k", "QueryRetrieveLevel=SERIES", "-k", "SeriesInstanceUID"]
    to = ["-aec", "PRACTICE", pacs.address, str(pacs.port)]
    said = subprocess.run(["findscu", "-d", "-S", *query, *to], stdout=-1, stderr=-2, encoding="utf-8").stdout
    assert "0xa900" in said
    assert "StudyInstanceUID must hold one single value." in said


def test_part10_files_of_the_pacs_can_be_sent_on(pacs: PracticePacs, tmp_path: Path) -> None:
    """It writes whole DICOM files, which another PACS accepts as they are."""
    send(pacs, write(tmp_path / "sent"))
    with PracticePacs(tmp_path / "other") as other:
        (answer,) = send(other, pacs.folder / "000001.dcm")
    assert answer.Status == 0
    assert (other.folder / "000001.dcm").read_bytes() == (pacs.folder / "000001.dcm").read_bytes()
    assert part10(instance(CHEST, 1, 1), ExplicitVRLittleEndian) == (tmp_path / "sent").read_bytes()
