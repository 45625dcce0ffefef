"""The contrast of every pair of colours in use (WCAG 2.1: text 4.5:1, borders and signs 3:1), and the signs."""

from __future__ import annotations

import pytest

from wizard.ui.widgets import icons
from wizard.ui.widgets.palette import DARK, LIGHT, Palette


def texts(one: Palette) -> list[tuple[str, str]]:
    """Every pair of a text and its ground."""
    return [
        *((colour, one.ground) for colour in (one.text, one.secondary, one.danger, one.primary)),
        *((colour, one.ground) for colour in one.tags.values()),
        *((colour, one.rail) for colour in (one.text, one.secondary, one.primary)),
        *((one.text, ground) for ground in (one.selection, one.selection_unfocused)),
        *((one.text, ground) for _, ground in one.notices.values()),
        *((one.primary, ground) for _, ground in one.notices.values()),
        (one.primary, one.selection),
        (one.text, one.selection_unfocused),
        (one.ground, one.primary),
        (one.ground, one.primary_hover),
        (one.ground, one.ribbon),
    ]


def edges(one: Palette) -> list[tuple[str, str]]:
    """Every pair of a border or a sign and its ground."""
    return [
        (one.border, one.ground),
        *one.notices.values(),
        *((colour, one.ground) for colour in (one.primary, one.success, one.warning, one.danger, one.info)),
        (one.success, one.rail),
        (one.secondary, one.ground),
        (one.primary, one.selection_unfocused),
    ]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("colour", "ground"), [*texts(LIGHT), *texts(DARK)])
def test_text_stands_out_from_its_ground(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize(("colour", "ground"), [*edges(LIGHT), *edges(DARK)])
def test_borders_and_signs_stand_out_from_their_ground(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("size", [16, 32, 64, 256])
def test_the_sign_of_the_program_is_drawn_in_every_size(size: int) -> None:
    image = icons.draw_program(size)
    assert image.size == (size, size)
    corner, middle = image.getpixel((0, 0)), image.getpixel((size // 2, size // 2))
    assert isinstance(corner, tuple) and isinstance(middle, tuple)
    assert corner[3] < 255, "its corners are round"
    assert middle[3] == 255
