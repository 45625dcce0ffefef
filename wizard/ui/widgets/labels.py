"""The small parts of pages: a label that wraps, a notice, a strip of figures; and a function that gives the focus."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Any, Callable, Mapping, Sequence, Tuple, Union

from wizard.errors import WizardError
from wizard.language import render
from wizard.language.message import NOTHING, Message
from wizard.ui.widgets import texts
from wizard.ui.widgets.formatting import shortened
from wizard.ui.widgets.theme import Theme

LONGEST = 2048  # characters of a label; Tk would wrap more of them for minutes
_BESIDE = 2  # buttons that fit beside a sentence; more are put below it


class WrappedLabel(ttk.Label):
    """A label whose lines break at the width it is given. It asks for none itself: give its cell a weight.

    (If it did, the width it asks for would follow from where its lines break, and so on without end.)
    """

    def __init__(self, master: tk.Misc, text: Message | str = "", style: str = "TLabel", **options: Any) -> None:
        super().__init__(master, text=_shown(text), style=style, justify="left", anchor="w", width=1, **options)
        self.bind("<Configure>", self._wrap)

    def say(self, text: Message | str) -> None:
        self.configure(text=_shown(text))

    def _wrap(self, event: tk.Event[tk.Misc]) -> None:
        width = event.width - 4  # a label keeps a little room around its text
        if abs(int(str(self.cget("wraplength") or 0)) - width) > 1:
            self.configure(wraplength=width)


def _shown(text: Message | str) -> str:
    """Say a text; of a very long one, such as a path of thousands of letters, only what Tk can wrap at once."""
    return shortened(render(text), LONGEST)


def take_focus(widget: tk.Misc) -> None:
    """Put the focus on a widget that may not be on the screen yet.

    Tk alone would wait until it is; and if the focus is put elsewhere meanwhile, Tk does not stop waiting, but takes
    the focus away from there again. So this function puts the widget on the screen first.
    """
    widget.update_idletasks()
    widget.focus_set()


Choice = Tuple[Union[Message, str], Callable[[], None]]
"""The label of a button, and what it does."""


class Notice(ttk.Frame):
    """A message in its place on the page: a sign, a sentence, who must act, and details on request.

    It is hidden until `tell` or `fail`, and keeps the cell it was gridded into.

    Attributes
    ----------
    sentence : Message or str
        What it says now, as it was given; nothing while it is hidden.
    """

    def __init__(self, master: tk.Misc, theme: Theme, name: str = "notice") -> None:
        super().__init__(master, name=name)
        self._theme = theme
        self.sentence: Message | str = NOTHING
        self.columnconfigure(1, weight=1)
        self._parts: list[tk.Widget] = []

    def place_in(self, **place: Any) -> Notice:
        """Remember the cell and stay hidden."""
        self.grid(**place)
        self.grid_remove()
        return self

    def fail(self, error: WizardError, *choices: Choice) -> None:
        """Show a failure: its sentence, who must act, its details."""
        self.tell("wrong", error.sentence, *choices, who=error.who, details=error.details)

    def tell(
        self, kind: str, sentence: Message | str, *choices: Choice, who: str = "", details: Message | str = ""
    ) -> None:
        """Show a sentence.

        Parameters
        ----------
        kind : str
            "good", "note", "caution" or "wrong".
        choices
            Buttons.
        who : str
            Who needs to act, one of `Who`; "" for nobody.
        details : Message or str
            Shown on request.
        """
        self.hide()
        self.sentence = sentence
        px = self._theme.px
        edge = ttk.Frame(self, style=f"{kind}Edge.TFrame", width=px(4))
        edge.grid(row=0, column=0, sticky="ns")
        ground = ttk.Frame(self, style=f"{kind}.TFrame", padding=(px(10), px(8)))
        ground.grid(row=0, column=1, sticky="nsew")
        ground.columnconfigure(1, weight=1)
        sign = ttk.Label(ground, image=self._theme.icons.sign(kind), style=f"{kind}.TLabel")
        sign.grid(row=0, column=0, sticky="n", padx=(0, px(10)))
        self._label = WrappedLabel(ground, sentence, f"{kind}.TLabel")
        self._label.grid(row=0, column=1, sticky="ew")
        if who:
            WrappedLabel(ground, texts.action_by(who), f"{kind}Small.TLabel").grid(row=1, column=1, sticky="ew")
        buttons = ttk.Frame(ground, style=f"{kind}.TFrame")
        if len(choices) + bool(details) > _BESIDE:
            buttons.grid(row=2, column=1, sticky="w")
        else:
            buttons.grid(row=0, column=2, rowspan=2, sticky="ne", padx=(px(10), 0))
        if details:
            more = WrappedLabel(ground, details, f"{kind}Small.TLabel", name="details")
            self._button(buttons, kind, texts.DETAILS, lambda: _toggle(more, row=3, column=1, columnspan=2))
        for label, action in choices:
            self._button(buttons, kind, label, action)
        self._parts = [edge, ground]
        self.grid()

    def reword(self, sentence: Message | str) -> None:
        """Change the sentence alone, for example to count up a number in it."""
        self.sentence = sentence
        self._label.say(sentence)

    def hide(self) -> None:
        for part in self._parts:
            part.destroy()
        self._parts = []
        self.sentence = NOTHING
        self.grid_remove()

    def focus_first(self) -> None:
        """Put the focus on the first button of the notice."""
        for part in self._parts:
            for widget in _all_below(part):
                if isinstance(widget, ttk.Button):
                    widget.focus_set()
                    return

    def _button(self, master: tk.Misc, kind: str, label: Message | str, action: Callable[[], None]) -> None:
        button = ttk.Button(master, text=render(label), style=f"{kind}Quiet.TButton", command=action)
        button.pack(side="left", padx=(self._theme.px(4), 0))


def _toggle(widget: tk.Widget, **place: Any) -> None:
    if widget.winfo_manager():
        widget.grid_remove()
    else:
        widget.grid(sticky="ew", **place)


def _all_below(widget: tk.Misc) -> list[tk.Misc]:
    found: list[tk.Misc] = []
    for child in widget.winfo_children():
        found += [child, *_all_below(child)]
    return found


class FigureStrip(ttk.Frame):
    """A strip of large numbers with small words below."""

    def __init__(self, master: tk.Misc, theme: Theme, names: Sequence[tuple[str, Message | str]]) -> None:
        super().__init__(master)
        self._numbers = {}
        for column, (name, label) in enumerate(names):
            self.columnconfigure(column, weight=1)
            self._numbers[name] = ttk.Label(self, text="0", style="Heading.TLabel")
            self._numbers[name].grid(row=0, column=column, sticky="w")
            ttk.Label(self, text=render(label), style="Hint.TLabel").grid(row=1, column=column, sticky="w")

    def show(self, values: Mapping[str, Message | str]) -> None:
        """Show these values; a name that is not given keeps its number."""
        for name, label in self._numbers.items():
            if name in values:
                label.configure(text=render(values[name]))
