"""Read large files that are made to be costly: each costs less than a second and little memory, and none is skipped."""

from __future__ import annotations

import multiprocessing
import struct
import time
import zlib
from pathlib import Path
from typing import Callable, Iterator, NamedTuple

import pytest

from tests.dicom.building import Element, ct, encode, label, read_file, report, without
from wizard.dicom.contexts import DEFLATED_LITTLE_ENDIAN, EXPLICIT_LITTLE_ENDIAN, IMPLICIT_LITTLE_ENDIAN

pytestmark = pytest.mark.long

resource = pytest.importorskip("resource", reason="Windows tells no process what it has cost")

LONGEST = 1.0  # seconds of a processor
MOST_MEMORY = 64 << 20  # bytes
MB = 1 << 20
UNDEFINED = b"\xff" * 4
ITEM, ITEM_END, SEQUENCE_END = (b"\xfe\xff" + element for element in (b"\x00\xe0", b"\x0d\xe0", b"\xdd\xe0"))


class Hostile(NamedTuple):
    """The function that makes the file, and its allowed topics; "" means that it can be sent."""

    make: Callable[[], bytes]
    topics: tuple[str, ...]
    size: int = 0
    """The file is filled up with zeros to this size, which takes no room on a disc."""


def head(elements: list[Element], syntax: str = EXPLICIT_LITTLE_ENDIAN) -> bytes:
    return label(syntax) + encode(elements, syntax)


def sequence(tag: bytes, content: bytes) -> bytes:
    """In explicit little endian, of undefined length, with one item of undefined length."""
    item = ITEM + UNDEFINED + content + ITEM_END + bytes(4)
    return tag + b"SQ\0\0" + UNDEFINED + item + SEQUENCE_END + bytes(4)


def tiny(syntax: str) -> bytes:
    """Millions of elements without a value, behind all that is wanted."""
    explicit = syntax != IMPLICIT_LITTLE_ENDIAN
    element = b"\xe1\x7f\x10\0" + (b"CS\0\0" if explicit else bytes(4))
    return head(ct(), syntax) + element * (40 * MB // 8)


def wanted_again_and_again() -> bytes:
    return head(ct()) + encode([Element(0x00100010, "PN", b"")]) * (40 * MB // 8)


def odd_values() -> bytes:
    return head(ct()) + encode([Element(0x7FE11010, "OB", b"x")]) * (40 * MB // 13)


def nested(depth: int, closed: bool) -> bytes:
    opening = struct.pack("<HH2sxxI", 0x0008, 0x1111, b"SQ", 0xFFFFFFFF) + ITEM + UNDEFINED
    closing = (ITEM_END + bytes(4) + SEQUENCE_END + bytes(4)) if closed else b""
    return head(ct()[:3]) + opening * depth + closing * depth + encode(ct()[3:])


def empty_items(undefined: bool) -> bytes:
    item = ITEM + (UNDEFINED + ITEM_END + bytes(4) if undefined else bytes(4))
    items = b"\x08\0\x11\x11SQ\0\0" + UNDEFINED + item * (40 * MB // len(item)) + SEQUENCE_END + bytes(4)
    return head(ct()[:3]) + items + encode(ct()[3:])


def empty_fragments() -> bytes:
    fragments = (ITEM + bytes(4)) * (40 * MB // 8) + SEQUENCE_END + bytes(4)
    return head(without(ct(), 0x7FE00010)) + b"\xe0\x7f\x10\0OB\0\0" + UNDEFINED + fragments


def many_sequences() -> bytes:
    return head(ct()[:3]) + sequence(b"\x08\0\x11\x11", b"") * (40 * MB // 36) + encode(ct()[3:])


def far_apart() -> bytes:
    """As many values as would have to be read one by one, each just far enough from the one before."""
    return head(ct()) + encode([Element(0x7FE11010, "OB", b"\1" * 600)]) * (60 * MB // 612)


def large_values() -> bytes:
    """Nearly as much as is read of a file, and then it is to be searched as well."""
    return head(report()[:-1]) + encode([Element(0x00081030, "LO", b"x" * 4096)]) * 14_200


def large_report() -> bytes:
    """Without a picture it is searched for what it points to: here, at the beginning of such places only."""
    return head(report()) + encode([Element(0x7FE11010, "OB", b"\x08\0\x55\x11UI\x40\0" * (40 * MB // 8))])


def large_directory() -> bytes:
    listed = b"\x04\0\x00\x15CS\x08\0A\\B\\CCCC" * (40 * MB // 16)
    return label(sop_class="1.2.840.10008.1.3.10") + encode(ct()[:3]) + listed


def claimed(length: int) -> bytes:
    return head(ct()[:-1]) + b"\xe0\x7f\x10\0OW\0\0" + struct.pack("<I", length) + bytes(100)


def label_of(length: int) -> bytes:
    meta = struct.pack("<HH2sxxI", 2, 0x0102, b"OB", length)
    return label() + meta + b"x" * min(length, 40 * MB)


def endless_label() -> bytes:
    return label() + struct.pack("<HH2sH", 2, 0x0016, b"AE", 0) * (40 * MB // 8)


def label_far_apart() -> bytes:
    return label() + (struct.pack("<HH2sxxI", 2, 0x0102, b"OB", 600) + bytes(600)) * 140_000


def bomb(before: bytes, inside: bytes, count: int, after: bytes = b"") -> bytes:
    """A deflated data set with `inside` many times over; that compresses, and is compressed once (RFC 1951)."""
    packer = zlib.compressobj(9, wbits=-zlib.MAX_WBITS)
    start = packer.compress(before) + packer.flush(zlib.Z_FULL_FLUSH)
    again = packer.compress(inside) + packer.flush(zlib.Z_FULL_FLUSH)
    end = packer.compress(after) + packer.flush()
    packed = start + again * count + end
    return label(DEFLATED_LITTLE_ENDIAN) + packed + b"\0" * (len(packed) % 2)


def opened(tag: int, vr: bytes, length: int) -> bytes:
    return struct.pack("<HH2sxxI", tag >> 16, tag & 0xFFFF, vr, length)


def deflated_titles() -> bytes:
    """Sequences that are wanted, each so long that the next must be inflated before this one is looked at again."""
    filling = opened(0x00091010, b"OB", 70_000) + bytes(70_000)
    return bomb(encode(ct()), sequence(b"\x40\0\x43\xa0", filling), 60 * MB // 70_056)


def deflated_report() -> bytes:
    return bomb(encode(report()) + opened(0x7FE11010, b"OB", 60 * MB), bytes(MB), 60)


def stored_report() -> bytes:
    """Nearly as much as is read of a file twice, and then it is to be searched as well."""
    size = 32 * MB - 16384
    packer = zlib.compressobj(0, wbits=-zlib.MAX_WBITS)
    data = encode(report()) + opened(0x7FE11010, b"OB", size) + bytes(size) + encode([Element(0x7FE11012, "LO", b"")])
    packed = packer.compress(data) + packer.flush()
    return label(DEFLATED_LITTLE_ENDIAN) + packed + b"\0" * (len(packed) % 2)


HOSTILE = {
    "tiny elements, implicit": Hostile(lambda: tiny(IMPLICIT_LITTLE_ENDIAN), ("unchecked",)),
    "tiny elements, explicit": Hostile(lambda: tiny(EXPLICIT_LITTLE_ENDIAN), ("unchecked",)),
    "the same wanted element": Hostile(wanted_again_and_again, ("unchecked",)),
    "odd values": Hostile(odd_values, ("unchecked",)),
    "10 000 sequences inside one another": Hostile(lambda: nested(10_000, True), ("broken", "unchecked")),
    "1 000 000 sequences inside one another": Hostile(lambda: nested(1_000_000, False), ("broken", "unchecked")),
    "empty items": Hostile(lambda: empty_items(False), ("unchecked",)),
    "empty items of undefined length": Hostile(lambda: empty_items(True), ("unchecked",)),
    "empty pieces of a picture": Hostile(empty_fragments, ("unchecked",)),
    "a million sequences": Hostile(many_sequences, ("unchecked",)),
    "values far apart": Hostile(far_apart, ("", "unchecked")),
    "large values": Hostile(large_values, ("", "unchecked")),
    "a large report": Hostile(large_report, ("", "unchecked")),
    "a large index": Hostile(large_directory, ("index",)),
    "a length of 4 GB": Hostile(lambda: claimed(0xFFFFFFFE), ("broken",)),
    "a length of 2 GB": Hostile(lambda: claimed(0x80000000), ("broken",)),
    "a label of 4 GB": Hostile(lambda: label_of(0xFFFFFFFE), ("broken",)),
    "a label of 40 MB": Hostile(lambda: label_of(40 * MB), ("broken",)),
    "a label without an end": Hostile(endless_label, ("broken", "unchecked", "no_identity")),
    "a label of values far apart": Hostile(label_far_apart, ("broken", "unchecked")),
    "1 GiB of zeros behind the end": Hostile(lambda: head(ct()), ("", "unchecked"), 1 << 30),
    "1 GiB of zeros behind the end, implicit": Hostile(
        lambda: head(ct(), IMPLICIT_LITTLE_ENDIAN), ("", "unchecked"), 1 << 30
    ),
    "1 GiB of zeros": Hostile(lambda: b"", ("not_dicom",), 1 << 30),
    "1 GiB of zeros behind a label": Hostile(label, ("broken",), 1 << 30),
    "1 GiB of picture, deflated": Hostile(
        lambda: bomb(encode(ct()[:-1]) + opened(0x7FE00010, b"OW", 1 << 30), bytes(MB), 1024), ("", "unchecked")
    ),
    "1 GiB of zeros behind the end, deflated": Hostile(lambda: bomb(encode(ct()), bytes(MB), 1024), ("", "unchecked")),
    "tiny elements, deflated": Hostile(lambda: bomb(encode(ct()), b"\xe1\x7f\x10\0CS\0\0" * MB, 128), ("unchecked",)),
    "titles, deflated": Hostile(deflated_titles, ("", "unchecked")),
    "a large report, deflated": Hostile(deflated_report, ("", "unchecked")),
    "a large report, deflated to its own size": Hostile(stored_report, ("", "unchecked")),
}


class Cost(NamedTuple):
    """Of reading a file: seconds of a processor, bytes of memory, and the topic of the verdict."""

    seconds: float
    memory: int
    topic: str


def cost(file: Path) -> Cost:
    """To be measured in a fresh process, whose memory has not been larger before."""
    before, started = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.thread_time()
    problem = read_file(file).problem
    seconds, peak = time.thread_time() - started, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return Cost(seconds, (peak - before) * 1024, (problem.topic or problem.reason.outcome) if problem else "")


@pytest.fixture(scope="module")
def fresh() -> Iterator[Callable[[Path], Cost]]:
    """Measures in a process that is made for it."""
    processes = multiprocessing.get_context("forkserver")
    processes.set_forkserver_preload([__name__])
    with processes.Pool(1, maxtasksperchild=1) as pool:
        yield lambda file: pool.apply(cost, (file,))


@pytest.mark.parametrize("name", HOSTILE)
def test_it_costs_less_than_a_second_and_little_memory(
    name: str, fresh: Callable[[Path], Cost], tmp_path: Path
) -> None:
    hostile, file = HOSTILE[name], tmp_path / "file"
    try:
        with file.open("wb") as made:
            made.write(hostile.make())
            made.truncate(hostile.size or None)
        found = fresh(file)
        if found.seconds > LONGEST:  # the machine may be busy
            found = min(found, fresh(file), fresh(file))
    finally:
        file.unlink()
    assert found.seconds < LONGEST
    assert found.memory < MOST_MEMORY
    assert found.topic in hostile.topics
