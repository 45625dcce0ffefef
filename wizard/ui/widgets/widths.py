"""The widths of the columns of a list: they share its width, and a person may change them with the mouse."""

from __future__ import annotations

import tkinter as tk
from tkinter import font, ttk
from typing import Any, Callable, Mapping, NamedTuple, Sequence

from wizard.language import render
from wizard.language.message import Message
from wizard.ui.widgets.theme import Theme

#: Pixels of a 96 dpi screen: the narrowest column, and the narrowest one of those that take the spare room.
NARROWEST, NARROWEST_ELASTIC = 30, 110


class Column(NamedTuple):
    """A column of a list: heading, width in pixels of a 96 dpi screen, which side, and whether it takes spare room.

    An optional one is left out where there is no room for all, the last one first.
    """

    name: str
    heading: Message | str
    width: int
    anchor: str = "w"
    stretch: bool = False
    optional: bool = False


def set_columns(view: ttk.Treeview, columns: Sequence[Column], theme: Theme) -> None:
    """Set the headings of a list, and share out its width whenever that changes."""
    Widths(view, columns, theme)


class Widths:
    """The columns of one list.

    ttk leaves columns as wide as they are when the list gets narrower, and cuts the last ones off. So this class shares
    the width out each time: every column gets its own, and those that stretch get the rest.

    Parameters
    ----------
    kept : mapping, optional
        The widths that a person has set before, by name, in pixels of a 96 dpi screen. Where there is no room for
        them, the default widths are used.
    pulled : callable, optional
        Called with the widths in the same form each time that a person has changed one.
    """

    def __init__(
        self,
        view: ttk.Treeview,
        columns: Sequence[Column],
        theme: Theme,
        kept: Mapping[str, int] | None = None,
        pulled: Callable[[dict[str, int]], None] | None = None,
    ) -> None:
        self._view, self._columns, self._theme, self._pulled = view, columns, theme, pulled
        self._before: dict[str, int] = {}
        strong = font.Font(view, name="TkHeadingFont", exists=True)
        self._usual: dict[str, int] = {}
        for column in columns:
            side: Any = column.anchor
            heading = render(column.heading)
            view.heading(column.name, text=heading, anchor=side)
            width = max(theme.px(column.width), strong.measure(heading) + theme.px(14))
            self._usual[column.name] = width
            view.column(column.name, width=width, minwidth=theme.px(NARROWEST), anchor=side, stretch=False)
        self._wanted = {name: theme.px(width) for name, width in (kept or {}).items() if name in self._fixed}
        view.bind("<Configure>", lambda event: self._share_out(event.width))
        if pulled is not None:
            view.bind("<ButtonPress-1>", self._press, add=True)
            view.bind("<ButtonRelease-1>", self._release, add=True)

    @property
    def _fixed(self) -> list[str]:
        """The columns that take no spare room."""
        return [column.name for column in self._columns if not column.stretch]

    def _share_out(self, width: int) -> None:
        px, view, columns = self._theme.px, self._view, self._columns
        room = width - px(4)
        wanted = {**self._usual, **self._wanted}
        elastic = sum(wanted[column.name] for column in columns if column.stretch)
        if self._wanted and room - sum(wanted[name] for name in self._fixed) < px(NARROWEST_ELASTIC):
            wanted = self._usual
        spare = room - sum(wanted.values())
        optional = [column.name for column in columns if column.optional]
        left_out: set[str] = set()
        while optional and spare <= -px(8):
            left_out.add(optional.pop())
            spare = room - sum(wanted[one.name] for one in columns if one.name not in left_out)
        if optional or left_out:
            view.configure(displaycolumns=[column.name for column in columns if column.name not in left_out])
        if -px(8) < spare < 0:  # the list has the width it asked for: asking for less now would never end
            spare = 0
        for column in columns:
            part = spare * wanted[column.name] // elastic if column.stretch else 0
            view.column(column.name, width=max(px(NARROWEST), wanted[column.name] + part))

    # A person drags the edge of a heading

    def _now(self) -> dict[str, int]:
        return {column.name: int(self._view.column(column.name, "width")) for column in self._columns}

    def _press(self, event: tk.Event[tk.Misc]) -> None:
        on_edge = self._view.identify_region(event.x, event.y) == "separator"
        self._before = self._now() if on_edge else {}

    def _release(self, _: tk.Event[tk.Misc]) -> None:
        before, now = self._before, self._now()
        self._before = {}
        if not before or now == before or self._pulled is None:
            return
        pulled = next(name for name in now if now[name] != before[name])
        chosen = {name: before[name] for name in self._fixed}
        if pulled in chosen:
            chosen[pulled] = now[pulled]
        else:  # a column that stretches grows at the cost of its neighbour
            pulled, grown = self._after(pulled), now[pulled] - before[pulled]
            chosen[pulled] -= grown
        px = self._theme.px
        room = self._view.winfo_width() - px(4) - px(NARROWEST_ELASTIC)
        others = sum(width for name, width in chosen.items() if name != pulled)
        chosen[pulled] = max(px(NARROWEST), min(chosen[pulled], room - others))
        self._wanted = chosen
        self._share_out(self._view.winfo_width())
        self._pulled({name: self._theme.usual(width) for name, width in chosen.items()})

    def _after(self, name: str) -> str:
        """Find the next column that takes no spare room."""
        names = [column.name for column in self._columns]
        return next(one for one in names[names.index(name) + 1 :] if one in self._fixed)
