"""Lists: rows under headings, and paragraphs that wrap. Lists scroll, pages never do."""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Callable, NamedTuple, Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.ui.widgets import texts
from wizard.ui.widgets.formatting import shortened
from wizard.ui.widgets.theme import Theme, style_text
from wizard.ui.widgets.widths import Column, set_columns

LONGEST_CELL, LONGEST_PARAGRAPH = 300, 4096  # characters; what is longer is cut off, or Tk would wrap it for minutes


class Listing(ttk.Frame):
    """Rows under headings, with a scroll bar. A cell is a message or data; a row may carry a tag, its colour."""

    def __init__(
        self,
        master: tk.Misc,
        theme: Theme,
        name: str,
        columns: Sequence[Column],
        height: int = 4,
        headings: bool = True,
    ) -> None:
        super().__init__(master, name=f"{name}_frame")
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self.rows = ttk.Treeview(
            self,
            name=name,
            columns=[column.name for column in columns],
            show="headings" if headings else "",
            height=height,
            selectmode="browse",
        )
        self.rows.grid(row=0, column=0, sticky="nsew")
        add_scroll_bar(self, self.rows)
        set_columns(self.rows, columns, theme)
        for tag, colour in theme.colours.tags.items():
            self.rows.tag_configure(tag, foreground=colour)
        self.rows.tag_configure("strong", font="Strong", foreground=theme.colours.text)
        self.rows.bind("<FocusIn>", lambda _: self._enter())
        self._filled: dict[str, tuple[list[str], list[str]]] = {}

    def fill(self, rows: Sequence[Sequence[object]], tags: Sequence[str] = (), keys: Sequence[str] = ()) -> None:
        """Show these rows instead of the ones before. The list stays scrolled as it is, and keeps the selected key.

        A row that has not changed costs nothing, so that a list may be filled many times a second.
        """
        wanted = {
            keys[index] if keys else str(index): ([_cell(value) for value in values], list(tags[index : index + 1]))
            for index, values in enumerate(rows)
        }
        if list(wanted) == list(self._filled):
            for key, row in wanted.items():
                if row != self._filled[key]:
                    self.rows.item(key, values=row[0], tags=row[1])
        else:
            chosen, place = self.chosen, self.rows.yview()[0]
            self.rows.delete(*self._filled)
            for key, (values, marks) in wanted.items():
                self.rows.insert("", "end", key, values=values, tags=marks)
            if chosen in wanted:
                self.rows.selection_set(chosen)
                self.rows.focus(chosen)
            self.rows.yview_moveto(place)
        self._filled = wanted

    @property
    def chosen(self) -> str:
        """The key of the selected row, or ""."""
        selection = self.rows.selection()
        return selection[0] if selection else ""

    def choose(self, key: str) -> None:
        self.rows.selection_set(key)
        self.rows.focus(key)
        self.rows.see(key)

    def on_choice(self, act: Callable[[str], None]) -> None:
        """Call `act` with the key of each row that is selected."""
        self.rows.bind("<<TreeviewSelect>>", lambda _: act(self.chosen) if self.chosen else None)

    def _enter(self) -> None:
        children = self.rows.get_children()
        if children and not self.chosen:
            self.choose(children[0])


class ParagraphChoice(NamedTuple):
    """The choice about a finding: (value, label) of each option, and the value that is chosen now."""

    key: str
    options: Sequence[tuple[str, Message | str]]
    chosen: str


class Paragraph(NamedTuple):
    """One paragraph of `Paragraphs`: a name, a sentence, who needs to act (one of `Who`, "" for nobody), a
    choice, and lines for support."""

    lead: Message | str
    sentence: Message | str
    who: str = ""
    choice: ParagraphChoice | None = None
    details: Message | str = ""


class Paragraphs(ttk.Frame):
    """Paragraphs that wrap, so that no sentence is cut off. Their text can be selected and copied.

    `decide` is called with the key and the value of a choice when the person makes one.
    """

    def __init__(
        self,
        master: tk.Misc,
        theme: Theme,
        name: str,
        height: int,
        decide: Callable[[str, str], None] | None = None,
    ) -> None:
        super().__init__(master, name=f"{name}_frame")
        self._theme, self._decide = theme, decide
        self._boxes: dict[str, ttk.Combobox] = {}
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._text = tk.Text(self, name=name, height=height, width=20, wrap="word", state="disabled", takefocus=True)
        style_text(self._text, theme)
        self._text.grid(row=0, column=0, sticky="nsew")
        self._text.bind("<<NextWindow>>", lambda _: self._step(-1, 1))
        add_scroll_bar(self, self._text)

    def fill(self, findings: Sequence[Paragraph]) -> None:
        """Show these instead of the ones before; the scroll position and the focus stay."""
        place, focus = self._text.yview()[0], self._focused()
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        self._boxes.clear()
        for index, finding in enumerate(findings):
            self._add(finding, first=index == 0)
        self._text.configure(state="disabled")
        self._text.yview_moveto(place)
        if focus in self._boxes:
            self._boxes[focus].focus_set()

    @property
    def view(self) -> tk.Text:
        """The widget that has the focus while one reads."""
        return self._text

    def _add(self, finding: Paragraph, first: bool) -> None:
        text, lead, details = self._text, render(finding.lead), render(finding.details)
        sentence = shortened(render(finding.sentence), LONGEST_PARAGRAPH)
        text.insert("end", ("" if first else "\n") + lead, ("paragraph", "strong"))
        text.insert("end", f"  {sentence}" if lead else sentence, "paragraph")
        if finding.choice or finding.who:
            text.insert("end", "\n", "below")
        if finding.choice:
            text.window_create("end", window=self._box(finding.choice), align="center")
            text.tag_add("below", "end-2c")
        if finding.who:
            who = render(texts.action_by(finding.who))
            text.insert("end", ("   " if finding.choice else "") + who, ("below", "quiet"))
        if details:
            text.insert("end", f"\n{details}", ("below", "quiet"))

    def _box(self, choice: ParagraphChoice) -> ttk.Combobox:
        """Make the small box of a choice, inside the text."""
        labels = [render(label) for _, label in choice.options]
        box = ttk.Combobox(
            self._text,
            name=f"decide_{choice.key}",
            values=labels,
            width=max(map(len, labels)),
            state="readonly",
            style="Small.TCombobox",
        )
        box.current([value for value, _ in choice.options].index(choice.chosen))
        box.bind("<<ComboboxSelected>>", lambda _: self._chosen(box, choice))
        box.bind("<FocusIn>", lambda _: self._text.see(str(box)))
        for event, step in (("<<NextWindow>>", 1), ("<<PrevWindow>>", -1)):
            box.bind(event, lambda _, step=step: self._step(list(self._boxes).index(choice.key), step))  # type: ignore[misc]
        for event, lines in (
            ("<Button-4>", -1),
            ("<Button-5>", 1),
            ("<MouseWheel>", 0),
        ):  # the wheel scrolls the text, and must not change the choice
            box.bind(event, lambda event, lines=lines: self._scroll(lines or -event.delta))  # type: ignore[misc]
        self._boxes[choice.key] = box
        return box

    def _chosen(self, box: ttk.Combobox, choice: ParagraphChoice) -> None:
        box.selection_clear()
        value = choice.options[box.current()][0]
        if self._decide is not None and value != choice.chosen:
            self._decide(choice.key, value)

    def _step(self, index: int, step: int) -> str | None:
        """Go to the next box, also when it is scrolled out of view; Tk itself skips those."""
        boxes = list(self._boxes.values())
        if not 0 <= index + step < len(boxes):
            return None
        self._text.see(str(boxes[index + step]))
        self._text.update_idletasks()
        boxes[index + step].focus_set()
        return "break"

    def _scroll(self, lines: int) -> str:
        self._text.yview_scroll(1 if lines > 0 else -1, "units")
        return "break"

    def _focused(self) -> str:
        focus = str(self._text.tk.call("focus"))
        return next((key for key, box in self._boxes.items() if str(box) == focus), "")


def _cell(value: object) -> str:
    """Say the value of a cell. Nobody reads more of it than fits, and Tk would measure all of it."""
    return shortened(render(value) if isinstance(value, Message) else str(value), LONGEST_CELL)


def add_scroll_bar(master: tk.Misc, view: ttk.Treeview | tk.Text) -> None:
    """Add a scroll bar to the right of a list, shown only while there is something to scroll.

    It asks for no height: if it did, showing it could change whether there is something to scroll.
    """
    strip = ttk.Frame(master, height=1)
    bar = ttk.Scrollbar(strip, orient="vertical", command=view.yview)
    bar.place(relwidth=1, relheight=1)
    strip.configure(width=bar.winfo_reqwidth())
    strip.grid(row=0, column=1, sticky="ns")
    strip.grid_remove()

    def show_or_hide(first: float, last: float) -> None:
        bar.set(first, last)
        if float(first) <= 0 and float(last) >= 1:  # Tk gives them as text
            strip.grid_remove()
        else:
            strip.grid()

    view.configure(yscrollcommand=show_or_hide)
