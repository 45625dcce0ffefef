"""Being a reader: the process at the other end of a `readers.Reader`. It loads as little as it can, to be up soon."""

from __future__ import annotations

import pickle
import signal
import sys
import time
from typing import IO, Sequence

from wizard.engine import reading, readonly
from wizard.engine.walk import File

ARGUMENT = "read-files"  # of this program, when it is to be one
READY = b"ready"
_SIGN_OF_LIFE = 0.5  # seconds, at most, between two parts of an answer


def serve() -> int:
    """Be a reader: batches come on standard input, entries go to standard output, until there is no more input."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C is for the program that started this one
    come, go = sys.stdin.buffer, sys.stdout.buffer
    readonly.protect(pickle.load(come))
    go.write(READY)
    go.flush()
    while True:
        try:
            batch = pickle.load(come)
        except EOFError:
            return 0
        entries: list[tuple[object, ...]] = []
        since = time.monotonic()
        for folder, path, *file in batch:
            entries.append(tuple(reading.read(folder, path, File(*file))))
            if time.monotonic() - since > _SIGN_OF_LIFE:
                _answer(go, entries)
                entries, since = [], time.monotonic()
        _answer(go, entries)


def _answer(go: IO[bytes], entries: Sequence[tuple[object, ...]]) -> None:
    pickle.dump(entries, go, 4)
    go.flush()
