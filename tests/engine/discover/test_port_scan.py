"""Trying many ports: at a limited rate, within bounds, and nowhere else."""

from __future__ import annotations

import time
from contextlib import ExitStack

import pytest

from tests.engine.sockets import watched
from tests.engine.stage import Watcher, finished, started
from tests.faults.silent import closed, filtered, mute
from wizard.dicom import connecting
from wizard.dicom.destination import Destination
from wizard.engine.discover import port_scan
from wizard.engine.discover.port_scan import PortScan
from wizard.engine.facts import FoundPort
from wizard.engine.job import Control
from wizard.errors import NameNotResolved, Stopped
from wizard.language.message import Message


def seen(host: str, port: int) -> FoundPort:
    return FoundPort(host, port, "silent", Message("It says nothing."))


def addresses(count: int) -> list[str]:
    return [f"127.0.{number // 250}.{number % 250 + 1}" for number in range(count)]


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A tenth of the patience, at ten times the rate."""
    monkeypatch.setattr(port_scan, "CONNECT_SECONDS", port_scan.CONNECT_SECONDS / 10)
    monkeypatch.setattr(port_scan, "PER_SECOND", port_scan.PER_SECOND * 10)
    monkeypatch.setattr(port_scan, "_BURST", port_scan._BURST * 10)


def test_open_closed_and_silent_ports_are_told_apart_and_all_are_counted(quick: None) -> None:
    watcher = Watcher()
    with mute() as open_port, closed() as closed_port, filtered() as silent_port:
        scan = PortScan(addresses(3), [open_port, closed_port, silent_port], seen, Control(), watcher)
        scan.run()
    assert scan.counts == {"closed": 3, "silent": 3, "not_tried": 0}
    assert {(one.host, one.port) for one in scan.found} == {(host, open_port) for host in addresses(3)}
    assert scan.tried == 9
    assert [fact for fact in watcher.facts if isinstance(fact, FoundPort)] == scan.found, "each is told as it is known"
    assert (watcher.states[-1].done, watcher.states[-1].total) == (9, 9)
    assert watcher.states[-1].counts == {"found": 3, "dicom": 0}


def test_a_network_of_silent_addresses_never_has_more_open_sockets_than_the_bound_nor_two_to_one_address(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = watched(monkeypatch)
    with filtered() as first, filtered() as second, mute() as third:
        ports = [first, second, third]
        scan = PortScan(addresses(400), ports, seen, Control(), Watcher())
        sockets.contacted.clear()
        sockets.most = sockets.left
        mine = sockets.left
        scan.run()
    assert scan.counts["silent"] == 800 and len(scan.found) == 400
    assert port_scan.MOST_OPEN / 2 < sockets.most - mine <= port_scan.MOST_OPEN
    assert sockets.most_to_one - mine <= 1
    assert sockets.contacted == {(host, port) for host in addresses(400) for port in ports}


def test_a_closer_look_counts_as_an_open_connection_too(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_scan, "MOST_OPEN", 4)
    under_way: list[int] = []
    most: list[int] = []

    def slow(host: str, port: int) -> FoundPort:
        under_way.append(1)
        most.append(len(under_way))
        time.sleep(0.05)
        under_way.pop()
        return seen(host, port)

    with mute() as port:
        PortScan(addresses(20), [port], slow, Control(), Watcher()).run()
    assert 1 < max(most) <= 4


def test_no_more_connections_are_begun_in_a_second_than_agreed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(port_scan, "PER_SECOND", 40)
    begun = time.monotonic()
    with closed() as port:
        PortScan(addresses(50), [port], seen, Control(), Watcher()).run()
    assert time.monotonic() - begun >= (50 - port_scan._BURST) / 40, "a burst, and then the rate"


def test_while_one_port_of_an_address_is_looked_at_no_other_of_it_is_tried(
    quick: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    sockets = watched(monkeypatch)
    looking: list[str] = []

    def slow(host: str, port: int) -> FoundPort:
        before = set(sockets.contacted)
        looking.append(host)
        time.sleep(0.1)
        assert not {(one, other) for one, other in sockets.contacted - before if one == host}
        return seen(host, port)

    with ExitStack() as stack:
        ports = [stack.enter_context(mute()) for _ in range(3)]
        scan = PortScan(addresses(2), ports, slow, Control(), Watcher())
        scan.run()
    assert len(looking) == 6


def test_stopping_takes_effect_at_once_and_leaves_nothing_open(monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = watched(monkeypatch)
    with filtered() as port:
        before = sockets.left
        watcher = Watcher()
        job = started(
            "scan", lambda control, events: PortScan(addresses(500), [port], seen, control, events).run(), watcher
        )
        while sockets.left - before < 50:
            assert job.running
            time.sleep(0.01)
        stopped = time.monotonic()
        job.control.stop()
        assert finished(job).outcome == "stopped"
        assert time.monotonic() - stopped < 1
        assert sockets.left == before


def test_a_name_is_tried_at_each_of_its_addresses(quick: None, monkeypatch: pytest.MonkeyPatch) -> None:
    def looked_up(destination: Destination) -> list[tuple[int, tuple[object, ...]]]:
        return [(2, (host, destination.port)) for host in ("127.0.0.1", "127.0.0.2", "127.0.0.3")]

    sockets = watched(monkeypatch)
    monkeypatch.setattr(connecting, "addresses", looked_up)
    with closed() as port:
        scan = PortScan(["pacs.example"], [port, port], seen, Control(), Watcher())
        scan.run()
        assert {host for host, _ in sockets.contacted} == {"127.0.0.1", "127.0.0.2", "127.0.0.3"}
    assert scan.counts == {"closed": 2, "silent": 0, "not_tried": 0}


def test_a_name_that_nobody_knows_is_said_before_anybody_is_contacted(monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = watched(monkeypatch)
    with pytest.raises(NameNotResolved, match=r"no\.\.such\.name"):
        PortScan(["127.0.0.1", "no..such.name"], [1], seen, Control(), Watcher()).run()
    assert sockets.contacted == set()


def test_what_cannot_be_reached_from_here_is_not_said_to_be_silent(quick: None) -> None:
    scan = PortScan(["100::1"], [104], seen, Control(), Watcher())  # discard-only (RFC 6666), or no IPv6 at all
    scan.run()
    assert scan.tried == 1 and not scan.found
    assert scan.counts["closed"] == 0


def test_a_stop_before_it_begins_contacts_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    sockets = watched(monkeypatch)
    control = Control()
    control.stop()
    with pytest.raises(Stopped):
        PortScan(["127.0.0.1"], [1], seen, control, Watcher()).run()
    assert sockets.contacted == set()
