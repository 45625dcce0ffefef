"""The contrast of every pair of colours in use (WCAG 2.1: text 4.5:1, borders and signs 3:1), and the signs."""

from __future__ import annotations

import pytest

from wizard.ui import icons, theme

TEXTS = [
    *((colour, theme.GROUND) for colour in (theme.TEXT, theme.SECONDARY, theme.DANGER, theme.PRIMARY)),
    *((colour, theme.GROUND) for colour in theme.TAGS.values()),
    *((colour, theme.RAIL) for colour in (theme.TEXT, theme.SECONDARY, theme.PRIMARY)),
    *((theme.TEXT, ground) for ground in (theme.SELECTION, theme.SELECTION_UNFOCUSED)),
    *((theme.TEXT, ground) for _, ground in theme.NOTICES.values()),
    *((theme.PRIMARY, ground) for _, ground in theme.NOTICES.values()),
    (theme.PRIMARY, theme.SELECTION),
    (theme.GROUND, theme.PRIMARY),
    (theme.GROUND, theme.PRIMARY_DARK),
    (theme.GROUND, theme.RIBBON),
]
EDGES = [
    *((theme.BORDER, ground) for ground in (theme.GROUND,)),
    *((colour, ground) for colour, ground in theme.NOTICES.values()),
    *((colour, theme.GROUND) for colour in (theme.PRIMARY, theme.SUCCESS, theme.WARNING, theme.DANGER, theme.INFO)),
    (theme.SUCCESS, theme.RAIL),
    (theme.PRIMARY, theme.SELECTION_UNFOCUSED),
]


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.1."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    parts = [int(colour[at : at + 2], 16) / 255 for at in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(("colour", "ground"), TEXTS)
def test_text_stands_out_from_its_ground(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 4.5


@pytest.mark.parametrize(("colour", "ground"), EDGES)
def test_borders_and_signs_stand_out_from_their_ground(colour: str, ground: str) -> None:
    assert contrast(colour, ground) >= 3


@pytest.mark.parametrize("size", [16, 32, 64, 256])
def test_the_sign_of_the_program_is_drawn_in_every_size(size: int) -> None:
    image = icons.draw_program(size)
    assert image.size == (size, size)
    assert image.getpixel((0, 0))[3] < 255, "its corners are round"
    assert image.getpixel((size // 2, size // 2))[3] == 255
