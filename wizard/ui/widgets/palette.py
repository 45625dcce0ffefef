"""The colours of the window, light and dark: every text at least 4.5:1 and every border and sign at least 3:1 against
its ground (WCAG 2.1, 1.4.3 and 1.4.11; `tests/ui/widgets/test_theme.py` computes them all)."""

from __future__ import annotations

from typing import NamedTuple


class Palette(NamedTuple):
    """Colours by their use. Text on a ground of a strong colour has the colour `ground`."""

    primary: str
    primary_hover: str
    secondary: str
    success: str
    info: str
    warning: str
    danger: str
    text: str
    ground: str
    border: str
    rail: str
    selection: str
    selection_unfocused: str
    good_ground: str
    note_ground: str
    caution_ground: str
    wrong_ground: str
    ribbon: str

    @property
    def notices(self) -> dict[str, tuple[str, str]]:
        """The kinds of notice: colour of the sign and the edge, and the ground behind the words."""
        return {
            "good": (self.success, self.good_ground),
            "note": (self.info, self.note_ground),
            "caution": (self.warning, self.caution_ground),
            "wrong": (self.danger, self.wrong_ground),
        }

    @property
    def tags(self) -> dict[str, str]:
        """Colours of a result or a line of a list, by the name of its tag."""
        return {"good": self.success, "caution": self.warning, "wrong": self.danger, "quiet": self.secondary}


LIGHT = Palette(
    primary="#0b5cad",
    primary_hover="#084683",
    secondary="#5a6570",
    success="#1b6e3c",
    info="#0b6a83",
    warning="#8a5300",
    danger="#b3261e",
    text="#1f2a36",
    ground="#ffffff",
    border="#8793a0",
    rail="#f2f5f8",
    selection="#cfe2f5",
    selection_unfocused="#e3e9ef",
    good_ground="#e9f5ee",
    note_ground="#e8f3f6",
    caution_ground="#fdf4e5",
    wrong_ground="#fdeeed",
    ribbon="#5b3f8c",
)
DARK = Palette(
    primary="#7ab8f5",
    primary_hover="#a3cefa",
    secondary="#b0bac4",
    success="#72c99a",
    info="#6cc3db",
    warning="#e5b15f",
    danger="#ff9a92",
    text="#e9eef3",
    ground="#1a2129",
    border="#7c8894",
    rail="#222b35",
    selection="#27445f",
    selection_unfocused="#33404d",
    good_ground="#1e3529",
    note_ground="#1b3440",
    caution_ground="#3a2f1b",
    wrong_ground="#43272a",
    ribbon="#cdb8f2",
)
#: By their names in the person's preferences.
PALETTES = {"light": LIGHT, "dark": DARK}
