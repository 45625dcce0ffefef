"""Read small files that are wrong in any way: reading ends soon, without an exception, and never beyond the end."""

from __future__ import annotations

import random
import time
from collections import Counter
from pathlib import Path
from typing import Callable, Iterator, Literal

import pytest

from tests.dicom.building import (
    REPORT,
    RLE,
    SYNTAXES,
    Watched,
    compressed,
    ct,
    deflate,
    encode,
    label,
    report,
)
from tests.dicom.test_shipped import shipped
from wizard.dicom.contexts import DEFLATED_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN
from wizard.dicom.header import Header, read_header

MOST_ASKED = 64 << 20  # bytes of one file
LONGEST = 0.05  # seconds of a processor for a small file
DIRECTORY = "1.2.840.10008.1.3.10"


def seconds(work: Callable[[], object]) -> float:
    started = time.thread_time()
    work()
    return time.thread_time() - started


def seeds() -> list[bytes]:
    """Small files of every form, packed by hand and shipped with pydicom."""
    made = [label(syntax) + encode(compressed() if syntax == RLE else ct(), syntax) for syntax in SYNTAXES]
    made += [label(syntax, REPORT) + encode(report(), syntax) for syntax in SYNTAXES[:4]]
    made += [encode(elements, syntax) for syntax in SYNTAXES[:3] for elements in (ct(), report())]
    made += [label()[132:] + encode(ct()), label("1.2.840.113619.5.2") + encode(ct(), IMPLICIT_LITTLE_ENDIAN)]
    made += [label(sop_class=DIRECTORY) + encode(report())]
    return made + [path.read_bytes() for path in shipped() if path.stat().st_size < 4000]


class Mutations:
    """Files that are each wrong in some places, the same ones on every run."""

    def __init__(self, number: int) -> None:
        self._seeds = seeds()
        self._chance = random.Random(number)
        self._ways = [self._flip, self._overwrite, self._cut, self._double, self._splice, self._stretch, self._swap]

    def some(self, count: int) -> Iterator[bytes]:
        for _ in range(count):
            if self._chance.random() < 0.9:
                yield self._mutated(self._chance.choice(self._seeds))
            else:
                inside = encode(self._chance.choice((ct, report))())
                yield label(DEFLATED_LITTLE_ENDIAN) + deflate(self._mutated(inside))

    def _mutated(self, content: bytes) -> bytes:
        mutated = bytearray(content)
        for _ in range(self._chance.choice((1, 1, 1, 2, 3, 8))):
            self._chance.choice(self._ways)(mutated)
        return bytes(mutated)

    def _at(self, content: bytearray) -> int:
        """Choose any position; more often at the beginning, in the file meta information."""
        within = min(len(content), 600) if self._chance.random() < 0.5 else len(content)
        return self._chance.randrange(within + 1)

    def _flip(self, content: bytearray) -> None:
        at = self._at(content)
        content[at : at + 1] = bytes(byte ^ 1 << self._chance.randrange(8) for byte in content[at : at + 1])

    def _overwrite(self, content: bytearray) -> None:
        at, count = self._at(content), self._chance.randrange(1, 40)
        run = bytes([self._chance.choice((0, 0xFF, 0x20, self._chance.randrange(256)))]) * count
        content[at : at + count] = (
            run if self._chance.random() < 0.7 else self._chance.getrandbits(32).to_bytes(4, "big")
        )

    def _cut(self, content: bytearray) -> None:
        at = self._at(content)
        if self._chance.random() < 0.5:
            del content[at:]
        else:
            del content[at : at + self._chance.randrange(1, 64)]

    def _double(self, content: bytearray) -> None:
        at = self._at(content)
        part = content[at : at + self._chance.randrange(1, 300)]
        content[at:at] = part * self._chance.choice((1, 1, 2, 50))

    def _splice(self, content: bytearray) -> None:
        other = self._chance.choice(self._seeds)
        content[self._at(content) :] = other[self._at(bytearray(other)) :]

    def _stretch(self, content: bytearray) -> None:
        """Write an extreme length at a likely position."""
        lengths = (0xFFFFFFFF, 0xFFFFFFFE, 0x7FFFFFFF, 0x80000000, 0, 1, len(content), len(content) - 8, 0xFFFF, 0xFFF0)
        size = self._chance.choice((2, 4, 4))
        order: Literal["little", "big"] = self._chance.choice(("little", "big"))
        at = self._at(content) & ~1
        content[at : at + size] = (self._chance.choice(lengths) % (1 << 8 * size)).to_bytes(size, order)

    def _swap(self, content: bytearray) -> None:
        """A tag for another, a delimiter, or one that is wanted; or two parts for one another."""
        at, chance = self._at(content) & ~1, self._chance
        tags = (
            b"\xfe\xff\0\xe0",
            b"\xfe\xff\x0d\xe0",
            b"\xfe\xff\xdd\xe0",
            b"\xe0\x7f\x10\0",
            b"\x08\0\x18\0",
            bytes(4),
        )
        if chance.random() < 0.7:
            content[at : at + 4] = chance.choice(tags)
        else:
            other = self._at(content) & ~1
            content[at : at + 4], content[other : other + 4] = content[other : other + 4], content[at : at + 4]


@pytest.mark.long
@pytest.mark.parametrize(
    ("number", "count"),
    [
        pytest.param(1, 20_000, id="20 000"),
        pytest.param(2, 200_000, id="200 000", marks=[pytest.mark.slow, pytest.mark.timeout(600)]),
    ],
)
def test_mutated_files_are_read_without_an_exception_and_soon(number: int, count: int, tmp_path: Path) -> None:
    seen: Counter[str] = Counter()
    for content in Mutations(number).some(count):
        source = Watched(content)
        try:
            took = seconds(lambda: seen.update([verdict(read_header(source))]))  # noqa: B023
            if took > LONGEST:
                took = min(seconds(lambda: read_header(Watched(content))) for _ in range(3))  # noqa: B023
            assert took < LONGEST, f"{took:.3f} s"
            assert source.asked <= MOST_ASKED
        except BaseException:
            (tmp_path / "culprit").write_bytes(content)
            raise
    assert sum(seen.values()) == count
    assert set(seen) >= {"", "damaged", "held_back", "not_dicom", "index"}


def verdict(header: Header) -> str:
    """Return the bucket, after checking that the texts of the file can be shown."""
    for keyword in header.values:
        header.text(keyword)
        header.uid(keyword)
    return str(header.problem.reason.outcome) if header.problem else ""
