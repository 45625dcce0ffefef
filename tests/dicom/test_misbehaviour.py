"""Test sending to peers that do everything wrong, and of unreadable files: each ends as it should, and at once."""

from __future__ import annotations

from typing import Callable

import pytest

from tests.dicom.conftest import Background
from tests.dicom.sending import BUFFER, KIND, LARGE, UID, Sparse, associate, store, well_behaved
from tests.faults import servers
from tests.faults.server import (
    ABORT,
    RELEASE_RQ,
    FaultServer,
    Peer,
    abort,
    p_data,
    pdu,
    response,
    response_command,
)
from wizard.dicom.association import Timeouts
from wizard.errors import AssociationAborted, PeerTimeout, ReadFailed, Stopped

pytestmark = [pytest.mark.usefixtures("nothing_left"), pytest.mark.long]


def test_an_answer_that_came_twice_is_not_taken_for_the_next_one() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        message = peer.message()
        assert message is not None
        peer.send(response(message, 0) + response(message, 0))
        peer.until_gone()

    with FaultServer(behave) as server:
        association = associate(server)
        assert store(association) == 0
        with pytest.raises(AssociationAborted, match="does not match the request"):
            store(association)


def answering(make: Callable[[Peer], None]) -> Callable[[Peer], None]:
    """Reads one message and answers as `make` does; then waits for what the client says to it."""

    def behave(peer: Peer) -> None:
        peer.accept()
        make(peer)
        peer.until_gone()

    return behave


def sends(answer: bytes) -> Callable[[Peer], None]:
    def make(peer: Peer) -> None:
        peer.message()
        peer.send(answer)

    return make


def does(fault: servers.Fault) -> Callable[[Peer], None]:
    def make(peer: Peer) -> None:
        peer.message()
        fault(peer)

    return make


def with_data(peer: Peer) -> None:
    message = peer.message()
    assert message is not None
    peer.send(p_data((message.context, 2, b"data where an answer was due")))


def as_data(peer: Peer) -> None:
    message = peer.message()
    assert message is not None
    peer.send(p_data((message.context, 2, response_command(message, 0))))


def endlessly(peer: Peer) -> None:
    peer.message()
    while True:
        peer.send(p_data((1, 1, bytes(16000))))


def after_half_of_it(do: Callable[[Peer], None]) -> Callable[[Peer], None]:
    def make(peer: Peer) -> None:
        for _ in range(3):
            peer.pdu()
        do(peer)

    return make


WRONG = {
    "another message's": (does(servers.answers_another), "does not match the request"),
    "an echo's": (sends(p_data((1, 3, b"\0\0\0\1\2\0\0\0\x30\x80"))), "is not DICOM"),
    "data": (with_data, "is not DICOM"),
    "the right one, in the wrong place": (as_data, "is not DICOM"),
    "garbage": (does(servers.sends_garbage), "does not use DICOM"),
    "half a command": (sends(p_data((1, 3, b"\0\0\0\1\2\0"))), "is not DICOM"),
    "a broken value": (sends(pdu(4, b"\0\0\0\1\1")), "is not DICOM"),
    "without end": (endlessly, "is not DICOM"),
    "a release": (sends(RELEASE_RQ), "closed the connection"),
    "an abort": (sends(abort(2, 6)), "aborted the connection"),
    "a second acceptance": (sends(pdu(2, bytes(68))), "closed the connection"),
    "none, but a reset": (does(servers.resets), "was lost"),
    "none, but the end": (does(servers.hangs_up), "was lost"),
    "a reset in the midst": (after_half_of_it(Peer.reset), "was lost"),
}


@pytest.mark.parametrize("answer", WRONG)
def test_whatever_is_no_answer_leaves_the_instance_unknown(answer: str) -> None:
    make, words = WRONG[answer]
    with FaultServer(answering(make)) as server:
        association = associate(server, Timeouts(send=5, answer=5))
        with pytest.raises(AssociationAborted, match=words):
            association.store(KIND, UID, Sparse(LARGE), LARGE if "midst" in answer else 2)
        with pytest.raises(AssociationAborted):  # never used again
            store(association)


def test_an_abort_is_told_with_its_source_and_reason() -> None:
    with FaultServer(answering(sends(abort(2, 6)))) as server, pytest.raises(AssociationAborted) as caught:
        store(associate(server))
    assert caught.value.details == "A-ABORT source 02, reason 06"


def test_a_peer_that_aborts_after_some_files_has_answered_those() -> None:
    def behave(peer: Peer) -> None:
        peer.accept()
        for _ in range(3):
            message = peer.message()
            assert message is not None
            peer.send(response(message, 0))
        peer.message()
        peer.send(ABORT)

    with FaultServer(behave) as server:
        association = associate(server)
        assert [store(association) for _ in range(3)] == [0, 0, 0]
        with pytest.raises(AssociationAborted):
            store(association)


# ---------------------------------------------------------------- time-outs


def test_a_peer_that_reads_and_never_answers_is_left_with_an_abort() -> None:
    with FaultServer(answering(does(servers.is_silent))) as server:
        association = associate(server)
        with pytest.raises(PeerTimeout):
            store(association)
        server.settle()
        assert server.aborts == [bytes(4)]


def test_a_peer_that_stops_reading_gets_no_abort_that_it_could_take_for_the_image() -> None:
    tail = bytearray()

    def behave(peer: Peer) -> None:
        peer.accept(0)
        peer.server.await_reached()
        while True:  # what lies in the buffers when the client has given up
            tail.extend(peer._read(1))
            del tail[:-10]

    with FaultServer(behave) as server:
        association = associate(server, Timeouts(send=0.4, release=60))
        storing = Background(lambda: association.store(KIND, UID, Sparse(LARGE), LARGE))
        assert isinstance(storing.error(within=10), PeerTimeout)  # nor is it waited for until there is room for one
        server.reach()
        server.settle()
        assert bytes(tail) == bytes(10)
        assert server.aborts == []


# ---------------------------------------------------------------- stopping


def holding_after(accepted: bool, messages: int) -> Callable[[Peer], None]:
    def behave(peer: Peer) -> None:
        if accepted:
            peer.accept()
        for _ in range(messages):
            peer.message()
        peer.hold()

    return behave


def dripping(peer: Peer) -> None:
    peer.accept()
    message = peer.message()
    assert message is not None
    for _ in range(1000):
        peer.send(p_data((message.context, 1, b"")))
        peer.server.reach()
        peer.server.ending.wait(0.05)


@pytest.mark.parametrize(
    ("behave", "size"),
    [(holding_after(True, 0), LARGE), (holding_after(True, 1), 2), (dripping, 2)],
    ids=["it reads nothing", "it does not answer", "it answers for ever"],
)
def test_storing_is_stopped_at_once_whatever_the_peer_does(behave: Callable[[Peer], None], size: int) -> None:
    with FaultServer(behave) as server:
        association = associate(server, Timeouts())
        storing = Background(lambda: association.store(KIND, UID, Sparse(size), size))
        server.await_reached()
        association.kill()
        assert isinstance(storing.error(within=2), Stopped)


def test_between_two_files_it_is_stopped_too() -> None:
    with FaultServer(well_behaved) as server:
        association = associate(server)
        assert store(association) == 0
        association.kill()
        with pytest.raises(Stopped):
            store(association)
        association.release()


# ---------------------------------------------------------------- files that cannot be read


def refuse_to_read() -> int:
    raise OSError(5, "Input/output error")


@pytest.mark.parametrize(
    ("then", "words"),
    [(lambda: 0, "became shorter"), (refuse_to_read, "could not be read completely")],
    ids=["ends early", "fails"],
)
@pytest.mark.parametrize("readable", [0, 2, BUFFER, BUFFER + 10])
def test_a_file_that_cannot_be_read_to_its_end_is_the_files_fault_and_the_peer_is_told(
    then: Callable[[], int], words: str, readable: int
) -> None:
    with FaultServer(well_behaved) as server:
        association = associate(server)
        with pytest.raises(ReadFailed, match=words):
            association.store(KIND, UID, Sparse(readable, then), 3 * BUFFER)
        server.settle()
        assert server.received == []
        assert server.aborts == [bytes(4)]


def test_whatever_else_happens_in_the_midst_the_association_is_over() -> None:
    def interrupt() -> int:
        raise KeyboardInterrupt

    with FaultServer(well_behaved) as server:
        association = associate(server)
        with pytest.raises(KeyboardInterrupt):
            association.store(KIND, UID, Sparse(BUFFER, interrupt), 2 * BUFFER)
        server.settle()
        assert server.received == []
        assert server.aborts == [bytes(4)]
