"""A countdown to an action: it shows the time that is left, and buttons to act now and to cancel."""

from __future__ import annotations

import time
from typing import Callable

from wizard.ui.shell import texts as shell_texts
from wizard.ui.shell.page import Page
from wizard.ui.verify import texts

_TICK = 1000  # milliseconds


class Countdown:
    """The countdown. It is shown in the notice of `page`, and calls `act` when the time is over.

    While a panel covers the page, it waits until the page is shown again. It ends with the program.

    Parameters
    ----------
    given_up : callable
        Called when the person cancels it.
    """

    def __init__(self, page: Page, act: Callable[[], None], given_up: Callable[[], None]) -> None:
        self._page, self._act, self._given_up = page, act, given_up
        self._end = 0.0
        self._timer = ""

    def begin(self, seconds: float) -> None:
        self.end()
        self._end = time.monotonic() + seconds
        choices = ((texts.CHECK_NOW, self._act), (shell_texts.CANCEL, self._cancel))
        self._page.notice.tell("note", texts.checking_again(seconds), *choices)
        self._page.notice.focus_first()
        self._tick()

    def end(self) -> None:
        """Cancel it silently; nothing happens when it does not run."""
        if self._timer:
            self._page.after_cancel(self._timer)
            self._timer = ""
            self._page.notice.hide()

    def _cancel(self) -> None:
        self.end()
        self._given_up()

    def _tick(self) -> None:
        left = self._end - time.monotonic()
        if left > 0 or not self._page.winfo_manager():
            self._page.notice.reword(texts.checking_again(max(left, 0)))
            wait = min(_TICK, round(1000 * left) + 1) if left > 0 else _TICK
            self._timer = self._page.after(wait, self._tick)
        else:  # as the answer to a question: a window that is closing delivers none any more
            self._page.window.ask(lambda: None, lambda _: self._act())
