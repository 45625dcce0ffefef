"""The menu of a row of the tree: tick only this, copy it first, open its folder, put it on the clipboard."""

from __future__ import annotations

import tkinter as tk
from typing import Callable

from wizard.language import render
from wizard.language.message import Message
from wizard.ui.check import texts
from wizard.ui.check.study_tree import Node, StudyTree, node_of
from wizard.ui.shell import texts as shell_texts

_KEYS = ("Menu", "App")  # Windows has a name of its own for the menu key


class TreeMenu:
    """The menu. The right mouse button, the menu key and Shift+F10 open it."""

    def __init__(self, tree: StudyTree) -> None:
        self._tree, self._rows = tree, tree.rows
        self._menu = tk.Menu(tree, name="menu", tearoff=False)
        self._menu.configure(relief="solid", borderwidth=1, activeborderwidth=0)  # ttkbootstrap leaves it without edge
        self._rows.bind("<ButtonRelease-3>", self._show_at_mouse)
        self._rows.bind("<Shift-F10>", lambda _: self._show_at_row())
        self._rows.bind("<Key>", self._key, add=True)

    def _key(self, event: tk.Event[tk.Misc]) -> str | None:
        return self._show_at_row() if event.keysym in _KEYS else None

    def _show_at_mouse(self, event: tk.Event[tk.Misc]) -> str:
        return self._show(self._rows.identify_row(event.y), event.x_root, event.y_root)

    def _show_at_row(self) -> str:
        """Show the menu below the row that has the focus."""
        key = self._rows.focus()
        self._rows.see(key)
        x, y, _, height = self._rows.bbox(key, "#0") or (0, 0, 0, 0)
        return self._show(key, self._rows.winfo_rootx() + x + height, self._rows.winfo_rooty() + y + height)

    def _show(self, key: str, x: int, y: int) -> str:
        node = node_of(key)
        if node:
            self._rows.focus_set()
            self._tree.select(key)
            self._menu.delete(0, "end")
            for label, command in self._offers(node):
                self._menu.add_command(label=render(label), command=command)
            self._menu.tk_popup(x, y)
        return "break"

    def _offers(self, node: Node) -> list[tuple[Message, Callable[[], None]]]:
        """List the entries of the menu of a row: each label, and its command."""
        tree, state = self._tree, self._tree.state_of(node.key)
        offers: list[tuple[Message, Callable[[], None]]] = [(texts.TICK_ONLY, lambda: tree.tick_only(node))]
        if state is not True:
            offers.append((texts.TICK_THIS, lambda: tree.tick(node, True)))
        if state is not False:
            offers.append((texts.UNTICK_THIS, lambda: tree.tick(node, False)))
        offers += self._offers_of_order(node)
        offers.append((shell_texts.OPEN_FOLDER, lambda: tree.open_folder(node)))
        return [*offers, (texts.COPY_ROW, lambda: self._to_clipboard(node))]

    def _offers_of_order(self, node: Node) -> list[tuple[Message, Callable[[], None]]]:
        tree, meant, first, in_turn = self._tree, node, texts.COPY_FIRST, texts.COPY_IN_TURN
        if node.level == "series":  # the images of a study stay together
            study = node_of(self._rows.parent(node.key))
            assert study is not None
            meant, first, in_turn = study, texts.COPY_STUDY_FIRST, texts.COPY_STUDY_IN_TURN
        state = tree.first_of(meant.key)
        offers: list[tuple[Message, Callable[[], None]]] = []
        if state is not True:
            offers.append((first, lambda: tree.copy_first(meant, True)))
        if state is not False:
            offers.append((in_turn, lambda: tree.copy_first(meant, False)))
        return offers

    def _to_clipboard(self, node: Node) -> None:
        """Copy the row to the clipboard, in columns that a spreadsheet accepts."""
        self._rows.clipboard_clear()
        self._rows.clipboard_append("\t".join(self._tree.cells_of(node.key)))
