"""One quiet line for somebody who has never used the program: it may be tried first, on invented patients."""

from __future__ import annotations

from tkinter import ttk
from typing import TYPE_CHECKING, Callable

from wizard.ui import discovertexts

if TYPE_CHECKING:
    from wizard.ui.pages.base import Page


class FirstTime(ttk.Frame):
    """A question, and a button that turns the window into one for practice with `practise`."""

    def __init__(self, page: Page, practise: Callable[[], None]) -> None:
        super().__init__(page, name="first_time")
        ttk.Label(self, text=discovertexts.FIRST_TIME, style="Lead.TLabel").pack(side="left")
        button = ttk.Button(self, name="practise", text=discovertexts.PRACTISE, style="Quiet.TButton", command=practise)
        button.pack(side="left", padx=(page.px(4), 0))
