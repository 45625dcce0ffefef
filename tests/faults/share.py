"""Serve a network share that misbehaves: a real folder, read-only through FUSE, by a process of its own.

The faults that a test requests (hang, fail, be slow) affect real system calls of the tested program, in any of its
threads. Nothing is cached, so that every call reaches the server.

The process ends, and the mount with it, when the test ends or dies: its standard input closes then.
"""

from __future__ import annotations

import ctypes
import importlib
import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from tests import SYSTEM_TOOLS, find_tool

EVERYTHING = ""
"""Instead of an operation or a path: all of them. Operations have the names of FUSE: getattr, readdir, open, read."""

_LONGEST = 30.0
"""Seconds that a call hangs. Nothing can kill a program that waits for a share, so the server gives up instead."""

_OPTIONS = {"direct_io": True, "entry_timeout": 0, "attr_timeout": 0, "negative_timeout": 0}


class NoShare(Exception):
    """This computer cannot mount a share; the text says why."""


class Seen(NamedTuple):
    """The calls that the server has received so far."""

    opens: int
    most_opens_at_once: int
    held: int
    """Calls that hang now."""


class Share:
    """The share, mounted while it is entered.

    Raises
    ------
    NoShare
        On entering.
    """

    def __init__(self, real: Path, mounted: Path) -> None:
        self.real, self.mounted = real, mounted

    def __enter__(self) -> Share:
        lack = lacking()
        if lack:
            raise NoShare(lack)
        self.mounted.mkdir()
        self._server = subprocess.Popen(
            [sys.executable, "-m", "tests.faults.share", str(self.real), str(self.mounted)],
            cwd=str(Path(__file__).resolve().parents[2]),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        assert self._server.stdout is not None and self._server.stderr is not None
        if not self._server.stdout.readline():
            why = self._server.stderr.read().decode("utf-8", "replace").strip()
            self._end()
            raise NoShare(f"the share cannot be mounted: {why.splitlines()[0] if why else 'no reason given'}")
        return self

    def __exit__(self, *exc: object) -> None:
        self._end()

    def hang(self, operation: str = EVERYTHING, after: int = 0) -> None:
        """Stop answering, after so many more calls of the operation."""
        self._ask("hang", operation, after)

    def fail(self, code: int, path: str = EVERYTHING, operation: str = EVERYTHING, after: int = 0) -> None:
        """Answer with an error number what concerns a path (relative, with slashes), after so many more calls."""
        self._ask("fail", operation, after, code, path)

    def delay(self, seconds: float) -> None:
        """Take so long for every open."""
        self._ask("delay", seconds)

    def go_on(self) -> None:
        """Be a good server again; what hangs is answered."""
        self._ask("go_on")

    def vanish(self) -> None:
        """Be gone, as after `umount`: the mount point is an empty folder now."""
        unmount(self.mounted)

    @property
    def seen(self) -> Seen:
        return self._ask("see")

    def _ask(self, *command: object) -> Seen:
        assert self._server.stdin is not None and self._server.stdout is not None
        self._server.stdin.write(json.dumps(command).encode() + b"\n")
        self._server.stdin.flush()
        return Seen(*json.loads(self._server.stdout.readline()))

    def _end(self) -> None:
        """Unmount lazily first: closing the server then frees every thread that still waits for an answer."""
        with self._server as server:
            unmount(self.mounted)
            assert server.stdin is not None
            server.stdin.close()
            try:
                server.wait(10)
            except subprocess.TimeoutExpired:
                server.kill()


def lacking() -> str:
    """Say what this computer lacks to mount such a share; nothing if it can be tried."""
    if not os.path.exists("/dev/fuse"):
        return "there is no /dev/fuse"
    if not find_tool("libfuse"):
        return f"libfuse is not installed (Debian package {SYSTEM_TOOLS['libfuse']})"
    try:
        importlib.import_module("mfusepy")
    except (ImportError, OSError) as error:
        return f"mfusepy cannot be used: {error}"
    return ""


def unmount(folder: Path) -> None:
    """Take the share away, also while somebody waits for it; nothing happens where none is mounted."""
    if os.geteuid() == 0:
        ctypes.CDLL(None).umount2(os.fsencode(folder), 2)  # MNT_DETACH; the program umount would look first, and hang
    else:
        command = [find_tool("fusermount") or "fusermount", "-u", "-z", str(folder)]
        subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


class _Server:
    """The file system, in front of mfusepy's class of all operations; each is called in a thread of libfuse."""

    use_ns = True

    def __init__(self, real: str) -> None:
        self._real = real
        self._lock = threading.Condition()
        self._hanging: tuple[str, int] | None = None
        self._failing: tuple[str, int, int, str] | None = None
        self._delay = 0.0
        self._opens = self._opening = self._most = self._held = 0

    def init(self, path: str) -> None:
        print("mounted", flush=True)

    def commanded(self, command: str, *arguments: Any) -> Seen:
        with self._lock:
            if command == "hang":
                self._hanging = (arguments[0], arguments[1])
            elif command == "fail":
                self._failing = (arguments[0], arguments[1], arguments[2], arguments[3])
            elif command == "delay":
                self._delay = arguments[0]
            elif command == "go_on":
                self._hanging = self._failing = None
                self._delay = 0.0
                self._lock.notify_all()
            return Seen(self._opens, self._most, self._held)

    def _misbehave(self, operation: str, path: str) -> None:
        with self._lock:
            if self._hanging and self._hanging[0] in (operation, EVERYTHING):
                name, after = self._hanging
                if after:
                    self._hanging = (name, after - 1)
                else:
                    self._held += 1
                    if not self._lock.wait_for(lambda: self._hanging is None, _LONGEST):
                        os._exit(1)
                    self._held -= 1
            if self._failing and self._failing[0] in (operation, EVERYTHING):
                name, after, code, where = self._failing
                if where in (path[1:], EVERYTHING):
                    if not after:
                        raise OSError(code, "")
                    self._failing = (name, after - 1, code, where)

    def getattr(self, path: str, handle: int | None = None) -> dict[str, int]:
        self._misbehave("getattr", path)
        status = os.stat(self._real + path)
        found = {f"st_{name}": getattr(status, f"st_{name}") for name in ("mode", "nlink", "uid", "gid", "size")}
        times = {f"st_{name}": getattr(status, f"st_{name}_ns") for name in ("atime", "mtime", "ctime")}
        return {**found, **times}

    def readdir(self, path: str, handle: int) -> Iterator[tuple[str, dict[str, int], int]]:
        self._misbehave("readdir", path)
        with os.scandir(self._real + path) as entries:
            for entry in entries:
                kind = stat.S_IFDIR if entry.is_dir() else stat.S_IFREG
                yield entry.name, {"st_mode": kind}, 0

    def open(self, path: str, flags: int) -> int:
        self._misbehave("open", path)
        with self._lock:
            self._opens += 1
            self._opening += 1
            self._most = max(self._most, self._opening)
        try:
            time.sleep(self._delay)
            return os.open(self._real + path, os.O_RDONLY)
        finally:
            with self._lock:
                self._opening -= 1

    def read(self, path: str, size: int, offset: int, handle: int) -> bytes:
        self._misbehave("read", path)
        return os.pread(handle, size, offset)

    def release(self, path: str, handle: int) -> None:
        os.close(handle)


def _obey(server: _Server, mounted: Path) -> None:
    for line in sys.stdin:
        print(json.dumps(server.commanded(*json.loads(line))), flush=True)
    unmount(mounted)
    os._exit(0)  # what still hangs is answered by the system: not connected


def main(real: str, mounted: str) -> None:
    fuse = importlib.import_module("mfusepy")
    server = type("Server", (_Server, fuse.Operations), {})(real)
    threading.Thread(target=_obey, args=(server, Path(mounted)), daemon=True).start()
    fuse.FUSE(server, mounted, foreground=True, ro=True, fsname="tests", **_OPTIONS)


if __name__ == "__main__":
    main(*sys.argv[1:])
