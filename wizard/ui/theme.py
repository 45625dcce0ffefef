"""The look: the only place that knows colours, fonts and distances.

One ttkbootstrap theme of our own, whose text is at least 4.5:1 and whose borders and signs are at least 3:1 against
their ground (WCAG 2.1, 1.4.3 and 1.4.11). Distances are given in pixels of a 96 dpi screen and scaled by `px`.
"""

from __future__ import annotations

import tkinter as tk
from tkinter import font, ttk
from typing import Any

import ttkbootstrap
from ttkbootstrap.style import StyleBuilderTTK
from ttkbootstrap.themes.standard import STANDARD_THEMES

NAME = "migrator"
FAMILIES = ("Segoe UI", "SF Pro Text", "Inter", "Noto Sans", "Cantarell", "DejaVu Sans")

PRIMARY = "#0b5cad"
PRIMARY_DARK = "#084683"
SECONDARY = "#5a6570"
SUCCESS = "#1b6e3c"
INFO = "#0b6a83"
WARNING = "#8a5300"
DANGER = "#b3261e"
TEXT = "#1f2a36"
GROUND = "#ffffff"
BORDER = "#8793a0"
RAIL = "#f2f5f8"
SELECTION = "#cfe2f5"
SELECTION_UNFOCUSED = "#e3e9ef"

#: The kinds of notice: colour of the sign and the edge, and the ground behind the words.
NOTICES: dict[str, tuple[str, str]] = {
    "good": (SUCCESS, "#e9f5ee"),
    "note": (INFO, "#e8f3f6"),
    "caution": (WARNING, "#fdf4e5"),
    "wrong": (DANGER, "#fdeeed"),
}
RIBBON = "#5b3f8c"
#: Colours of a verdict or a line of a list, used as tags of a list.
TAGS: dict[str, str] = {"good": SUCCESS, "caution": WARNING, "wrong": DANGER, "quiet": SECONDARY}


def make_window(title: str) -> tk.Tk:
    """Make the one root window of the program, in our theme and not yet on the screen."""
    STANDARD_THEMES[NAME] = {
        "type": "light",
        "colors": {
            **{"primary": PRIMARY, "secondary": SECONDARY, "success": SUCCESS, "info": INFO},
            **{"warning": WARNING, "danger": DANGER, "light": RAIL, "dark": TEXT, "bg": GROUND, "fg": TEXT},
            **{"selectbg": SELECTION, "selectfg": TEXT, "border": BORDER, "inputfg": TEXT, "inputbg": GROUND},
            "active": SELECTION_UNFOCUSED,
        },
    }
    StyleBuilderTTK.create_checkbutton_assets = _no_ticks
    ttkbootstrap.Style.instance = None  # ttkbootstrap keeps the style of a window that was destroyed
    root: tk.Tk = ttkbootstrap.Window(title=title, themename=NAME, iconphoto=None)
    root.withdraw()
    return root


def _no_ticks(builder: Any, colour: str = "") -> list[str]:
    """In place of ttkbootstrap's ticks, which need a certain font of the system to begin with: ours are in `Icons`."""
    nothing = tk.PhotoImage(master=builder.style.master, width=1, height=1)
    builder.theme_images[str(nothing)] = nothing
    return [str(nothing)] * 6  # one for each state


class Theme:
    """Fonts, styles and drawn signs of one window."""

    def __init__(self, root: tk.Tk) -> None:
        from wizard.ui.icons import Icons  # which draws in the colours above

        self._factor = float(root.tk.call("tk", "scaling")) * 72 / 96
        self._set_fonts(root)
        self.icons = Icons(root, self.px)
        root.iconphoto(True, *(self.icons.program(size) for size in (64, 32, 16)))
        self._set_styles(ttkbootstrap.Style.get_instance())
        root.bind_class("TButton", "<Key-space>", _press)  # ttkbootstrap takes this binding away

    def px(self, pixels: float) -> int:
        """Pixels of a 96 dpi screen in pixels of this one."""
        return round(pixels * self._factor)

    def _set_fonts(self, root: tk.Tk) -> None:
        present = set(font.families(root))
        family = next((name for name in FAMILIES if name in present), "TkDefaultFont")
        for name in ("TkDefaultFont", "TkTextFont", "TkMenuFont", "TkTooltipFont", "TkCaptionFont"):
            font.Font(root, name=name, exists=True).configure(family=family, size=10, weight="normal")
        font.Font(root, name="TkHeadingFont", exists=True).configure(family=family, size=10, weight="bold")
        self._fonts = [
            font.Font(root, name="Strong", family=family, size=10, weight="bold"),
            font.Font(root, name="Small", family=family, size=9),
            font.Font(root, name="Verdict", family=family, size=12, weight="bold"),
            font.Font(root, name="Title", family=family, size=17, weight="bold"),
        ]
        self.line = font.Font(root, name="TkDefaultFont", exists=True).metrics("linespace")

    def _set_styles(self, style: ttk.Style) -> None:
        style.configure(".", font="TkDefaultFont", selectforeground=TEXT, selectbackground=SELECTION)
        self._set_labels(style)
        self._set_buttons(style)
        self._set_lists(style)
        for kind, (colour, ground) in NOTICES.items():
            style.configure(f"{kind}Edge.TFrame", background=colour)
            style.configure(f"{kind}.TFrame", background=ground)
            style.configure(f"{kind}.TLabel", background=ground, foreground=TEXT)
            style.configure(f"{kind}Small.TLabel", background=ground, foreground=TEXT, font="Small")
            self._flat_button(style, f"{kind}Quiet.TButton", PRIMARY, ground)

    def _set_labels(self, style: ttk.Style) -> None:
        style.configure("Title.TLabel", font="Title", foreground=TEXT)
        style.configure("Lead.TLabel", foreground=SECONDARY)
        style.configure("Strong.TLabel", font="Strong")
        style.configure("Verdict.TLabel", font="Verdict")
        style.configure("Hint.TLabel", font="Small", foreground=SECONDARY)
        style.configure("Complaint.TLabel", font="Small", foreground=DANGER)
        style.configure("Rail.TFrame", background=RAIL)
        style.configure("Rail.TLabel", background=RAIL, foreground=SECONDARY)
        style.configure("RailSmall.TLabel", background=RAIL, foreground=SECONDARY, font="Small")
        style.configure("RailStrong.TLabel", background=RAIL, foreground=TEXT, font="Strong")
        style.configure("RailDone.TLabel", background=RAIL, foreground=TEXT)
        style.configure("RailNow.TLabel", background=RAIL, foreground=PRIMARY, font="Strong")
        style.configure("RailNumber.TLabel", background=RAIL, foreground=SECONDARY, font="Small")
        style.configure("RailNumberNow.TLabel", background=RAIL, foreground=GROUND, font="Small")
        style.configure("Ribbon.TFrame", background=RIBBON)
        style.configure("Ribbon.TLabel", background=RIBBON, foreground=GROUND, font="Strong")
        style.configure("Rule.TFrame", background=BORDER)

    def _set_buttons(self, style: ttk.Style) -> None:
        padding = (self.px(14), self.px(6))
        style.configure("TButton", foreground=GROUND, focuscolor=GROUND, padding=padding)
        _paint(style, "TButton", PRIMARY, PRIMARY, hover=PRIMARY_DARK)
        style.configure("Plain.TButton", foreground=TEXT, focuscolor=TEXT, padding=padding)
        _paint(style, "Plain.TButton", GROUND, SECONDARY, hover=SELECTION_UNFOCUSED)
        self._flat_button(style, "Quiet.TButton", PRIMARY, GROUND)
        style.configure("TCheckbutton", padding=(0, self.px(3)))
        off, on, part = (self.icons.tick(state) for state in (False, True, None))
        style.element_create(
            "Tick.indicator", "image", on, ("alternate", part), ("!selected", off), width=self.px(24), sticky="w"
        )
        label = _element("Checkbutton.focus", _element("Checkbutton.label"), side="left", sticky="")
        tick = _element("Tick.indicator", side="left", sticky="")
        style.layout("TCheckbutton", [_element("Checkbutton.padding", tick, label)])
        style.configure("TCheckbutton", focuscolor=TEXT)

    def _flat_button(self, style: ttk.Style, name: str, colour: str, ground: str) -> None:
        style.configure(name, foreground=colour, focuscolor=colour, padding=(self.px(6), self.px(2)))
        _paint(style, name, ground, ground, hover=SELECTION)

    def _set_lists(self, style: ttk.Style) -> None:
        style.configure("Treeview", rowheight=self.line + self.px(10), indent=self.px(22), borderwidth=1)
        style.map(
            "Treeview",
            background=[("selected", "!focus", SELECTION_UNFOCUSED), ("selected", SELECTION)],
            foreground=[("selected", TEXT)],
        )
        style.configure("Treeview.Heading", background=RAIL, font="TkHeadingFont", padding=(self.px(4), self.px(5)))
        style.map("Treeview.Heading", background=[("active", SELECTION_UNFOCUSED)])
        opened, closed, nothing = (self.icons.chevron(state) for state in (True, False, None))
        style.element_create(
            "Chevron.indicator", "image", closed, ("user2", nothing), ("user1", opened), width=self.px(18), sticky="w"
        )
        names = ("Chevron.indicator", "Treeitem.image", "Treeitem.text")
        cell = [_element(name, side="left", sticky="") for name in names]
        style.layout("Treeview.Item", [_element("Treeitem.padding", *cell)])
        style.configure("Treeview.Item", padding=(self.px(2), 0, 0, 0))
        down = self.icons.chevron(True)
        style.configure("TCombobox", padding=self.px(7))
        style.element_create("Drop.indicator", "image", down, width=self.px(20), sticky="")
        drop = _element("Drop.indicator", side="right", sticky="")
        inside = _element("Combobox.padding", drop, _element("Combobox.textarea"), expand="1")
        style.layout("TCombobox", [_element("Entry.field", inside)])
        style.configure("Small.TCombobox", padding=(self.px(5), self.px(1)))
        style.configure("TEntry", padding=self.px(7))
        style.configure("Small.TEntry", padding=(self.px(5), self.px(1)))
        style.configure("Horizontal.TProgressbar", thickness=self.px(14), troughcolor=SELECTION_UNFOCUSED)


def dress_text(text: tk.Text, theme: Theme) -> None:
    """Make a text widget look like the lists: a paragraph for each finding, its number or name to the left."""
    px = theme.px
    text.configure(font="TkDefaultFont", foreground=TEXT, background=GROUND, relief="flat", borderwidth=0)
    text.configure(highlightthickness=1, highlightbackground=BORDER, highlightcolor=PRIMARY)
    text.configure(tabs=(px(34), "right", px(46), "left"), padx=px(8), pady=px(5), cursor="arrow")
    for layout, indent in (("counted", px(46)), ("named", px(16))):
        text.tag_configure(layout, lmargin2=indent, spacing1=px(3))
        text.tag_configure(f"{layout} below", lmargin1=indent, lmargin2=indent)
    text.tag_configure("strong", font="Strong")
    text.tag_configure("quiet", foreground=SECONDARY)


def _paint(style: ttk.Style, name: str, ground: str, edge: str, hover: str) -> None:
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
    """A part of a layout in the form that ttk wants."""
    inside = {"children": list(children)} if children else {}
    return (name, {"sticky": sticky, **options, **inside})


def _press(event: tk.Event[tk.Misc]) -> None:
    if isinstance(event.widget, ttk.Button):
        event.widget.invoke()
