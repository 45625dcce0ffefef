"""Simulate a clinic's network for a test: two network namespaces joined by a virtual cable.

The program runs in one of them, at 198.51.100.250; the servers of the clinic run in the other, at addresses of
198.51.100.0/24 (RFC 5737), where all frames of the program's side are captured. Nothing reaches the network of this
computer.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
import subprocess
import threading
import time
from pathlib import Path
from typing import Any, Callable, Iterator, NamedTuple, TypeVar

_CLONE_NEWNET = 0x40000000
_EVERY_FRAME = 0x0003  # ETH_P_ALL
_IPV4, _ARP = 0x0800, 0x0806
_TCP = 6

_Result = TypeVar("_Result")


class Heard(NamedTuple):
    """The frames of the program's side: (address, TCP port) of each begun connection, the addresses that were looked
    for (ARP), and all others."""

    connections: set[tuple[str, int]]
    looked_for: set[str]
    others: set[str]


class Clinic:
    """The two namespaces, by their names."""

    def __init__(self) -> None:
        self.program, self.clinic = f"program-{os.getpid()}", f"clinic-{os.getpid()}"

    def inside(self, act: Callable[[], _Result], where: str = "") -> _Result:
        """Call a function in a thread that is in a namespace, the program's if no other is named."""
        results: list[Any] = []
        errors: list[BaseException] = []

        def run() -> None:
            try:
                _enter(where or self.program)
                results.append(act())
            except BaseException as error:
                errors.append(error)

        thread = threading.Thread(target=run, name="in-namespace")
        thread.start()
        thread.join()
        if errors:
            raise errors[0]
        result: _Result = results[0]
        return result

    def command(self, *arguments: object) -> list[str]:
        """A command line that runs in the program's namespace."""
        return ["ip", "netns", "exec", self.program, *map(str, arguments)]

    @contextlib.contextmanager
    def server(self, address: str, port: int, *command: object) -> Iterator[None]:
        """A server in the clinic, from the moment it listens until the end of the block."""
        process = subprocess.Popen(
            ["ip", "netns", "exec", self.clinic, *map(str, command)],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        try:
            end = time.monotonic() + 30
            while self.inside(lambda: _connects(address, port), self.clinic):
                assert process.poll() is None and time.monotonic() < end, f"{command[0]} does not listen"
                time.sleep(0.02)
            yield
        finally:
            process.kill()
            process.wait()

    @contextlib.contextmanager
    def hearing(self) -> Iterator[Heard]:
        """Record every frame that leaves the program's side."""
        heard, ending = Heard(set(), set(), set()), threading.Event()
        line = self.inside(_listening, self.clinic)
        thread = threading.Thread(target=_hear, args=[line, heard, ending], name="hearing")
        thread.start()
        try:
            yield heard
        finally:
            ending.set()
            thread.join()
            line.close()


@contextlib.contextmanager
def clinic(*addresses: int) -> Iterator[Clinic]:
    """The two networks; `addresses` are the last numbers of those at which there is a computer."""
    made = Clinic()
    try:
        for name in (made.program, made.clinic):
            _ip("netns", "add", name)
            off = "for one in /proc/sys/net/ipv6/conf/*/disable_ipv6; do echo 1 > $one; done"
            subprocess.run(["ip", "netns", "exec", name, "sh", "-c", off], check=True)
        _ip("-n", made.program, "link", "add", "near", "type", "veth", "peer", "name", "far", "netns", made.clinic)
        _ip("-n", made.program, "address", "add", "198.51.100.250/24", "dev", "near")
        for last in (1, *addresses):
            _ip("-n", made.clinic, "address", "add", f"198.51.100.{last}/24", "dev", "far")
        for name, cable in ((made.program, "near"), (made.clinic, "far")):
            _ip("-n", name, "link", "set", "lo", "up")
            _ip("-n", name, "link", "set", cable, "up")
        _ip("-n", made.program, "route", "add", "default", "via", "198.51.100.1")
        yield made
    finally:
        for name in (made.program, made.clinic):
            if Path("/run/netns", name).exists():
                _ip("netns", "delete", name)


def _ip(*arguments: str) -> None:
    subprocess.run(["ip", *arguments], check=True)


def _enter(namespace: str) -> None:
    """Bring this thread into a namespace, and those that it starts."""
    with open(f"/run/netns/{namespace}") as file:
        libc = ctypes.CDLL(None, use_errno=True)
        if libc.setns(file.fileno(), _CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), os.strerror(ctypes.get_errno()), namespace)


def _connects(address: str, port: int) -> int:
    with socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port))


def _listening() -> socket.socket:
    line = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, socket.htons(_EVERY_FRAME))
    line.bind(("far", 0))
    line.settimeout(0.1)
    return line


def _hear(line: socket.socket, heard: Heard, ending: threading.Event) -> None:
    while True:
        try:
            frame, (_, _, how, *_) = line.recvfrom(65536)
        except socket.timeout:
            if ending.is_set():
                return
            continue
        if how == 4:  # PACKET_OUTGOING: from the clinic
            continue
        (kind,) = struct.unpack_from(">H", frame, 12)
        if kind == _ARP:
            heard.looked_for.add(socket.inet_ntoa(frame[38:42]))
        elif kind == _IPV4 and frame[23] == _TCP:
            header = 14 + (frame[14] & 15) * 4
            if frame[header + 13] & 0x12 == 0x02:  # SYN without ACK
                (port,) = struct.unpack_from(">H", frame, header + 2)
                heard.connections.add((socket.inet_ntoa(frame[30:34]), port))
        else:
            heard.others.add(f"{kind:04x} {frame[:6].hex()}")
