"""Check after each network test that no thread and no socket is left, and provide TLS files and threads."""

from __future__ import annotations

import os
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Callable, Iterator

import pytest

from wizard.dicom.destination import Tls

if TYPE_CHECKING:
    from tests.faults.certificates import Certificates


@pytest.fixture
def nothing_left() -> Iterator[None]:
    """Fail a test that leaves a thread or an open socket."""
    threads, sockets = set(threading.enumerate()), open_sockets()
    yield
    assert set(threading.enumerate()) <= threads
    assert open_sockets() <= sockets


@pytest.fixture
def trusting(certificates: Certificates) -> Tls:
    """TLS files with the right authority."""
    return Tls(str(certificates.authority))


def open_sockets() -> set[str]:
    """List the sockets of this process, where the system shows them."""
    found = set()
    for entry in Path("/proc/self/fd").glob("*"):
        try:
            found.add(os.readlink(entry))
        except OSError:  # the one that listed the others
            continue
    return {name for name in found if name.startswith("socket:")}


class Background(threading.Thread):
    """A call in a thread of its own; the wait for it is no longer than the program promises."""

    def __init__(self, call: Callable[[], object]) -> None:
        super().__init__(name="background", daemon=True)
        self._call = call
        self._error: BaseException | None = None
        self.start()

    def run(self) -> None:
        try:
            self._call()
        except BaseException as error:
            self._error = error

    def error(self, within: float) -> BaseException | None:
        """Return the exception of the call, which must end within so many seconds."""
        self.join(within)
        assert not self.is_alive(), f"it goes on after {within} s"
        return self._error
