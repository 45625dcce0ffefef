"""Step 2, Source: walk the folders, read every file's header, and write the ledger's entries.

A file that earlier readings know and that has not changed (size, time) is not opened again. A file that was written in
the last two minutes may still grow: it is set aside, and read at the end.
"""

from __future__ import annotations

import os
import time
from dataclasses import dataclass, field
from typing import Any, Callable, Iterator, Sequence

from wizard import reasons
from wizard.engine import migration
from wizard.engine.events import Events, Progress
from wizard.engine.files import availability, paths, read_file, walk
from wizard.engine.files.walk import File
from wizard.engine.job import Control
from wizard.engine.source import duplicates
from wizard.engine.source.readers import Reader
from wizard.engine.source.thread_pool import TaskT, ThreadPool, Worker
from wizard.errors import SourceError
from wizard.language.message import NOTHING, Message, Private
from wizard.manifest import decisions, entries, ledger, tree
from wizard.manifest.buckets import PROBLEMS
from wizard.manifest.entries import SameUid
from wizard.manifest.entry import Entry
from wizard.manifest.manifest import Manifest
from wizard.manifest.reading import Reading, held
from wizard.reasons import Reason
from wizard.vocabulary import Bucket, Topic

_AT_FIRST, _AT_A_TIME = 8, 128  # files handed to a thread: few until it is known whether the source is slow
_WRITTEN = 1024  # files, or
_SECONDS = 0.25  # at most, between two transactions
_REPORT = 0.2  # seconds between two snapshots for the screen
_YOUNG = 120 * 10**9  # nanoseconds

_READ_AGAIN = (Bucket.UNREADABLE, Bucket.CHANGED)  # although size and time are as they were


@dataclass
class _Batch:
    """Files for a thread, and the entries that it made of them. `current` is for the screen."""

    files: list[tuple[int, bytes, File]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    unchanged: list[tuple[int, bytes]] = field(default_factory=list)
    changed: list[tuple[int, bytes]] = field(default_factory=list)
    opened: int = 0
    current: bytes = b""
    again: bool = False

    @property
    def count(self) -> int:
        return len(self.entries) + len(self.unchanged)


def run(manifest: Manifest, control: Control, events: Events) -> ledger.Balance:
    """Read the source folders of a migration, or continue where an earlier reading ended.

    Raises
    ------
    SourceError
        A source folder is gone. The entries until then are kept, and nothing is recorded of the rest.
    ManifestError, Stopped
    """
    with manifest.running("source"):
        step = _Step(manifest, control, events)
        step.look_at_roots()
        step.read_all()
        step.look_again()
        step.reading.settle()
        step.sort_out_same_uid()
        decisions.apply(manifest)
        tree.set_filter(manifest, tree.get_filter(manifest))  # new series may lie outside it
        step.reading.end()
        step.report(over=True)
    return ledger.balance(manifest)


class _Worker(Reader):
    """Reads the files of a batch. Before one is called unreadable, it looks at the source folder itself."""

    def __init__(self, heartbeat: Callable[[], None], roots: Sequence[bytes]) -> None:
        super().__init__(heartbeat)
        self._roots = roots

    def work(self, batch: _Batch) -> _Batch:
        now = time.time_ns()
        unreadable, damaged = Bucket.UNREADABLE, Bucket.DAMAGED  # looked up once for many files
        entries = self.read(batch.files)
        for (_, path, file), entry in zip(batch.files, entries):
            if entry.bucket == unreadable:
                for root in self._roots:
                    if path.startswith(root):
                        availability.still_there(root)
            elif entry.bucket == damaged and _is_young(file, now):
                found = reasons.read(entry.reason_code, entry.reason_values)
                code, values = Reason("being_written", found=found or NOTHING).stored
                entry = entry._replace(reason_code=code, reason_values=values)
            batch.entries.append(entry)
            batch.opened += not (file.oddity or file.error)
        return batch


class _Look:
    """Looks at source folders, for one thread."""

    slow = False

    def __init__(self, manifest: Manifest) -> None:
        self._manifest = manifest

    def work(self, root: bytes) -> bytes:
        """Refuse a folder that was full and is empty now: most likely a share that is not connected."""
        if availability.is_empty(root) and held(self._manifest, root):
            raise SourceError(
                Message(
                    "The folder {folder} is empty now, and was not when it was read before. Check that the drive or "
                    "share is connected, then read the folders again.",
                    folder=Private(os.fsdecode(root)),
                )
            )
        return root

    def hurry(self) -> None:
        """Nothing to do: there are only a few folders."""

    def close(self) -> None:
        """There is nothing to close."""


class _Step:
    """One reading: the threads read, this one writes and reports."""

    def __init__(self, manifest: Manifest, control: Control, events: Events) -> None:
        self._manifest, self._control, self._events = manifest, control, events
        self._roots = [paths.stored_path(str(root)) for root in migration.source_folders(manifest)]
        self._started = self._written = time.monotonic()
        self._reported = 0.0
        self._counts: dict[str, int] = {"files": 0, "images": 0, "problems": 0}
        self._bytes = 0
        self._read: list[_Batch] = []
        self._current = self._roots[0]
        self._heartbeat: Callable[[], None] = lambda: None

    # Run in the threads

    def look_at_roots(self) -> None:
        """Look at each source folder: while one is away, nothing is written, and no file is called gone."""
        for root in self._in_threads(iter(self._roots), lambda: _Look(self._manifest)):
            self._current = root

    def read_all(self) -> None:
        self.reading = Reading(self._manifest)
        self._read_batches(self._walk())

    def look_again(self) -> None:
        """Read the files that were set aside, unless they still grow."""
        self._read_batches(self._aside())

    def sort_out_same_uid(self) -> None:
        """Tell exact duplicates from UID conflicts, by the hashes of the data sets that share a UID."""
        entries.forget_same_uid(self._manifest)
        outcomes: list[SameUid] = []
        for some in self._in_threads(entries.same_uid(self._manifest), lambda: duplicates.Comparer(self._heartbeat)):
            outcomes.extend(some)
            if len(outcomes) >= _WRITTEN:
                entries.sort_out(self._manifest, outcomes)
                outcomes = []
        entries.sort_out(self._manifest, outcomes)

    def _read_batches(self, batches: Iterator[_Batch]) -> None:
        for batch in self._in_threads(batches, lambda: _Worker(self._heartbeat, self._roots)):
            self._take(batch)
        self._write()

    def _in_threads(self, tasks: Iterator[TaskT], new_worker: Callable[[], Worker]) -> Iterator[Any]:
        pool: ThreadPool[TaskT, Any] = ThreadPool(tasks, new_worker, self._control, self._nothing_comes)
        self._heartbeat = pool.heartbeat
        return pool.results()

    def _walk(self) -> Iterator[_Batch]:
        """Batches of files, of one folder or of several."""
        batch, limit = _Batch(), _AT_FIRST
        for folder in walk.walk(self._roots):
            self._heartbeat()
            self._current = folder.path
            row = self.reading.folder(folder.path, folder.error)
            known = self.reading.known(row, [file.name for file in folder.files])
            within = os.path.join(folder.path, b"")
            now = time.time_ns()
            for file in folder.files:
                before = known.get(file.name)
                if before is not None:
                    same = before[:2] == (file.size, file.mtime_ns)
                    if same and before.bucket not in _READ_AGAIN:
                        batch.unchanged.append((row, file.name))
                        continue
                    batch.changed.append((row, file.name))
                if _is_young(file, now) and not file.oddity:
                    batch.entries.append(_set_aside(row, file))
                else:
                    batch.files.append((row, within + file.name, file))
                if len(batch.files) + batch.count >= limit:
                    batch.current, limit = folder.path, min(2 * limit, _AT_A_TIME)
                    yield batch
                    batch = _Batch()
        batch.current = self._current
        yield batch

    def _aside(self) -> Iterator[_Batch]:
        last = 0
        while True:
            rows = self.reading.young(last)
            if not rows:
                return
            last = rows[-1]["id"]
            batch = _Batch(current=rows[-1]["path"], again=True)
            for row in rows:
                path = os.path.join(row["path"], row["name"])
                was = File(row["name"], row["size"], row["mtime_ns"])
                now = read_file.look(path, row["name"])
                if now == was:
                    batch.files.append((row["folder"], path, now))
                elif now.error:
                    batch.entries.append(read_file.without_status(row["folder"], now))
                else:
                    batch.entries.append(_set_aside(row["folder"], now, "still_being_written"))
            yield batch

    # Run in the thread of the job

    def _take(self, batch: _Batch) -> None:
        self._read.append(batch)
        if batch.again:  # these were counted when they were set aside
            self.reading.files -= batch.count
        else:
            self._counts["files"] += batch.count
        self._current = batch.current
        late = time.monotonic() - self._written > _SECONDS
        if late or sum(batch.count for batch in self._read) >= _WRITTEN:
            self._write()

    def _write(self) -> None:
        read, self._read = self._read, []
        added = [entry for batch in read for entry in batch.entries]
        unchanged = [seen for batch in read for seen in batch.unchanged]
        changed = [seen for batch in read for seen in batch.changed]
        opened = sum(batch.opened for batch in read)
        if read:
            self.reading.add(added, unchanged, len(added) + len(unchanged), opened, changed)
        self._written = time.monotonic()
        young, pending = Topic.YOUNG, Bucket.PENDING
        settled = [entry for entry in added if entry.topic != young]
        self._counts["images"] += sum(entry.bucket == pending for entry in settled)
        self._counts["problems"] += sum(entry.bucket in PROBLEMS for entry in settled)
        self._bytes += sum(entry.size for entry in settled)
        self.report()

    def _nothing_comes(self, seconds: float) -> None:
        if self._read and time.monotonic() - self._written > _SECONDS:
            self._write()
        self.report(availability.silence(self._current, seconds))

    def report(self, waiting: Message = NOTHING, over: bool = False) -> None:
        now = time.monotonic()
        if now - self._reported < _REPORT and not over:
            return
        self._reported = now
        sums = self._manifest.row("SELECT (SELECT COUNT(*) FROM patient), (SELECT COUNT(*) FROM study)")
        assert sums is not None
        self._events.state(
            Progress(
                "source",
                done=self._counts["files"],
                bytes_done=self._bytes,
                seconds=now - self._started,
                current=os.fsdecode(self._current),
                waiting=waiting,
                counts={**self._counts, "patients": sums[0], "studies": sums[1]},
            )
        )


def _is_young(file: File, now: int) -> bool:
    return -_YOUNG < now - file.mtime_ns < _YOUNG


def _set_aside(folder: int, file: File, code: str = "set_aside") -> Entry:
    return Entry(folder, file.name, file.size, file.mtime_ns, Bucket.CHANGED, code, topic=Topic.YOUNG)
