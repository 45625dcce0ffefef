"""The theme: fonts, distances, and the use of the colours of `palette`, which no other module knows.

It is a ttkbootstrap theme of this program. Distances are given in pixels of a 96 dpi screen with text of the usual
size, and scaled by `px`.
"""

from __future__ import annotations

import itertools
import tkinter as tk
from tkinter import font, ttk
from typing import Any

import ttkbootstrap
from ttkbootstrap.style import StyleBuilderTTK, ThemeDefinition

from wizard.ui.widgets.icons import Icons
from wizard.ui.widgets.palette import LIGHT, Palette

_NUMBERS = itertools.count(1)
FAMILIES = ("Segoe UI", "SF Pro Text", "Inter", "Noto Sans", "Cantarell", "DejaVu Sans")


def make_window(title: str) -> tk.Tk:
    """Make the root window of the program, hidden and without its theme."""
    StyleBuilderTTK.create_checkbutton_assets = _no_ticks
    ttkbootstrap.Style.instance = None  # ttkbootstrap keeps the style of a window that was destroyed
    root: tk.Tk = ttkbootstrap.Window(title=title, iconphoto=None)
    root.withdraw()
    return root


def _no_ticks(builder: Any, colour: str = "") -> list[str]:
    """Replace ttkbootstrap's ticks, which need a certain font of the system, by nothing: `Icons` draws the ticks."""
    nothing = tk.PhotoImage(master=builder.style.master, width=1, height=1)
    builder.theme_images[str(nothing)] = nothing
    return [str(nothing)] * 6  # one for each state


class Theme:
    """Fonts, styles and drawn signs of one window.

    Parameters
    ----------
    text_size : int
        Percent of the usual size of the text; everything grows with it.
    """

    def __init__(self, root: tk.Tk, colours: Palette = LIGHT, text_size: int = 100) -> None:
        self.colours = colours
        self._number = next(_NUMBERS)  # a theme cannot be changed once it is made, nor taken away
        self._size = text_size / 100
        self._factor = float(root.tk.call("tk", "scaling")) * 72 / 96 * self._size
        self._set_fonts(root)
        self._use(ttkbootstrap.Style.get_instance())
        root.configure(background=colours.ground)
        self.icons = Icons(root, self.px, colours)
        root.iconphoto(True, *(self.icons.program(size) for size in (64, 32, 16)))
        self._set_styles(ttkbootstrap.Style.get_instance())
        root.bind_class("TButton", "<Key-space>", _press)  # ttkbootstrap takes this binding away

    def px(self, pixels: float) -> int:
        """Pixels of a 96 dpi screen, with text of the usual size, in pixels of this one."""
        return round(pixels * self._factor)

    def usual(self, pixels: float) -> int:
        """Pixels of this screen in pixels of a 96 dpi screen, with text of the usual size."""
        return round(pixels / self._factor)

    def _set_fonts(self, root: tk.Tk) -> None:
        present = set(font.families(root))
        family = next((name for name in FAMILIES if name in present), "TkDefaultFont")
        for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkTooltipFont", "TkCaptionFont"):
            font.Font(root, name=name, exists=True).configure(family=family, size=self._points(10), weight="normal")
        font.Font(root, name="TkHeadingFont", exists=True).configure(
            family=family, size=self._points(10), weight="bold"
        )
        for name, size, bold in (
            ("Strong", 10, True),
            ("Small", 9, False),
            ("Heading", 12, True),
            ("Title", 17, True),
        ):
            known = name in font.names(root)
            kept = font.Font(root, name=name, exists=known)
            kept.configure(family=family, size=self._points(size), weight="bold" if bold else "normal")
            kept.delete_font = False  # Tk keeps the font when Python deletes this object
        self.line = font.Font(root, name="TkDefaultFont", exists=True).metrics("linespace")

    def _use(self, style: ttkbootstrap.Style) -> None:
        """Make a ttkbootstrap theme of these colours, and use it."""
        colours, name = self.colours, f"migrator-{self._number}"
        named = {
            **{"primary": colours.primary, "secondary": colours.secondary, "success": colours.success},
            **{"info": colours.info, "warning": colours.warning, "danger": colours.danger},
            **{"light": colours.rail, "dark": colours.text, "bg": colours.ground, "fg": colours.text},
            **{"selectbg": colours.selection, "selectfg": colours.text, "border": colours.border},
            **{"inputfg": colours.text, "inputbg": colours.ground, "active": colours.selection_unfocused},
        }
        style.register_theme(ThemeDefinition(name, named, "light"))  # its "dark" gives borders another colour
        style._style_registry.clear()  # else ttkbootstrap makes some styles of the earlier theme twice, and fails
        style.theme_use(name)

    def _own(self, name: str) -> str:
        """Name an element of this theme alone: elements cannot be changed either."""
        return f"{name}{self._number}.indicator"

    def _points(self, size: int) -> int:
        return round(size * self._size)

    def _set_styles(self, style: ttk.Style) -> None:
        colours = self.colours
        style.configure(".", font="TkDefaultFont", selectforeground=colours.text, selectbackground=colours.selection)
        self._set_labels(style)
        self._set_buttons(style)
        self._set_lists(style)
        for kind, (colour, ground) in colours.notices.items():
            style.configure(f"{kind}Edge.TFrame", background=colour)
            style.configure(f"{kind}.TFrame", background=ground)
            style.configure(f"{kind}.TLabel", background=ground, foreground=colours.text)
            style.configure(f"{kind}Small.TLabel", background=ground, foreground=colours.text, font="Small")
            self._flat_button(style, f"{kind}Quiet.TButton", colours.primary, ground)

    def _set_labels(self, style: ttk.Style) -> None:
        colours = self.colours
        style.configure("Title.TLabel", font="Title", foreground=colours.text)
        style.configure("Lead.TLabel", foreground=colours.secondary)
        style.configure("Strong.TLabel", font="Strong")
        style.configure("Heading.TLabel", font="Heading")
        style.configure("Hint.TLabel", font="Small", foreground=colours.secondary)
        style.configure("Complaint.TLabel", font="Small", foreground=colours.danger)
        style.configure("Rail.TFrame", background=colours.rail)
        style.configure("Rail.TLabel", background=colours.rail, foreground=colours.secondary)
        style.configure("RailSmall.TLabel", background=colours.rail, foreground=colours.secondary, font="Small")
        style.configure("RailStrong.TLabel", background=colours.rail, foreground=colours.text, font="Strong")
        style.configure("RailDone.TLabel", background=colours.rail, foreground=colours.text)
        style.configure("RailNow.TLabel", background=colours.rail, foreground=colours.primary, font="Strong")
        style.configure("RailNumber.TLabel", background=colours.rail, foreground=colours.secondary, font="Small")
        style.configure("RailNumberNow.TLabel", background=colours.rail, foreground=colours.ground, font="Small")
        style.configure("Ribbon.TFrame", background=colours.ribbon)
        style.configure("Ribbon.TLabel", background=colours.ribbon, foreground=colours.ground, font="Strong")
        style.configure("Rule.TFrame", background=colours.border)

    def _set_buttons(self, style: ttk.Style) -> None:
        colours = self.colours
        padding = (self.px(14), self.px(6))
        style.configure("TButton", foreground=colours.ground, focuscolor=colours.ground, padding=padding)
        _set_button_colours(style, "TButton", colours.primary, colours.primary, hover=colours.primary_hover)
        style.configure("Plain.TButton", foreground=colours.text, focuscolor=colours.text, padding=padding)
        _set_button_colours(
            style, "Plain.TButton", colours.ground, colours.secondary, hover=colours.selection_unfocused
        )
        self._flat_button(style, "RailQuiet.TButton", colours.primary, colours.rail)
        self._flat_button(style, "Quiet.TButton", colours.primary, colours.ground)
        style.configure("TCheckbutton", padding=(0, self.px(3)))
        off, on, part = (self.icons.tick(state) for state in (False, True, None))
        style.element_create(
            self._own("Tick"), "image", on, ("alternate", part), ("!selected", off), width=self.px(24), sticky="w"
        )
        label = _element("Checkbutton.focus", _element("Checkbutton.label"), side="left", sticky="")
        tick = _element(self._own("Tick"), side="left", sticky="")
        style.layout("TCheckbutton", [_element("Checkbutton.padding", tick, label)])
        style.configure("TCheckbutton", focuscolor=colours.text)

    def _flat_button(self, style: ttk.Style, name: str, colour: str, ground: str) -> None:
        style.configure(name, foreground=colour, focuscolor=colour, padding=(self.px(6), self.px(2)))
        _set_button_colours(style, name, ground, ground, hover=self.colours.selection)

    def _set_lists(self, style: ttk.Style) -> None:
        colours = self.colours
        style.configure("Treeview", rowheight=self.line + self.px(10), indent=self.px(22), borderwidth=1)
        style.map(
            "Treeview",
            background=[("selected", "!focus", colours.selection_unfocused), ("selected", colours.selection)],
            foreground=[("selected", colours.text)],
        )
        style.configure(
            "Treeview.Heading", background=colours.rail, font="TkHeadingFont", padding=(self.px(4), self.px(5))
        )
        style.map("Treeview.Heading", background=[("active", colours.selection_unfocused)])
        opened, closed, nothing = (self.icons.chevron(state) for state in (True, False, None))
        style.element_create(
            self._own("Chevron"), "image", closed, ("user2", nothing), ("user1", opened), width=self.px(18), sticky="w"
        )
        names = (self._own("Chevron"), "Treeitem.image", "Treeitem.text")
        cell = [_element(name, side="left", sticky="") for name in names]
        style.layout("Treeview.Item", [_element("Treeitem.padding", *cell)])
        style.configure("Treeview.Item", padding=(self.px(2), 0, 0, 0))
        down = self.icons.chevron(True)
        style.configure("TCombobox", padding=self.px(7))
        style.element_create(self._own("Drop"), "image", down, width=self.px(20), sticky="")
        drop = _element(self._own("Drop"), side="right", sticky="")
        inside = _element("Combobox.padding", drop, _element("Combobox.textarea"), expand="1")
        style.layout("TCombobox", [_element("Entry.field", inside)])
        style.configure("Small.TCombobox", padding=(self.px(5), self.px(1)))
        style.configure("TEntry", padding=self.px(7))
        style.configure("Small.TEntry", padding=(self.px(5), self.px(1)))
        style.configure("Horizontal.TProgressbar", thickness=self.px(14), troughcolor=colours.selection_unfocused)


def style_text(text: tk.Text, theme: Theme) -> None:
    """Give a text widget the style of the lists: a paragraph for each finding."""
    px = theme.px
    text.configure(
        font="TkDefaultFont",
        foreground=theme.colours.text,
        background=theme.colours.ground,
        relief="flat",
        borderwidth=0,
    )
    text.configure(highlightthickness=1, highlightbackground=theme.colours.border, highlightcolor=theme.colours.primary)
    text.configure(padx=px(8), pady=px(5), cursor="arrow")
    text.tag_configure("paragraph", lmargin2=px(16), spacing1=px(3))
    text.tag_configure("below", lmargin1=px(16), lmargin2=px(16))
    text.tag_configure("strong", font="Strong")
    text.tag_configure("quiet", foreground=theme.colours.secondary)


def _set_button_colours(style: ttk.Style, name: str, ground: str, edge: str, hover: str) -> None:
    """Give a button its ground and edge, and the ground it has under the mouse."""
    hovered = [("pressed", hover), ("hover", hover)]
    style.configure(name, background=ground, bordercolor=edge, darkcolor=ground, lightcolor=ground)
    style.map(
        name,
        background=hovered,
        darkcolor=hovered,
        lightcolor=hovered,
        bordercolor=[("hover", edge)],
        foreground=[],
        focuscolor=[],
    )


def _element(name: str, *children: Any, sticky: str = "nswe", **options: str) -> Any:
    """Make a part of a layout in the form that ttk needs."""
    inside = {"children": list(children)} if children else {}
    return (name, {"sticky": sticky, **options, **inside})


def _press(event: tk.Event[tk.Misc]) -> None:
    if isinstance(event.widget, ttk.Button):
        event.widget.invoke()
