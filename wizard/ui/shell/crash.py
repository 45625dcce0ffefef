"""Show unexpected exceptions: one sentence for the person, line numbers for support, and the window keeps running."""

from __future__ import annotations

import logging
import queue
import threading
import tkinter as tk
import traceback
from types import TracebackType
from typing import Callable

from wizard.errors import WizardError
from wizard.ui.shell import texts

log = logging.getLogger(__name__)


class Unforeseen(WizardError):
    """A bug of this program. Nobody in the clinic can mend it."""

    who = ""


def unexpected(error: BaseException) -> WizardError:
    """Make an error for the screen from a bug. The message of the bug may hold patient data and is left out."""
    frames = traceback.extract_tb(error.__traceback__)
    trace = " < ".join(f"{frame.name}:{frame.lineno}" for frame in reversed(frames))
    return Unforeseen(texts.CRASHED, f"{type(error).__name__} at {trace}")


class CrashGuard:
    """Catches the exceptions that Tk's callbacks and threads do not handle, until `release`.

    Parameters
    ----------
    show : callable
        Called with the error, in the window's thread.
    """

    def __init__(self, root: tk.Tk, show: Callable[[WizardError], None]) -> None:
        self._show = show
        self._from_threads: queue.SimpleQueue[WizardError] = queue.SimpleQueue()
        self._hook_before = threading.excepthook
        threading.excepthook = self._in_thread
        root.report_callback_exception = self._in_callback

    def deliver(self) -> None:
        """Show the errors of other threads. Called in the window's thread."""
        while not self._from_threads.empty():
            self._show(self._from_threads.get_nowait())

    def release(self) -> None:
        threading.excepthook = self._hook_before

    def _in_callback(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if not isinstance(error, Exception):  # Ctrl+C in the terminal
            raise error
        known = error if isinstance(error, WizardError) else unexpected(error)
        log.error("window: %s", known.details or type(error).__name__)
        self._show(known)

    def _in_thread(self, arguments: threading.ExceptHookArgs) -> None:
        if arguments.exc_value is not None:
            known = unexpected(arguments.exc_value)
            log.error("thread: %s", known.details)
            self._from_threads.put(known)
