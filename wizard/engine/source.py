"""Step 2, Source: walk the folders, read every file's header, and write the ledger's entries.

What earlier readings know and what has not changed (size, time) is not opened again. What was written in the last two
minutes may still be in the making: it is set aside, and looked at again at the end.
"""

from __future__ import annotations

import functools
import os
import time
from dataclasses import dataclass, field
from typing import Callable, Iterator, TypeVar

from wizard.engine import hands, identity, migration, reading, walk
from wizard.engine.events import Events, Progress
from wizard.engine.hands import Hands
from wizard.engine.job import Control
from wizard.engine.walk import File
from wizard.errors import YOU, SourceError
from wizard.manifest import decisions, entries, ledger, tree
from wizard.manifest.entries import Verdict
from wizard.manifest.manifest import Manifest
from wizard.manifest.reading import Entry, Reading

_AT_A_TIME = 128  # files handed to a thread
_WRITTEN = 1024  # files, or
_SECONDS = 0.25  # at most, between two transactions
_YOUNG = 120 * 10**9  # nanoseconds
_SET_ASIDE = "written in the last two minutes: it is looked at again when all others have been read"
_BEING_WRITTEN = "it is still being written: read the source again later"
_READ_LATER = "; it was written less than two minutes before: read the source again later"

Task = TypeVar("Task")
Result = TypeVar("Result")


@dataclass
class _Batch:
    """Files for a thread, and what it made of them. `current` is for the screen."""

    files: list[tuple[int, bytes, File]] = field(default_factory=list)
    entries: list[Entry] = field(default_factory=list)
    unchanged: list[tuple[int, bytes]] = field(default_factory=list)
    changed: list[tuple[int, bytes]] = field(default_factory=list)
    opened: int = 0
    current: bytes = b""

    @property
    def count(self) -> int:
        return len(self.entries) + len(self.unchanged)


def run(manifest: Manifest, control: Control, events: Events) -> ledger.Balance:
    """Read the source folders of a migration, or go on where an earlier reading ended.

    Raises
    ------
    SourceError
        A source folder is gone. What was read until then is kept, and nothing is said of the rest.
    ManifestError, Stopped
    """
    with manifest.running("source"):
        step = _Step(manifest, control, events)
        step.read_all()
        step.look_again()
        step.reading.end()
        step.sort_out_same_uid()
        decisions.apply(manifest)
        entries.count_series(manifest)
        tree.set_filter(manifest, tree.get_filter(manifest))  # what is new may lie outside it
        step.report(over=True)
    return ledger.balance(manifest)


class _Step:
    """One reading: the threads read, this one writes and reports."""

    def __init__(self, manifest: Manifest, control: Control, events: Events) -> None:
        self.reading = Reading(manifest)
        self._manifest, self._control, self._events = manifest, control, events
        self._roots = [os.fsencode(root) for root in migration.source_folders(manifest)]
        self._started = self._written = time.monotonic()
        self._reported = 0.0
        self._counts: dict[str, int] = {"files": 0, "images": 0, "problems": 0}
        self._bytes = 0
        self._read: list[_Batch] = []
        self._current = b""
        self._beat: Callable[[], None] = lambda: None

    # What the threads do

    def read_all(self) -> None:
        for batch in self._with_hands(self._walk(), self._read_batch):
            self._take(batch)
        self._write()

    def look_again(self) -> None:
        """Read what was set aside, unless it is still growing."""
        for batch in self._with_hands(self._aside(), self._read_batch):
            self._counts["files"] -= batch.count  # they were counted when they were set aside
            self.reading.files -= batch.count
            self._take(batch)
        self._write()

    def sort_out_same_uid(self) -> None:
        """Tell exact duplicates from conflicts, by the data sets' hashes (only of those that share a UID)."""
        verdicts: list[Verdict] = []
        compared = self._with_hands(
            entries.same_uid(self._manifest), lambda group: list(identity.verdicts(group, self._beat))
        )
        for some in compared:
            verdicts.extend(some)
        entries.sort_out(self._manifest, verdicts)

    def _with_hands(self, tasks: Iterator[Task], work: Callable[[Task], Result]) -> Iterator[Result]:
        crew = Hands(tasks, work, self._control, self._nothing_comes)
        self._beat = crew.beat
        return crew.results()

    def _walk(self) -> Iterator[_Batch]:
        """Batches of files, of one folder or of several."""
        for root in self._roots:
            self._must_hold_something(root)
        batch = _Batch()
        for folder in walk.walk(self._roots):
            self._beat()
            self._current = folder.path
            row = self.reading.folder(folder.path, folder.error)
            known = self.reading.known(row, [file.name for file in folder.files])
            within = os.path.join(folder.path, b"")
            now = time.time_ns()
            for file in folder.files:
                before = known.get(file.name)
                if before is not None:
                    same = before[:2] == (file.size, file.mtime_ns)
                    if same and before.bucket not in ("unreadable", "changed"):
                        batch.unchanged.append((row, file.name))
                        continue
                    batch.changed.append((row, file.name))
                if -_YOUNG < now - file.mtime_ns < _YOUNG and not file.oddity:
                    batch.entries.append(_set_aside(row, file))
                else:
                    batch.files.append((row, within + file.name, file))
                if len(batch.files) + batch.count >= _AT_A_TIME:
                    batch.current = folder.path
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
            batch = _Batch(current=rows[-1]["path"])
            for row in rows:
                path = os.path.join(row["path"], row["name"])
                was = File(row["name"], row["size"], row["mtime_ns"])
                now = reading.look(path, row["name"])
                if now == was:
                    batch.files.append((row["folder"], path, now))
                elif now.error:
                    batch.entries.append(reading.unreadable(row["folder"], now, OSError(now.error)))
                else:
                    batch.entries.append(_set_aside(row["folder"], now, _BEING_WRITTEN))
            yield batch

    def _read_batch(self, batch: _Batch) -> _Batch:
        now = time.time_ns()
        for folder, path, file in batch.files:
            entry = reading.read(folder, path, file, functools.partial(self._blame, path))
            if entry.bucket == "damaged" and -_YOUNG < now - file.mtime_ns < _YOUNG:
                entry = entry._replace(reason=entry.reason + _READ_LATER, who=YOU)
            batch.entries.append(entry)
            batch.opened += not (file.oddity or file.error)
            self._beat()
        return batch

    def _blame(self, path: bytes, error: OSError) -> None:
        """Before a file is called unreadable: is its source folder still there?"""
        for root in self._roots:
            if path.startswith(root):
                walk.still_there(root)

    def _must_hold_something(self, root: bytes) -> None:
        """A folder that was full and is empty now is most likely a share that is not connected."""
        if self.reading.held(root) and walk.is_empty(root):
            raise SourceError(
                f"The folder {os.fsdecode(root)} is empty now, and was not when it was read before. Check that the "
                "drive or share is connected, then read again. Nothing is lost."
            )

    # What this one does

    def _take(self, batch: _Batch) -> None:
        self._read.append(batch)
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
        self._counts["images"] += sum(entry.bucket == "pending" for entry in added)
        self._counts["problems"] += sum(
            entry.bucket in ledger.EXCEPTIONS[1:] and entry.topic != "young" for entry in added
        )
        self._bytes += sum(entry.size for entry in added if entry.topic != "young")
        self.report()

    def _nothing_comes(self, seconds: float) -> None:
        if self._read and time.monotonic() - self._written > _SECONDS:
            self._write()
        waiting = ""
        if seconds > hands.SILENCE:
            waiting = (
                f"The folder {os.fsdecode(self._current)} has not answered for {seconds:.0f} seconds. Waiting. "
                "Check that the drive or share is connected."
            )
        self.report(waiting)

    def report(self, waiting: str = "", over: bool = False) -> None:
        now = time.monotonic()
        if now - self._reported < 0.2 and not over:
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


def _set_aside(folder: int, file: File, why: str = _SET_ASIDE) -> Entry:
    return Entry(folder, file.name, file.size, file.mtime_ns, "changed", why, YOU, topic="young")
