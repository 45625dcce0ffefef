"""Images are retrieved by the service that the destination allows; it is found out once, and no request is in vain."""

from __future__ import annotations

import socket
from typing import Iterator

import pytest

from tests.faults.keeper import GET, MOVE, NOT_FOUND, Asked, Keeper, Kept
from tests.faults.server import FaultServer, Gone, Peer
from wizard.dicom import wire
from wizard.dicom.contexts import IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.retrieve import WantedInstance
from wizard.engine.job import Control
from wizard.engine.verify.fetcher import FetchedImage, Fetcher
from wizard.errors import AssociationAborted, Unreachable, UsageError
from wizard.reasons import Reason

CT, MR = "1.2.840.10008.5.1.4.1.1.2", "1.2.840.10008.5.1.4.1.1.4"
HERE, THERE, LOST = "1.2.3.1", "1.2.3.2", "1.2.3.9"
DATA = b"data"
MOST = 1000


@pytest.fixture
def keeper(free_port: int) -> Keeper:
    keeper = Keeper(free_port)
    keeper.held[HERE] = keeper.held[THERE] = Kept(CT, IMPLICIT_LITTLE_ENDIAN, DATA)
    return keeper


@pytest.fixture
def server(keeper: Keeper) -> Iterator[FaultServer]:
    with FaultServer(keeper.behave) as server:
        yield server


@pytest.fixture
def fetcher(server: FaultServer, free_port: int) -> Iterator[Fetcher]:
    with Fetcher(server.destination, Control(), free_port, MOST) as fetcher:
        yield fetcher


def fetch(fetcher: Fetcher, uid: str, sop_class: str = CT, size: int = 10) -> FetchedImage:
    return fetcher.fetch(WantedInstance("1", "1.2", uid), (sop_class, IMPLICIT_LITTLE_ENDIAN), size)


def came(fetched: FetchedImage) -> bool:
    return fetched.received is not None and fetched.received.data == DATA


def ways(keeper: Keeper) -> str:
    """Each request: G or M."""
    return "".join("G" if asked.message.command.CommandField == 0x0010 else "M" for asked in keeper.asked)


def break_off(keeper: Keeper, peer: Peer, asked: Asked) -> None:
    raise Gone


def fail(keeper: Keeper, peer: Peer, asked: Asked) -> None:
    keeper.end(peer, asked, 0x0122)


def test_who_allows_c_get_is_asked_by_nothing_else(fetcher: Fetcher, keeper: Keeper, server: FaultServer) -> None:
    assert came(fetch(fetcher, HERE))
    assert fetch(fetcher, LOST).reason == Reason("not_returned_status", status="C000")
    assert came(fetch(fetcher, THERE))
    assert ways(keeper) == "GGG"
    assert server.releases == 0, "one association for all"


def test_an_association_is_opened_for_each_kind(fetcher: Fetcher, keeper: Keeper, server: FaultServer) -> None:
    keeper.held[THERE] = Kept(MR, IMPLICIT_LITTLE_ENDIAN, DATA)
    assert came(fetch(fetcher, HERE))
    assert came(fetch(fetcher, THERE, MR))
    assert server.releases == 1


@pytest.mark.parametrize("refuse", ["service", "role", "status", "abort"])
def test_where_c_get_is_refused_it_is_c_move_from_then_on(fetcher: Fetcher, keeper: Keeper, refuse: str) -> None:
    if refuse == "service":
        keeper.refused = (GET,)
    keeper.roles = refuse != "role"
    keeper.get = {"status": fail, "abort": break_off}.get(refuse, Keeper.give)
    assert came(fetch(fetcher, HERE))
    assert came(fetch(fetcher, THERE))
    assert not came(fetch(fetcher, LOST))
    assert ways(keeper) == ("GMMM" if refuse in ("status", "abort") else "MMM")


def test_one_that_was_not_there_first_does_not_settle_the_way(fetcher: Fetcher, keeper: Keeper) -> None:
    assert fetch(fetcher, LOST).reason == Reason("not_returned_status", status="C000")
    assert came(fetch(fetcher, HERE))
    assert not came(fetch(fetcher, LOST))
    assert ways(keeper) == "GMGG"


def test_success_without_an_image_is_no_refusal(fetcher: Fetcher, keeper: Keeper) -> None:
    keeper.get = lambda keeper, peer, asked: keeper.end(peer, asked, 0)
    assert fetch(fetcher, HERE).reason == Reason("not_returned")
    assert ways(keeper) == "G"


def test_a_kind_that_may_not_be_got_is_moved(fetcher: Fetcher, keeper: Keeper) -> None:
    keeper.refused = (MR,)
    keeper.held[THERE] = Kept(MR, IMPLICIT_LITTLE_ENDIAN, DATA)
    assert came(fetch(fetcher, HERE))
    assert came(fetch(fetcher, THERE, MR))
    assert ways(keeper) == "GM"


def test_who_allows_neither_says_so(fetcher: Fetcher, keeper: Keeper) -> None:
    keeper.refused = (GET, MOVE)
    assert fetch(fetcher, HERE).reason == Reason("not_retrievable")


def test_who_does_not_know_us_as_a_place_says_so(fetcher: Fetcher, keeper: Keeper) -> None:
    keeper.port, keeper.refused = 0, (GET,)
    assert fetch(fetcher, HERE).reason == Reason("move_place_not_known", status="A801")


def test_what_is_too_large_is_not_moved(fetcher: Fetcher, keeper: Keeper) -> None:
    assert came(fetch(fetcher, HERE, size=MOST + 1)), "by C-GET it comes whatever its size"
    keeper.refused = (MR,)
    assert fetch(fetcher, HERE, MR, MOST + 1).reason == Reason("too_large_to_fetch")
    assert ways(keeper) == "G"


# Losses


def test_an_association_that_was_lost_is_opened_again(fetcher: Fetcher, keeper: Keeper) -> None:
    assert came(fetch(fetcher, HERE))
    keeper.get = break_off
    assert fetch(fetcher, HERE).reason == Reason("connection_lost")
    assert fetch(fetcher, HERE).reason == Reason("connection_lost")
    keeper.get = Keeper.give
    assert came(fetch(fetcher, HERE))
    keeper.get = break_off
    assert fetch(fetcher, HERE).reason == Reason("connection_lost")
    assert ways(keeper) == "GGGGG"


def test_three_losses_in_a_row_are_enough(fetcher: Fetcher, keeper: Keeper) -> None:
    assert came(fetch(fetcher, HERE))
    keeper.get = break_off
    for _ in range(2):
        fetch(fetcher, HERE)
    with pytest.raises(AssociationAborted) as caught:
        fetch(fetcher, HERE)
    assert caught.value.sentence == wire.LOST, "it let us fetch before"


def test_who_breaks_off_at_everything_may_not_allow_it(fetcher: Fetcher, keeper: Keeper) -> None:
    keeper.get = keeper.move = break_off
    assert fetch(fetcher, HERE).reason == Reason("not_retrievable")
    with pytest.raises(AssociationAborted, match="ask the PACS administrator to allow C-GET"):
        fetch(fetcher, HERE)
    assert ways(keeper) == "GMG"


def test_who_cannot_be_reached_ends_it(fetcher: Fetcher, server: FaultServer) -> None:
    server.go_away()
    with pytest.raises(Unreachable):
        fetch(fetcher, HERE)


# Our listener


def test_a_port_that_is_in_use_matters_only_where_it_is_needed(keeper: Keeper, server: FaultServer) -> None:
    with socket.socket() as taken:
        taken.bind(("", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with Fetcher(server.destination, Control(), port, MOST) as fetcher:
            assert fetch(fetcher, LOST).reason == Reason("not_returned_status", status=f"{NOT_FOUND:04X}")
            assert came(fetch(fetcher, HERE))
            keeper.refused = (MR,)
            assert fetch(fetcher, THERE, MR).reason == Reason("not_retrievable")
        keeper.refused = (GET,)
        with Fetcher(server.destination, Control(), port, MOST) as fetcher, pytest.raises(UsageError, match="port"):
            fetch(fetcher, HERE)


def test_nothing_listens_any_more_afterwards(keeper: Keeper, server: FaultServer, free_port: int) -> None:
    keeper.refused = (GET,)
    with Fetcher(server.destination, Control(), free_port, MOST) as fetcher:
        assert came(fetch(fetcher, HERE))
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", free_port)) != 0
