"""Connect to a peer: resolve its host name, open a TCP connection, and encrypt it if the destination says so.

The waits are short slices, so that stopping does not wait for the network.
"""

from __future__ import annotations

import contextlib
import os
import select
import socket
import sys
import time
from typing import Callable

from wizard.dicom import certificates, tls
from wizard.dicom.destination import Destination
from wizard.dicom.wire import Wire
from wizard.errors import ConnectionRefused, NameNotResolved, Stopped, Unreachable
from wizard.language.message import Message

_SIO_TCP_SET_ACK_FREQUENCY = 0x98000017


def connect(destination: Destination, seconds: float, cancelled: Callable[[], bool] = lambda: False) -> Wire:
    """Open a TCP connection to any address of the host, and encrypt it if the destination says so.

    `seconds` limit each of the two.

    Raises
    ------
    NameNotResolved, Unreachable, ConnectionRefused, Stopped
    UsageError
        A file for the encryption is missing or wrong.
    TlsFailed, PeerTimeout, AssociationAborted
        A peer was reached, and no encrypted connection came about. No other address is tried then.
    """
    prepared = certificates.context(destination.tls) if destination.tls else None
    reason, refused = "no address", False
    for family, address in addresses(destination):
        try:
            connection = socket.socket(family, socket.SOCK_STREAM)
        except OSError as error:  # the name has an IPv6 address and this computer has none
            reason = str(error)
            continue
        try:
            _connect(connection, address, seconds, cancelled)
        except OSError as error:
            connection.close()
            reason, refused = str(error), refused or isinstance(error, ConnectionRefusedError)
            continue
        except BaseException:
            connection.close()
            raise
        acknowledge_at_once(connection)
        if prepared is not None:
            connection = tls.encrypted(connection, prepared, destination, seconds, cancelled)
        return Wire(connection, cancelled)
    if refused:
        raise ConnectionRefused(
            Message(
                "The system at {address} rejected the connection: nothing accepts connections at this port. Check the "
                "port, and that the new PACS is running.",
                address=destination.address,
            ),
            reason,
        )
    raise Unreachable(
        Message(
            "No response from {address}. Check the address and the port, that the new PACS is running, and that no "
            "firewall blocks the connection.",
            address=destination.address,
        ),
        reason,
    )


def addresses(destination: Destination) -> list[tuple[int, tuple[object, ...]]]:
    """Resolve the destination's host to (family, socket address) pairs.

    Raises
    ------
    NameNotResolved
    """
    try:
        found = socket.getaddrinfo(destination.host, destination.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise NameNotResolved(
            Message(
                "No computer named “{host}” was found. Check the spelling, or enter its address.", host=destination.host
            ),
            str(error),
        ) from error
    return [(family, address) for family, _, _, _, address in found]


def acknowledge_at_once(connection: socket.socket) -> None:
    """Make Windows acknowledge each segment at once, and not every second one or after 200 ms.

    Peers answer in two small writes, and those with Nagle's algorithm hold back the second one until the first is
    acknowledged. Where Windows refuses, copying is slower and still works. On other systems `Wire` does the same.
    """
    if sys.platform == "win32":
        import ctypes

        ioctl = ctypes.WinDLL("ws2_32").WSAIoctl
        ioctl.argtypes = [
            *(ctypes.c_size_t, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_uint32),
            *(ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p),
        ]
        every, got = ctypes.c_uint32(1), ctypes.c_uint32()
        ioctl(
            *(connection.fileno(), _SIO_TCP_SET_ACK_FREQUENCY, ctypes.byref(every), ctypes.sizeof(every)),
            *(None, 0, ctypes.byref(got), None, None),
        )


def _connect(
    connection: socket.socket, address: tuple[object, ...], seconds: float, cancelled: Callable[[], bool]
) -> None:
    """Connect in slices, so that stopping does not wait for the network."""
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
