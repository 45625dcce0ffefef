"""The small parts that pages are made of: words that wrap, a field, a notice, a list."""

from __future__ import annotations

import tkinter as tk
from tkinter import font, ttk
from typing import Any, Callable, Mapping, NamedTuple, Sequence, Tuple

from wizard.errors import WizardError
from wizard.ui import texts
from wizard.ui.theme import TAGS, TEXT, Theme, dress_text


class Words(ttk.Label):
    """A label whose lines break at the width it is given. It asks for none itself: give its cell a weight.

    (If it did, the width it asks for would follow from where its lines break, and so on without end.)
    """

    def __init__(self, master: tk.Misc, text: str = "", style: str = "TLabel", **options: Any) -> None:
        super().__init__(master, text=text, style=style, justify="left", anchor="w", width=1, **options)
        self.bind("<Configure>", self._wrap)

    def say(self, text: str) -> None:
        self.configure(text=text)

    def _wrap(self, event: tk.Event[tk.Misc]) -> None:
        width = event.width - 4  # a label keeps a little room around its text
        if abs(int(str(self.cget("wraplength") or 0)) - width) > 1:
            self.configure(wraplength=width)


class Field(ttk.Frame):
    """A label, a place to type, and below it what is wrong with what was typed."""

    def __init__(self, master: tk.Misc, theme: Theme, label: str, name: str, width: int = 20) -> None:
        super().__init__(master, name=f"{name}_field")
        self.value = tk.StringVar(self)
        self.columnconfigure(0, weight=1)
        ttk.Label(self, text=label).grid(sticky="w")
        self.entry: ttk.Entry = self._make_entry(name, width)
        self.entry.grid(row=1, sticky="ew", pady=(theme.px(3), 0))
        self._complaint = Words(self, style="Complaint.TLabel")
        self.value.trace_add("write", lambda *_: self.accept())
        self.entry.bind("<FocusOut>", lambda _: self.entry.selection_clear())

    def _make_entry(self, name: str, width: int) -> ttk.Entry:
        return ttk.Entry(self, name=name, textvariable=self.value, width=width)

    @property
    def text(self) -> str:
        return self.value.get().strip()

    def complain(self, sentence: str) -> None:
        """Say below the field what is wrong, and go there."""
        self.remark(sentence)
        self.entry.focus_set()
        self.entry.selection_range(0, "end")

    def remark(self, sentence: str) -> None:
        """Say below the field what is wrong, and leave a person who is typing alone."""
        self._complaint.say(sentence)
        self._complaint.grid(row=2, sticky="ew")

    def accept(self) -> None:
        """Take the complaint back."""
        self._complaint.grid_remove()


class ChoiceField(Field):
    """A field that offers a list of values."""

    def _make_entry(self, name: str, width: int) -> ttk.Combobox:
        return ttk.Combobox(self, name=name, textvariable=self.value, width=width, state="readonly")

    def offer(self, values: Sequence[str]) -> None:
        self.entry["values"] = list(values)

    @property
    def index(self) -> int:
        assert isinstance(self.entry, ttk.Combobox)
        return self.entry.current()


Choice = Tuple[str, Callable[[], None]]


class Notice(ttk.Frame):
    """What the person should know, where it belongs: a sign, a sentence, who must act, and details on request.

    It stays out of sight until `tell` or `fail`, and keeps the place it was gridded to.
    """

    def __init__(self, master: tk.Misc, theme: Theme, name: str = "notice") -> None:
        super().__init__(master, name=name)
        self._theme = theme
        self.sentence = ""
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

    def tell(self, kind: str, sentence: str, *choices: Choice, who: str = "", details: str = "") -> None:
        """Show a sentence. `kind` is "good", "note", "caution" or "wrong"; `choices` are buttons."""
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
        Words(ground, sentence, f"{kind}.TLabel").grid(row=0, column=1, sticky="ew")
        if who:
            Words(ground, texts.who_must_act(who), f"{kind}Small.TLabel").grid(row=1, column=1, sticky="ew")
        buttons = ttk.Frame(ground, style=f"{kind}.TFrame")
        buttons.grid(row=0, column=2, rowspan=2, sticky="ne", padx=(px(10), 0))
        if details:
            more = Words(ground, details, f"{kind}Small.TLabel", name="details")
            self._button(buttons, kind, texts.DETAILS, lambda: _toggle(more, row=2, column=1, columnspan=2))
        for label, action in choices:
            self._button(buttons, kind, label, action)
        self._parts = [edge, ground]
        self.grid()

    def hide(self) -> None:
        for part in self._parts:
            part.destroy()
        self._parts = []
        self.sentence = ""
        self.grid_remove()

    def focus_first(self) -> None:
        """Put the focus on the first button of the notice."""
        for part in self._parts:
            for widget in _all_below(part):
                if isinstance(widget, ttk.Button):
                    widget.focus_set()
                    return

    def _button(self, master: tk.Misc, kind: str, label: str, action: Callable[[], None]) -> None:
        button = ttk.Button(master, text=label, style=f"{kind}Quiet.TButton", command=action)
        button.pack(side="left", padx=(self._theme.px(4), 0))


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


def find(widget: tk.Misc, name: str) -> tk.Misc | None:
    """The widget of that name below this one."""
    return next((one for one in _all_below(widget) if one.winfo_name() == name), None)


class Figures(ttk.Frame):
    """A strip of large numbers with small words below."""

    def __init__(self, master: tk.Misc, theme: Theme, names: Sequence[tuple[str, str]]) -> None:
        super().__init__(master)
        self._numbers = {}
        for column, (name, words) in enumerate(names):
            self.columnconfigure(column, weight=1, uniform="figure")
            self._numbers[name] = ttk.Label(self, text="0", style="Verdict.TLabel")
            self._numbers[name].grid(row=0, column=column, sticky="w")
            ttk.Label(self, text=words, style="Hint.TLabel").grid(row=1, column=column, sticky="w")

    def show(self, values: Mapping[str, str]) -> None:
        """Show what is known; a name that is not given keeps its number."""
        for name, label in self._numbers.items():
            if name in values:
                label.configure(text=values[name])


class Acknowledgement(ttk.Frame):
    """A paragraph that must have been read, with a box to tick."""

    def __init__(self, master: tk.Misc, theme: Theme, text: str, label: str) -> None:
        super().__init__(master)
        self.columnconfigure(0, weight=1)
        self.given = tk.BooleanVar(self)
        notice = Notice(self, theme, "paragraph")
        notice.grid(sticky="ew")
        notice.tell("caution", text)
        self._box = ttk.Checkbutton(self, name="acknowledge", text=label, variable=self.given)
        self._box.grid(row=1, sticky="w", pady=(theme.px(6), 0))
        self._complaint = Words(self, style="Complaint.TLabel")
        self.given.trace_add("write", lambda *_: self._complaint.grid_remove())

    def complain(self, sentence: str) -> None:
        """Ask for the tick, and go there."""
        self._complaint.say(sentence)
        self._complaint.grid(row=2, sticky="ew")
        self._box.focus_set()
