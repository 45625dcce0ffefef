"""The frame around the pages: the list of steps, the heading, the footer, the badge, the practice ribbon, and one bar
for notices about the whole window."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Callable, NamedTuple, Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.ui.shell import texts
from wizard.ui.widgets.labels import Notice, WrappedLabel
from wizard.ui.widgets.theme import Theme

RAIL_WIDTH = 208
MARGIN = 28
LOW = 620  # a window that is not higher has less space above and below
#: Space in a window (False) and in a low one (True): above the title, below the heading, above and in the footer.
_SPACING = {False: (22, 14, 14, 12), True: (10, 8, 6, 6)}


class Heading(NamedTuple):
    """The texts about a page: in the list of steps, above the page, and in the badge."""

    rail: Message
    title: Message
    lead: Message
    promise: Message


class Frame(ttk.Frame):
    """The whole window but the pages, which are gridded into `body`."""

    def __init__(
        self,
        root: tk.Tk,
        theme: Theme,
        headings: Sequence[Heading],
        back: Callable[[], None],
        forward: Callable[[], None],
        end: Callable[[], None],
        appearance: Callable[[], None],
        help: Callable[[], None],
    ) -> None:
        super().__init__(root, name="frame")
        self._theme, self._headings = theme, headings
        self.columnconfigure(1, weight=1)
        self.rowconfigure(1, weight=1)
        self._make_rail(appearance)
        main = self._main = ttk.Frame(self)
        main.grid(row=1, column=1, sticky="nsew")
        main.columnconfigure(0, weight=1)
        main.rowconfigure(2, weight=1)
        self._title = ttk.Label(main, style="Title.TLabel", name="title")
        self._title.grid(sticky="w")
        self.help = ttk.Button(main, name="help", text=render(texts.WHAT_IS_THIS), style="Quiet.TButton", command=help)
        self.help.grid(row=0, column=1, sticky="e")
        self._lead = WrappedLabel(main, style="Lead.TLabel", name="lead")
        self._lead.grid(row=1, columnspan=2, sticky="ew")
        self.body = ttk.Frame(main, name="body")
        self.body.grid(row=2, columnspan=2, sticky="nsew")
        self.body.columnconfigure(0, weight=1)
        self.body.rowconfigure(0, weight=1)
        self.bar = Notice(main, theme, "bar").place_in(row=3, columnspan=2, sticky="ew", pady=(theme.px(10), 0))
        self._make_footer(back, forward, end)
        self._low: bool | None = None
        self.bind("<Configure>", lambda event: self._set_spacing(event.height <= theme.px(LOW)))

    def _set_spacing(self, low: bool) -> None:
        """Leave as much space as the height of the window allows."""
        if low is self._low:
            return
        self._low = low
        margin, px = self._theme.px(MARGIN), self._theme.px
        above, heading, rule, footer = map(px, _SPACING[low])
        self._main.configure(padding=(margin, above, margin, 0))
        self._lead.grid(pady=(px(4), heading))
        self._rule.grid(pady=(rule, 0))
        self._footer.configure(padding=(margin, footer))

    def _make_rail(self, appearance: Callable[[], None]) -> None:
        px = self._theme.px
        rail = ttk.Frame(self, style="Rail.TFrame", width=px(RAIL_WIDTH), padding=(px(20), px(22), px(14), px(16)))
        rail.grid(row=1, column=0, rowspan=3, sticky="nsew")
        rail.grid_propagate(False)
        rail.columnconfigure(1, weight=1)
        ttk.Label(rail, text=texts.PROGRAM, style="RailStrong.TLabel").grid(columnspan=2, sticky="w", pady=(0, px(18)))
        self._steps: list[tuple[ttk.Label, ttk.Label]] = []
        for number, heading in enumerate(self._headings, 1):
            disc = ttk.Label(rail, text=str(number), compound="center")
            disc.grid(row=number, column=0, pady=px(7))
            name = ttk.Label(rail, text=render(heading.rail))
            name.grid(row=number, column=1, sticky="w", padx=(px(12), 0))
            self._steps.append((disc, name))
        space = len(self._headings) + 1
        rail.rowconfigure(space, weight=1)
        self.appearance = ttk.Button(
            rail, name="appearance", text=render(texts.APPEARANCE), style="RailQuiet.TButton", command=appearance
        )
        self.appearance.grid(row=space + 2, column=0, columnspan=2, sticky="w", pady=(px(10), 0))
        lock = ttk.Label(rail, image=self._theme.icons.lock(), style="Rail.TLabel")
        lock.grid(row=space + 1, column=0, sticky="n")
        badge = ttk.Frame(rail, style="Rail.TFrame")
        badge.grid(row=space + 1, column=1, sticky="ew", padx=(px(8), 0))
        badge.columnconfigure(0, weight=1)
        WrappedLabel(badge, texts.BADGE, "RailStrong.TLabel", name="badge").grid(sticky="ew")
        self._promise = WrappedLabel(badge, style="RailSmall.TLabel", name="promise")
        self._promise.grid(sticky="ew", pady=(px(6), 0))

    def _make_footer(self, back: Callable[[], None], forward: Callable[[], None], end: Callable[[], None]) -> None:
        px = self._theme.px
        self._rule = ttk.Frame(self, style="Rule.TFrame", height=1)
        self._rule.grid(row=2, column=1, sticky="ew")
        footer = self._footer = ttk.Frame(self)
        footer.grid(row=3, column=1, sticky="ew")
        footer.columnconfigure(0, weight=1)
        self.back = ttk.Button(
            footer, name="back", text=render(texts.BACK), style="Plain.TButton", width=10, command=back
        )
        self.back.grid(row=0, column=1)
        self.forward = ttk.Button(footer, name="forward", width=14, command=forward)
        self.forward.grid(row=0, column=2, padx=(px(10), 0))
        self.end = ttk.Button(footer, name="end", style="Plain.TButton", width=10, command=end)
        self.end.grid(row=0, column=3, padx=(px(10), 0))

    def show_ribbon(self, text: Message) -> None:
        """Say across the whole window that this is practice."""
        px = self._theme.px
        ribbon = ttk.Frame(self, style="Ribbon.TFrame", padding=(px(20), px(5)), name="ribbon")
        ribbon.grid(row=0, column=0, columnspan=2, sticky="ew")
        ribbon.columnconfigure(0, weight=1)
        WrappedLabel(ribbon, text, "Ribbon.TLabel").grid(sticky="ew")

    def show_step(self, now: int) -> None:
        """Show a page in the list of steps, the heading and the badge."""
        heading = self._headings[now]
        self._title.configure(text=render(heading.title))
        self._lead.say(heading.lead)
        self._promise.say(heading.promise)
        for index, (disc, name) in enumerate(self._steps):
            place = "done" if index < now else "now" if index == now else "coming"
            disc.configure(
                image=self._theme.icons.step(place),
                text="" if place == "done" else str(index + 1),
                style="RailNumberNow.TLabel" if place == "now" else "RailNumber.TLabel",
            )
            name.configure(style={"done": "RailDone.TLabel", "now": "RailNow.TLabel"}.get(place, "Rail.TLabel"))

    def show_footer(self, forward: Message | str, end: Message | str, back: bool) -> None:
        """Label the buttons; one without a label is hidden."""
        label = render(forward)
        self.end.configure(text=render(end))
        self.forward.configure(text=label, width=max(14, len(label) + 2))
        _show(self.forward, bool(forward))
        _show(self.end, bool(end))
        _show(self.back, back)


def _show(widget: tk.Widget, wanted: bool) -> None:
    if wanted:
        widget.grid()
    else:
        widget.grid_remove()
