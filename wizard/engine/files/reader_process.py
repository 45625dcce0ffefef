"""The process of a reader, at the other end of a `readers.Reader`. It imports as little as it can, to be up soon.

Both ends exchange plain values (numbers, texts, bytes, tuples) and are the same Python: marshal is enough.
"""

from __future__ import annotations

import marshal
import signal
import sys
import time
from typing import IO, Any, Sequence

from wizard.engine.files import read_file, readonly
from wizard.engine.files.walk import File
from wizard.manifest.entry import Entry, Place

ARGUMENT = "read-files"  # of this program, to run as a reader
READY = b"ready"
_PLACE = Entry._fields.index("place")
_SIGN_OF_LIFE = 0.5  # seconds, at most, between two parts of an answer


def serve() -> int:
    """Read batches of files from standard input and write their entries to standard output, until the input ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that started this one
    incoming, outgoing = sys.stdin.buffer, sys.stdout.buffer
    readonly.protect(receive(incoming))
    outgoing.write(READY)
    outgoing.flush()
    while True:
        try:
            batch = receive(incoming)
        except EOFError:
            return 0
        entries: list[Entry] = []
        since = time.monotonic()
        for folder, path, *file in batch:
            entries.append(read_file.read(folder, path, File(*file)))
            if time.monotonic() - since > _SIGN_OF_LIFE:
                _answer(outgoing, entries)
                entries, since = [], time.monotonic()
        _answer(outgoing, entries)


def _answer(outgoing: IO[bytes], entries: Sequence[Entry]) -> None:
    rows: list[tuple[Any, ...]] = []
    place: Place | None = None
    plain: tuple[Any, ...] | None = None
    for entry in entries:
        if entry.place is not place:  # one tuple for all of a series: marshal sends it once
            place, plain = entry.place, None if entry.place is None else tuple(entry.place)
        rows.append((*entry[:_PLACE], plain, *entry[_PLACE + 1 :]))
    send(outgoing, rows)


def send(pipe: IO[bytes], value: Any) -> None:
    """Send a plain value to the other end."""
    content = marshal.dumps(value)
    pipe.write(len(content).to_bytes(8, "big") + content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Receive a value from the other end.

    Raises
    ------
    EOFError
        The other end has closed the pipe.
    """
    size = int.from_bytes(pipe.read(8), "big")
    content = pipe.read(size)
    if not size or len(content) < size:
        raise EOFError
    return marshal.loads(content)
