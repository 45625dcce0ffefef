"""Test connecting to a peer: names, addresses, time-outs, and the socket option for Windows."""

from __future__ import annotations

import ctypes
import socket
import sys
import threading
from typing import Iterator

import pytest

from tests.dicom.conftest import Background
from tests.dicom.sending import destination, unanswering
from wizard.dicom.connecting import acknowledge_at_once, connect
from wizard.dicom.destination import Destination
from wizard.errors import IT, PACS_ADMINISTRATOR, YOU, ConnectionRefused, NameNotResolved, Stopped, Unreachable

pytestmark = pytest.mark.usefixtures("nothing_left")


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        made.listen()
        yield made


def test_nagles_algorithm_is_off(listener: socket.socket) -> None:
    made = connect(destination(listener), 5)
    assert made._socket.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)
    made.close()


def test_where_nothing_listens_is_unreachable(free_port: int) -> None:
    says = f"^The system at 127.0.0.1:{free_port} rejected the connection: nothing accepts"
    with pytest.raises(ConnectionRefused, match=says) as caught:
        connect(Destination("127.0.0.1", free_port, "PEER"), 5)
    assert (caught.value.who, caught.value.code) == (PACS_ADMINISTRATOR, "connection_refused")


@pytest.mark.parametrize("host", ["a" * 64 + ".example", "\N{SNOWMAN}" * 64])
def test_a_name_that_cannot_be_one_is_not_resolved(host: str) -> None:
    with pytest.raises(NameNotResolved, match="No computer named") as caught:
        connect(Destination(host, 104, "PEER"), 5)
    assert caught.value.who == YOU


def test_an_unknown_name_is_not_resolved(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    with pytest.raises(NameNotResolved, match="“newpacs”"):
        connect(Destination("newpacs", 104, "PEER"), 5)


def test_the_next_address_of_a_name_is_tried(
    listener: socket.socket, monkeypatch: pytest.MonkeyPatch, free_port: int
) -> None:
    found = [
        (12345, socket.SOCK_STREAM, 6, "", ("::1", 104)),  # a family that this computer does not have
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", free_port)),
        (socket.AF_INET, socket.SOCK_STREAM, 6, "", listener.getsockname()),
    ]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)
    connect(Destination("newpacs", 104, "PEER"), 5).close()
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found[:2])
    with pytest.raises(Unreachable):
        connect(Destination("newpacs", 104, "PEER"), 5)


def test_who_does_not_answer_in_time_is_unreachable() -> None:
    with unanswering() as nowhere, pytest.raises(Unreachable) as caught:
        connect(nowhere, 0.3)
    assert not isinstance(caught.value, ConnectionRefused) and caught.value.who == IT
    assert "no connection within 0.3 s" in caught.value.details


def test_connecting_can_be_stopped() -> None:
    stop = threading.Event()
    with unanswering() as nowhere:
        connecting = Background(lambda: connect(nowhere, 60, stop.is_set))
        stop.set()
        assert isinstance(connecting.error(within=2), Stopped)


@pytest.mark.parametrize("result", [0, -1])
def test_windows_is_asked_to_acknowledge_at_once_and_may_refuse(result: int, monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[object, ...]] = []

    class Library:
        def __init__(self, name: str) -> None:
            assert name == "ws2_32"

        class WSAIoctl:
            def __new__(cls, handle, code, value, size, *rest):  # type: ignore[no-untyped-def]
                asked.append((handle, code, value._obj.value, size, len(rest)))
                return result

    monkeypatch.setattr(sys, "platform", "win32")
    monkeypatch.setattr(ctypes, "WinDLL", Library, raising=False)
    with socket.socket() as connection:
        acknowledge_at_once(connection)
        assert asked == [(connection.fileno(), 0x98000017, 1, 4, 5)]
