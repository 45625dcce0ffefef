"""Lists: rows under headings, and paragraphs that wrap. Pages never scroll, lists do."""

from __future__ import annotations

import tkinter as tk
from tkinter import font, ttk
from typing import Any, Callable, NamedTuple, Sequence

from wizard.ui import texts
from wizard.ui.theme import TAGS, TEXT, Theme, dress_text


class Column(NamedTuple):
    """A column of a list: heading, width in pixels of a 96 dpi screen, which side, and whether it takes spare room."""

    name: str
    heading: str
    width: int
    anchor: str = "w"
    stretch: bool = False


class Listing(ttk.Frame):
    """Rows under headings, with a scroll bar. Rows may carry a tag, which gives them a colour."""

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
        for tag, colour in TAGS.items():
            self.rows.tag_configure(tag, foreground=colour)
        self.rows.tag_configure("strong", font="Strong", foreground=TEXT)
        self.rows.bind("<FocusIn>", lambda _: self._enter())

    def fill(self, rows: Sequence[Sequence[object]], tags: Sequence[str] = (), keys: Sequence[str] = ()) -> None:
        """Show these rows instead of the ones before, and keep the selection where its key is still there."""
        chosen = self.chosen
        self.rows.delete(*self.rows.get_children())
        for index, values in enumerate(rows):
            key = keys[index] if keys else str(index)
            self.rows.insert(
                "", "end", key, values=[str(value) for value in values], tags=list(tags[index : index + 1])
            )
        if chosen and self.rows.exists(chosen):
            self.choose(chosen)

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
        """Have `act` called with the key of the row that was selected."""
        self.rows.bind("<<TreeviewSelect>>", lambda _: act(self.chosen) if self.chosen else None)

    def _enter(self) -> None:
        children = self.rows.get_children()
        if children and not self.chosen:
            self.choose(children[0])


class Finding(NamedTuple):
    """One paragraph of `Findings`: how many or which, what is said of it, and who must act."""

    lead: str
    sentence: str
    who: str = ""


class Findings(ttk.Frame):
    """Paragraphs that wrap, so that no reason is ever cut off. They can be selected and copied.

    `counted` puts the leads, which are numbers then, into a column.
    """

    def __init__(self, master: tk.Misc, theme: Theme, name: str, height: int, counted: bool = False) -> None:
        super().__init__(master, name=f"{name}_frame")
        self._counted = counted
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        self._text = tk.Text(self, name=name, height=height, width=20, wrap="word", state="disabled", takefocus=True)
        dress_text(self._text, theme)
        self._text.grid(row=0, column=0, sticky="nsew")
        add_scroll_bar(self, self._text)

    def fill(self, findings: Sequence[Finding]) -> None:
        """Show these instead of the ones before."""
        layout = "counted" if self._counted else "named"
        self._text.configure(state="normal")
        self._text.delete("1.0", "end")
        for index, finding in enumerate(findings):
            lead = f"\t{finding.lead}\t" if self._counted else finding.lead
            self._text.insert("end", ("\n" if index else "") + lead, (layout, "strong"))
            self._text.insert("end", finding.sentence if self._counted or not lead else f"  {finding.sentence}", layout)
            if finding.who:
                self._text.insert("end", "\n" + texts.who_must_act(finding.who), (f"{layout} below", "quiet"))
        self._text.configure(state="disabled")

    @property
    def text(self) -> str:
        """All of it, for the clipboard."""
        return self._text.get("1.0", "end").strip()


def add_scroll_bar(master: tk.Misc, view: ttk.Treeview | tk.Text) -> None:
    """A scroll bar to the right of a list, in sight only while there is something to scroll.

    It asks for no height: if it did, its coming and going could change what there is to scroll.
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


def set_columns(view: ttk.Treeview, columns: Sequence[Column], theme: Theme) -> None:
    """Give a list its headings, and share its width out whenever that changes.

    ttk leaves columns as wide as they are when the list gets narrower, and cuts the last ones off.
    """
    strong = font.Font(view, name="TkHeadingFont", exists=True)
    wanted = {}
    for column in columns:
        side: Any = column.anchor
        view.heading(column.name, text=column.heading, anchor=side)
        wanted[column.name] = max(theme.px(column.width), strong.measure(column.heading) + theme.px(14))
        view.column(column.name, width=wanted[column.name], minwidth=theme.px(30), anchor=side, stretch=False)
    elastic = sum(wanted[column.name] for column in columns if column.stretch)

    def share_out(event: tk.Event[tk.Misc]) -> None:
        spare = event.width - theme.px(4) - sum(wanted.values())
        if -theme.px(8) < spare < 0:  # it has the width it asked for: asking for less now would go on for ever
            spare = 0
        for column in columns:
            part = spare * wanted[column.name] // elastic if column.stretch else 0
            view.column(column.name, width=max(theme.px(30), wanted[column.name] + part))

    view.bind("<Configure>", share_out)
