"""Paint small invented pictures and encode them as pixel data. It paints ellipses row by row, without numpy."""

from __future__ import annotations

import itertools
import math
import struct
from typing import NamedTuple, Sequence

SIZE = 64  # rows and columns


class Ellipse(NamedTuple):
    """Centre, half axes (all in pixels) and grey value, 0 to 255."""

    x: float
    y: float
    across: float
    down: float
    grey: int


def paint(ellipses: Sequence[Ellipse]) -> bytes:
    """Paint ellipses on black, one over the other, with one byte for each pixel."""
    canvas = bytearray(SIZE * SIZE)
    for ellipse in ellipses:
        for row in range(SIZE):
            height = (row - ellipse.y) / ellipse.down
            if abs(height) < 1:
                half = ellipse.across * math.sqrt(1 - height * height)
                first, last = max(0, round(ellipse.x - half)), min(SIZE, round(ellipse.x + half))
                canvas[row * SIZE + first : row * SIZE + last] = bytes((ellipse.grey,)) * (last - first)
    return bytes(canvas)


def body(phase: float) -> bytes:
    """Paint a slice of an invented body. `phase` runs from 0 to 1 through it."""
    middle = 4 * phase * (1 - phase)  # 0 at both ends; no sine, whose last bit differs between machines
    bulge = 0.6 + 0.4 * middle
    organ = 4 + 8 * middle
    return paint(
        (
            Ellipse(32, 32, 29 * bulge, 24 * bulge, 110),
            Ellipse(32, 32, 26 * bulge, 21 * bulge, 80),
            Ellipse(21, 30, organ * 0.8, organ, 20),
            Ellipse(43, 30, organ * 0.8, organ, 20),
            Ellipse(28 + 8 * phase, 31, 5, 4, 150),
            Ellipse(32, 32 + 15 * bulge, 4, 4, 230),
        )
    )


def fan(phase: float) -> bytes:
    """Paint a frame of an invented ultrasound loop. `phase` runs from 0 to 1 through it."""
    radius = 6 + 8 * abs(2 * phase - 1)
    return paint((Ellipse(32, 8, 28, 52, 60), Ellipse(30, 36, radius * 1.2, radius, 15), Ellipse(42, 24, 6, 4, 170)))


def in_words(picture: bytes, little_endian: bool) -> bytes:
    """Encode a picture with 16 bits allocated for each pixel."""
    words = bytearray(2 * len(picture))
    words[0 if little_endian else 1 :: 2] = picture
    return bytes(words)


def in_colour(picture: bytes) -> bytes:
    """Encode a picture as red, green and blue by pixel, tinted so that a viewer that ignores colour is noticed."""
    colours = bytearray(3 * len(picture))
    colours[0::3] = picture
    colours[1::3] = bytes(grey * 3 // 4 for grey in picture)
    colours[2::3] = bytes(grey // 2 for grey in picture)
    return bytes(colours)


def run_length_encoded(picture: bytes) -> bytes:
    """Encode an RLE frame with 16 bits allocated: a segment for the high bytes, one for the low (PS3.5 annex G)."""
    segments = [_packed(bytes(len(picture))), _packed(picture)]
    offsets = [64, 64 + len(segments[0])] + [0] * 13
    return struct.pack("<16L", len(segments), *offsets) + b"".join(segments)


def _packed(samples: bytes) -> bytes:
    """Encode a segment: each row by itself, as runs of at most 128 equal bytes (PS3.5 G.3.1)."""
    packed = bytearray()
    for start in range(0, len(samples), SIZE):
        for sample, run in itertools.groupby(samples[start : start + SIZE]):
            length = len(list(run))
            packed += bytes(((257 - length) % 256, sample))
    return bytes(packed + b"\0" * (len(packed) % 2))
