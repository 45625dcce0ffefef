"""The SQLite file of one migration: open it, keep others out, one writer, many readers.

The writer is a single connection that a lock hands from thread to thread; each reading thread has a read-only
connection of its own. Every `sqlite3` error leaves this module as a `ManifestError`, which stops the job.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any, Callable, Iterator, Sequence

from wizard.errors import ManifestError, ManifestInUse, NotAManifest, Stopped
from wizard.language import json_form
from wizard.language.message import Message, Private
from wizard.manifest import audit, in_flight, upgrade
from wizard.start.lock import FileLock

# Outcomes are inserted here first, so that one statement writes them to the entries: see queue.py.
_OUTCOME = "CREATE TEMP TABLE outcome (bucket, reason_code, reason_values, sha256, entry INTEGER PRIMARY KEY, counts)"


class Manifest:
    """An open manifest. Use it as a context manager, or call `close`.

    Parameters
    ----------
    path : Path
        The file; it is made when it does not exist, readable by this user only.

    Raises
    ------
    NotAManifest, NewerManifest, ManifestInUse, ManifestError
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._lock = threading.RLock()
        self._readers = threading.local()
        self._all: list[sqlite3.Connection] = []
        self._announced = False
        self._guard = _keep_others_out(path)
        try:
            self._writer = self._open()
        except BaseException:
            self._guard.release()
            raise

    def _open(self) -> sqlite3.Connection:
        with _mapped(self.path):
            if not self.path.exists():
                os.close(os.open(str(self.path), os.O_CREAT | os.O_RDWR, 0o600))
            upgrade.expect_manifest(self.path)
            writer = sqlite3.connect(str(self.path), timeout=30, isolation_level=None, check_same_thread=False)
            try:
                upgrade.bring_up_to_date(writer, self.path)
                writer.execute("PRAGMA journal_mode = WAL")
                writer.execute("PRAGMA synchronous = NORMAL")
                writer.execute("PRAGMA foreign_keys = ON")
                writer.execute("PRAGMA cache_size = -32000")  # kB: the index of UIDs is written all over
                writer.execute("PRAGMA temp_store = MEMORY")
                writer.execute(_OUTCOME)
                writer.execute("BEGIN IMMEDIATE")
                in_flight.settle(writer)
                writer.execute("COMMIT")
            except BaseException:
                writer.close()
                raise
        self._all.append(writer)
        return writer

    def __enter__(self) -> Manifest:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def announce(self, **details: Any) -> None:
        """Write into the audit trail that a person has opened this migration; `close` then writes there as well."""
        self.note(audit.OPENED, **details)
        self._announced = True

    def close(self) -> None:
        """Close every connection and let other programs in. May be called twice."""
        with self._lock:
            try:
                if self._announced:
                    self._announced = False
                    self.note(audit.CLOSED)
            finally:
                self._close_connections()
                self._guard.release()

    def put_away(self, folder: Path) -> Path:
        """Close the manifest, move its file and the copies of earlier versions into `folder`, and return the new path.

        Others are kept out until that is done. A file that is in `folder` already stays.

        Raises
        ------
        ManifestError
            The file cannot be moved; the manifest is closed all the same.
        """
        with self._lock:
            try:
                self._close_connections()
                with _mapped(self.path):
                    return _move(self.path, folder)
            finally:
                self.close()

    def _close_connections(self) -> None:
        for connection in reversed(self._all):  # the writer last: it moves the WAL into the file
            connection.close()
        self._all.clear()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """Open a transaction on the writer: committed at the end of the block, rolled back on any error.

        A block inside another one is part of its transaction.
        """
        with self._lock, _mapped(self.path):
            if self._writer.in_transaction:
                yield self._writer
                return
            self._writer.execute("BEGIN IMMEDIATE")
            try:
                yield self._writer
                self._writer.execute("COMMIT")
            except BaseException:
                if self._writer.in_transaction:  # on a full disk SQLite has rolled back already
                    self._writer.execute("ROLLBACK")
                raise

    def rows(self, sql: str, parameters: Sequence[Any] = ()) -> Iterator[sqlite3.Row]:
        """Yield the rows of a query on this thread's own connection."""
        with _mapped(self.path):
            yield from self._reader().execute(sql, parameters)

    def row(self, sql: str, parameters: Sequence[Any] = ()) -> sqlite3.Row | None:
        """Return the first row of a query, or None."""
        with _mapped(self.path):
            first: sqlite3.Row | None = self._reader().execute(sql, parameters).fetchone()
            return first

    def value(self, sql: str, parameters: Sequence[Any] = ()) -> Any:
        """Return the first column of the first row, or None."""
        first = self.row(sql, parameters)
        return None if first is None else first[0]

    def get(self, key: str, default: Any = None) -> Any:
        """Return a setting of this migration."""
        text = self.value("SELECT value FROM setting WHERE key = ?", (key,))
        return default if text is None else json.loads(text)

    def put(self, **settings: Any) -> None:
        """Store settings of this migration; JSON can hold any value of theirs."""
        with self.writing() as db:
            audit.write_settings(db, settings)
            db.executemany(
                "INSERT OR REPLACE INTO setting VALUES (?, ?)",
                [(key, json.dumps(value)) for key, value in settings.items()],
            )

    def note(self, action: str, subject: str = "", /, **details: Any) -> None:
        """Append to the audit trail; see `audit.write`."""
        with self.writing() as db:
            audit.write(db, action, subject, **details)

    @contextlib.contextmanager
    def running(self, step: str) -> Iterator[None]:
        """Record that a step runs, and its outcome."""
        with self.writing() as db:
            in_flight.settle(db)  # rows of a run that a broken disk has ended
            audit.write(db, audit.BEGAN, step)
            run = db.execute("INSERT INTO run (step, started) VALUES (?, ?)", (step, time.time())).lastrowid
        outcome = "failed"
        try:
            yield
            outcome = "done"
        except BaseException as error:
            outcome = "stopped" if isinstance(error, Stopped) else "failed"
            raise
        finally:
            with self.writing() as db:
                audit.write(db, audit.ENDED, step, outcome=outcome)
                db.execute("UPDATE run SET ended = ?, outcome = ? WHERE id = ?", (time.time(), outcome, run))

    def sha256(self, heartbeat: Callable[[], None]) -> str:
        """Return the SHA-256 of the file with everything written so far; `heartbeat` is called for every MiB.

        It is "" if somebody reads for so long that the WAL could not be moved into the file as a whole.
        """
        with self._lock, _mapped(self.path):
            if self._writer.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
                return ""
            digest = hashlib.sha256()
            with open(self.path, "rb") as file:
                for block in iter(lambda: file.read(1 << 20), b""):
                    digest.update(block)
                    heartbeat()
            return digest.hexdigest()

    def _reader(self) -> sqlite3.Connection:
        mine: sqlite3.Connection | None = getattr(self._readers, "connection", None)
        if mine is None:
            mine = sqlite3.connect(
                self.path.absolute().as_uri() + "?mode=ro", uri=True, timeout=30, check_same_thread=False
            )
            mine.row_factory = sqlite3.Row
            mine.create_function("words_of", 1, json_form.words)
            self._readers.connection = mine
            with self._lock:
                self._all.append(mine)
        return mine


def _keep_others_out(path: Path) -> FileLock:
    try:
        return FileLock(path.with_name(path.name + ".lock"))
    except BlockingIOError as error:
        raise ManifestInUse(
            Message("This migration is open in another window or program. Close it there first."), str(error)
        ) from error
    except OSError as error:
        raise ManifestError(
            Message(
                "The migration record cannot be written in {folder}. Choose a folder in which you may write.",
                folder=Private(path.parent),
            ),
            str(error),
        ) from error


def _move(path: Path, folder: Path) -> Path:
    """Move a manifest that nobody has open, with its companion files; a name that is taken gets a number."""
    number, name = 1, path.name
    while (folder / name).exists():
        number += 1
        name = f"{path.stem}-{number}{path.suffix}"
    parts = [part for part in path.parent.iterdir() if part.name.startswith(path.name) and part.suffix != ".lock"]
    for part in sorted(parts, reverse=True):  # the file itself last: until then it is found where it was
        os.replace(part, folder / (name + part.name[len(path.name) :]))
    return folder / name


@contextlib.contextmanager
def _mapped(path: Path) -> Iterator[None]:
    """Turn the errors of SQLite and the disk into a sentence."""
    try:
        yield
    except (sqlite3.Error, OSError) as error:
        text = str(error)
        if "not a database" in text or "malformed" in text:
            raise NotAManifest(
                Message(
                    "The migration record {path} is broken, and was left as it is. Continue with a copy of it, or "
                    "start the migration again.",
                    path=Private(path),
                ),
                text,
            ) from error
        if "database or disk is full" in text or getattr(error, "errno", None) == errno.ENOSPC:
            sentence = Message("The disk of the migration record is full. Free some space, then continue.")
        elif isinstance(error, OSError) or "readonly" in text or "unable to open" in text:
            sentence = Message(
                "The migration record {path} cannot be written. Check that you may write there, then continue.",
                path=Private(path),
            )
        else:
            sentence = Message("The migration record could not be read or written, so the work was stopped.")
        raise ManifestError(sentence, f"{type(error).__name__}: {text}") from error
