"""The tree of patients, studies and series with three-state ticks, and a menu of what else is done with a row.

Children are loaded when a branch is opened, patients a page at a time. A tick is a tag of the row (a tag has an
image; an image of its own for each row makes deleting many rows slow). What a tick does to the rows around it is
worked out here at once; the manifest is told through `ticked`. What is copied first is a tag too, and a word before
the name, where no long name can push it out of sight; it is shown once the manifest has it.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import ttk
from typing import Callable, NamedTuple, Sequence

from wizard.manifest.tree import Branch
from wizard.ui import texts, words
from wizard.ui.lists import Column, add_scroll_bar, set_columns
from wizard.ui.theme import Theme

PAGE = 200
_BELOW = {"patient": "study", "study": "series"}
#: The tags of a row: for whether all (True), nothing (False) or a part (None) of it is ticked, and is copied first.
_TICKED: dict[bool | None, str] = {True: "on", False: "off", None: "part"}
_FIRST: dict[bool | None, str] = {True: "first", False: "in_turn", None: "partly_first"}
_LEADS: dict[bool | None, str] = {
    True: f"  {texts.FIRST} · ",
    False: "  ",
    None: f"  {texts.PARTLY_FIRST} · ",
}
_MENU_KEYS = ("Menu", "App")  # Windows has its own name for it


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
    first : callable
        Asked to let a patient or a study be copied first (True), or in its turn (False); answers later with
        `put_first`.
    """

    def __init__(
        self,
        master: tk.Misc,
        theme: Theme,
        load: Callable[[Node], None],
        more: Callable[[int], None],
        ticked: Callable[[Node, bool], None],
        first: Callable[[Node, bool], None],
    ) -> None:
        super().__init__(master, name="tree_frame")
        self._load, self._more, self._ticked, self._first = load, more, ticked, first
        self.columnconfigure(0, weight=1)
        self.rowconfigure(0, weight=1)
        title, *rest = texts.TREE_COLUMNS
        columns = [Column("#0", title, 260, stretch=True)]
        widths = ((86, "w"), (62, "w"), (64, "e"), (72, "e"), (84, "w"))
        columns += [Column(str(n), rest[n], width, side) for n, (width, side) in enumerate(widths)]
        self.rows = ttk.Treeview(self, name="tree", columns=[str(n) for n in range(5)], height=4, selectmode="browse")
        set_columns(self.rows, columns, theme)
        for state, tag in _TICKED.items():
            self.rows.tag_configure(tag, image=theme.icons.tick(state))
        self.rows.tag_configure("problem", foreground=theme.colours.danger)
        self.rows.grid(row=0, column=0, sticky="nsew")
        add_scroll_bar(self, self.rows)
        self.rows.bind("<<TreeviewOpen>>", lambda _: self._open(self.rows.focus()))
        self.rows.bind("<ButtonRelease-1>", self._click)
        self.rows.bind("<space>", lambda _: self._act(self.rows.focus()))
        self.rows.bind("<Home>", lambda _: self._go(0))
        self.rows.bind("<End>", lambda _: self._go(-1))
        self.rows.bind("<FocusIn>", lambda _: None if self.rows.focus() else self._go(0))
        self._menu = tk.Menu(self, name="menu", tearoff=False)
        self._menu.configure(relief="solid", borderwidth=1, activeborderwidth=0)  # ttkbootstrap leaves it without edge
        self.rows.bind("<ButtonRelease-3>", self._show_menu_at_mouse)
        self.rows.bind("<Shift-F10>", lambda _: self._show_menu_at_row())
        self.rows.bind("<Key>", lambda event: self._show_menu_at_row() if event.keysym in _MENU_KEYS else None)

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

    def put_first(self, node: Node, first: bool) -> None:
        """Show that a patient or a study is copied before all others, or in its turn."""
        if self.rows.exists(node.key):
            self._spread(node.key, _FIRST, first)

    def tick_all(self, state: bool) -> None:
        """Show everything as ticked or not."""
        for key in self.rows.get_children():
            self._set_below(key, _TICKED, state)

    def state_of(self, key: str) -> bool | None:
        """True: ticked, False: not, None: in part."""
        return self._state(key, _TICKED)

    def _put(self, parent: str, level: str, branch: Branch) -> None:
        node = Node(level, branch.id)
        tags = [_TICKED[branch.state], _FIRST[branch.goes_first]] + (["problem"] if branch.problems else [])
        lead = _LEADS[branch.goes_first if level in _BELOW else False]
        values = (
            words.date(branch.date) if branch.date or level != "patient" else "",
            branch.modalities,
            words.number(branch.images),
            words.size(branch.bytes),
            texts.problems(branch.problems),
        )
        self.rows.insert(parent, "end", node.key, text=lead + _title(level, branch), values=values, tags=tags)
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
            self._spread(key, _TICKED, state)
            self._ticked(node, state)
        return "break"

    # The menu

    def _show_menu_at_mouse(self, event: tk.Event[tk.Misc]) -> str:
        return self._show_menu(self.rows.identify_row(event.y), event.x_root, event.y_root)

    def _show_menu_at_row(self) -> str:
        """Below the row that has the focus, as no mouse says where."""
        key = self.rows.focus()
        self.rows.see(key)
        x, y, _, height = self.rows.bbox(key, "#0") or (0, 0, 0, 0)
        return self._show_menu(key, self.rows.winfo_rootx() + x + height, self.rows.winfo_rooty() + y + height)

    def _show_menu(self, key: str, x: int, y: int) -> str:
        node = node_of(key)
        if node:
            self.rows.focus_set()
            self._select(key)
            self._menu.delete(0, "end")
            for label, command in self._offers(node):
                self._menu.add_command(label=label, command=command)
            self._menu.tk_popup(x, y)
        return "break"

    def _offers(self, node: Node) -> list[tuple[str, Callable[[], None]]]:
        """What the menu of a row offers: each label, and what is done then."""
        meant, first, in_turn = node, texts.COPY_FIRST, texts.COPY_IN_TURN
        if node.level == "series":  # the images of a study stay together
            study = node_of(self.rows.parent(node.key))
            assert study is not None
            meant, first, in_turn = study, texts.COPY_STUDY_FIRST, texts.COPY_STUDY_IN_TURN
        state = self._state(meant.key, _FIRST)
        offers: list[tuple[str, Callable[[], None]]] = []
        if state is not True:
            offers.append((first, lambda: self._first(meant, True)))
        if state is not False:
            offers.append((in_turn, lambda: self._first(meant, False)))
        return offers

    # The states of the rows

    def _state(self, key: str, tags: dict[bool | None, str]) -> bool | None:
        worn = self.rows.item(key, "tags")
        return next((state for state, tag in tags.items() if tag in worn), False)

    def _spread(self, key: str, tags: dict[bool | None, str], state: bool) -> None:
        """Set the state of a row, and of those around it that follow from it."""
        self._set_below(key, tags, state)
        self._set_above(self.rows.parent(key), tags)

    def _set(self, key: str, tags: dict[bool | None, str], state: bool | None) -> None:
        if tags is _FIRST and not key.startswith("series"):
            title = self.rows.item(key, "text")[len(_LEADS[self._state(key, tags)]) :]
            self.rows.item(key, text=_LEADS[state] + title)
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
