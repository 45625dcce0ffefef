"""Run a PACS in a process of its own that records what it received in which state, and kills at a chosen moment.

It outlives the program that is killed, and what it stored outlives it when it is killed itself. Its journal has one
event a line, written at once, in the order of `time.monotonic`, which all processes of a computer share:

    began       a C-STORE request has come, and its data set has not, or not all of it
    received    its data set is here whole, and stored
    answering   success is about to be said
    answered    success was said
    asked       a query named this instance
    named       the answer to a query named it
    killing, killed     just before and just after the victim got its signal

Moments are counted in steps, never by the clock: each P-DATA-TF that came and each C-STORE that was answered is one.
No step at all is the first association request; one step more than there are is the first release after them.
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import json
import os
import queue
import signal
import socket
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Iterable, Iterator, NamedTuple

from pydicom.dataset import Dataset
from pydicom.uid import UID

from tests.engine.pacs import Pacs, listed
from tests.faults.server import FaultServer, Gone, Message, Peer, response
from wizard.dicom.destination import Destination

KILL: signal.Signals = signal.SIGTERM if sys.platform == "win32" else signal.SIGKILL
KILLED = int(KILL) if sys.platform == "win32" else -KILL
"""The signal that ends a process at once (on Windows by TerminateProcess), and the exit code of such a process."""

_DATA, _RELEASE = 4, 5  # types of PDU
_CANNOT_ASK = 0x0122


class Event(NamedTuple):
    """A line of the journal; `study` and `series` are those of what was received."""

    what: str
    time: float
    uid: str = ""
    study: str = ""
    series: str = ""


class Recorder:
    """The process, from outside. Enter it to start it.

    Parameters
    ----------
    folder : Path
        The folder of the data sets and the journal; both are kept for another start.
    seconds : float
        The time to store each image.
    queries : bool
        Whether it answers queries.
    """

    def __init__(self, folder: Path, port: int, seconds: float = 0.0, queries: bool = True) -> None:
        folder.mkdir(exist_ok=True)
        self.destination = Destination("127.0.0.1", port, "RECORDER")
        self._folder, self._errors = folder, folder / "errors"
        self._arguments = [str(folder), str(port), str(seconds), *(["--queries"] if queries else [])]

    def __enter__(self) -> Recorder:
        self.start()
        return self

    def __exit__(self, kind: object, error: object, trace: object) -> None:
        self._process.kill()
        self._process.communicate()
        errors = self._errors.read_text()
        print(errors, end="", file=sys.stderr)
        assert not errors or error is not None, errors

    def start(self) -> None:
        """Start it, or start it again after it was killed."""
        with open(self._errors, "a") as errors:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "tests.peers.recorder", *self._arguments],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                universal_newlines=True,
            )
        self._expect("listening")

    def arm(self, steps: int) -> None:
        """Kill the victim so many steps from now. Call it before the victim is started, and `aim` afterwards."""
        self._say(f"arm {steps}")
        self._expect("armed")

    def aim(self, pid: int | None = None) -> None:
        """Name the victim; without a number it is the recorder itself."""
        self._say(f"aim {self._process.pid if pid is None else pid}")

    def settle(self) -> None:
        """Wait until every connection has ended and what came on it is stored."""
        self._say("settle")
        self._expect("settled")

    def await_death(self) -> None:
        assert self._process.wait(60) == KILLED, self._errors.read_text()

    def steps(self) -> int:
        """Return the number of steps so far."""
        self._say("steps")
        return int(self._line())

    def events(self, *whats: str) -> list[Event]:
        """Return the events so far, or those of these sorts."""
        return [event for event in _journal(self._folder) if not whats or event.what in whats]

    def uids(self, *whats: str) -> set[str]:
        return {event.uid for event in self.events(*whats)}

    def stored(self) -> dict[str, bytes]:
        """SHA-256 of each data set that it has, by SOP Instance UID."""
        paths = self._folder.glob("*.data")
        return {path.name[: -len(".data")]: hashlib.sha256(path.read_bytes()).digest() for path in paths}

    def _say(self, text: str) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(text + "\n")
        self._process.stdin.flush()

    def _expect(self, word: str) -> None:
        line = self._line()
        assert line == word, f"{line!r} {self._errors.read_text()}"

    def _line(self) -> str:
        assert self._process.stdout is not None
        return self._process.stdout.readline().strip()


class _Recording(Pacs):
    """The process, from inside."""

    def __init__(self, folder: Path, seconds: float, queries: bool) -> None:
        super().__init__(begin=lambda peer, uid: self.note("began", uid), name=self._note_query)
        self._folder, self._seconds, self._queries = folder, seconds, queries
        self.kept = {event.uid: (event.study, event.series) for event in _journal(folder) if event.what == "received"}
        self._log = os.open(_log(folder), os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        self.steps = 0
        self.left: int | None = None
        self.victims: queue.SimpleQueue[int] = queue.SimpleQueue()
        self._counting = threading.Lock()
        self._fault_server = FaultServer(self._behave)  # not entered, because it would listen on another port each time
        self._threads: list[threading.Thread] = []

    def listen(self, port: int) -> None:
        """Take connections, in a thread, as long as the process lives."""
        listener = socket.create_server(("127.0.0.1", port))
        threading.Thread(target=self._take_connections, args=[listener], daemon=True).start()

    def settle(self) -> None:
        for thread in list(self._threads):
            thread.join()

    def note(self, what: str, uid: str = "", *more: str) -> None:
        os.write(self._log, (json.dumps([what, time.monotonic(), uid, *more]) + "\n").encode())

    def stepped(self, kind: int) -> None:
        """Count, and kill when it is time: before anything else is read or answered."""
        with self._counting:
            self.steps += kind == _DATA
            if self.left is None:
                return
            if kind == _DATA or (kind == _RELEASE and self.left == 1):
                self.left -= 1
            if self.left <= 0:
                victim = self.victims.get()
                self.note("killing")
                os.kill(victim, KILL)
                self.note("killed")
                self.left = None

    def _take_connections(self, listener: socket.socket) -> None:
        while True:
            connection, _ = listener.accept()
            self._threads.append(threading.Thread(target=self._converse, args=[connection], daemon=True))
            self._threads[-1].start()

    def _converse(self, connection: socket.socket) -> None:
        peer = _Watched(self, self._fault_server, connection)
        try:
            self._behave(peer)
        except Gone:
            pass  # the client was killed, or has ended
        finally:
            peer.close()

    def _store(self, peer: Peer, message: Message, syntax: UID) -> None:
        uid = str(message.command.AffectedSOPInstanceUID)
        partly = self._folder / f"{uid}.partly"
        partly.write_bytes(message.data)
        os.replace(partly, self._folder / f"{uid}.data")  # whole, or not at all
        self.keep(message, syntax)
        self.note("received", uid, *self.kept[uid])
        time.sleep(self._seconds)
        self.note("answering", uid)
        peer.send(response(message, 0))
        self.note("answered", uid)
        self.stepped(_DATA)

    def _note_query(self, keys: Dataset, found: list[str]) -> tuple[int, Iterable[str]]:
        for uid in listed(keys, "SOPInstanceUID"):
            self.note("asked", uid)
        if not self._queries:
            return _CANNOT_ASK, []
        for uid in found:
            self.note("named", uid)
        return 0, found


class _Watched(Peer):
    """A connection whose PDUs are counted."""

    def __init__(self, recording: _Recording, fault_server: FaultServer, connection: socket.socket) -> None:
        super().__init__(fault_server, connection)
        self._recording = recording

    def pdu(self) -> tuple[int, bytes]:
        kind, body = super().pdu()
        self._recording.stepped(kind)
        return kind, body


def _log(folder: Path) -> Path:
    return folder / "journal"


def _journal(folder: Path) -> Iterator[Event]:
    with contextlib.suppress(FileNotFoundError), open(_log(folder), encoding="ascii") as lines:
        for line in lines:
            yield Event(*json.loads(line))


def main() -> None:
    """Listen, and do what is said on standard input until it ends."""
    parser = argparse.ArgumentParser()
    parser.add_argument("folder", type=Path)
    parser.add_argument("port", type=int)
    parser.add_argument("seconds", type=float)
    parser.add_argument("--queries", action="store_true")
    options = parser.parse_args()
    recording = _Recording(options.folder, options.seconds, options.queries)
    recording.listen(options.port)
    print("listening", flush=True)
    for line in sys.stdin:
        word, *numbers = line.split()
        if word == "arm":
            recording.left = int(numbers[0])
            print("armed", flush=True)
        elif word == "aim":
            recording.victims.put(int(numbers[0]))
        elif word == "settle":
            recording.settle()
            print("settled", flush=True)
        elif word == "steps":
            print(recording.steps, flush=True)


if __name__ == "__main__":
    main()
