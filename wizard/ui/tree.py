"""The tree of patients, studies and series with three-state ticks.

Children are loaded when a branch is opened, patients a page at a time. A tick is a tag of the row (a tag has an
image; an image of its own for each row makes deleting many rows slow). What a tick does to the rows around it is
worked out here at once; the manifest is told through `ticked`.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Callable, NamedTuple, Sequence

from wizard.manifest.tree import Branch
from wizard.ui import texts, words
from wizard.ui.lists import Column, add_scroll_bar, set_columns
from wizard.ui.theme import DANGER, Theme

PAGE = 200
_BELOW = {"patient": "study", "study": "series"}
_STATES: dict[str, bool | None] = {"on": True, "off": False, "part": None}
_TAGS = {state: tag for tag, state in _STATES.items()}


class Node(NamedTuple):
    """What a row stands for: "patient", "study" or "series", and its number in the manifest."""

    level: str
    id: int

    @property
    def key(self) -> str:
        return f"{self.level}:{self.id}"


def node_of(key: str) -> Node | None:
    """The node of a row, or None for "Show more" and "Loading"."""
    level, _, identity = key.partition(":")
    return Node(level, int(identity)) if level in ("patient", "study", "series") and identity.isdigit() else None


class StudyTree(ttk.Frame):
    """The tree.

    Parameters
    ----------
    load : callable
        Asked for the children of a node; answers later with `put_children`.
    more : callable
        Asked for the patients that come after one, by its number; answers later with `put_patients`.
    ticked : callable
        Told of each tick: the node, and whether it is ticked now.
    """

    def __init__(
        self,
        master: tk.Misc,
        theme: Theme,
        load: Callable[[Node], None],
        more: Callable[[int], None],
        ticked: Callable[[Node, bool], None],
    ) -> None:
        super().__init__(master, name="tree_frame")
        self._load, self._more, self._ticked = load, more, ticked
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        title, *rest = texts.TREE_COLUMNS
        columns = [Column("#0", title, 260, stretch=True)]
        widths = ((86, "w"), (62, "w"), (64, "e"), (72, "e"), (84, "w"))
        columns += [Column(str(n), rest[n], width, side) for n, (width, side) in enumerate(widths)]
        self.rows = ttk.Treeview(self, name="tree", columns=[str(n) for n in range(5)], height=4, selectmode="browse")
        set_columns(self.rows, columns, theme)
        for tag, state in _STATES.items():
            self.rows.tag_configure(tag, image=theme.icons.tick(state))
        self.rows.tag_configure("problem", foreground=DANGER)
        self.rows.grid(row=0, column=0, sticky="nsew")
        add_scroll_bar(self, self.rows)
        self.rows.bind("<<TreeviewOpen>>", lambda _: self._open(self.rows.focus()))
        self.rows.bind("<ButtonRelease-1>", self._click)
        self.rows.bind("<space>", lambda _: self._act(self.rows.focus()))
        self.rows.bind("<Home>", lambda _: self._go(0))
        self.rows.bind("<End>", lambda _: self._go(-1))
        self.rows.bind("<FocusIn>", lambda _: None if self.rows.focus() else self._go(0))

    def clear(self) -> None:
        self.rows.delete(*self.rows.get_children())

    def put_patients(self, branches: Sequence[Branch], after: int | None) -> None:
        """Show the page of patients that come after one; the first page (None) replaces all that was there."""
        if after is None:
            self.clear()
        elif self.rows.exists("more"):
            self.rows.delete("more")
        for branch in branches:
            self._put("", "patient", branch)
        if len(branches) == PAGE:
            self.rows.insert("", "end", "more", text=texts.SHOW_MORE)
        if after is not None:
            self._select(Node("patient", branches[0].id).key if branches else self._last())

    def put_children(self, parent: Node, branches: Sequence[Branch]) -> None:
        if self.rows.exists(parent.key):
            self.rows.delete(*self.rows.get_children(parent.key))
            for branch in branches:
                self._put(parent.key, _BELOW[parent.level], branch)

    def tick_all(self, state: bool) -> None:
        """Show everything as ticked or not."""
        for key in self.rows.get_children():
            self._set_below(key, state)

    def state_of(self, key: str) -> bool | None:
        """True: ticked, False: not, None: in part."""
        return next((_STATES[tag] for tag in self.rows.item(key, "tags") if tag in _STATES), False)

    def _put(self, parent: str, level: str, branch: Branch) -> None:
        node = Node(level, branch.id)
        tags = [_TAGS[branch.state]] + (["problem"] if branch.problems else [])
        values = (
            words.date(branch.date) if branch.date or level != "patient" else "",
            branch.modalities,
            words.number(branch.images),
            words.size(branch.bytes),
            texts.problems(branch.problems),
        )
        self.rows.insert(parent, "end", node.key, text="  " + _title(level, branch), values=values, tags=tags)
        if level in _BELOW:
            self.rows.insert(node.key, "end", f"loading:{node.key}", text="  " + texts.LOADING)

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
            self._more(last.id)
        elif node:
            state = self.state_of(key) is not True
            self._set_below(key, state)
            self._set_above(self.rows.parent(key))
            self._ticked(node, state)
        return "break"

    def _set(self, key: str, state: bool | None) -> None:
        kept = [tag for tag in self.rows.item(key, "tags") if tag not in _STATES]
        self.rows.item(key, tags=[_TAGS[state], *kept])

    def _set_below(self, key: str, state: bool) -> None:
        if node_of(key):
            self._set(key, state)
            for child in self.rows.get_children(key):
                self._set_below(child, state)

    def _set_above(self, key: str) -> None:
        while key:
            states = {self.state_of(child) for child in self.rows.get_children(key)}
            self._set(key, states.pop() if len(states) == 1 else None)
            key = self.rows.parent(key)

    def _last(self) -> str:
        return self.rows.get_children()[-1]

    def _go(self, index: int) -> str:
        """To the first or the last row of the top level."""
        children: list[str] = list(self.rows.get_children())
        if children:
            self._select(children[index])
        return "break"

    def _select(self, key: str) -> None:
        self.rows.selection_set(key)
        self.rows.focus(key)
        self.rows.see(key)


def _title(level: str, branch: Branch) -> str:
    if level == "patient":
        return f"{branch.title or texts.NO_NAME}  ·  {branch.code}" if branch.code else branch.title or texts.NO_NAME
    if level == "series" and branch.extra:
        return f"{branch.extra}  {branch.title or texts.NO_DESCRIPTION}"
    return branch.title or texts.NO_DESCRIPTION
