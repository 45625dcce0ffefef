"""Reads files in processes of their own, so that every processor of this computer reads.

In one process Python runs on one processor, and reading would make the window wait. A reader begins at once, in the
thread that calls it, and hands over to its process when that is up; for a few files none is started. Where a process
cannot be started, or dies, the thread reads by itself again.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import threading
import time
from pathlib import Path
from typing import Callable, Sequence, Tuple

from wizard.engine.files import read_file, reader_process, readonly
from wizard.engine.files.walk import File
from wizard.manifest.entry import Entry
from wizard.start import again

_PATIENCE = 0.5  # seconds for a process to end
_SLOW = 0.002  # seconds for one file

FileToRead = Tuple[int, bytes, File]  # folder's row, path, the file as the walk listed it


class Reader:
    """Reads batches of files, for one thread.

    Parameters
    ----------
    heartbeat : callable
        Called whenever the source has answered.
    """

    def __init__(self, heartbeat: Callable[[], None]) -> None:
        self._heartbeat = heartbeat
        self._process: subprocess.Popen[bytes] | None = None
        self._ready = threading.Event()
        self._closed = False
        self.slow = False

    @property
    def is_up(self) -> bool:
        """Whether its process reads."""
        return self._process is not None and self._ready.is_set()

    def hurry(self) -> None:
        """Start the process, if there is none yet."""
        if self._process is None and not self._closed:
            self._start()

    def read(self, files: Sequence[FileToRead]) -> list[Entry]:
        """The entries of these files, in their order."""
        started = time.monotonic()
        process = self._process
        if process is not None and self._ready.is_set():
            try:
                entries = self._read_in_process(process, files)
            except (OSError, EOFError, ValueError, TypeError):
                self._end_process()
                entries = self._read_here(files)
        else:
            entries = self._read_here(files)
        self.slow = time.monotonic() - started > _SLOW * len(files)
        return entries

    def close(self) -> None:
        self._closed = True
        self._end_process()

    def _end_process(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            self._ready.clear()
            process.kill()
            with contextlib.suppress(subprocess.TimeoutExpired):  # it hangs in a share, and ends when that answers
                process.wait(_PATIENCE)

    def _read_here(self, files: Sequence[FileToRead]) -> list[Entry]:
        entries: list[Entry] = []
        for folder, path, file in files:
            if self._closed:
                break
            entries.append(read_file.read(folder, path, file))
            self._heartbeat()
        return entries

    def _read_in_process(self, process: subprocess.Popen[bytes], files: Sequence[FileToRead]) -> list[Entry]:
        assert process.stdin is not None and process.stdout is not None
        reader_process.send(process.stdin, [(folder, path, *file) for folder, path, file in files])
        entries: list[Entry] = []
        while len(entries) < len(files):
            entries.extend(map(Entry._make, reader_process.receive(process.stdout)))
            self._heartbeat()
        return entries

    def _start(self) -> None:
        environment = {**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[3])}
        try:
            self._process = subprocess.Popen(
                [*again.command(), reader_process.ARGUMENT],
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except OSError:
            return  # this thread reads on by itself
        threading.Thread(target=self._wait_until_up, args=(self._process,), daemon=True).start()

    def _wait_until_up(self, process: subprocess.Popen[bytes]) -> None:
        """Tell the process which folders are the source, and wait until it is up."""
        assert process.stdin is not None and process.stdout is not None
        try:
            reader_process.send(process.stdin, sorted(readonly.protected()))
            if process.stdout.read(len(reader_process.READY)) == reader_process.READY:
                self._ready.set()
        except (OSError, ValueError):  # it was ended meanwhile, or has failed
            return
