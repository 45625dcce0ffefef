"""Test queries: to the practice PACS by the standard, and to peers whose answers prove nothing."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path
from typing import Callable, Iterator

import pytest
from pydicom.dataset import Dataset
from pynetdicom.dsutils import decode, encode

from tests.dicom.conftest import Background
from tests.dicom.sending import unanswering, well_behaved
from tests.faults.server import (
    RELEASE_RQ,
    FaultServer,
    Message,
    Peer,
    abort,
    associate_rj,
    p_data,
    response,
    response_command,
)
from tests.practice.conftest import CHEST, HEAD, KNEE
from wizard.dicom.association import Association
from wizard.dicom.contexts import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.destination import Destination
from wizard.dicom.find import ECHO, FIND, Found, Query
from wizard.errors import AssociationAborted, AssociationRejected, NoContext, PeerTimeout, Stopped, Unreachable
from wizard.practice.objects import encode as encode_instance
from wizard.practice.objects import instance, uid
from wizard.practice.pacs import PracticePacs

pytestmark = pytest.mark.usefixtures("nothing_left")

KEYS = {"StudyInstanceUID": "1.2.3"}
WANTED = ["StudyInstanceUID", "PatientName", "NumberOfStudyRelatedInstances"]


@pytest.fixture
def pacs(tmp_path: Path) -> Iterator[PracticePacs]:
    """With three studies of 4, 2 and 1 instances."""
    with PracticePacs(tmp_path / "pacs") as running:
        sets = [
            instance(study, number, one)
            for study in (CHEST, KNEE, HEAD)
            for number, series in enumerate(study.series, 1)
            for one in range(1, series.instances + 1)
        ]
        kinds = {(str(one.SOPClassUID), EXPLICIT_LITTLE_ENDIAN) for one in sets}
        association = Association(to(running), kinds)
        for one in sets:
            data = encode_instance(one, CHEST.series[0].transfer_syntax)
            kind = (str(one.SOPClassUID), EXPLICIT_LITTLE_ENDIAN)
            assert association.store(kind, str(one.SOPInstanceUID), io.BytesIO(data), len(data)).status == 0
        association.release()
        yield running


def to(pacs: PracticePacs) -> Destination:
    return Destination(pacs.address, pacs.port, pacs.ae_title)


def ask(server: FaultServer, seconds: float = 5) -> Found:
    with Query(server.destination, seconds=seconds) as query:
        return query.find("STUDY", KEYS, WANTED)


def message_of(peer: Peer) -> Message:
    message = peer.message()
    assert message is not None
    return message


# ---------------------------------------------------------------- the practice PACS


def test_echo_is_answered(pacs: PracticePacs) -> None:
    with Query(to(pacs), ECHO) as query:
        assert [query.echo(), query.echo()] == [0, 0]


def test_queries_go_to_the_pacs_that_answers_them_and_the_echo_to_the_one_that_stores(pacs: PracticePacs) -> None:
    titles = []

    def storing(peer: Peer) -> None:
        peer.accept()
        assert peer.request is not None
        titles.append((str(peer.request.called_ae_title), str(peer.request.calling_ae_title)))
        peer.send(response(message_of(peer), 0))
        peer.serve()

    with FaultServer(storing) as server:
        ours = replace(server.destination, calling_ae="OURS")
        destination = ours.queried_at(pacs.address, pacs.port, pacs.ae_title)
        with Query(destination) as query:
            assert len(query.find("STUDY", {"StudyInstanceUID": uid(1)}, WANTED).answers) == 1
        assert titles == []
        with Query(destination, ECHO) as query:
            assert query.echo() == 0
        assert titles == [(server.destination.called_ae, "OURS")]
        own_title = ours.queried_at(called_ae="QUERY")  # the same place, under another title
        with Query(own_title) as query:
            query.find("STUDY", KEYS, WANTED)
        assert titles[1:] == [("QUERY", "OURS")]


def test_a_study_is_found_with_what_was_asked_for(pacs: PracticePacs) -> None:
    with Query(to(pacs)) as query:
        found = query.find("STUDY", {"StudyInstanceUID": uid(1)}, WANTED)
        nobody = query.find("STUDY", KEYS, WANTED)
    assert found == (
        [{"StudyInstanceUID": uid(1), "PatientName": CHEST.patient.name, "NumberOfStudyRelatedInstances": "4"}],
        0,
    )
    assert nobody == ([], 0)


def test_a_name_in_another_script_is_decoded(pacs: PracticePacs) -> None:
    with Query(to(pacs)) as query:
        found = query.find("STUDY", {"StudyInstanceUID": uid(HEAD.number)}, ["PatientName"])
    assert found.answers == [{"PatientName": HEAD.patient.name}]


def test_images_are_found_by_a_list_of_uids(pacs: PracticePacs) -> None:
    there = [uid(1, 1, number) for number in (1, 2, 3)]
    keys = {"StudyInstanceUID": uid(1), "SeriesInstanceUID": uid(1, 1), "SOPInstanceUID": "\\".join([*there, "1.2.3"])}
    with Query(to(pacs)) as query:
        found = query.find("IMAGE", keys, ["SOPInstanceUID"])
    assert found.status == 0
    assert sorted(answer["SOPInstanceUID"] for answer in found.answers) == sorted(there)


def test_a_query_against_the_book_is_answered_with_its_status(pacs: PracticePacs) -> None:
    with Query(to(pacs)) as query:
        found = query.find("IMAGE", {"SOPInstanceUID": uid(1, 1, 1)}, ["SOPInstanceUID"])
    assert found.answers == []
    assert found.status == 0xA900


def test_a_hundred_queries_go_over_one_association(pacs: PracticePacs) -> None:
    with Query(to(pacs)) as query:
        for _ in range(100):
            assert len(query.find("STUDY", {"StudyInstanceUID": ""}, WANTED).answers) == 3
        assert pacs._server is not None
        assert len(pacs._server.active_associations) == 1


# ---------------------------------------------------------------- the content of a query


@pytest.mark.parametrize("syntax", [IMPLICIT_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN])
def test_the_query_and_the_answers_are_in_the_syntax_that_was_agreed_upon(syntax: str) -> None:
    implicit = syntax == IMPLICIT_LITTLE_ENDIAN
    there = Dataset()
    there.SpecificCharacterSet = "ISO_IR 192"
    there.PatientName = "Yamada^Tarou=山田^太郎"
    there.StudyInstanceUID = "1.2.3"

    def behave(peer: Peer) -> None:
        peer.accept(answer=lambda sop_class, offered: (0 if offered == syntax else 4, offered))
        message = message_of(peer)
        peer.send(response(message, 0xFF01, data=encode(there, implicit, True)) + response(message, 0))
        peer.serve()

    with FaultServer(behave) as server:
        found = ask(server)
        server.settle()
    expected = {"StudyInstanceUID": "1.2.3", "PatientName": there.PatientName, "NumberOfStudyRelatedInstances": ""}
    assert found == ([expected], 0)
    (message,) = server.received
    asked = decode(io.BytesIO(message.data), implicit, True)
    assert encode(asked, implicit, True) == message.data  # in order, and as pydicom would write it
    assert [element.keyword for element in asked] == ["QueryRetrieveLevel", "PatientName", *KEYS, WANTED[-1]]
    assert (asked.QueryRetrieveLevel, asked.StudyInstanceUID) == ("STUDY", "1.2.3")
    assert (message.command.AffectedSOPClassUID, message.command.CommandField) == (FIND, 0x0020)
    assert (server.releases, server.aborts) == (1, [])


@pytest.mark.parametrize("unusual", ["1.02.003", "1.2.abc", "1." * 40 + "1"])
def test_an_unusual_uid_is_queried_as_it_is(unusual: str) -> None:
    with FaultServer(well_behaved) as server, Query(server.destination) as query:
        query.find("IMAGE", {"SOPInstanceUID": unusual}, ["SOPInstanceUID"])
    assert unusual.encode("ascii") in server.received[0].data


def test_a_status_that_is_not_success_is_handed_on() -> None:
    for status in (0xFE00, 0xA700, 0xC000, 0x0122):

        def behave(peer: Peer, status: int = status) -> None:
            peer.accept()
            peer.serve(status)

        with FaultServer(behave) as server:
            assert ask(server) == ([], status)


def test_an_answer_in_pieces_is_one_answer() -> None:
    there = Dataset()
    there.StudyInstanceUID = "1.2.3"
    there.PatientName = "Muster^Anna" * 5
    data = encode(there, True, True) or b""

    def behave(peer: Peer) -> None:
        peer.accept(step=1)
        message = message_of(peer)
        command = response_command(message, 0xFF00, has_data=True)
        context = message.context
        # The command and the beginning of the data set in one unit, the rest in two more.
        peer.send(p_data((context, 1, command[:20]), (context, 3, command[20:]), (context, 0, data[:30])), step=1)
        peer.send(p_data((context, 0, data[30:50])) + p_data((context, 2, data[50:])))
        peer.send(response(message, 0))
        peer.serve()

    with FaultServer(behave) as server:
        (answer,) = ask(server).answers
    assert (answer["StudyInstanceUID"], answer["PatientName"]) == ("1.2.3", "Muster^Anna" * 5)


# ---------------------------------------------------------------- peers that cannot be queried


def test_nothing_is_opened_before_the_first_query(free_port: int) -> None:
    query = Query(Destination("127.0.0.1", free_port, "FAULTY"))
    query.close()
    with query, pytest.raises(Unreachable, match="rejected the connection"):
        query.find("STUDY", KEYS, WANTED)


def test_a_refusal_is_told_with_its_reason() -> None:
    def refuse(peer: Peer) -> None:
        peer.pdu()
        peer.send(associate_rj(1, 1, 3))
        peer.until_gone()

    with FaultServer(refuse) as server, pytest.raises(AssociationRejected, match="does not know this computer"):
        ask(server)


@pytest.mark.parametrize("result", [1, 2, 3, 4])
def test_a_service_that_is_not_offered_is_told_and_the_association_released(result: int) -> None:
    def behave(peer: Peer) -> None:
        peer.accept(answer=lambda sop_class, syntax: (result, syntax))
        peer.serve()

    with FaultServer(behave) as server:
        with pytest.raises(NoContext, match="does not offer queries"):
            ask(server)
        server.settle()
        assert (server.received, server.releases) == ([], 1)


def find_answer(data: bytes | None, status: int = 0xFF00, message_id: int | None = None) -> Callable[[Peer], None]:
    """Sends this one answer, and then the final one."""

    def behave(peer: Peer) -> None:
        peer.accept()
        message = message_of(peer)
        peer.send(response(message, status, message_id=message_id, data=data) + response(message, 0))
        peer.serve()

    return behave


def sends(answer: bytes) -> Callable[[Peer], None]:
    def behave(peer: Peer) -> None:
        peer.accept()
        peer.message()
        peer.send(answer)
        peer.until_gone()

    return behave


def reset(peer: Peer) -> None:
    peer.accept()
    peer.message()
    peer.reset()


def without_end(peer: Peer) -> None:
    peer.accept()
    message = message_of(peer)
    peer.send(p_data((message.context, 3, response_command(message, 0xFF00, has_data=True))))
    while True:
        peer.send(p_data((message.context, 0, bytes(16000))))


@pytest.mark.parametrize(
    ("behave", "words"),
    [
        (find_answer(b"\x08\0\x20\0garbage garbage!"), "is not DICOM"),
        (find_answer(b"\x20\0\x0d\0\x06\0\0\x001.2"), "is not DICOM"),
        (find_answer(b""), "is not DICOM"),
        (find_answer(None), "is not DICOM"),
        (find_answer(None, 0, message_id=77), "does not match the request"),
        (sends(p_data((1, 2, b"\x08\0"))), "is not DICOM"),
        (sends(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "does not use DICOM"),
        (sends(abort(2, 0)), "aborted the connection"),
        (sends(RELEASE_RQ), "closed the connection"),
        (reset, "was lost"),
        (without_end, "is not DICOM"),
    ],
    ids=[
        *("noise", "cut off", "empty", "without data", "to another question", "data first"),
        *("web server", "abort", "release", "reset", "without end"),
    ],
)
def test_an_answer_that_cannot_be_read_is_an_error_and_never_an_image_that_is_missing(
    behave: Callable[[Peer], None], words: str
) -> None:
    with FaultServer(behave) as server:
        with pytest.raises(AssociationAborted, match=words):
            ask(server)
        server.settle()
        assert server.releases == 0  # it is never ended as if all had been well


@pytest.mark.parametrize("messages", [None, 0])
def test_a_peer_that_does_not_answer_is_a_timeout(messages: int | None) -> None:
    def behave(peer: Peer) -> None:
        if messages is not None:
            peer.accept()
        peer.until_gone()

    with FaultServer(behave) as server, pytest.raises(PeerTimeout):
        ask(server, seconds=0.4)


# ---------------------------------------------------------------- stopping


@pytest.mark.parametrize("accepted", [False, True])
def test_a_query_is_stopped_at_once_whatever_the_peer_does(accepted: bool) -> None:
    def behave(peer: Peer) -> None:
        if accepted:
            peer.accept()
            peer.message()
        peer.hold()

    with FaultServer(behave) as server:
        query = Query(server.destination)
        asking = Background(lambda: query.find("STUDY", KEYS, WANTED))
        server.await_reached()
        query.kill()
        assert isinstance(asking.error(within=2), Stopped)
        query.close()


def test_a_query_that_is_answered_for_ever_is_stopped_at_once() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        message = message_of(peer)
        while not peer.server.ending.wait(0.01):
            peer.send(response(message, 0xFF00, data=b"\x20\0\x0d\0\x06\0\0\0001.2.3\0"))
            peer.server.reach()

    with FaultServer(behave) as server:
        query = Query(server.destination)
        asking = Background(lambda: query.find("STUDY", KEYS, WANTED))
        server.await_reached()
        query.kill()
        assert isinstance(asking.error(within=2), Stopped)


def test_a_query_to_an_address_without_an_answer_is_stopped_at_once() -> None:
    with unanswering() as nowhere:
        query = Query(nowhere)
        asking = Background(lambda: query.find("STUDY", KEYS, WANTED))
        query.kill()
        assert isinstance(asking.error(within=2), Stopped)


def test_after_a_stop_nothing_is_queried_any_more(pacs: PracticePacs) -> None:
    with Query(to(pacs)) as query:
        assert query.find("STUDY", KEYS, WANTED).status == 0
        query.kill()
        with pytest.raises(Stopped):
            query.find("STUDY", KEYS, WANTED)
    stopped = Query(to(pacs))
    stopped.kill()
    with pytest.raises(Stopped):
        stopped.find("STUDY", KEYS, WANTED)
