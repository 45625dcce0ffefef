"""The tree of patients, studies and series with three-state ticks; its menu is in `tree_menu`.

Children are loaded when a branch is opened, patients a page at a time. A tick is a tag of the row (a tag has an
image; an image of its own for each row makes deleting many rows slow). The tree computes the ticks of the rows around
it at once; `ticked` tells the manifest. The mark for copying first is a tag too, and a word before the name, where no
long name can push it out of sight; it is shown once the manifest holds it.
"""

from __future__ import annotations

import functools
import time
import tkinter as tk
from tkinter import ttk
from typing import Callable, Mapping, NamedTuple, Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.manifest.tree import Branch
from wizard.ui.check import texts
from wizard.ui.widgets import formatting
from wizard.ui.widgets.lists import LONGEST_CELL, add_scroll_bar
from wizard.ui.widgets.theme import Theme
from wizard.ui.widgets.widths import Column, Widths

PAGE = 200
_BELOW = {"patient": "study", "study": "series"}
#: The tags of a row, by whether all (True), nothing (False) or a part (None) of it is ticked, or is copied first.
_TICKED: dict[bool | None, str] = {True: "on", False: "off", None: "part"}
_FIRST: dict[bool | None, str] = {True: "first", False: "in_turn", None: "partly_first"}
#: The columns by which patients may be sorted, and their names in `Order`.
_SORTS = {"#0": "name", "0": "date", "2": "images", "3": "bytes", "4": "problems"}
#: Width and side of each column but the first.
_COLUMNS = ((86, "w"), (62, "w"), (64, "e"), (72, "e"), (84, "e"))
_REST = 1.0  # seconds without a key, after which the next one begins a new word


class Node(NamedTuple):
    """A row of the tree: its level "patient", "study" or "series", and its number in the manifest."""

    level: str
    id: int

    @property
    def key(self) -> str:
        return f"{self.level}:{self.id}"


def node_of(key: str) -> Node | None:
    """Find the node of a row; None for "Show more" and "Loading"."""
    level, _, identity = key.partition(":")
    return Node(level, int(identity)) if level in ("patient", "study", "series") and identity.isdigit() else None


class Order(NamedTuple):
    """ "name", or one of the `ORDERS` of the manifest's tree."""

    by: str = "name"
    descending: bool = False


class StudyTree(ttk.Frame):
    """The tree.

    Parameters
    ----------
    load : callable
        Asked for the children of a node; answers later with `put_children`.
    more : callable
        Asked for the patients that come after one, by its number, and after so many; answers later with
        `put_patients`.
    sort : callable
        Asked for all patients in the order of `order`; answers later with `put_patients`.
    ticked : callable
        Told of each tick: the node, and whether it is ticked now.
    ticked_only : callable
        Told that a node is ticked now, and nothing else of all that is shown.
    first : callable
        Asked to let a patient or a study be copied first (True), or in its turn (False); answers later with
        `put_first`.
    open_folder : callable
        Asked to show where the files of a node lie.
    widths, pulled
        The widths that a person has set before, and what is called when they change; see `Widths`.
    """

    def __init__(
        self,
        master: tk.Misc,
        theme: Theme,
        load: Callable[[Node], None],
        more: Callable[[int, int], None],
        sort: Callable[[], None],
        ticked: Callable[[Node, bool], None],
        ticked_only: Callable[[Node], None],
        first: Callable[[Node, bool], None],
        open_folder: Callable[[Node], None],
        widths: Mapping[str, int],
        pulled: Callable[[dict[str, int]], None],
    ) -> None:
        super().__init__(master, name="tree_frame")
        self._load, self._more, self._sort = load, more, sort
        self._ticked, self._ticked_only = ticked, ticked_only
        self.copy_first, self.open_folder = first, open_folder
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        title, *rest = texts.TREE_COLUMNS
        columns = [Column("#0", title, 260, stretch=True)]
        columns += [Column(str(n), rest[n], width, side) for n, (width, side) in enumerate(_COLUMNS)]
        self.rows = ttk.Treeview(self, name="tree", columns=[str(n) for n in range(5)], height=4, selectmode="browse")
        Widths(self.rows, columns, theme, widths, pulled)
        self._order, self._headings = Order(), {column.name: column.heading for column in columns}
        for column in _SORTS:
            self.rows.heading(column, command=functools.partial(self._sort_by, column))
        for state, tag in _TICKED.items():
            self.rows.tag_configure(tag, image=theme.icons.tick(state))
        self.rows.tag_configure("problem", foreground=theme.colours.danger)
        self.rows.grid(row=0, column=0, sticky="nsew")
        add_scroll_bar(self, self.rows)
        self.rows.bind("<<TreeviewOpen>>", lambda _: self._open(self.rows.focus()))
        self.rows.bind("<ButtonRelease-1>", self._click, add=True)
        self.rows.bind("<space>", lambda _: self._act(self.rows.focus()))
        self.rows.bind("<Home>", lambda _: self._go(0))
        self.rows.bind("<End>", lambda _: self._go(-1))
        self.rows.bind("<FocusIn>", lambda _: None if self.rows.focus() else self._go(0))
        self.rows.bind("<Key>", self._type)
        self._typed, self._typed_at = "", 0.0

    @property
    def order(self) -> Order:
        """The order of the patients."""
        return self._order

    def _sort_by(self, column: str) -> None:
        """Sort by a column, largest, newest and most first; a second time, the other way round."""
        by = _SORTS[column]
        again = self._order.by == by
        self._order = Order(by, not self._order.descending if again else by != "name")
        for name, heading in self._headings.items():
            arrow = ("  ▾" if self._order.descending else "  ▴") if name == column else ""
            self.rows.heading(name, text=render(heading) + arrow)
        self._sort()

    def clear(self) -> None:
        self.rows.delete(*self.rows.get_children())

    def put_patients(self, branches: Sequence[Branch], after: int | None) -> None:
        """Show the page of patients that come after one; the first page (None) replaces all rows."""
        if after is None:
            self.clear()
        elif self.rows.exists("more"):
            self.rows.delete("more")
        for branch in branches:
            self._put("", "patient", branch)
        if len(branches) == PAGE:
            self.rows.insert("", "end", "more", text=render(texts.SHOW_MORE))
        if after is not None:
            self.select(Node("patient", branches[0].id).key if branches else self._last())

    def put_children(self, parent: Node, branches: Sequence[Branch]) -> None:
        if self.rows.exists(parent.key):
            self.rows.delete(*self.rows.get_children(parent.key))
            for branch in branches:
                self._put(parent.key, _BELOW[parent.level], branch)

    def put_first(self, node: Node, first: bool) -> None:
        """Mark that a patient or a study is copied before all others, or in its turn."""
        if self.rows.exists(node.key):
            self._spread(node.key, _FIRST, first)

    def tick_all(self, state: bool) -> None:
        """Show everything as ticked or not."""
        for key in self.rows.get_children():
            self._set_below(key, _TICKED, state)

    def state_of(self, key: str) -> bool | None:
        """True: ticked, False: not, None: in part."""
        return self._state(key, _TICKED)

    def first_of(self, key: str) -> bool | None:
        """True: copied before all others, False: in its turn, None: a part of it is copied first."""
        return self._state(key, _FIRST)

    def _put(self, parent: str, level: str, branch: Branch) -> None:
        node = Node(level, branch.id)
        tags = [_TICKED[branch.state], _FIRST[branch.goes_first]] + (["problem"] if branch.problems else [])
        cells: tuple[Message | str, ...] = (
            formatting.date(branch.date) if branch.date or level != "patient" else "",
            branch.modalities,
            formatting.number(branch.images),
            formatting.size(branch.bytes),
            texts.problems(branch.problems),
        )
        title = _lead(branch.goes_first if level in _BELOW else False) + _cell(texts.title(level, branch))
        self.rows.insert(parent, "end", node.key, text=title, values=[_cell(cell) for cell in cells], tags=tags)
        if level in _BELOW:
            self.rows.insert(node.key, "end", f"loading:{node.key}", text="  " + render(texts.LOADING))

    def _open(self, key: str) -> None:
        node = node_of(key)
        if node and self.rows.exists(f"loading:{key}"):
            self._load(node)

    def _click(self, event: tk.Event[tk.Misc]) -> None:
        key = self.rows.identify_row(event.y)
        if key == "more" or "image" in str(self.rows.identify_element(event.x, event.y)):
            self._act(key)

    def _act(self, key: str) -> str:
        """Tick or untick a row, or show more."""
        node = node_of(key)
        if key == "more":
            last = node_of(self.rows.prev("more"))
            assert last is not None
            self._more(last.id, len(self.rows.get_children()) - 1)
        elif node:
            self.tick(node, self.state_of(key) is not True)
        return "break"

    def tick(self, node: Node, state: bool) -> None:
        """Tick or untick all of a node."""
        self._spread(node.key, _TICKED, state)
        self._ticked(node, state)

    def tick_only(self, node: Node) -> None:
        """Tick all of a node, and untick everything else."""
        self.tick_all(False)
        self._spread(node.key, _TICKED, True)
        self._ticked_only(node)

    def cells_of(self, key: str) -> list[str]:
        """Read the columns of a row."""
        node = node_of(key)
        lead = _lead(self.first_of(key) if node and node.level in _BELOW else False)
        values: Sequence[object] = self.rows.item(key, "values") or ()
        return [str(self.rows.item(key, "text"))[len(lead) :], *map(str, values)]

    def _type(self, event: tk.Event[tk.Misc]) -> None:
        """Go to the first patient whose name begins with the typed letters."""
        if not event.char or not event.char.isprintable() or (event.char.isspace() and not self._typed):
            return
        now = time.monotonic()
        self._typed = (self._typed if now - self._typed_at < _REST else "") + event.char.casefold()
        self._typed_at = now
        children = self.rows.get_children()
        found = (key for key in children if node_of(key) and self.cells_of(key)[0].casefold().startswith(self._typed))
        key = next(found, None)
        if key:
            self.select(key)

    # The states of the rows

    def _state(self, key: str, tags: dict[bool | None, str]) -> bool | None:
        present = self.rows.item(key, "tags")
        return next((state for state, tag in tags.items() if tag in present), False)

    def _spread(self, key: str, tags: dict[bool | None, str], state: bool) -> None:
        """Set the state of a row, and of those around it that follow from it."""
        self._set_below(key, tags, state)
        self._set_above(self.rows.parent(key), tags)

    def _set(self, key: str, tags: dict[bool | None, str], state: bool | None) -> None:
        if tags is _FIRST and not key.startswith("series"):
            title = self.rows.item(key, "text")[len(_lead(self._state(key, tags))) :]
            self.rows.item(key, text=_lead(state) + title)
        kept = [tag for tag in self.rows.item(key, "tags") if tag not in tags.values()]
        self.rows.item(key, tags=[tags[state], *kept])

    def _set_below(self, key: str, tags: dict[bool | None, str], state: bool) -> None:
        if node_of(key):
            self._set(key, tags, state)
            for child in self.rows.get_children(key):
                self._set_below(child, tags, state)

    def _set_above(self, key: str, tags: dict[bool | None, str]) -> None:
        while key:
            states = {self._state(child, tags) for child in self.rows.get_children(key)}
            self._set(key, tags, states.pop() if len(states) == 1 else None)
            key = self.rows.parent(key)

    def _last(self) -> str:
        return self.rows.get_children()[-1]

    def _go(self, index: int) -> str:
        """Select the first or the last row of the top level."""
        children: list[str] = list(self.rows.get_children())
        if children:
            self.select(children[index])
        return "break"

    def select(self, key: str) -> None:
        """Select a row, with the focus on it."""
        self.rows.selection_set(key)
        self.rows.focus(key)
        self.rows.see(key)


def _lead(first: bool | None) -> str:
    return render(texts.lead(first))


def _cell(value: Message | str) -> str:
    return formatting.shortened(render(value), LONGEST_CELL)
