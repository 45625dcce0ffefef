"""The way to a peer: from a host's name to an open connection, in slices, so that stopping need not wait for the
network."""

from __future__ import annotations

import contextlib
import os
import select
import socket
import time
from typing import Callable

from wizard.dicom.destination import Destination
from wizard.dicom.wire import Wire
from wizard.errors import NameNotResolved, Stopped, Unreachable


def connect(destination: Destination, seconds: float, cancelled: Callable[[], bool] = lambda: False) -> Wire:
    """Open a TCP connection to any address of the host.

    Raises
    ------
    NameNotResolved, Unreachable, Stopped
    """
    reason = "no address"
    for family, address in addresses(destination):
        try:
            connection = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:  # the name has an IPv6 address and this computer has none
            reason = str(error)
            continue
        try:
            _connect(connection, address, seconds, cancelled)
            return Wire(connection, cancelled)
        except OSError as error:
            connection.close()
            reason = str(error)
        except BaseException:
            connection.close()
            raise
    raise Unreachable(
        f"Nothing answers at {destination.address}. Check the address and the port, that the new PACS is running, "
        "and that no firewall is in between.",
        reason,
    )


def addresses(destination: Destination) -> list[tuple[int, tuple[object, ...]]]:
    """The addresses of the destination's host, as (family, socket address).

    Raises
    ------
    NameNotResolved
    """
    try:
        found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotResolved(
            f"No computer named “{destination.host}” is known here. Check the spelling, or type its address.",
            str(error),
        ) from error
    return [(family, address) for family, _, _, _, address in found]


def _connect(
    connection: socket.socket, address: tuple[object, ...], seconds: float, cancelled: Callable[[], bool]
) -> None:
    """Connect in slices, so that stopping need not wait for the network."""
    connection.setblocking(False)
    with contextlib.suppress(BlockingIOError):
        connection.connect(address)
    deadline = time.monotonic() + seconds
    while True:
        _, writable, failed = select.select([], [connection], [connection], 0.1)
        if writable or failed:
            error = connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
            if error:
                raise OSError(error, os.strerror(error))
            return
        if cancelled():
            raise Stopped
        if time.monotonic() > deadline:
            raise socket.timeout(f"no connection within {seconds:g} s")
