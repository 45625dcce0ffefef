"""Test associations: accepted or rejected, byte for byte, with answers of every shape, and released by the standard."""

from __future__ import annotations

import hashlib
import io
import threading
import tracemalloc

import pytest

from tests.dicom.conftest import Background
from tests.dicom.sending import BUFFER, CT, KIND, QUICK, UID, Sparse, associate, store, well_behaved
from tests.faults.server import (
    RELEASE_RQ,
    FaultServer,
    Peer,
    abort,
    associate_rj,
    p_data,
    pdu,
    response,
    response_command,
)
from wizard.dicom.association import Association, Timeouts
from wizard.dicom.contexts import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.destination import Destination
from wizard.errors import (
    PACS_ADMINISTRATOR,
    AssociationAborted,
    AssociationRejected,
    ConnectionRefused,
    PeerTimeout,
    Stopped,
)

pytestmark = pytest.mark.usefixtures("nothing_left")

SIZES = (0, 1, 2, BUFFER - 2, BUFFER, BUFFER + 2, 3 << 20)


# ---------------------------------------------------------------- accepted or rejected


def test_where_nothing_listens_is_unreachable(free_port: int) -> None:
    with pytest.raises(ConnectionRefused) as caught:
        Association(Destination("127.0.0.1", free_port, "FAULTY"), [KIND], QUICK)
    assert caught.value.who == PACS_ADMINISTRATOR


@pytest.mark.parametrize(
    ("result", "source", "reason", "words", "congested"),
    [
        (1, 1, 1, "without giving a reason", False),
        (1, 1, 2, "application context", False),
        (1, 1, 3, "Our AE title “TESTER” must be registered there", False),
        (1, 1, 7, "does not recognise the AE title “FAULTY”", False),
        (1, 2, 2, "this DICOM protocol version", False),
        (2, 3, 1, "busy", True),
        (2, 3, 2, "no more connections", True),
        (1, 3, 2, "no more connections", True),
        (2, 1, 1, "without giving a reason", True),
    ],
)
def test_a_refusal_is_told_with_its_reason(result: int, source: int, reason: int, words: str, congested: bool) -> None:
    def refuse(peer: Peer) -> None:
        peer.pdu()
        peer.send(associate_rj(result, source, reason))
        peer.until_gone()

    with FaultServer(refuse) as server, pytest.raises(AssociationRejected, match=words) as caught:
        associate(server)
    error = caught.value
    assert (error.result, error.source, error.reason, error.congested) == (result, source, reason, congested)
    assert error.who == PACS_ADMINISTRATOR
    assert error.details == f"A-ASSOCIATE-RJ result {result}, source {source}, reason {reason}"


def test_a_peer_that_does_not_answer_the_request_is_a_timeout() -> None:
    with FaultServer(Peer.until_gone) as server, pytest.raises(PeerTimeout):
        associate(server)


def test_waiting_to_be_accepted_can_be_stopped() -> None:
    stop = threading.Event()
    with FaultServer(Peer.hold) as server:
        waiting = Background(lambda: Association(server.destination, [KIND], cancelled=stop.is_set))
        server.await_reached()
        stop.set()
        assert isinstance(waiting.error(within=2), Stopped)


def test_an_acceptance_in_drops_can_be_stopped() -> None:
    stop = threading.Event()

    def behave(peer: Peer) -> None:
        peer.pdu()
        peer.server.reach()
        for byte in pdu(2, bytes(1000)):
            peer.send(bytes([byte]))
            peer.server.ending.wait(0.05)

    with FaultServer(behave) as server:
        waiting = Background(lambda: Association(server.destination, [KIND], cancelled=stop.is_set))
        server.await_reached()
        stop.set()
        assert isinstance(waiting.error(within=2), Stopped)


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (abort(2, 0), "aborted the connection"),
        (RELEASE_RQ, "closed the connection"),
        (pdu(3, b"\0\1"), "closed the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "does not use DICOM"),
        (pdu(2, b"\0\1\0\0"), "is not DICOM"),
        (b"", "was lost"),
        (pdu(2, bytes(100))[:50], "was lost"),
    ],
    ids=["abort", "release", "half a refusal", "web server", "half an answer", "nothing", "cut off"],
)
def test_whatever_is_no_acceptance_opens_nothing(answer: bytes, words: str) -> None:
    def behave(peer: Peer) -> None:
        peer.pdu()
        if answer:
            peer.send(answer)

    with FaultServer(behave) as server, pytest.raises(AssociationAborted, match=words):
        associate(server)


def test_kinds_that_are_refused_are_told_with_their_results() -> None:
    kinds = [(f"1.2.{number}", EXPLICIT_LITTLE_ENDIAN) for number in range(5)]
    answers = {
        "1.2.1": (3, EXPLICIT_LITTLE_ENDIAN),
        "1.2.2": (4, EXPLICIT_LITTLE_ENDIAN),
        "1.2.3": (0, IMPLICIT_LITTLE_ENDIAN),
    }

    def behave(peer: Peer) -> None:
        peer.accept(answer=lambda sop_class, syntax: answers.get(sop_class, (0, syntax)))
        peer.serve()

    with FaultServer(behave) as server:
        association = Association(server.destination, kinds, QUICK)
        assert set(association.accepted) == {kinds[0], kinds[4]}
        assert association.refused == {kinds[1]: 3, kinds[2]: 4, kinds[3]: 4}
        assert association.peer == "1.2.3.4 FAULTY_1"
        association.store(kinds[4], UID, io.BytesIO(b"\0\0"), 2)
        association.release()
        server.settle()
        assert [message.context for message in server.received] == [9]


# ---------------------------------------------------------------- byte for byte


@pytest.mark.parametrize("maximum", [0, 4096, 128, 127, 16384, BUFFER, BUFFER + 6, 0xFFFFFFFF, None])
def test_what_arrives_is_the_file_byte_for_byte(maximum: int | None) -> None:
    def behave(peer: Peer) -> None:
        peer.accept(maximum)
        peer.serve()

    files = [(bytes(range(251)) * (size // 251 + 1))[:size] for size in SIZES]
    with FaultServer(behave) as server:
        association = associate(server, Timeouts())
        answers = [association.store(KIND, f"1.2.{len(file)}", io.BytesIO(file), len(file)) for file in files]
        association.release()
        server.settle()
    assert [message.data for message in server.received] == files
    assert [answer.sha256 for answer in answers] == [hashlib.sha256(file).digest() for file in files]
    assert [(answer.status, answer.bytes) for answer in answers] == [(0, size) for size in SIZES]
    assert [message.command.AffectedSOPInstanceUID for message in server.received] == [f"1.2.{size}" for size in SIZES]
    assert {message.command.AffectedSOPClassUID for message in server.received} == {CT}
    largest = max(message.largest for message in server.received)
    assert largest <= (16384 if maximum is None else maximum or BUFFER + 6)
    assert largest % 2 == 0
    assert server.releases == 1
    assert server.aborts == []


def test_the_smallest_possible_fragments_carry_a_file_too() -> None:
    def behave(peer: Peer) -> None:
        peer.accept(8)
        peer.serve()

    file = bytes(range(256)) * 4
    with FaultServer(behave) as server:
        association = associate(server, Timeouts())
        assert store(association, file) == 0
        association.release()
        server.settle()
        assert server.received[0].data == file
        assert server.received[0].largest == 8


@pytest.mark.parametrize("maximum", [1, 6, 7])
def test_a_peer_that_takes_no_data_is_told(maximum: int) -> None:
    def behave(peer: Peer) -> None:
        peer.accept(maximum)
        peer.until_gone()

    with FaultServer(behave) as server, pytest.raises(AssociationAborted, match="too short to hold any data") as caught:
        associate(server)
    assert caught.value.details == f"maximum PDU length {maximum}"


def test_only_so_much_of_the_file_is_sent_as_was_announced() -> None:
    with FaultServer(well_behaved) as server:
        association = associate(server)
        association.store(KIND, UID, io.BytesIO(b"announced, and more"), 10)
        association.release()
        server.settle()
        assert server.received[0].data == b"announced,"


def test_message_ids_go_round_after_65535() -> None:
    with FaultServer(well_behaved) as server:
        association = associate(server)
        association._message_id = 65533
        for _ in range(4):
            assert store(association) == 0
        association.release()
        server.settle()
        assert [message.command.MessageID for message in server.received] == [65534, 65535, 1, 2]


def test_a_file_of_256_mib_goes_through_a_small_memory() -> None:
    size = 256 << 20

    def behave(peer: Peer) -> None:
        peer.accept(0)
        peer.serve()

    with FaultServer(behave, keep_data=False) as server:
        association = associate(server, Timeouts())
        tracemalloc.start()
        try:
            answer = association.store(KIND, UID, Sparse(size), size)
            assert tracemalloc.get_traced_memory()[1] < 4 << 20  # of both sides
        finally:
            tracemalloc.stop()
        association.release()
        server.settle()
        assert (server.received[0].length, server.received[0].sha256) == (size, answer.sha256)


# ---------------------------------------------------------------- answers of every shape


def test_status_comment_and_offending_elements_are_handed_on() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        message = peer.message()
        assert message is not None
        peer.send(response(message, 0xA900, {0x0901: b"\x08\0\x18\0\x20\0\x0d\0", 0x0902: b"Does not match"}))
        peer.serve()

    with FaultServer(behave) as server:
        association = associate(server)
        answer = association.store(KIND, UID, io.BytesIO(b"\0\0"), 2)
        assert (answer.status, answer.comment) == (0xA900, "Does not match")
        assert answer.offending == "(0008,0018) (0020,000d)"
        assert store(association) == 0  # a failure ends nothing
        association.release()


def test_answers_in_single_bytes_are_answers() -> None:
    def behave(peer: Peer) -> None:
        peer.accept(step=1)
        peer.serve(status=0xB000, step=1)

    with FaultServer(behave) as server:
        association = associate(server)
        assert [store(association) for _ in range(3)] == [0xB000] * 3
        association.release()


@pytest.mark.parametrize("together", ["in several units at once", "in several values of a unit"])
def test_an_answer_in_pieces_is_one_answer(together: str) -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        message = peer.message()
        assert message is not None
        command = response_command(message, 0xB007)
        values = [(message.context, 1, command[:10]), (message.context, 1, command[10:30])]
        values.append((message.context, 3, command[30:]))
        if "values" in together:
            peer.send(p_data(*values))
        else:
            peer.send(b"".join(p_data(value) for value in values))
        peer.serve()

    with FaultServer(behave) as server:
        association = associate(server)
        assert [store(association), store(association)] == [0xB007, 0]
        association.release()


# ---------------------------------------------------------------- the end


def test_a_release_is_asked_for_and_awaited() -> None:
    with FaultServer(well_behaved) as server:
        associate(server).release()
        server.settle()
        assert (server.releases, server.aborts) == (1, [])


def test_a_release_that_is_never_granted_is_not_waited_for_long() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        peer.hold()

    with FaultServer(behave) as server:
        association = associate(server)
        assert Background(association.release).error(within=10) is None


def test_when_both_sides_ask_for_release_it_is_granted() -> None:
    granted = []

    def behave(peer: Peer) -> None:
        peer.accept()
        peer.send(RELEASE_RQ)
        granted.extend([peer.pdu()[0], peer.pdu()[0]])

    with FaultServer(behave) as server:
        associate(server).release()
        server.settle()
    assert granted == [5, 6]


@pytest.mark.parametrize("end", ["release", "abort"])
def test_ending_goes_well_when_the_peer_is_gone_and_twice(end: str) -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        peer.reset()

    with FaultServer(behave) as server:
        association = associate(server)
        server.settle()
        getattr(association, end)()
        association.release()
        association.abort()
        association.kill()
