"""Test the retrieval of instances: the received bytes are those that were sent, and no other instance counts."""

from __future__ import annotations

import hashlib
import threading
from dataclasses import replace
from typing import Callable, Iterator

import pytest

from tests.dicom.sending import CT
from tests.faults.keeper import GET, MOVE, NO_SUCH_PLACE, NOT_FOUND, Asked, Keeper, Kept
from tests.faults.server import FaultServer, Gone, Peer, p_data
from wizard.dicom.contexts import EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.destination import FindService
from wizard.dicom.listener import Listener
from wizard.dicom.retrieve import Fetched, Getting, Moving, Received, WantedInstance
from wizard.errors import AssociationAborted, NoContext, Stopped

KIND = (CT, EXPLICIT_LITTLE_ENDIAN)
WANTED = WantedInstance("1.2.3", "1.2.3.4", "1.2.3.4.5")
DATA = bytes(range(256)) * 300  # several PDUs
MOST = 1 << 20


@pytest.fixture
def keeper(free_port: int) -> Keeper:
    keeper = Keeper(free_port)
    keeper.held[WANTED.sop_uid] = Kept(*KIND, DATA)
    return keeper


@pytest.fixture
def server(keeper: Keeper) -> Iterator[FaultServer]:
    with FaultServer(keeper.behave) as server:
        yield server


def got(server: FaultServer, most: int = MOST) -> Fetched:
    getting = Getting(server.destination, KIND, most)
    fetched = getting.fetch(WANTED)
    getting.release()
    return fetched


def moved(server: FaultServer, port: int) -> Fetched:
    moving = Moving(server.destination, MOST)
    with Listener("TESTER", port, moving.store, address="127.0.0.1"):
        fetched = moving.fetch(WANTED)
    moving.release()
    return fetched


def bytes_of(fetched: Fetched) -> bytes | None:
    return None if fetched.received is None else fetched.received.data


# Both ways


@pytest.fixture(params=["C-GET", "C-MOVE"])
def fetch(request: pytest.FixtureRequest, server: FaultServer, free_port: int) -> Callable[[], Fetched]:
    return (lambda: got(server)) if request.param == "C-GET" else lambda: moved(server, free_port)


def test_an_instance_comes_byte_for_byte(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    fetched = fetch()
    assert (fetched.status, fetched.transfer_syntax, bytes_of(fetched)) == (0, KIND[1], DATA)
    assert keeper.answers == [0]


def test_one_instance_is_requested_by_the_book(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    fetch()
    (asked,) = keeper.asked
    keys = {element.keyword: element.value for element in asked.keys}
    assert keys == {
        "QueryRetrieveLevel": "IMAGE",
        "StudyInstanceUID": "1.2.3",
        "SeriesInstanceUID": "1.2.3.4",
        "SOPInstanceUID": "1.2.3.4.5",
    }
    moves = asked.message.command.CommandField == 0x0021
    assert asked.place.strip() == ("TESTER" if moves else "")


def test_one_that_is_not_there_does_not_come(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    keeper.held.clear()
    assert fetch() == Fetched(NOT_FOUND)


def test_the_syntax_in_which_it_came_is_told(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    keeper.held[WANTED.sop_uid] = Kept(CT, IMPLICIT_LITTLE_ENDIAN, DATA)
    assert fetch().transfer_syntax == IMPLICIT_LITTLE_ENDIAN


def test_something_else_is_not_taken_for_it(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    def give_another(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        keeper.store(peer, "1.2.3.4.6", Kept(*KIND, DATA))
        keeper.end(peer, asked, 0)

    def send_another(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        keeper.deliver(asked, "1.2.3.4.6", Kept(*KIND, DATA))
        keeper.end(peer, asked, 0xB000)

    keeper.get, keeper.move = give_another, send_another
    assert fetch().received is None
    assert keeper.answers == [0x0124]


def test_answers_in_between_are_passed_over(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    def slowly(then: Callable[[Keeper, Peer, Asked], None]) -> Callable[[Keeper, Peer, Asked], None]:
        def act(keeper: Keeper, peer: Peer, asked: Asked) -> None:
            keeper.end(peer, asked, 0xFF00)
            keeper.end(peer, asked, 0xFF00)
            then(keeper, peer, asked)

        return act

    keeper.get, keeper.move = slowly(keeper.get), slowly(keeper.move)
    assert bytes_of(fetch()) == DATA


def test_a_list_of_what_failed_is_not_taken_for_the_instance(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    def fail(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        keeper.end(peer, asked, 0xB000, data=b"\x08\0\x58\0\x0a\0\0\x001.2.3.4.5\0")

    keeper.get = keeper.move = fail
    assert fetch() == Fetched(0xB000)


def test_a_pacs_that_breaks_off_is_an_error(fetch: Callable[[], Fetched], keeper: Keeper) -> None:
    def gone(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        raise Gone

    keeper.get = keeper.move = gone
    with pytest.raises(AssociationAborted):
        fetch()


def refuse_the_role(keeper: Keeper) -> None:
    keeper.roles, keeper.refused = False, (MOVE,)


@pytest.mark.parametrize(
    "refuse",
    [
        lambda keeper: setattr(keeper, "refused", (GET, MOVE)),
        lambda keeper: setattr(keeper, "refused", (CT, MOVE)),
        refuse_the_role,
    ],
    ids=["service", "kind", "role"],
)
def test_a_pacs_that_does_not_offer_it_says_so(
    refuse: Callable[[Keeper], None], fetch: Callable[[], Fetched], server: FaultServer, keeper: Keeper
) -> None:
    refuse(keeper)
    with pytest.raises(NoContext):
        fetch()
    server.settle()
    assert server.releases == 1


def test_the_pacs_that_answers_queries_gets_the_request(keeper: Keeper, server: FaultServer) -> None:
    elsewhere = FindService("127.0.0.1", server.destination.port, "FAULTY")
    destination = replace(server.destination, port=1, find=elsewhere)
    getting = Getting(destination, KIND, MOST)
    assert bytes_of(getting.fetch(WANTED)) == DATA
    getting.release()
    Moving(destination, MOST).release()


# C-GET


def test_of_a_large_one_only_the_hash_is_kept(server: FaultServer) -> None:
    received = got(server, most=len(DATA) - 1).received
    assert received is not None
    assert (received.data, received.size, received.sha256) == (None, len(DATA), hashlib.sha256(DATA).digest())


def test_a_data_set_that_is_as_large_as_may_be_is_kept() -> None:
    received = Received(4)
    received.write(b"ab")
    received.write(b"cd")
    assert received.data == b"abcd"
    received.write(b"e")
    assert received.data is None


def test_several_come_over_one_association(server: FaultServer) -> None:
    getting = Getting(server.destination, KIND, MOST)
    assert [bytes_of(getting.fetch(WANTED)) for _ in range(3)] == [DATA] * 3
    getting.release()


def test_it_is_stopped_in_the_midst_of_an_instance(keeper: Keeper, server: FaultServer) -> None:
    def endless(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        keeper.begin(peer, asked.uid, Kept(*KIND, DATA))
        while not peer.server.ending.is_set():
            peer.send(p_data((5, 0, bytes(16000))))  # the third context, behind two of C-GET
            peer.server.reach()

    keeper.get = endless
    getting = Getting(server.destination, KIND, MOST)
    ended: list[BaseException] = []

    def fetch() -> None:
        try:
            getting.fetch(WANTED)
        except Stopped as stopped:
            ended.append(stopped)

    thread = threading.Thread(target=fetch)
    thread.start()
    server.await_reached()
    getting.kill()
    thread.join(10)
    assert len(ended) == 1


# C-MOVE


def test_one_that_comes_after_the_last_answer_is_waited_for(
    keeper: Keeper, server: FaultServer, free_port: int
) -> None:
    heard = threading.Event()

    def late(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        keeper.end(peer, asked, 0)
        keeper.deliver(asked, asked.uid, keeper.held[asked.uid])
        heard.set()

    keeper.move = late
    moving = Moving(server.destination, MOST)
    with Listener("TESTER", free_port, moving.store, address="127.0.0.1"):
        assert bytes_of(moving.fetch(WANTED)) == DATA
        assert heard.wait(20)  # its answer is on the way; whoever stops listening now would cut it off
    moving.release()


def test_a_place_that_is_not_known_is_told(keeper: Keeper, server: FaultServer, free_port: int) -> None:
    keeper.port = 0
    assert moved(server, free_port) == Fetched(NO_SUCH_PLACE)


def test_who_waits_for_one_that_does_not_come_can_stop(keeper: Keeper, server: FaultServer) -> None:
    def nothing(keeper: Keeper, peer: Peer, asked: Asked) -> None:
        keeper.end(peer, asked, 0)
        peer.server.reach()

    keeper.move = nothing
    moving = Moving(server.destination, MOST)

    def stop() -> None:
        server.await_reached()
        moving.kill()

    threading.Thread(target=stop).start()
    with pytest.raises(Stopped):
        moving.fetch(WANTED)
