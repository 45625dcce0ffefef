"""Lock a file for one program at a time; the system releases it when that program dies."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


class FileLock:
    """Held from construction to `release`.

    Raises
    ------
    BlockingIOError
        Another program holds it.
    OSError
        The file cannot be made.
    """

    def __init__(self, path: Path) -> None:
        file: IO[bytes] = open(path, "a+b")  # noqa: SIM115 - held until `release`
        try:
            _acquire(file)
        except OSError as error:
            file.close()
            raise BlockingIOError(error.errno, error.strerror) from error
        self._file: IO[bytes] | None = file

    def release(self) -> None:
        """Release the lock. A second call does nothing."""
        if self._file is not None:
            self._file.close()
            self._file = None


def _acquire(file: IO[bytes]) -> None:
    if os.name == "nt":
        import msvcrt

        file.seek(0)
        msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]
    else:
        import fcntl

        fcntl.flock(file.fileno(), fcntl.LOCK_EX | fcntl.LOCK_NB)
