"""Being a reader: the process at the other end of a `readers.Reader`. It loads as little as it can, to be up soon.

What goes to and fro is plain (numbers, texts, bytes, tuples), and both ends are the same Python: marshal is enough.
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

ARGUMENT = "read-files"  # of this program, when it is to be one
READY = b"ready"
_PLACE = Entry._fields.index("place")
_SIGN_OF_LIFE = 0.5  # seconds, at most, between two parts of an answer


def serve() -> int:
    """Be a reader: batches come on standard input, entries go to standard output, until there is no more input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that started this one
    come, go = sys.stdin.buffer, sys.stdout.buffer
    readonly.protect(take(come))
    go.write(READY)
    go.flush()
    while True:
        try:
            batch = take(come)
        except EOFError:
            return 0
        entries: list[Entry] = []
        since = time.monotonic()
        for folder, path, *file in batch:
            entries.append(read_file.read(folder, path, File(*file)))
            if time.monotonic() - since > _SIGN_OF_LIFE:
                _answer(go, entries)
                entries, since = [], time.monotonic()
        _answer(go, entries)


def _answer(go: IO[bytes], entries: Sequence[Entry]) -> None:
    rows: list[tuple[Any, ...]] = []
    place: Place | None = None
    plain: tuple[Any, ...] | None = None
    for entry in entries:
        if entry.place is not place:  # one tuple for all of a series: marshal sends it once
            place, plain = entry.place, None if entry.place is None else tuple(entry.place)
        rows.append((*entry[:_PLACE], plain, *entry[_PLACE + 1 :]))
    give(go, rows)


def give(pipe: IO[bytes], what: Any) -> None:
    """Send something plain to the other end."""
    content = marshal.dumps(what)
    pipe.write(len(content).to_bytes(8, "big") + content)
    pipe.flush()


def take(pipe: IO[bytes]) -> Any:
    """Receive what the other end gave.

    Raises
    ------
    EOFError
        There is no other end any more.
    """
    size = int.from_bytes(pipe.read(8), "big")
    content = pipe.read(size)
    if not size or len(content) < size:
        raise EOFError
    return marshal.loads(content)
